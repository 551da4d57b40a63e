var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// ../../work/main/node_modules/hono/dist/http-exception.js
var HTTPException = class extends Error {
  res;
  status;
  /**
  * Creates an instance of `HTTPException`.
  * @param status - HTTP status code for the exception. Defaults to 500.
  * @param options - Additional options for the exception.
  */
  constructor(status = 500, options) {
    super(options?.message, { cause: options?.cause });
    this.res = options?.res;
    this.status = status;
  }
  /**
  * Returns the response object associated with the exception.
  * If a response object is not provided, a new response is created with the error message and status code.
  * @returns The response object.
  */
  getResponse() {
    if (this.res) return new Response(this.res.body, {
      status: this.status,
      headers: this.res.headers
    });
    return new Response(this.message, { status: this.status });
  }
};

// ../../work/main/node_modules/hono/dist/request/constants.js
var GET_MATCH_RESULT = /* @__PURE__ */ Symbol();

// ../../work/main/node_modules/hono/dist/utils/buffer.js
var bufferToFormData = (arrayBuffer, contentType) => {
  return new Response(arrayBuffer, { headers: { "Content-Type": contentType.replace(/^[^;]+/, (mediaType) => mediaType.toLowerCase()) } }).formData();
};

// ../../work/main/node_modules/hono/dist/utils/body.js
var MAX_NESTED_OBJECTS = 1e4;
var isRawRequest = (request) => "headers" in request;
var parseBody = async (request, options = /* @__PURE__ */ Object.create(null)) => {
  const { all = false, dot = false } = options;
  const mediaType = (isRawRequest(request) ? request.headers : request.raw.headers).get("Content-Type")?.split(";")[0].trim().toLowerCase();
  if (mediaType === "multipart/form-data" || mediaType === "application/x-www-form-urlencoded") return parseFormData(request, {
    all,
    dot
  });
  return {};
};
async function parseFormData(request, options) {
  if (!isRawRequest(request) && request.bodyCache.formData) return convertFormDataToBodyData(await request.bodyCache.formData, options);
  const headers = isRawRequest(request) ? request.headers : request.raw.headers;
  const arrayBuffer = await request.arrayBuffer();
  const formDataPromise = bufferToFormData(arrayBuffer, headers.get("Content-Type") || "");
  if (!isRawRequest(request)) request.bodyCache.formData = formDataPromise;
  const formData = await formDataPromise;
  if (formData) return convertFormDataToBodyData(formData, options);
  return {};
}
function convertFormDataToBodyData(formData, options) {
  const form = /* @__PURE__ */ Object.create(null);
  const nestingState = { count: 0 };
  formData.forEach((value, key2) => {
    if (!(options.all || key2.endsWith("[]"))) form[key2] = value;
    else handleParsingAllValues(form, key2, value);
  });
  if (options.dot) Object.entries(form).forEach(([key2, value]) => {
    if (key2.includes(".")) {
      handleParsingNestedValues(form, key2, value, nestingState);
      delete form[key2];
    }
  });
  return form;
}
var handleParsingAllValues = (form, key2, value) => {
  if (form[key2] !== void 0) {
    if (Array.isArray(form[key2])) form[key2].push(value);
    else form[key2] = [form[key2], value];
  } else if (!key2.endsWith("[]")) form[key2] = value;
  else form[key2] = [value];
};
var handleParsingNestedValues = (form, key2, value, state) => {
  if (/(?:^|\.)__proto__\./.test(key2)) return;
  let nestedForm = form;
  const keys = key2.split(".", 34);
  if (keys.length > 33) throwNestingLimitExceeded();
  keys.forEach((key3, index) => {
    if (index === keys.length - 1) nestedForm[key3] = value;
    else {
      if (!nestedForm[key3] || typeof nestedForm[key3] !== "object" || Array.isArray(nestedForm[key3]) || nestedForm[key3] instanceof File) {
        if (state.count++ >= MAX_NESTED_OBJECTS) throwNestingLimitExceeded();
        nestedForm[key3] = /* @__PURE__ */ Object.create(null);
      }
      nestedForm = nestedForm[key3];
    }
  });
};
var throwNestingLimitExceeded = () => {
  throw new Error("Nesting limit exceeded");
};

// ../../work/main/node_modules/hono/dist/utils/url.js
var splitPath = (path2) => {
  const paths = path2.split("/");
  if (paths[0] === "") paths.shift();
  return paths;
};
var splitRoutingPath = (routePath2) => {
  const { groups, path: path2 } = extractGroupsFromPath(routePath2);
  const paths = splitPath(path2);
  return replaceGroupMarks(paths, groups);
};
var extractGroupsFromPath = (path2) => {
  const groups = [];
  path2 = path2.replace(/\{[^}]+\}/g, (match2, index) => {
    const mark = `@${index}`;
    groups.push([mark, match2]);
    return mark;
  });
  return {
    groups,
    path: path2
  };
};
var replaceGroupMarks = (paths, groups) => {
  for (let i = groups.length - 1; i >= 0; i--) {
    const [mark] = groups[i];
    for (let j = paths.length - 1; j >= 0; j--) if (paths[j].includes(mark)) {
      paths[j] = paths[j].replace(mark, groups[i][1]);
      break;
    }
  }
  return paths;
};
var patternCache = {};
var getPattern = (label, next2) => {
  if (label === "*") return "*";
  const match2 = label.match(/^\:([^\{\}]+)(?:\{(.+)\})?$/);
  if (match2) {
    const cacheKey = `${label}#${next2}`;
    if (!patternCache[cacheKey]) {
      if (match2[2]) patternCache[cacheKey] = next2 && next2[0] !== ":" && next2[0] !== "*" ? [
        cacheKey,
        match2[1],
        new RegExp(`^${match2[2]}(?=/${next2})`)
      ] : [
        label,
        match2[1],
        new RegExp(`^${match2[2]}$`)
      ];
      else patternCache[cacheKey] = [
        label,
        match2[1],
        true
      ];
    }
    return patternCache[cacheKey];
  }
  return null;
};
var tryDecode = (str, decoder2) => {
  try {
    return decoder2(str);
  } catch {
    return str.replace(/(?:%[0-9A-Fa-f]{2})+/g, (match2) => {
      try {
        return decoder2(match2);
      } catch {
        return match2;
      }
    });
  }
};
var decodeURIWithPreservedPercent = (value) => decodeURI(value.includes("%25") ? value.replace(/%25/g, "%2525") : value);
var getPath = (request) => {
  const url = request.url;
  const start = url.indexOf("/", url.indexOf(":") + 4);
  let i = start;
  for (; i < url.length; i++) {
    const charCode = url.charCodeAt(i);
    if (charCode === 37) {
      const queryIndex = url.indexOf("?", i);
      const hashIndex = url.indexOf("#", i);
      const end = queryIndex === -1 ? hashIndex === -1 ? void 0 : hashIndex : hashIndex === -1 ? queryIndex : Math.min(queryIndex, hashIndex);
      const path2 = url.slice(start, end);
      const decoded = tryDecode(path2, decodeURIWithPreservedPercent);
      if (/%(?![0-9A-Fa-f]{2})/.test(path2)) {
        const rewritten = new URL("http://localhost");
        rewritten.pathname = decoded.replace(/[\\\t\n\r]/g, encodeURIComponent);
        if (tryDecode(rewritten.pathname, decodeURIWithPreservedPercent) !== decoded) return tryDecode(path2.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"), decodeURIWithPreservedPercent);
      }
      return decoded;
    } else if (charCode === 63 || charCode === 35) break;
  }
  return url.slice(start, i);
};
var getPathNoStrict = (request) => {
  const result = getPath(request);
  return result.length > 1 && result.at(-1) === "/" ? result.slice(0, -1) : result;
};
var mergePath = (base, sub, ...rest) => {
  if (rest.length) sub = mergePath(sub, ...rest);
  return `${base?.[0] === "/" ? "" : "/"}${base}${sub === "/" ? "" : `${base?.at(-1) === "/" ? "" : "/"}${sub?.[0] === "/" ? sub.slice(1) : sub}`}`;
};
var checkOptionalParameter = (path2) => {
  if (path2.charCodeAt(path2.length - 1) !== 63 || !path2.includes(":")) return null;
  const segments = path2.split("/");
  const results = [];
  let basePath = "";
  segments.forEach((segment) => {
    if (segment !== "" && !/\:/.test(segment)) basePath += "/" + segment;
    else if (/\:/.test(segment)) {
      if (segment.charCodeAt(segment.length - 1) === 63) {
        if (results.length === 0 && basePath === "") results.push("/");
        else results.push(basePath);
        const optionalSegment = segment.slice(0, -1);
        basePath += "/" + optionalSegment;
        results.push(basePath);
      } else basePath += "/" + segment;
    }
  });
  return results.filter((v, i, a) => a.indexOf(v) === i);
};
var tryDecodeURIComponent = (str) => str.indexOf("%") !== -1 ? tryDecode(str, decodeURIComponent_) : str;
var _decodeURI = (value) => {
  if (value.indexOf("+") !== -1) value = value.replace(/\+/g, " ");
  return tryDecodeURIComponent(value);
};
var _getQueryParam = (url, key2, multiple) => {
  const hashIndex = url.indexOf("#", 8);
  if (hashIndex !== -1) url = url.slice(0, hashIndex);
  let encoded;
  if (!multiple && key2 && !/[%+&=]/.test(key2)) {
    const queryIndex = url.indexOf("?", 8);
    let keyIndex2 = queryIndex;
    if (keyIndex2 === -1) return;
    if (!url.startsWith(key2, keyIndex2 + 1)) keyIndex2 = url.indexOf(`&${key2}`, keyIndex2 + 1);
    while (keyIndex2 !== -1) {
      const trailingKeyCode = url.charCodeAt(keyIndex2 + key2.length + 1);
      if (trailingKeyCode === 61 || trailingKeyCode === 38 || isNaN(trailingKeyCode)) {
        if (keyIndex2 > queryIndex && /(?:^|&)[^=&]*[%+]/.test(url.slice(queryIndex + 1, keyIndex2))) break;
        if (trailingKeyCode === 61) {
          const valueIndex = keyIndex2 + key2.length + 2;
          const endIndex = url.indexOf("&", valueIndex);
          return _decodeURI(url.slice(valueIndex, endIndex === -1 ? void 0 : endIndex));
        }
        return "";
      }
      keyIndex2 = url.indexOf(`&${key2}`, keyIndex2 + 1);
    }
    encoded = /[%+]/.test(url);
    if (!encoded) return;
  }
  const results = /* @__PURE__ */ Object.create(null);
  encoded ??= /[%+]/.test(url);
  let keyIndex = url.indexOf("?", 8);
  while (keyIndex !== -1) {
    const nextKeyIndex = url.indexOf("&", keyIndex + 1);
    let valueIndex = url.indexOf("=", keyIndex);
    if (valueIndex > nextKeyIndex && nextKeyIndex !== -1) valueIndex = -1;
    let name = url.slice(keyIndex + 1, valueIndex === -1 ? nextKeyIndex === -1 ? void 0 : nextKeyIndex : valueIndex);
    if (encoded) name = _decodeURI(name);
    keyIndex = nextKeyIndex;
    if (name === "") continue;
    let value;
    if (valueIndex === -1) value = "";
    else {
      value = url.slice(valueIndex + 1, nextKeyIndex === -1 ? void 0 : nextKeyIndex);
      if (encoded) value = _decodeURI(value);
    }
    if (multiple) {
      if (!(results[name] && Array.isArray(results[name]))) results[name] = [];
      results[name].push(value);
    } else results[name] ??= value;
  }
  return key2 ? results[key2] : results;
};
var getQueryParam = _getQueryParam;
var getQueryParams = (url, key2) => {
  return _getQueryParam(url, key2, true);
};
var decodeURIComponent_ = decodeURIComponent;

// ../../work/main/node_modules/hono/dist/request.js
var HonoRequest = class {
  /**
  * `.raw` can get the raw Request object.
  *
  * @see {@link https://hono.dev/docs/api/request#raw}
  *
  * @example
  * ```ts
  * // For Cloudflare Workers
  * app.post('/', async (c) => {
  *   const metadata = c.req.raw.cf?.hostMetadata?
  *   ...
  * })
  * ```
  */
  raw;
  #validatedData;
  #matchResult;
  routeIndex = 0;
  /**
  * `.path` can get the pathname of the request.
  *
  * @see {@link https://hono.dev/docs/api/request#path}
  *
  * @example
  * ```ts
  * app.get('/about/me', (c) => {
  *   const pathname = c.req.path // `/about/me`
  * })
  * ```
  */
  path;
  bodyCache = {};
  constructor(request, path2 = "/", matchResult = [[]]) {
    this.raw = request;
    this.path = path2;
    this.#matchResult = matchResult;
  }
  param(key2) {
    return key2 ? this.#getDecodedParam(key2) : this.#getAllDecodedParams();
  }
  #getDecodedParam(key2) {
    const paramKey = this.#matchResult[0][this.routeIndex]?.[1][key2];
    const param = this.#getParamValue(paramKey);
    return param && tryDecodeURIComponent(param);
  }
  #getAllDecodedParams() {
    const decoded = {};
    const keys = Object.keys(this.#matchResult[0][this.routeIndex]?.[1] ?? {});
    for (const key2 of keys) {
      const value = this.#getParamValue(this.#matchResult[0][this.routeIndex][1][key2]);
      if (value !== void 0) decoded[key2] = tryDecodeURIComponent(value);
    }
    return decoded;
  }
  #getParamValue(paramKey) {
    return this.#matchResult[1] ? this.#matchResult[1][paramKey] : paramKey;
  }
  query(key2) {
    return getQueryParam(this.url, key2);
  }
  queries(key2) {
    return getQueryParams(this.url, key2);
  }
  header(name) {
    if (name) return this.raw.headers.get(name) ?? void 0;
    const headerData = /* @__PURE__ */ Object.create(null);
    this.raw.headers.forEach((value, key2) => {
      headerData[key2] = value;
    });
    return headerData;
  }
  async parseBody(options) {
    return parseBody(this, options);
  }
  #cachedBody = (key2) => {
    const { bodyCache, raw: raw2 } = this;
    const cachedBody = bodyCache[key2];
    if (cachedBody) return cachedBody;
    for (const anyCachedKey in bodyCache) return bodyCache[anyCachedKey].then((body) => {
      if (anyCachedKey === "json") body = JSON.stringify(body);
      const contentType = anyCachedKey === "formData" ? void 0 : raw2.headers.get("content-type");
      return new Response(body, { headers: contentType ? { "Content-Type": contentType } : void 0 })[key2]();
    });
    return bodyCache[key2] = raw2[key2]();
  };
  /**
  * `.json()` can parse Request body of type `application/json`
  *
  * @see {@link https://hono.dev/docs/api/request#json}
  *
  * @example
  * ```ts
  * app.post('/entry', async (c) => {
  *   const body = await c.req.json()
  * })
  * ```
  */
  json() {
    return this.#cachedBody("text").then((text) => JSON.parse(text));
  }
  /**
  * `.text()` can parse Request body of type `text/plain`
  *
  * @see {@link https://hono.dev/docs/api/request#text}
  *
  * @example
  * ```ts
  * app.post('/entry', async (c) => {
  *   const body = await c.req.text()
  * })
  * ```
  */
  text() {
    return this.#cachedBody("text");
  }
  /**
  * `.arrayBuffer()` parse Request body as an `ArrayBuffer`
  *
  * @see {@link https://hono.dev/docs/api/request#arraybuffer}
  *
  * @example
  * ```ts
  * app.post('/entry', async (c) => {
  *   const body = await c.req.arrayBuffer()
  * })
  * ```
  */
  arrayBuffer() {
    return this.#cachedBody("arrayBuffer");
  }
  /**
  * `.bytes()` parses the request body as a `Uint8Array`.
  *
  * @see {@link https://hono.dev/docs/api/request#bytes}
  *
  * @example
  * ```ts
  * app.post('/entry', async (c) => {
  *   const body = await c.req.bytes()
  * })
  * ```
  */
  bytes() {
    return this.#cachedBody("arrayBuffer").then((buffer) => new Uint8Array(buffer));
  }
  /**
  * Parses the request body as a `Blob`.
  * @example
  * ```ts
  * app.post('/entry', async (c) => {
  *   const body = await c.req.blob();
  * });
  * ```
  * @see https://hono.dev/docs/api/request#blob
  */
  blob() {
    return this.#cachedBody("blob");
  }
  /**
  * Parses the request body as `FormData`.
  * @example
  * ```ts
  * app.post('/entry', async (c) => {
  *   const body = await c.req.formData();
  * });
  * ```
  * @see https://hono.dev/docs/api/request#formdata
  */
  formData() {
    return this.#cachedBody("formData");
  }
  /**
  * Adds validated data to the request.
  *
  * @param target - The target of the validation.
  * @param data - The validated data to add.
  */
  addValidatedData(target, data) {
    (this.#validatedData ??= {})[target] = data;
  }
  valid(target) {
    return this.#validatedData?.[target];
  }
  /**
  * `.url` can get the request url strings.
  *
  * @see {@link https://hono.dev/docs/api/request#url}
  *
  * @example
  * ```ts
  * app.get('/about/me', (c) => {
  *   const url = c.req.url // `http://localhost:8787/about/me`
  *   ...
  * })
  * ```
  */
  get url() {
    return this.raw.url;
  }
  /**
  * `.method` can get the method name of the request.
  *
  * @see {@link https://hono.dev/docs/api/request#method}
  *
  * @example
  * ```ts
  * app.get('/about/me', (c) => {
  *   const method = c.req.method // `GET`
  * })
  * ```
  */
  get method() {
    return this.raw.method;
  }
  get [GET_MATCH_RESULT]() {
    return this.#matchResult;
  }
  /**
  * `.matchedRoutes` can return a matched route in the handler
  *
  * @deprecated
  *
  * Use matchedRoutes helper defined in "hono/route" instead.
  *
  * @see {@link https://hono.dev/docs/api/request#matchedroutes}
  *
  * @example
  * ```ts
  * app.use('*', async function logger(c, next) {
  *   await next()
  *   c.req.matchedRoutes.forEach(({ handler, method, path }, i) => {
  *     const name = handler.name || (handler.length < 2 ? '[handler]' : '[middleware]')
  *     console.log(
  *       method,
  *       ' ',
  *       path,
  *       ' '.repeat(Math.max(10 - path.length, 0)),
  *       name,
  *       i === c.req.routeIndex ? '<- respond from here' : ''
  *     )
  *   })
  * })
  * ```
  */
  get matchedRoutes() {
    return this.#matchResult[0].map(([[, route]]) => route);
  }
  /**
  * `.routePath` can retrieve the path registered within the handler
  *
  * @deprecated
  *
  * Use routePath helper defined in "hono/route" instead.
  *
  * @see {@link https://hono.dev/docs/api/request#routepath}
  *
  * @example
  * ```ts
  * app.get('/posts/:id', (c) => {
  *   return c.json({ path: c.req.routePath })
  * })
  * ```
  */
  get routePath() {
    return this.#matchResult[0].map(([[, route]]) => route)[this.routeIndex].path;
  }
};

// ../../work/main/node_modules/hono/dist/utils/html.js
var HtmlEscapedCallbackPhase = {
  Stringify: 1,
  BeforeStream: 2,
  Stream: 3
};
var raw = (value, callbacks) => {
  const escapedString = new String(value);
  escapedString.isEscaped = true;
  escapedString.callbacks = callbacks;
  return escapedString;
};
var resolveCallback = async (str, phase, preserveCallbacks, context, buffer) => {
  if (typeof str === "object" && !(str instanceof String)) {
    if (!(str instanceof Promise)) str = str.toString();
    if (str instanceof Promise) str = await str;
  }
  const callbacks = str.callbacks;
  if (!callbacks?.length) return Promise.resolve(str);
  if (buffer) buffer[0] += str;
  else buffer = [str];
  const resStr = Promise.all(callbacks.map((c) => c({
    phase,
    buffer,
    context
  }))).then((res) => Promise.all(res.filter(Boolean).map((str2) => resolveCallback(str2, phase, false, context, buffer))).then(() => buffer[0]));
  if (preserveCallbacks) return raw(await resStr, callbacks);
  else return resStr;
};

// ../../work/main/node_modules/hono/dist/context.js
var TEXT_PLAIN = "text/plain; charset=UTF-8";
var setDefaultContentType = (contentType, headers) => {
  return {
    "Content-Type": contentType,
    ...headers
  };
};
var createResponseInstance = (body, init) => new Response(body, init);
var Context = class {
  #rawRequest;
  #req;
  /**
  * `.env` can get bindings (environment variables, secrets, KV namespaces, D1 database, R2 bucket etc.) in Cloudflare Workers.
  *
  * @see {@link https://hono.dev/docs/api/context#env}
  *
  * @example
  * ```ts
  * // Environment object for Cloudflare Workers
  * app.get('*', async c => {
  *   const counter = c.env.COUNTER
  * })
  * ```
  */
  env = {};
  #var;
  finalized = false;
  /**
  * `.error` can get the error object from the middleware if the Handler throws an error.
  *
  * @see {@link https://hono.dev/docs/api/context#error}
  *
  * @example
  * ```ts
  * app.use('*', async (c, next) => {
  *   await next()
  *   if (c.error) {
  *     // do something...
  *   }
  * })
  * ```
  */
  error;
  #status;
  #executionCtx;
  #res;
  #layout;
  #renderer;
  #notFoundHandler;
  #preparedHeaders;
  #matchResult;
  #path;
  /**
  * Creates an instance of the Context class.
  *
  * @param req - The Request object.
  * @param options - Optional configuration options for the context.
  */
  constructor(req, options) {
    this.#rawRequest = req;
    if (options) {
      this.#executionCtx = options.executionCtx;
      this.env = options.env;
      this.#notFoundHandler = options.notFoundHandler;
      this.#path = options.path;
      this.#matchResult = options.matchResult;
    }
  }
  /**
  * `.req` is the instance of {@link HonoRequest}.
  */
  get req() {
    this.#req ??= new HonoRequest(this.#rawRequest, this.#path, this.#matchResult);
    return this.#req;
  }
  /**
  * @see {@link https://hono.dev/docs/api/context#event}
  * The FetchEvent associated with the current request.
  *
  * @throws Will throw an error if the context does not have a FetchEvent.
  */
  get event() {
    if (this.#executionCtx && "respondWith" in this.#executionCtx) return this.#executionCtx;
    else throw Error("This context has no FetchEvent");
  }
  /**
  * @see {@link https://hono.dev/docs/api/context#executionctx}
  * The ExecutionContext associated with the current request.
  *
  * @throws Will throw an error if the context does not have an ExecutionContext.
  */
  get executionCtx() {
    if (this.#executionCtx) return this.#executionCtx;
    else throw Error("This context has no ExecutionContext");
  }
  /**
  * @see {@link https://hono.dev/docs/api/context#res}
  * The Response object for the current request.
  */
  get res() {
    return this.#res ||= createResponseInstance(null, { headers: this.#preparedHeaders ??= new Headers() });
  }
  /**
  * Sets the Response object for the current request.
  *
  * @param _res - The Response object to set.
  */
  set res(_res) {
    if (this.#res && _res) {
      _res = createResponseInstance(_res.body, _res);
      for (const [k, v] of this.#res.headers.entries()) {
        if (k === "content-type") continue;
        if (k === "set-cookie") {
          const cookies = this.#res.headers.getSetCookie();
          _res.headers.delete("set-cookie");
          for (const cookie of cookies) _res.headers.append("set-cookie", cookie);
        } else _res.headers.set(k, v);
      }
    }
    this.#res = _res;
    this.finalized = true;
  }
  /**
  * `.render()` can create a response within a layout.
  *
  * @see {@link https://hono.dev/docs/api/context#render-setrenderer}
  *
  * @example
  * ```ts
  * app.get('/', (c) => {
  *   return c.render('Hello!')
  * })
  * ```
  */
  render = (...args) => {
    this.#renderer ??= (content) => this.html(content);
    return this.#renderer(...args);
  };
  /**
  * Sets the layout for the response.
  *
  * @param layout - The layout to set.
  * @returns The layout function.
  */
  setLayout = (layout) => this.#layout = layout;
  /**
  * Gets the current layout for the response.
  *
  * @returns The current layout function.
  */
  getLayout = () => this.#layout;
  /**
  * `.setRenderer()` can set the layout in the custom middleware.
  *
  * @see {@link https://hono.dev/docs/api/context#render-setrenderer}
  *
  * @example
  * ```tsx
  * app.use('*', async (c, next) => {
  *   c.setRenderer((content) => {
  *     return c.html(
  *       <html>
  *         <body>
  *           <p>{content}</p>
  *         </body>
  *       </html>
  *     )
  *   })
  *   await next()
  * })
  * ```
  */
  setRenderer = (renderer) => {
    this.#renderer = renderer;
  };
  /**
  * `.header()` can set headers.
  *
  * @see {@link https://hono.dev/docs/api/context#header}
  *
  * @example
  * ```ts
  * app.get('/welcome', (c) => {
  *   // Set headers
  *   c.header('X-Message', 'Hello!')
  *   c.header('Content-Type', 'text/plain')
  *
  *   // Append multiple headers using the append option (e.g. Vary)
  *   c.header('Vary', 'Accept-Encoding', { append: true })
  *   c.header('Vary', 'User-Agent', { append: true })
  *
  *   return c.body('Thank you for coming')
  * })
  * ```
  */
  header = (name, value, options) => {
    if (this.finalized && !this.#res.bodyUsed) this.#res = createResponseInstance(this.#res.body, this.#res);
    const headers = this.#res ? this.#res.headers : this.#preparedHeaders ??= new Headers();
    if (value === void 0) headers.delete(name);
    else if (options?.append) headers.append(name, value);
    else headers.set(name, value);
  };
  status = (status) => {
    this.#status = status;
  };
  /**
  * `.set()` can set the value specified by the key.
  *
  * @see {@link https://hono.dev/docs/api/context#set-get}
  *
  * @example
  * ```ts
  * app.use('*', async (c, next) => {
  *   c.set('message', 'Hono is hot!!')
  *   await next()
  * })
  * ```
  */
  set = (key2, value) => {
    this.#var ??= /* @__PURE__ */ new Map();
    this.#var.set(key2, value);
  };
  /**
  * `.get()` can use the value specified by the key.
  *
  * @see {@link https://hono.dev/docs/api/context#set-get}
  *
  * @example
  * ```ts
  * app.get('/', (c) => {
  *   const message = c.get('message')
  *   return c.text(`The message is "${message}"`)
  * })
  * ```
  */
  get = (key2) => {
    return this.#var ? this.#var.get(key2) : void 0;
  };
  /**
  * `.var` can access the value of a variable.
  *
  * @see {@link https://hono.dev/docs/api/context#var}
  *
  * @example
  * ```ts
  * const result = c.var.client.oneMethod()
  * ```
  */
  get var() {
    if (!this.#var) return {};
    return Object.fromEntries(this.#var);
  }
  #newResponse(data, arg, headers) {
    let responseHeaders = this.#res ? new Headers(this.#res.headers) : this.#preparedHeaders;
    if (typeof arg === "object" && arg.headers) {
      responseHeaders ??= new Headers();
      for (const [key2, value] of new Headers(arg.headers)) if (key2 === "set-cookie") responseHeaders.append(key2, value);
      else responseHeaders.set(key2, value);
    }
    if (headers) {
      if (!responseHeaders) {
        let count2 = 0;
        for (const k in headers) if (++count2 > 1 || typeof headers[k] !== "string") {
          responseHeaders = new Headers();
          break;
        }
      }
      if (responseHeaders) for (const k in headers) {
        const v = headers[k];
        if (typeof v === "string") responseHeaders.set(k, v);
        else {
          responseHeaders.delete(k);
          for (const v2 of v) responseHeaders.append(k, v2);
        }
      }
    }
    const status = typeof arg === "number" ? arg : arg?.status ?? this.#status;
    return createResponseInstance(data, {
      status,
      headers: responseHeaders ?? headers
    });
  }
  newResponse = (...args) => this.#newResponse(...args);
  /**
  * `.body()` can return the HTTP response.
  * You can set headers with `.header()` and set HTTP status code with `.status`.
  * This can also be set in `.text()`, `.json()` and so on.
  *
  * @see {@link https://hono.dev/docs/api/context#body}
  *
  * @example
  * ```ts
  * app.get('/welcome', (c) => {
  *   // Set headers
  *   c.header('X-Message', 'Hello!')
  *   c.header('Content-Type', 'text/plain')
  *   // Set HTTP status code
  *   c.status(201)
  *
  *   // Return the response body
  *   return c.body('Thank you for coming')
  * })
  * ```
  */
  body = (data, arg, headers) => this.#newResponse(data, arg, headers);
  /**
  * `.text()` can render text as `Content-Type:text/plain`.
  *
  * @see {@link https://hono.dev/docs/api/context#text}
  *
  * @example
  * ```ts
  * app.get('/say', (c) => {
  *   return c.text('Hello!')
  * })
  * ```
  */
  text = (text, arg, headers) => {
    return !this.#preparedHeaders && !this.#status && !arg && !headers && !this.finalized ? new Response(text) : this.#newResponse(text, arg, setDefaultContentType(TEXT_PLAIN, headers));
  };
  /**
  * `.json()` can render JSON as `Content-Type:application/json`.
  *
  * @see {@link https://hono.dev/docs/api/context#json}
  *
  * @example
  * ```ts
  * app.get('/api', (c) => {
  *   return c.json({ message: 'Hello!' })
  * })
  * ```
  */
  json = (object, arg, headers) => {
    return this.#newResponse(JSON.stringify(object), arg, setDefaultContentType("application/json", headers));
  };
  html = (html, arg, headers) => {
    const res = (html2) => this.#newResponse(html2, arg, setDefaultContentType("text/html; charset=UTF-8", headers));
    return typeof html === "object" ? resolveCallback(html, HtmlEscapedCallbackPhase.Stringify, false, {}).then(res) : res(html);
  };
  /**
  * `.redirect()` can Redirect, default status code is 302.
  *
  * @see {@link https://hono.dev/docs/api/context#redirect}
  *
  * @example
  * ```ts
  * app.get('/redirect', (c) => {
  *   return c.redirect('/')
  * })
  * app.get('/redirect-permanently', (c) => {
  *   return c.redirect('/', 301)
  * })
  * ```
  */
  redirect = (location, status) => {
    const locationString = String(location);
    this.header("Location", !/[^\x00-\xFF]/.test(locationString) ? locationString : encodeURI(locationString));
    return this.newResponse(null, status ?? 302);
  };
  /**
  * `.notFound()` can return the Not Found Response.
  *
  * @see {@link https://hono.dev/docs/api/context#notfound}
  *
  * @example
  * ```ts
  * app.get('/notfound', (c) => {
  *   return c.notFound()
  * })
  * ```
  */
  notFound = () => {
    this.#notFoundHandler ??= () => createResponseInstance();
    return this.#notFoundHandler(this);
  };
};

// ../../work/main/node_modules/hono/dist/compose.js
var compose = (middleware, onError, onNotFound) => {
  return (context, next2) => {
    let index = -1;
    return dispatch(0);
    async function dispatch(i) {
      if (i <= index) throw new Error("next() called multiple times");
      index = i;
      let res;
      let isError = false;
      let handler;
      if (middleware[i]) {
        handler = middleware[i][0][0];
        context.req.routeIndex = i;
      } else handler = i === middleware.length && next2 || void 0;
      if (handler) try {
        res = await handler(context, () => dispatch(i + 1));
      } catch (err) {
        if (err instanceof Error && onError) {
          context.error = err;
          res = await onError(err, context);
          isError = true;
        } else throw err;
      }
      else if (context.finalized === false && onNotFound) res = await onNotFound(context);
      if (res && (context.finalized === false || isError)) context.res = res;
      return context;
    }
  };
};

// ../../work/main/node_modules/hono/dist/helper/route/index.js
var matchedRoutes = (c) => c.req[GET_MATCH_RESULT][0].map(([[, route]]) => route);
var routePath = (c, index) => matchedRoutes(c).at(index ?? c.req.routeIndex)?.path ?? "";

// ../../work/main/node_modules/hono/dist/router.js
var METHODS = [
  "get",
  "post",
  "put",
  "delete",
  "options",
  "patch",
  "query"
];
var MESSAGE_MATCHER_IS_ALREADY_BUILT = "Can not add a route since the matcher is already built.";
var UnsupportedPathError = class extends Error {
};

// ../../work/main/node_modules/hono/dist/utils/constants.js
var COMPOSED_HANDLER = "__COMPOSED_HANDLER";

// ../../work/main/node_modules/hono/dist/utils/mount.js
var countTrailingSlashes = (path2) => {
  let index = path2.length;
  while (index > 0 && path2.charCodeAt(index - 1) === 47) index--;
  return path2.length - index;
};
var getPathPrefixLength = (c, pathPrefix, routePath2) => {
  if (!/[:*]/.test(pathPrefix)) return pathPrefix.length;
  const path2 = c.req.path;
  const matchResult = c.req[GET_MATCH_RESULT];
  const paramNames = /* @__PURE__ */ new Set();
  let length = 0;
  for (const part of splitRoutingPath(pathPrefix)) {
    if (part[0] === ":" && part.endsWith("}?")) throw new Error(`mount(): Optional regular expression parameters are not supported in "${routePath2}".`);
    const pattern = getPattern(part);
    if (pattern && pattern !== "*") {
      const name = pattern[1];
      if (paramNames.has(name)) throw new Error(`mount(): Duplicate path parameter "${name}" in "${routePath2}".`);
      paramNames.add(name);
    }
    if (pattern && pattern !== "*" && pattern[2] !== true) {
      const value = matchResult.length === 2 ? matchResult[1][matchResult[0][c.req.routeIndex][1][pattern[1]]] : matchResult[0][c.req.routeIndex][1][pattern[1]];
      length += value.length + 1;
    } else if (pattern || part.endsWith("*")) {
      const end = path2.indexOf("/", length + 1);
      length = end === -1 ? path2.length : end;
    } else length += part.length + 1;
  }
  return length;
};
var createMountedRequest = (c, pathPrefix, routePath2) => {
  if (/[^/]\*$/.test(routePath2)) throw new Error(`mount(): Wildcard must follow "/" in "${routePath2}".`);
  const prefixLength = getPathPrefixLength(c, pathPrefix, routePath2);
  const path2 = c.req.path.slice(prefixLength) || "/";
  if (prefixLength > c.req.path.length || path2[0] !== "/" || /\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path2)) throw new HTTPException(400, { message: "Invalid mounted path" });
  const rawUrl = c.req.raw.url;
  if (/^[^/?#]*\/\/[^/?#\\]*[?#\\]/.test(rawUrl)) throw new HTTPException(400, { message: "Invalid mounted path" });
  const rawPathEnd = rawUrl.search(/[?#]/);
  const rawTrailingSlashes = countTrailingSlashes(rawPathEnd === -1 ? rawUrl : rawUrl.slice(0, rawPathEnd));
  if (rawTrailingSlashes > 1 && countTrailingSlashes(c.req.path) === rawTrailingSlashes - 1) throw new HTTPException(400, { message: "Invalid mounted path" });
  const url = new URL(rawUrl);
  url.pathname = path2.replace(/[\\\t\n\r]/g, encodeURIComponent);
  if (path2.includes("%")) {
  }
  return new Request(url, c.req.raw);
};

// ../../work/main/node_modules/hono/dist/hono-base.js
var notFoundHandler = (c) => {
  return c.text("404 Not Found", 404);
};
var errorHandler = (err, c) => {
  if ("getResponse" in err) {
    const res = err.getResponse();
    return c.newResponse(res.body, res);
  }
  console.error(err);
  return c.text("Internal Server Error", 500);
};
var Hono = class Hono2 {
  get;
  post;
  put;
  delete;
  options;
  patch;
  query;
  all;
  on;
  use;
  router;
  getPath;
  _basePath = "/";
  #path = "/";
  routes = [];
  constructor(options = {}) {
    [...METHODS, "all"].forEach((method) => {
      this[method] = (args1, ...args) => {
        const methodName = method.toUpperCase();
        if (typeof args1 === "string") this.#path = args1;
        else this.#addRoute(methodName, this.#path, args1);
        args.forEach((handler) => {
          this.#addRoute(methodName, this.#path, handler);
        });
        return this;
      };
    });
    this.on = (method, path2, ...handlers) => {
      for (const p of [path2].flat()) {
        this.#path = p;
        for (const m of [method].flat()) {
          const methodName = m.toUpperCase();
          for (const handler of handlers) this.#addRoute(methodName, this.#path, handler);
        }
      }
      return this;
    };
    this.use = (arg1, ...handlers) => {
      if (typeof arg1 === "string") this.#path = arg1;
      else {
        this.#path = "*";
        handlers.unshift(arg1);
      }
      handlers.forEach((handler) => {
        this.#addRoute("ALL", this.#path, handler);
      });
      return this;
    };
    const { strict, ...optionsWithoutStrict } = options;
    Object.assign(this, optionsWithoutStrict);
    this.getPath = strict ?? true ? options.getPath ?? getPath : getPathNoStrict;
  }
  #clone() {
    const clone = new Hono2({
      router: this.router,
      getPath: this.getPath
    });
    clone.errorHandler = this.errorHandler;
    clone.#notFoundHandler = this.#notFoundHandler;
    clone.routes = this.routes;
    return clone;
  }
  #notFoundHandler = notFoundHandler;
  errorHandler = errorHandler;
  /**
  * `.route()` allows grouping other Hono instance in routes.
  *
  * @see {@link https://hono.dev/docs/api/routing#grouping}
  *
  * @param {string} path - base Path
  * @param {Hono} app - other Hono instance
  * @returns {Hono} routed Hono instance
  *
  * @example
  * ```ts
  * const app = new Hono()
  * const app2 = new Hono()
  *
  * app2.get("/user", (c) => c.text("user"))
  * app.route("/api", app2) // GET /api/user
  * ```
  */
  route(path2, app2) {
    const subApp = this.basePath(path2);
    app2.routes.map((r) => {
      let handler;
      if (app2.errorHandler === errorHandler) handler = r.handler;
      else {
        handler = async (c, next2) => (await compose([], app2.errorHandler)(c, () => r.handler(c, next2))).res;
        handler[COMPOSED_HANDLER] = r.handler;
      }
      subApp.#addRoute(r.method, r.path, handler, r.basePath);
    });
    return this;
  }
  /**
  * `.basePath()` allows base paths to be specified.
  *
  * @see {@link https://hono.dev/docs/api/routing#base-path}
  *
  * @param {string} path - base Path
  * @returns {Hono} changed Hono instance
  *
  * @example
  * ```ts
  * const api = new Hono().basePath('/api')
  * ```
  */
  basePath(path2) {
    const subApp = this.#clone();
    subApp._basePath = mergePath(this._basePath, path2);
    return subApp;
  }
  /**
  * `.onError()` handles an error and returns a customized Response.
  *
  * @see {@link https://hono.dev/docs/api/hono#error-handling}
  *
  * @param {ErrorHandler} handler - request Handler for error
  * @returns {Hono} changed Hono instance
  *
  * @example
  * ```ts
  * app.onError((err, c) => {
  *   console.error(`${err}`)
  *   return c.text('Custom Error Message', 500)
  * })
  * ```
  */
  onError = (handler) => {
    this.errorHandler = handler;
    return this;
  };
  /**
  * `.notFound()` allows you to customize a Not Found Response.
  *
  * @see {@link https://hono.dev/docs/api/hono#not-found}
  *
  * @param {NotFoundHandler} handler - request handler for not-found
  * @returns {Hono} changed Hono instance
  *
  * @example
  * ```ts
  * app.notFound((c) => {
  *   return c.text('Custom 404 Message', 404)
  * })
  * ```
  */
  notFound = (handler) => {
    this.#notFoundHandler = handler;
    return this;
  };
  /**
  * `.mount()` allows you to mount applications built with other frameworks into your Hono application.
  *
  * @deprecated Use `mount()` from `hono/mount` instead. `.mount()` will be removed in v5.
  *
  * @see {@link https://hono.dev/docs/api/hono#mount}
  *
  * @param {string} path - base Path
  * @param {Function} applicationHandler - other Request Handler
  * @param {MountOptions} [options] - options of `.mount()`
  * @returns {Hono} mounted Hono instance
  * @throws {Error} If automatic request rewriting encounters duplicate path parameter names or an optional regular expression parameter.
  * @throws {HTTPException} With status 400 if automatic request rewriting cannot safely preserve the routed path.
  *
  * @example
  * ```ts
  * import { Router as IttyRouter } from 'itty-router'
  * import { Hono } from 'hono'
  * // Create itty-router application
  * const ittyRouter = IttyRouter()
  * // GET /itty-router/hello
  * ittyRouter.get('/hello', () => new Response('Hello from itty-router'))
  *
  * const app = new Hono()
  * app.mount('/itty-router', ittyRouter.handle)
  * ```
  *
  * @example
  * ```ts
  * const app = new Hono()
  * // Send the request to another application without modification.
  * app.mount('/app', anotherApp, {
  *   replaceRequest: (req) => req,
  * })
  * ```
  */
  mount(path2, applicationHandler, options) {
    let replaceRequest;
    let optionHandler;
    if (options) {
      if (typeof options === "function") optionHandler = options;
      else {
        optionHandler = options.optionHandler;
        if (options.replaceRequest === false) replaceRequest = (request) => request;
        else replaceRequest = options.replaceRequest;
      }
    }
    const getOptions = optionHandler ? (c) => {
      const options2 = optionHandler(c);
      return Array.isArray(options2) ? options2 : [options2];
    } : (c) => {
      let executionContext = void 0;
      try {
        executionContext = c.executionCtx;
      } catch {
      }
      return [c.env, executionContext];
    };
    const defaultReplaceRequest = (c) => {
      const mountedRoutePath = routePath(c);
      return createMountedRequest(c, mountedRoutePath.replace(/\/?\*$/, ""), mountedRoutePath);
    };
    const handler = async (c, next2) => {
      const res = await applicationHandler(replaceRequest ? replaceRequest(c.req.raw) : defaultReplaceRequest(c), ...getOptions(c));
      if (res) return res;
      await next2();
    };
    this.#addRoute("ALL", mergePath(path2, "*"), handler);
    return this;
  }
  #addRoute(method, path2, handler, baseRoutePath) {
    path2 = mergePath(this._basePath, path2);
    const r = {
      basePath: baseRoutePath !== void 0 ? mergePath(this._basePath, baseRoutePath) : this._basePath,
      path: path2,
      method,
      handler
    };
    this.router.add(method, path2, [handler, r]);
    this.routes.push(r);
  }
  #handleError(err, c) {
    if (err instanceof Error) return this.errorHandler(err, c);
    throw err;
  }
  #dispatch(request, executionCtx, env, method) {
    if (method === "HEAD") return (async () => new Response(null, await this.#dispatch(request, executionCtx, env, "GET")))();
    const path2 = this.getPath(request, { env });
    const matchResult = this.router.match(method, path2);
    const c = new Context(request, {
      path: path2,
      matchResult,
      env,
      executionCtx,
      notFoundHandler: this.#notFoundHandler
    });
    if (matchResult[0].length === 1) {
      let res;
      try {
        res = matchResult[0][0][0][0](c, async () => {
          c.res = await this.#notFoundHandler(c);
        });
      } catch (err) {
        return this.#handleError(err, c);
      }
      return res instanceof Promise ? res.then((resolved) => resolved || (c.finalized ? c.res : this.#notFoundHandler(c))).catch((err) => this.#handleError(err, c)) : res ?? this.#notFoundHandler(c);
    }
    const composed = compose(matchResult[0], this.errorHandler, this.#notFoundHandler);
    return (async () => {
      try {
        const context = await composed(c);
        if (!context.finalized) throw new Error("Context is not finalized. Did you forget to return a Response object or `await next()`?");
        return context.res;
      } catch (err) {
        return this.#handleError(err, c);
      }
    })();
  }
  /**
  * `.fetch()` will be entry point of your app.
  *
  * @see {@link https://hono.dev/docs/api/hono#fetch}
  *
  * @param {Request} request - request Object of request
  * @param {Env} env - env Object
  * @param {ExecutionContext} executionCtx - context of execution
  * @returns {Response | Promise<Response>} response of request
  *
  */
  fetch = (request, ...rest) => {
    return this.#dispatch(request, rest[1], rest[0], request.method);
  };
  /**
  * `.request()` is a useful method for testing.
  * You can pass a URL or pathname to send a GET request.
  * app will return a Response object.
  * ```ts
  * test('GET /hello is ok', async () => {
  *   const res = await app.request('/hello')
  *   expect(res.status).toBe(200)
  * })
  * ```
  * @see https://hono.dev/docs/api/hono#request
  */
  request = (input, requestInit, Env, executionCtx) => {
    if (input instanceof Request) return this.fetch(requestInit ? new Request(input, requestInit) : input, Env, executionCtx);
    input = input.toString();
    return this.fetch(new Request(/^https?:\/\//.test(input) ? input : `http://localhost${mergePath("/", input)}`, requestInit), Env, executionCtx);
  };
  /**
  * `.fire()` automatically adds a global fetch event listener.
  * This can be useful for environments that adhere to the Service Worker API, such as non-ES module Cloudflare Workers.
  * @deprecated
  * Use `fire` from `hono/service-worker` instead.
  * ```ts
  * import { Hono } from 'hono'
  * import { fire } from 'hono/service-worker'
  *
  * const app = new Hono()
  * // ...
  * fire(app)
  * ```
  * @see https://hono.dev/docs/api/hono#fire
  * @see https://developer.mozilla.org/en-US/docs/Web/API/Service_Worker_API
  * @see https://developers.cloudflare.com/workers/reference/migrate-to-module-workers/
  */
  fire = () => {
    addEventListener("fetch", (event) => {
      event.respondWith(this.#dispatch(event.request, event, void 0, event.request.method));
    });
  };
};

// ../../work/main/node_modules/hono/dist/router/utils.js
var createNullObject = () => /* @__PURE__ */ Object.create(null);

// ../../work/main/node_modules/hono/dist/router/reg-exp-router/matcher.js
var emptyParam = [];
function match(method, path2) {
  const matchers = this.buildAllMatchers();
  const match2 = ((method2, path3) => {
    const matcher = matchers[method2] || matchers["ALL"];
    const staticMatch = matcher[2][path3];
    if (staticMatch) return staticMatch;
    const match3 = path3.match(matcher[0]);
    if (!match3) return [[], emptyParam];
    const index = match3.indexOf("", 1);
    return [matcher[1][index], match3];
  });
  this.match = match2;
  return match2(method, path2);
}

// ../../work/main/node_modules/hono/dist/router/reg-exp-router/node.js
var LABEL_REG_EXP_STR = "[^/]+";
var ONLY_WILDCARD_REG_EXP_STR = "[^]*";
var TAIL_WILDCARD_REG_EXP_STR = "(?:|/[^]*)";
var PATH_ERROR = /* @__PURE__ */ Symbol();
var regExpMetaChars = /* @__PURE__ */ new Set(".\\+*[^]$()");
function compareKey(a, b) {
  if (a.length === 1) return b.length === 1 ? a < b ? -1 : 1 : -1;
  if (b.length === 1) return 1;
  if (a === "[^]*" || a === "(?:|/[^]*)") return b === "[^]*" ? -1 : 1;
  else if (b === "[^]*" || b === "(?:|/[^]*)") return -1;
  if (a === "[^/]+") return 1;
  else if (b === "[^/]+") return -1;
  return a.length === b.length ? a < b ? -1 : 1 : b.length - a.length;
}
var Node = class Node2 {
  #index;
  #varIndex;
  #children = createNullObject();
  insert(tokens, index, paramMap, context, keys) {
    let node = this;
    for (let i = 0, len = tokens.length; i < len; i++) {
      const token = tokens[i];
      const pattern = token.length === 1 ? token === "*" ? i === len - 1 ? [
        "",
        "",
        ONLY_WILDCARD_REG_EXP_STR
      ] : [
        "",
        "",
        LABEL_REG_EXP_STR
      ] : null : token === "/*" ? [
        "",
        "",
        TAIL_WILDCARD_REG_EXP_STR
      ] : token.match(/^\:([^\{\}]+)(?:\{(.+)\})?$/);
      let nextNode;
      if (pattern) {
        const name = pattern[1];
        let regexpStr = pattern[2] || "[^/]+";
        if (name && pattern[2]) {
          if (new RegExp(regexpStr).test("")) throw PATH_ERROR;
          regexpStr = regexpStr.replace(/^\((?!\?:)(?=[^)]+\)$)/, "(?:");
          if (/\((?!\?:)/.test(regexpStr)) throw PATH_ERROR;
          if (regexpStr.length === 1 && regExpMetaChars.has(regexpStr)) throw PATH_ERROR;
        }
        keys.push(regexpStr);
        nextNode = node.#children[regexpStr];
        if (!nextNode) {
          if (regexpStr !== "[^]*" && regexpStr !== "(?:|/[^]*)") {
            for (const k in node.#children) if ((regexpStr.length > 1 || k.length > 1) && k !== "[^]*" && k !== "(?:|/[^]*)") throw PATH_ERROR;
          }
          nextNode = node.#children[regexpStr] = new Node2();
        }
        if (name !== "") {
          nextNode.#varIndex ??= context.varIndex++;
          paramMap.push([name, nextNode.#varIndex]);
        }
      } else {
        keys.push(token);
        nextNode = node.#children[token];
        if (!nextNode) {
          for (const k in node.#children) if (k.length > 1 && k !== "[^]*" && k !== "(?:|/[^]*)") throw PATH_ERROR;
          nextNode = node.#children[token] = new Node2();
        }
      }
      node = nextNode;
    }
    if (node.#index !== void 0) throw PATH_ERROR;
    node.#index = index;
  }
  buildRegExpStr() {
    const strList = Object.keys(this.#children).sort(compareKey).map((k) => {
      const c = this.#children[k];
      const childStr = c.buildRegExpStr();
      return childStr === "" ? "" : (typeof c.#varIndex === "number" ? `(${k})@${c.#varIndex}` : regExpMetaChars.has(k) ? `\\${k}` : k) + childStr;
    }).filter(Boolean);
    if (typeof this.#index === "number" && this.#index !== -1) strList.unshift(`#${this.#index}`);
    if (strList.length === 0) return "";
    if (strList.length === 1) return strList[0];
    return "(?:" + strList.join("|") + ")";
  }
};

// ../../work/main/node_modules/hono/dist/router/reg-exp-router/trie.js
var Trie = class {
  #context = { varIndex: 0 };
  #root = new Node();
  #index = 0;
  paths = createNullObject();
  insert(path2, isStatic) {
    const keys = [];
    if (isStatic) {
      this.#root.insert(path2.split(""), -1, [], this.#context, keys);
      this.paths[path2] = [
        -1,
        [],
        keys
      ];
      return;
    }
    const paramAssoc = [];
    const groups = [];
    let markedPath = path2;
    for (let i = 0; ; ) {
      let replaced = false;
      markedPath = markedPath.replace(/\{(?:\{[\d,]+\}|[^}])+\}/g, (m) => {
        const mark = `@\\${i}`;
        groups[i] = [mark, m];
        i++;
        replaced = true;
        return mark;
      });
      if (!replaced) break;
    }
    const tokens = markedPath.match(/(?::[^\/]+)|(?:\/\*$)|./gs) || [];
    for (let i = groups.length - 1; i >= 0; i--) {
      const [mark] = groups[i];
      for (let j = tokens.length - 1; j >= 0; j--) if (tokens[j].indexOf(mark) !== -1) {
        tokens[j] = tokens[j].replace(mark, groups[i][1]);
        break;
      }
    }
    this.#root.insert(tokens, this.#index, paramAssoc, this.#context, keys);
    this.paths[path2] = [
      this.#index++,
      paramAssoc,
      keys
    ];
  }
  buildRegExp() {
    let regexp = this.#root.buildRegExpStr();
    if (regexp === "") return [
      /^$/,
      [],
      []
    ];
    let captureIndex = 0;
    const indexReplacementMap = [];
    const paramReplacementMap = [];
    regexp = regexp.replace(/#(\d+)|@(\d+)|\.\*\$/g, (_, handlerIndex, paramIndex) => {
      if (handlerIndex !== void 0) {
        indexReplacementMap[++captureIndex] = Number(handlerIndex);
        return "$()";
      }
      if (paramIndex !== void 0) {
        paramReplacementMap[Number(paramIndex)] = ++captureIndex;
        return "";
      }
      return "";
    });
    return [
      new RegExp(`^${regexp}`),
      indexReplacementMap,
      paramReplacementMap
    ];
  }
};

// ../../work/main/node_modules/hono/dist/router/reg-exp-router/router.js
function endsWithWildcard(keys) {
  const tail = keys[keys.length - 1];
  return tail === "[^]*" || tail === "(?:|/[^]*)";
}
function covers(wildcard, target) {
  const last = wildcard.length - 1;
  for (let i = 0; i < last; i++) if (wildcard[i] !== target[i]) return false;
  return wildcard[last] === "[^]*" || target.length === last || target[last] === "/";
}
var RegExpRouter = class {
  name = "RegExpRouter";
  #handlers;
  #tries;
  constructor() {
    this.#handlers = { ["ALL"]: [] };
    this.#tries = { ["ALL"]: new Trie() };
  }
  #insertPath(method, path2) {
    try {
      this.#tries[method].insert(path2, !/\*|\/:/.test(path2));
    } catch (e) {
      throw e === PATH_ERROR ? new UnsupportedPathError(path2) : e;
    }
  }
  add(method, path2, handler) {
    const handlers = this.#handlers;
    if (!handlers) throw new Error(MESSAGE_MATCHER_IS_ALREADY_BUILT);
    const tries = this.#tries;
    if (!handlers[method]) {
      tries[method] = new Trie();
      handlers[method] = [...handlers["ALL"]];
      for (const p in tries["ALL"].paths) this.#insertPath(method, p);
    }
    if (path2 === "/*") path2 = "*";
    const methods = method === "ALL" ? Object.keys(handlers) : [method];
    const paths = checkOptionalParameter(path2) || [path2];
    for (const path3 of paths) for (const m of methods) {
      if (!tries[m].paths[path3]) this.#insertPath(m, path3);
      handlers[m].push([handler, path3]);
    }
  }
  match = match;
  buildAllMatchers() {
    const matchers = createNullObject();
    for (const method of Object.keys(this.#handlers)) matchers[method] = this.#buildMatcher(method);
    this.#handlers = this.#tries = void 0;
    return matchers;
  }
  #buildMatcher(method) {
    const handlers = this.#handlers[method];
    const trie = this.#tries[method];
    const staticMap = createNullObject();
    const handlerData = [];
    const [regexp, indexReplacementMap, paramReplacementMap] = trie.buildRegExp();
    const own = createNullObject();
    const entries = handlers.map(([h, p], i) => {
      (own[p] ??= []).push(i);
      return [h, trie.paths[p][1].reduceRight((map, [key2, varIndex]) => {
        map[key2] = paramReplacementMap[varIndex];
        return map;
      }, createNullObject())];
    });
    const wildcards = Object.keys(own).filter((p) => endsWithWildcard(trie.paths[p][2]));
    for (const path2 in trie.paths) {
      const [index, , keys] = trie.paths[path2];
      const indexes = [...own[path2]];
      for (const p of wildcards) if (p !== path2 && covers(trie.paths[p][2], keys)) indexes.push(...own[p]);
      const data = indexes.sort((a, b) => a - b).map((i) => entries[i]);
      if (index === -1) {
        const last = Math.max(-1, ...data.flatMap(([, map]) => Object.values(map)));
        staticMap[path2] = [data, last === -1 ? emptyParam : path2.match(regexp).slice(0, last + 1)];
      } else handlerData[index] = data;
    }
    return [
      regexp,
      indexReplacementMap.map((i) => handlerData[i]),
      staticMap
    ];
  }
};

// ../../work/main/node_modules/hono/dist/router/smart-router/router.js
var SmartRouter = class {
  name = "SmartRouter";
  #routers = [];
  #routes = [];
  constructor(init) {
    this.#routers = init.routers;
  }
  add(method, path2, handler) {
    if (!this.#routes) throw new Error(MESSAGE_MATCHER_IS_ALREADY_BUILT);
    this.#routes.push([
      method,
      path2,
      handler
    ]);
  }
  match(method, path2) {
    if (!this.#routes) throw new Error("Fatal error");
    const routers = this.#routers;
    const routes = this.#routes;
    const len = routers.length;
    let i = 0;
    let res;
    for (; i < len; i++) {
      const router = routers[i];
      try {
        for (let i2 = 0, len2 = routes.length; i2 < len2; i2++) router.add(...routes[i2]);
        res = router.match(method, path2);
      } catch (e) {
        if (e instanceof UnsupportedPathError) continue;
        throw e;
      }
      this.match = router.match.bind(router);
      this.#routers = [router];
      this.#routes = void 0;
      break;
    }
    if (i === len) throw new Error("Fatal error");
    this.name = `SmartRouter + ${this.activeRouter.name}`;
    return res;
  }
  get activeRouter() {
    if (this.#routes || this.#routers.length !== 1) throw new Error("No active router has been determined yet.");
    return this.#routers[0];
  }
};

// ../../work/main/node_modules/hono/dist/router/trie-router/node.js
var emptyParams = createNullObject();
var order = 0;
var Node3 = class Node4 {
  #methods = [];
  #children = createNullObject();
  #patterns = [];
  #pattern;
  #params = emptyParams;
  insert(method, path2, handler) {
    let curNode = this;
    const parts = splitRoutingPath(path2);
    const possibleKeys = /* @__PURE__ */ new Set();
    let i = 0;
    for (const p of parts) {
      const nextP = parts[++i];
      const pattern = getPattern(p, nextP) || (nextP === void 0 && p && p.indexOf("*") === p.length - 1 ? p : null);
      const isParam = Array.isArray(pattern);
      const key2 = isParam ? pattern[0] : pattern || p;
      const child = curNode.#children[key2] ||= new Node4();
      if (pattern && !child.#pattern) {
        child.#pattern = pattern;
        curNode.#patterns.push(child);
      }
      curNode = child;
      if (isParam) possibleKeys.add(pattern[1]);
    }
    curNode.#methods.push({ [method]: {
      handler,
      possibleKeys: [...possibleKeys],
      score: ++order
    } });
  }
  #pushHandlerSets(handlerSets, node, method, nodeParams, params) {
    for (let i = 0, len = node.#methods.length; i < len; i++) {
      const m = node.#methods[i];
      const handlerSet = m[method] || m["ALL"];
      if (handlerSet) {
        handlerSet.params = createNullObject();
        handlerSets.push(handlerSet);
        for (let i2 = 0, len2 = handlerSet.possibleKeys.length; i2 < len2; i2++) {
          const key2 = handlerSet.possibleKeys[i2];
          handlerSet.params[key2] = params?.[key2] && !i2 ? params[key2] : nodeParams[key2] ?? params?.[key2];
        }
      }
    }
  }
  search(method, path2) {
    const handlerSets = [];
    this.#params = emptyParams;
    let curNodes = [this];
    const parts = splitPath(path2);
    const curNodesQueue = [];
    const len = parts.length;
    let partOffsets = null;
    for (let i = 0; i < len; i++) {
      const part = parts[i];
      const isLast = i === len - 1;
      const tempNodes = [];
      for (let j = 0, len2 = curNodes.length; j < len2; j++) {
        const node = curNodes[j];
        const nextNode = node.#children[part];
        if (nextNode) {
          nextNode.#params = node.#params;
          if (isLast) {
            if (nextNode.#children["*"]) this.#pushHandlerSets(handlerSets, nextNode.#children["*"], method, node.#params);
            this.#pushHandlerSets(handlerSets, nextNode, method, node.#params);
          } else tempNodes.push(nextNode);
        }
        for (const child of node.#patterns) {
          const pattern = child.#pattern;
          const params = node.#params === emptyParams ? {} : { ...node.#params };
          if (typeof pattern === "string") {
            if (pattern === "*" || part.startsWith(pattern.slice(0, -1))) {
              this.#pushHandlerSets(handlerSets, child, method, node.#params);
              if (pattern === "*") {
                child.#params = params;
                tempNodes.push(child);
              }
            }
            continue;
          }
          const [, name, matcher] = pattern;
          if (!part && matcher === true) continue;
          if (matcher !== true) {
            if (!partOffsets) {
              partOffsets = [];
              let offset = path2[0] === "/" ? 1 : 0;
              for (let p = 0; p < len; p++) {
                partOffsets[p] = offset;
                offset += parts[p].length + 1;
              }
            }
            const restPathString = path2.slice(partOffsets[i]);
            const m = matcher.exec(restPathString);
            if (m) {
              if (!Object.hasOwn(params, name)) params[name] = m[0];
              this.#pushHandlerSets(handlerSets, child, method, node.#params, params);
              if (m[0].length === restPathString.length && child.#children["*"]) this.#pushHandlerSets(handlerSets, child.#children["*"], method, node.#params, params);
              for (const _ in child.#children) {
                child.#params = params;
                const componentCount = m[0].match(/\//g)?.length ?? 0;
                (curNodesQueue[componentCount] ||= []).push(child);
                break;
              }
              continue;
            }
          }
          if (matcher === true || matcher.test(part)) {
            if (!Object.hasOwn(params, name)) params[name] = part;
            if (isLast) {
              this.#pushHandlerSets(handlerSets, child, method, params, node.#params);
              if (child.#children["*"]) this.#pushHandlerSets(handlerSets, child.#children["*"], method, params, node.#params);
            } else {
              child.#params = params;
              tempNodes.push(child);
            }
          }
        }
      }
      const shifted = curNodesQueue.shift();
      curNodes = shifted ? tempNodes.concat(shifted) : tempNodes;
    }
    if (handlerSets[1]) handlerSets.sort((a, b) => {
      return a.score - b.score;
    });
    return [handlerSets.map(({ handler, params }) => [handler, params])];
  }
};

// ../../work/main/node_modules/hono/dist/router/trie-router/router.js
var TrieRouter = class {
  name = "TrieRouter";
  #node = new Node3();
  add(method, path2, handler) {
    for (const result of checkOptionalParameter(path2) || [path2]) this.#node.insert(method, result, handler);
  }
  match(method, path2) {
    return this.#node.search(method, path2);
  }
};

// ../../work/main/node_modules/hono/dist/hono.js
var Hono3 = class extends Hono {
  /**
  * Creates an instance of the Hono class.
  *
  * @param options - Optional configuration options for the Hono instance.
  */
  constructor(options = {}) {
    super(options);
    this.router = options.router ?? new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] });
  }
};

// ../../work/main/node_modules/hono/dist/router/pattern-router/router.js
var emptyParams2 = /* @__PURE__ */ Object.create(null);
var PatternRouter = class {
  name = "PatternRouter";
  #routes = [];
  add(method, path2, handler) {
    const suffix = path2.endsWith("/*") ? "(?:$|/)" : path2.endsWith("*") ? "" : "/?$";
    path2 = path2.replace(/\*$/, "");
    if (path2.at(-1) === "?") {
      path2 = path2.slice(0, -1);
      this.add(method, path2.replace(/\/[^/]+$/, ""), handler);
    }
    const parts = (path2.match(/\/?(:\w+(?:{(?:(?:{[\d,]+})|[^}])+})?)|\/?[^\/\?]+/g) || []).map((part) => {
      const match2 = part.match(/^\/:([^{]+)(?:{(.*)})?/);
      return match2 ? `/(?<${match2[1]}>${match2[2] || "[^/]+"})` : part === "/*" ? "/[^/]+" : part.replace(/[.\\+*[^\]$()]/g, "\\$&");
    });
    try {
      this.#routes.push([
        new RegExp(`^${parts.join("")}${suffix}`),
        method,
        handler
      ]);
    } catch {
      throw new UnsupportedPathError();
    }
  }
  match(method, path2) {
    const handlers = [];
    for (let i = 0, len = this.#routes.length; i < len; i++) {
      const [pattern, routeMethod, handler] = this.#routes[i];
      if (routeMethod === method || routeMethod === "ALL") {
        const match2 = pattern.exec(path2);
        if (match2) handlers.push([handler, match2.groups || emptyParams2]);
      }
    }
    return [handlers];
  }
};

// worker/src/errors.ts
var STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
  UNKNOWN: 500,
  UNSUPPORTED: 405
};
var OciError = class extends Error {
  name = "OciError";
  code;
  status;
  headers;
  constructor(code, message2, details = {}) {
    super(message2, "cause" in details ? { cause: details.cause } : void 0);
    this.code = code;
    this.status = details.status ?? STATUS[code];
    this.headers = details.headers ?? {};
  }
  /** @see spec.md, "Error Codes": `{"errors": [{"code", "message"}]}` */
  toResponse() {
    return Response.json(
      { errors: [{ code: this.code, message: this.message }] },
      { status: this.status, headers: this.headers }
    );
  }
};

// worker/src/access/host.ts
function checkHost(host, allowed) {
  const names = new Set((allowed ?? "*").split(",").map((name2) => hostName(name2.trim())));
  const name = hostName(host);
  if (names.has("*") || names.has(name)) return;
  throw new OciError(
    "DENIED",
    `this registry does not answer as "${name}": start it with --allow-host ${name}, or add the name to ALLOWED_HOSTS`,
    { status: 421 }
  );
}
function checkOrigin(request) {
  const origin = request.headers.get("Origin");
  if (origin === null || URL.parse(origin)?.host === new URL(request.url).host) return;
  throw new OciError("DENIED", "pages of other sites may not write here");
}
function hostName(host) {
  return host.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
}

// src/oci/digest.ts
var HEX_LENGTH = { sha256: 64, sha512: 128 };
function isDigest(text) {
  const [algorithm, hex, ...rest] = text.split(":");
  return algorithm !== void 0 && hex !== void 0 && rest.length === 0 && Object.hasOwn(HEX_LENGTH, algorithm) && hex.length === HEX_LENGTH[algorithm] && /^[0-9a-f]+$/.test(hex);
}
function parseDigest(text) {
  if (!isDigest(text))
    throw new RangeError(`"${text}" is not a digest (sha256:<64 hex> or sha512:<128 hex>)`);
  const colon = text.indexOf(":");
  return { algorithm: text.slice(0, colon), hex: text.slice(colon + 1) };
}
async function digestOf(bytes, algorithm = "sha256") {
  const hash = await crypto.subtle.digest(algorithm === "sha256" ? "SHA-256" : "SHA-512", bytes);
  return `${algorithm}:${toHex(new Uint8Array(hash))}`;
}
function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// src/oci/reference.ts
var COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
var REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
var TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
var REGISTRY = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?$/;
function isRepository(name) {
  return name.length <= 255 && REPOSITORY.test(name);
}
function isTag(tag2) {
  return TAG.test(tag2);
}
function isRegistry(host) {
  return REGISTRY.test(host) && URL.canParse(`http://${host}`);
}

// worker/src/routes/parameters.ts
function repositoryOf(c) {
  return asRepository(c.req.param("name") ?? "");
}
function asRepository(name) {
  if (isRepository(name)) return name;
  throw new OciError("NAME_INVALID", `"${shorten(name)}" is not a repository name`);
}
function asDigest(text) {
  if (isDigest(text)) return text;
  throw new OciError(
    "DIGEST_INVALID",
    `"${shorten(text)}" is not a digest (sha256 or sha512, a colon, hex in lower case)`
  );
}
function asTag(text) {
  if (isTag(text)) return text;
  throw new OciError("TAG_INVALID", `"${shorten(text)}" is not a tag`);
}
function asReference(text) {
  return text.includes(":") ? { digest: asDigest(text) } : { tag: asTag(text) };
}
function pageSizeOf(c) {
  const n = c.req.query("n");
  if (n === void 0) return void 0;
  if (/^\d{1,9}$/.test(n)) return Number(n);
  throw new OciError("UNSUPPORTED", "n is not a number", { status: 400 });
}
function shorten(text) {
  return text.length > 100 ? `${text.slice(0, 100)}\u2026` : text;
}

// worker/src/access/patterns.ts
var MAX_LENGTH = 512;
var MAX_WILDCARDS = 3;
var WILDCARD = /\*\*?/;
var WILDCARDS = /* @__PURE__ */ new Map([
  ["*", "[^/]*"],
  ["**", ".*"]
]);
function isPattern(text) {
  return text !== "" && text.length <= MAX_LENGTH && text.split(WILDCARD).length <= MAX_WILDCARDS + 1;
}
function matchesPattern(pattern, text) {
  if (pattern === "**") return true;
  if (!pattern.includes("*")) return pattern === text;
  const parts = pattern.match(/\*\*?|[^*]+/g) ?? [];
  const source = parts.map(
    (part) => WILDCARDS.get(part) ?? part.replaceAll(/[\\^$.|?+(){}[\]]/g, String.raw`\$&`)
  );
  return new RegExp(`^${source.join("")}$`, "s").test(text);
}

// worker/src/access/actions.ts
var REPOSITORY_ACTIONS = ["pull", "push", "delete", "import"];
var REGISTRY_ACTIONS = ["catalog", "operate"];
var ALL_NAMES = "**";
var READING = /* @__PURE__ */ new Set(["pull", "catalog"]);
function isReading(action) {
  return READING.has(action);
}
function isRegistryAction(action) {
  return REGISTRY_ACTIONS.includes(action);
}
function isGranted(grants, action, name = ALL_NAMES) {
  return grants.some(
    ({ names, actions }) => (actions.includes(action) || action === "pull" && actions.some((other) => !isRegistryAction(other))) && names.some((pattern) => matchesPattern(pattern, name))
  );
}

// ../../work/main/node_modules/jose/dist/webapi/lib/buffer_utils.js
var encoder = new TextEncoder();
var decoder = new TextDecoder();
var strictDecoder = new TextDecoder("utf-8", { fatal: true });
var UINT32_RANGE = 2 ** 32;
function concat(...buffers) {
  const size = buffers.reduce((acc, { length }) => acc + length, 0), buf = new Uint8Array(size);
  let i = 0;
  for (const buffer of buffers)
    buf.set(buffer, i), i += buffer.length;
  return buf;
}
var NON_ASCII = /[^\x00-\x7f]/;
function encode(string) {
  if (typeof string == "string" && string.length >= 128) {
    if (NON_ASCII.test(string))
      throw new TypeError("non-ASCII string encountered in encode()");
    return encoder.encode(string);
  }
  const bytes = new Uint8Array(string.length);
  for (let i = 0; i < string.length; i++) {
    const code = string.charCodeAt(i);
    if (code > 127)
      throw new TypeError("non-ASCII string encountered in encode()");
    bytes[i] = code;
  }
  return bytes;
}
function encodeBase64(input, url = false) {
  if (Uint8Array.prototype.toBase64)
    return input.toBase64({ alphabet: url ? "base64url" : "base64", omitPadding: url });
  const CHUNK_SIZE = 32768, arr = [];
  for (let i = 0; i < input.length; i += CHUNK_SIZE)
    arr.push(String.fromCharCode.apply(null, input.subarray(i, i + CHUNK_SIZE)));
  const encoded = btoa(arr.join(""));
  return url ? encoded.replace(/=/g, "").replace(/\+/g, "-").replace(/\//g, "_") : encoded;
}
function decodeBase64(encoded, url = false) {
  if (Uint8Array.fromBase64)
    return Uint8Array.fromBase64(encoded, { alphabet: url ? "base64url" : "base64" });
  if (url) {
    if (encoded.includes("+") || encoded.includes("/"))
      throw new TypeError("Invalid base64url");
    encoded = encoded.replace(/-/g, "+").replace(/_/g, "/");
  }
  const binary = atob(encoded), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++)
    bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// ../../work/main/node_modules/jose/dist/webapi/util/errors.js
var errors_exports = {};
__export(errors_exports, {
  JOSEAlgNotAllowed: () => JOSEAlgNotAllowed,
  JOSEError: () => JOSEError,
  JOSENotSupported: () => JOSENotSupported,
  JWEDecryptionFailed: () => JWEDecryptionFailed,
  JWEInvalid: () => JWEInvalid,
  JWKInvalid: () => JWKInvalid,
  JWKSInvalid: () => JWKSInvalid,
  JWKSMultipleMatchingKeys: () => JWKSMultipleMatchingKeys,
  JWKSNoMatchingKey: () => JWKSNoMatchingKey,
  JWKSTimeout: () => JWKSTimeout,
  JWSInvalid: () => JWSInvalid,
  JWSSignatureVerificationFailed: () => JWSSignatureVerificationFailed,
  JWTClaimValidationFailed: () => JWTClaimValidationFailed,
  JWTExpired: () => JWTExpired,
  JWTInvalid: () => JWTInvalid
});
var JOSEError = class extends Error {
  static code = "ERR_JOSE_GENERIC";
  code = "ERR_JOSE_GENERIC";
  constructor(message2, options) {
    super(message2, options), this.name = this.constructor.name, Error.captureStackTrace?.(this, this.constructor);
  }
};
var JWTClaimValidationFailed = class extends JOSEError {
  static code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  claim;
  reason;
  payload;
  constructor(message2, payload, claim = "unspecified", reason = "unspecified") {
    super(message2, { cause: { claim, reason, payload } }), this.claim = claim, this.reason = reason, this.payload = payload;
  }
};
var JWTExpired = class extends JOSEError {
  static code = "ERR_JWT_EXPIRED";
  code = "ERR_JWT_EXPIRED";
  claim;
  reason;
  payload;
  constructor(message2, payload, claim = "unspecified", reason = "unspecified") {
    super(message2, { cause: { claim, reason, payload } }), this.claim = claim, this.reason = reason, this.payload = payload;
  }
};
var JOSEAlgNotAllowed = class extends JOSEError {
  static code = "ERR_JOSE_ALG_NOT_ALLOWED";
  code = "ERR_JOSE_ALG_NOT_ALLOWED";
};
var JOSENotSupported = class extends JOSEError {
  static code = "ERR_JOSE_NOT_SUPPORTED";
  code = "ERR_JOSE_NOT_SUPPORTED";
};
var JWEDecryptionFailed = class extends JOSEError {
  static code = "ERR_JWE_DECRYPTION_FAILED";
  code = "ERR_JWE_DECRYPTION_FAILED";
  constructor(message2 = "decryption operation failed", options) {
    super(message2, options);
  }
};
var JWEInvalid = class extends JOSEError {
  static code = "ERR_JWE_INVALID";
  code = "ERR_JWE_INVALID";
};
var JWSInvalid = class extends JOSEError {
  static code = "ERR_JWS_INVALID";
  code = "ERR_JWS_INVALID";
};
var JWTInvalid = class extends JOSEError {
  static code = "ERR_JWT_INVALID";
  code = "ERR_JWT_INVALID";
};
var JWKInvalid = class extends JOSEError {
  static code = "ERR_JWK_INVALID";
  code = "ERR_JWK_INVALID";
};
var JWKSInvalid = class extends JOSEError {
  static code = "ERR_JWKS_INVALID";
  code = "ERR_JWKS_INVALID";
};
var JWKSNoMatchingKey = class extends JOSEError {
  static code = "ERR_JWKS_NO_MATCHING_KEY";
  code = "ERR_JWKS_NO_MATCHING_KEY";
  constructor(message2 = "no applicable key found in the JSON Web Key Set", options) {
    super(message2, options);
  }
};
var JWKSMultipleMatchingKeys = class extends JOSEError {
  [Symbol.asyncIterator] = async function* () {
  };
  static code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  constructor(message2 = "multiple matching keys found in the JSON Web Key Set", options) {
    super(message2, options);
  }
};
var JWKSTimeout = class extends JOSEError {
  static code = "ERR_JWKS_TIMEOUT";
  code = "ERR_JWKS_TIMEOUT";
  constructor(message2 = "request timed out", options) {
    super(message2, options);
  }
};
var JWSSignatureVerificationFailed = class extends JOSEError {
  static code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  constructor(message2 = "signature verification failed", options) {
    super(message2, options);
  }
};

// ../../work/main/node_modules/jose/dist/webapi/util/base64url.js
var invalid = "The input to be decoded is not correctly encoded.";
function decode(input) {
  try {
    return decodeBase64(typeof input == "string" ? input : decoder.decode(input), true);
  } catch (cause) {
    throw new TypeError(invalid, { cause });
  }
}
function encode2(input) {
  return encodeBase64(typeof input == "string" ? encoder.encode(input) : input, true);
}

// ../../work/main/node_modules/jose/dist/webapi/lib/validate.js
function isObject(input) {
  if (typeof input != "object" || input === null || Object.prototype.toString.call(input) !== "[object Object]")
    return false;
  const prototype = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function isJwkSet(input) {
  return isObject(input) && Array.isArray(input.keys) && Array.from(input.keys).every(isObject);
}
function isDisjoint(...headers) {
  const parameters = /* @__PURE__ */ new Set();
  for (const header of headers)
    if (header)
      for (const parameter2 of Object.keys(header)) {
        if (parameters.has(parameter2))
          return false;
        parameters.add(parameter2);
      }
  return true;
}
function assertNotSet(value, name) {
  if (value !== void 0)
    throw new TypeError(`${name} can only be called once`);
}
function decodeBase64url(value, label, ErrorClass) {
  try {
    return decode(value);
  } catch (cause) {
    throw new ErrorClass(`Failed to base64url decode the ${label}`, { cause });
  }
}
function encodeAsciiMember(value, label, ErrorClass) {
  try {
    return encode(value);
  } catch (cause) {
    throw new ErrorClass(`The ${label} is not a valid base64url string`, { cause });
  }
}
function parseJoseHeader(encodedProtectedHeader, ErrorClass, message2) {
  let parsed;
  try {
    parsed = JSON.parse(strictDecoder.decode(decode(encodedProtectedHeader)));
  } catch (cause) {
    throw new ErrorClass(message2, { cause });
  }
  if (!isObject(parsed))
    throw new ErrorClass(message2);
  return parsed;
}
var JWS_RECOGNIZED = { __proto__: null, b64: true };
function validateAlgorithms(option, algorithms) {
  if (algorithms !== void 0 && (!Array.isArray(algorithms) || algorithms.some((s) => typeof s != "string")))
    throw new TypeError(`"${option}" option must be an array of strings`);
  return algorithms === void 0 ? void 0 : new Set(algorithms);
}
function validateCritDuplicates(Err, protectedHeader) {
  const { crit } = protectedHeader ?? {};
  if (Array.isArray(crit) && new Set(crit).size !== crit.length)
    throw new Err('"crit" (Critical) Header Parameter MUST NOT contain duplicate values');
}
function validateCrit(Err, recognizedDefault, recognizedOption, protectedHeader, joseHeader) {
  if (joseHeader.crit !== void 0 && protectedHeader?.crit === void 0)
    throw new Err('"crit" (Critical) Header Parameter MUST be integrity protected');
  if (!protectedHeader || protectedHeader.crit === void 0)
    return [];
  if (!Array.isArray(protectedHeader.crit) || protectedHeader.crit.length === 0 || protectedHeader.crit.some((input) => typeof input != "string" || input.length === 0))
    throw new Err('"crit" (Critical) Header Parameter MUST be an array of non-empty strings when present');
  const recognized = recognizedOption === void 0 ? recognizedDefault : { __proto__: null, ...recognizedOption, ...recognizedDefault };
  for (const parameter2 of protectedHeader.crit) {
    if (!(parameter2 in recognized))
      throw new JOSENotSupported(`Extension Header Parameter "${parameter2}" is not recognized`);
    if (!Object.hasOwn(joseHeader, parameter2) || joseHeader[parameter2] === void 0)
      throw new Err(`Extension Header Parameter "${parameter2}" is missing`);
    if (recognized[parameter2] && (!Object.hasOwn(protectedHeader, parameter2) || protectedHeader[parameter2] === void 0))
      throw new Err(`Extension Header Parameter "${parameter2}" MUST be integrity protected`);
  }
  return protectedHeader.crit;
}
function validateB64(protectedHeader, extensions) {
  if (extensions.includes("b64")) {
    const b64 = protectedHeader.b64;
    if (typeof b64 != "boolean")
      throw new JWSInvalid('The "b64" (base64url-encode payload) Header Parameter must be a boolean');
    return b64;
  }
  return true;
}
function serializeJoseHeader(Err, header) {
  let serialized, parsed;
  try {
    serialized = JSON.stringify(header), parsed = JSON.parse(serialized);
  } catch (cause) {
    throw new Err("JOSE Header is not valid JSON", { cause });
  }
  if (!isObject(parsed))
    throw new Err("JOSE Header is not a JSON object");
  return [parsed, serialized];
}

// ../../work/main/node_modules/jose/dist/webapi/lib/key.js
var tag = (key2) => key2[Symbol.toStringTag];
var jwkMatchesOp = (entry, key2, usage) => {
  const { alg } = entry;
  if (key2.use !== void 0) {
    const expected = usage === "sign" || usage === "verify" ? "sig" : "enc";
    if (key2.use !== expected)
      throw new TypeError(`Invalid key for this operation, its "use" must be "${expected}" when present`);
  }
  if (key2.alg !== void 0 && key2.alg !== alg)
    throw new TypeError(`Invalid key for this operation, its "alg" must be "${alg}" when present`);
  if (Array.isArray(key2.key_ops)) {
    const expectedKeyOp = usage === "encrypt" || usage === "decrypt" ? entry.ops?.[usage === "encrypt" ? 0 : 1] : usage;
    if (expectedKeyOp && !key2.key_ops.includes(expectedKeyOp))
      throw new TypeError(`Invalid key for this operation, its "key_ops" must include "${expectedKeyOp}" when present`);
  }
};
async function prepareKey(entry, key2, usage) {
  const { alg, secret } = entry, requiresPrivateKey = usage === "decrypt" || usage === "sign";
  if (secret && key2 instanceof Uint8Array)
    return key2;
  let normalized, keyObject;
  if (isObject(key2)) {
    if (normalized = normalizeJwk(key2), typeof normalized.kty != "string")
      throw invalidKeyType(alg, key2, secret);
    if (!(secret ? normalized.kty === "oct" && typeof normalized.k == "string" : normalized.kty !== "oct" && (requiresPrivateKey ? normalized.kty === "AKP" && typeof normalized.priv == "string" || typeof normalized.d == "string" : normalized.d === void 0 && normalized.priv === void 0)))
      throw new TypeError(secret ? 'JSON Web Key for symmetric algorithms must have JWK "kty" (Key Type) equal to "oct" and the JWK "k" (Key Value) present' : `JSON Web Key for this operation must be a ${requiresPrivateKey ? "private" : "public"} JWK`);
    if (jwkMatchesOp(entry, normalized, usage), normalized.kty === "oct")
      return decode(normalized.k);
    if (!Object.isFrozen(key2)) {
      const { key_ops } = key2;
      Array.isArray(key_ops) && Object.freeze(key_ops), Object.freeze(key2);
    }
  } else {
    if (!isKeyLike(key2))
      throw invalidKeyType(alg, key2, secret);
    const expectedType = secret ? "secret" : requiresPrivateKey ? "private" : "public";
    if (key2.type !== expectedType && (secret || ["secret", "public", "private"].includes(key2.type)))
      throw new TypeError(`${tag(key2)} instances must be of type "${expectedType}" for the ${alg} algorithm`);
    if (isCryptoKey(key2))
      return key2;
    if (keyObject = key2, keyObject.type === "secret")
      return keyObject.export();
  }
  cache ||= /* @__PURE__ */ new WeakMap();
  const cacheKey = key2;
  let cached = cache.get(cacheKey);
  if (cached?.[alg])
    return cached[alg];
  if (cached || cache.set(cacheKey, cached = {}), keyObject && typeof keyObject.toCryptoKey == "function") {
    const isPublic = keyObject.type === "public", crv = nist[keyObject.asymmetricKeyDetails?.namedCurve], params = entry.resolve?.({ crv, asymmetricKeyType: keyObject.asymmetricKeyType }) ?? entry.subtle;
    return cached[alg] = keyObject.toCryptoKey(params, isPublic, entry.usages[isPublic ? 0 : 1]);
  }
  return normalized ??= keyObject.export({ format: "jwk" }), normalized.alg = alg, cached[alg] = await jwkToKey(entry, normalized);
}
var cache;
var nist = {
  __proto__: null,
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521"
};
var isCryptoKey = (key2) => {
  if (key2?.[Symbol.toStringTag] === "CryptoKey")
    return true;
  try {
    return key2 instanceof CryptoKey;
  } catch {
    return false;
  }
};
var isKeyObject = (key2) => key2?.[Symbol.toStringTag] === "KeyObject";
var isKeyLike = (key2) => isCryptoKey(key2) || isKeyObject(key2);
function message(msg, actual, ...types) {
  if (types.length > 2) {
    const last = types.pop();
    msg += `one of type ${types.join(", ")}, or ${last}.`;
  } else types.length === 2 ? msg += `one of type ${types[0]} or ${types[1]}.` : msg += `of type ${types[0]}.`;
  return actual == null ? msg += ` Received ${actual}` : typeof actual == "function" && actual.name ? msg += ` Received function ${actual.name}` : typeof actual == "object" && actual != null && actual.constructor?.name && (msg += ` Received an instance of ${actual.constructor.name}`), msg;
}
function invalidKeyType(alg, actual, secret) {
  const types = ["CryptoKey", "KeyObject", "JSON Web Key"];
  return secret && types.push("Uint8Array"), new TypeError(message(`Key for the ${alg} algorithm must be `, actual, ...types));
}
var unusable = (name, prop = "algorithm.name") => new TypeError(`CryptoKey does not support this operation, its ${prop} must be ${name}`);
function checkUsage(key2, usage) {
  if (usage && !key2.usages.includes(usage))
    throw new TypeError(`CryptoKey does not support this operation, its usages must include ${usage}.`);
}
function checkModulusLength(alg, key2) {
  const { modulusLength } = key2.algorithm;
  if (typeof modulusLength != "number" || modulusLength < 2048)
    throw new TypeError(`${alg} requires key modulusLength to be 2048 bits or larger`);
}
function checkCryptoKey(key2, expected, usage) {
  const algorithm = key2.algorithm;
  if (algorithm.name !== expected.name)
    throw unusable(expected.name);
  if (expected.hash && algorithm.hash?.name !== expected.hash)
    throw unusable(expected.hash, "algorithm.hash");
  if (expected.namedCurve && algorithm.namedCurve !== expected.namedCurve)
    throw unusable(expected.namedCurve, "algorithm.namedCurve");
  if (expected.length !== void 0 && algorithm.length !== expected.length)
    throw unusable(expected.length, "algorithm.length");
  checkUsage(key2, usage);
}
function snapshotJwk(jwk) {
  return { __proto__: null, ...jwk };
}
function normalizeJwk(jwk) {
  const normalized = snapshotJwk(jwk);
  if (normalized.ext !== void 0 && typeof normalized.ext != "boolean")
    throw new TypeError('"ext" (Extractable) Parameter must be a boolean');
  if (normalized.key_ops !== void 0) {
    const value = normalized.key_ops, keyOps = Array.isArray(value) ? [...value] : void 0;
    if (!keyOps || keyOps.some((operation) => typeof operation != "string") || new Set(keyOps).size !== keyOps.length)
      throw new TypeError('"key_ops" (Key Operations) Parameter must be an array of unique strings');
    normalized.key_ops = keyOps;
  }
  return normalized;
}
async function jwkToKey(entry, jwk, extractable) {
  if (!entry.kty.includes(jwk.kty))
    throw new JOSENotSupported('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
  const algorithm = entry.resolve?.({ kty: jwk.kty, crv: jwk.crv }) ?? entry.subtle, isPrivate = !!(jwk.d || jwk.priv), keyData = { ...jwk, ext: extractable ?? jwk.ext };
  return keyData.kty !== "AKP" && delete keyData.alg, delete keyData.use, crypto.subtle.importKey("jwk", keyData, algorithm, keyData.ext ?? !isPrivate, jwk.key_ops ?? entry.usages[isPrivate ? 1 : 0]);
}
async function rawKey(key2, expected, usage, extractable = false) {
  return key2 instanceof Uint8Array && (key2 = await crypto.subtle.importKey("raw", key2, expected, extractable, [usage])), checkCryptoKey(key2, expected, usage), key2;
}

// ../../work/main/node_modules/jose/dist/webapi/lib/key_descriptor.js
function table(entries) {
  const out = { __proto__: null };
  for (const alg in entries)
    out[alg] = { ...entries[alg], alg };
  return out;
}

// ../../work/main/node_modules/jose/dist/webapi/lib/jws_algorithms.js
var sig = [["verify"], ["sign"]];
function hmac(bits) {
  const subtle = { name: "HMAC", hash: `SHA-${bits}` };
  return { kty: ["oct"], secret: true, subtle, signing: subtle, usages: sig };
}
function rsa(bits, saltLength) {
  const subtle = { name: saltLength ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` };
  return {
    kty: ["RSA"],
    subtle,
    signing: saltLength ? { ...subtle, saltLength } : subtle,
    usages: sig,
    minRsaBits: 2048
  };
}
function ecdsa(crv, bits) {
  return {
    kty: ["EC"],
    crv,
    subtle: { name: "ECDSA", namedCurve: crv },
    signing: { name: "ECDSA", hash: `SHA-${bits}` },
    usages: sig
  };
}
function eddsa() {
  const subtle = { name: "Ed25519" };
  return {
    kty: ["OKP"],
    crv: "Ed25519",
    subtle,
    signing: subtle,
    usages: sig
  };
}
function mldsa(parameterSet) {
  const subtle = { name: `ML-DSA-${parameterSet}` };
  return {
    kty: ["AKP"],
    subtle,
    signing: subtle,
    usages: sig
  };
}
var JWS = table({
  HS256: hmac(256),
  HS384: hmac(384),
  HS512: hmac(512),
  RS256: rsa(256),
  RS384: rsa(384),
  RS512: rsa(512),
  PS256: rsa(256, 32),
  PS384: rsa(384, 48),
  PS512: rsa(512, 64),
  ES256: ecdsa("P-256", 256),
  ES384: ecdsa("P-384", 384),
  ES512: ecdsa("P-521", 512),
  EdDSA: eddsa(),
  Ed25519: eddsa(),
  "ML-DSA-44": mldsa(44),
  "ML-DSA-65": mldsa(65),
  "ML-DSA-87": mldsa(87)
});
function jwsAlgorithm(alg) {
  const entry = typeof alg == "string" ? JWS[alg] : void 0;
  if (!entry)
    throw new JOSENotSupported(`alg ${alg} is not supported either by JOSE or your javascript runtime`);
  return entry;
}

// ../../work/main/node_modules/jose/dist/webapi/lib/jws_verify.js
function prepareVerify(options) {
  return [options && validateAlgorithms("algorithms", options.algorithms), options?.crit];
}
function parseProtectedHeader(encodedProtectedHeader) {
  return encodedProtectedHeader === void 0 ? {} : parseJoseHeader(encodedProtectedHeader, JWSInvalid, "JWS Protected Header is invalid");
}
function encodeCompactUnencodedPayload(payload) {
  try {
    return encode(payload);
  } catch (cause) {
    throw new JWSInvalid("JWS Compact Serialization payload must use only ASCII characters", {
      cause
    });
  }
}
async function verifySignature(jws, shared, key2, encodeUnencodedPayload, parsedProtected) {
  const { protected: encodedProtectedHeader, header, payload: inputPayload } = jws, protectedHeader = parsedProtected ?? parseProtectedHeader(encodedProtectedHeader);
  if (!isDisjoint(protectedHeader, header))
    throw new JWSInvalid("JWS Protected and JWS Unprotected Header Parameter names must be disjoint");
  const joseHeader = { ...protectedHeader, ...header }, b64 = validateB64(protectedHeader, validateCrit(JWSInvalid, JWS_RECOGNIZED, shared[1], protectedHeader, joseHeader)), { alg } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new JWSInvalid('JWS "alg" (Algorithm) Header Parameter missing or invalid');
  if (shared[0] && !shared[0].has(alg))
    throw new JOSEAlgNotAllowed('"alg" (Algorithm) Header Parameter value not allowed');
  if (b64) {
    if (typeof inputPayload != "string")
      throw new JWSInvalid("JWS Payload must be a string");
  } else if (typeof inputPayload != "string" && !(inputPayload instanceof Uint8Array))
    throw new JWSInvalid("JWS Payload must be a string or an Uint8Array instance");
  const signingPayload = b64 || typeof inputPayload != "string" ? inputPayload : encodeUnencodedPayload(inputPayload);
  let resolvedKey = false;
  typeof key2 == "function" && (key2 = await key2(protectedHeader, jws), resolvedKey = true);
  const entry = jwsAlgorithm(alg), signingInput = concat(encodedProtectedHeader !== void 0 ? encode(encodedProtectedHeader) : new Uint8Array(), encode("."), typeof signingPayload == "string" ? shared[2] ??= encodeAsciiMember(signingPayload, "payload", JWSInvalid) : signingPayload), signature = decodeBase64url(jws.signature, "signature", JWSInvalid), verificationKey = await prepareKey(entry, key2, "verify"), cryptoKey = await rawKey(verificationKey, entry.subtle, "verify");
  entry.minRsaBits && checkModulusLength(entry.alg, cryptoKey);
  let verified = false;
  try {
    verified = await crypto.subtle.verify(entry.signing, cryptoKey, signature, signingInput);
  } catch (cause) {
    throw new JWSSignatureVerificationFailed(void 0, { cause });
  }
  if (!verified)
    throw new JWSSignatureVerificationFailed();
  const result = { payload: typeof signingPayload == "string" ? decodeBase64url(signingPayload, "payload", JWSInvalid) : signingPayload };
  return encodedProtectedHeader !== void 0 && (result.protectedHeader = protectedHeader), header !== void 0 && (result.unprotectedHeader = header), resolvedKey ? [{ ...result, key: verificationKey }, b64] : [result, b64];
}
async function verifyCompact(jws, shared, key2) {
  if (jws instanceof Uint8Array && (jws = decoder.decode(jws)), typeof jws != "string")
    throw new JWSInvalid("Compact JWS must be a string or Uint8Array");
  const { 0: protectedHeader, 1: payload, 2: signature, length } = jws.split(".");
  if (length !== 3)
    throw new JWSInvalid("Invalid Compact JWS");
  return verifySignature({ payload, protected: protectedHeader, signature }, shared, key2, encodeCompactUnencodedPayload);
}

// ../../work/main/node_modules/jose/dist/webapi/lib/jwt_claims_set.js
var epoch = (date) => Math.floor(date.getTime() / 1e3);
var multipliers = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
  y: 31557600
};
var REGEX = /^(\+|\-)? ?(\d+|\d+\.\d+) ?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)(?: (ago|from now))?$/i;
var checkFailed = "check_failed";
function invalidDuration() {
  throw new TypeError("Invalid time period format");
}
function secs(str) {
  typeof str != "string" && invalidDuration();
  const matched = REGEX.exec(str);
  (!matched || matched[4] && matched[1]) && invalidDuration();
  const value = parseFloat(matched[2]), durationSeconds = Math.round(value * multipliers[matched[3][0].toLowerCase()]);
  return Number.isFinite(durationSeconds) || invalidDuration(), matched[1] === "-" || matched[4] === "ago" ? -durationSeconds : durationSeconds;
}
function validateInput(label, input) {
  if (!Number.isFinite(input))
    throw new TypeError(`Invalid ${label} input`);
  return input;
}
function validateStringClaim(claim, value) {
  if (typeof value != "string")
    throw new TypeError(`"${claim}" claim must be a string`);
}
function validateAudienceClaim(value) {
  if (typeof value != "string" && (!Array.isArray(value) || Array.from(value).some((member) => typeof member != "string")))
    throw new TypeError('"aud" claim must be a string or an array of strings');
}
function numericDate(value, label) {
  return typeof value == "number" ? validateInput(label, value) : value instanceof Date ? validateInput(label, epoch(value)) : epoch(/* @__PURE__ */ new Date()) + secs(value);
}
var normalizeTyp = (value) => {
  const normalized = value.toLowerCase();
  return value.includes("/") ? normalized : `application/${normalized}`;
};
var checkAudiencePresence = (audPayload, audOption) => typeof audPayload == "string" ? audOption.includes(audPayload) : Array.isArray(audPayload) ? audOption.some((aud) => audPayload.includes(aud)) : false;
function validateNumericDate(claimsSet, claim, required = false) {
  const value = claimsSet[claim];
  if (!(value === void 0 && !required)) {
    if (typeof value != "number")
      throw new JWTClaimValidationFailed(`"${claim}" claim must be a number`, claimsSet, claim, "invalid");
    return value;
  }
}
function unexpectedClaim(claimsSet, claim) {
  throw new JWTClaimValidationFailed(`unexpected "${claim}" claim value`, claimsSet, claim, checkFailed);
}
function validateClaimsSet(protectedHeader, claimsSetBytes, options = {}) {
  let claimsSet;
  try {
    claimsSet = JSON.parse(strictDecoder.decode(claimsSetBytes));
  } catch (cause) {
    throw new JWTInvalid("JWT Claims Set must be a top-level JSON object", { cause });
  }
  if (!isObject(claimsSet))
    throw new JWTInvalid("JWT Claims Set must be a top-level JSON object");
  const { typ } = options;
  if (typ !== void 0 && (typeof protectedHeader.typ != "string" || normalizeTyp(protectedHeader.typ) !== normalizeTyp(typ)))
    throw new JWTClaimValidationFailed('unexpected "typ" JWT header value', claimsSet, "typ", checkFailed);
  const { requiredClaims = [], issuer, subject, audience, maxTokenAge } = options, presenceCheck = [...requiredClaims];
  maxTokenAge !== void 0 && presenceCheck.push("iat"), audience !== void 0 && presenceCheck.push("aud"), subject !== void 0 && presenceCheck.push("sub"), issuer !== void 0 && presenceCheck.push("iss");
  for (const claim of new Set(presenceCheck.reverse()))
    if (!Object.hasOwn(claimsSet, claim))
      throw new JWTClaimValidationFailed(`missing required "${claim}" claim`, claimsSet, claim, "missing");
  issuer !== void 0 && !(Array.isArray(issuer) ? issuer : [issuer]).includes(claimsSet.iss) && unexpectedClaim(claimsSet, "iss"), subject !== void 0 && claimsSet.sub !== subject && unexpectedClaim(claimsSet, "sub"), audience !== void 0 && !checkAudiencePresence(claimsSet.aud, typeof audience == "string" ? [audience] : audience) && unexpectedClaim(claimsSet, "aud");
  const { clockTolerance } = options;
  let tolerance = 0;
  if (typeof clockTolerance == "string")
    tolerance = secs(clockTolerance);
  else if (clockTolerance !== void 0) {
    if (typeof clockTolerance != "number")
      throw new TypeError("Invalid clockTolerance option type");
    tolerance = clockTolerance;
  }
  if (validateInput("clockTolerance option", tolerance), tolerance < 0)
    throw new TypeError("Invalid clockTolerance option input");
  const { currentDate } = options, now = validateInput("currentDate option", epoch(currentDate === void 0 ? /* @__PURE__ */ new Date() : currentDate)), iat = validateNumericDate(claimsSet, "iat", maxTokenAge !== void 0), nbf = validateNumericDate(claimsSet, "nbf");
  if (nbf !== void 0 && nbf > now + tolerance)
    throw new JWTClaimValidationFailed('"nbf" claim timestamp check failed', claimsSet, "nbf", checkFailed);
  const exp = validateNumericDate(claimsSet, "exp");
  if (exp !== void 0 && exp <= now - tolerance)
    throw new JWTExpired('"exp" claim timestamp check failed', claimsSet, "exp", checkFailed);
  if (maxTokenAge !== void 0) {
    const age = now - iat, max = validateInput("maxTokenAge option", typeof maxTokenAge == "number" ? maxTokenAge : secs(maxTokenAge));
    if (max < 0)
      throw new TypeError("Invalid maxTokenAge option input");
    if (age - tolerance > max)
      throw new JWTExpired('"iat" claim timestamp check failed (too far in the past)', claimsSet, "iat", checkFailed);
    if (age < -tolerance)
      throw new JWTClaimValidationFailed('"iat" claim timestamp check failed (it should be in the past)', claimsSet, "iat", checkFailed);
  }
  return claimsSet;
}
var producerClaimsSets;
function producerClaimsSet(producer) {
  return producerClaimsSets.get(producer);
}
function jwtClaimsSetBytes(producer) {
  const claimsSet = producerClaimsSet(producer);
  for (const claim of ["iat", "nbf", "exp"]) {
    const value = claimsSet[claim];
    if (typeof value == "number" && !Number.isFinite(value))
      throw new TypeError(`"${claim}" claim must be a finite number`);
  }
  return encoder.encode(JSON.stringify(claimsSet));
}
var JWTClaimsBuilder = class {
  constructor(claimsSet = {}) {
    if (!isObject(claimsSet))
      throw new TypeError("JWT Claims Set MUST be an object");
    (producerClaimsSets ||= /* @__PURE__ */ new WeakMap()).set(this, structuredClone(claimsSet));
  }
  setIssuer(value) {
    return validateStringClaim("iss", value), producerClaimsSet(this).iss = value, this;
  }
  setSubject(value) {
    return validateStringClaim("sub", value), producerClaimsSet(this).sub = value, this;
  }
  setAudience(value) {
    return validateAudienceClaim(value), producerClaimsSet(this).aud = value, this;
  }
  setJti(value) {
    return validateStringClaim("jti", value), producerClaimsSet(this).jti = value, this;
  }
  setNotBefore(value) {
    return producerClaimsSet(this).nbf = numericDate(value, "setNotBefore"), this;
  }
  setExpirationTime(value) {
    return producerClaimsSet(this).exp = numericDate(value, "setExpirationTime"), this;
  }
  setIssuedAt(value) {
    const claimsSet = producerClaimsSet(this);
    return value === void 0 ? claimsSet.iat = epoch(/* @__PURE__ */ new Date()) : typeof value == "string" ? claimsSet.iat = validateInput("setIssuedAt", epoch(/* @__PURE__ */ new Date()) + secs(value)) : claimsSet.iat = numericDate(value, "setIssuedAt"), this;
  }
};

// ../../work/main/node_modules/jose/dist/webapi/jwt/verify.js
async function jwtVerify(jwt, key2, options) {
  const [verified, b64] = await verifyCompact(jwt, prepareVerify(options), key2);
  if (!b64)
    throw new JWTInvalid("JWTs MUST NOT use unencoded payload");
  const payload = validateClaimsSet(verified.protectedHeader, verified.payload, options);
  return { ...verified, payload };
}

// ../../work/main/node_modules/jose/dist/webapi/lib/jws_sign.js
async function createSignature(input, key2, rejectUnencoded) {
  let [payload, protectedHeader, unprotectedHeader, crit] = input, encodedProtectedHeader = "";
  if (protectedHeader !== void 0) {
    const normalized = serializeJoseHeader(JWSInvalid, protectedHeader);
    protectedHeader = normalized[0], encodedProtectedHeader = encode2(normalized[1]);
  }
  if (unprotectedHeader !== void 0 && (unprotectedHeader = serializeJoseHeader(JWSInvalid, unprotectedHeader)[0]), !protectedHeader && !unprotectedHeader)
    throw new JWSInvalid("either setProtectedHeader or setUnprotectedHeader must be called before #sign()");
  if (!isDisjoint(protectedHeader, unprotectedHeader))
    throw new JWSInvalid("JWS Protected and JWS Unprotected Header Parameter names must be disjoint");
  const joseHeader = { ...protectedHeader, ...unprotectedHeader };
  validateCritDuplicates(JWSInvalid, protectedHeader);
  const b64 = validateB64(protectedHeader, validateCrit(JWSInvalid, JWS_RECOGNIZED, crit, protectedHeader, joseHeader));
  b64 || rejectUnencoded?.();
  const { alg } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new JWSInvalid('JWS "alg" (Algorithm) Header Parameter missing or invalid');
  const entry = jwsAlgorithm(alg);
  let encodedPayload = "", signingPayload = payload, signingInput;
  if (b64) {
    const encodedPayloadCache = input[4];
    encodedPayloadCache ? (encodedPayload = encodedPayloadCache[0] ??= encode2(payload), signingPayload = encodedPayloadCache[1] ??= encode(encodedPayload)) : (encodedPayload = encode2(payload), signingInput = encoder.encode(`${encodedProtectedHeader}.${encodedPayload}`));
  }
  signingInput ??= concat(encode(encodedProtectedHeader), encode("."), signingPayload);
  const signingKey = await rawKey(await prepareKey(entry, key2, "sign"), entry.subtle, "sign");
  entry.minRsaBits && checkModulusLength(entry.alg, signingKey);
  const jws = {
    signature: encode2(new Uint8Array(await crypto.subtle.sign(entry.signing, signingKey, signingInput))),
    payload: encodedPayload
  };
  return protectedHeader && (jws.protected = encodedProtectedHeader), unprotectedHeader && (jws.header = unprotectedHeader), [jws, b64];
}
async function createCompactSignature(payload, protectedHeader, crit, key2, rejectUnencoded) {
  const [jws] = await createSignature([payload, protectedHeader, void 0, crit], key2, rejectUnencoded);
  return `${jws.protected}.${jws.payload}.${jws.signature}`;
}

// ../../work/main/node_modules/jose/dist/webapi/jwt/sign.js
var SignJWT_base = JWTClaimsBuilder;
var SignJWT = class extends SignJWT_base {
  #protectedHeader;
  setProtectedHeader(protectedHeader) {
    return assertNotSet(this.#protectedHeader, "setProtectedHeader"), this.#protectedHeader = protectedHeader, this;
  }
  async sign(key2, options) {
    return createCompactSignature(jwtClaimsSetBytes(this), this.#protectedHeader, options?.crit, key2, () => {
      throw new JWTInvalid("JWTs MUST NOT use unencoded payload");
    });
  }
};

// ../../work/main/node_modules/jose/dist/webapi/jwks/local.js
function isUsableJWK(jwk, entry, alg, kid) {
  const { kty, key_ops: keyOps, ext, kid: jwkKid, alg: jwkAlg, use, crv } = jwk;
  return (ext === void 0 || typeof ext == "boolean") && (keyOps === void 0 || Array.isArray(keyOps) && keyOps.every((operation, index) => typeof operation == "string" && keyOps.indexOf(operation) === index) && keyOps.includes("verify")) && entry.kty.includes(kty) && (kid === void 0 || typeof kid == "string" && kid === jwkKid) && (jwkAlg === void 0 ? kty !== "AKP" : alg === jwkAlg) && (use === void 0 || use === "sig") && (!entry.crv || crv === entry.crv);
}
async function importWithAlgCache(cache2, jwk, entry) {
  const cached = cache2.get(jwk) || cache2.set(jwk, {}).get(jwk), { alg } = entry;
  if (cached[alg] === void 0) {
    const pending = jwkToKey(entry, jwk, true).then((key2) => {
      if (key2.type !== "public")
        throw new JWKSInvalid("JSON Web Key Set members must be public keys");
      return cached[alg] = key2, key2;
    }).catch((error) => {
      throw cached[alg] === pending && delete cached[alg], error;
    });
    cached[alg] = pending;
  }
  return cached[alg];
}
function createLocalJWKSet(jwks) {
  let snapshot;
  try {
    snapshot = structuredClone(jwks);
  } catch (cause) {
    throw new JWKSInvalid("JSON Web Key Set malformed", { cause });
  }
  if (!isJwkSet(snapshot))
    throw new JWKSInvalid("JSON Web Key Set malformed");
  const metadata = snapshot.keys.map((jwk) => {
    const normalized = snapshotJwk(jwk);
    return Array.isArray(normalized.key_ops) && (normalized.key_ops = [...normalized.key_ops]), normalized;
  }), cached = /* @__PURE__ */ new WeakMap();
  return Object.defineProperty(async (protectedHeader, token) => {
    const { alg, kid } = { ...protectedHeader, ...token?.header }, entry = typeof alg == "string" ? JWS[alg] : void 0;
    if (!entry || entry.secret)
      throw new JOSENotSupported('Unsupported "alg" value for a JSON Web Key Set');
    const candidates = snapshot.keys.filter((_, index) => isUsableJWK(metadata[index], entry, alg, kid)), { 0: jwk, length } = candidates;
    if (!length)
      throw new JWKSNoMatchingKey();
    if (length !== 1) {
      const error = new JWKSMultipleMatchingKeys();
      throw error[Symbol.asyncIterator] = async function* () {
        for (const jwk2 of candidates)
          try {
            yield await importWithAlgCache(cached, jwk2, entry);
          } catch {
          }
      }, error;
    }
    return importWithAlgCache(cached, jwk, entry);
  }, "jwks", {
    value: () => structuredClone(snapshot)
  });
}

// ../../work/main/node_modules/jose/dist/webapi/jwks/remote.js
function isCloudflareWorkers() {
  return typeof WebSocketPair < "u" || typeof navigator < "u" && navigator.userAgent === "Cloudflare-Workers" || typeof EdgeRuntime < "u" && EdgeRuntime === "vercel";
}
var USER_AGENT;
(typeof navigator > "u" || !navigator.userAgent?.startsWith?.("Mozilla/5.0 ")) && (USER_AGENT = "jose/v6.2.17");
var customFetch = /* @__PURE__ */ Symbol();
async function fetchJwks(url, headers, signal, fetchImpl = fetch) {
  const response = await fetchImpl(url, {
    method: "GET",
    signal,
    redirect: "manual",
    headers
  }).catch((err) => {
    throw err.name === "TimeoutError" ? new JWKSTimeout(void 0, { cause: err }) : err;
  });
  if (response.status !== 200)
    throw new JOSEError("Expected 200 OK from the JSON Web Key Set HTTP response");
  try {
    return await response.json();
  } catch (cause) {
    throw new JOSEError("Failed to parse the JSON Web Key Set HTTP response as JSON", { cause });
  }
}
var jwksCache = /* @__PURE__ */ Symbol();
function isFreshFor(timestamp, duration) {
  return Number.isFinite(timestamp) && Date.now() < timestamp + duration;
}
function validateDuration(value, fallback, option) {
  if (Number.isNaN(value))
    throw new TypeError(`"${option}" option must not be NaN`);
  if (typeof value == "number" && value < 0)
    throw new TypeError(`"${option}" option must not be negative`);
  return typeof value == "number" ? value : fallback;
}
function createRemoteJWKSet(url, options) {
  if (!(url instanceof URL))
    throw new TypeError("url must be an instance of URL");
  const href = new URL(url.href).href, opts = options ?? {}, timeoutOption = opts.timeoutDuration;
  if (typeof timeoutOption == "number" && (!Number.isInteger(timeoutOption) || timeoutOption < 0))
    throw new TypeError('"timeoutDuration" option must be a non-negative integer');
  const timeoutDuration = typeof timeoutOption == "number" ? timeoutOption : 5e3, cooldownDuration = validateDuration(opts.cooldownDuration, 3e4, "cooldownDuration"), cacheMaxAge = validateDuration(opts.cacheMaxAge, 6e5, "cacheMaxAge"), headers = new Headers(opts.headers);
  USER_AGENT && !headers.has("User-Agent") && headers.set("User-Agent", USER_AGENT), headers.has("accept") || headers.set("accept", "application/json, application/jwk-set+json");
  const fetchImpl = opts[customFetch], cache2 = opts[jwksCache];
  let jwksTimestamp, pendingFetch, reloadSequence = 0, appliedSequence = 0, local;
  if (cache2 && typeof cache2 == "object") {
    const { uat, jwks } = cache2;
    isFreshFor(uat, cacheMaxAge) && isJwkSet(jwks) && (jwksTimestamp = uat, local = createLocalJWKSet(jwks));
  }
  const reload = async () => {
    if (pendingFetch && isCloudflareWorkers() && (pendingFetch = void 0), !pendingFetch) {
      const sequence = ++reloadSequence, current = pendingFetch = fetchJwks(href, headers, AbortSignal.timeout(timeoutDuration), fetchImpl).then((json) => {
        const next2 = createLocalJWKSet(json);
        if (sequence <= appliedSequence)
          return;
        local = next2;
        const updatedAt = Date.now();
        cache2 && (cache2.uat = updatedAt, cache2.jwks = json), jwksTimestamp = updatedAt, appliedSequence = sequence;
      }).finally(() => {
        pendingFetch === current && (pendingFetch = void 0);
      });
    }
    await pendingFetch;
  };
  return Object.defineProperties(async (protectedHeader, token) => {
    (!local || !isFreshFor(jwksTimestamp, cacheMaxAge)) && await reload();
    try {
      return await local(protectedHeader, token);
    } catch (err) {
      if (err instanceof JWKSNoMatchingKey && !isFreshFor(jwksTimestamp, cooldownDuration))
        return await reload(), local(protectedHeader, token);
      throw err;
    }
  }, {
    coolingDown: {
      get: () => isFreshFor(jwksTimestamp, cooldownDuration),
      enumerable: true
    },
    fresh: {
      get: () => isFreshFor(jwksTimestamp, cacheMaxAge),
      enumerable: true
    },
    reload: {
      value: reload,
      enumerable: true
    },
    reloading: {
      get: () => !!pendingFetch,
      enumerable: true
    },
    jwks: {
      value: () => local?.jwks(),
      enumerable: true
    }
  });
}

// ../../work/main/node_modules/jose/dist/webapi/util/decode_jwt.js
function decodeJwt(jwt) {
  if (typeof jwt != "string")
    throw new JWTInvalid("JWTs must use Compact JWS serialization, JWT must be a string");
  const { 1: encodedPayload, length } = jwt.split(".");
  if (length === 5)
    throw new JWTInvalid("Only JWTs using Compact JWS serialization can be decoded");
  if (length !== 3)
    throw new JWTInvalid("Invalid JWT");
  if (!encodedPayload)
    throw new JWTInvalid("JWTs must contain a payload");
  let claimsSetBytes;
  try {
    claimsSetBytes = decode(encodedPayload);
  } catch (cause) {
    throw new JWTInvalid("Failed to base64url decode the payload", { cause });
  }
  let claimsSet;
  try {
    claimsSet = JSON.parse(strictDecoder.decode(claimsSetBytes));
  } catch (cause) {
    throw new JWTInvalid("Failed to parse the decoded payload as JSON", { cause });
  }
  if (!isObject(claimsSet))
    throw new JWTInvalid("Invalid JWT Claims Set");
  return claimsSet;
}

// worker/src/access/credential.ts
var CredentialError = class extends Error {
  name = "CredentialError";
};
var MAX_HEADER = 16 * 1024;
function credentialOf(header) {
  if (header === void 0) return void 0;
  if (header.length > MAX_HEADER) throw new CredentialError("the Authorization header is too long");
  const [, scheme, value] = /^(bearer|basic) +([\x21-\x7e]+)$/i.exec(header) ?? [];
  if (scheme === void 0 || value === void 0) {
    throw new CredentialError("the Authorization header is neither Bearer nor Basic");
  }
  if (scheme.toLowerCase() === "bearer") return { secret: value };
  const secret = passwordOf(value);
  if (secret) return { secret };
  throw new CredentialError("there is no password in the Authorization header");
}
function passwordOf(base64) {
  let binary;
  try {
    binary = atob(base64);
  } catch {
    return void 0;
  }
  const pair = new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  const colon = pair.indexOf(":");
  return colon < 0 ? void 0 : pair.slice(colon + 1);
}

// worker/src/settings.ts
var SettingsError = class extends Error {
  name = "SettingsError";
};

// worker/src/access/oidc.ts
var GITHUB = "https://token.actions.githubusercontent.com";
var LEEWAY = 30;
var MAX_AGE = 3600;
var KEYS_KEPT = 6e5;
var KEYS_COOLDOWN = 1e3;
var PATIENCE = 5e3;
var keySets = /* @__PURE__ */ new Map();
function parseIssuer(url = GITHUB, audience = "") {
  const parsed = URL.parse(url);
  const isLoopback2 = parsed !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed.hostname);
  if (parsed?.protocol !== "https:" && !(parsed?.protocol === "http:" && isLoopback2)) {
    throw new SettingsError("OIDC_ISSUER is not an https address");
  }
  return { url, audience };
}
async function verifyOidcToken(token, issuer) {
  if (issuer.audience === "") throw new SettingsError("OIDC_AUDIENCE is missing");
  try {
    const { payload } = await jwtVerify(token, keysOf(issuer), {
      algorithms: ["RS256"],
      issuer: issuer.url,
      audience: issuer.audience,
      clockTolerance: LEEWAY,
      maxTokenAge: MAX_AGE,
      requiredClaims: ["exp", "repository_id", "event_name"]
    });
    return payload;
  } catch (error) {
    if (isRefusal(error)) {
      throw new CredentialError(`the OIDC token is not accepted: ${error.message}`, { cause: error });
    }
    throw new OciError("UNKNOWN", "the keys of the OIDC issuer cannot be had just now: try again", {
      status: 503,
      headers: { "Retry-After": "5" },
      cause: error
    });
  }
}
function isRefusal(error) {
  const issuers = ["ERR_JOSE_GENERIC", "ERR_JWKS_INVALID", "ERR_JWKS_TIMEOUT"];
  return error instanceof errors_exports.JOSEError && !issuers.includes(error.code);
}
function keysOf({ url }) {
  const known = keySets.get(url);
  if (known) return known;
  const keys = createRemoteJWKSet(new URL(`${url.replace(/\/$/, "")}/.well-known/jwks`), {
    cacheMaxAge: KEYS_KEPT,
    cooldownDuration: KEYS_COOLDOWN,
    timeoutDuration: PATIENCE
  });
  keySets.set(url, keys);
  return keys;
}

// worker/src/access/json-setting.ts
var MAX_SETTING = 256 * 1024;
var ACTIONS = [...REPOSITORY_ACTIONS, ...REGISTRY_ACTIONS];
function listSetting(name, value) {
  if (value === void 0 || value === "") return [];
  if (typeof value !== "string") return listOf({ at: name, value });
  if (value.length > MAX_SETTING) throw new SettingsError(`${name} is longer than ${MAX_SETTING} characters`);
  try {
    return listOf({ at: name, value: JSON.parse(value) });
  } catch (error) {
    throw error instanceof SyntaxError ? new SettingsError(`${name} is not JSON: ${error.message}`) : error;
  }
}
function listOf({ at, value }) {
  if (!Array.isArray(value)) throw new SettingsError(`${at} is not a list`);
  return value.map((item, index) => ({ at: `${at}[${index}]`, value: item }));
}
function fieldsOf({ at, value }, keys) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SettingsError(`${at} is not an object`);
  }
  const unknown3 = Object.keys(value).find((key2) => !keys.includes(key2));
  if (unknown3 !== void 0) {
    throw new SettingsError(`${at} has "${unknown3}"; what it can have is ${keys.join(", ")}`);
  }
  const given = value;
  const fields = keys.map((key2) => [key2, { at: `${at}.${key2}`, value: given[key2] }]);
  return Object.fromEntries(fields);
}
function textOf({ at, value }) {
  if (typeof value === "string" && value !== "") return value;
  throw new SettingsError(`${at} is ${value === void 0 ? "missing" : "not a text"}`);
}
function textsOf(field) {
  if (!Array.isArray(field.value)) return [textOf(field)];
  if (field.value.length === 0) throw new SettingsError(`${field.at} is empty`);
  return listOf(field).map(textOf);
}
function patternsOf(field) {
  const patterns = textsOf(field);
  if (patterns.every(isPattern)) return patterns;
  throw new SettingsError(`${field.at} holds a pattern that is too long or has more than three asterisks`);
}
function grantOf(fields) {
  const names = patternsOf(fields.names);
  const actions = textsOf(fields.actions).map((action) => {
    if (ACTIONS.includes(action)) return action;
    throw new SettingsError(
      `${fields.actions.at} has "${action}"; what it can have is ${ACTIONS.join(", ")}`
    );
  });
  const wide = actions.find(isRegistryAction);
  if (wide !== void 0 && !names.includes(ALL_NAMES)) {
    throw new SettingsError(
      `${fields.names.at} has to have "${ALL_NAMES}", since "${wide}" concerns the whole registry`
    );
  }
  return { names, actions };
}

// worker/src/access/operator-tokens.ts
function parseOperatorTokens(value) {
  return listSetting("OPERATOR_TOKENS", value).map((item) => {
    const { name, sha256: sha2563, expires, ...granted } = fieldsOf(item, [
      "name",
      "sha256",
      "names",
      "actions",
      "expires"
    ]);
    return {
      name: textOf(name),
      sha256: hashOf(sha2563),
      grant: grantOf(granted),
      expires: timeOf(expires)
    };
  });
}
async function findOperatorToken(tokens, secret) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)));
  let found;
  for (const token of tokens) found = equals(token.sha256, hash) ? token : found;
  return found;
}
function equals(a, b) {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
function hashOf(field) {
  const hex = textOf(field);
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new SettingsError(`${field.at} is not 64 hex digits in lower case`);
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
function timeOf(field) {
  const text = textOf(field);
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new SettingsError(`${field.at} is not a time, as in 2027-01-31T00:00:00Z`);
}

// worker/src/access/rules.ts
var USUAL_EVENTS = ["push", "schedule", "workflow_dispatch"];
var PATTERNS = ["ref", "workflow_ref", "job_workflow_ref"];
var KEYS = ["repository_id", "event_name", "environment", ...PATTERNS, "names", "actions"];
function parseRules(value) {
  return listSetting("ACCESS_RULES", value).map((item) => {
    const fields = fieldsOf(item, KEYS);
    const conditions = {
      repository_id: [repositoryIdOf(fields.repository_id)],
      event_name: fields.event_name.value === void 0 ? USUAL_EVENTS : textsOf(fields.event_name)
    };
    if (fields.environment.value !== void 0) conditions["environment"] = textsOf(fields.environment);
    for (const claim of PATTERNS) {
      if (fields[claim].value !== void 0) conditions[claim] = patternsOf(fields[claim]);
    }
    return { conditions, grant: grantOf(fields) };
  });
}
function grantsFor(rules, claims) {
  return rules.filter((rule) => fits(rule, claims)).map(({ grant }) => grant);
}
function fits({ conditions }, claims) {
  return Object.entries(conditions).every(([name, values]) => {
    const claim = claims[name];
    if (typeof claim !== "string") return false;
    const isOf = PATTERNS.includes(name) ? matchesPattern : equals2;
    return values.some((value) => isOf(value, claim));
  });
}
function equals2(a, b) {
  return a === b;
}
function repositoryIdOf({ at, value }) {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string" && /^\d{1,20}$/.test(text)) return text;
  throw new SettingsError(`${at} is not a number: "gh api repos/OWNER/NAME --jq .id" tells it`);
}

// worker/src/access/policy.ts
var policies = /* @__PURE__ */ new WeakMap();
function policyOf(settings) {
  const known = policies.get(settings);
  if (known) return known;
  const policy = {
    tokens: parseOperatorTokens(settings.OPERATOR_TOKENS),
    rules: parseRules(settings.ACCESS_RULES),
    issuer: parseIssuer(settings.OIDC_ISSUER, settings.OIDC_AUDIENCE)
  };
  policies.set(settings, policy);
  return policy;
}
function openGrants({ READ_ACCESS: read = "public", WRITE_ACCESS: write }) {
  if (read !== "public") return [];
  const actions = write === "open" ? [...REPOSITORY_ACTIONS, ...REGISTRY_ACTIONS] : ["pull"];
  return [{ names: [ALL_NAMES], actions }];
}
function takesWrites({ WRITE_ACCESS: write }) {
  return write === "open" || write === "token";
}

// worker/src/access/registry-token.ts
var REGISTRY_ISSUER = "ai-action-registry";
var ALGORITHM = "HS256";
var MIN_SECRET = 32;
function signRegistryToken(token, lifetime, signing) {
  const now = Math.floor(Date.now() / 1e3);
  return new SignJWT({ access: token.access }).setProtectedHeader({ alg: ALGORITHM, typ: "JWT" }).setIssuer(REGISTRY_ISSUER).setAudience(signing.host).setSubject(token.subject).setIssuedAt(now).setExpirationTime(now + lifetime).sign(keyOf(signing));
}
async function verifyRegistryToken(token, signing) {
  try {
    const { payload } = await jwtVerify(token, keyOf(signing), {
      algorithms: [ALGORITHM],
      issuer: REGISTRY_ISSUER,
      audience: signing.host,
      requiredClaims: ["exp", "sub", "access"]
    });
    return { subject: payload.sub, access: payload.access };
  } catch (error) {
    if (!(error instanceof errors_exports.JOSEError)) throw error;
    throw new CredentialError(`the token is not accepted: ${error.message}`, { cause: error });
  }
}
function keyOf({ secret = "" }) {
  if (secret.length >= MIN_SECRET) return new TextEncoder().encode(secret);
  throw new SettingsError(
    `TOKEN_SECRET ${secret === "" ? "is missing" : `has less than ${MIN_SECRET} characters`}`
  );
}

// worker/src/access/scopes.ts
function parseScopes(text) {
  return text.split(" ").map(parseScope).filter((scope) => scope !== void 0);
}
function parseScope(text) {
  const [, type, name = "", list = ""] = /^([a-z]+):(.+):([a-z*,]*)$/.exec(text) ?? [];
  const asked = list.split(",");
  const isAsked = (action) => asked.includes("*") || asked.includes(action);
  if (type === "repository" && isRepository(name)) {
    return { type, name, actions: REPOSITORY_ACTIONS.filter(isAsked) };
  }
  const about = REGISTRY_ACTIONS.find((action) => action === name);
  if (type === "registry" && about !== void 0 && isAsked("*"))
    return { type, name: about, actions: ["*"] };
  return void 0;
}
function narrow(scopes, grants) {
  return scopes.flatMap((scope) => {
    if (scope.type === "registry") return isGranted(grants, scope.name) ? [scope] : [];
    const actions = scope.actions.filter((action) => isGranted(grants, action, scope.name));
    return actions.length > 0 ? [{ ...scope, actions }] : [];
  });
}
function grantOfScope(scope) {
  return scope.type === "registry" ? { names: [ALL_NAMES], actions: [scope.name] } : { names: [scope.name], actions: scope.actions };
}
function scopeFor(action, name) {
  return name === ALL_NAMES ? `registry:${action}:*` : `repository:${name}:${action === "pull" ? "" : "pull,"}${action}`;
}

// worker/src/access/caller.ts
var ANONYMOUS = "anonymous";
function anonymous(settings) {
  return { kind: "anonymous", name: ANONYMOUS, grants: openGrants(settings) };
}
async function identify(credential, settings, host) {
  const { secret } = credential;
  if (issuerOf(secret) !== REGISTRY_ISSUER) return prove(credential, settings);
  const { subject, access } = await verifyRegistryToken(secret, { secret: settings.TOKEN_SECRET, host });
  return { kind: "registry-token", name: subject, grants: access.map(grantOfScope) };
}
async function prove({ secret }, settings) {
  const { tokens, rules, issuer } = policyOf(settings);
  if (rules.length > 0 && issuerOf(secret) === issuer.url) return workflow(secret, rules, issuer);
  const token = await findOperatorToken(tokens, secret);
  if (token === void 0) throw new CredentialError("this password or token is not known here");
  if (token.expires <= Date.now()) throw new CredentialError(`the token "${token.name}" has expired`);
  return { kind: "operator-token", name: token.name, grants: [token.grant], expires: token.expires };
}
async function workflow(secret, rules, issuer) {
  const claims = await verifyOidcToken(secret, issuer);
  const grants = grantsFor(rules, claims);
  const { repository, repository_id: id, ref, event_name: event } = claims;
  if (grants.length > 0) return { kind: "workflow", name: `${repository}@${ref}`, grants };
  throw new CredentialError(
    `no rule of this registry allows the workflow: repository_id ${id}, event_name ${event}, ref ${ref}`
  );
}
function issuerOf(secret) {
  try {
    return decodeJwt(secret).iss;
  } catch {
    return void 0;
  }
}

// worker/src/access/challenge.ts
function challenge(request, { message: message2, scope, error }) {
  const { origin, host } = addressOf(request);
  const parameters = [
    `realm="${origin}/token"`,
    `service="${host}"`,
    ...scope === void 0 ? [] : [`scope="${scope}"`],
    ...error === void 0 ? [] : [`error="${error}"`]
  ];
  return new OciError("UNAUTHORIZED", message2, {
    headers: { "WWW-Authenticate": `Bearer ${parameters.join(",")}` }
  });
}
function addressOf(request) {
  const { host, protocol } = new URL(request.url);
  const scheme = request.headers.get("X-Forwarded-Proto") === "https" ? "https:" : protocol;
  return { origin: `${scheme}//${host}`, host };
}

// worker/src/access/guard.ts
function may(action) {
  return async (c, next2) => {
    await checkAccess(c, action, isRegistryAction(action) ? ALL_NAMES : repositoryOf(c));
    await next2();
  };
}
async function mayPull(c, name) {
  return isGranted(anonymous(c.env).grants, "pull", name) || isGranted((await callerOf(c)).grants, "pull", name);
}
async function checkSignIn(c) {
  const { grants } = anonymous(c.env);
  const isOpen = isGranted(grants, "pull") && (isGranted(grants, "push") || !takesWrites(c.env));
  if (isOpen) return;
  if ((await callerOf(c)).kind === "anonymous") throw challenge(c.req.raw, { message: SIGN_IN });
}
var SIGN_IN = "this needs a token: sign in with `docker login`";
async function checkAccess(c, action, name) {
  if (!isReading(action)) {
    if (!takesWrites(c.env)) throw new OciError("DENIED", "this registry takes no pushes");
    checkOrigin(c.req.raw);
  }
  if (isGranted(anonymous(c.env).grants, action, name)) return;
  const scope = scopeFor(action, name);
  const caller = await callerOf(c, scope);
  if (isGranted(caller.grants, action, name)) return;
  if (caller.kind === "anonymous") throw challenge(c.req.raw, { message: SIGN_IN, scope });
  const message2 = `${caller.name} may not ${action}${name === ALL_NAMES ? "" : ` ${name}`}`;
  if (caller.kind !== "registry-token") throw new OciError("DENIED", message2);
  const hint = caller.name === ANONYMOUS ? ": sign in with `docker login`" : "";
  throw challenge(c.req.raw, { message: message2 + hint, scope, error: "insufficient_scope" });
}
async function callerOf(c, scope) {
  const known = c.get("caller");
  if (known !== void 0) return known;
  try {
    const credential = credentialOf(c.req.header("Authorization"));
    const caller = credential ? await identify(credential, c.env, addressOf(c.req.raw).host) : anonymous(c.env);
    c.set("caller", caller);
    return caller;
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    const { message: message2 } = error;
    throw challenge(c.req.raw, {
      message: message2,
      error: "invalid_token",
      ...scope === void 0 ? {} : { scope }
    });
  }
}

// worker/src/observation/pulls.ts
var MAX_INDEX = 96;
var KINDS = /* @__PURE__ */ new Map([
  ["/v2/:name/manifests/:reference", "manifest"],
  ["/v2/:name/blobs/:digest", "blob"]
]);
function writePull(pulls, { method, route, status, ...more }) {
  const kind = KINDS.get(route);
  const { repository, reference = "", digest = "", bytes } = more;
  if (kind === void 0 || repository === void 0 || method !== "GET") return;
  if (status !== 200 && status !== 206) return;
  pulls.writeDataPoint({
    indexes: [repository.slice(0, MAX_INDEX)],
    blobs: [kind, repository, reference, digest],
    doubles: [bytes]
  });
}

// worker/src/observation/requests.ts
var observe = async (c, next2) => {
  const start = Date.now();
  const id = c.req.header("CF-Ray") ?? crypto.randomUUID();
  await next2();
  c.header("X-Request-Id", id);
  const observed = describe(c, id, Date.now() - start);
  if (c.env.REQUEST_LOG === "on") console.log(JSON.stringify(observed));
  if (c.env.PULLS !== void 0) writePull(c.env.PULLS, observed);
};
function describe(c, id, duration) {
  const { method } = c.req;
  const path2 = matchedRoutes(c).findLast((route2) => route2.path !== "*" && route2.path !== "/*")?.path ?? "";
  const route = path2.replaceAll(/\{[^}]*\}/g, "");
  const digest = c.res.headers.get("Docker-Content-Digest");
  return {
    id,
    method,
    route,
    ...partsOf(c.req.path, route),
    ...digest === null ? {} : { digest },
    status: c.res.status,
    bytes: method === "HEAD" ? 0 : lengthOf(c.res.headers.get("Content-Length")),
    received: lengthOf(c.req.header("Content-Length") ?? null),
    duration
  };
}
function partsOf(path2, route) {
  const source = route.replace(":name", "(?<name>.+)").replace(/:(?:reference|digest)/, "(?<reference>[^/]+)");
  const { name, reference } = new RegExp(`^${source.replace(":id", "[^/]+")}$`).exec(path2)?.groups ?? {};
  return {
    ...name === void 0 ? {} : { repository: name },
    ...reference === void 0 ? {} : { reference }
  };
}
function lengthOf(header) {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}

// worker/src/storage/repositories.ts
var ROOT = "repositories/";
async function listRepositories(bucket, { after, limit }) {
  const names = [];
  let last = after;
  while (names.length <= limit) {
    const start = last === void 0 ? {} : { startAfter: endOf(last) };
    const { objects } = await bucket.list({ prefix: ROOT, ...start });
    const found = new Set(objects.map(({ key: key2 }) => nameOf(key2)));
    if (found.size === 0) break;
    names.push(...found);
    last = names.at(-1);
  }
  return { names: names.slice(0, limit), more: names.length > limit };
}
function endOf(name) {
  return `${ROOT}${name}/_~`;
}
function nameOf(key2) {
  return key2.slice(ROOT.length, key2.indexOf("/_"));
}

// worker/src/routes/catalog.ts
var PAGE = 1e3;
async function readCatalog(c) {
  const limit = Math.min(PAGE, pageSizeOf(c) ?? PAGE);
  const last = c.req.query("last");
  const after = last === void 0 || last === "" ? void 0 : asRepository(last);
  const { names, more } = await listRepositories(c.get("bucket"), { after, limit });
  const response = c.json({ repositories: names });
  const next2 = names.at(-1);
  if (more && next2 !== void 0) {
    const query = new URLSearchParams({ n: String(limit), last: next2 });
    response.headers.set("Link", `</v2/_catalog?${query.toString()}>; rel="next"`);
  }
  return response;
}

// worker/src/ranges/parse.ts
var MAX_RANGES = 256;
function parseRanges(header, size) {
  const set = /^bytes=(.*)$/i.exec(header?.trim() ?? "")?.[1];
  if (set === void 0) return void 0;
  const specs = set.split(",").map((spec) => spec.trim()).filter((spec) => spec !== "");
  if (specs.length > MAX_RANGES)
    throw new RangeError(`at most ${MAX_RANGES} ranges can be asked for at once`);
  if (specs.length === 0) return void 0;
  const ranges = [];
  for (const spec of specs) {
    const match2 = /^(\d*)-(\d*)$/.exec(spec);
    if (match2 === null || spec === "-") return void 0;
    const range = resolve(match2[1] ?? "", match2[2] ?? "", size);
    if (range !== void 0) ranges.push(range);
  }
  return ranges;
}
function resolve(first, last, size) {
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? void 0 : { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  return offset < end ? { offset, length: end - offset } : void 0;
}
function contentRange({ offset, length }, size) {
  return `bytes ${offset}-${offset + length - 1}/${size}`;
}

// worker/src/storage/keys.ts
function path(digest) {
  const { algorithm, hex } = parseDigest(digest);
  return `${algorithm}/${hex}`;
}
function dataKey(id) {
  return `data/${id}`;
}
function blobKey(digest) {
  return `blobs/${path(digest)}`;
}
function membershipKey(repository, digest) {
  return `repositories/${repository}/_blobs/${path(digest)}`;
}
function repositoryPrefix(repository) {
  return `repositories/${repository}/_`;
}
function repositoryPrefixes(repository) {
  const folders = ["_tags/", "_referrers/", "_manifests/", "_blobs/"];
  return [`imports/${repository}/_/`, ...folders.map((folder) => `repositories/${repository}/${folder}`)];
}
function manifestKey(repository, digest) {
  return `repositories/${repository}/_manifests/${path(digest)}`;
}
var KINDS2 = { blobs: "blob", manifests: "manifest", referrers: "referrer", tags: "tag" };
function parseRepositoryKey(key2) {
  const match2 = /^repositories\/(.+?)\/_(blobs|manifests|referrers|tags)\/(.+)$/.exec(key2);
  if (match2 === null) return void 0;
  const [, repository = "", folder = "", rest = ""] = match2;
  const kind = KINDS2[folder];
  return { repository, kind, digest: kind === "tag" ? void 0 : lastDigest(rest) };
}
function parseBlobKey(key2) {
  return key2.startsWith("blobs/") ? lastDigest(key2) : void 0;
}
function lastDigest(text) {
  const digest = text.split("/").slice(-2).join(":");
  return isDigest(digest) ? digest : void 0;
}
function tagPrefix(repository) {
  return `repositories/${repository}/_tags/`;
}
function tagKey(repository, tag2) {
  return tagPrefix(repository) + tag2;
}
function referrerPrefix(repository, subject) {
  return `repositories/${repository}/_referrers/${path(subject)}/`;
}
function referrerKey(repository, subject, digest) {
  return referrerPrefix(repository, subject) + path(digest);
}

// worker/src/collection/protocol.ts
function collectorOf(namespace) {
  return namespace.get(namespace.idFromName("collector"));
}

// worker/src/collection/times.ts
var HOUR_S = 60 * 60;
function timesOf(settings) {
  return {
    window: milliseconds("GC_WINDOW", settings.GC_WINDOW, 24 * HOUR_S),
    delay: milliseconds("GC_DELAY", settings.GC_DELAY, HOUR_S),
    uploadExpiry: milliseconds("UPLOAD_EXPIRY", settings.UPLOAD_EXPIRY, 24 * HOUR_S)
  };
}
function milliseconds(name, text, otherwise) {
  const seconds = text === void 0 || text === "" ? otherwise : Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1e3;
  throw new SettingsError(`${name} is not a number of seconds`);
}

// worker/src/storage/retry.ts
var ATTEMPTS = 4;
var FIRST_DELAY_MS = 50;
async function retry(run, isRetryable) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
      const delay = FIRST_DELAY_MS * 3 ** (attempt - 1) * (0.5 + Math.random());
      await new Promise((resolve3) => setTimeout(resolve3, delay));
    }
  }
}
var PERMANENT = /* @__PURE__ */ new Set([
  10007,
  // no such key
  10011,
  // the part is too small
  10024,
  // no such upload
  10025,
  // a part is missing
  10031,
  // precondition failed
  10037,
  // the bytes do not match the checksum
  10048,
  // the parts are not all of one size
  100100
  // too large
]);
function isPassing(error) {
  const code = /\((\d{5,6})\)\s*$/.exec(String(error))?.[1];
  return code === void 0 || !PERMANENT.has(Number(code));
}
function retryingBucket(bucket) {
  return {
    head: (key2) => again(() => bucket.head(key2)),
    get: (key2, options) => again(() => bucket.get(key2, options)),
    put: (key2, value, options) => {
      const put = () => bucket.put(key2, value, options);
      return value instanceof ReadableStream ? put() : again(put);
    },
    delete: (keys) => again(() => bucket.delete(keys)),
    list: (options) => again(() => bucket.list(options)),
    createMultipartUpload: (key2) => again(async () => retryingUpload(await bucket.createMultipartUpload(key2))),
    resumeMultipartUpload: (key2, id) => retryingUpload(bucket.resumeMultipartUpload(key2, id))
  };
}
function again(run) {
  return retry(run, isPassing);
}
function retryingUpload(upload) {
  return {
    uploadId: upload.uploadId,
    uploadPart: (number, value) => {
      const put = () => upload.uploadPart(number, value);
      return value instanceof ReadableStream ? put() : again(put);
    },
    complete: (parts) => again(() => upload.complete(parts)),
    abort: () => again(() => upload.abort())
  };
}

// worker/src/storage/store.ts
function openStore(env) {
  return {
    ...retryingBucket(env.BUCKET),
    keep: (keys) => retry(
      () => collectorOf(env.COLLECTOR).keep(keys),
      (error) => error.retryable === true
    ),
    // Half of the window is left for what is under way.
    keepAfter: timesOf(env).window / 2
  };
}
function condemnedAt({ customMetadata }) {
  const time = customMetadata?.["condemned"];
  return time === void 0 ? void 0 : Number(time);
}
function hasToBeKept({ keepAfter }, object) {
  return condemnedAt(object) !== void 0 || Date.now() - object.uploaded.getTime() >= keepAfter;
}

// worker/src/storage/blobs.ts
var ATTEMPTS2 = 5;
async function findBlob(bucket, repository, digest) {
  return toPointer(await bucket.head(membershipKey(repository, digest)));
}
async function findAnywhere(bucket, digest) {
  const pointer = await findPointer(bucket, digest);
  return pointer?.isCondemned ? void 0 : pointer;
}
async function findPointer(bucket, digest) {
  return toPointer(await bucket.head(blobKey(digest)));
}
function publishBlob(store, digest, pointer) {
  return establish(store, blobKey(digest), pointer);
}
async function linkBlob(store, repository, digest, pointer) {
  await establish(store, membershipKey(repository, digest), pointer);
}
async function unlinkBlob(bucket, repository, digest) {
  await bucket.delete(membershipKey(repository, digest));
}
async function establish(store, key2, pointer) {
  for (let attempt = 1; attempt <= ATTEMPTS2; attempt++) {
    const before = await store.head(key2);
    if (before === null) {
      const options = { customMetadata: toMetadata(pointer), onlyIf: { etagDoesNotMatch: "*" } };
      if (await store.put(key2, "", options) !== null) return pointer;
    } else {
      const [isKept2] = hasToBeKept(store, before) ? await store.keep([key2]) : [true];
      if (isKept2) return toPointer(before) ?? pointer;
    }
  }
  throw new Error(`${key2} comes and goes`);
}
function toMetadata(pointer) {
  return { data: pointer.data, size: String(pointer.size) };
}
function toPointer(object) {
  if (object === null) return void 0;
  const { data, size } = object.customMetadata ?? {};
  if (data === void 0 || size === void 0) throw new Error(`${object.key} points nowhere`);
  const isCondemned = condemnedAt(object) !== void 0;
  return { data, size: Number(size), ...isCondemned ? { isCondemned } : {} };
}

// worker/src/ranges/multipart.ts
function encode3(text) {
  return new Uint8Array(new TextEncoder().encode(text));
}
function multipartBody(ranges, size, mediaType) {
  const boundary = crypto.randomUUID();
  const heads = ranges.map(
    (range, index) => encode3(
      `${index === 0 ? "" : "\r\n"}--${boundary}\r
Content-Type: ${mediaType}\r
Content-Range: ${contentRange(range, size)}\r
\r
`
    )
  );
  const tail = encode3(`\r
--${boundary}--\r
`);
  const length = heads.reduce((sum, head) => sum + head.length, tail.length) + ranges.reduce((sum, range) => sum + range.length, 0);
  return { contentType: `multipart/byteranges; boundary=${boundary}`, length, heads, tail };
}

// worker/src/routes/bodies.ts
var PIECE = 1024 * 1024;
var MAX_BREAKS = 3;
function rangeStream(bucket, key2, range) {
  return streamOf(range.length, readRange(bucket, key2, range));
}
function rangesBody(bucket, blob, ranges, mediaType) {
  const { contentType, length, heads, tail } = multipartBody(ranges, blob.size, mediaType);
  async function* body() {
    for (const [index, range] of ranges.entries()) {
      yield heads[index];
      yield* readRange(bucket, blob.data, range);
    }
    yield tail;
  }
  return { contentType, length, stream: streamOf(length, body()) };
}
async function* readRange(bucket, key2, range) {
  let { offset, length } = range;
  for (let breaks = 0; length > 0; ) {
    const object = await bucket.get(key2, { range: { offset, length } });
    if (object === null) throw new Error(`${key2} is gone`);
    const reader = object.body.getReader({ mode: "byob" });
    try {
      while (length > 0) {
        const piece = await readPiece(reader, Math.min(PIECE, length));
        if (piece === void 0) throw new Error(`${key2} ended ${length} bytes early`);
        breaks = 0;
        offset += piece.length;
        length -= piece.length;
        yield piece;
      }
    } catch (error) {
      if (++breaks > MAX_BREAKS) throw error;
    } finally {
      await reader.cancel().catch(() => void 0);
    }
  }
}
async function readPiece(reader, size) {
  const view = new Uint8Array(size);
  const { value, done } = await (reader.readAtLeast?.(size, view) ?? reader.read(view));
  return done ? void 0 : value;
}
function streamOf(length, pieces) {
  const { readable, writable } = new LengthStream(length);
  const sink = writable.getWriter();
  void (async () => {
    try {
      for await (const piece of pieces) await sink.write(piece);
      await sink.close();
    } catch (error) {
      await sink.abort(error).catch(() => void 0);
    }
  })();
  return readable;
}
var LengthStream = globalThis.FixedLengthStream ?? class extends TransformStream {
  constructor(_length) {
    super();
  }
};

// worker/src/routes/caching.ts
var IMMUTABLE = "public, max-age=31536000, immutable";
function etagOf(digest) {
  return `"${digest}"`;
}
function isNoneMatch(header, digest) {
  if (header === void 0) return false;
  const tags = new Set(header.split(",").map((tag2) => tag2.trim().replace(/^W\//, "")));
  return tags.has("*") || tags.has(etagOf(digest));
}

// worker/src/routes/blobs.ts
var MEDIA_TYPE = "application/octet-stream";
async function readBlob(c) {
  const repository = repositoryOf(c);
  const digest = asDigest(c.req.param("digest") ?? "");
  const bucket = c.get("bucket");
  const blob = await findBlob(bucket, repository, digest);
  if (blob === void 0 || blob.isCondemned && c.req.method === "HEAD") throw unknown(digest);
  const headers = new Headers({
    "Accept-Ranges": "bytes",
    "Cache-Control": IMMUTABLE,
    "Content-Type": MEDIA_TYPE,
    "Docker-Content-Digest": digest,
    ETag: etagOf(digest)
  });
  if (isNoneMatch(c.req.header("If-None-Match"), digest)) return new Response(null, { status: 304, headers });
  const ranges = requestedRanges(c, digest, blob.size);
  if (ranges === void 0) {
    headers.set("Content-Length", String(blob.size));
    return new Response(
      c.req.method === "HEAD" ? null : rangeStream(bucket, blob.data, { offset: 0, length: blob.size }),
      { headers }
    );
  }
  return partialResponse(bucket, blob, ranges, headers);
}
function requestedRanges(c, digest, size) {
  if (c.req.method !== "GET") return void 0;
  const condition = c.req.header("If-Range");
  if (condition !== void 0 && condition !== etagOf(digest)) return void 0;
  let ranges;
  try {
    ranges = parseRanges(c.req.header("Range"), size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OciError("RANGE_INVALID", error.message, { status: 400, cause: error });
  }
  if (ranges?.length === 0) {
    throw new OciError("RANGE_INVALID", `the blob has ${size} bytes: nothing of it is in that range`, {
      headers: { "Content-Range": `bytes */${size}` }
    });
  }
  return ranges;
}
function partialResponse(bucket, blob, ranges, headers) {
  const [only, ...more] = ranges;
  if (only !== void 0 && more.length === 0) {
    headers.set("Content-Range", contentRange(only, blob.size));
    headers.set("Content-Length", String(only.length));
    return new Response(rangeStream(bucket, blob.data, only), { status: 206, headers });
  }
  const { contentType, length, stream } = rangesBody(bucket, blob, ranges, MEDIA_TYPE);
  headers.set("Content-Type", contentType);
  headers.set("Content-Length", String(length));
  return new Response(stream, { status: 206, headers });
}
async function deleteBlob(c) {
  const repository = repositoryOf(c);
  const digest = asDigest(c.req.param("digest") ?? "");
  const bucket = c.get("bucket");
  const blob = await findBlob(bucket, repository, digest);
  if (blob === void 0 || blob.isCondemned) throw unknown(digest);
  await unlinkBlob(bucket, repository, digest);
  return new Response(null, { status: 202 });
}
function unknown(digest) {
  return new OciError("BLOB_UNKNOWN", `the repository has no blob ${digest}`);
}

// worker/src/collection/start.ts
async function startCollection(env, request) {
  const { record, isNew } = await collectorOf(env.COLLECTOR).request(request);
  if (isNew) await env.COLLECTIONS.create({ id: record.id, params: { dryRun: record.dryRun } });
  return record;
}
async function resumeCollection(env, startedAt) {
  const record = await collectorOf(env.COLLECTOR).status(false);
  if (record === void 0 || record.state === "done" || record.state === "failed") return;
  await startCollection(env, { dryRun: false, deadBefore: startedAt });
}

// worker/src/routes/collection.ts
async function createCollection(c) {
  const record = await startCollection(c.env, { dryRun: isDryRun(c) });
  return Response.json(record, {
    status: 202,
    headers: { Location: new URL(c.req.url).pathname + new URL(c.req.url).search }
  });
}
async function readCollection(c) {
  const record = await collectorOf(c.env.COLLECTOR).status(isDryRun(c));
  if (record === void 0) throw new OciError("NAME_UNKNOWN", "no collection was asked for");
  return Response.json(record, { headers: { "Cache-Control": "no-store" } });
}
function isDryRun(c) {
  return c.req.query("dry_run") === "true";
}

// worker/src/imports/failure.ts
var ImportFailure = class extends Error {
  name = "ImportFailure";
  hint;
  constructor(message2, hint, options) {
    super(message2, options);
    this.hint = hint;
  }
};
var ASK_AGAIN = "Ask for the import again: what has been imported is kept.";

// worker/src/storage/list.ts
async function* listAll(bucket, options) {
  let cursor;
  do {
    const page = await bucket.list(cursor === void 0 ? options : { ...options, cursor });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : void 0;
  } while (cursor !== void 0);
}

// worker/src/imports/record.ts
var PREFIX = "imports/";
function recordKey({ repository, reference }) {
  return `${PREFIX}${repository}/_/${reference}`;
}
async function readRecord(bucket, target) {
  const object = await bucket.get(recordKey(target));
  if (object === null) return void 0;
  return { record: JSON.parse(await object.text()), etag: object.etag };
}
async function writeRecord(bucket, record, before) {
  const stored = await bucket.put(recordKey(record), JSON.stringify(record), {
    httpMetadata: { contentType: "application/json" },
    customMetadata: { state: record.state },
    onlyIf: before === void 0 ? { etagDoesNotMatch: "*" } : { etagMatches: before.etag }
  });
  return stored === null ? void 0 : { record, etag: stored.etag };
}
function isUnfinished({ state }) {
  return state === "queued" || state === "running";
}
async function* unfinishedImports(bucket) {
  for await (const { key: key2, customMetadata } of listAll(bucket, {
    prefix: PREFIX,
    include: ["customMetadata"]
  })) {
    if (customMetadata?.["state"] === "done" || customMetadata?.["state"] === "failed") continue;
    const object = await bucket.get(key2);
    if (object === null) continue;
    const record = JSON.parse(await object.text());
    if (isUnfinished(record)) yield record;
  }
}
async function importId(target, generation) {
  const text = new TextEncoder().encode(`${target.repository}\0${target.reference}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const hex = Array.from(hash.subarray(0, 20), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `import-${hex}-${generation}`;
}
function isTagged({ reference }) {
  return !isDigest(reference);
}

// worker/src/imports/start.ts
var ATTEMPTS3 = 10;
var FRESH_QUEUED_MS = 1e4;
var FRESH_RUNNING_MS = 6e4;
var ENDED = /* @__PURE__ */ new Set(["errored", "terminated", "complete"]);
async function startImport(bucket, workflows, request) {
  for (let attempt = 1; attempt <= ATTEMPTS3; attempt++) {
    const found = await readRecord(bucket, request);
    const before = found && await refresh(bucket, workflows, found);
    if (before?.record.digest === request.digest && isUnfinished(before.record)) return before.record;
    const record = await newRecord(request, (before?.record.generation ?? 0) + 1);
    const held = await writeRecord(bucket, record, before);
    if (held === void 0 && !await isWritten(bucket, record)) continue;
    await create(workflows, record);
    return record;
  }
  throw new Error(`others keep starting imports to ${request.repository}:${request.reference}`);
}
async function refresh(bucket, workflows, held) {
  const { record } = held;
  if (!isUnfinished(record)) return held;
  const age = Date.now() - Date.parse(record.updatedAt);
  if (age < (record.state === "queued" ? FRESH_QUEUED_MS : FRESH_RUNNING_MS)) return held;
  const status = await statusOf(workflows, record.id);
  if (status === void 0) await create(workflows, record);
  if (status === void 0 || !ENDED.has(status)) return held;
  const current = await readRecord(bucket, record);
  if (current === void 0 || current.record.id !== record.id || !isUnfinished(current.record)) {
    return current ?? held;
  }
  const error = { message: `The Workflow's instance ${record.id} is ${status}.`, hint: ASK_AGAIN };
  const failed = { ...current.record, state: "failed", updatedAt: (/* @__PURE__ */ new Date()).toISOString(), error };
  return await writeRecord(bucket, failed, current) ?? { record: failed, etag: current.etag };
}
async function create(workflows, record) {
  const { id, repository, reference, digest, upstream } = record;
  try {
    await workflows.create({ id, params: { repository, reference, digest, upstream } });
  } catch (error) {
    if (await statusOf(workflows, id) === void 0) throw error;
  }
}
async function statusOf(workflows, id) {
  try {
    const instance = await workflows.get(id);
    return (await instance.status()).status;
  } catch (error) {
    if (/not.?found/i.test(String(error))) return void 0;
    throw error;
  }
}
async function newRecord(request, generation) {
  const now = (/* @__PURE__ */ new Date()).toISOString();
  return {
    ...request,
    id: await importId(request, generation),
    generation,
    state: "queued",
    startedAt: now,
    updatedAt: now,
    bytes: { done: 0, total: 0 },
    blobs: []
  };
}
async function isWritten(bucket, record) {
  const current = await readRecord(bucket, record);
  return JSON.stringify(current?.record) === JSON.stringify(record);
}

// worker/src/imports/upstream/allow-list.ts
var KINDS3 = ["artifact-registry", "basic", "anonymous"];
var FIELDS = /* @__PURE__ */ new Set(["kind", "secret", "prefix", "tokenHosts", "http"]);
function findUpstream(setting, host, repository) {
  const upstream = parseUpstreams(setting).find((each) => each.host === host.toLowerCase());
  if (upstream !== void 0 && isWithin(repository, upstream.prefix)) return upstream;
  throw new OciError(
    "DENIED",
    `importing ${repository} from ${host} is not allowed: the operator lists what is, in UPSTREAMS`
  );
}
function parseUpstreams(setting) {
  if (setting === void 0 || setting === "") return [];
  const json = typeof setting === "string" ? parseJson(setting) : setting;
  if (!isObject2(json)) throw wrong("it is not an object of hosts");
  return Object.entries(json).map(([host, value]) => parseUpstream(host, value));
}
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong("it is not JSON");
  }
}
function parseUpstream(host, value) {
  if (!isRegistry(host) || host !== host.toLowerCase()) throw wrong(`"${host}" is not a host`);
  if (!isObject2(value)) throw wrong(`"${host}" is not an object`);
  const unknown3 = Object.keys(value).find((field) => !FIELDS.has(field));
  if (unknown3 !== void 0) throw wrong(`"${host}" has "${unknown3}", which means nothing`);
  const { secret, prefix, tokenHosts = [], http = false } = value;
  const kind = KINDS3.find((each) => each === value["kind"]);
  if (kind === void 0) throw wrong(`"${host}" has no kind of ${KINDS3.join(", ")}`);
  if (kind === "anonymous" ? secret !== void 0 : typeof secret !== "string" || secret === "") {
    throw wrong(`"${host}" ${kind === "anonymous" ? "needs no secret" : "names no secret"}`);
  }
  if (prefix !== void 0 && (typeof prefix !== "string" || !isRepository(prefix))) {
    throw wrong(`the prefix of "${host}" is not a repository name`);
  }
  if (!isListOfHosts(tokenHosts)) throw wrong(`the tokenHosts of "${host}" are not a list of hosts`);
  if (typeof http !== "boolean" || http && !isLoopback(host)) {
    throw wrong(`"${host}" cannot be reached over http: only a loopback address can`);
  }
  return {
    host,
    kind,
    tokenHosts,
    isPlain: http,
    ...typeof secret === "string" ? { secret } : {},
    ...typeof prefix === "string" ? { prefix } : {}
  };
}
function isLoopback(host) {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
function isSafe(url, { isPlain }) {
  if (url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || url.protocol === "http:" && isPlain && isLoopback(url.host);
}
function isWithin(repository, prefix) {
  return prefix === void 0 || repository === prefix || repository.startsWith(`${prefix}/`);
}
function isListOfHosts(value) {
  return Array.isArray(value) && value.every((host) => typeof host === "string" && isRegistry(host));
}
function isObject2(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function wrong(message2) {
  return new SettingsError(`UPSTREAMS is wrong: ${message2}`);
}

// src/oci/media-types.ts
var MEDIA_TYPE2 = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layerTar: "application/vnd.oci.image.layer.v1.tar",
  layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  layerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  empty: "application/vnd.oci.empty.v1+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json"
};
var MANIFEST_TYPES = [
  MEDIA_TYPE2.index,
  MEDIA_TYPE2.manifest,
  MEDIA_TYPE2.dockerIndex,
  MEDIA_TYPE2.dockerManifest
];
function isIndexType(mediaType) {
  return mediaType === MEDIA_TYPE2.index || mediaType === MEDIA_TYPE2.dockerIndex;
}

// worker/src/storage/manifests.ts
var OPAQUE = "application/octet-stream";
async function findManifest(bucket, repository, digest) {
  const object = await bucket.head(manifestKey(repository, digest));
  return object === null ? void 0 : describe2(object);
}
async function readManifest(bucket, repository, digest) {
  const object = await bucket.get(manifestKey(repository, digest));
  return object === null ? void 0 : { ...describe2(object), object };
}
function describe2(object) {
  return {
    mediaType: object.httpMetadata?.contentType ?? OPAQUE,
    size: object.size,
    isCondemned: condemnedAt(object) !== void 0
  };
}
async function writeManifest(store, repository, manifest) {
  const key2 = manifestKey(repository, manifest.digest);
  const before = await store.head(key2);
  if (before !== null && condemnedAt(before) !== void 0) await store.keep([key2]);
  await store.put(key2, manifest.bytes, {
    httpMetadata: { contentType: manifest.mediaType }
  });
}
async function removeManifest(bucket, repository, digest) {
  await bucket.delete(manifestKey(repository, digest));
}
async function writeReferrer(bucket, repository, subject, descriptor2) {
  await bucket.put(referrerKey(repository, subject, descriptor2.digest), JSON.stringify(descriptor2));
}
async function removeReferrer(bucket, repository, subject, digest) {
  await bucket.delete(referrerKey(repository, subject, digest));
}
async function listReferrers(bucket, repository, subject) {
  const found = [];
  for await (const { key: key2 } of listAll(bucket, { prefix: referrerPrefix(repository, subject) })) {
    const object = await bucket.get(key2);
    if (object !== null) found.push(JSON.parse(await object.text()));
  }
  return found;
}

// worker/src/manifests/document.ts
var MAX_REFERENCES = 2e3;
function parseDocument(bytes, mediaType) {
  const json = parseJson2(bytes, mediaType);
  if (json === void 0) {
    return { blobs: [], manifests: [], subject: void 0, artifactType: void 0, annotations: void 0 };
  }
  if (json.mediaType !== void 0 && json.mediaType !== mediaType) {
    throw invalid2(`Content-Type is ${mediaType}, but its mediaType is ${JSON.stringify(json.mediaType)}`);
  }
  const config = json.config === void 0 ? [] : [descriptor(json.config, "config")];
  const layers = [...descriptors(json.layers, "layers"), ...descriptors(json.blobs, "blobs")];
  const manifests = descriptors(json.manifests, "manifests");
  if (isIndexType(mediaType) ? json.manifests === void 0 : isImage(mediaType) && json.config === void 0) {
    throw invalid2(`a manifest of ${mediaType} has ${isIndexType(mediaType) ? "manifests" : "a config"}`);
  }
  const document = {
    blobs: unique([...config, ...layers.filter((layer) => !isElsewhere(layer))]),
    manifests: unique(manifests),
    subject: json.subject === void 0 ? void 0 : descriptor(json.subject, "subject").digest,
    artifactType: textOf2(json.artifactType) ?? textOf2(config[0]?.mediaType),
    annotations: annotationsOf(json.annotations)
  };
  if (document.blobs.length + document.manifests.length > MAX_REFERENCES) {
    throw invalid2(`it refers to more than ${MAX_REFERENCES} blobs and manifests`);
  }
  return document;
}
function isImage(mediaType) {
  return mediaType === "application/vnd.oci.image.manifest.v1+json" || mediaType === "application/vnd.docker.distribution.manifest.v2+json";
}
function parseJson2(bytes, mediaType) {
  try {
    const value = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
    );
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (mediaType.endsWith("json")) throw invalid2("it is not JSON", error);
    return void 0;
  }
  if (mediaType.endsWith("json")) throw invalid2("it is not a JSON object");
  return void 0;
}
function isElsewhere({ mediaType, urls }) {
  return mediaType.includes(".nondistributable.") || mediaType.includes(".foreign.") || (urls?.length ?? 0) > 0;
}
function descriptors(value, name) {
  if (value === void 0 || value === null) return [];
  if (!Array.isArray(value)) throw invalid2(`${name} is not a list`);
  return value.map((item, index) => descriptor(item, `${name}[${index}]`));
}
function descriptor(value, name) {
  const { digest, mediaType, size, urls } = value ?? {};
  if (typeof digest !== "string" || !isDigest(digest))
    throw invalid2(`${name} has no digest of sha256 or sha512`);
  if (typeof mediaType !== "string") throw invalid2(`${name} has no mediaType`);
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    throw invalid2(`${name} has no size`);
  return { digest, mediaType, size, ...Array.isArray(urls) ? { urls } : {} };
}
function unique(list) {
  return [...new Map(list.map((item) => [item.digest, item])).values()];
}
function textOf2(value) {
  return typeof value === "string" && value !== "" ? value : void 0;
}
function annotationsOf(value) {
  return typeof value === "object" && value !== null ? value : void 0;
}
function invalid2(message2, cause) {
  return new OciError("MANIFEST_INVALID", `the manifest is not valid: ${message2}`, { cause });
}

// worker/src/manifests/accept.ts
var MAX_MANIFEST_SIZE = 4 * 1024 * 1024;
var CHECKS_AT_ONCE = 6;
var KEPT_AT_ONCE = 100;
async function acceptManifest(store, repository, manifest) {
  const { digest, mediaType, bytes } = manifest;
  const document = parseDocument(bytes, mediaType);
  await checkReferences(store, repository, document);
  await writeManifest(store, repository, manifest);
  const { subject, artifactType, annotations } = document;
  if (subject !== void 0) {
    await writeReferrer(store, repository, subject, {
      mediaType,
      digest,
      size: bytes.length,
      ...artifactType === void 0 ? {} : { artifactType },
      ...annotations === void 0 ? {} : { annotations }
    });
  }
  return document;
}
async function checkReferences(store, repository, document) {
  const references = [
    ...document.blobs.map(({ digest }) => ({
      what: `blob ${digest}`,
      key: membershipKey(repository, digest)
    })),
    ...document.manifests.map(({ digest }) => ({
      what: `manifest ${digest}`,
      key: manifestKey(repository, digest)
    }))
  ];
  const old = [];
  for (let at = 0; at < references.length; at += CHECKS_AT_ONCE) {
    await Promise.all(
      references.slice(at, at + CHECKS_AT_ONCE).map(async (reference) => {
        const object = await store.head(reference.key);
        if (object === null) throw missing(reference);
        if (hasToBeKept(store, object)) old.push(reference);
      })
    );
  }
  for (let at = 0; at < old.length; at += KEPT_AT_ONCE) {
    const some = old.slice(at, at + KEPT_AT_ONCE);
    const kept = await store.keep(some.map(({ key: key2 }) => key2));
    const gone = some.find((_, index) => kept[index] !== true);
    if (gone !== void 0) throw missing(gone);
  }
}
function missing({ what }) {
  return new OciError("MANIFEST_BLOB_UNKNOWN", `the repository has no ${what}: push it first`);
}

// worker/src/uploads/read.ts
var Stalled = class extends Error {
};
var LEAST = 64 * 1024;
var PATIENCE_MS = 6e4;
async function readPiece2(reader, size, patience = PATIENCE_MS) {
  const { promise: stalled, reject } = Promise.withResolvers();
  const timer = setTimeout(() => reject(new Stalled("the body stalled")), patience);
  try {
    return await Promise.race([reader.readAtLeast(Math.min(LEAST, size), new Uint8Array(size)), stalled]);
  } finally {
    clearTimeout(timer);
  }
}

// worker/src/imports/upstream/http.ts
var PATIENCE_S = 60;
var MAX_JSON = 1024 * 1024;
async function send(url, { patience = PATIENCE_S, ...init } = {}) {
  const abort = new AbortController();
  const late = new Stalled(`${url.host} did not answer within ${patience} s`);
  const timer = setTimeout(() => abort.abort(late), patience * 1e3);
  try {
    return await fetch(url, { ...init, redirect: "manual", signal: abort.signal });
  } catch (error) {
    if (abort.signal.aborted) throw late;
    throw new Error(`${url.host} cannot be reached: ${String(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
async function readBytes(response, { limit, patience = PATIENCE_S }) {
  const reader = response.body?.getReader();
  const pieces = [];
  let size = 0;
  try {
    for (; ; ) {
      const piece = reader === void 0 ? void 0 : (await inTime(reader.read(), patience)).value;
      if (piece === void 0) return new Uint8Array(await new Blob(pieces).arrayBuffer());
      size += piece.length;
      if (size > limit) throw new RangeError(`the answer is longer than ${limit} bytes`);
      pieces.push(piece);
    }
  } catch (error) {
    await reader?.cancel().catch(() => void 0);
    throw error;
  }
}
async function readJson(response) {
  const bytes = await readBytes(response, { limit: MAX_JSON });
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
async function inTime(running, patience) {
  const { promise, reject } = Promise.withResolvers();
  const timer = setTimeout(() => reject(new Stalled(`nothing came for ${patience} s`)), patience * 1e3);
  try {
    return await Promise.race([running, promise]);
  } finally {
    clearTimeout(timer);
  }
}

// worker/src/imports/upstream/google.ts
var TOKEN_URI = "https://oauth2.googleapis.com/token";
var SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only";
var LIFETIME_S = 3600;
async function serviceAccountToken(secret, upstream) {
  const key2 = parseKey(secret, upstream);
  const uri = new URL(key2.token_uri ?? TOKEN_URI);
  if (!isSafe(uri, upstream)) throw unusable2(upstream, "its token_uri is not https");
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await sign(key2, uri, upstream)
  });
  const response = await send(uri, { method: "POST", body });
  const answer2 = await readJson(response);
  if (response.status === 400 || response.status === 401) {
    const said = textOf3(answer2["error_description"]) ?? textOf3(answer2["error"]) ?? `${response.status}`;
    throw unusable2(upstream, `${uri.host} says: ${said.slice(0, 200)}`);
  }
  const value = textOf3(answer2["access_token"]);
  if (!response.ok || value === void 0) {
    throw new Error(`${uri.host} answered ${response.status} and no access token`);
  }
  const { expires_in: lifetime } = answer2;
  return { value, lifetime: typeof lifetime === "number" ? lifetime : LIFETIME_S };
}
function parseKey(secret, upstream) {
  try {
    const text = secret.trimStart().startsWith("{") ? secret : atob(secret);
    const key2 = JSON.parse(text);
    if (textOf3(key2.client_email) && textOf3(key2.private_key)) return key2;
  } catch {
  }
  throw unusable2(upstream, "it is not the JSON of a service account key");
}
async function sign(key2, audience, upstream) {
  const now = Math.floor(Date.now() / 1e3);
  const kid = key2.private_key_id;
  const header = { alg: "RS256", typ: "JWT", ...kid === void 0 ? {} : { kid } };
  const claims = { iss: key2.client_email, scope: SCOPE, aud: audience.href, iat: now, exp: now + LIFETIME_S };
  const signed = [header, claims].map((part) => base64Url(JSON.stringify(part))).join(".");
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  try {
    const der = bytesOf(atob(key2.private_key.replace(/-----[^-]+-----|\s/g, "")));
    const imported = await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
    const signature = await crypto.subtle.sign(algorithm.name, imported, new TextEncoder().encode(signed));
    return `${signed}.${base64Url(String.fromCharCode(...new Uint8Array(signature)))}`;
  } catch {
    throw unusable2(upstream, "its private_key is not a key in PKCS #8");
  }
}
function bytesOf(binary) {
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
function base64Url(binary) {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
function textOf3(value) {
  return typeof value === "string" && value !== "" ? value : void 0;
}
function unusable2({ host, secret }, why) {
  return new ImportFailure(
    `The secret ${secret} does not sign in to ${host}: ${why}.`,
    `The operator sets it anew: npx wrangler secret put ${secret}`
  );
}

// worker/src/imports/upstream/authorization.ts
var KEPT = /* @__PURE__ */ new Map();
var MAX_KEPT = 1e3;
var TOKEN_LIFETIME_S = 60;
var RESERVE_S = 300;
var Authorization = class {
  #upstream;
  #repository;
  #secrets;
  #key;
  constructor(upstream, repository, secrets) {
    this.#upstream = upstream;
    this.#repository = repository;
    this.#secrets = secrets;
    this.#key = `${upstream.host} ${upstream.secret ?? ""} ${repository}`;
  }
  /** The `Authorization` that was right the last time. */
  current() {
    const kept = KEPT.get(this.#key);
    return kept !== void 0 && kept.until > Date.now() ? kept.authorization : void 0;
  }
  /**
   * What to send after a 401; undefined where there is nothing to prove it with.
   * @param header the answer's `WWW-Authenticate`
   * @throws ImportFailure where the secret is unusable or the challenge leads elsewhere
   */
  async answer(header) {
    KEPT.delete(this.#key);
    const credentials = await this.#credentials();
    const bearer = /(?:^|[\s,])bearer\s+(.*)$/i.exec(header ?? "")?.[1];
    const token = bearer === void 0 ? credentials : await this.#exchange(bearer, credentials?.value);
    if (token === void 0) return void 0;
    const { value: authorization, lifetime } = token;
    if (KEPT.size >= MAX_KEPT) KEPT.clear();
    KEPT.set(this.#key, { authorization, until: Date.now() + lifetime * 1e3 });
    return authorization;
  }
  /** As `Basic`, with the seconds that it may be kept. */
  async #credentials() {
    const { kind, secret = "" } = this.#upstream;
    if (kind === "anonymous") return void 0;
    const value = this.#secrets[secret];
    if (typeof value !== "string" || value === "") throw this.#unset(secret, "is not set");
    if (kind === "artifact-registry") {
      const { value: token, lifetime } = await serviceAccountToken(value, this.#upstream);
      return { value: basic(`oauth2accesstoken:${token}`), lifetime: lifetime - RESERVE_S };
    }
    if (!value.includes(":")) throw this.#unset(secret, "is not of the form user:password");
    return { value: basic(value.trim()), lifetime: Infinity };
  }
  async #exchange(challenge2, credentials) {
    const realm = this.#realm(parameter(challenge2, "realm") ?? "");
    const service = parameter(challenge2, "service");
    if (service !== void 0) realm.searchParams.set("service", service);
    realm.searchParams.set("scope", `repository:${this.#repository}:pull`);
    const response = await send(realm, {
      headers: credentials === void 0 ? {} : { Authorization: credentials }
    });
    const answer2 = await readJson(response);
    if ([400, 401, 403, 404].includes(response.status)) return void 0;
    const token = answer2["token"] ?? answer2["access_token"];
    if (!response.ok || typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
      throw new Error(`${realm.host} answered ${response.status} and no token`);
    }
    const told = answer2["expires_in"];
    const lifetime = typeof told === "number" && told > 0 ? told : TOKEN_LIFETIME_S;
    return { value: `Bearer ${token}`, lifetime: lifetime * 0.75 };
  }
  /** @throws ImportFailure unless the token service is the upstream's own host, or one that the operator names. */
  #realm(text) {
    const { host, tokenHosts } = this.#upstream;
    const realm = URL.parse(text);
    if (realm && isSafe(realm, this.#upstream) && [host, ...tokenHosts].includes(realm.host)) return realm;
    throw new ImportFailure(
      `${host} wants a token from "${realm?.origin ?? text.slice(0, 100)}", and nothing was sent there.`,
      `If that is right, the operator adds its host to "tokenHosts" of "${host}" in UPSTREAMS.`
    );
  }
  #unset(secret, what) {
    return new ImportFailure(
      `The secret ${secret} for ${this.#upstream.host} ${what}.`,
      `The operator sets it: npx wrangler secret put ${secret}`
    );
  }
};
function basic(pair) {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`;
}
function parameter(challenge2, name) {
  const match2 = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"([^"]*)"|([^\\s",]+))`, "i").exec(challenge2);
  return match2?.[1] ?? match2?.[2];
}

// worker/src/imports/upstream/client.ts
var MAX_HOPS = 3;
var Busy = class extends Error {
  name = "Busy";
  /** Seconds that it asks for; 0 where it says nothing. */
  retryAfter;
  constructor(message2, retryAfter) {
    super(message2);
    this.retryAfter = retryAfter;
  }
};
var UpstreamClient = class {
  #options;
  #authorization;
  #patience;
  constructor(options) {
    this.#options = options;
    this.#authorization = new Authorization(options.upstream, options.repository, options.secrets);
    this.#patience = options.patience ?? PATIENCE_S;
  }
  /** The digest that a tag names now. */
  async resolve(tag2) {
    const { digest } = await this.#readManifest(tag2, "sha256");
    return digest;
  }
  /** @returns the manifest, of exactly this digest */
  async manifest(digest) {
    const manifest = await this.#readManifest(digest, parseDigest(digest).algorithm);
    if (manifest.digest === digest) return manifest;
    throw new ImportFailure(
      `${this.#name()} answered a manifest of ${manifest.digest} for ${digest}.`,
      "What the upstream holds is damaged: push the image to it again."
    );
  }
  /**
   * Asks for a blob, or a range of it.
   * @returns the answer, 200 or for a range 206, with its body not yet read
   */
  async blob(digest, range) {
    const headers = { Accept: "*/*", "Accept-Encoding": "identity" };
    if (range !== void 0) headers["Range"] = `bytes=${range.offset}-${range.offset + range.length - 1}`;
    let url = this.#url(`blobs/${digest}`);
    let response = await this.#ask(url, headers);
    for (let hops = 0; isRedirect(response); hops++) {
      if (hops === MAX_HOPS) throw this.#lost(`redirects more than ${MAX_HOPS} times`);
      url = this.#target(url, response);
      await response.body?.cancel();
      response = await send(url, { headers, patience: this.#patience });
    }
    await this.#check(response, `blob ${digest}`);
    return response;
  }
  async #readManifest(reference, algorithm) {
    const headers = { Accept: MANIFEST_TYPES.join(", "), "Accept-Encoding": "identity" };
    const response = await this.#ask(this.#url(`manifests/${reference}`), headers);
    await this.#check(response, `manifest ${reference}`);
    const mediaType = response.headers.get("Content-Type")?.split(";")[0]?.trim();
    if (!mediaType) throw this.#lost(`names no media type for the manifest ${reference}`);
    const limit = MAX_MANIFEST_SIZE;
    const bytes = await readBytes(response, { limit, patience: this.#patience }).catch((error) => {
      if (!(error instanceof RangeError)) throw error;
      throw this.#lost(`sends more than the ${limit} bytes of a manifest for ${reference}`, error);
    });
    return { digest: await digestOf(bytes, algorithm), mediaType, bytes };
  }
  /** Asks the upstream itself, proving what it wants to know. */
  async #ask(url, headers) {
    const ask = (authorization) => send(url, {
      headers: authorization === void 0 ? headers : { ...headers, Authorization: authorization },
      patience: this.#patience
    });
    const response = await ask(this.#authorization.current());
    if (response.status !== 401) return response;
    const answer2 = await this.#authorization.answer(response.headers.get("WWW-Authenticate"));
    if (answer2 === void 0) return response;
    await response.body?.cancel();
    return ask(answer2);
  }
  /** @throws ImportFailure where a redirect leads to what the Worker must not ask */
  #target(from, response) {
    const location = response.headers.get("Location") ?? "";
    const target = URL.parse(location, from.href);
    if (target !== null && isSafe(target, this.#options.upstream)) return target;
    throw this.#lost(`redirects to "${target?.origin ?? location.slice(0, 100)}", which is not https`);
  }
  async #check(response, what) {
    const { status } = response;
    if (status === 200 || status === 206) return;
    await response.body?.cancel();
    const said = `${this.#name()} answers ${status} to the ${what}`;
    if (status === 401 || status === 403) {
      const { upstream } = this.#options;
      const hint = upstream.secret === void 0 ? `The operator gives "${upstream.host}" in UPSTREAMS a kind with a secret, if the image is not public.` : `The operator checks that ${upstream.secret} may read this repository.`;
      throw new ImportFailure(`${said}: it may not be read.`, hint);
    }
    if (status === 404) {
      throw new ImportFailure(`${said}.`, "Check its name, and that it has been pushed there completely.");
    }
    if (status === 408 || status === 429 || status >= 500) {
      throw new Busy(`${said}.`, Number(response.headers.get("Retry-After") ?? 0) || 0);
    }
    throw this.#lost(`answers ${status} to the ${what}`);
  }
  #url(path2) {
    const { upstream, repository } = this.#options;
    return new URL(`${upstream.isPlain ? "http" : "https"}://${upstream.host}/v2/${repository}/${path2}`);
  }
  #name() {
    return `${this.#options.upstream.host}/${this.#options.repository}`;
  }
  #lost(what, cause) {
    return new ImportFailure(
      `${this.#name()} ${what}.`,
      "This is the upstream\u2019s fault: its operator can tell more.",
      { cause }
    );
  }
};
function isRedirect({ status }) {
  return [301, 302, 303, 307, 308].includes(status);
}

// worker/src/storage/tags.ts
var ATTEMPTS4 = 5;
async function resolveTag(bucket, repository, tag2) {
  const object = await bucket.head(tagKey(repository, tag2));
  return object === null ? void 0 : digestOfTag(object);
}
async function moveTag(bucket, repository, { tag: tag2, digest, isImmutable: isImmutable2 }) {
  const key2 = tagKey(repository, tag2);
  for (let attempt = 1; attempt <= ATTEMPTS4; attempt++) {
    const before = await bucket.head(key2);
    const current = before === null ? void 0 : digestOfTag(before);
    if (current === digest) return;
    if (isImmutable2 && current !== void 0) throw cannotMove(tag2, current);
    const written = await bucket.put(key2, digest, {
      customMetadata: { digest },
      onlyIf: before === null ? { etagDoesNotMatch: "*" } : { etagMatches: before.etag }
    });
    if (written !== null) return;
  }
  throw new OciError("TOOMANYREQUESTS", `the tag ${tag2} is being moved by others: try again`, {
    headers: { "Retry-After": "1" }
  });
}
async function removeTag(bucket, repository, tag2) {
  await bucket.delete(tagKey(repository, tag2));
}
async function tagsOf(bucket, repository, digest) {
  const prefix = tagPrefix(repository);
  const tags = [];
  for await (const object of listAll(bucket, { prefix, include: ["customMetadata"] })) {
    if (digestOfTag(object) === digest) tags.push(object.key.slice(prefix.length));
  }
  return tags;
}
async function listTags(bucket, repository, { after, limit }) {
  const prefix = tagPrefix(repository);
  const tags = [];
  if (limit === 0) return { tags, more: false };
  const start = after === void 0 ? {} : { startAfter: prefix + after };
  const page = limit < 1e3 ? { limit: limit + 1 } : {};
  for await (const { key: key2 } of listAll(bucket, { prefix, ...start, ...page })) {
    if (tags.length === limit) return { tags, more: true };
    tags.push(key2.slice(prefix.length));
  }
  return { tags, more: false };
}
function digestOfTag(object) {
  const digest = object.customMetadata?.["digest"];
  if (digest === void 0 || !isDigest(digest)) throw new Error(`${object.key} names no digest`);
  return digest;
}
function cannotMove(tag2, before) {
  const message2 = `the tag ${tag2} is immutable here, and names ${before}: push under another tag`;
  return new OciError("DENIED", message2, { status: 409 });
}

// worker/src/manifests/immutable-tags.ts
function isImmutable({ IMMUTABLE_TAGS: setting = "" }, tag2) {
  const patterns = setting.split(",").map((pattern) => pattern.trim());
  if (setting.trim() === "") return false;
  if (!patterns.every(isPattern)) {
    throw new SettingsError(
      "IMMUTABLE_TAGS is not patterns with commas between them, each with three asterisks at most"
    );
  }
  return patterns.some((pattern) => matchesPattern(pattern, tag2));
}
async function checkMove(settings, bucket, { repository, tag: tag2, digest }) {
  if (!isImmutable(settings, tag2)) return;
  const before = await resolveTag(bucket, repository, tag2);
  if (before !== void 0 && before !== digest) throw cannotMove(tag2, before);
}
function checkRemoval(settings, tag2) {
  if (isImmutable(settings, tag2)) {
    throw new OciError("DENIED", `the tag ${tag2} is immutable here: it cannot be deleted`, { status: 409 });
  }
}
async function checkManifestRemoval(settings, bucket, { repository, digest }) {
  const tags = await tagsOf(bucket, repository, digest);
  for (const tag2 of tags) checkRemoval(settings, tag2);
  return tags;
}

// worker/src/routes/imports.ts
var MAX_BODY = 16 * 1024;
var PATIENCE_S2 = 20;
async function createImport(c) {
  const repository = repositoryOf(c);
  const target = asReference(c.req.param("reference") ?? "");
  const body = await readBody(c.req.raw);
  const { registry, repository: from } = body;
  const upstream = findUpstream(c.env.UPSTREAMS, registry, from);
  const digest = await resolve2(c, body);
  if ("digest" in target && target.digest !== digest) {
    throw new OciError("DIGEST_INVALID", `the image there is ${digest}, not ${target.digest}`);
  }
  const reference = "digest" in target ? target.digest : target.tag;
  const request = {
    repository,
    reference,
    digest,
    upstream: { registry: upstream.host, repository: from }
  };
  if (await isHere(c, request)) {
    const headers = { Location: `/v2/${repository}/manifests/${digest}`, "Docker-Content-Digest": digest };
    return Response.json({ ...request, state: "done" }, { headers });
  }
  if ("tag" in target) await checkMove(c.env, c.get("bucket"), { repository, tag: target.tag, digest });
  const record = await startImport(c.get("bucket"), c.env.IMPORTS, request);
  return Response.json(record, {
    status: 202,
    headers: { Location: locationOf(record), "Retry-After": "2" }
  });
}
async function readImport(c) {
  const target = asReference(c.req.param("reference") ?? "");
  const reference = "digest" in target ? target.digest : target.tag;
  const bucket = c.get("bucket");
  const held = await readRecord(bucket, { repository: repositoryOf(c), reference });
  if (held === void 0) throw new OciError("MANIFEST_UNKNOWN", "no import to this reference was asked for");
  const { record } = await refresh(bucket, c.env.IMPORTS, held);
  return Response.json(record, { headers: { "Cache-Control": "no-store" } });
}
function locationOf({ repository, reference }) {
  return `/v2/${repository}/manifests/${reference}/_import`;
}
async function isHere(c, { repository, reference, digest }) {
  const bucket = c.get("bucket");
  if (isDigest(reference)) {
    const found = await findManifest(bucket, repository, reference);
    return found !== void 0 && !found.isCondemned;
  }
  return await resolveTag(bucket, repository, reference) === digest;
}
async function resolve2(c, { registry, repository, reference }) {
  if ("digest" in reference) return reference.digest;
  const upstream = findUpstream(c.env.UPSTREAMS, registry, repository);
  const client = new UpstreamClient({
    upstream,
    repository,
    secrets: { ...c.env },
    patience: PATIENCE_S2
  });
  try {
    return await client.resolve(reference.tag);
  } catch (error) {
    const message2 = Error.isError(error) ? error.message : String(error);
    const hint = error instanceof ImportFailure ? ` ${error.hint}` : "";
    const headers = error instanceof Busy ? { "Retry-After": String(Math.max(1, error.retryAfter)) } : {};
    throw new OciError("UNKNOWN", message2 + hint, { status: 502, headers, cause: error });
  }
}
async function readBody(request) {
  let json;
  try {
    const bytes = await readBytes(new Response(request.body), { limit: MAX_BODY });
    const value = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value !== "object" || value === null) throw new TypeError("not an object");
    json = value;
  } catch (error) {
    throw invalid3("the body is not a JSON object of 16 KiB at most", error);
  }
  const { registry, repository, reference, digest } = json;
  if (typeof registry !== "string") throw invalid3('"registry" has to name the host to import from');
  if (typeof repository !== "string") throw invalid3('"repository" has to name the one to import from');
  if (digest !== void 0 && reference !== void 0)
    throw invalid3('"reference" and "digest" exclude each other');
  const named = digest ?? reference;
  if (typeof named !== "string") throw invalid3('"digest" or "reference" has to name the image');
  return {
    registry,
    repository: asRepository(repository),
    reference: digest === void 0 ? asReference(named) : { digest: asDigest(named) }
  };
}
function invalid3(message2, cause) {
  return new OciError("MANIFEST_INVALID", `this cannot be imported: ${message2}`, { cause });
}

// worker/src/routes/manifests.ts
async function readManifestRoute(c) {
  const repository = repositoryOf(c);
  const reference = asReference(c.req.param("reference") ?? "");
  const bucket = c.get("bucket");
  const digest = "digest" in reference ? reference.digest : await resolveTag(bucket, repository, reference.tag);
  if (digest === void 0) throw unknown2();
  const headers = new Headers({
    "Cache-Control": "digest" in reference ? IMMUTABLE : "no-cache",
    "Docker-Content-Digest": digest,
    ETag: etagOf(digest)
  });
  if (isNoneMatch(c.req.header("If-None-Match"), digest)) {
    const found = await findManifest(bucket, repository, digest);
    if (found === void 0 || found.isCondemned) throw unknown2();
    return new Response(null, { status: 304, headers });
  }
  const read = c.req.method === "HEAD" ? findManifest : readManifest;
  const manifest = await read(
    bucket,
    repository,
    digest
  );
  if (manifest === void 0 || manifest.isCondemned && c.req.method === "HEAD") throw unknown2();
  headers.set("Content-Type", manifest.mediaType);
  headers.set("Content-Length", String(manifest.size));
  return new Response(await manifest.object?.arrayBuffer() ?? null, { headers });
}
async function writeManifestRoute(c) {
  const repository = repositoryOf(c);
  const reference = asReference(c.req.param("reference") ?? "");
  const tags = "tag" in reference ? [reference.tag] : (c.req.queries("tag") ?? []).map(asTag);
  const bytes = await readBody2(c.req.raw);
  const digest = await digestOf(
    bytes,
    "digest" in reference ? parseDigest(reference.digest).algorithm : "sha256"
  );
  if ("digest" in reference && reference.digest !== digest) {
    throw new OciError("DIGEST_INVALID", `the manifest's digest is ${digest}, not ${reference.digest}`);
  }
  const mediaType = c.req.header("Content-Type")?.split(";")[0]?.trim();
  if (!mediaType) throw new OciError("MANIFEST_INVALID", "Content-Type has to name the media type");
  const bucket = c.get("bucket");
  for (const tag2 of tags) await checkMove(c.env, bucket, { repository, tag: tag2, digest });
  const { subject } = await acceptManifest(bucket, repository, { digest, mediaType, bytes });
  const headers = new Headers({
    Location: `/v2/${repository}/manifests/${digest}`,
    "Docker-Content-Digest": digest
  });
  if (subject !== void 0) headers.set("OCI-Subject", subject);
  for (const tag2 of tags) {
    await moveTag(bucket, repository, { tag: tag2, digest, isImmutable: isImmutable(c.env, tag2) });
    headers.append("OCI-Tag", tag2);
  }
  return new Response(null, { status: 201, headers });
}
async function deleteManifest(c) {
  const repository = repositoryOf(c);
  const reference = asReference(c.req.param("reference") ?? "");
  const bucket = c.get("bucket");
  if ("tag" in reference) {
    if (await resolveTag(bucket, repository, reference.tag) === void 0) throw unknown2();
    checkRemoval(c.env, reference.tag);
    await removeTag(bucket, repository, reference.tag);
    return new Response(null, { status: 202 });
  }
  const { digest } = reference;
  const manifest = await readManifest(bucket, repository, digest);
  if (manifest === void 0 || manifest.isCondemned) throw unknown2();
  const bytes = new Uint8Array(await manifest.object.arrayBuffer());
  const tags = await checkManifestRemoval(c.env, bucket, { repository, digest });
  const { subject } = parseDocument(bytes, manifest.mediaType);
  for (const tag2 of tags) await removeTag(bucket, repository, tag2);
  if (subject !== void 0) await removeReferrer(bucket, repository, subject, digest);
  await removeManifest(bucket, repository, digest);
  return new Response(null, { status: 202 });
}
async function readBody2(request) {
  const pieces = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.length;
    if (size > MAX_MANIFEST_SIZE) {
      throw new OciError("SIZE_INVALID", `a manifest has at most ${MAX_MANIFEST_SIZE} bytes`, {
        status: 413
      });
    }
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
function unknown2() {
  return new OciError("MANIFEST_UNKNOWN", "the repository has no such manifest");
}

// worker/src/routes/referrers.ts
async function readReferrers(c) {
  const repository = repositoryOf(c);
  const subject = asDigest(c.req.param("digest") ?? "");
  const referrers = await listReferrers(c.get("bucket"), repository, subject);
  const type = c.req.query("artifactType");
  const manifests = type === void 0 ? referrers : referrers.filter(({ artifactType }) => artifactType === type);
  const headers = new Headers({ "Content-Type": MEDIA_TYPE2.index });
  if (type !== void 0) headers.set("OCI-Filters-Applied", "artifactType");
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE2.index, manifests };
  return new Response(JSON.stringify(index), { headers });
}

// worker/src/routes/repositories.ts
var KEYS_AT_ONCE = 1e3;
var ROUNDS = 10;
async function deleteRepository(c) {
  const repository = repositoryOf(c);
  const prefix = tagPrefix(repository);
  for await (const { key: key2 } of listAll(c.get("bucket"), { prefix })) {
    checkRemoval(c.env, key2.slice(prefix.length));
  }
  let deleted = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const count2 = await deleteAll(c, repository);
    if (count2 === 0) break;
    deleted += count2;
  }
  if (deleted === 0) throw new OciError("NAME_UNKNOWN", "there is no such repository");
  return new Response(null, { status: 202 });
}
async function deleteAll(c, repository) {
  const bucket = c.get("bucket");
  const collector = collectorOf(c.env.COLLECTOR);
  let count2 = 0;
  for (const prefix of repositoryPrefixes(repository)) {
    for (; ; ) {
      const { objects } = await bucket.list({ prefix, limit: KEYS_AT_ONCE });
      if (objects.length === 0) break;
      await collector.discard(objects.map(({ key: key2 }) => key2));
      count2 += objects.length;
    }
  }
  return count2;
}

// worker/src/routes/tags.ts
async function readTags(c) {
  const repository = repositoryOf(c);
  const bucket = c.get("bucket");
  const limit = pageSizeOf(c);
  const { tags, more } = await listTags(bucket, repository, {
    after: c.req.query("last"),
    limit: limit ?? Infinity
  });
  if (tags.length === 0) {
    const { objects } = await bucket.list({ prefix: repositoryPrefix(repository), limit: 1 });
    if (objects.length === 0) {
      throw new OciError("NAME_UNKNOWN", `there is no repository ${repository}`);
    }
  }
  const response = c.json({ name: repository, tags });
  if (more) {
    const query = new URLSearchParams({ n: String(limit), last: tags.at(-1) ?? "" });
    response.headers.set("Link", `</v2/${repository}/tags/list?${query.toString()}>; rel="next"`);
  }
  return response;
}

// worker/src/routes/health.ts
async function readHealth(c) {
  const headers = { "Cache-Control": "no-store" };
  try {
    await c.get("bucket").head("healthz");
  } catch (error) {
    console.error(error);
    return c.text("R2 does not answer\n", 503, headers);
  }
  return c.text("ok\n", 200, headers);
}

// worker/src/routes/token.ts
var LIFETIME = 300;
var WORKFLOW_LIFETIME = 3600;
var MAX_SCOPE = 4096;
var MAX_SCOPES = 32;
var MAX_FORM = 32 * 1024;
function readToken(c) {
  return answer(c, () => ({
    credential: credentialOf(c.req.header("Authorization")),
    scope: (c.req.queries("scope") ?? []).join(" ")
  }));
}
function createToken(c) {
  return answer(c, async () => {
    const form = new URLSearchParams(await readForm(c.req.raw));
    const secret = form.get("password") ?? form.get("refresh_token");
    const credential = secret ? { secret } : credentialOf(c.req.header("Authorization"));
    return { credential, scope: form.getAll("scope").join(" ") };
  });
}
async function answer(c, read) {
  try {
    const { credential, scope } = await read();
    const scopes = scope.length > MAX_SCOPE ? void 0 : parseScopes(scope);
    if (scopes === void 0 || scopes.length > MAX_SCOPES) {
      throw new OciError("UNSUPPORTED", `a token has at most ${MAX_SCOPES} scopes`, { status: 400 });
    }
    const { host } = addressOf(c.req.raw);
    const caller = credential ? await prove(credential, c.env) : visitor(c);
    const access = narrow(scopes, caller.grants);
    const lifetime = lifetimeFor(caller);
    const signing = { secret: c.env.TOKEN_SECRET, host };
    const token = await signRegistryToken({ subject: caller.name, access }, lifetime, signing);
    return c.json(
      { token, access_token: token, expires_in: lifetime, issued_at: (/* @__PURE__ */ new Date()).toISOString() },
      { headers: { "Cache-Control": "no-store" } }
    );
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    throw new OciError("UNAUTHORIZED", error.message, {
      headers: { "WWW-Authenticate": 'Basic realm="registry", charset="UTF-8"' }
    });
  }
}
function visitor(c) {
  if (isGranted(openGrants(c.env), "pull")) return anonymous(c.env);
  throw new CredentialError("this registry is private: sign in with `docker login`");
}
function lifetimeFor({ kind, expires = Infinity }) {
  const lifetime = kind === "workflow" ? WORKFLOW_LIFETIME : LIFETIME;
  return Math.max(1, Math.min(lifetime, Math.floor((expires - Date.now()) / 1e3)));
}
async function readForm(request) {
  const decoder2 = new TextDecoder();
  let text = "";
  for await (const piece of request.body ?? []) {
    text += decoder2.decode(piece, { stream: true });
    if (text.length > MAX_FORM) throw new OciError("SIZE_INVALID", "the form is too long", { status: 413 });
  }
  return text;
}

// worker/src/uploads/body-limit.ts
function bodyLimitHeader({ MAX_REQUEST_BODY: setting }) {
  if (setting === void 0 || setting === "") return {};
  if (/^[1-9]\d{0,14}$/.test(`${setting}`)) return { "OCI-Chunk-Max-Length": `${setting}` };
  throw new SettingsError("MAX_REQUEST_BODY is not a number of bytes");
}

// worker/src/routes/uploads.ts
async function startUpload(c) {
  const repository = repositoryOf(c);
  const mount = c.req.query("mount");
  if (mount !== void 0) {
    const mounted = await mountBlob(c, repository, asDigest(mount));
    if (mounted !== void 0) return mounted;
  }
  const wanted = c.req.query("digest");
  const digest = wanted === void 0 ? void 0 : asDigest(wanted);
  const algorithm = digest === void 0 ? algorithmOf(c) : parseDigest(digest).algorithm;
  const id = c.env.UPLOADS.newUniqueId();
  await calling(c, id, (upload) => upload.start(repository, algorithm));
  if (digest !== void 0) {
    const chunk = chunkOf(c);
    const outcome = await c.env.UPLOADS.get(id).finish(repository, digest, chunk);
    return finished(repository, String(id), digest, outcome);
  }
  const headers = { ...uploadHeaders(repository, String(id), 0), ...bodyLimitHeader(c.env) };
  return new Response(null, { status: 202, headers });
}
async function readUpload(c) {
  const { repository, id, name } = uploadOf(c);
  const outcome = await calling(c, id, (upload) => upload.status(repository));
  const offset = accepted(outcome, repository, name);
  const headers = { ...uploadHeaders(repository, name, offset), ...bodyLimitHeader(c.env) };
  return new Response(null, { status: 204, headers });
}
async function appendUpload(c) {
  const { repository, id, name } = uploadOf(c);
  const chunk = chunkOf(c);
  const outcome = await c.env.UPLOADS.get(id).append(repository, chunk);
  const offset = accepted(outcome, repository, name);
  return new Response(null, { status: 202, headers: uploadHeaders(repository, name, offset) });
}
async function finishUpload(c) {
  const { repository, id, name } = uploadOf(c);
  const digest = asDigest(c.req.query("digest") ?? "");
  const chunk = chunkOf(c);
  const finish = (upload) => upload.finish(repository, digest, chunk);
  const outcome = chunk.body === null ? await calling(c, id, finish) : await finish(c.env.UPLOADS.get(id));
  return finished(repository, name, digest, outcome);
}
async function cancelUpload(c) {
  const { repository, id, name } = uploadOf(c);
  accepted(await calling(c, id, (upload) => upload.cancel(repository)), repository, name);
  return new Response(null, { status: 204 });
}
async function mountBlob(c, repository, digest) {
  const bucket = c.get("bucket");
  const named = c.req.query("from");
  const from = named === void 0 ? void 0 : asRepository(named);
  if (!await mayPull(c, from ?? ALL_NAMES)) return void 0;
  const blob = await findAnywhere(bucket, digest);
  if (blob === void 0) return void 0;
  if (from !== void 0) {
    const theirs = await findBlob(bucket, from, digest);
    if (theirs === void 0 || theirs.isCondemned) return void 0;
  }
  await linkBlob(bucket, repository, digest, blob);
  return created(repository, digest);
}
function uploadOf(c) {
  const repository = repositoryOf(c);
  const name = c.req.param("id") ?? "";
  try {
    return { repository, id: c.env.UPLOADS.idFromString(name), name };
  } catch (error) {
    throw new OciError("BLOB_UPLOAD_UNKNOWN", "there is no such upload", { cause: error });
  }
}
function algorithmOf(c) {
  const algorithm = c.req.query("digest-algorithm") ?? "sha256";
  if (algorithm === "sha256" || algorithm === "sha512") return algorithm;
  throw new OciError("DIGEST_INVALID", "the digest algorithms here are sha256 and sha512");
}
function chunkOf(c) {
  const body = c.req.raw.body;
  const announced = c.req.header("Content-Length");
  const length = announced === void 0 ? void 0 : Number(announced);
  const header = c.req.header("Content-Range");
  if (header === void 0) return { body: length === 0 ? null : body, length };
  const match2 = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header.trim());
  if (match2 === null) {
    throw new OciError("BLOB_UPLOAD_INVALID", "Content-Range is not <first byte>-<last byte>");
  }
  const start = Number(match2[1]);
  const claimed = Number(match2[2]) - start + 1;
  if (claimed < 0 || length !== void 0 && length !== claimed) {
    throw new OciError("SIZE_INVALID", `Content-Range speaks of ${claimed} bytes, the body has ${length}`);
  }
  return { body: claimed === 0 ? null : body, start, length: claimed };
}
function calling(c, id, call) {
  return retry(
    () => call(c.env.UPLOADS.get(id)),
    (error) => error.retryable === true
  );
}
function accepted(outcome, repository, id) {
  if (outcome.ok) return outcome.offset;
  throw refusal(outcome, uploadHeaders(repository, id, outcome.offset));
}
function refusal(outcome, headers) {
  const errors = {
    unknown: () => new OciError("BLOB_UPLOAD_UNKNOWN", "there is no such upload"),
    digest: () => new OciError("DIGEST_INVALID", outcome.detail ?? "the bytes have another digest"),
    size: () => new OciError("SIZE_INVALID", "the upload is too long to come in bodies of unknown length", {
      status: 413
    }),
    stalled: () => new OciError("BLOB_UPLOAD_INVALID", "nothing came for a minute", { status: 408, headers }),
    length: () => new OciError("SIZE_INVALID", "the body is not as long as announced", { headers }),
    offset: () => new OciError("BLOB_UPLOAD_INVALID", `the next byte to send is ${outcome.offset}`, {
      status: 416,
      headers
    })
  };
  return errors[outcome.reason]();
}
function finished(repository, id, digest, outcome) {
  accepted(outcome, repository, id);
  return created(repository, digest);
}
function created(repository, digest) {
  return new Response(null, {
    status: 201,
    headers: { Location: `/v2/${repository}/blobs/${digest}`, "Docker-Content-Digest": digest }
  });
}
function uploadHeaders(repository, id, offset) {
  return {
    Location: `/v2/${repository}/blobs/uploads/${id}`,
    Range: `0-${Math.max(0, offset - 1)}`,
    "Docker-Upload-UUID": id
  };
}

// worker/src/app.ts
function createApp() {
  const app2 = new Hono3({ router: new PatternRouter() });
  app2.use("*", observe);
  app2.use("*", async (c, next2) => {
    await next2();
    c.header("Docker-Distribution-API-Version", "registry/2.0");
    c.header("X-Content-Type-Options", "nosniff");
  });
  app2.use("*", async (c, next2) => {
    checkHost(c.req.header("Host") ?? new URL(c.req.url).host, c.env.ALLOWED_HOSTS);
    c.set("bucket", openStore(c.env));
    await next2();
  });
  app2.get("/", (c) => c.text("An OCI registry: pull from it with any client of containers.\n"));
  app2.get("/healthz", readHealth);
  app2.get("/v2/", async (c) => {
    await checkSignIn(c);
    return c.json({});
  });
  app2.get("/v2/_catalog", may("catalog"), readCatalog);
  app2.get("/token", readToken);
  app2.post("/token", createToken);
  app2.post("/v2/_gc", may("operate"), createCollection);
  app2.get("/v2/_gc", may("operate"), readCollection);
  app2.delete("/v2/:name{.+}/_repository", may("delete"), deleteRepository);
  app2.post("/v2/:name{.+}/blobs/uploads/", may("push"), startUpload);
  app2.get("/v2/:name{.+}/blobs/uploads/:id", may("push"), readUpload);
  app2.patch("/v2/:name{.+}/blobs/uploads/:id", may("push"), appendUpload);
  app2.put("/v2/:name{.+}/blobs/uploads/:id", may("push"), finishUpload);
  app2.delete("/v2/:name{.+}/blobs/uploads/:id", may("push"), cancelUpload);
  app2.get("/v2/:name{.+}/blobs/:digest", may("pull"), readBlob);
  app2.delete("/v2/:name{.+}/blobs/:digest", may("delete"), deleteBlob);
  app2.post("/v2/:name{.+}/manifests/:reference/_import", may("import"), createImport);
  app2.get("/v2/:name{.+}/manifests/:reference/_import", may("import"), readImport);
  app2.get("/v2/:name{.+}/manifests/:reference", may("pull"), readManifestRoute);
  app2.put("/v2/:name{.+}/manifests/:reference", may("push"), writeManifestRoute);
  app2.delete("/v2/:name{.+}/manifests/:reference", may("delete"), deleteManifest);
  app2.get("/v2/:name{.+}/tags/list", may("pull"), readTags);
  app2.get("/v2/:name{.+}/referrers/:digest", may("pull"), readReferrers);
  app2.notFound((c) => {
    const error = ["GET", "HEAD"].includes(c.req.method) ? new OciError("NAME_UNKNOWN", `there is nothing at ${c.req.path}`) : new OciError("UNSUPPORTED", `${c.req.method} is not possible at ${c.req.path}`);
    return error.toResponse();
  });
  app2.onError((error) => {
    if (error instanceof OciError) return error.toResponse();
    console.error(error);
    if (error instanceof SettingsError) {
      return new OciError("UNKNOWN", `the registry is not set up right: ${error.message}`).toResponse();
    }
    return new OciError("UNKNOWN", "something went wrong here: try again").toResponse();
  });
  return app2;
}

// worker/src/imports/resume.ts
var ATTEMPTS5 = 40;
var INTERVAL_MS = 50;
async function resumeImports(bucket, workflows, before) {
  for await (const record of unfinishedImports(bucket)) {
    if (Date.parse(record.updatedAt) >= before) continue;
    if (await statusOf(workflows, record.id) === void 0) await create(workflows, record);
    else await resume(await workflows.get(record.id));
  }
}
async function resume(instance) {
  for (let attempt = 1; attempt <= ATTEMPTS5; attempt++) {
    const { status } = await instance.status();
    if (status === "paused") return instance.resume();
    if (status === "queued") return instance.restart();
    if (status === "running" || status === "waiting") await instance.pause();
    else if (status !== "waitingForPause") return;
    await new Promise((done) => setTimeout(done, INTERVAL_MS));
    if (attempt === ATTEMPTS5 / 2) await instance.resume();
  }
}

// worker/src/collection/collector-object.ts
import { DurableObject } from "cloudflare:workers";

// worker/src/collection/decisions.ts
async function rewrite(bucket, { key: key2, size }, { condemned, since, onlyIf }) {
  const object = await bucket.get(key2);
  if (object === null) return false;
  const { condemned: _, since: __, ...metadata } = object.customMetadata ?? {};
  const contentType = object.httpMetadata?.contentType;
  const marks = condemned === void 0 ? {} : { condemned: String(condemned), since: String(since) };
  const written = await bucket.put(key2, size === 0 ? "" : new Uint8Array(await object.arrayBuffer()), {
    customMetadata: { ...metadata, ...marks },
    ...contentType === void 0 ? {} : { httpMetadata: { contentType } },
    ...onlyIf === void 0 ? {} : { onlyIf }
  });
  return written !== null;
}
async function keep(bucket, key2) {
  const object = await bucket.head(key2);
  return object !== null && await rewrite(bucket, object, {});
}
async function condemn(bucket, key2, cutoff) {
  const object = await bucket.head(key2);
  if (object === null || condemnedAt(object) !== void 0 || object.uploaded.getTime() >= cutoff)
    return false;
  return rewrite(bucket, object, {
    condemned: Date.now(),
    since: object.uploaded.getTime(),
    // Whoever pushes a manifest writes it without asking.
    onlyIf: { uploadedBefore: new Date(cutoff) }
  });
}
async function remove(bucket, key2, kind, cutoff) {
  const object = await bucket.head(key2);
  if (object === null) return false;
  const condemned = condemnedAt(object);
  if (condemned === void 0 || condemned > cutoff) return false;
  if (kind === "manifest") await removeFromReferrers(bucket, key2);
  await bucket.delete(key2);
  const pointer = kind === "blob" ? toPointer(object) : void 0;
  if (pointer !== void 0) await bucket.delete(pointer.data);
  return true;
}
async function removeFromReferrers(bucket, key2) {
  const of = parseRepositoryKey(key2);
  const object = await bucket.get(key2);
  if (of?.digest === void 0 || object === null) return;
  const bytes = new Uint8Array(await object.arrayBuffer());
  const { subject } = parseDocument(bytes, object.httpMetadata?.contentType ?? "");
  if (subject !== void 0) await removeReferrer(bucket, of.repository, subject, of.digest);
}

// worker/src/collection/keep-rules.ts
var DAY_MS = 24 * 60 * 60 * 1e3;
function parseKeepRules(value) {
  return listSetting("KEEP_UNTAGGED", value).map((item) => {
    const { names, days, count: count2 } = fieldsOf(item, ["names", "days", "count"]);
    if (days.value === void 0 && count2.value === void 0) {
      throw new SettingsError(`${item.at} has neither "days" nor "count"`);
    }
    return { names: patternsOf(names), days: numberOf(days), count: numberOf(count2) };
  });
}
function ruleFor(rules, repository) {
  return rules.find(({ names }) => names.some((pattern) => matchesPattern(pattern, repository)));
}
function isKept(rule, { rank, age }) {
  return rule === void 0 || rank < rule.count || age < rule.days * DAY_MS;
}
function numberOf({ at, value = 0 }) {
  if (typeof value === "number" && value >= 0) return value;
  throw new SettingsError(`${at} is not a number`);
}

// worker/src/collection/marks.ts
var TABLES = `
  CREATE TABLE IF NOT EXISTS entries (
    key TEXT PRIMARY KEY, kind TEXT, repository TEXT, digest TEXT, data TEXT, size INTEGER, since INTEGER,
    condemned INTEGER, subject TEXT, is_read INTEGER DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS by_digest ON entries (kind, digest);
  CREATE INDEX IF NOT EXISTS by_data ON entries (data);
  CREATE INDEX IF NOT EXISTS by_subject ON entries (repository, subject);
  CREATE INDEX IF NOT EXISTS unread ON entries (key) WHERE kind = 'manifest' AND is_read = 0;
  CREATE TABLE IF NOT EXISTS needs (
    repository TEXT, kind TEXT, digest TEXT, PRIMARY KEY (repository, kind, digest)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS decided (key TEXT PRIMARY KEY, kind TEXT, verdict TEXT, size INTEGER);
  CREATE TABLE IF NOT EXISTS condemned_data (key TEXT PRIMARY KEY, condemned INTEGER);
`;
var IS_NAMED = `EXISTS (SELECT 1 FROM needs n
  WHERE n.repository = m.repository AND n.kind = 'manifest' AND n.digest = m.digest)`;
var HAS_NAMED_REFERRER = `EXISTS (SELECT 1 FROM entries r JOIN needs n
  ON n.repository = r.repository AND n.kind = 'manifest' AND n.digest = r.digest
  WHERE r.repository = m.repository AND r.subject = m.digest)`;
var HAS_SUBJECT = `EXISTS (SELECT 1 FROM entries s
  WHERE s.kind = 'manifest' AND s.digest = m.subject AND s.repository = m.repository)`;
var IS_NEEDED = {
  membership: `EXISTS (SELECT 1 FROM needs n
    WHERE n.repository = m.repository AND n.kind = 'membership' AND n.digest = m.digest)`,
  blob: `EXISTS (SELECT 1 FROM entries o WHERE o.kind = 'membership' AND o.digest = m.digest)
    OR EXISTS (SELECT 1 FROM needs n WHERE n.repository = '' AND n.kind = 'blob' AND n.digest = m.digest)`
};
var Marks = class {
  #sql;
  constructor(sql) {
    this.#sql = sql;
    sql.exec(TABLES);
  }
  /** Forgets the pass before. */
  clear() {
    this.#sql.exec("DELETE FROM entries; DELETE FROM needs; DELETE FROM decided;");
  }
  add(entry) {
    const { key: key2, kind, repository, digest, data, size, since, condemned } = entry;
    this.#sql.exec(
      `INSERT OR REPLACE INTO entries (key, kind, repository, digest, data, size, since, condemned)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      key2,
      kind,
      repository,
      digest,
      data,
      size,
      since,
      condemned
    );
  }
  /** @param repository empty for a blob that is needed wherever it is */
  need(repository, kind, digest) {
    this.#sql.exec("INSERT OR IGNORE INTO needs VALUES (?, ?, ?)", repository, kind, digest);
  }
  /** Manifests that were not read yet. */
  unread(limit) {
    return this.#sql.exec(`SELECT key, repository FROM entries WHERE kind = 'manifest' AND is_read = 0 LIMIT ?`, limit).toArray();
  }
  setRead(key2, subject) {
    this.#sql.exec("UPDATE entries SET is_read = 1, subject = ? WHERE key = ?", subject ?? null, key2);
  }
  hasData(key2) {
    return this.#sql.exec("SELECT 1 FROM entries WHERE data = ? LIMIT 1", key2).toArray().length > 0;
  }
  /** Memberships or blobs that are condemned or are not needed. */
  suspects(kind) {
    return this.#sql.exec(
      `SELECT * FROM (SELECT m.*, (${IS_NEEDED[kind]}) AS isNeeded FROM entries m WHERE m.kind = ?)
       WHERE condemned IS NOT NULL OR isNeeded = 0`,
      kind
    );
  }
  /** Manifests, those of a repository together and the youngest first. */
  manifests() {
    return this.#sql.exec(
      `SELECT m.*, (${IS_NAMED} OR ${HAS_NAMED_REFERRER} OR (m.subject IS NOT NULL AND ${HAS_SUBJECT})) AS isNamed,
         (m.subject IS NOT NULL AND NOT ${HAS_SUBJECT}) AS isOrphan
       FROM entries m WHERE m.kind = 'manifest' ORDER BY repository, since DESC`
    );
  }
  decide({ key: key2, kind, verdict, size }) {
    this.#sql.exec("INSERT OR REPLACE INTO decided VALUES (?, ?, ?, ?)", key2, kind, verdict, size);
  }
  /** What is still to be carried out. */
  decided(limit) {
    return this.#sql.exec(`SELECT * FROM decided WHERE verdict <> 'wait' ORDER BY key LIMIT ?`, limit).toArray();
  }
  hasWaiting() {
    return this.#sql.exec(`SELECT 1 FROM decided WHERE verdict = 'wait' LIMIT 1`).toArray().length > 0;
  }
  carriedOut(key2) {
    this.#sql.exec("DELETE FROM decided WHERE key = ?", key2);
  }
  /** R2 cannot note on bytes that they are condemned without writing them again. */
  dataCondemnedAt(key2) {
    return this.#sql.exec("SELECT condemned FROM condemned_data WHERE key = ?", key2).toArray()[0]?.condemned;
  }
  condemnData(key2, at) {
    this.#sql.exec("INSERT OR IGNORE INTO condemned_data VALUES (?, ?)", key2, at);
  }
  /** Pardons all data that this pass did not find to be nobody's. */
  pardonOtherData() {
    this.#sql.exec(
      `DELETE FROM condemned_data WHERE key NOT IN (SELECT key FROM decided WHERE kind = 'data')`
    );
  }
};

// worker/src/collection/pass.ts
var PHASES = ["repositories", "blobs", "manifests", "imports", "data", "decide", "execute"];
var PAGES = 5;
var MANIFESTS = 60;
var READS_AT_ONCE = 6;
var Pass = class {
  #options;
  constructor(options) {
    this.#options = options;
  }
  /** Does a piece of any phase but the last. @returns where the pass stands then */
  async advance(state) {
    switch (state.phase) {
      case "repositories":
        return this.#list(state, "repositories/", (object) => this.#noteRepositoryObject(object));
      case "blobs":
        return this.#list(state, "blobs/", (object) => this.#noteBlob(object));
      case "manifests":
        return await this.#readManifests() ? state : next(state);
      case "imports":
        return { ...next(state), ...await this.#noteImports() };
      case "data":
        return this.#list(state, "data/", (object) => this.#noteData(object, state));
      case "decide":
        this.#decide(state);
        return next(state);
      default:
        return state;
    }
  }
  async #list(state, prefix, note) {
    let { after } = state;
    for (let page = 0; page < PAGES; page++) {
      const { objects, truncated } = await this.#options.bucket.list({
        prefix,
        include: ["customMetadata"],
        ...after === void 0 ? {} : { startAfter: after }
      });
      for (const object of objects) note(object);
      after = objects.at(-1)?.key ?? after;
      if (!truncated) return next(state);
    }
    return { ...state, after };
  }
  #noteRepositoryObject(object) {
    const { marks } = this.#options;
    const of = parseRepositoryKey(object.key);
    if (of === void 0) return;
    const { repository, kind, digest } = of;
    if (kind === "tag") {
      const named = object.customMetadata?.["digest"];
      if (named === void 0) throw new Error(`${object.key} names no digest`);
      marks.need(repository, "manifest", named);
    } else if (digest !== void 0 && kind === "manifest") {
      marks.add({ ...entryOf(object), kind, repository, digest, data: "", size: object.size });
    } else if (digest !== void 0 && kind === "blob") {
      const { data, size } = toPointer(object) ?? { data: "", size: 0 };
      marks.add({ ...entryOf(object), kind: "membership", repository, digest, data, size });
    }
  }
  #noteBlob(object) {
    const digest = parseBlobKey(object.key);
    if (digest === void 0) return;
    const { data, size } = toPointer(object) ?? { data: "", size: 0 };
    this.#options.marks.add({ ...entryOf(object), kind: "blob", repository: "", digest, data, size });
  }
  /** @returns whether there may be more */
  async #readManifests() {
    const { bucket, marks } = this.#options;
    const unread = marks.unread(MANIFESTS);
    for (let at = 0; at < unread.length; at += READS_AT_ONCE) {
      await Promise.all(
        unread.slice(at, at + READS_AT_ONCE).map(async ({ key: key2, repository }) => {
          const object = await bucket.get(key2);
          if (object === null) {
            marks.setRead(key2, void 0);
            return;
          }
          const bytes = new Uint8Array(await object.arrayBuffer());
          const document = parseDocument(bytes, object.httpMetadata?.contentType ?? "");
          for (const { digest } of document.blobs) marks.need(repository, "membership", digest);
          for (const { digest } of document.manifests) marks.need(repository, "manifest", digest);
          marks.setRead(key2, document.subject);
        })
      );
    }
    return unread.length === MANIFESTS;
  }
  /** Imports link their blobs long before the manifest comes. */
  async #noteImports() {
    const { bucket, marks } = this.#options;
    let importsSince = Infinity;
    for await (const { repository, startedAt, blobs } of unfinishedImports(bucket)) {
      importsSince = Math.min(importsSince, Date.parse(startedAt));
      for (const { digest } of blobs) {
        marks.need(repository, "membership", digest);
        marks.need("", "blob", digest);
      }
    }
    return { importsSince };
  }
  /** Bytes that no pointer names, and that are older than any upload or import that could still publish them. */
  #noteData({ key: key2, size, uploaded }, { startedAt, importsSince = Infinity }) {
    const { marks, times } = this.#options;
    const cutoff = Math.min(startedAt - times.uploadExpiry - times.window, importsSince);
    if (uploaded.getTime() >= cutoff || marks.hasData(key2)) return;
    const condemned = marks.dataCondemnedAt(key2);
    const verdict = condemned === void 0 ? "condemn" : condemned <= startedAt - times.delay ? "remove" : "wait";
    marks.decide({ key: key2, kind: "data", verdict, size });
  }
  #decide(state) {
    const { marks } = this.#options;
    marks.pardonOtherData();
    for (const kind of ["membership", "blob"]) {
      for (const { isNeeded, ...entry } of marks.suspects(kind)) {
        this.#note(entry, isNeeded !== 0, state);
      }
    }
    this.#decideManifests(state);
  }
  #decideManifests(state) {
    const { marks, rules } = this.#options;
    let repository = "";
    let rank = 0;
    for (const { isNamed, isOrphan, ...entry } of marks.manifests()) {
      if (entry.repository !== repository) rank = 0;
      repository = entry.repository;
      const age = state.startedAt - entry.since;
      const isNeeded = isNamed !== 0 || isOrphan === 0 && isKept(ruleFor(rules, repository), { rank: rank++, age });
      this.#note(entry, isNeeded, state);
    }
  }
  #note({ key: key2, kind, size, ...entry }, isNeeded, state) {
    const verdict = this.#verdictOn(entry, isNeeded, state);
    if (verdict !== void 0) this.#options.marks.decide({ key: key2, kind, verdict, size });
  }
  #verdictOn({ condemned, since }, isNeeded, { startedAt }) {
    const { window, delay } = this.#options.times;
    if (condemned === null) return !isNeeded && since < startedAt - window ? "condemn" : void 0;
    if (isNeeded) return "pardon";
    return condemned <= startedAt - delay ? "remove" : "wait";
  }
};
function next(state) {
  return { ...state, phase: PHASES[PHASES.indexOf(state.phase) + 1] ?? "execute", after: void 0 };
}
function entryOf(object) {
  const condemned = condemnedAt(object);
  const since = condemned === void 0 ? object.uploaded.getTime() : Number(object.customMetadata?.["since"]);
  return { key: object.key, since, condemned: condemned ?? null };
}

// worker/src/collection/collector-object.ts
var DECISIONS = 60;
var AT_ONCE = 6;
var MAX_KEYS = 1e3;
var FRESH_QUEUED_MS2 = 1e4;
var FRESH_MS = 15 * 6e4;
var CollectorObject = class extends DurableObject {
  #bucket;
  #marks;
  /** Decisions are carried out one batch after the other. */
  #last = Promise.resolve();
  constructor(ctx, env) {
    super(ctx, env);
    this.#bucket = retryingBucket(env.BUCKET);
    this.#marks = new Marks(ctx.storage.sql);
  }
  keep(keys) {
    return this.#inTurn(() => someAtOnce(keys, (key2) => keep(this.#bucket, key2)));
  }
  discard(keys) {
    return this.#inTurn(() => this.#bucket.delete(keys));
  }
  async request(request) {
    const before = this.#read(request.dryRun);
    if (before !== void 0 && this.#isAlive(before, request)) return { record: before, isNew: false };
    const now = (/* @__PURE__ */ new Date()).toISOString();
    const record = {
      id: `collection-${crypto.randomUUID()}`,
      dryRun: request.dryRun,
      state: "queued",
      startedAt: now,
      updatedAt: now,
      passes: 0,
      counts: { condemn: noCounts(), pardon: noCounts(), remove: noCounts() }
    };
    this.#write(record);
    return { record, isNew: true };
  }
  async status(dryRun) {
    return this.#read(dryRun);
  }
  async begin(id, number) {
    const record = this.#recordOf(id);
    const pass = this.#pass();
    if (record === void 0) return true;
    if (pass?.id === id && pass.number === number) return true;
    if (pass !== void 0 && pass.id !== id && this.#recordOf(pass.id)?.state === "walking") {
      if (Date.now() - pass.touchedAt < FRESH_MS) return false;
    }
    this.#marks.clear();
    const now = Date.now();
    this.#writePass({
      id,
      number,
      phase: "repositories",
      startedAt: now,
      touchedAt: now,
      hasRemoved: false
    });
    this.#write({ ...record, state: "walking", passes: number });
    return true;
  }
  async advance(id) {
    const pass = this.#pass();
    const record = this.#recordOf(id);
    if (pass?.id !== id || record === void 0) return "superseded";
    const times = timesOf(this.env);
    if (pass.phase !== "execute") {
      const rules = parseKeepRules(this.env.KEEP_UNTAGGED);
      const walk2 = new Pass({ bucket: this.#bucket, marks: this.#marks, times, rules });
      const state = await walk2.advance(pass);
      if (this.#pass()?.id !== id) return "superseded";
      this.#writePass({ ...state, id, number: pass.number, hasRemoved: false, touchedAt: Date.now() });
      this.#write(record);
      return "more";
    }
    const some = this.#marks.decided(DECISIONS);
    if (some.length > 0) {
      const hasRemoved = await this.#inTurn(() => this.#carryOut(some, { record, pass, times }));
      this.#writePass({ ...pass, hasRemoved: pass.hasRemoved || hasRemoved, touchedAt: Date.now() });
      return "more";
    }
    if (record.dryRun) return "over";
    const outcome = pass.hasRemoved ? "again" : this.#isWaiting(pass) ? "later" : "over";
    this.#write({ ...record, state: outcome === "later" ? "waiting" : "walking" });
    return outcome;
  }
  async end(id, error) {
    const record = this.#recordOf(id);
    if (record === void 0) return;
    if (this.#pass()?.id === id) {
      this.#marks.clear();
      this.ctx.storage.kv.delete("pass");
    }
    this.#write({
      ...record,
      state: error === void 0 ? "done" : "failed",
      ...error === void 0 ? {} : { error }
    });
  }
  /** @returns whether anything was removed */
  async #carryOut(some, { record, pass, times }) {
    const done = await someAtOnce(some, async (decided) => {
      const isDone = record.dryRun || await this.#execute(decided, pass, times);
      this.#marks.carriedOut(decided.key);
      return isDone;
    });
    let hasRemoved = false;
    for (const [index, { key: key2, kind, verdict, size }] of some.entries()) {
      if (done[index] !== true || verdict === "wait") continue;
      count(record.counts[verdict], kind, size);
      hasRemoved ||= verdict === "remove";
      if (record.dryRun && verdict !== "pardon" && (record.keys ??= []).length < MAX_KEYS)
        record.keys.push(key2);
    }
    this.#write(record);
    return hasRemoved;
  }
  async #execute({ key: key2, kind, verdict }, pass, times) {
    if (verdict === "pardon") return keep(this.#bucket, key2);
    if (kind === "data") {
      if (verdict === "remove") {
        await this.#bucket.delete(key2);
      } else {
        this.#marks.condemnData(key2, Date.now());
        this.#noteCondemned(pass);
      }
      return true;
    }
    if (verdict === "remove") return remove(this.#bucket, key2, kind, pass.startedAt - times.delay);
    const isCondemned = await condemn(this.#bucket, key2, pass.startedAt - times.window);
    if (isCondemned) this.#noteCondemned(pass);
    return isCondemned;
  }
  #noteCondemned({ id, number }) {
    this.ctx.storage.kv.put("condemned-by", `${id}/${number}`);
  }
  #isWaiting(pass) {
    return this.#marks.hasWaiting() || this.ctx.storage.kv.get("condemned-by") === `${pass.id}/${pass.number}`;
  }
  #isAlive({ state, updatedAt }, { deadBefore = 0 }) {
    if (state === "done" || state === "failed") return false;
    const at = Date.parse(updatedAt);
    if (at < deadBefore) return false;
    const patience = state === "waiting" ? timesOf(this.env).delay + FRESH_MS : FRESH_MS;
    return Date.now() - at < (state === "queued" ? FRESH_QUEUED_MS2 : patience);
  }
  #read(dryRun) {
    return this.ctx.storage.kv.get(dryRun ? "dry-run" : "collection");
  }
  #recordOf(id) {
    return [this.#read(false), this.#read(true)].find((record) => record?.id === id);
  }
  #write(record) {
    const updated = { ...record, updatedAt: (/* @__PURE__ */ new Date()).toISOString() };
    this.ctx.storage.kv.put(record.dryRun ? "dry-run" : "collection", updated);
  }
  #pass() {
    return this.ctx.storage.kv.get("pass");
  }
  #writePass(pass) {
    this.ctx.storage.kv.put("pass", pass);
  }
  #inTurn(run) {
    const result = this.#last.then(run);
    this.#last = result.catch(() => void 0);
    return result;
  }
};
function noCounts() {
  return { manifest: 0, membership: 0, blob: 0, data: 0, bytes: 0 };
}
function count(counts, kind, size) {
  counts[kind] += 1;
  if (kind === "blob" || kind === "data") counts.bytes += size;
}
async function someAtOnce(items, run) {
  const results = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...await Promise.all(items.slice(at, at + AT_ONCE).map(run)));
  }
  return results;
}

// worker/src/collection/workflow.ts
import { WorkflowEntrypoint } from "cloudflare:workers";
var STEP = {
  retries: { limit: 5, delay: 2e3, backoff: "exponential" },
  timeout: "10 minutes"
};
var MAX_PASSES = 20;
var BEGINNINGS = 60;
var BEGIN_AGAIN_MS = 1e4;
var CollectionWorkflow = class extends WorkflowEntrypoint {
  async run({ instanceId: id }, step) {
    const collector = collectorOf(this.env.COLLECTOR);
    try {
      for (let pass = 1; pass <= MAX_PASSES; pass++) {
        await this.#begin(id, pass, step);
        const outcome = await this.#walk(id, pass, step);
        if (outcome === "over") break;
        if (outcome === "superseded") throw new Error("another collection has begun");
        if (outcome === "later") await step.sleep(`before pass ${pass + 1}`, timesOf(this.env).delay);
      }
      await step.do("end", STEP, () => collector.end(id));
    } catch (error) {
      const message2 = Error.isError(error) ? error.message : String(error);
      if (message2.startsWith("Aborting engine")) throw error;
      await step.do("report the failure", STEP, () => collector.end(id, message2));
      throw error;
    }
  }
  async #begin(id, pass, step) {
    const collector = collectorOf(this.env.COLLECTOR);
    for (let attempt = 1; attempt <= BEGINNINGS; attempt++) {
      if (await step.do(`pass ${pass}, beginning ${attempt}`, STEP, () => collector.begin(id, pass))) return;
      await step.sleep(`before beginning ${attempt + 1} of pass ${pass}`, BEGIN_AGAIN_MS);
    }
    throw new Error("another collection is walking all the time");
  }
  async #walk(id, pass, step) {
    const collector = collectorOf(this.env.COLLECTOR);
    for (let piece = 1; ; piece++) {
      const outcome = await step.do(`pass ${pass}, piece ${piece}`, STEP, () => collector.advance(id));
      if (outcome !== "more") return outcome;
    }
  }
};

// worker/src/imports/workflow.ts
import { WorkflowEntrypoint as WorkflowEntrypoint2 } from "cloudflare:workers";

// worker/src/uploads/hash.ts
var BUFFER = 16 * 1024;
var BITS = { sha256: 256, sha512: 512 };
var RunningHash = class {
  #exports;
  #bits;
  /** @param state of `save()`, from the same module; without it the hash begins anew. */
  constructor(exports, algorithm, state) {
    this.#exports = exports;
    this.#bits = BITS[algorithm];
    this.#exports.Hash_Init(this.#bits);
    if (state === void 0) return;
    const memory = this.#state();
    if (state.length !== memory.length) throw new RangeError(`not a saved state of ${algorithm}`);
    memory.set(state);
  }
  update(bytes) {
    const input = new Uint8Array(this.#exports.memory.buffer, this.#exports.Hash_GetBuffer(), BUFFER);
    for (let at = 0; at < bytes.length; at += BUFFER) {
      const piece = bytes.subarray(at, at + BUFFER);
      input.set(piece);
      this.#exports.Hash_Update(piece.length);
    }
  }
  /** About a hundred bytes that hold everything hashed so far. */
  save() {
    return this.#state().slice();
  }
  /** Ends the hash; in hex. */
  digest() {
    this.#exports.Hash_Final();
    return toHex(new Uint8Array(this.#exports.memory.buffer, this.#exports.Hash_GetBuffer(), this.#bits / 8));
  }
  #state() {
    const memory = this.#exports.memory.buffer;
    const length = new DataView(memory).getUint32(this.#exports.STATE_SIZE.value, true);
    return new Uint8Array(memory, this.#exports.Hash_GetState(), length);
  }
};

// worker/src/uploads/open-hash.ts
import sha2562 from "./sha256-ZUSH4PXG.wasm";
import sha512 from "./sha512-ZSPC4CLT.wasm";
var MODULES = { sha256: sha2562, sha512 };
function openHash(algorithm, state) {
  const { exports } = new WebAssembly.Instance(MODULES[algorithm]);
  return new RunningHash(exports, algorithm, state);
}

// worker/src/imports/parts.ts
var MiB = 1024 * 1024;
var MIN_PART = 5 * MiB;
var PREFERRED_PART = 64 * MiB;
var MAX_PARTS = 1e4;
var MAX_PART = 5 * 1024 * MiB - MiB;
var MAX_STEPS = 1e4;
var OTHER_STEPS = 200;
var STEPS_A_BLOB = 2;
function partSizeFor(sizes, { present = 0, preferred = PREFERRED_PART } = {}) {
  const steps = MAX_STEPS - OTHER_STEPS - present - STEPS_A_BLOB * sizes.length;
  const full = steps - sizes.length;
  if (full <= 0) return void 0;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const largest = sizes.reduce((max, size) => Math.max(max, size), 0);
  const needed = Math.max(total / full, largest / MAX_PARTS);
  const partSize = Math.max(MIN_PART, preferred, Math.ceil(needed / MiB) * MiB);
  return partSize <= MAX_PART ? partSize : void 0;
}
function partsOf2(size, partSize) {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => {
    const offset = index * partSize;
    return { number: index + 1, offset, length: Math.min(partSize, size - offset) };
  });
}

// worker/src/imports/transfer.ts
var PIECE2 = 1024 * 1024;
async function transfer(job, store) {
  const response = await job.upstream.blob(job.digest, job.range);
  const reader = response.body?.getReader({ mode: "byob" });
  try {
    const { skip, length } = layOut(job, response);
    if (reader === void 0 && length > 0) throw new Error("the upstream sent no body");
    if (reader !== void 0) await discard(reader, skip, job.patience);
    const { readable, writable } = new FixedLengthStream(length);
    const stored = store(readable);
    const copied = copy(reader, writable.getWriter(), { ...job, length, stored });
    const [result] = await Promise.all([stored, copied]);
    if (response.status === 206 || job.range === void 0) await checkEnd(reader, job);
    return result;
  } finally {
    await reader?.cancel().catch(() => void 0);
  }
}
function layOut({ size, range, digest }, { status, headers }) {
  const { offset, length } = range ?? { offset: 0, length: size };
  const said = headers.get("Content-Length");
  if (status === 200) {
    if (said !== null && Number(said) !== size) throw wrongSize(digest, `${size}`, said);
    return { skip: offset, length };
  }
  const expected = `bytes ${offset}-${offset + length - 1}/${size}`;
  const actual = headers.get("Content-Range") ?? "nothing";
  if (actual !== expected) throw wrongSize(digest, expected, actual);
  if (said !== null && Number(said) !== length) throw wrongSize(digest, `${length}`, said);
  return { skip: 0, length };
}
async function discard(reader, bytes, patience) {
  for (let left = bytes; left > 0; ) {
    const { value, done } = await readPiece2(reader, Math.min(PIECE2, left), patience * 1e3);
    left -= value?.length ?? 0;
    if (done && left > 0) throw new Error(`the upstream broke off ${left} bytes before the range`);
  }
}
async function copy(reader, writer, job) {
  const { promise: refused, reject } = Promise.withResolvers();
  refused.catch(() => void 0);
  job.stored.catch(reject);
  try {
    if (reader !== void 0) await pump(reader, writer, { ...job, refused });
    await Promise.race([writer.close(), refused]);
  } catch (error) {
    await writer.abort(error).catch(() => void 0);
    throw error;
  }
}
async function pump(reader, writer, { length, patience, hash, refused }) {
  let written = Promise.resolve();
  for (let left = length; left > 0; ) {
    const { value, done } = await readPiece2(reader, Math.min(PIECE2, left), patience * 1e3);
    await Promise.race([written, refused]);
    if (value !== void 0) {
      left -= value.length;
      written = writer.write(value);
      written.catch(() => void 0);
      hash.update(value);
    }
    if (done && left > 0) throw new Error(`the upstream broke off ${left} bytes early`);
  }
  await Promise.race([written, refused]);
}
async function checkEnd(reader, { digest, size, patience }) {
  if (reader === void 0) return;
  const { value } = await readPiece2(reader, 1, patience * 1e3);
  if (value !== void 0 && value.length > 0) throw wrongSize(digest, `${size}`, "more");
}
function wrongSize(digest, expected, actual) {
  return new ImportFailure(
    `The upstream sends another size of the blob ${digest} than the image says: ${actual} instead of ${expected}.`,
    "What the upstream holds is damaged: push the image to it again."
  );
}

// worker/src/imports/blob.ts
async function importBlob(job, blob) {
  const { digest, size } = blob;
  const { steps, progress, partSize } = job;
  if (blob.isPresent) {
    await steps.do(`link ${digest}`, () => linkPresent(job, blob));
    return;
  }
  await progress.note(digest, { state: "running" });
  if (size <= partSize) await steps.do(`fetch ${digest}`, () => fetchWhole(job, blob));
  else await fetchParts(job, blob);
  await progress.note(digest, { state: "done", done: size });
}
async function linkPresent({ bucket, repository }, { digest }) {
  await bucket.keep([blobKey(digest)]);
  const pointer = await findAnywhere(bucket, digest);
  if (pointer === void 0) {
    throw new ImportFailure(
      `The blob ${digest} was deleted here while it was imported.`,
      "Ask for the import again."
    );
  }
  await linkBlob(bucket, repository, digest, pointer);
  return true;
}
async function fetchWhole(job, { digest, size }) {
  const { bucket, repository, upstream, patience } = job;
  const present = await findAnywhere(bucket, digest);
  if (present === void 0) {
    const { algorithm } = parseDigest(digest);
    const key2 = dataKey(crypto.randomUUID());
    const hash = openHash(algorithm);
    try {
      await transfer({ upstream, digest, size, hash, patience }, (stream) => bucket.put(key2, stream));
      checkDigest(digest, `${algorithm}:${hash.digest()}`);
    } catch (error) {
      await bucket.delete(key2);
      throw error;
    }
    await publish(job, digest, { data: key2, size });
  } else {
    await linkBlob(bucket, repository, digest, present);
  }
  return true;
}
async function fetchParts(job, { digest, size }) {
  const { bucket, steps, progress, partSize, open } = job;
  const { data, uploadId } = await steps.do(`begin ${digest}`, async () => {
    const key2 = dataKey(crypto.randomUUID());
    return { data: key2, uploadId: (await bucket.createMultipartUpload(key2)).uploadId };
  });
  open.set(data, uploadId);
  const parts = [];
  let state;
  for (const part of partsOf2(size, partSize)) {
    job.signal.throwIfAborted();
    const before = state;
    const fetched = await steps.do(
      `fetch ${digest} part ${part.number}`,
      () => fetchPart(job, { digest, size, data, uploadId, part, state: before })
    );
    parts.push({ partNumber: part.number, etag: fetched.etag });
    state = fetched.state;
    await progress.note(digest, { done: part.offset + part.length });
  }
  await steps.do(`complete ${digest}`, async () => {
    const { algorithm } = parseDigest(digest);
    checkDigest(digest, `${algorithm}:${openHash(algorithm, decode2(state ?? "")).digest()}`);
    await complete(bucket, { data, uploadId, size, parts });
    await publish(job, digest, { data, size });
    return true;
  });
  open.delete(data);
}
async function fetchPart(job, of) {
  const { digest, size, data, uploadId, part, state } = of;
  const { algorithm } = parseDigest(digest);
  const hash = openHash(algorithm, state === void 0 ? void 0 : decode2(state));
  const { upstream, patience, bucket } = job;
  const multipart = bucket.resumeMultipartUpload(data, uploadId);
  const { etag } = await transfer(
    { upstream, digest, size, range: part, hash, patience },
    (stream) => multipart.uploadPart(part.number, stream)
  );
  return { etag, state: encode4(hash.save()) };
}
async function complete(bucket, upload) {
  try {
    await bucket.resumeMultipartUpload(upload.data, upload.uploadId).complete(upload.parts);
  } catch (error) {
    const object = await bucket.head(upload.data);
    if (object?.size !== upload.size) throw error;
  }
}
async function publish({ bucket, repository }, digest, mine) {
  const pointer = await publishBlob(bucket, digest, mine);
  await linkBlob(bucket, repository, digest, pointer);
  if (pointer.data !== mine.data) await bucket.delete(mine.data);
}
function checkDigest(wanted, actual) {
  if (actual === wanted) return;
  throw new ImportFailure(
    `The upstream sent other bytes for the blob ${wanted}: theirs are ${actual}.`,
    "Ask for the import again; if it stays, what the upstream holds is damaged: push the image to it again."
  );
}
function encode4(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
function decode2(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

// worker/src/imports/plan.ts
var MAX_MANIFESTS = 500;
var MAX_BLOBS = 2500;
var READS_AT_ONCE2 = 6;
var MAX_BLOB_SIZE = 5 * 1024 ** 4 - 5 * 1024 ** 3;
async function planImport(digest, options) {
  const { manifests, sizes } = await walk(digest, options.fetchManifest);
  const blobs = await lookUp([...sizes], options.bucket);
  const missing2 = blobs.filter(({ isPresent }) => !isPresent);
  const partSize = partSizeFor(
    missing2.map(({ size }) => size),
    { present: blobs.length - missing2.length, preferred: options.preferredPartSize }
  );
  if (partSize === void 0) throw tooLarge("it has more bytes than one import can fetch");
  return { manifests, blobs, partSize };
}
async function walk(root, fetchManifest) {
  const manifests = /* @__PURE__ */ new Set();
  const seen = /* @__PURE__ */ new Set();
  const sizes = /* @__PURE__ */ new Map();
  const visit = async (digest, size) => {
    if (seen.has(digest)) return;
    seen.add(digest);
    if (seen.size > MAX_MANIFESTS) throw tooLarge(`it has more than ${MAX_MANIFESTS} manifests`);
    const { bytes, mediaType } = await fetchManifest(digest);
    if (size !== void 0 && size !== bytes.length)
      throw wrongSize2(`manifest ${digest}`, size, bytes.length);
    const document = parseDocument(bytes, mediaType);
    for (const blob of document.blobs) noteSize(sizes, blob);
    for (const child of document.manifests) await visit(child.digest, child.size);
    manifests.add(digest);
  };
  await visit(root);
  return { manifests: [...manifests], sizes };
}
function noteSize(sizes, { digest, size }) {
  const noted = sizes.get(digest);
  if (noted !== void 0 && noted !== size) throw wrongSize2(`blob ${digest}`, size, noted);
  if (size > MAX_BLOB_SIZE) throw tooLarge(`its blob ${digest} has ${size} bytes`);
  sizes.set(digest, size);
  if (sizes.size > MAX_BLOBS) throw tooLarge(`it has more than ${MAX_BLOBS} blobs`);
}
async function lookUp(sizes, bucket) {
  const blobs = [];
  for (let at = 0; at < sizes.length; at += READS_AT_ONCE2) {
    const found = sizes.slice(at, at + READS_AT_ONCE2).map(async ([digest, size]) => {
      const pointer = await findAnywhere(bucket, digest);
      if (pointer !== void 0 && pointer.size !== size) {
        throw wrongSize2(`blob ${digest}`, size, pointer.size);
      }
      return { digest, size, isPresent: pointer !== void 0 };
    });
    blobs.push(...await Promise.all(found));
  }
  return blobs;
}
function wrongSize2(what, said, actual) {
  return new ImportFailure(
    `The image says that its ${what} has ${said} bytes, and it has ${actual}.`,
    "The image is damaged: build and push it again."
  );
}
function tooLarge(why) {
  return new ImportFailure(`The image is too large for an import: ${why}.`, "Cut it into several images.");
}

// worker/src/imports/progress.ts
var INTERVAL_MS2 = 2e3;
var ATTEMPTS6 = 5;
var Progress = class {
  #bucket;
  #target;
  #id;
  #held;
  #blobs = /* @__PURE__ */ new Map();
  #writtenAt = 0;
  /** @param id of the Workflow's instance that reports */
  constructor(bucket, target, id) {
    this.#bucket = bucket;
    this.#target = target;
    this.#id = id;
  }
  begin({ blobs }) {
    this.#blobs = new Map(
      blobs.map(({ digest, size, isPresent }) => [
        digest,
        { digest, size, done: isPresent ? size : 0, state: isPresent ? "present" : "waiting" }
      ])
    );
  }
  /** Notes a blob's bytes. @throws ImportFailure where another import has taken the reference over */
  async note(digest, change) {
    const blob = this.#blobs.get(digest);
    if (blob !== void 0) this.#blobs.set(digest, { ...blob, ...change });
    if (Date.now() - this.#writtenAt < INTERVAL_MS2) return;
    this.#writtenAt = Date.now();
    try {
      await this.write({ state: "running" });
    } catch (error) {
      if (error instanceof ImportFailure) throw error;
      console.warn(error);
    }
  }
  /** @throws ImportFailure where another import has taken the reference over */
  async write(change) {
    for (let attempt = 1; attempt <= ATTEMPTS6; attempt++) {
      const held = this.#held ?? await readRecord(this.#bucket, this.#target);
      if (held === void 0 || held.record.id !== this.#id) throw superseded(this.#target);
      const { error: _, ...rest } = held.record;
      const record = { ...rest, ...change, ...this.#totals(), updatedAt: (/* @__PURE__ */ new Date()).toISOString() };
      this.#held = await writeRecord(this.#bucket, record, held);
      if (this.#held !== void 0) return;
    }
    throw new Error("the record of the import could not be written");
  }
  #totals() {
    const blobs = [...this.#blobs.values()];
    const fetched = blobs.filter(({ state }) => state !== "present");
    const sum = (of) => fetched.reduce((total, blob) => total + of(blob), 0);
    return { bytes: { done: sum(({ done }) => done), total: sum(({ size }) => size) }, blobs };
  }
};
function superseded({ repository, reference }) {
  return new ImportFailure(
    `Another import to ${repository}:${reference} was asked for meanwhile.`,
    "Look at that one, or ask for this one again."
  );
}

// worker/src/imports/steps.ts
var RETRIES = 6;
var MAX_RETRY_AFTER_S = 60;
var RETRY_DELAY_S = 2;
var Steps = class {
  #doStep;
  #config;
  /** @param retryDelay seconds before the first retry */
  constructor(doStep, retryDelay = RETRY_DELAY_S) {
    this.#doStep = doStep;
    const retries = { limit: RETRIES, delay: retryDelay * 1e3, backoff: "exponential" };
    this.#config = { retries, timeout: "10 minutes" };
  }
  /**
   * @param run may be run several times; gives plain data of 1 MiB at most
   * @throws ImportFailure once it is clear that it does not succeed
   */
  async do(name, run) {
    const result = await this.#doStep(name, this.#config, async ({ attempt }) => {
      try {
        return { value: await run() };
      } catch (error) {
        const failure = failureOf(error, attempt > RETRIES);
        if (failure !== void 0) return { failure };
        console.warn(`import: ${name}, attempt ${attempt}: ${messageOf(error)}`);
        if (error instanceof Busy) await sleep(Math.min(error.retryAfter, MAX_RETRY_AFTER_S));
        throw error;
      }
    });
    if ("value" in result) return result.value;
    throw new ImportFailure(result.failure.message, result.failure.hint);
  }
};
function failureOf(error, isLast) {
  if (error instanceof ImportFailure) return { message: error.message, hint: error.hint };
  if (error instanceof OciError && error.status < 500 && error.status !== 429) {
    return { message: `The image cannot be imported: ${error.message}.`, hint: "Build and push it again." };
  }
  if (!isLast) return void 0;
  return { message: `After ${RETRIES + 1} attempts: ${messageOf(error)}`, hint: ASK_AGAIN };
}
function messageOf(error) {
  return Error.isError(error) ? error.message : String(error);
}
async function sleep(seconds) {
  if (seconds > 0) await new Promise((resolve3) => setTimeout(resolve3, seconds * 1e3));
}

// worker/src/imports/workflow.ts
var BLOBS_AT_ONCE = 4;
var MANIFESTS_A_STEP = 4;
var ImportWorkflow = class extends WorkflowEntrypoint2 {
  async run({ payload: request, instanceId }, workflowStep) {
    const bucket = openStore(this.env);
    const steps = new Steps(doStepOf(workflowStep), numberOf2(this.env.IMPORT_RETRY_DELAY));
    const progress = new Progress(bucket, request, instanceId);
    const open = /* @__PURE__ */ new Map();
    try {
      const patience = numberOf2(this.env.IMPORT_PATIENCE) ?? PATIENCE_S;
      const upstream = openUpstream(this.env, request, patience);
      const plan = await steps.do(
        "plan",
        () => planImport(request.digest, {
          bucket,
          fetchManifest: (digest) => upstream.manifest(digest),
          preferredPartSize: numberOf2(this.env.IMPORT_PART_SIZE)
        })
      );
      progress.begin(plan);
      await steps.do("report the plan", () => progress.write({ state: "running" }));
      const { repository } = request;
      const job = { repository, bucket, steps, progress, upstream, open, patience, partSize: plan.partSize };
      await someAtOnce2(plan.blobs, BLOBS_AT_ONCE, (blob, signal) => importBlob({ ...job, signal }, blob));
      await writeManifests(job, plan);
      await moveReference({ bucket, steps, progress }, request, this.env);
      await steps.do("report the end", () => progress.write({ state: "done" }));
    } catch (error) {
      if (isOfWorkflow(error)) throw error;
      await steps.do("give up", () => abortAll(bucket, open));
      await steps.do("report the failure", () => reportFailure(progress, error));
      throw error;
    }
  }
};
function doStepOf(step) {
  return (name, config, run) => step.do(name, config, run);
}
function openUpstream(env, { upstream }, patience) {
  return new UpstreamClient({
    upstream: findUpstream(env.UPSTREAMS, upstream.registry, upstream.repository),
    repository: upstream.repository,
    secrets: { ...env },
    patience
  });
}
async function writeManifests(job, { manifests }) {
  const { bucket, repository, steps, upstream } = job;
  for (let at = 0; at < manifests.length; at += MANIFESTS_A_STEP) {
    await steps.do(`manifests from ${at + 1}`, async () => {
      for (const digest of manifests.slice(at, at + MANIFESTS_A_STEP)) {
        await acceptManifest(bucket, repository, await upstream.manifest(digest));
      }
      return true;
    });
  }
}
async function moveReference({ bucket, steps, progress }, request, env) {
  const { repository, reference, digest } = request;
  if (!isTagged(request)) return;
  await steps.do(`tag ${reference}`, async () => {
    await progress.write({ state: "running" });
    await moveTag(bucket, repository, { tag: reference, digest, isImmutable: isImmutable(env, reference) });
    return true;
  });
}
async function abortAll(bucket, open) {
  for (const [data, uploadId] of open) {
    await bucket.resumeMultipartUpload(data, uploadId).abort().catch(() => void 0);
  }
  return open.size;
}
async function reportFailure(progress, error) {
  const failure = error instanceof ImportFailure ? { message: error.message, hint: error.hint } : { message: String(error), hint: ASK_AGAIN };
  try {
    await progress.write({ state: "failed", error: failure });
    return true;
  } catch (problem) {
    if (problem instanceof ImportFailure) return false;
    throw problem;
  }
}
async function someAtOnce2(items, limit, run) {
  const over = new AbortController();
  const waiting = items.values();
  const work = async () => {
    for (const item of waiting) {
      if (over.signal.aborted) return;
      await run(item, over.signal).catch((error) => over.abort(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  over.signal.throwIfAborted();
}
function isOfWorkflow(error) {
  return Error.isError(error) && error.message.startsWith("Aborting engine");
}
function numberOf2(setting) {
  const number = Number(setting);
  return number > 0 ? number : void 0;
}

// worker/src/uploads/upload-object.ts
import { DurableObject as DurableObject2 } from "cloudflare:workers";

// worker/src/uploads/budget.ts
var Budget = class {
  #total;
  #free;
  #waiting = [];
  constructor(total) {
    this.#total = total;
    this.#free = total;
  }
  /** @returns what gives the bytes back; may be called twice. More than the whole budget counts as all of it. */
  async acquire(bytes) {
    const claim = Math.min(bytes, this.#total);
    if (this.#waiting.length > 0 || claim > this.#free) {
      await new Promise((resolve3) => this.#waiting.push({ bytes: claim, start: resolve3 }));
    } else {
      this.#free -= claim;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#free += claim;
      this.#admit();
    };
  }
  #admit() {
    for (let next2 = this.#waiting[0]; next2 !== void 0 && next2.bytes <= this.#free; next2 = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next2.bytes;
      next2.start();
    }
  }
};

// worker/src/uploads/journal.ts
var TAIL_PIECE = 1024 * 1024;
var Journal = class {
  #storage;
  constructor(storage) {
    this.#storage = storage;
  }
  read() {
    return this.#storage.kv.get("upload");
  }
  write(record) {
    this.#storage.kv.put("upload", record);
  }
  /** A part is in R2: what was the tail is in it. */
  addPart(record, part) {
    this.#storage.transactionSync(() => {
      this.#clearTail();
      this.#storage.kv.put(key("part", part.partNumber), part);
      this.write(record);
    });
  }
  /** Keeps the bytes that don't fill a part, instead of those that were kept before. */
  setTail(record, tail) {
    this.#storage.transactionSync(() => {
      this.#clearTail();
      for (let at = 0; at < tail.length; at += TAIL_PIECE) {
        this.#storage.kv.put(key("tail", at / TAIL_PIECE), tail.slice(at, at + TAIL_PIECE));
      }
      this.write(record);
    });
  }
  parts() {
    return Array.from(this.#storage.kv.list({ prefix: "part:" }), ([, part]) => part);
  }
  tail() {
    const pieces = this.#storage.kv.list({ prefix: "tail:" });
    return Array.from(pieces, ([, bytes]) => bytes);
  }
  #clearTail() {
    const names = Array.from(this.#storage.kv.list({ prefix: "tail:" }), ([name]) => name);
    for (const name of names) this.#storage.kv.delete(name);
  }
};
function key(kind, number) {
  return `${kind}:${String(number).padStart(6, "0")}`;
}

// worker/src/uploads/whole.ts
var MiB2 = 1024 * 1024;
var MIN_SIZE = 5 * MiB2;
var MAX_SIZE = 4 * 1024 * MiB2;
var PIECE3 = MiB2;
function fitsOneObject(chunk) {
  const { body, start, length } = chunk;
  if (body === null || start !== void 0 || length === void 0) return false;
  return length >= MIN_SIZE && length <= MAX_SIZE;
}
async function putWhole(bucket, key2, { body, length }, algorithm) {
  const { readable, writable } = new FixedLengthStream(length);
  const stored = bucket.put(key2, readable);
  const digest = new crypto.DigestStream(algorithm === "sha256" ? "SHA-256" : "SHA-512");
  const copied = copy2(body, [writable.getWriter(), digest.getWriter()]);
  await Promise.all([stored, copied]);
  return `${algorithm}:${toHex(new Uint8Array(await digest.digest))}`;
}
async function copy2(body, sinks) {
  const reader = body.getReader({ mode: "byob" });
  try {
    for (; ; ) {
      const { value, done } = await readPiece2(reader, PIECE3);
      if (value !== void 0) await Promise.all(sinks.map((sink) => sink.write(value)));
      if (done) break;
    }
    await Promise.all(sinks.map((sink) => sink.close()));
  } catch (error) {
    await Promise.allSettled(sinks.map((sink) => sink.abort(error)));
    throw error;
  } finally {
    reader.releaseLock();
  }
}

// worker/src/uploads/writer.ts
var MiB3 = 1024 * 1024;
var MIN_PART2 = 5 * MiB3;
var MAX_PARTS2 = 1e4;
var IN_FLIGHT = 3;
var PIECE4 = 512 * 1024;
var TooLarge = class extends Error {
};
var PartWriter = class {
  #options;
  #inFlight = [];
  #multipart;
  #offset;
  #partNumber;
  constructor(options) {
    this.#options = options;
    this.#offset = options.record.offset;
    this.#partNumber = Math.floor(options.record.offset / (options.record.partSize ?? Infinity)) + 1;
  }
  /**
   * @returns whether the body was as long as announced; no more than that is taken
   * @throws what the body or R2 throws, with the journal in order
   */
  async append({ body, length }) {
    if (body === null) return (length ?? 0) === 0;
    const { record } = this.#options;
    record.partSize ??= partSizeFor2(length ?? 0);
    const end = length === void 0 ? Infinity : record.offset + length;
    const reader = body.getReader({ mode: "byob" });
    let buffer;
    try {
      for (let done = false; !done && this.#offset < end; ) {
        buffer ??= await this.#buffer(end - this.#offset);
        done = await this.#fill(buffer, reader);
        if (buffer.filled === record.partSize) {
          await this.#send(buffer);
          buffer = void 0;
        }
      }
      return length === void 0 || this.#offset === end && await isAtEnd(reader);
    } finally {
      reader.releaseLock();
      await this.#finish(buffer);
    }
  }
  /** Waits for the parts on their way, and keeps what fills none. */
  async #finish(buffer) {
    await Promise.allSettled(this.#inFlight.map(({ part }) => part));
    try {
      await this.#settle(0);
      if (buffer !== void 0) this.#keep(buffer);
    } finally {
      buffer?.release();
    }
  }
  /** Room for a part, holding what the last request left over. */
  async #buffer(expected) {
    const { record, journal, budget } = this.#options;
    const partSize = record.partSize ?? MIN_PART2;
    const left = this.#offset % partSize;
    const room = Math.min(partSize, left + expected);
    const release = await budget.acquire(room);
    const bytes = new Uint8Array(room);
    let filled = 0;
    if (left > 0) {
      for (const piece of journal.tail()) {
        bytes.set(piece, filled);
        filled += piece.length;
      }
    }
    return { bytes, filled, release };
  }
  /** Reads until the buffer is full or the body ends. @returns whether it ended. */
  async #fill(buffer, reader) {
    while (buffer.filled < buffer.bytes.length) {
      const { value, done } = await readPiece2(reader, Math.min(PIECE4, buffer.bytes.length - buffer.filled));
      if (value !== void 0) {
        this.#options.hash.update(value);
        buffer.bytes.set(value, buffer.filled);
        buffer.filled += value.length;
        this.#offset += value.length;
      }
      if (done) return true;
    }
    return false;
  }
  async #send(buffer) {
    const { bucket, journal, record, hash } = this.#options;
    const number = this.#partNumber++;
    if (number > MAX_PARTS2) throw new TooLarge();
    if (this.#multipart === void 0) {
      if (record.multipartId === void 0) {
        this.#multipart = await bucket.createMultipartUpload(dataKey(record.data));
        record.multipartId = this.#multipart.uploadId;
        journal.write(record);
      } else {
        this.#multipart = bucket.resumeMultipartUpload(dataKey(record.data), record.multipartId);
      }
    }
    const part = this.#multipart.uploadPart(number, buffer.bytes).finally(buffer.release);
    part.catch(() => void 0);
    this.#inFlight.push({ part, offset: this.#offset, hash: hash.save() });
    await this.#settle(IN_FLIGHT - 1);
  }
  /** Notes the oldest parts until no more than `left` are on their way. */
  async #settle(left) {
    const { journal, record } = this.#options;
    while (this.#inFlight.length > left) {
      const oldest = this.#inFlight[0];
      const part = await oldest.part;
      this.#inFlight.shift();
      record.offset = oldest.offset;
      record.hash = oldest.hash;
      journal.addPart(record, part);
    }
  }
  #keep(buffer) {
    const { journal, record, hash } = this.#options;
    record.offset = this.#offset;
    record.hash = hash.save();
    journal.setTail(record, buffer.bytes.subarray(0, buffer.filled));
  }
};
async function isAtEnd(reader) {
  const { done } = await reader.read(new Uint8Array(1));
  return done;
}
function partSizeFor2(length) {
  return Math.max(MIN_PART2, Math.ceil(length / MAX_PARTS2 / MiB3) * MiB3);
}

// worker/src/uploads/upload-object.ts
var BUDGET = new Budget(48 * 1024 * 1024);
var UploadObject = class extends DurableObject2 {
  #bucket;
  /** Milliseconds: an upload that nobody has touched for this long is given up, with its bytes. */
  #expiry;
  #journal;
  /** One request after the other: a client that resumes may come before its broken connection is noticed. */
  #last = Promise.resolve();
  constructor(ctx, env) {
    super(ctx, env);
    this.#bucket = openStore(env);
    this.#expiry = timesOf(env).uploadExpiry;
    this.#journal = new Journal(ctx.storage);
  }
  async start(repository, algorithm) {
    if (this.#journal.read() === void 0) {
      this.#journal.write({ repository, algorithm, data: crypto.randomUUID(), offset: 0 });
      await this.#postpone();
    }
    return { ok: true, offset: 0 };
  }
  status(repository) {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      return record === void 0 ? refuse("unknown", 0) : { ok: true, offset: record.offset };
    });
  }
  append(repository, chunk) {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      if (record === void 0) return refuseUnread("unknown", 0, chunk);
      await this.#postpone();
      return this.#append(record, chunk);
    });
  }
  finish(repository, digest, chunk) {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      if (record === void 0) return refuseUnread("unknown", 0, chunk);
      if (record.digest === void 0) {
        const appended = await this.#append(record, chunk);
        if (!appended.ok) return appended;
        const actual = await this.#complete(record, digest);
        if (actual !== digest) {
          await this.#discard(record);
          return { ...refuse("digest", 0), detail: `the bytes are ${actual}, not ${digest}` };
        }
        record.digest = digest;
        this.#journal.write(record);
      } else if (record.digest !== digest) {
        return {
          ...refuse("digest", record.offset),
          detail: `the bytes are ${record.digest}, not ${digest}`
        };
      } else if (await this.#isCollected(record, digest)) {
        await this.#forget();
        return refuse("unknown", 0);
      }
      await this.#publish(record, digest);
      await this.#forget();
      return { ok: true, offset: record.offset };
    });
  }
  cancel(repository) {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      if (record === void 0) return refuse("unknown", 0);
      await this.#discard(record);
      return { ok: true, offset: 0 };
    });
  }
  async alarm() {
    await this.#inTurn(async () => {
      const record = this.#journal.read();
      if (record !== void 0) await this.#discard(record);
    });
  }
  #find(repository) {
    const record = this.#journal.read();
    return record?.repository === repository ? record : void 0;
  }
  async #append(record, chunk) {
    const { offset } = record;
    if (chunk.start !== void 0 && chunk.start !== offset) return refuseUnread("offset", offset, chunk);
    if (chunk.body === null) return chunk.length ? refuse("length", offset) : { ok: true, offset };
    try {
      if (offset === 0 && fitsOneObject(chunk)) {
        record.whole = await putWhole(this.#bucket, dataKey(record.data), chunk, record.algorithm);
        record.offset = chunk.length;
        this.#journal.write(record);
        return { ok: true, offset: record.offset };
      }
      if (record.whole !== void 0) await this.#cut(record);
      if (!await this.#writer(record).append(chunk)) return refuse("length", record.offset);
    } catch (error) {
      if (error instanceof TooLarge) return refuse("size", record.offset);
      if (error instanceof Stalled) return refuse("stalled", record.offset);
      throw error;
    }
    return { ok: true, offset: record.offset };
  }
  #writer(record) {
    return new PartWriter({
      bucket: this.#bucket,
      journal: this.#journal,
      budget: BUDGET,
      hash: openHash(record.algorithm, record.hash),
      record
    });
  }
  /** Cuts what came in one piece into parts after all, because more follows. */
  async #cut(record) {
    const before = dataKey(record.data);
    const object = await this.#bucket.get(before);
    if (object === null) throw new Error(`${before} is gone`);
    const { whole: _, ...rest } = record;
    const parts = { ...rest, data: crypto.randomUUID(), offset: 0 };
    await this.#writer(parts).append({ body: object.body, length: object.size });
    delete record.whole;
    Object.assign(record, parts);
    this.#journal.write(record);
    await this.#bucket.delete(before);
  }
  /** Puts all bytes into one object of R2. @returns their digest, by the wanted one's algorithm. */
  async #complete(record, wanted) {
    const { algorithm } = parseDigest(wanted);
    const key2 = dataKey(record.data);
    if (record.whole !== void 0) {
      return record.algorithm === algorithm ? record.whole : await this.#readBack(key2, algorithm);
    }
    const tail = new Uint8Array(await new Blob(this.#journal.tail()).arrayBuffer());
    if (record.multipartId === void 0) {
      const digest = await digestOf(tail, algorithm);
      if (digest === wanted) await this.#bucket.put(key2, tail);
      return digest;
    }
    const parts = this.#journal.parts();
    const multipart = this.#bucket.resumeMultipartUpload(key2, record.multipartId);
    if (record.algorithm === algorithm) {
      const digest = `${algorithm}:${openHash(algorithm, record.hash).digest()}`;
      if (digest !== wanted) return digest;
    }
    if (tail.length > 0) parts.push(await multipart.uploadPart(parts.length + 1, tail));
    await this.#assemble(record, () => multipart.complete(parts));
    return record.algorithm === algorithm ? wanted : await this.#readBack(key2, algorithm);
  }
  /** Completing twice fails, although the first time may have succeeded without an answer. */
  async #assemble(record, complete2) {
    try {
      await complete2();
    } catch (error) {
      const object = await this.#bucket.head(dataKey(record.data));
      if (object?.size !== record.offset) throw error;
    }
  }
  /** For the client that names its algorithm only at the end. */
  async #readBack(key2, algorithm) {
    const object = await this.#bucket.get(key2);
    if (object === null) throw new Error(`${key2} is gone`);
    const digest = new crypto.DigestStream(algorithm === "sha256" ? "SHA-256" : "SHA-512");
    await object.body.pipeTo(digest);
    return `${algorithm}:${toHex(new Uint8Array(await digest.digest))}`;
  }
  async #publish(record, digest) {
    const mine = { data: dataKey(record.data), size: record.offset };
    const pointer = await publishBlob(this.#bucket, digest, mine);
    await linkBlob(this.#bucket, record.repository, digest, pointer);
    if (pointer.data !== mine.data) await this.#bucket.delete(mine.data);
  }
  /** What was published and never linked is garbage after a while, like any other blob. */
  async #isCollected(record, digest) {
    if (await this.#bucket.head(dataKey(record.data)) !== null) return false;
    return await findAnywhere(this.#bucket, digest) === void 0;
  }
  async #discard(record) {
    if (record.digest === void 0) {
      if (record.multipartId !== void 0) {
        const multipart = this.#bucket.resumeMultipartUpload(dataKey(record.data), record.multipartId);
        await multipart.abort().catch(() => void 0);
      }
      await this.#bucket.delete(dataKey(record.data));
    } else {
      const pointer = await findPointer(this.#bucket, record.digest);
      if (pointer?.data !== dataKey(record.data)) await this.#bucket.delete(dataKey(record.data));
    }
    await this.#forget();
  }
  async #forget() {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }
  async #postpone() {
    await this.ctx.storage.setAlarm(Date.now() + this.#expiry);
  }
  #inTurn(run) {
    const result = this.#last.then(run);
    this.#last = result.catch(() => void 0);
    return result;
  }
};
function refuse(reason, offset) {
  return { ok: false, reason, offset };
}
async function refuseUnread(reason, offset, { body }) {
  await body?.cancel();
  return refuse(reason, offset);
}

// worker/src/index.ts
var app = createApp();
var index_default = {
  fetch: (request, env, context) => app.fetch(request, env, context),
  // Cloudflare's times are never this text: it is what `serve` sends when it starts (src/workerd/runtime.ts).
  scheduled: async ({ cron, scheduledTime }, env) => {
    if (cron !== "@start") {
      await startCollection(env, { dryRun: false });
      return;
    }
    await resumeImports(retryingBucket(env.BUCKET), env.IMPORTS, scheduledTime);
    await resumeCollection(env, scheduledTime);
  }
};
export {
  CollectionWorkflow,
  CollectorObject,
  ImportWorkflow,
  UploadObject,
  index_default as default
};
