var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// node_modules/hono/dist/http-exception.js
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

// node_modules/hono/dist/request/constants.js
var GET_MATCH_RESULT = /* @__PURE__ */ Symbol();

// node_modules/hono/dist/utils/buffer.js
var bufferToFormData = (arrayBuffer, contentType) => {
  return new Response(arrayBuffer, { headers: { "Content-Type": contentType.replace(/^[^;]+/, (mediaType) => mediaType.toLowerCase()) } }).formData();
};

// node_modules/hono/dist/utils/body.js
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
  const form2 = /* @__PURE__ */ Object.create(null);
  const nestingState = { count: 0 };
  formData.forEach((value, key2) => {
    if (!(options.all || key2.endsWith("[]"))) form2[key2] = value;
    else handleParsingAllValues(form2, key2, value);
  });
  if (options.dot) Object.entries(form2).forEach(([key2, value]) => {
    if (key2.includes(".")) {
      handleParsingNestedValues(form2, key2, value, nestingState);
      delete form2[key2];
    }
  });
  return form2;
}
var handleParsingAllValues = (form2, key2, value) => {
  if (form2[key2] !== void 0) {
    if (Array.isArray(form2[key2])) form2[key2].push(value);
    else form2[key2] = [form2[key2], value];
  } else if (!key2.endsWith("[]")) form2[key2] = value;
  else form2[key2] = [value];
};
var handleParsingNestedValues = (form2, key2, value, state) => {
  if (/(?:^|\.)__proto__\./.test(key2)) return;
  let nestedForm = form2;
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

// node_modules/hono/dist/utils/url.js
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
  const segments2 = path2.split("/");
  const results = [];
  let basePath = "";
  segments2.forEach((segment) => {
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
  return results.filter((v2, i, a) => a.indexOf(v2) === i);
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

// node_modules/hono/dist/request.js
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

// node_modules/hono/dist/utils/html.js
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
var escapeRe = /[&<>'"]/;
var stringBufferToString = async (buffer, callbacks) => {
  let str = "";
  callbacks ||= [];
  const resolvedBuffer = await Promise.all(buffer);
  for (let i = resolvedBuffer.length - 1; ; i--) {
    str += resolvedBuffer[i];
    i--;
    if (i < 0) break;
    let r = resolvedBuffer[i];
    if (r == null || typeof r === "boolean") continue;
    if (typeof r === "number") {
      str += r;
      continue;
    }
    if (typeof r === "object") callbacks.push(...r.callbacks || []);
    const isEscaped = r.isEscaped;
    r = await (typeof r === "object" ? r.toString() : r);
    if (typeof r === "object") callbacks.push(...r.callbacks || []);
    if (r.isEscaped ?? isEscaped) str += r;
    else {
      const buf = [str];
      escapeToBuffer(r, buf);
      str = buf[0];
    }
  }
  return raw(str, callbacks);
};
var escapeToBuffer = (str, buffer) => {
  const match2 = str.search(escapeRe);
  if (match2 === -1) {
    buffer[0] += str;
    return;
  }
  let escape;
  let index;
  let lastIndex = 0;
  for (index = match2; index < str.length; index++) {
    switch (str.charCodeAt(index)) {
      case 34:
        escape = "&quot;";
        break;
      case 39:
        escape = "&#39;";
        break;
      case 38:
        escape = "&amp;";
        break;
      case 60:
        escape = "&lt;";
        break;
      case 62:
        escape = "&gt;";
        break;
      default:
        continue;
    }
    buffer[0] += str.substring(lastIndex, index) + escape;
    lastIndex = index + 1;
  }
  buffer[0] += str.substring(lastIndex, index);
};
var resolveCallbackSync = (str) => {
  const callbacks = str.callbacks;
  if (!callbacks?.length) return str;
  const buffer = [str];
  const context = {};
  callbacks.forEach((c) => c({
    phase: HtmlEscapedCallbackPhase.Stringify,
    buffer,
    context
  }));
  return buffer[0];
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

// node_modules/hono/dist/context.js
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
      for (const [k, v2] of this.#res.headers.entries()) {
        if (k === "content-type") continue;
        if (k === "set-cookie") {
          const cookies = this.#res.headers.getSetCookie();
          _res.headers.delete("set-cookie");
          for (const cookie of cookies) _res.headers.append("set-cookie", cookie);
        } else _res.headers.set(k, v2);
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
        let count3 = 0;
        for (const k in headers) if (++count3 > 1 || typeof headers[k] !== "string") {
          responseHeaders = new Headers();
          break;
        }
      }
      if (responseHeaders) for (const k in headers) {
        const v2 = headers[k];
        if (typeof v2 === "string") responseHeaders.set(k, v2);
        else {
          responseHeaders.delete(k);
          for (const v22 of v2) responseHeaders.append(k, v22);
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
  html = (html2, arg, headers) => {
    const res = (html3) => this.#newResponse(html3, arg, setDefaultContentType("text/html; charset=UTF-8", headers));
    return typeof html2 === "object" ? resolveCallback(html2, HtmlEscapedCallbackPhase.Stringify, false, {}).then(res) : res(html2);
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

// node_modules/hono/dist/compose.js
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

// node_modules/hono/dist/helper/route/index.js
var matchedRoutes = (c) => c.req[GET_MATCH_RESULT][0].map(([[, route]]) => route);
var routePath = (c, index) => matchedRoutes(c).at(index ?? c.req.routeIndex)?.path ?? "";

// node_modules/hono/dist/router.js
var METHOD_NAME_ALL = "ALL";
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

// node_modules/hono/dist/utils/constants.js
var COMPOSED_HANDLER = "__COMPOSED_HANDLER";

// node_modules/hono/dist/utils/mount.js
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

// node_modules/hono/dist/hono-base.js
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
  request = (input2, requestInit, Env, executionCtx) => {
    if (input2 instanceof Request) return this.fetch(requestInit ? new Request(input2, requestInit) : input2, Env, executionCtx);
    input2 = input2.toString();
    return this.fetch(new Request(/^https?:\/\//.test(input2) ? input2 : `http://localhost${mergePath("/", input2)}`, requestInit), Env, executionCtx);
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

// node_modules/hono/dist/router/utils.js
var createNullObject = () => /* @__PURE__ */ Object.create(null);

// node_modules/hono/dist/router/reg-exp-router/matcher.js
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

// node_modules/hono/dist/router/reg-exp-router/node.js
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

// node_modules/hono/dist/router/reg-exp-router/trie.js
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
    regexp = regexp.replace(/#(\d+)|@(\d+)|\.\*\$/g, (_2, handlerIndex, paramIndex) => {
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

// node_modules/hono/dist/router/reg-exp-router/router.js
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

// node_modules/hono/dist/router/smart-router/router.js
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

// node_modules/hono/dist/router/trie-router/node.js
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
              for (const _2 in child.#children) {
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

// node_modules/hono/dist/router/trie-router/router.js
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

// node_modules/hono/dist/hono.js
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

// node_modules/hono/dist/router/pattern-router/router.js
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

// src/oci/reserved.ts
var RESERVED = [
  "v2",
  "api",
  "token",
  "healthz",
  "search",
  "assets",
  "favicon.ico",
  "robots.txt"
];
function isReserved(repository) {
  return RESERVED.includes(repository.split("/", 1)[0] ?? "");
}

// worker/src/routes/parameters.ts
var MAX_TAGS = 100;
var MAX_PAGE = 1e3;
function repositoryOf(c) {
  return asRepository(c.req.param("name") ?? "");
}
function newRepositoryOf(c) {
  const name = repositoryOf(c);
  if (!isReserved(name)) return name;
  throw new OciError(
    "NAME_INVALID",
    `no name can begin with "${name.split("/", 1)[0]}": the registry needs ${RESERVED.join(", ")} itself`
  );
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
function tagsToMove(c) {
  const tags = new Set((c.req.queries("tag") ?? []).map(asTag));
  if (tags.size <= MAX_TAGS) return [...tags];
  const message2 = `one push gives a manifest at most ${MAX_TAGS} tags, not ${tags.size}`;
  throw new OciError("TAG_INVALID", message2, { status: 414 });
}
function pageSizeOf(c) {
  const n = c.req.query("n");
  if (n === void 0) return MAX_PAGE;
  if (/^\d+$/.test(n)) return Math.min(Number(n), MAX_PAGE);
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

// node_modules/jose/dist/webapi/lib/buffer_utils.js
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
function encodeBase64(input2, url = false) {
  if (Uint8Array.prototype.toBase64)
    return input2.toBase64({ alphabet: url ? "base64url" : "base64", omitPadding: url });
  const CHUNK_SIZE = 32768, arr = [];
  for (let i = 0; i < input2.length; i += CHUNK_SIZE)
    arr.push(String.fromCharCode.apply(null, input2.subarray(i, i + CHUNK_SIZE)));
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

// node_modules/jose/dist/webapi/util/errors.js
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

// node_modules/jose/dist/webapi/util/base64url.js
var invalid = "The input to be decoded is not correctly encoded.";
function decode(input2) {
  try {
    return decodeBase64(typeof input2 == "string" ? input2 : decoder.decode(input2), true);
  } catch (cause) {
    throw new TypeError(invalid, { cause });
  }
}
function encode2(input2) {
  return encodeBase64(typeof input2 == "string" ? encoder.encode(input2) : input2, true);
}

// node_modules/jose/dist/webapi/lib/validate.js
function isObject(input2) {
  if (typeof input2 != "object" || input2 === null || Object.prototype.toString.call(input2) !== "[object Object]")
    return false;
  const prototype = Object.getPrototypeOf(input2);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function isJwkSet(input2) {
  return isObject(input2) && Array.isArray(input2.keys) && Array.from(input2.keys).every(isObject);
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
  let parsed2;
  try {
    parsed2 = JSON.parse(strictDecoder.decode(decode(encodedProtectedHeader)));
  } catch (cause) {
    throw new ErrorClass(message2, { cause });
  }
  if (!isObject(parsed2))
    throw new ErrorClass(message2);
  return parsed2;
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
  if (!Array.isArray(protectedHeader.crit) || protectedHeader.crit.length === 0 || protectedHeader.crit.some((input2) => typeof input2 != "string" || input2.length === 0))
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
  let serialized, parsed2;
  try {
    serialized = JSON.stringify(header), parsed2 = JSON.parse(serialized);
  } catch (cause) {
    throw new Err("JOSE Header is not valid JSON", { cause });
  }
  if (!isObject(parsed2))
    throw new Err("JOSE Header is not a JSON object");
  return [parsed2, serialized];
}

// node_modules/jose/dist/webapi/lib/key.js
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
    const isPublic2 = keyObject.type === "public", crv = nist[keyObject.asymmetricKeyDetails?.namedCurve], params = entry.resolve?.({ crv, asymmetricKeyType: keyObject.asymmetricKeyType }) ?? entry.subtle;
    return cached[alg] = keyObject.toCryptoKey(params, isPublic2, entry.usages[isPublic2 ? 0 : 1]);
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

// node_modules/jose/dist/webapi/lib/key_descriptor.js
function table(entries) {
  const out = { __proto__: null };
  for (const alg in entries)
    out[alg] = { ...entries[alg], alg };
  return out;
}

// node_modules/jose/dist/webapi/lib/jws_algorithms.js
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

// node_modules/jose/dist/webapi/lib/jws_verify.js
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

// node_modules/jose/dist/webapi/lib/jwt_claims_set.js
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
function validateInput(label, input2) {
  if (!Number.isFinite(input2))
    throw new TypeError(`Invalid ${label} input`);
  return input2;
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

// node_modules/jose/dist/webapi/jwt/verify.js
async function jwtVerify(jwt, key2, options) {
  const [verified, b64] = await verifyCompact(jwt, prepareVerify(options), key2);
  if (!b64)
    throw new JWTInvalid("JWTs MUST NOT use unencoded payload");
  const payload = validateClaimsSet(verified.protectedHeader, verified.payload, options);
  return { ...verified, payload };
}

// node_modules/jose/dist/webapi/lib/jws_sign.js
async function createSignature(input2, key2, rejectUnencoded) {
  let [payload, protectedHeader, unprotectedHeader, crit] = input2, encodedProtectedHeader = "";
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
    const encodedPayloadCache = input2[4];
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

// node_modules/jose/dist/webapi/jwt/sign.js
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

// node_modules/jose/dist/webapi/jwks/local.js
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
    const candidates = snapshot.keys.filter((_2, index) => isUsableJWK(metadata[index], entry, alg, kid)), { 0: jwk, length } = candidates;
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

// node_modules/jose/dist/webapi/util/decode_jwt.js
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
function aboveZero(setting) {
  const number = Number(setting);
  return number > 0 ? number : void 0;
}

// worker/src/access/issuer-keys.ts
var KEPT = 6e5;
var COOLDOWN = 1e3;
var PATIENCE = 5e3;
var LOOK_EVERY = 20;
var keySets = /* @__PURE__ */ new Map();
function issuerKeys(url) {
  return async (header, token) => {
    const set = keySets.get(url) ?? { keys: void 0, fetchedAt: 0, askedAt: 0, isAsking: false };
    keySets.set(url, set);
    const known3 = Date.now() - set.fetchedAt < KEPT ? set.keys : void 0;
    if (known3 !== void 0) {
      try {
        return await known3(header, token);
      } catch (error) {
        if (!(error instanceof errors_exports.JWKSNoMatchingKey)) throw error;
        if (Date.now() - set.askedAt < COOLDOWN) throw error;
      }
    }
    return (await refresh(url, set))(header, token);
  };
}
async function refresh(url, set) {
  const begun = Date.now();
  if (isAsking(set)) {
    while (isAsking(set)) await new Promise((resolve3) => setTimeout(resolve3, LOOK_EVERY));
    if (set.keys !== void 0 && set.fetchedAt >= begun) return set.keys;
    throw new Error("the keys could not be fetched just now");
  }
  set.askedAt = begun;
  set.isAsking = true;
  try {
    set.keys = createLocalJWKSet(await fetchKeys(url));
    set.fetchedAt = Date.now();
    return set.keys;
  } finally {
    set.isAsking = false;
  }
}
function isAsking({ isAsking: is, askedAt }) {
  return is && Date.now() - askedAt < PATIENCE;
}
async function fetchKeys(url) {
  const response = await fetch(`${url.replace(/\/$/, "")}/.well-known/jwks`, {
    headers: { Accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE)
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the issuer answered ${response.status} for its keys`);
  }
  const keys = await response.json();
  return keys;
}

// worker/src/access/oidc.ts
var GITHUB = "https://token.actions.githubusercontent.com";
var LEEWAY = 30;
var MAX_AGE = 3600;
function parseIssuer(url = GITHUB, audience = "") {
  const parsed2 = URL.parse(url);
  const isLoopback3 = parsed2 !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed2.hostname);
  if (parsed2?.protocol !== "https:" && !(parsed2?.protocol === "http:" && isLoopback3)) {
    throw new SettingsError("OIDC_ISSUER is not an https address");
  }
  return { url, audience };
}
async function verifyOidcToken(token, issuer) {
  if (issuer.audience === "") throw new SettingsError("OIDC_AUDIENCE is missing");
  try {
    const { payload } = await jwtVerify(token, issuerKeys(issuer.url), {
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
  return error instanceof errors_exports.JOSEError && !(error instanceof errors_exports.JWKSInvalid);
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
function listOf({ at: at2, value }) {
  if (!Array.isArray(value)) throw new SettingsError(`${at2} is not a list`);
  return value.map((item, index) => ({ at: `${at2}[${index}]`, value: item }));
}
function fieldsOf({ at: at2, value }, keys) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SettingsError(`${at2} is not an object`);
  }
  const unknown3 = Object.keys(value).find((key2) => !keys.includes(key2));
  if (unknown3 !== void 0) {
    throw new SettingsError(`${at2} has "${unknown3}"; what it can have is ${keys.join(", ")}`);
  }
  const given = value;
  const fields = keys.map((key2) => [key2, { at: `${at2}.${key2}`, value: given[key2] }]);
  return Object.fromEntries(fields);
}
function textOf({ at: at2, value }) {
  if (typeof value === "string" && value !== "") return value;
  throw new SettingsError(`${at2} is ${value === void 0 ? "missing" : "not a text"}`);
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
function repositoryIdOf({ at: at2, value }) {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string" && /^\d{1,20}$/.test(text)) return text;
  throw new SettingsError(`${at2} is not a number: "gh api repos/OWNER/NAME --jq .id" tells it`);
}

// worker/src/access/policy.ts
var policies = /* @__PURE__ */ new WeakMap();
function policyOf(settings) {
  const known3 = policies.get(settings);
  if (known3) return known3;
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
function formatScopes(scopes) {
  return scopes.map(({ type, name, actions }) => `${type}:${name}:${actions.join(",")}`).join(" ");
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
var maySee = async (c, next2) => {
  const name = repositoryOf(c);
  const sees = await visibleNames(c);
  if (sees?.(name) === false) throw new OciError("DENIED", `you may not see ${name}`);
  await next2();
};
async function visibleNames(c) {
  if (isGranted(anonymous(c.env).grants, "pull")) return void 0;
  const { kind, grants } = await callerOf(c).catch((error) => {
    if (error instanceof OciError && error.status === 401) throw askToSignIn(error.message);
    throw error;
  });
  if (kind === "anonymous")
    throw askToSignIn("this registry is private: sign in with a token as the password");
  return (name) => isGranted(grants, "pull", name);
}
function askToSignIn(message2) {
  return new OciError("UNAUTHORIZED", message2, {
    headers: { "WWW-Authenticate": 'Basic realm="registry", charset="UTF-8"' }
  });
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
  const known3 = c.get("caller");
  if (known3 !== void 0) return known3;
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

// worker/src/answers.ts
var METHODS2 = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
function answerError(error) {
  if (error instanceof OciError) return error;
  console.error(error);
  if (error instanceof SettingsError) {
    return new OciError("UNKNOWN", `the registry is not set up right: ${error.message}`);
  }
  return new OciError("UNKNOWN", "something went wrong here: try again");
}
function answerUnknown(app2, { req: { method, path: path2 } }) {
  const methods = METHODS2.filter((each) => hasRoute(app2, each === "HEAD" ? "GET" : each, path2));
  if (methods.length === 0 || methods.includes(method)) {
    return new OciError("NAME_UNKNOWN", `there is nothing at ${path2}`);
  }
  const headers = { Allow: methods.join(", ") };
  return new OciError("UNSUPPORTED", `${method} is not possible at ${path2}`, { headers });
}
function hasRoute(app2, method, path2) {
  const [found] = app2.router.match(method, path2);
  return found.some(([[, route]]) => route.method !== METHOD_NAME_ALL);
}

// worker/src/observation/pulls.ts
var MAX_INDEX = 96;
var KINDS = /* @__PURE__ */ new Map([
  ["/v2/:name/manifests/:reference", "manifest"],
  ["/v2/:name/blobs/:digest", "blob"],
  ["/:name/-/files/:reference/:path", "file"]
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
  c.set("requestId", id);
  await next2();
  c.res.headers.set("X-Request-Id", id);
  const { REQUEST_LOG, PULLS } = c.env;
  if (REQUEST_LOG !== "on" && PULLS === void 0) return;
  const observed = describe(c, id, Date.now() - start);
  if (REQUEST_LOG === "on") console.log(JSON.stringify(observed));
  if (PULLS !== void 0) writePull(PULLS, observed);
};
function describe(c, id, duration) {
  const { method } = c.req;
  const path2 = matchedRoutes(c)[c.req.routeIndex]?.path ?? "";
  const route = path2 === "*" || path2 === "/*" ? "" : path2.replaceAll(/\{[^}]*\}/g, "");
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
  const source = route.replace(":name", "(?<name>.+?)").replace(/:(?:reference|digest)/, "(?<reference>[^/]+)").replace(/:(?:id|path|range)/, ".+");
  const { name, reference } = new RegExp(`^${source}$`).exec(path2)?.groups ?? {};
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
async function readCatalog(c) {
  const limit = pageSizeOf(c);
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
  return [`imports/${repository}/_/`, ...folders.map((folder2) => `repositories/${repository}/${folder2}`)];
}
function manifestKey(repository, digest) {
  return `repositories/${repository}/_manifests/${path(digest)}`;
}
var KINDS2 = { blobs: "blob", manifests: "manifest", referrers: "referrer", tags: "tag" };
function parseRepositoryKey(key2) {
  const match2 = /^repositories\/(.+?)\/_(blobs|manifests|referrers|tags)\/(.+)$/.exec(key2);
  if (match2 === null) return void 0;
  const [, repository = "", folder2 = "", rest = ""] = match2;
  const kind = KINDS2[folder2];
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
var CATALOGUE_KEY = "catalogue/list.json";
function modelKey(repository) {
  return `catalogue/models/${repository}`;
}
function inspectionPrefix(repository) {
  return `catalogue/images/${repository}/_/`;
}
function inspectionKey(repository, digest) {
  return inspectionPrefix(repository) + path(digest);
}

// worker/src/storage/list.ts
async function* listAll(bucket, options) {
  let cursor;
  do {
    const page = await bucket.list(cursor === void 0 ? options : { ...options, cursor });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : void 0;
  } while (cursor !== void 0);
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

// worker/src/in-time.ts
async function inTime(running, seconds, late) {
  const { promise, reject } = Promise.withResolvers();
  const timer = setTimeout(() => reject(late()), seconds * 1e3);
  try {
    return await Promise.race([running, promise]);
  } finally {
    clearTimeout(timer);
  }
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
var PATIENCE_S = 30;
function retryingBucket(env) {
  const { BUCKET: bucket, STORAGE_PATIENCE } = env;
  const patience = aboveZero(STORAGE_PATIENCE) ?? PATIENCE_S;
  const late = () => new Error(`R2 did not answer within ${patience} s`);
  const again = (run) => retry(() => inTime(run(), patience, late), isPassing);
  return {
    head: (key2) => again(() => bucket.head(key2)),
    get: (key2, options) => again(() => bucket.get(key2, options)),
    put: (key2, value, options) => {
      const put = () => bucket.put(key2, value, options);
      return value instanceof ReadableStream ? put() : again(put);
    },
    delete: (keys) => again(() => bucket.delete(keys)),
    list: (options) => again(() => bucket.list(options)),
    createMultipartUpload: async (key2) => retryingUpload(await again(() => bucket.createMultipartUpload(key2)), again),
    resumeMultipartUpload: (key2, id) => retryingUpload(bucket.resumeMultipartUpload(key2, id), again)
  };
}
function retryingUpload(upload, again) {
  return {
    uploadId: upload.uploadId,
    uploadPart: (number, value) => {
      const put = () => upload.uploadPart(number, value);
      return value instanceof ReadableStream ? put() : again(put);
    },
    complete: (parts) => retry(() => upload.complete(parts), isPassing),
    abort: () => again(() => upload.abort())
  };
}

// worker/src/storage/store.ts
function openStore(env) {
  return {
    ...retryingBucket(env),
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

// worker/src/storage/manifests.ts
var JUST_WRITTEN = 2e3;
var READS_AT_ONCE = 6;
var PAGE_RECORDS = 500;
var PAGE_BYTES = 4 * 1024 * 1024;
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
  if (before !== null && isJustWritten(store, before, manifest.mediaType)) return;
  if (before !== null && condemnedAt(before) !== void 0) await store.keep([key2]);
  await store.put(key2, manifest.bytes, {
    httpMetadata: { contentType: manifest.mediaType }
  });
}
function isJustWritten(store, object, mediaType) {
  return !hasToBeKept(store, object) && object.httpMetadata?.contentType === mediaType && Date.now() - object.uploaded.getTime() < JUST_WRITTEN;
}
async function removeManifest(bucket, repository, digest) {
  await bucket.delete(manifestKey(repository, digest));
}
async function writeReferrer(bucket, repository, subject, descriptor2) {
  const key2 = referrerKey(repository, subject, descriptor2.digest);
  const record = JSON.stringify(descriptor2);
  if (await (await bucket.get(key2))?.text() !== record) await bucket.put(key2, record);
}
async function removeReferrer(bucket, repository, subject, digest) {
  await bucket.delete(referrerKey(repository, subject, digest));
}
async function listReferrers(bucket, repository, { subject, after }) {
  const { keys, more } = await keysOfPage(bucket, {
    prefix: referrerPrefix(repository, subject),
    limit: PAGE_RECORDS + 1,
    ...after === void 0 ? {} : { startAfter: referrerKey(repository, subject, after) }
  });
  const referrers = [];
  for (let at2 = 0; at2 < keys.length; at2 += READS_AT_ONCE) {
    const texts2 = keys.slice(at2, at2 + READS_AT_ONCE).map(async (key2) => (await bucket.get(key2))?.text());
    for (const text of await Promise.all(texts2)) {
      if (text !== void 0) referrers.push(JSON.parse(text));
    }
  }
  return { referrers, last: more ? parseRepositoryKey(keys.at(-1) ?? "")?.digest : void 0 };
}
async function keysOfPage(bucket, options) {
  const keys = [];
  let bytes = 0;
  for await (const { key: key2, size } of listAll(bucket, options)) {
    bytes += size;
    if (keys.length === PAGE_RECORDS || keys.length > 0 && bytes > PAGE_BYTES) return { keys, more: true };
    keys.push(key2);
  }
  return { keys, more: false };
}

// worker/src/storage/tags.ts
var ATTEMPTS2 = 5;
var IMAGE_ANNOTATION = "ai.depot.image";
async function resolveTag(bucket, repository, tag2) {
  const object = await bucket.head(tagKey(repository, tag2));
  return object === null ? void 0 : digestOfTag(object);
}
async function moveTag(bucket, repository, { tag: tag2, digest, isImmutable: isImmutable2, check }) {
  const key2 = tagKey(repository, tag2);
  const image = tag2.includes("-") ? await imageOf(bucket, repository, digest) : void 0;
  for (let attempt = 1; attempt <= ATTEMPTS2; attempt++) {
    const before = await bucket.head(key2);
    const current = before === null ? void 0 : digestOfTag(before);
    if (attempt === 1 || current !== digest) check?.(current);
    if (current === digest) return;
    if (isImmutable2 && current !== void 0) throw cannotMove(tag2, current);
    const written = await bucket.put(key2, digest, {
      customMetadata: image === void 0 ? { digest } : { digest, image },
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
async function* allTags(bucket, repository) {
  const prefix = tagPrefix(repository);
  for await (const object of listAll(bucket, { prefix, include: ["customMetadata"] })) {
    yield {
      tag: object.key.slice(prefix.length),
      digest: digestOfTag(object),
      movedAt: object.uploaded,
      image: digestOrNone(object.customMetadata?.["image"])
    };
  }
}
async function tagsOf(bucket, repository, digest) {
  const tags = [];
  for await (const named of allTags(bucket, repository)) if (named.digest === digest) tags.push(named.tag);
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
async function imageOf(bucket, repository, digest) {
  const manifest = await readManifest(bucket, repository, digest);
  const text = await manifest?.object.text() ?? "";
  if (!text.includes(IMAGE_ANNOTATION)) return void 0;
  try {
    const { annotations } = JSON.parse(text);
    return digestOrNone(annotations?.[IMAGE_ANNOTATION]);
  } catch {
    return void 0;
  }
}
function digestOrNone(value) {
  return typeof value === "string" && isDigest(value) ? value : void 0;
}
function cannotMove(tag2, before) {
  const message2 = `the tag ${tag2} is immutable here, and names ${before}: push under another tag`;
  return new OciError("DENIED", message2, { status: 409 });
}

// src/oci/media-types.ts
var MEDIA_TYPE = {
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
  MEDIA_TYPE.index,
  MEDIA_TYPE.manifest,
  MEDIA_TYPE.dockerIndex,
  MEDIA_TYPE.dockerManifest
];
function isIndexType(mediaType) {
  return mediaType === MEDIA_TYPE.index || mediaType === MEDIA_TYPE.dockerIndex;
}

// worker/src/manifests/document.ts
var MAX_REFERENCES = 2e3;
function parseDocument(bytes, mediaType) {
  const json = parseJson(bytes, mediaType);
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
function parseJson(bytes, mediaType) {
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
var ELSEWHERE = /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.v1|docker\.image\.rootfs\.foreign\.diff)\.tar(?:[.+]|$)/;
function isElsewhere({ mediaType }) {
  return ELSEWHERE.test(mediaType);
}
function descriptors(value, name) {
  if (value === void 0 || value === null) return [];
  if (!Array.isArray(value)) throw invalid2(`${name} is not a list`);
  return value.map((item, index) => descriptor(item, `${name}[${index}]`));
}
function descriptor(value, name) {
  const { digest, mediaType, size } = value ?? {};
  if (typeof digest !== "string" || !isDigest(digest))
    throw invalid2(`${name} has no digest of sha256 or sha512`);
  if (typeof mediaType !== "string") throw invalid2(`${name} has no mediaType`);
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    throw invalid2(`${name} has no size`);
  return { digest, mediaType, size };
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

// worker/src/manifests/immutable-images.ts
async function checkPartRemoval(settings, bucket, { repository, digest }) {
  if ((settings.IMMUTABLE_TAGS ?? "").trim() === "") return;
  const seen = /* @__PURE__ */ new Set();
  const needs = async (root) => {
    if (root === digest) return true;
    if (seen.has(root)) return false;
    seen.add(root);
    const manifest = await readManifest(bucket, repository, root);
    if (manifest === void 0) return false;
    const bytes = new Uint8Array(await manifest.object.arrayBuffer());
    const { blobs, manifests } = parseDocument(bytes, manifest.mediaType);
    if (blobs.some((blob) => blob.digest === digest)) return true;
    for (const child of manifests) if (await needs(child.digest)) return true;
    return false;
  };
  for await (const named of allTags(bucket, repository)) {
    if (!isImmutable(settings, named.tag) || !await needs(named.digest)) continue;
    throw new OciError(
      "DENIED",
      `the image of the tag ${named.tag}, which is immutable here, needs ${digest}: it cannot be deleted`,
      { status: 409 }
    );
  }
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
  const total = ranges.reduce((sum, { length }) => sum + length, 0);
  return total > size ? void 0 : ranges;
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

// worker/src/storage/blobs.ts
var ATTEMPTS3 = 5;
async function findBlob(bucket, repository, digest) {
  return toPointer(await bucket.head(membershipKey(repository, digest)));
}
async function readBlobBytes(bucket, { repository, digest, maxBytes }) {
  const pointer = await findBlob(bucket, repository, digest);
  if (pointer === void 0 || pointer.size > maxBytes) return void 0;
  const object = await bucket.get(pointer.data);
  return object === null ? void 0 : new Uint8Array(await object.arrayBuffer());
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
async function storeBlob(store, repository, { digest, bytes }) {
  const present = await findAnywhere(store, digest);
  if (present !== void 0) return linkBlob(store, repository, digest, present);
  const mine = { data: dataKey(crypto.randomUUID()), size: bytes.length };
  await store.put(mine.data, bytes);
  const pointer = await publishBlob(store, digest, mine);
  await linkBlob(store, repository, digest, pointer);
  if (pointer.data !== mine.data) await store.delete(mine.data);
}
async function unlinkBlob(bucket, repository, digest) {
  await bucket.delete(membershipKey(repository, digest));
}
async function establish(store, key2, pointer) {
  for (let attempt = 1; attempt <= ATTEMPTS3; attempt++) {
    const before = await store.head(key2);
    if (before === null) {
      const options = { customMetadata: toMetadata(pointer), onlyIf: { etagDoesNotMatch: "*" } };
      try {
        if (await store.put(key2, "", options) !== null) return pointer;
      } catch (error) {
        if (attempt === ATTEMPTS3 || await store.head(key2) === null) throw error;
      }
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

// worker/src/storage/bucket.ts
var MAX_BREAKS = 3;
var GoneError = class extends Error {
  name = "GoneError";
  constructor(key2) {
    super(`${key2} is gone`);
  }
};
async function readBytes(bucket, key2, { offset, length }) {
  for (let breaks = 0; ; ) {
    const object = await bucket.get(key2, { range: { offset, length } });
    if (object === null) throw new GoneError(key2);
    try {
      const bytes = new Uint8Array(await object.arrayBuffer());
      if (bytes.length === length) return bytes;
      throw new Error(`${key2} gave ${bytes.length} of ${length} bytes`);
    } catch (error) {
      if (++breaks > MAX_BREAKS) throw error;
    }
  }
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
var SMALL = 256 * 1024;
async function wholeBody(bucket, { data, size }) {
  if (size <= SMALL) return rangeBody(bucket, data, { offset: 0, length: size });
  const object = await bucket.get(data);
  if (object === null) throw new GoneError(data);
  if (object.size !== size) throw new Error(`${data} has ${object.size} bytes, and its pointer says ${size}`);
  return object.body;
}
async function rangeBody(bucket, key2, range) {
  if (range.length > SMALL) return streamOf(range.length, readRange(bucket, key2, range));
  if (range.length === 0) return new Uint8Array();
  return readBytes(bucket, key2, range);
}
function isOneSmallRange(ranges = []) {
  const [only, ...more] = ranges;
  return only !== void 0 && more.length === 0 && only.length <= SMALL;
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
  let spare;
  let last;
  for (let breaks = 0; length > 0; ) {
    const object = await bucket.get(key2, { range: { offset, length } });
    if (object === null) throw new GoneError(key2);
    const reader = object.body.getReader({ mode: "byob" });
    try {
      while (length > 0) {
        const memory = spare ?? new ArrayBuffer(Math.min(PIECE, length));
        spare = void 0;
        const piece = await readPiece(reader, new Uint8Array(memory, 0, Math.min(memory.byteLength, length)));
        if (piece === void 0) throw new Error(`${key2} ended ${length} bytes early`);
        [spare, last] = [last, piece.buffer];
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
async function readPiece(reader, memory) {
  const { length } = memory;
  const { value, done } = await (reader.readAtLeast?.(length, memory) ?? reader.read(memory));
  return done ? void 0 : value;
}
function streamOf(length, pieces) {
  const { readable: readable2, writable } = new LengthStream(length);
  const sink = writable.getWriter();
  void (async () => {
    try {
      let written = Promise.resolve();
      for await (const piece of pieces) {
        await written;
        written = sink.write(piece);
        written.catch(() => void 0);
      }
      await written;
      await sink.close();
    } catch (error) {
      await sink.abort(error).catch(() => void 0);
    }
  })();
  return readable2;
}
var LengthStream = globalThis.FixedLengthStream ?? class extends TransformStream {
  constructor(_length) {
    super({ transform: (piece, controller) => controller.enqueue(piece.slice()) });
  }
};

// worker/src/routes/caching.ts
var IMMUTABLE = "public, max-age=31536000, immutable";
function isPublic({ READ_ACCESS: read = "public" }) {
  return read === "public";
}
function immutableCaching(settings) {
  return isPublic(settings) ? { "Cache-Control": IMMUTABLE } : { "Cache-Control": "private, max-age=31536000, immutable", Vary: "Authorization" };
}
function etagOf(digest) {
  return `"${digest}"`;
}

// worker/src/routes/conditions.ts
function isNoneMatch(header, digest) {
  return isKnown(header, etagOf(digest));
}
function isKnown(header, etag) {
  if (header === void 0) return false;
  const tags = new Set(listed(header).map((tag2) => tag2.replace(/^W\//, "")));
  return tags.has("*") || tags.has(etag.replace(/^W\//, ""));
}
function checkMatch(header, etag) {
  if (header === void 0) return;
  const tags = listed(header);
  if (etag === void 0 || !(tags.includes("*") || tags.includes(etag))) throw failed("If-Match", etag);
}
function conditionOf({ req }) {
  const match2 = req.header("If-Match");
  const noneMatch = req.header("If-None-Match");
  if (match2 === void 0 && noneMatch === void 0) return void 0;
  return (current) => {
    const etag = current === void 0 ? void 0 : etagOf(current);
    checkMatch(match2, etag);
    if (etag !== void 0 && isKnown(noneMatch, etag)) throw failed("If-None-Match", etag);
  };
}
function listed(header) {
  return header.split(",").map((tag2) => tag2.trim());
}
function failed(condition, etag) {
  const message2 = `${condition} does not hold: there is ${etag ?? "nothing"} now`;
  return new OciError("DENIED", message2, { status: 412 });
}

// worker/src/routes/blobs.ts
var MEDIA_TYPE2 = "application/octet-stream";
async function readBlob(c) {
  const repository = repositoryOf(c);
  const digest = asDigest(c.req.param("digest") ?? "");
  const recent = await readRecent(c, repository, digest);
  if (recent !== void 0) return recent;
  const pointers = c.get("recentPointers");
  const since = Date.now();
  const blob = await findBlob(c.get("bucket"), repository, digest);
  if (blob === void 0) pointers.delete(repository, digest);
  else pointers.set(repository, digest, { pointer: blob, since });
  if (blob === void 0 || blob.isCondemned && c.req.method === "HEAD") throw unknown(digest);
  return answer(c, digest, blob);
}
async function readRecent(c, repository, digest) {
  const blob = c.get("recentPointers").get(repository, digest);
  if (blob === void 0) return void 0;
  try {
    if (!isOneSmallRange(requestedRanges(c, digest, blob.size))) return void 0;
    const response = await answer(c, digest, blob);
    return response.status === 206 ? response : void 0;
  } catch (error) {
    if (error instanceof GoneError || error instanceof OciError) return void 0;
    throw error;
  }
}
async function answer(c, digest, blob) {
  const bucket = c.get("bucket");
  checkMatch(c.req.header("If-Match"), etagOf(digest));
  const headers = new Headers({
    ...immutableCaching(c.env),
    "Accept-Ranges": "bytes",
    "Content-Type": MEDIA_TYPE2,
    "Docker-Content-Digest": digest,
    ETag: etagOf(digest)
  });
  if (isNoneMatch(c.req.header("If-None-Match"), digest)) return new Response(null, { status: 304, headers });
  const ranges = requestedRanges(c, digest, blob.size);
  if (ranges === void 0) {
    headers.set("Content-Length", String(blob.size));
    const body = c.req.method === "HEAD" ? null : await wholeBody(bucket, blob);
    return new Response(body, { headers });
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
async function partialResponse(bucket, blob, ranges, headers) {
  const [only, ...more] = ranges;
  if (only !== void 0 && more.length === 0) {
    headers.set("Content-Range", contentRange(only, blob.size));
    headers.set("Content-Length", String(only.length));
    return new Response(await rangeBody(bucket, blob.data, only), { status: 206, headers });
  }
  const { contentType, length, stream } = rangesBody(bucket, blob, ranges, MEDIA_TYPE2);
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
  conditionOf(c)?.(digest);
  await checkPartRemoval(c.env, bucket, { repository, digest });
  await unlinkBlob(bucket, repository, digest);
  c.get("recentPointers").delete(repository, digest);
  return new Response(null, { status: 202 });
}
function unknown(digest) {
  return new OciError("BLOB_UNKNOWN", `the repository has no blob ${digest}`);
}

// worker/src/containers/protocol.ts
function containersOf(namespace) {
  return namespace.get(namespace.idFromName("containers"));
}

// src/artifacts/artifact-error.ts
var ArtifactError = class extends Error {
  name = "ArtifactError";
  hint;
  constructor(message2, hint = "Have it packed and pushed anew, or name another one.") {
    super(message2);
    this.hint = hint;
  }
};

// src/artifacts/media-types.ts
var MODELKIT = {
  artifactType: "application/vnd.kitops.modelkit.manifest.v1+json",
  config: "application/vnd.kitops.modelkit.config.v1+json"
};
var MODELPACK = {
  artifactType: "application/vnd.cncf.model.manifest.v1+json",
  config: "application/vnd.cncf.model.config.v1+json",
  /** On a layer's descriptor: the path of the file, or of the folder, that it holds. */
  filepath: "org.cncf.model.filepath",
  /** Its first name, which modctl still writes. */
  oldFilepath: "org.cnai.model.filepath"
};

// src/artifacts/artifact.ts
var ROLES = ["model", "datasets", "code", "prompts", "docs", "mcpservers"];
var OLD_MODELPACK = {
  artifactType: "application/vnd.cnai.model.manifest.v1+json",
  config: "application/vnd.cnai.model.config.v1+json"
};
function artifactKind({
  artifactType,
  config
}) {
  const is = (types) => artifactType === types.artifactType || config.mediaType === types.config;
  if (is(MODELKIT)) return "modelkit";
  return is(MODELPACK) || is(OLD_MODELPACK) ? "modelpack" : void 0;
}

// src/artifacts/choose.ts
function parseChoice(text) {
  const colon = text.indexOf(":");
  const word = colon < 0 ? text : text.slice(0, colon);
  const role = ROLES.find((one) => one === word);
  if (role === void 0) {
    throw new ArtifactError(
      `"${text}" names no part of a ModelKit.`,
      `Write ${ROLES.join(", ")}, and behind a colon the name or the path of one: datasets:train.`
    );
  }
  return colon < 0 ? { role } : { role, named: text.slice(colon + 1) };
}
function chooseParts(parts, choices) {
  for (const choice of choices) {
    if (choice.named !== void 0 && !parts.some((part) => isChosen(part, choice))) {
      throw new ArtifactError(
        `There are no ${choice.role} "${choice.named}" in it.`,
        `It has ${inventory(parts)}.`
      );
    }
  }
  const chosen = parts.filter((part) => choices.length === 0 || choices.some((one) => isChosen(part, one)));
  if (chosen.length > 0) return chosen;
  const wanted = choices.map(({ role }) => role).join(", ");
  throw new ArtifactError(
    `There is nothing of it to take${wanted === "" ? "" : `: no ${wanted}`}.`,
    parts.length === 0 ? "Name an artifact that has parts of its own." : `It has ${inventory(parts)}.`
  );
}
function isChosen({ role, name, path: path2 }, choice) {
  if (role !== choice.role) return false;
  const { named } = choice;
  return named === void 0 || name === named || path2 !== void 0 && trimmed(path2) === trimmed(named);
}
function trimmed(path2) {
  return path2.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
}
function inventory(parts) {
  return parts.map(({ role, name, path: path2 }) => `${role}:${path2 ?? name ?? "."}`).join(", ");
}

// worker/src/containers/rules.ts
var SUFFIX = "container";
var KEYS2 = [
  "names",
  "base",
  "suffix",
  "with",
  "platforms",
  "workdir",
  "env",
  "entrypoint",
  "cmd",
  "labels"
];
var parsed = /* @__PURE__ */ new WeakMap();
function containerRulesOf(settings) {
  const known3 = parsed.get(settings);
  if (known3 !== void 0) return known3;
  const rules = parseContainerRules(settings.CONTAINERS);
  parsed.set(settings, rules);
  return rules;
}
function parseContainerRules(value) {
  const rules = listSetting("CONTAINERS", value).map((item) => {
    const fields = fieldsOf(item, KEYS2);
    const platforms = optional(fields.platforms, textsOf);
    return {
      names: patternsOf(fields.names),
      base: baseOf(fields.base),
      suffix: optional(fields.suffix, suffixOf) ?? SUFFIX,
      choices: optional(fields.with, choicesOf) ?? [],
      ...platforms === void 0 ? {} : { platforms },
      settings: settingsOf(fields)
    };
  });
  checkSuffixes(rules);
  return rules;
}
function rulesFor(rules, repository) {
  const bySuffix = /* @__PURE__ */ new Map();
  for (const rule of rules) {
    if (bySuffix.has(rule.suffix)) continue;
    if (rule.names.some((pattern) => matchesPattern(pattern, repository))) bySuffix.set(rule.suffix, rule);
  }
  return [...bySuffix.values()];
}
function checkSuffixes(rules) {
  const suffixes = [...new Set(rules.map(({ suffix }) => suffix))];
  for (const [index, { suffix }] of rules.entries()) {
    const other = suffixes.find((one) => suffix.endsWith(`-${one}`));
    if (other === void 0) continue;
    throw new SettingsError(
      `CONTAINERS[${index}].suffix is "${suffix}", and another rule's is "${other}": two tags could get one container's tag`
    );
  }
}
function optional(field, read) {
  return field.value === void 0 ? void 0 : read(field);
}
function suffixOf(field) {
  const suffix = textOf(field);
  if (isTag(suffix) && suffix.length <= 64) return suffix;
  throw new SettingsError(`${field.at} cannot be the end of a tag, or has more than 64 characters`);
}
function baseOf(field) {
  const text = textOf(field);
  const [, repository = "", separator, reference = "latest"] = /^([^:@]*)(?:([:@])(.*))?$/.exec(text) ?? [];
  const isValid = separator === "@" ? isDigest(reference) : isTag(reference);
  if (isRepository(repository) && isValid) return { repository, reference };
  throw new SettingsError(
    `${field.at} names no image of this registry, as in library/debian:bookworm: import it, or push it, and name it without a host`
  );
}
function choicesOf(field) {
  try {
    return textsOf(field).map(parseChoice);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new SettingsError(`${field.at}: ${error.message} ${error.hint}`);
  }
}
function settingsOf(fields) {
  const workdir = optional(fields.workdir, directoryOf);
  const env = optional(fields.env, variablesOf);
  const entrypoint = optional(fields.entrypoint, wordsOf);
  const cmd = optional(fields.cmd, wordsOf);
  const labels = optional(fields.labels, recordOf);
  return {
    ...workdir === void 0 ? {} : { workdir },
    ...env === void 0 ? {} : { env },
    ...entrypoint === void 0 ? {} : { entrypoint },
    ...cmd === void 0 ? {} : { cmd },
    ...labels === void 0 ? {} : { labels }
  };
}
function wordsOf({ at: at2, value }) {
  if (Array.isArray(value) && value.every((word) => typeof word === "string")) return value;
  throw new SettingsError(`${at2} is not a list of texts`);
}
function directoryOf(field) {
  const path2 = textOf(field);
  if (path2.startsWith("/")) return path2;
  throw new SettingsError(`${field.at} does not begin with a slash`);
}
function variablesOf(field) {
  const variables = recordOf(field);
  if (Object.keys(variables).every((name) => /^[^=]+$/.test(name))) return variables;
  throw new SettingsError(`${field.at} has a variable whose name is empty or holds "="`);
}
function recordOf({ at: at2, value }) {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.every((entry) => typeof entry[1] === "string")) {
      return Object.fromEntries(entries);
    }
  }
  throw new SettingsError(`${at2} is not an object of texts`);
}

// worker/src/routes/containers.ts
var HEADERS = { "Cache-Control": "no-store" };
async function sweepRoute(c) {
  containerRulesOf(c.env);
  const containers = containersOf(c.env.CONTAINER_MAKER);
  await containers.sweep();
  return Response.json(await containers.summary(), {
    status: 202,
    headers: { ...HEADERS, Location: c.req.path }
  });
}
async function readContainers(c) {
  return Response.json(await containersOf(c.env.CONTAINER_MAKER).summary(), { headers: HEADERS });
}
async function readContainersOfTag(c) {
  const tag2 = asTag(c.req.param("reference") ?? "");
  const containers = await containersOf(c.env.CONTAINER_MAKER).status(repositoryOf(c), tag2);
  return Response.json({ containers }, { headers: HEADERS });
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
  const asked = record.untagged === void 0 ? {} : { untagged: record.untagged };
  await startCollection(env, { dryRun: false, ...asked, deadBefore: startedAt });
}

// worker/src/routes/collection.ts
async function createCollection(c) {
  const untagged = untaggedRuleOf(c);
  const record = await startCollection(c.env, {
    dryRun: isDryRun(c),
    ...untagged === void 0 ? {} : { untagged }
  });
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
function untaggedRuleOf(c) {
  const days = c.req.query("untagged_days");
  if (days === void 0) return void 0;
  if (!/^\d{1,6}(?:\.\d{1,20})?$/.test(days)) throw unusable2("untagged_days is not a number of days");
  const names = c.req.queries("names") ?? [ALL_NAMES];
  const wrong2 = names.find((name) => !isPattern(name));
  if (wrong2 !== void 0) throw unusable2(`"${shorten(wrong2)}" is not a pattern of names`);
  return { names, days: Number(days) };
}
function unusable2(message2) {
  return new OciError("UNSUPPORTED", message2, { status: 400 });
}

// src/artifacts/layer-path.ts
var PATHS = [MODELPACK.filepath, MODELPACK.oldFilepath, "org.opencontainers.image.title"];
function layerPath({ annotations }) {
  return PATHS.map((name) => annotations?.[name]).find((path2) => path2 !== void 0);
}

// src/estargz/footer.ts
var FOOTER_SIZE = 51;
var encoder2 = new TextEncoder();
var HEAD = Uint8Array.of(31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 26, 0, 83, 71, 22, 0);
var MAGIC = "STARGZ";
var TAIL = Uint8Array.of(1, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0);
function encodeFooter(tocOffset) {
  const footer = new Uint8Array(FOOTER_SIZE);
  footer.set(HEAD);
  footer.set(encoder2.encode(tocOffset.toString(16).padStart(16, "0") + MAGIC), HEAD.length);
  footer.set(TAIL, FOOTER_SIZE - TAIL.length);
  return footer;
}
function parseFooter(footer) {
  const offset = new TextDecoder("latin1").decode(footer.subarray(HEAD.length, HEAD.length + 16));
  const tocOffset = /^[0-9a-f]{16}$/.test(offset) ? Number.parseInt(offset, 16) : Number.NaN;
  if (!Number.isSafeInteger(tocOffset) || !isFooterOf(footer, tocOffset)) {
    throw new RangeError("the layer does not end in an eStargz footer");
  }
  return tocOffset;
}
function isFooterOf(footer, tocOffset) {
  const expected = encodeFooter(tocOffset);
  return footer.length === FOOTER_SIZE && expected.every((byte, at2) => at2 === 8 || at2 === 9 || byte === footer[at2]);
}

// src/estargz/gzip.ts
var GZIP_HEADER = Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 255);
var MAX_BLOCK = 65535;
var BLOCK_HEADER_SIZE = 5;
function blocksSize(content) {
  return content + Math.ceil(content / MAX_BLOCK) * BLOCK_HEADER_SIZE;
}

// src/estargz/inflate.ts
var FURTHER_RANGE = 2 ** 20;
async function inflate(read, member, length) {
  const first = Math.min(member.end - member.offset, GZIP_HEADER.length + blocksSize(length));
  const bytes = await read(member.offset, first);
  const stored = fromStored(bytes, length);
  if (stored !== void 0) return stored;
  const content = new Uint8Array(length);
  let size = 0;
  for await (const piece of inflated(read, member, bytes)) {
    const taken = piece.subarray(0, length - size);
    content.set(taken, size);
    size += taken.length;
    if (size === length) return content;
  }
  throw new RangeError(`the gzip member at ${member.offset} holds ${size} bytes instead of ${length}`);
}
async function inflateAll(read, member, limit) {
  const pieces = [];
  let size = 0;
  const first = await read(member.offset, Math.min(member.end - member.offset, FURTHER_RANGE));
  for await (const piece of inflated(read, member, first)) {
    size += piece.length;
    if (size > limit) throw new RangeError(`the gzip member at ${member.offset} holds over ${limit} bytes`);
    pieces.push(piece);
  }
  const content = new Uint8Array(size);
  for (const piece of pieces.toReversed()) content.set(piece, size -= piece.length);
  return content;
}
function fromStored(bytes, length) {
  const blocks = storedBlocks(bytes, length);
  if (blocks === void 0) return void 0;
  const content = new Uint8Array(length);
  let size = 0;
  for (const { start, end } of blocks) {
    content.set(bytes.subarray(start, end), size);
    size += end - start;
  }
  return content;
}
function storedBlocks(bytes, length) {
  const [id1, id2, method, flags] = bytes;
  if (id1 !== 31 || id2 !== 139 || method !== 8 || flags !== 0) return void 0;
  const blocks = [];
  let [at2, size] = [GZIP_HEADER.length, 0];
  while (size < length) {
    const [kind, low, high, notLow, notHigh] = bytes.subarray(at2, at2 + BLOCK_HEADER_SIZE);
    if (notHigh === void 0 || low === void 0 || high === void 0) return void 0;
    if (((kind ?? 0) & 6) !== 0 || (low ^ (notLow ?? 0)) !== 255 || (high ^ notHigh) !== 255)
      return void 0;
    at2 += BLOCK_HEADER_SIZE;
    const taken = Math.min(low + high * 256, length - size);
    if (at2 + taken > bytes.length) return void 0;
    blocks.push({ start: at2, end: at2 + taken });
    size += taken;
    at2 += low + high * 256;
    if (size < length && ((kind ?? 0) & 1) === 1) return void 0;
  }
  return blocks;
}
async function* inflated(read, { offset, end }, first) {
  let at2 = offset;
  const compressed = new ReadableStream(
    {
      async pull(controller) {
        const bytes = at2 === offset ? first : await read(at2, Math.min(end - at2, FURTHER_RANGE));
        at2 += bytes.length;
        controller.enqueue(bytes);
        if (at2 === end) controller.close();
      }
    },
    { highWaterMark: 0 }
  );
  const reader = compressed.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    throw new RangeError(`the gzip member at ${offset} cannot be read`, { cause });
  } finally {
    await reader.cancel().catch(() => void 0);
  }
}

// src/estargz/tar.ts
var TAR_BLOCK = 512;
var END_OF_ARCHIVE = 2 * TAR_BLOCK;
var NAME_SIZE = 100;
var CHECKSUM_AT = 148;
var encoder3 = new TextEncoder();
function checksum(block) {
  let sum = 0;
  for (const [at2, byte] of block.entries()) {
    sum += at2 >= CHECKSUM_AT && at2 < CHECKSUM_AT + 8 ? 32 : byte;
  }
  return sum;
}
function decodeHeader(block) {
  if (block.length < TAR_BLOCK) throw new RangeError("the tar header is cut off");
  if (numberField(block, CHECKSUM_AT, 8) !== checksum(block.subarray(0, TAR_BLOCK))) {
    throw new RangeError("the tar header has a wrong checksum");
  }
  const name = textField(block, 0, NAME_SIZE);
  const prefix = textField(block, 257, 8) === "ustar" && block[263] === 48 ? textField(block, 345, 155) : "";
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: numberField(block, 124, 12),
    type: String.fromCharCode(block[156] ?? 0),
    mode: textField(block, 100, 8).trim() === "" ? 0 : numberField(block, 100, 8),
    linkName: textField(block, 157, NAME_SIZE)
  };
}
function textField(block, at2, length) {
  const field = block.subarray(at2, at2 + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
function numberField(block, at2, length) {
  if (block[at2] === 128) {
    const value = block.subarray(at2 + 1, at2 + length).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw new RangeError("the tar header has a number that is too large");
    return value;
  }
  const digits = textField(block, at2, length).trim();
  if (!/^[0-7]+$/.test(digits))
    throw new RangeError(`the tar header has a field "${digits}" that is not octal`);
  return Number.parseInt(digits, 8);
}

// src/estargz/segments.ts
var MIB = 2 ** 20;

// src/estargz/toc.ts
var TOC_NAME = "stargz.index.json";
var TOC_DIGEST_ANNOTATION = "containerd.io/snapshot/stargz/toc.digest";

// src/estargz/toc-parse.ts
var MAX_CHUNK_SIZE = 64 * 2 ** 20;
var NODE_TYPES = /* @__PURE__ */ new Set(["dir", "symlink", "hardlink", "char", "block", "fifo"]);
function parseToc(json, tocOffset) {
  const entries = /* @__PURE__ */ new Map();
  const chunks = [];
  let file;
  for (const [n, fields] of tocEntries(json).entries()) {
    const where = `entry ${n} of the layer's TOC`;
    if (fields["type"] === "chunk") {
      if (file === void 0 || pathOf(fields, where) !== file.entry.path) {
        throw new RangeError(`${where} is a chunk of a file that it does not follow`);
      }
      if (file.entry.size === 0) throw new RangeError(`${where} is a chunk of an empty file`);
    } else {
      checkComplete(file?.entry);
      const entry = fields["type"] === "reg" ? fileOf(fields, where) : nodeOf(fields, where);
      if (entries.has(entry.path)) throw new RangeError(`${where}: "${entry.path}" is there twice`);
      entries.set(entry.path, entry);
      file = entry.type === "reg" ? { entry, chunks: entry.chunks } : void 0;
    }
    if (file === void 0 || file.entry.size === 0) continue;
    const chunk = chunkOf(fields, file.entry, where);
    file.chunks.push(chunk);
    chunks.push(chunk);
  }
  checkComplete(file?.entry);
  setEnds(chunks, tocOffset);
  return entries;
}
function tocEntries(json) {
  let toc;
  try {
    toc = JSON.parse(json);
  } catch (cause) {
    throw new RangeError("the layer's TOC is not JSON", { cause });
  }
  if (!isFields(toc) || toc["version"] !== 1) throw new RangeError("the layer's TOC is not of version 1");
  const entries = toc["entries"];
  if (!Array.isArray(entries) || !entries.every(isFields)) {
    throw new RangeError("the layer's TOC has no list of entries");
  }
  return entries;
}
function isFields(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function fileOf(fields, where) {
  const { digest } = fields;
  return {
    type: "reg",
    path: pathOf(fields, where),
    size: naturalOf(fields, "size", where),
    mode: naturalOf(fields, "mode", where),
    ...typeof digest === "string" && isDigest(digest) ? { digest } : {},
    chunks: []
  };
}
function nodeOf(fields, where) {
  const { type, linkName } = fields;
  if (!NODE_TYPES.has(type)) throw new RangeError(`${where} has the unknown type ${JSON.stringify(type)}`);
  if (linkName !== void 0 && typeof linkName !== "string") {
    throw new RangeError(`${where} has a linkName that is not text`);
  }
  const link2 = linkName === void 0 ? {} : { linkName };
  const path2 = pathOf(fields, where);
  return { type, path: path2, mode: naturalOf(fields, "mode", where), ...link2 };
}
function pathOf({ name }, where) {
  if (typeof name !== "string") throw new RangeError(`${where} has no name`);
  const path2 = name.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
  if (path2 === "" || path2 === ".") return "";
  if (path2.includes("\0") || path2.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw new RangeError(`${where} has the name ${JSON.stringify(name)}, which leads elsewhere`);
  }
  return path2;
}
function chunkOf(fields, { path: path2, size, chunks }, where) {
  if (fields["innerOffset"] !== void 0 && fields["innerOffset"] !== 0) {
    throw new RangeError(`${where} shares its gzip member with others (innerOffset), which is not supported`);
  }
  const before = chunks.at(-1);
  const chunkOffset = naturalOf(fields, "chunkOffset", where);
  if (chunkOffset !== (before === void 0 ? 0 : before.chunkOffset + before.chunkSize)) {
    throw new RangeError(`${where}: the chunks of "${path2}" leave a gap or overlap at ${chunkOffset}`);
  }
  const chunkSize = naturalOf(fields, "chunkSize", where) || size - chunkOffset;
  if (chunkSize <= 0 || chunkOffset + chunkSize > size) {
    throw new RangeError(
      `${where}: the chunk at ${chunkOffset} of "${path2}" is not within its ${size} bytes`
    );
  }
  if (chunkSize > MAX_CHUNK_SIZE) {
    throw new RangeError(`${where}: a chunk of ${chunkSize} bytes is over the limit of ${MAX_CHUNK_SIZE}`);
  }
  const digest = fields["chunkDigest"] ?? (chunkSize === size ? fields["digest"] : void 0);
  if (typeof digest !== "string" || !isDigest(digest)) {
    throw new RangeError(`${where}: the chunk at ${chunkOffset} of "${path2}" has no digest`);
  }
  const offset = naturalOf(fields, "offset", where);
  return { offset, end: offset, chunkOffset, chunkSize, digest };
}
function naturalOf(fields, key2, where) {
  const value = fields[key2] ?? 0;
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${where} has the ${key2} ${JSON.stringify(value)}`);
  }
  return value;
}
function checkComplete(file) {
  const last = file?.chunks.at(-1);
  if (file === void 0 || last === void 0) return;
  const end = last.chunkOffset + last.chunkSize;
  if (end !== file.size) {
    throw new RangeError(`the layer's TOC lists ${end} of the ${file.size} bytes of "${file.path}"`);
  }
}
function setEnds(chunks, tocOffset) {
  const sorted2 = chunks.toSorted((a, b) => a.offset - b.offset);
  for (const [n, chunk] of sorted2.entries()) {
    chunk.end = sorted2[n + 1]?.offset ?? tocOffset;
    if (chunk.end <= chunk.offset) {
      throw new RangeError(`the layer's TOC has two chunks, or a chunk and the TOC, at ${chunk.offset}`);
    }
  }
}

// src/estargz/reader.ts
var MAX_TOC_SIZE = 128 * 2 ** 20;
var END_SIZE = 64 * 2 ** 10;
async function openLayer(source) {
  const { read, size, tocDigest: expected, maxTocSize = MAX_TOC_SIZE } = source;
  if (size < FOOTER_SIZE) throw new RangeError(`a layer of ${size} bytes has no eStargz footer`);
  const endAt = Math.max(0, size - END_SIZE);
  const end = await read(endAt, size - endAt);
  const tocOffset = parseFooter(end.subarray(-FOOTER_SIZE));
  const member = { offset: tocOffset, end: size - FOOTER_SIZE };
  if (member.end <= tocOffset)
    throw new RangeError(`the footer says that the TOC is at ${tocOffset} of ${size}`);
  if (member.end - tocOffset > maxTocSize) {
    throw new RangeError(`a TOC of ${member.end - tocOffset} bytes is over the limit of ${maxTocSize}`);
  }
  const readOnce = (offset, length) => offset < endAt ? read(offset, length) : Promise.resolve(end.slice(offset - endAt, offset - endAt + length));
  const json = tocJson(await inflateAll(readOnce, member, maxTocSize));
  const tocDigest = await digestOf(json);
  if (expected !== void 0 && tocDigest !== expected) {
    throw new RangeError(`the layer's TOC is ${tocDigest}, its manifest says ${expected}`);
  }
  return { read, entries: parseToc(new TextDecoder().decode(json), tocOffset), tocDigest };
}
function tocJson(content) {
  const { name, size } = decodeHeader(content.subarray(0, TAR_BLOCK));
  if (name !== TOC_NAME) throw new RangeError(`the layer has "${name}" where its TOC should be`);
  if (TAR_BLOCK + size > content.length) throw new RangeError("the layer's TOC is cut off");
  return content.slice(TAR_BLOCK, TAR_BLOCK + size);
}
async function readChunk({ read }, chunk) {
  const content = await inflate(read, chunk, chunk.chunkSize);
  const got = await digestOf(content, chunk.digest.startsWith("sha512:") ? "sha512" : "sha256");
  if (got !== chunk.digest) {
    throw new RangeError(`the chunk at ${chunk.offset} of the layer is ${got}, its TOC says ${chunk.digest}`);
  }
  return content;
}
async function* readFile(layer, { chunks, size }, { start = 0, end = size } = {}) {
  for (const chunk of chunks) {
    const { chunkOffset, chunkSize } = chunk;
    if (chunkOffset + chunkSize <= start || chunkOffset >= end) continue;
    const content = await readChunk(layer, chunk);
    yield content.subarray(Math.max(0, start - chunkOffset), Math.min(chunkSize, end - chunkOffset));
  }
}
function fileAt({ entries }, path2) {
  let entry = entries.get(path2);
  for (let hops = 0; entry?.type === "hardlink" && hops < entries.size; hops++) {
    entry = entries.get((entry.linkName ?? "").replace(/^(?:\.?\/)+/, ""));
  }
  if (entry === void 0) throw new RangeError(`the layer has no "${path2}"`);
  if (entry.type !== "reg")
    throw new RangeError(`"${path2}" is no regular file, but of the type "${entry.type}"`);
  return entry;
}

// src/oci/compare.ts
function compareBytes(a, b) {
  const length = Math.min(a.length, b.length);
  for (let at2 = 0; at2 < length; at2++) {
    const x2 = a.charCodeAt(at2);
    const y2 = b.charCodeAt(at2);
    if (x2 !== y2) return isSurrogate(x2) === isSurrogate(y2) ? x2 - y2 : isSurrogate(x2) ? 1 : -1;
  }
  return a.length - b.length;
}
function isSurrogate(unit) {
  return unit >= 55296 && unit <= 57343;
}

// worker/src/images/formats.ts
var EXTENSIONS = [
  [".safetensors", "safetensors"],
  [".gguf", "gguf"],
  [".ggml", "ggml"],
  [".onnx", "onnx"],
  [".pt", "pytorch"],
  [".pth", "pytorch"],
  [".ckpt", "pytorch"],
  [".h5", "keras"],
  [".keras", "keras"],
  [".msgpack", "flax"],
  [".tflite", "tflite"],
  [".mlmodel", "coreml"],
  [".mlpackage", "coreml"],
  [".ot", "rust"],
  [".npz", "numpy"],
  [".nemo", "nemo"],
  [".engine", "tensorrt"],
  ["saved_model.pb", "tensorflow"]
];
var PYTORCH_BIN = /(?:^|[/_-])(?:pytorch_model|diffusion_pytorch_model|adapter_model|model)[^/]*\.bin$/;
function formatOf(path2) {
  const name = path2.toLowerCase();
  if (PYTORCH_BIN.test(name)) return "pytorch";
  if (name.includes("openvino") && name.endsWith(".xml")) return "openvino";
  return EXTENSIONS.find(([extension]) => name.endsWith(extension))?.[1];
}
function formatsOf({ files, layers }) {
  const unlisted = layers.flatMap(
    ({ title: title2, files: known3 }) => known3 === void 0 && title2 !== void 0 ? [formatOf(title2)] : []
  );
  const formats = [...files.map(({ format }) => format), ...unlisted];
  return [...new Set(formats.filter((format) => format !== void 0))].toSorted();
}

// worker/src/images/layers.ts
var MAX_TOC_SIZE2 = 8 * 1024 * 1024;
async function openStoredLayer(bucket, repository, { digest, annotations }) {
  const blob = await findBlob(bucket, repository, digest);
  if (blob === void 0) throw new RangeError(`the repository has no layer ${digest}`);
  const { data, size } = blob;
  const tocDigest = annotations[TOC_DIGEST_ANNOTATION];
  const layer = await openLayer({
    read: (offset, length) => readBytes(bucket, data, { offset, length }),
    size,
    maxTocSize: MAX_TOC_SIZE2,
    ...tocDigest !== void 0 && isDigest(tocDigest) ? { tocDigest } : {}
  });
  return { ...layer, data };
}

// src/estargz/peek.ts
async function peek(read, chunks, { offset, length }) {
  const end = offset + length;
  const bytes = new Uint8Array(length);
  for (const chunk of chunks) {
    const { chunkOffset, chunkSize } = chunk;
    if (chunkOffset + chunkSize <= offset || chunkOffset >= end) continue;
    const content = await inflate(read, chunk, Math.min(chunkSize, end - chunkOffset));
    const skipped = Math.max(0, offset - chunkOffset);
    bytes.set(content.subarray(skipped), chunkOffset + skipped - offset);
  }
  return bytes;
}

// worker/src/images/places.ts
function placeInLayer(layer, file) {
  const { size, chunks } = file;
  return {
    size,
    ranges: (limit) => limited(size, limit, (offset, length) => peek(layer.read, chunks, { offset, length })),
    content: (end) => readFile(layer, file, { end })
  };
}
function placeOfBlob(bucket, { data, size }) {
  return {
    size,
    ranges: (limit) => limited(size, limit, (offset, length) => readBytes(bucket, data, { offset, length })),
    async *content(end) {
      if (end > 0) yield await readBytes(bucket, data, { offset: 0, length: end });
    }
  };
}
function limited(size, limit, read) {
  return {
    size,
    async read(offset, length) {
      if (offset + length > limit)
        throw new RangeError(`it takes more than the ${limit} bytes that are read of a file`);
      return read(offset, length);
    }
  };
}

// worker/src/images/raw-layer.ts
var TAR = /[.+/-]tar(?:[.+](?:gzip|zstd))?$/;
var DOCKER_WEIGHTS = /^application\/vnd\.docker\.ai\.(gguf|safetensors)(?:\.|$)/;
function rawFile(layer) {
  if (TAR.test(layer.mediaType)) return void 0;
  const path2 = (layerPath(layer) ?? nameless(layer)).replace(/^(?:\.?\/)+/, "");
  if (path2.includes("\0") || path2.split("/").some((part) => ["", ".", ".."].includes(part))) {
    throw new RangeError(
      `the layer has the path ${JSON.stringify(path2.slice(0, 100))}, which leads elsewhere`
    );
  }
  return path2;
}
function nameless({ digest, mediaType }) {
  const [, format] = DOCKER_WEIGHTS.exec(mediaType) ?? [];
  return digest.replace(":", "-") + (format === void 0 ? "" : `.${format}`);
}

// worker/src/images/contents.ts
var OPEN_AT_ONCE = 4;
var MAX_LAYERS = 200;
var MAX_FILES = 2e4;
var WHITEOUT = ".wh.";
var OPAQUE2 = ".wh..wh..opq";
async function readContents(bucket, repository, descriptors2) {
  const some = descriptors2.slice(0, MAX_LAYERS);
  const opened = [];
  for (let at2 = 0; at2 < some.length; at2 += OPEN_AT_ONCE) {
    const batch = some.slice(at2, at2 + OPEN_AT_ONCE);
    opened.push(...await Promise.all(batch.map((layer) => openOrTell(bucket, repository, layer))));
  }
  const contents = { layers: [], files: [], places: /* @__PURE__ */ new Map() };
  if (descriptors2.length > MAX_LAYERS) contents.incomplete = `only ${MAX_LAYERS} layers are looked at`;
  const files = /* @__PURE__ */ new Map();
  for (const [index, descriptor2] of descriptors2.entries()) {
    const layer = opened[index];
    if (layer instanceof RangeError) contents.incomplete ??= `${descriptor2.digest}: ${layer.message}`;
    const isOpen = layer !== void 0 && !(layer instanceof RangeError);
    if (isOpen && "path" in layer) addFile(contents, files, { digest: descriptor2.digest, layer });
    else if (isOpen) addLayer(contents, files, { digest: descriptor2.digest, layer });
    contents.layers.push(layerOf(descriptor2, isOpen ? countFiles(layer) : void 0));
  }
  contents.files = [...files.values()].toSorted((a, b) => compareBytes(a.path, b.path));
  if (contents.files.length > MAX_FILES) {
    contents.incomplete ??= `only ${MAX_FILES} of ${contents.files.length} files are listed`;
    contents.files.length = MAX_FILES;
  }
  return contents;
}
async function openOrTell(bucket, repository, layer) {
  try {
    const path2 = rawFile(layer);
    if (path2 === void 0) return await openStoredLayer(bucket, repository, layer);
    const blob = await findBlob(bucket, repository, layer.digest);
    if (blob === void 0) throw new RangeError("the repository has no such layer");
    return { ...placeOfBlob(bucket, blob), path: path2 };
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
}
function addFile({ places }, files, { digest, layer }) {
  const { path: path2, size } = layer;
  const format = formatOf(path2);
  places.set(path2, layer);
  files.set(path2, { path: path2, size, layer: digest, digest, ...format === void 0 ? {} : { format } });
}
function addLayer({ places }, files, { digest, layer }) {
  removeHidden(layer, files, places);
  for (const [path2, entry] of layer.entries) {
    if (entry.type !== "reg" && entry.type !== "hardlink") continue;
    if (nameOf2(path2).startsWith(WHITEOUT)) continue;
    const file = fileIn(layer, path2);
    if (file === void 0) continue;
    const format = formatOf(path2);
    places.set(path2, placeInLayer(layer, file));
    files.set(path2, {
      path: path2,
      size: file.size,
      layer: digest,
      ...file.digest === void 0 ? {} : { digest: file.digest },
      ...format === void 0 ? {} : { format }
    });
  }
}
function fileIn(layer, path2) {
  try {
    return fileAt(layer, path2);
  } catch (error) {
    if (error instanceof RangeError) return void 0;
    throw error;
  }
}
function removeHidden(layer, ...maps) {
  for (const path2 of layer.entries.keys()) {
    const name = nameOf2(path2);
    if (!name.startsWith(WHITEOUT)) continue;
    const folder2 = path2.slice(0, path2.length - name.length);
    const hidden = name === OPAQUE2 ? folder2 : folder2 + name.slice(WHITEOUT.length);
    for (const map of maps) {
      for (const key2 of map.keys()) {
        if (key2 === hidden || key2.startsWith(name === OPAQUE2 ? hidden : `${hidden}/`)) map.delete(key2);
      }
    }
  }
}
function countFiles(layer) {
  if ("path" in layer) return 1;
  let count3 = 0;
  for (const { type, path: path2 } of layer.entries.values()) {
    if (type === "reg" && !nameOf2(path2).startsWith(WHITEOUT)) count3++;
  }
  return count3;
}
function layerOf(layer, files) {
  const { digest, mediaType, size } = layer;
  const title2 = layerPath(layer);
  return {
    digest,
    mediaType,
    size,
    ...title2 === void 0 ? {} : { title: title2 },
    ...files === void 0 ? {} : { files }
  };
}
function nameOf2(path2) {
  return path2.slice(path2.lastIndexOf("/") + 1);
}

// src/oci/document.ts
async function jsonDocument(mediaType, content) {
  const bytes = new Uint8Array(new TextEncoder().encode(JSON.stringify(content)));
  return { descriptor: { mediaType, digest: await digestOf(bytes), size: bytes.length }, bytes };
}
function parseObject(bytes) {
  try {
    const value = JSON.parse(UTF8.decode(bytes));
    return isObject2(value) ? value : void 0;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return void 0;
    throw error;
  }
}
var UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
function isObject2(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// src/containers/container-error.ts
var ContainerError = class extends Error {
  name = "ContainerError";
  hint;
  constructor(message2, hint) {
    super(message2);
    this.hint = hint;
  }
};

// src/containers/layer-type.ts
var TYPES = {
  "": MEDIA_TYPE.layerTar,
  gzip: MEDIA_TYPE.layerGzip,
  zstd: MEDIA_TYPE.layerZstd
};
function containerLayerType(mediaType) {
  if (/foreign|nondistributable/.test(mediaType)) return void 0;
  const [, compression] = /[.+-]tar(?:[.+](gzip|zstd))?$/.exec(mediaType) ?? [void 0, "none"];
  return TYPES[compression ?? ""];
}

// src/containers/settings.ts
function runSection(base, settings) {
  const { workdir, env, entrypoint, cmd, labels } = settings;
  const { Cmd: _replaced, ...withoutCmd } = base;
  const inherited = entrypoint === void 0 ? base : withoutCmd;
  return {
    ...inherited,
    ...env === void 0 ? {} : { Env: withEnv(textsOf2(base["Env"]), env) },
    ...entrypoint === void 0 ? {} : { Entrypoint: entrypoint },
    ...cmd === void 0 ? {} : { Cmd: cmd },
    ...workdir === void 0 ? {} : { WorkingDir: workdir },
    ...labels === void 0 ? {} : { Labels: { ...recordOf2(base["Labels"]), ...labels } }
  };
}
function withEnv(base, env) {
  const variables = new Map(base.map((variable) => [nameOf3(variable), variable]));
  for (const [name, value] of Object.entries(env)) variables.set(name, `${name}=${value}`);
  return [...variables.values()];
}
function nameOf3(variable) {
  return variable.split("=", 1)[0] ?? "";
}
function textsOf2(list) {
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}
function recordOf2(value) {
  return typeof value === "object" && value !== null ? value : {};
}

// src/containers/compose.ts
var MAX_CONTAINER_LAYERS = 127;
var CREATED = "1970-01-01T00:00:00Z";
var BASE_NAME = "org.opencontainers.image.base.name";
var BASE_DIGEST = "org.opencontainers.image.base.digest";
async function composeContainer(content) {
  const { base, annotations } = content;
  const added = content.layers.map(imageLayer);
  const images = await Promise.all(
    base.images.map(async (image) => {
      checkCount(image, added.length, base.name);
      const config = await jsonDocument(MEDIA_TYPE.config, containerConfig(image, content));
      const manifest = {
        schemaVersion: 2,
        mediaType: MEDIA_TYPE.manifest,
        config: config.descriptor,
        layers: [...image.layers, ...added],
        annotations: { ...annotations, [BASE_NAME]: base.name, [BASE_DIGEST]: image.digest }
      };
      const document = await jsonDocument(MEDIA_TYPE.manifest, manifest);
      return { platform: image.platform, config, manifest: document };
    })
  );
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: images.map(({ platform, manifest }) => ({ ...manifest.descriptor, platform })),
    annotations: { ...annotations, [BASE_NAME]: base.name, [BASE_DIGEST]: base.digest }
  };
  return { images, index: await jsonDocument(MEDIA_TYPE.index, index) };
}
function imageLayer({ descriptor: descriptor2 }) {
  const mediaType = containerLayerType(descriptor2.mediaType);
  if (mediaType !== void 0) return { ...descriptor2, mediaType };
  throw new ContainerError(
    `The layer ${descriptor2.digest} is ${descriptor2.mediaType}, which no runtime unpacks.`,
    "A container is made of tar layers: leave this one out, or pack it as a tar archive."
  );
}
function checkCount({ layers }, added, name) {
  if (layers.length + added <= MAX_CONTAINER_LAYERS) return;
  throw new ContainerError(
    `The base ${name} has ${layers.length} layers, and ${added} more make more than ${MAX_CONTAINER_LAYERS}, at which Docker stops.`,
    "Name a base of fewer layers, or put more files into one: layout: single makes one layer of a model."
  );
}
var OF_BUILDS = /* @__PURE__ */ new Set([
  "id",
  "parent",
  "container",
  "container_config",
  "docker_version",
  "throwaway"
]);
function containerConfig(image, { layers, settings }) {
  const { architecture, os, config, ...rest } = image.config;
  const kept = Object.entries(rest).filter(([name]) => !OF_BUILDS.has(name));
  return {
    ...Object.fromEntries(kept),
    created: CREATED,
    architecture,
    os,
    config: runSection(config, settings),
    rootfs: { type: "layers", diff_ids: [...image.diffIds, ...layers.map(({ diffId }) => diffId)] },
    history: [
      ...historyOf(image),
      ...layers.map(({ createdBy }) => ({ created: CREATED, created_by: createdBy }))
    ]
  };
}
function historyOf({ config, layers }) {
  const ofLayers = config.history.filter((line) => line["empty_layer"] !== true);
  if (ofLayers.length === layers.length) return config.history;
  return layers.map(({ digest }) => ({ created: CREATED, created_by: `base layer ${digest}` }));
}

// src/containers/is-container.ts
function namedBase(annotations) {
  const name = annotations[BASE_NAME];
  const digest = annotations[BASE_DIGEST];
  const base = {
    ...name === void 0 || name === "" ? {} : { name },
    ...digest !== void 0 && isDigest(digest) ? { digest } : {}
  };
  return Object.keys(base).length === 0 ? void 0 : base;
}
function isContainer(annotations, config) {
  if (namedBase(annotations) !== void 0) return true;
  const section = config?.config;
  const [entrypoint] = listOf2(section?.Entrypoint);
  const [command] = listOf2(section?.Cmd);
  return entrypoint !== void 0 || typeof command === "string" && !command.startsWith("-");
}
function listOf2(value) {
  return Array.isArray(value) ? value : [];
}

// src/artifacts/fields.ts
function parseFields(json, what) {
  const fields = parseObject(typeof json === "string" ? new TextEncoder().encode(json) : json);
  if (fields === void 0) throw new ArtifactError(`${what} is no JSON object.`);
  return fields;
}
function textOf3(fields, key2, what) {
  const value = fields[key2] ?? "";
  if (typeof value !== "string") throw new ArtifactError(`${key2} of ${what} is no text.`);
  return value === "" ? void 0 : value;
}
function listOf3(fields, key2, what) {
  const value = fields[key2] ?? [];
  if (Array.isArray(value) && value.every((item) => isObject2(item))) return value;
  throw new ArtifactError(`${key2} of ${what} is no list of objects.`);
}
function textsOf3(value) {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
function digestOf2(fields, key2, what) {
  const text = textOf3(fields, key2, what);
  if (text === void 0 || isDigest(text)) return text;
  throw new ArtifactError(`${key2} of ${what} is no digest: "${text.slice(0, 100)}".`);
}

// src/artifacts/modelkit-reference.ts
function isModelKitReference(path2) {
  if (path2 === void 0 || !/[:@]/.test(path2)) return false;
  const [, host, rest = ""] = /^(?:([^/]*[.:][^/]*)\/)?(.*)$/.exec(path2) ?? [];
  if (host !== void 0 && !/^[\w.-]+(?::\d+)?$/.test(host)) return false;
  const at2 = rest.indexOf("@");
  const [name = "", ...tags] = (at2 < 0 ? rest : rest.slice(0, at2)).split(":");
  const isPinned = at2 < 0 || isDigest(rest.slice(at2 + 1));
  return isPinned && isRepository(name) && tags.length <= 1 && tags.every(isTag);
}

// src/artifacts/part-type.ts
var ROLES2 = {
  model: "model",
  modelpart: "model",
  weight: "model",
  "weight.config": "model",
  dataset: "datasets",
  code: "code",
  docs: "docs",
  doc: "docs",
  mcpb: "mcpservers"
};
var PART = /^application\/vnd\.(?:kitops\.modelkit|cncf\.model|cnai\.model)\.([a-z]+(?:\.[a-z]+)?)\.v1\.(raw|tar(?:\+(?:gzip|zstd))?)$/;
function parsePartType(mediaType) {
  const [, name = "", encoding] = PART.exec(mediaType) ?? [];
  if (encoding === void 0 || !Object.hasOwn(ROLES2, name)) return void 0;
  return { role: ROLES2[name], encoding };
}

// src/artifacts/read-modelkit.ts
var SUBTYPE = "ml.kitops.modelkit.layer-subtype";
function readModelKit(manifest, configBytes) {
  return readKitfile(parseFields(configBytes, "The Kitfile"), manifest.layers, "modelkit");
}
function readKitfile(kitfile, layers, kind) {
  const model = modelOf(kitfile);
  const modelPath = textOf3(model, "path", "the model");
  const modelReference = isModelKitReference(modelPath) ? modelPath : void 0;
  const datasets = listOf3(kitfile, "datasets", "the Kitfile");
  const entries = [
    ...modelPath === void 0 || modelReference !== void 0 ? [] : [entryOf("model", model)],
    ...listOf3(model, "parts", "the model").map((part) => entryOf("model", part)),
    ...listOf3(kitfile, "code", "the Kitfile").map((code) => entryOf("code", code)),
    ...datasets.filter((dataset) => remoteOf(dataset) === void 0).map((one) => entryOf("datasets", one)),
    ...listOf3(kitfile, "docs", "the Kitfile").map((doc) => entryOf("docs", doc)),
    ...listOf3(kitfile, "prompts", "the Kitfile").map((prompt) => entryOf("prompts", prompt)),
    ...listOf3(kitfile, "mcpServers", "the Kitfile").map((server) => entryOf("mcpservers", server))
  ];
  return {
    kind,
    parts: matchLayers(entries, layers),
    modelReference,
    remoteDatasets: datasets.flatMap((dataset) => {
      const remotePath = remoteOf(dataset);
      return remotePath === void 0 ? [] : [{ path: textOf3(dataset, "path", "a dataset") ?? ".", remotePath }];
    }),
    package: packageOf(kitfile["package"])
  };
}
function modelOf(kitfile) {
  const model = kitfile["model"] ?? {};
  if (isObject2(model)) return model;
  throw new ArtifactError("The model of the Kitfile is no object.");
}
function remoteOf(dataset) {
  return textOf3(dataset, "remotePath", "a dataset");
}
function entryOf(role, fields) {
  const path2 = textOf3(fields, "path", role);
  const what = `${role} "${path2 ?? "."}"`;
  return {
    role,
    what,
    name: textOf3(fields, "name", what),
    path: path2,
    digest: digestOf2(fields, "digest", what),
    diffId: digestOf2(fields, "diffId", what)
  };
}
function matchLayers(entries, layers) {
  const [named, unnamed] = [true, false].map(
    (has) => entries.find(({ digest }) => digest !== void 0 === has)
  );
  if (named !== void 0 && unnamed !== void 0) {
    throw new ArtifactError(`The Kitfile has a digest for ${named.what}, and none for ${unnamed.what}.`);
  }
  const isNamed2 = named !== void 0;
  const left = Map.groupBy(entries.toReversed(), ({ digest, role }) => keyOf2(digest, role));
  const parts = layers.map((descriptor2) => {
    const { role, encoding } = typeOf(descriptor2);
    const entry = left.get(keyOf2(isNamed2 ? descriptor2.digest : void 0, role))?.pop();
    if (entry === void 0) throw notNamed(descriptor2, entries);
    const { name, path: path2, diffId } = entry;
    return { role, descriptor: descriptor2, encoding, diffId: checkedDiffId(descriptor2, encoding, diffId), name, path: path2 };
  });
  for (const { what, digest } of [...left.values()].flat()) {
    throw new ArtifactError(
      `The Kitfile names ${what}${digest === void 0 ? "" : `, ${digest}`}, which is no layer of the manifest.`
    );
  }
  return parts;
}
function keyOf2(digest, role) {
  return `${digest ?? ""} ${role}`;
}
function typeOf(descriptor2) {
  const type = parsePartType(descriptor2.mediaType);
  if (type === void 0) {
    throw new ArtifactError(
      `The layer ${descriptor2.digest} is ${descriptor2.mediaType}, which is no type of a model\u2019s parts.`
    );
  }
  const isPrompt = type.role === "code" && descriptor2.annotations?.[SUBTYPE] === "prompt";
  return isPrompt ? { ...type, role: "prompts" } : type;
}
function notNamed({ digest, mediaType }, entries) {
  const other = entries.find((entry) => entry.digest === digest);
  return new ArtifactError(
    other === void 0 ? `The Kitfile does not name the layer ${digest} (${mediaType}): it names ${entries.length} in all.` : `The Kitfile has the layer ${digest} as ${other.what}, the manifest as ${mediaType}.`
  );
}
function checkedDiffId({ digest }, encoding, diffId) {
  if (encoding !== "raw" && encoding !== "tar") return diffId;
  if (diffId === void 0 || diffId === digest) return digest;
  throw new ArtifactError(`The layer ${digest} is not compressed, and is said to have the diffID ${diffId}.`);
}
function packageOf(value) {
  const fields = isObject2(value) ? value : {};
  const text = (key2) => {
    const said = fields[key2];
    return typeof said === "string" && said !== "" ? { [key2]: said } : {};
  };
  const authors = textsOf3(fields["authors"]);
  const license = fields["license"];
  return {
    ...text("name"),
    ...text("version"),
    ...text("description"),
    ...typeof license === "string" && license !== "" ? { licenses: [license] } : {},
    ...authors.length === 0 ? {} : { authors }
  };
}

// src/artifacts/read-modelpack.ts
var KITFILE = "ml.kitops.modelkit.kitfile";
function readModelPack({ layers, annotations }, configBytes) {
  const config = parseFields(configBytes, "The config");
  const diffIds = diffIdsOf(config, layers);
  const parts = layers.map((layer, at2) => partOf(layer, diffIds?.[at2]));
  const kitfile = annotations?.[KITFILE];
  if (kitfile !== void 0) return byKitfile(kitfile, parts);
  return {
    kind: "modelpack",
    parts,
    modelReference: void 0,
    remoteDatasets: [],
    package: packageOf2(config["descriptor"])
  };
}
function byKitfile(text, parts) {
  const kitfile = parseFields(text, `The Kitfile in ${KITFILE}`);
  const artifact = readKitfile(
    kitfile,
    parts.map(({ descriptor: descriptor2 }) => descriptor2),
    "modelpack"
  );
  return {
    ...artifact,
    parts: artifact.parts.map((part, at2) => {
      const diffId = parts[at2]?.diffId;
      if (part.diffId !== void 0 && diffId !== void 0 && part.diffId !== diffId) {
        throw new ArtifactError(
          `The layer ${part.descriptor.digest} has the diffID ${part.diffId} in the Kitfile, and ${diffId} in the config.`
        );
      }
      return { ...part, diffId: part.diffId ?? diffId };
    })
  };
}
function partOf(descriptor2, diffId) {
  const type = parsePartType(descriptor2.mediaType);
  if (type === void 0) {
    throw new ArtifactError(
      `The layer ${descriptor2.digest} is ${descriptor2.mediaType}, which is no type of a model\u2019s parts.`
    );
  }
  const path2 = descriptor2.annotations?.[MODELPACK.filepath] ?? descriptor2.annotations?.[MODELPACK.oldFilepath];
  return {
    ...type,
    descriptor: descriptor2,
    diffId: checkedDiffId(descriptor2, type.encoding, diffId),
    name: void 0,
    path: path2
  };
}
function diffIdsOf(config, layers) {
  const listed2 = isObject2(config["modelfs"]) ? config["modelfs"]["diffIds"] ?? void 0 : void 0;
  if (listed2 === void 0) return void 0;
  if (!Array.isArray(listed2) || !listed2.every((id) => typeof id === "string" && isDigest(id))) {
    throw new ArtifactError("The config has diffIDs that are no digests.");
  }
  if (listed2.length === layers.length) return listed2;
  throw new ArtifactError(`The config has ${listed2.length} diffIDs, the manifest ${layers.length} layers.`);
}
function packageOf2(value) {
  const fields = isObject2(value) ? value : {};
  const [name, version, description] = ["name", "version", "description"].map((key2) => fields[key2]);
  const [licenses, authors] = [textsOf3(fields["licenses"]), textsOf3(fields["authors"])];
  return {
    ...typeof name === "string" && name !== "" ? { name } : {},
    ...typeof version === "string" && version !== "" ? { version } : {},
    ...typeof description === "string" && description !== "" ? { description } : {},
    ...licenses.length === 0 ? {} : { licenses },
    ...authors.length === 0 ? {} : { authors }
  };
}

// src/artifacts/read-artifact.ts
function readArtifact(manifest, configBytes) {
  switch (artifactKind(manifest)) {
    case "modelkit":
      return readModelKit(manifest, configBytes);
    case "modelpack":
      return readModelPack(manifest, configBytes);
    default:
      throw new ArtifactError(
        `It is no ModelKit and no ModelPack artifact: its config is ${manifest.config.mediaType}.`,
        'Name what "kit pack" or "modctl build" made. A container image needs none of this: its layers are a container\u2019s already.'
      );
  }
}

// worker/src/manifests/artifact-manifest.ts
function parseArtifactManifest(bytes) {
  const pushed = JSON.parse(new TextDecoder().decode(bytes));
  return {
    ...withTexts(pushed),
    config: withTexts(pushed.config),
    layers: (pushed.layers ?? []).map((layer) => withTexts(layer))
  };
}
function withTexts({ annotations, ...rest }) {
  const said = annotations;
  const isObject6 = typeof said === "object" && said !== null && !Array.isArray(said);
  return { ...rest, ...isObject6 ? { annotations: texts(said) } : {} };
}
function texts(said) {
  return Object.fromEntries(
    Object.entries(said).filter((one) => typeof one[1] === "string")
  );
}

// worker/src/images/manifest.ts
var MAX_DEPTH = 3;
var MAX_CONFIG = 1024 * 1024;
var MAX_ANNOTATION = 4096;
var REVISION = "org.opencontainers.image.revision";
async function readManifests(bucket, repository, digest) {
  const root = await readJson(bucket, repository, digest);
  if (root === void 0) return void 0;
  let at2 = { digest, ...root };
  let platforms = [];
  let annotations = annotationsOf2(root.json.annotations);
  for (let depth = 0; isIndexType(at2.mediaType) && depth < MAX_DEPTH; depth++) {
    const children = childrenOf(at2.json.manifests);
    if (depth === 0) platforms = platformsOf(children);
    const child = children.find(({ isImage: isImage2 }) => isImage2);
    const found = child && await readJson(bucket, repository, child.digest);
    if (child === void 0 || found === void 0) break;
    at2 = { digest: child.digest, ...found };
    annotations = { ...annotationsOf2(found.json.annotations), ...annotations };
  }
  if (!(REVISION in annotations)) {
    annotations = { ...await labelsOf(bucket, repository, at2.json.config), ...annotations };
  }
  const { mediaType } = root;
  return {
    digest,
    mediaType,
    manifest: at2.digest,
    platforms,
    annotations,
    config: descriptorsOf([at2.json.config])[0],
    artifactType: typeof at2.json.artifactType === "string" ? at2.json.artifactType : void 0,
    layers: descriptorsOf(at2.json.layers)
  };
}
async function readJson(bucket, repository, digest) {
  const manifest = await readManifest(bucket, repository, digest);
  if (manifest === void 0) return void 0;
  const text = await manifest.object.text();
  return { mediaType: manifest.mediaType, json: parseObject2(text) };
}
function parseObject2(text) {
  try {
    const value = JSON.parse(text);
    return isObject3(value) ? value : {};
  } catch {
    return {};
  }
}
function childrenOf(manifests) {
  if (!Array.isArray(manifests)) return [];
  return manifests.filter(isObject3).flatMap(({ digest, platform: said }) => {
    if (typeof digest !== "string" || !isDigest(digest)) return [];
    const platform = platformOf(said);
    return [{ digest, platform, isImage: platform?.os !== "unknown" }];
  });
}
function platformOf(value) {
  if (!isObject3(value)) return void 0;
  const { os, architecture, variant } = value;
  if (typeof os !== "string" || typeof architecture !== "string") return void 0;
  return { os, architecture, ...typeof variant === "string" ? { variant } : {} };
}
function platformsOf(children) {
  return children.flatMap(
    ({ digest, platform, isImage: isImage2 }) => platform !== void 0 && isImage2 ? [{ ...platform, digest }] : []
  );
}
async function labelsOf(bucket, repository, config) {
  const bytes = await readConfig(bucket, repository, descriptorsOf([config])[0]);
  const inner = bytes && parseObject2(new TextDecoder().decode(bytes)).config;
  return isObject3(inner) ? annotationsOf2(inner["Labels"]) : {};
}
async function readConfig(bucket, repository, config) {
  if (config === void 0 || config.size > MAX_CONFIG) return void 0;
  return readBlobBytes(bucket, { repository, digest: config.digest, maxBytes: MAX_CONFIG });
}
function descriptorsOf(layers) {
  if (!Array.isArray(layers)) return [];
  return layers.filter(isObject3).flatMap(({ digest, mediaType, size, annotations }) => {
    if (typeof digest !== "string" || !isDigest(digest)) return [];
    if (typeof mediaType !== "string" || typeof size !== "number") return [];
    return [{ digest, mediaType, size, annotations: annotationsOf2(annotations) }];
  });
}
function annotationsOf2(value) {
  if (!isObject3(value)) return {};
  const texts2 = Object.entries(value).filter(
    (entry) => typeof entry[1] === "string"
  );
  return Object.fromEntries(texts2.map(([key2, text]) => [key2, text.slice(0, MAX_ANNOTATION)]));
}
function isObject3(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// worker/src/images/artifact.ts
var MAX_TEXT = 300;
var MAX_LIST = 20;
async function readArtifactFacts(bucket, repository, { kind, manifests }) {
  const { config, layers, manifest: digest } = manifests;
  if (kind !== "modelkit" && kind !== "modelpack" || config === void 0) return void 0;
  const [manifest, bytes] = await Promise.all([
    readManifest(bucket, repository, digest),
    readConfig(bucket, repository, config)
  ]);
  if (manifest === void 0) return void 0;
  try {
    if (bytes === void 0) throw new ArtifactError(`Its config has more than ${MAX_CONFIG} bytes.`);
    const whole = parseArtifactManifest(new Uint8Array(await manifest.object.arrayBuffer()));
    const artifact = readArtifact(whole, bytes);
    return { facts: factsOf(artifact), parts: artifact.parts.map(partOf2) };
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return { facts: { contradiction: cut(error.message) }, parts: layers.map(partByType) };
  }
}
function factsOf({ package: said, modelReference }) {
  const { name, version, description, licenses, authors } = said;
  return {
    ...name === void 0 ? {} : { name: cut(name) },
    ...version === void 0 ? {} : { version: cut(version) },
    ...description === void 0 ? {} : { description: cut(description) },
    ...licenses === void 0 ? {} : { licenses: licenses.slice(0, MAX_LIST).map(cut) },
    ...authors === void 0 ? {} : { authors: authors.slice(0, MAX_LIST).map(cut) },
    ...modelReference === void 0 ? {} : { modelReference: cut(modelReference) }
  };
}
function partOf2({ role, path: path2, name }) {
  const title2 = path2 ?? name;
  return { role, ...title2 === void 0 ? {} : { title: cut(title2) } };
}
function partByType({ mediaType }) {
  const type = parsePartType(mediaType);
  return type === void 0 ? {} : { role: type.role };
}
function cut(text) {
  return text.slice(0, MAX_TEXT);
}

// worker/src/images/card.ts
var CARD_PATH = "README.md";
var MAX_CARD = 512 * 1024;
var MAX_VALUE = 100;
async function readCard(file) {
  const decoder2 = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const piece of file.content(Math.min(file.size, MAX_CARD))) {
    size += piece.length;
    text += decoder2.decode(piece, { stream: true });
  }
  return { path: CARD_PATH, isCut: size < file.size, ...parseCard(text) };
}
function parseCard(source) {
  const text = source.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const [whole, yaml = ""] = /^---[ \t]*\n([\s\S]*?\n)?---[ \t]*(?:\n|$)/.exec(text) ?? [];
  if (whole === void 0) return { text };
  const license = valueOf(yaml, "license");
  const name = license === "other" ? valueOf(yaml, "license_name") : void 0;
  const task = valueOf(yaml, "pipeline_tag");
  const library = valueOf(yaml, "library_name");
  return {
    text: text.slice(whole.length),
    ...license === void 0 ? {} : { license: name ?? license },
    ...task === void 0 ? {} : { task },
    ...library === void 0 ? {} : { library }
  };
}
function valueOf(yaml, key2) {
  const [, double, single, plain] = new RegExp(
    `^${key2}:[ \\t]+(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\s"'#[{&*!|>][^\\n]*?))[ \\t]*(?: #.*)?$`,
    "m"
  ).exec(yaml) ?? [];
  const value = (double ?? single ?? plain)?.trim();
  return value === void 0 || value === "" || value.length > MAX_VALUE ? void 0 : value;
}

// src/artifacts/model-format.ts
var DOCKER_MODEL = /^application\/vnd\.docker\.ai\.model\.config\./;
var IMAGE_CONFIG = /^application\/vnd\.(?:oci\.image|docker\.container\.image)\./;
function isImageConfig(mediaType) {
  return IMAGE_CONFIG.test(mediaType);
}
function modelFormat(manifest) {
  const { artifactType, config } = manifest;
  if (DOCKER_MODEL.test(config.mediaType)) return "docker-model";
  return artifactKind({ config, ...artifactType === void 0 ? {} : { artifactType } });
}

// worker/src/images/kind.ts
async function readKind(bucket, repository, manifests) {
  const { config, artifactType, annotations } = manifests;
  if (config === void 0) return "image";
  const format = modelFormat({ config, artifactType });
  if (format !== void 0) return format;
  if (!isImageConfig(config.mediaType)) return "artifact";
  const bytes = await readConfig(bucket, repository, config);
  const json = bytes && parseObject2(new TextDecoder().decode(bytes));
  return isContainer(annotations, json) ? "container" : "image";
}

// worker/src/images/size.ts
function sizeOf(blobs) {
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

// src/formats/gguf-cursor.ts
var MAX_HEADER_SIZE = 64 * 2 ** 20;
var FIRST_PIECE = 64 * 2 ** 10;
var LARGEST_PIECE = 4 * 2 ** 20;
var MAX_TEXT2 = 64 * 2 ** 10;
var SCALAR_SIZE = {
  uint8: 1,
  int8: 1,
  bool: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  uint64: 8,
  int64: 8,
  float64: 8
};
var GgufCursor = class {
  /** Where the next byte lies in the file. */
  offset = 0;
  isLittleEndian = true;
  /** Bytes of a length or count: 4 in version 1. */
  sizeBytes = 8;
  #file;
  /** The piece that was read last, and where it begins in the file. */
  #piece = new DataView(new ArrayBuffer(0));
  #pieceAt = 0;
  #nextPiece = FIRST_PIECE;
  constructor(file) {
    this.#file = file;
  }
  async u32() {
    return (await this.#take(4)).getUint32(0, this.isLittleEndian);
  }
  /** @throws RangeError beyond 2^53 */
  async u64() {
    return this.#exactU64(await this.#take(8));
  }
  /** A length or a count. */
  size() {
    return this.sizeBytes === 4 ? this.u32() : this.u64();
  }
  scalarSize(type) {
    return SCALAR_SIZE[type];
  }
  async scalar(type) {
    const view = await this.#take(SCALAR_SIZE[type]);
    const isLittle = this.isLittleEndian;
    const read = {
      uint8: () => view.getUint8(0),
      int8: () => view.getInt8(0),
      bool: () => view.getUint8(0) !== 0,
      uint16: () => view.getUint16(0, isLittle),
      int16: () => view.getInt16(0, isLittle),
      uint32: () => view.getUint32(0, isLittle),
      int32: () => view.getInt32(0, isLittle),
      float32: () => view.getFloat32(0, isLittle),
      uint64: () => exact(view.getBigUint64(0, isLittle)),
      int64: () => exact(view.getBigInt64(0, isLittle)),
      float64: () => view.getFloat64(0, isLittle)
    };
    return read[type]();
  }
  /** @param what it is, for the error where it has more than `most` bytes */
  async text(most, what) {
    const length = await this.size();
    if (length > most)
      throw new RangeError(`${what} is said to have ${length} bytes, over the limit of ${most}`);
    return decode2(await this.#take(length));
  }
  /** Of a long text, its beginning. */
  async cutText() {
    const length = await this.size();
    this.claim(length, "a text");
    const text = decode2(await this.#take(Math.min(length, MAX_TEXT2)));
    this.skip(length - Math.min(length, MAX_TEXT2));
    return text;
  }
  /** A vocabulary has hundreds of thousands: only what is not there yet is waited for. */
  async skipTexts(count3) {
    for (let n = 0; n < count3; n++) {
      const view = this.#has(this.sizeBytes) ? this.#next(this.sizeBytes) : await this.#take(this.sizeBytes);
      const length = this.sizeBytes === 4 ? view.getUint32(0, this.isLittleEndian) : this.#exactU64(view);
      this.claim(length, "a text");
      this.skip(length);
    }
  }
  /** @throws RangeError where so many more bytes are not there, or too many for a header. */
  claim(bytes, what) {
    const end = this.offset + bytes;
    if (end > this.#file.size) {
      const left = this.#file.size - this.offset;
      throw new RangeError(
        `its header says that ${shorten2(what)} takes ${bytes} bytes, the file has ${left} more`
      );
    }
    if (end > MAX_HEADER_SIZE) {
      throw new RangeError(`its header takes more than ${MAX_HEADER_SIZE} bytes`);
    }
  }
  /** Goes on behind bytes that nobody reads. */
  skip(bytes) {
    this.offset += bytes;
  }
  async #take(length) {
    if (!this.#has(length)) {
      this.claim(length, "the next value");
      await this.#readPiece(length);
    }
    return this.#next(length);
  }
  #has(length) {
    return this.offset - this.#pieceAt + length <= this.#piece.byteLength;
  }
  #next(length) {
    const at2 = this.#piece.byteOffset + this.offset - this.#pieceAt;
    this.offset += length;
    return new DataView(this.#piece.buffer, at2, length);
  }
  #exactU64(view) {
    const number = Number(view.getBigUint64(0, this.isLittleEndian));
    if (!Number.isSafeInteger(number)) throw new RangeError(`its header has the impossible number ${number}`);
    return number;
  }
  async #readPiece(least) {
    const most = Math.min(this.#file.size, MAX_HEADER_SIZE) - this.offset;
    const bytes = await this.#file.read(this.offset, Math.min(Math.max(least, this.#nextPiece), most));
    this.#piece = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#pieceAt = this.offset;
    this.#nextPiece = Math.min(2 * this.#nextPiece, LARGEST_PIECE);
  }
};
function exact(number) {
  return Number.isSafeInteger(Number(number)) ? Number(number) : number;
}
function decode2(view) {
  return new TextDecoder().decode(view);
}
function shorten2(text) {
  return JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 99)}\u2026`);
}

// src/formats/gguf-types.ts
var VALUE_TYPES = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "float32",
  "bool",
  "string",
  "array",
  "uint64",
  "int64",
  "float64"
];
var TENSOR_TYPES = {
  0: { dtype: "F32", elements: 1, bytes: 4 },
  1: { dtype: "F16", elements: 1, bytes: 2 },
  2: { dtype: "Q4_0", elements: 32, bytes: 18 },
  3: { dtype: "Q4_1", elements: 32, bytes: 20 },
  6: { dtype: "Q5_0", elements: 32, bytes: 22 },
  7: { dtype: "Q5_1", elements: 32, bytes: 24 },
  8: { dtype: "Q8_0", elements: 32, bytes: 34 },
  9: { dtype: "Q8_1", elements: 32, bytes: 36 },
  10: { dtype: "Q2_K", elements: 256, bytes: 84 },
  11: { dtype: "Q3_K", elements: 256, bytes: 110 },
  12: { dtype: "Q4_K", elements: 256, bytes: 144 },
  13: { dtype: "Q5_K", elements: 256, bytes: 176 },
  14: { dtype: "Q6_K", elements: 256, bytes: 210 },
  15: { dtype: "Q8_K", elements: 256, bytes: 292 },
  16: { dtype: "IQ2_XXS", elements: 256, bytes: 66 },
  17: { dtype: "IQ2_XS", elements: 256, bytes: 74 },
  18: { dtype: "IQ3_XXS", elements: 256, bytes: 98 },
  19: { dtype: "IQ1_S", elements: 256, bytes: 50 },
  20: { dtype: "IQ4_NL", elements: 32, bytes: 18 },
  21: { dtype: "IQ3_S", elements: 256, bytes: 110 },
  22: { dtype: "IQ2_S", elements: 256, bytes: 82 },
  23: { dtype: "IQ4_XS", elements: 256, bytes: 136 },
  24: { dtype: "I8", elements: 1, bytes: 1 },
  25: { dtype: "I16", elements: 1, bytes: 2 },
  26: { dtype: "I32", elements: 1, bytes: 4 },
  27: { dtype: "I64", elements: 1, bytes: 8 },
  28: { dtype: "F64", elements: 1, bytes: 8 },
  29: { dtype: "IQ1_M", elements: 256, bytes: 56 },
  30: { dtype: "BF16", elements: 1, bytes: 2 },
  34: { dtype: "TQ1_0", elements: 256, bytes: 54 },
  35: { dtype: "TQ2_0", elements: 256, bytes: 66 },
  39: { dtype: "MXFP4", elements: 32, bytes: 17 },
  40: { dtype: "NVFP4", elements: 64, bytes: 36 },
  41: { dtype: "Q1_0", elements: 128, bytes: 18 }
};
var FILE_TYPES = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  7: "Q8_0",
  8: "Q5_0",
  9: "Q5_1",
  10: "Q2_K",
  11: "Q3_K_S",
  12: "Q3_K_M",
  13: "Q3_K_L",
  14: "Q4_K_S",
  15: "Q4_K_M",
  16: "Q5_K_S",
  17: "Q5_K_M",
  18: "Q6_K",
  19: "IQ2_XXS",
  20: "IQ2_XS",
  21: "Q2_K_S",
  22: "IQ3_XS",
  23: "IQ3_XXS",
  24: "IQ1_S",
  25: "IQ4_NL",
  26: "IQ3_S",
  27: "IQ3_M",
  28: "IQ2_S",
  29: "IQ2_M",
  30: "IQ4_XS",
  31: "IQ1_M",
  32: "BF16",
  36: "TQ1_0",
  37: "TQ2_0",
  38: "MXFP4_MOE",
  39: "NVFP4",
  40: "Q1_0"
};

// src/formats/gguf.ts
var MAGIC2 = 1179993927;
var LEAST_KEY = 8 + 1 + 4 + 1;
var LEAST_TENSOR = 8 + 4 + 4 + 8;
var MAX_KEYS = 65536;
var MAX_TENSORS = 131072;
var MAX_KEY = 65535;
var MAX_TENSOR_NAME = 1024;
var MAX_DIMENSIONS = 8;
var MAX_DEPTH2 = 3;
var MAX_KEPT_LIST = 4096;
var DEFAULT_ALIGNMENT = 32;
var MAX_ALIGNMENT = 2 ** 20;
async function readGguf(file) {
  const cursor = new GgufCursor(file);
  const version = await readVersion(cursor);
  const tensorCount = checkedCount(await cursor.size(), "tensors", {
    least: LEAST_TENSOR,
    most: MAX_TENSORS,
    file
  });
  const keyCount = checkedCount(await cursor.size(), "keys", { least: LEAST_KEY, most: MAX_KEYS, file });
  const metadata = /* @__PURE__ */ new Map();
  for (let n = 0; n < keyCount; n++) {
    const key2 = await cursor.text(MAX_KEY, "a key");
    if (metadata.has(key2)) throw new RangeError(`its header has the key ${quoted(key2)} twice`);
    metadata.set(key2, await readValue(cursor, await cursor.u32(), key2));
  }
  const tensors = [];
  for (let n = 0; n < tensorCount; n++) tensors.push(await readTensor(cursor));
  const dataOffset = aligned(cursor.offset, alignmentOf(metadata));
  checkPlaces(tensors, file.size - dataOffset, alignmentOf(metadata));
  const architecture = metadata.get("general.architecture");
  const fileType = metadata.get("general.file_type");
  const quantization = typeof fileType === "number" ? FILE_TYPES[fileType] : void 0;
  return {
    version,
    metadata,
    tensors,
    ...typeof architecture === "string" ? { architecture } : {},
    ...quantization === void 0 ? {} : { quantization },
    dataOffset
  };
}
async function readVersion(cursor) {
  if (await cursor.u32() !== MAGIC2) throw new RangeError('it does not begin with "GGUF"');
  let version = await cursor.u32();
  if ((version & 65535) === 0) {
    cursor.isLittleEndian = false;
    version = version >>> 24 | version >>> 8 & 65280;
  }
  if (version < 1 || version > 3) throw new RangeError(`its version ${version} of GGUF is not known`);
  cursor.sizeBytes = version === 1 ? 4 : 8;
  return version;
}
function checkedCount(count3, what, { least, most, file }) {
  if (count3 > most)
    throw new RangeError(`its header is said to have ${count3} ${what}, over the limit of ${most}`);
  if (count3 * least > file.size) {
    throw new RangeError(`its header is said to have ${count3} ${what}, the file has ${file.size} bytes`);
  }
  return count3;
}
async function readValue(cursor, typeNumber, key2) {
  const type = valueType(typeNumber, key2);
  if (type === "array") return readList(cursor, key2);
  if (type === "string") return cursor.cutText();
  return cursor.scalar(type);
}
async function readList(cursor, key2, depth = 1) {
  const type = valueType(await cursor.u32(), key2);
  const length = await cursor.size();
  if (type === "array") {
    if (depth === MAX_DEPTH2) throw new RangeError(`${quoted(key2)} has lists within lists within lists`);
    cursor.claim(length * 12, key2);
    for (let n = 0; n < length; n++) await readList(cursor, key2, depth + 1);
  } else if (type === "string") {
    cursor.claim(length * cursor.sizeBytes, key2);
    await cursor.skipTexts(length);
  } else {
    const bytes = length * cursor.scalarSize(type);
    cursor.claim(bytes, key2);
    if (length <= MAX_KEPT_LIST) {
      const values = [];
      for (let n = 0; n < length; n++) values.push(await cursor.scalar(type));
      return { type, length, values };
    }
    cursor.skip(bytes);
  }
  return { type, length };
}
function valueType(number, key2) {
  const type = VALUE_TYPES[number];
  if (type === void 0) throw new RangeError(`${quoted(key2)} has a value of the unknown type ${number}`);
  return type;
}
async function readTensor(cursor) {
  const name = await cursor.text(MAX_TENSOR_NAME, "a tensor's name");
  const dimensions = await cursor.u32();
  if (dimensions > MAX_DIMENSIONS)
    throw new RangeError(`${quoted(name)} is said to have ${dimensions} dimensions`);
  const shape = [];
  for (let n = 0; n < dimensions; n++) shape.unshift(await cursor.size());
  const typeNumber = await cursor.u32();
  const offset = await cursor.u64();
  const elements = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(elements)) throw new RangeError(`${quoted(name)} has an impossible shape`);
  const type = TENSOR_TYPES[typeNumber];
  if (type === void 0) return { name, dtype: `type ${typeNumber}`, shape, offset, size: void 0 };
  const { dtype, elements: perBlock, bytes } = type;
  if ((shape.at(-1) ?? 0) % perBlock !== 0) {
    throw new RangeError(`${quoted(name)} has rows that are not whole blocks of ${dtype}`);
  }
  return { name, dtype, shape, offset, size: elements / perBlock * bytes };
}
function alignmentOf(metadata) {
  const said = metadata.get("general.alignment") ?? DEFAULT_ALIGNMENT;
  if (typeof said !== "number" || !Number.isInteger(said) || said < 1 || said > MAX_ALIGNMENT) {
    throw new RangeError("its general.alignment is not a number of bytes");
  }
  return said;
}
function aligned(offset, alignment) {
  return Math.ceil(offset / alignment) * alignment;
}
function checkPlaces(tensors, room, alignment) {
  const names = /* @__PURE__ */ new Set();
  let end = 0;
  for (const { name, offset, size = 0 } of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (names.has(name)) throw new RangeError(`its header has the tensor ${quoted(name)} twice`);
    names.add(name);
    if (offset % alignment !== 0)
      throw new RangeError(`${quoted(name)} is not aligned to ${alignment} bytes`);
    if (offset < end) throw new RangeError(`${quoted(name)} overlaps the tensor before it`);
    end = offset + size;
    if (end > room) {
      throw new RangeError(
        `${quoted(name)} is said to end at ${end} of the ${Math.max(0, room)} bytes of tensors`
      );
    }
  }
}
function quoted(name) {
  return JSON.stringify(name.length <= 100 ? name : `${name.slice(0, 99)}\u2026`);
}

// src/formats/safetensors.ts
var MAX_HEADER_SIZE2 = 25e6;
var LENGTH_SIZE = 8;
var BITS = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64
};
async function readSafetensors(file) {
  const { size } = file;
  if (size < LENGTH_SIZE) throw new RangeError(`${size} bytes are too few for a safetensors file`);
  const length = lengthOf2(await file.read(0, LENGTH_SIZE));
  if (length > MAX_HEADER_SIZE2) {
    throw new RangeError(`its header is said to have ${length} bytes, over the limit of ${MAX_HEADER_SIZE2}`);
  }
  if (LENGTH_SIZE + length > size) {
    throw new RangeError(`its header is said to have ${length} bytes, the file has ${size}`);
  }
  const header = parseHeader(await file.read(LENGTH_SIZE, length));
  const { __metadata__: metadata, ...described } = header;
  const tensors = Object.entries(described).map(([name, value]) => placedTensor(name, value));
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkPlaces2(tensors, size - LENGTH_SIZE - length);
  return {
    tensors: tensors.map(({ name, dtype, shape, begin, end }) => ({ name, dtype, shape, size: end - begin })),
    metadata: textsOf4(metadata)
  };
}
function elementsOf(shape) {
  return shape.reduce((product, side) => product * side, 1);
}
function lengthOf2(bytes) {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_SIZE).getBigUint64(0, true));
}
function parseHeader(bytes) {
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new RangeError("its header is not JSON", { cause });
  }
  if (!isObject4(header)) throw new RangeError("its header is no JSON object");
  return header;
}
function isObject4(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function placedTensor(name, value) {
  const { dtype, shape, data_offsets: offsets } = isObject4(value) ? value : {};
  if (typeof dtype !== "string" || !isNaturals(shape) || !isNaturals(offsets) || offsets.length !== 2) {
    throw new RangeError(`its header does not say type, shape and place of ${quoted2(name)}`);
  }
  const [begin = 0, end = 0] = offsets;
  const elements = elementsOf(shape);
  const bits = Object.hasOwn(BITS, dtype) ? BITS[dtype] : void 0;
  if (!Number.isSafeInteger(elements) || bits !== void 0 && (end - begin) * 8 !== elements * bits) {
    throw new RangeError(`its header gives ${quoted2(name)} a place that is not of its type and shape`);
  }
  return { name, dtype, shape, begin, end };
}
function isNaturals(value) {
  return Array.isArray(value) && value.every((number) => Number.isSafeInteger(number) && number >= 0);
}
function checkPlaces2(tensors, size) {
  let at2 = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== at2 || end < begin) {
      throw new RangeError(
        `${quoted2(name)} leaves a gap or overlaps at ${at2} of its ${size} bytes of tensors`
      );
    }
    at2 = end;
  }
  if (at2 !== size) throw new RangeError(`its tensors take ${at2} bytes, the file has ${size} for them`);
}
function textsOf4(metadata = {}) {
  if (!isObject4(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw new RangeError("its header has metadata that are not texts");
  }
  return metadata;
}
function quoted2(name) {
  return JSON.stringify(name.length <= 100 ? name : `${name.slice(0, 99)}\u2026`);
}

// worker/src/images/weights.ts
var MAX_HEADER2 = { safetensors: 4 * 1024 * 1024, gguf: 16 * 1024 * 1024 };
var MAX_TENSORS2 = 1e3;
var MAX_METADATA = 100;
var MAX_TEXT3 = 300;
async function readWeights(path2, format, file) {
  try {
    return format === "gguf" ? ggufWeights(path2, await readGguf(file)) : safetensorsWeights(path2, await readSafetensors(file));
  } catch (error) {
    if (error instanceof RangeError) return { path: path2, format, error: cut2(error.message) };
    throw error;
  }
}
function safetensorsWeights(path2, { tensors, metadata }) {
  return { path: path2, format: "safetensors", ...summary(tensors), metadata: cutAll(Object.entries(metadata)) };
}
function ggufWeights(path2, { tensors, metadata, architecture, quantization }) {
  const texts2 = [...metadata].map(([key2, value]) => [
    key2,
    typeof value === "object" ? `${value.type}[${value.length}]` : String(value)
  ]);
  return {
    path: path2,
    format: "gguf",
    ...summary(tensors),
    ...architecture === void 0 ? {} : { architecture: cut2(architecture) },
    ...quantization === void 0 ? {} : { quantization },
    metadata: cutAll(texts2)
  };
}
function summary(tensors) {
  const shares = /* @__PURE__ */ new Map();
  for (const { dtype, shape } of tensors) {
    const share = shares.get(dtype) ?? { dtype: cut2(dtype), tensors: 0, parameters: 0 };
    share.tensors++;
    share.parameters += elementsOf(shape);
    shares.set(dtype, share);
  }
  const dtypes = [...shares.values()].toSorted((a, b) => b.parameters - a.parameters).slice(0, MAX_METADATA);
  return {
    parameters: [...shares.values()].reduce((sum, { parameters }) => sum + parameters, 0),
    tensorCount: tensors.length,
    tensors: tensors.slice(0, MAX_TENSORS2).map(({ name, dtype, shape }) => ({
      name: cut2(name),
      dtype: cut2(dtype),
      shape: shape.slice(0, 16)
    })),
    dtypes
  };
}
function cutAll(entries) {
  return Object.fromEntries(entries.slice(0, MAX_METADATA).map(([key2, value]) => [cut2(key2), cut2(value)]));
}
function cut2(text) {
  return text.length > MAX_TEXT3 ? `${text.slice(0, MAX_TEXT3)}\u2026` : text;
}

// worker/src/images/inspect.ts
var VERSION = 2;
var MAX_WEIGHTS = 200;
async function inspectImage(bucket, repository, digest) {
  const key2 = inspectionKey(repository, digest);
  const kept = await bucket.get(key2);
  if (kept !== null) {
    const { version, ...known3 } = JSON.parse(await kept.text());
    if (version === VERSION) return known3;
  }
  const found = await inspect(bucket, repository, digest);
  if (found === void 0) return void 0;
  try {
    const text = JSON.stringify({ version: VERSION, ...found });
    await bucket.put(key2, text, { httpMetadata: { contentType: "application/json" } });
  } catch (error) {
    console.warn(error);
  }
  return found;
}
async function forgetInspections(bucket, repository, except) {
  const prefix = inspectionPrefix(repository);
  const keys = [];
  for await (const { key: key2 } of listAll(bucket, { prefix })) {
    const digest = key2.slice(prefix.length).replace("/", ":");
    if (!isDigest(digest) || !except.has(digest)) keys.push(key2);
  }
  for (let at2 = 0; at2 < keys.length; at2 += 1e3) await bucket.delete(keys.slice(at2, at2 + 1e3));
}
async function inspect(bucket, repository, digest) {
  const manifests = await readManifests(bucket, repository, digest);
  if (manifests === void 0) return void 0;
  const kind = await readKind(bucket, repository, manifests);
  const artifact = await readArtifactFacts(bucket, repository, { kind, manifests });
  const contents = await readContents(bucket, repository, manifests.layers);
  const readme = contents.places.get(CARD_PATH);
  const card = readme && await orNothing(readCard(readme));
  const { files, incomplete: incomplete2 } = contents;
  const { config: _2, artifactType, layers: _descriptors, ...told } = manifests;
  const layers = contents.layers.map((layer, at2) => ({ ...layer, ...artifact?.parts[at2] }));
  const base = namedBase(manifests.annotations);
  return {
    ...told,
    kind,
    ...artifactType === void 0 ? {} : { artifactType },
    ...base === void 0 ? {} : { base },
    ...artifact === void 0 ? {} : { artifact: artifact.facts },
    size: sizeOf(layers),
    layers,
    files,
    ...incomplete2 === void 0 ? {} : { incomplete: incomplete2 },
    weights: await readAllWeights(contents),
    ...card === void 0 ? {} : { card }
  };
}
async function readAllWeights({ files, places }) {
  const weights = [];
  for (const { path: path2, format } of files) {
    const place = places.get(path2);
    if (place === void 0 || format !== "safetensors" && format !== "gguf") continue;
    if (weights.length === MAX_WEIGHTS) break;
    weights.push(await readWeights(path2, format, place.ranges(MAX_HEADER2[format])));
  }
  return weights;
}
async function orNothing(result) {
  try {
    return await result;
  } catch (error) {
    if (error instanceof RangeError) return void 0;
    throw error;
  }
}

// worker/src/catalogue/compare.ts
function compareImages(name, from, to) {
  const before = new Map(from.inspection.files.map((file) => [file.path, file]));
  const after = new Map(to.inspection.files.map((file) => [file.path, file]));
  const had = new Set(from.inspection.layers.map(({ digest }) => digest));
  const newLayers = to.inspection.layers.filter(({ digest }) => !had.has(digest));
  const added = to.inspection.files.filter(({ path: path2 }) => !before.has(path2));
  const changed = to.inspection.files.flatMap((file) => {
    const old = before.get(file.path);
    return old === void 0 || isSame(old, file) ? [] : [{ path: file.path, from: old, to: file }];
  });
  return {
    name,
    from: compared(from),
    to: compared(to),
    added,
    removed: from.inspection.files.filter(({ path: path2 }) => !after.has(path2)),
    changed,
    unchanged: to.inspection.files.length - added.length - changed.length,
    newLayers,
    sameLayers: to.inspection.layers.length - newLayers.length,
    bytes: newLayers.reduce((sum, { size }) => sum + size, 0)
  };
}
function isSame(a, b) {
  if (a.digest !== void 0 && b.digest !== void 0) return a.digest === b.digest;
  return a.layer === b.layer && a.size === b.size;
}
function compared({ reference, inspection: { digest, size } }) {
  return { reference, digest, size };
}

// worker/src/catalogue/list.ts
var LIST_VERSION = 1;
var FRESH = 1e3;
var MISSING = { etag: "none", models: [], isMissing: true };
var held = /* @__PURE__ */ new WeakMap();
async function loadList(bucket, binding) {
  const before = held.get(binding);
  const now = Date.now();
  if (before !== void 0 && now - before.checkedAt < FRESH) return before.list;
  const found = await bucket.head(CATALOGUE_KEY);
  const list = found !== null && found.etag === before?.list.etag ? before.list : await readList2(bucket, found);
  held.set(binding, { list, checkedAt: now });
  return list;
}
async function readList2(bucket, found) {
  const object = found === null ? null : await bucket.get(CATALOGUE_KEY);
  if (object === null) return MISSING;
  const { version, models } = JSON.parse(await object.text());
  return version === LIST_VERSION ? { etag: object.etag, models, isMissing: false } : MISSING;
}

// worker/src/catalogue/protocol.ts
function catalogueOf(namespace) {
  return namespace.get(namespace.idFromName("catalogue"));
}

// worker/src/catalogue/search.ts
var SCORE = {
  whole: 1e3,
  part: 900,
  partStart: 800,
  word: 700,
  wordStart: 600,
  inside: 450,
  joined: 400,
  detail: 250,
  typo: 200,
  initials: 150,
  scattered: 100
};
var MAX_WORDS = 8;
var MAX_WORD = 64;
function wordsOf2(query) {
  return query.toLowerCase().split(/\s+/).filter((word) => word !== "").slice(0, MAX_WORDS).map((word) => word.slice(0, MAX_WORD));
}
var prepared = /* @__PURE__ */ new WeakMap();
function prepare(model) {
  const known3 = prepared.get(model);
  if (known3 !== void 0) return known3;
  const name = model.name.toLowerCase();
  const words = name.split(/[/._-]+/);
  const details = [model.kind, model.task, model.license, model.library, ...model.formats ?? []];
  const made = {
    name,
    part: name.slice(name.lastIndexOf("/") + 1),
    words,
    joined: words.join(""),
    letters: lettersOf(name),
    details: details.filter((text) => text !== void 0).join("\n").toLowerCase()
  };
  prepared.set(model, made);
  return made;
}
function scoreOf(model, words) {
  const made = prepare(model);
  let sum = 0;
  for (const word of words) {
    const score = scoreOfWord(made, word);
    if (score === 0) return 0;
    sum += score;
  }
  return sum / words.length - Math.min(made.name.length, 100) / 100;
}
function search(models, query) {
  const words = wordsOf2(query);
  if (words.length === 0) return [...models];
  const found = [];
  for (const model of models) {
    const score = scoreOf(model, words);
    if (score > 0) found.push({ model, score });
  }
  return found.toSorted((a, b) => b.score - a.score).map(({ model }) => model);
}
function scoreOfWord(model, word) {
  const { name, part, joined, details } = model;
  if (name === word) return SCORE.whole;
  if (part === word) return SCORE.part;
  if (part.startsWith(word)) return SCORE.partStart;
  const at2 = name.indexOf(word);
  if (at2 >= 0) return scoreInside(name, word, at2);
  const bare = word.replace(/[/._-]+/g, "");
  if (bare !== "" && joined.includes(bare)) return SCORE.joined;
  if (word.length >= 2 && details.includes(word)) return SCORE.detail;
  const missing2 = missingLetters(word, model.letters);
  const typo = missing2 > allowedTypos(word) ? 0 : typoScore(model.words, word);
  if (typo > 0) return typo;
  const parts = word.split(/[/._-]+/).filter((each) => each !== "");
  if (parts.length > 1) return scoreOfParts(model, parts);
  return missing2 > 0 ? 0 : Math.max(initialsScore(name, word), scatteredScore(name, word));
}
function scoreOfParts(model, parts) {
  const scores = parts.map((part) => scoreOfWord(model, part));
  return scores.includes(0) ? 0 : Math.min(SCORE.joined, ...scores);
}
function scoreInside(name, word, first) {
  let best = SCORE.inside;
  for (let at2 = first; at2 >= 0; at2 = name.indexOf(word, at2 + 1)) {
    if (at2 > 0 && !isSeparator(name, at2 - 1)) continue;
    const end = at2 + word.length;
    best = Math.max(best, end === name.length || isSeparator(name, end) ? SCORE.word : SCORE.wordStart);
  }
  return best;
}
function typoScore(words, word) {
  const allowed = allowedTypos(word);
  if (allowed === 0) return 0;
  let best = allowed + 1;
  for (const candidate of words) {
    if (candidate.length < word.length - allowed || !mayBegin(candidate, word)) continue;
    best = Math.min(best, prefixDistance(candidate, word, allowed));
  }
  return best > allowed ? 0 : SCORE.typo - 40 * best;
}
function mayBegin(candidate, word) {
  return candidate[0] === word[0] || candidate[1] === word[0] || candidate[0] === word[1];
}
function allowedTypos({ length }) {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}
function lettersOf(text) {
  let letters = 0;
  for (let at2 = 0; at2 < text.length; at2++) letters |= letterAt(text, at2);
  return letters;
}
function missingLetters(word, letters) {
  let count3 = 0;
  for (let at2 = 0; at2 < word.length; at2++) if ((letterAt(word, at2) & ~letters) !== 0) count3++;
  return count3;
}
function letterAt(text, at2) {
  const code = text.charCodeAt(at2);
  if (code >= 97 && code <= 122) return 1 << code - 97;
  return code >= 48 && code <= 57 ? 1 << 26 + (code - 48 >> 1) : 0;
}
function prefixDistance(candidate, word, limit) {
  const width = Math.min(candidate.length, word.length + limit);
  let before = [];
  let last = Array.from({ length: width + 1 }, (_2, at2) => at2);
  for (let row = 1; row <= word.length; row++) {
    const current = [row];
    let least = row;
    for (let at2 = 1; at2 <= width; at2++) {
      const isSame2 = word[row - 1] === candidate[at2 - 1];
      let cost = Math.min(
        (last[at2] ?? 0) + 1,
        (current[at2 - 1] ?? 0) + 1,
        (last[at2 - 1] ?? 0) + (isSame2 ? 0 : 1)
      );
      if (row > 1 && at2 > 1 && word[row - 1] === candidate[at2 - 2] && word[row - 2] === candidate[at2 - 1])
        cost = Math.min(cost, (before[at2 - 2] ?? 0) + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return least;
    before = last;
    last = current;
  }
  return Math.min(...last);
}
function initialsScore(name, word) {
  if (word.length < 2) return 0;
  let at2 = -1;
  for (const letter of word) {
    if (at2 >= 0 && name[at2 + 1] === letter) at2++;
    else at2 = wordStart(name, letter, at2 + 1);
    if (at2 < 0) return 0;
  }
  return SCORE.initials;
}
function wordStart(name, letter, from) {
  let at2 = name.indexOf(letter, from);
  while (at2 > 0 && !isSeparator(name, at2 - 1)) at2 = name.indexOf(letter, at2 + 1);
  return at2;
}
function scatteredScore(name, word) {
  if (word.length < 3) return 0;
  for (let start = 0; start < name.length; start++) {
    if (name[start] !== word[0] || start > 0 && !isSeparator(name, start - 1)) continue;
    let at2 = start;
    let matched = 1;
    while (matched < word.length && at2 >= 0) {
      at2 = name.indexOf(word.charAt(matched), at2 + 1);
      if (at2 >= 0) matched++;
    }
    if (at2 < 0) return 0;
    const span = at2 - start + 1;
    if (span <= word.length * 3) return SCORE.scattered * (word.length / span);
  }
  return 0;
}
function isSeparator(name, at2) {
  const code = name.charCodeAt(at2);
  return code === 47 || code === 46 || code === 95 || code === 45;
}

// worker/src/catalogue/query.ts
var SORTS = ["relevance", "name", "updated", "size", "pulls"];
var PAGE_SIZE = 50;
var MAX_PAGE_SIZE = 1e3;
var MAX_FACETS = 50;
var UNITS = { "": 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
var NATURAL_ORDER = {
  relevance: "desc",
  name: "asc",
  updated: "desc",
  size: "desc",
  pulls: "desc"
};
function parseQuery(parameters) {
  const q2 = (parameters.get("q") ?? "").trim().slice(0, 200);
  const sort = oneOf(parameters, "sort", SORTS) ?? (q2 === "" ? "updated" : "relevance");
  return {
    q: q2,
    formats: valuesOf(parameters, "format"),
    licenses: valuesOf(parameters, "license"),
    tasks: valuesOf(parameters, "task"),
    ...sizesOf(parameters.get("size") ?? ""),
    sort,
    order: oneOf(parameters, "order", ["asc", "desc"]) ?? NATURAL_ORDER[sort],
    page: numberOf(parameters, "page", 1, Number.MAX_SAFE_INTEGER),
    pageSize: numberOf(parameters, "n", PAGE_SIZE, MAX_PAGE_SIZE)
  };
}
function formatQuery(query) {
  const parameters = new URLSearchParams();
  if (query.q !== "") parameters.set("q", query.q);
  for (const format of query.formats) parameters.append("format", format);
  for (const license of query.licenses) parameters.append("license", license);
  for (const task of query.tasks) parameters.append("task", task);
  if (query.minSize !== void 0 || query.maxSize !== void 0) {
    parameters.set("size", `${query.minSize ?? ""}-${query.maxSize ?? ""}`);
  }
  if (query.sort !== (query.q === "" ? "updated" : "relevance")) parameters.set("sort", query.sort);
  if (query.order !== NATURAL_ORDER[query.sort]) parameters.set("order", query.order);
  if (query.page !== 1) parameters.set("page", String(query.page));
  if (query.pageSize !== PAGE_SIZE) parameters.set("n", String(query.pageSize));
  return parameters.toString();
}
var known = /* @__PURE__ */ new WeakMap();
var MAX_KNOWN = 100;
function selectModels(models, query) {
  const pages = known.get(models) ?? /* @__PURE__ */ new Map();
  known.set(models, pages);
  const key2 = formatQuery(query);
  const page = pages.get(key2) ?? findPage(models, query);
  if (pages.size === MAX_KNOWN) pages.clear();
  pages.set(key2, page);
  return page;
}
function findPage(models, query) {
  const found = search(models, query.q);
  const fitting = found.filter((model) => fits2(model, query));
  const inOrder = sorted(fitting, query);
  const from = (query.page - 1) * query.pageSize;
  return {
    total: fitting.length,
    of: models.length,
    page: query.page,
    pages: Math.max(1, Math.ceil(fitting.length / query.pageSize)),
    models: inOrder.slice(from, from + query.pageSize),
    facets: {
      formats: facet(found, ({ formats }) => formats),
      licenses: facet(found, ({ license }) => license === void 0 ? [] : [license]),
      tasks: facet(found, ({ task }) => task === void 0 ? [] : [task])
    }
  };
}
function fits2(model, { formats, licenses, tasks, minSize, maxSize }) {
  return (formats.length === 0 || model.formats.some((format) => formats.includes(format))) && (licenses.length === 0 || model.license !== void 0 && licenses.includes(model.license)) && (tasks.length === 0 || model.task !== void 0 && tasks.includes(model.task)) && (minSize === void 0 || (model.size ?? -1) >= minSize) && (maxSize === void 0 || (model.size ?? Infinity) <= maxSize);
}
function sorted(models, query) {
  const turn = query.order === "asc" ? 1 : -1;
  const by = (value) => (a, b) => {
    const [x2, y2] = [value(a), value(b)];
    if (x2 === void 0 || y2 === void 0) return Number(x2 === void 0) - Number(y2 === void 0);
    return turn * (x2 - y2);
  };
  if (query.sort === "size") return models.toSorted(by(({ size }) => size));
  if (query.sort === "pulls") return models.toSorted(by(({ pulls }) => pulls));
  if (query.sort === "updated")
    return models.toSorted((a, b) => turn * compareTimes(a.updatedAt, b.updatedAt));
  if (query.sort === "name") return models.toSorted((a, b) => turn * compareBytes(a.name, b.name));
  const isRanked = wordsOf2(query.q).length > 0;
  return query.order === "asc" && isRanked ? models.toReversed() : models;
}
function compareTimes(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
function facet(models, values) {
  const counts = /* @__PURE__ */ new Map();
  for (const model of models)
    for (const value of values(model)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count3]) => ({ value, count: count3 })).toSorted((a, b) => b.count - a.count || compareBytes(a.value, b.value)).slice(0, MAX_FACETS);
}
function valuesOf(parameters, name) {
  return [...new Set(parameters.getAll(name).filter((value) => value !== ""))].slice(0, 20);
}
function oneOf(parameters, name, values) {
  const text = parameters.get(name) ?? "";
  if (text === "") return void 0;
  const value = values.find((each) => each === text);
  if (value === void 0) throw new RangeError(`${name} is one of ${values.join(", ")}`);
  return value;
}
function numberOf(parameters, name, otherwise, most) {
  const text = parameters.get(name) ?? "";
  if (text === "") return otherwise;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new RangeError(`${name} is a number from 1 to ${most}`);
  return number;
}
function sizesOf(text) {
  if (text === "") return {};
  const [, min, max] = /^([\d.]*[a-zA-Z]*)-([\d.]*[a-zA-Z]*)$/.exec(text) ?? [];
  if (min === void 0 || max === void 0 || text === "-") throw wrongSize();
  return {
    ...min === "" ? {} : { minSize: bytesOf(min) },
    ...max === "" ? {} : { maxSize: bytesOf(max) }
  };
}
function bytesOf(text) {
  const [, number, unit = ""] = /^(\d{1,15}(?:\.\d{1,6})?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (number === void 0 || factor === void 0) throw wrongSize();
  return Math.round(Number(number) * factor);
}
function wrongSize() {
  return new RangeError("size is a range such as 100MB-1GB, -1GB or 10GB- (B, KB, MB, GB, TB)");
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
async function* importsTo(bucket, repository) {
  const prefix = recordKey({ repository, reference: "" });
  for await (const { key: key2, customMetadata, uploaded } of listAll(bucket, {
    prefix,
    include: ["customMetadata"]
  })) {
    yield {
      target: { repository, reference: key2.slice(prefix.length) },
      state: customMetadata?.["state"],
      updatedAt: uploaded
    };
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

// worker/src/imports/start.ts
var ATTEMPTS4 = 10;
var FRESH_QUEUED_MS = 1e4;
var FRESH_RUNNING_MS = 6e4;
var ENDED = /* @__PURE__ */ new Set(["errored", "terminated", "complete"]);
async function startImport(bucket, workflows, request) {
  for (let attempt = 1; attempt <= ATTEMPTS4; attempt++) {
    const found = await readRecord(bucket, request);
    const before = found && await refresh2(bucket, workflows, found);
    if (before?.record.digest === request.digest && isUnfinished(before.record)) return before.record;
    const record = await newRecord(request, (before?.record.generation ?? 0) + 1);
    const held2 = await writeRecord(bucket, record, before);
    if (held2 === void 0 && !await isWritten(bucket, record)) continue;
    await create(workflows, record);
    return record;
  }
  throw new Error(`others keep starting imports to ${request.repository}:${request.reference}`);
}
async function refresh2(bucket, workflows, held2) {
  const { record } = held2;
  if (!isUnfinished(record)) return held2;
  const age = Date.now() - Date.parse(record.updatedAt);
  if (age < (record.state === "queued" ? FRESH_QUEUED_MS : FRESH_RUNNING_MS)) return held2;
  const status = await statusOf(workflows, record.id);
  if (status === void 0) await create(workflows, record);
  if (status === void 0 || !ENDED.has(status)) return held2;
  const current = await readRecord(bucket, record);
  if (current === void 0 || current.record.id !== record.id || !isUnfinished(current.record)) {
    return current ?? held2;
  }
  const error = { message: `The Workflow's instance ${record.id} is ${status}.`, hint: ASK_AGAIN };
  const failed2 = { ...current.record, state: "failed", updatedAt: (/* @__PURE__ */ new Date()).toISOString(), error };
  return await writeRecord(bucket, failed2, current) ?? { record: failed2, etag: current.etag };
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

// worker/src/catalogue/companions.ts
var MAX_COMPANIONS = 20;
function versionsOf(tags) {
  const named = new Set(tags.map(({ digest }) => digest));
  return tags.filter(({ image, digest }) => image === void 0 || image === digest || !named.has(image));
}
async function readCompanions(bucket, name, { image, reference, tags }) {
  const found = /* @__PURE__ */ new Map();
  const own = tags.filter(({ digest }) => digest === image.digest).map(({ tag: tag2 }) => tag2);
  for (const tag2 of tags) {
    if (tag2.image !== image.digest || tag2.digest === image.digest) continue;
    const isOfReference = tag2.tag === `${reference}-${suffixOf2(tag2.tag, own)}`;
    if (!found.has(tag2.digest) || isOfReference) found.set(tag2.digest, tag2);
  }
  const some = [...found.values()].slice(0, MAX_COMPANIONS);
  const read = await Promise.all(some.map(({ digest }) => readManifests(bucket, name, digest)));
  const companions = [];
  const blobs = [...image.layers];
  const had = new Set(image.layers.map(({ digest }) => digest));
  for (const [at2, manifests] of read.entries()) {
    const tag2 = some[at2];
    if (manifests === void 0 || tag2 === void 0) continue;
    blobs.push(...manifests.layers);
    const base = namedBase(manifests.annotations);
    companions.push({
      tag: tag2.tag,
      suffix: suffixOf2(tag2.tag, own),
      digest: tag2.digest,
      kind: await readKind(bucket, name, manifests),
      size: sizeOf(manifests.layers),
      newBytes: sizeOf(manifests.layers.filter(({ digest }) => !had.has(digest))),
      ...base === void 0 ? {} : { base }
    });
  }
  return { companions: companions.toSorted(byKind), size: sizeOf(blobs) };
}
function suffixOf2(tag2, images) {
  const lengths = images.filter((image) => tag2.startsWith(`${image}-`)).map(({ length }) => length + 1);
  return tag2.slice(Math.max(0, ...lengths));
}
function imageOf2(tags, { reference, digest }) {
  const own = tags.filter((tag3) => tag3.digest === digest && tag3.image !== void 0 && tag3.image !== digest);
  const companion = own.find(({ tag: tag3 }) => tag3 === reference) ?? own[0];
  const images = tags.filter((tag3) => tag3.digest === companion?.image).map(({ tag: tag3 }) => tag3);
  if (companion?.image === void 0 || images[0] === void 0) return void 0;
  const suffix = suffixOf2(companion.tag, images);
  const tag2 = images.find((image) => `${image}-${suffix}` === companion.tag) ?? images[0];
  return { digest: companion.image, tag: tag2 };
}
var ORDER = ["container", "modelkit", "modelpack", "docker-model"];
function byKind(a, b) {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.suffix < b.suffix ? -1 : 1);
}

// worker/src/catalogue/describe.ts
var VERSION2 = 2;
var ANNOTATION = {
  license: "org.opencontainers.image.licenses",
  revision: "org.opencontainers.image.revision"
};
var MAX_TEXT4 = 100;
async function describeModel(bucket, name) {
  const key2 = modelKey(name);
  const object = await bucket.get(key2);
  const before = object === null ? void 0 : JSON.parse(await object.text());
  const all = await tagsOf2(bucket, name);
  const tags = versionsOf(all);
  const importing = await firstImport(bucket, name);
  const shown = shownTag(tags);
  await forgetInspections(bucket, name, new Set(all.map(({ digest }) => digest)));
  if (shown === void 0 && importing === void 0) {
    if (before !== void 0) await bucket.delete(key2);
    return void 0;
  }
  const image = shown && await describeImage(bucket, name, { shown, before });
  const { version: _2, ...entry } = {
    version: VERSION2,
    name,
    tags: tags.length,
    updatedAt: shown?.updatedAt ?? importing ?? "",
    formats: [],
    ...shown === void 0 ? {} : { tag: shown.tag, digest: shown.digest },
    ...image,
    ...importing === void 0 ? {} : { importing: true }
  };
  const text = JSON.stringify({ version: VERSION2, ...entry });
  if (text !== JSON.stringify(before)) {
    await bucket.put(key2, text, { httpMetadata: { contentType: "application/json" } });
  }
  return entry;
}
async function tagsOf2(bucket, name) {
  const tags = [];
  for await (const { tag: tag2, digest, movedAt, image } of allTags(bucket, name)) {
    const updatedAt = movedAt.toISOString();
    tags.push({ tag: tag2, digest, updatedAt, ...image === void 0 ? {} : { image } });
  }
  return tags.toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
}
function shownTag(tags) {
  return tags.find(({ tag: tag2 }) => tag2 === "latest") ?? tags[0];
}
async function firstImport(bucket, name) {
  for await (const { state, updatedAt } of importsTo(bucket, name)) {
    if (state !== "done" && state !== "failed") return updatedAt.toISOString();
  }
  return void 0;
}
async function describeImage(bucket, name, { shown, before }) {
  if (before?.version === VERSION2 && before.digest === shown.digest) return factsOf2(before);
  const inspection = await inspectImage(bucket, name, shown.digest);
  return inspection === void 0 ? { formats: [] } : summarise(inspection);
}
function factsOf2(entry) {
  const { kind, size, files, formats, revision, license, task, library } = entry;
  return { ...defined({ kind, size, files, revision, license, task, library }), formats };
}
function summarise(inspection) {
  const { kind, annotations, artifact, card, files, incomplete: incomplete2, layers, size } = inspection;
  return {
    ...defined({
      kind: kind === "image" ? void 0 : kind,
      size,
      files: incomplete2 === void 0 && layers.length > 0 ? files.length : void 0,
      revision: cut3(annotations[ANNOTATION.revision]),
      license: cut3(annotations[ANNOTATION.license] ?? artifact?.licenses?.join(", ") ?? card?.license),
      task: cut3(card?.task),
      library: cut3(card?.library)
    }),
    formats: formatsOf(inspection)
  };
}
function cut3(text) {
  return text?.trim() === "" ? void 0 : text?.slice(0, MAX_TEXT4);
}
function defined(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== void 0));
}

// worker/src/catalogue/read-model.ts
var MAX_IMPORTS = 10;
var MAX_OTHERS = 10;
async function readModel({ bucket, workflows }, name, reference) {
  const [all, imports] = await Promise.all([tagsOf2(bucket, name), readImports({ bucket, workflows }, name)]);
  const tags = versionsOf(all);
  const wanted = reference ?? shownTag(tags)?.tag;
  if (wanted === void 0) return imports.length === 0 ? void 0 : { name, tags, imports };
  const image = await readImage(bucket, name, { reference: wanted, tags: all });
  return image && { name, tags, imports, image };
}
function digestFor(tags, reference) {
  return isDigest(reference) ? reference : tags.find(({ tag: tag2 }) => tag2 === reference)?.digest;
}
async function readImage(bucket, name, { reference, tags }) {
  const digest = digestFor(tags, reference);
  const inspection = digest && await inspectImage(bucket, name, digest);
  if (digest === void 0 || inspection === void 0) return void 0;
  const others = versionsOf(tags).filter((tag2) => tag2.digest !== digest);
  const [sharing, { companions, size }] = await Promise.all([
    readSharing(bucket, name, others),
    readCompanions(bucket, name, { image: inspection, reference, tags })
  ]);
  const of = imageOf2(tags, { reference, digest });
  const layers = inspection.layers.map((layer) => ({
    ...layer,
    sharedWith: [...sharing.get(layer.digest) ?? []]
  }));
  return {
    ...inspection,
    reference,
    layers,
    companions,
    sizeWithCompanions: size,
    ...of === void 0 ? {} : { of }
  };
}
async function readSharing(bucket, name, tags) {
  const digests = [...new Set(tags.map(({ digest }) => digest))].slice(0, MAX_OTHERS);
  const images = await Promise.all(digests.map((digest) => readManifests(bucket, name, digest)));
  const sharing = /* @__PURE__ */ new Map();
  for (const image of images) {
    const named = tags.filter(({ digest }) => digest === image?.digest).map(({ tag: tag2 }) => tag2);
    for (const { digest } of image?.layers ?? []) {
      sharing.set(digest, /* @__PURE__ */ new Set([...sharing.get(digest) ?? [], ...named]));
    }
  }
  return sharing;
}
async function readImports({ bucket, workflows }, name) {
  const targets = [];
  for await (const found of importsTo(bucket, name)) if (found.state !== "done") targets.push(found);
  const last = targets.toSorted((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime()).slice(0, MAX_IMPORTS);
  const records = await Promise.all(
    last.map(async ({ target }) => {
      const record = await readRecord(bucket, target);
      return record && (await refresh2(bucket, workflows, record)).record;
    })
  );
  return records.filter((record) => record !== void 0).filter(({ state }) => state !== "done");
}

// worker/src/routes/models.ts
async function readList3(c) {
  const isVisible = await visibleNames(c);
  const list = await loadList(c.get("bucket"), c.env.BUCKET);
  if (list.isMissing) await catalogueOf(c.env.CATALOGUE).compile();
  return isVisible === void 0 ? list : { ...list, models: list.models.filter(({ name }) => isVisible(name)) };
}
function queryOf(c) {
  try {
    return parseQuery(new URL(c.req.url).searchParams);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OciError("UNSUPPORTED", error.message, { status: 400, cause: error });
  }
}
async function readModels(c) {
  const query = queryOf(c);
  const { models, etag, isMissing } = await readList3(c);
  const headers = { ...cachingOf(c), ETag: `W/"${etag}"` };
  if (!isMissing && isKnown(c.req.header("If-None-Match"), headers.ETag)) {
    return new Response(null, { status: 304, headers });
  }
  return Response.json(selectModels(models, query), { headers });
}
async function rebuildCatalogue(c) {
  await catalogueOf(c.env.CATALOGUE).rebuild();
  return new Response(null, { status: 202 });
}
async function readModelRoute(c) {
  return Response.json(await findModel(c), { headers: cachingOf(c) });
}
async function findModel(c) {
  const name = repositoryOf(c);
  const reference = c.req.query("reference") || void 0;
  if (reference !== void 0) asReference(reference);
  const bucket = c.get("bucket");
  const [model, list] = await Promise.all([
    readModel({ bucket, workflows: c.env.IMPORTS }, name, reference),
    loadList(bucket, c.env.BUCKET)
  ]);
  if (model === void 0) {
    throw reference === void 0 ? new OciError("NAME_UNKNOWN", `there is no model ${name}`) : new OciError("MANIFEST_UNKNOWN", `there is no ${reference} of ${name}`);
  }
  const entry = list.models.find((each) => each.name === name);
  return { ...model, ...entry === void 0 ? {} : { entry } };
}
async function readComparison(c) {
  return Response.json(await findComparison(c), { headers: cachingOf(c) });
}
async function findComparison(c) {
  const name = repositoryOf(c);
  const [, a, b] = /^(.+?)\.\.\.(.+)$/.exec(c.req.param("range") ?? "") ?? [];
  if (a === void 0 || b === void 0) {
    throw new OciError("UNSUPPORTED", "two tags or digests are compared as <a>...<b>", { status: 400 });
  }
  const [from, to] = await Promise.all([findSide(c, name, a), findSide(c, name, b)]);
  return compareImages(name, from, to);
}
async function findSide(c, name, text) {
  const bucket = c.get("bucket");
  const reference = asReference(text);
  const digest = "digest" in reference ? reference.digest : await resolveTag(bucket, name, reference.tag);
  const inspection = digest && await inspectImage(bucket, name, digest);
  if (inspection === void 0) throw new OciError("MANIFEST_UNKNOWN", `there is no ${text} of ${name}`);
  return { reference: text, inspection };
}
function cachingOf(c) {
  return isPublic(c.env) ? { "Cache-Control": "public, no-cache" } : { "Cache-Control": "private, no-cache", Vary: "Authorization" };
}

// worker/src/routes/verified.ts
var PIECE2 = 1024 * 1024;
var { DigestStream } = crypto;
async function* verifiedRange(open, { chunks }, { offset, length }) {
  const end = offset + length;
  for (const chunk of chunks) {
    const { chunkOffset, chunkSize } = chunk;
    if (chunkOffset + chunkSize <= offset || chunkOffset >= end) continue;
    let at2 = chunkOffset;
    let held2;
    for await (const piece of verifiedPieces(open, chunk)) {
      const wanted = piece.subarray(Math.max(0, offset - at2), Math.max(0, end - at2));
      at2 += piece.length;
      if (wanted.length === 0) continue;
      if (held2 !== void 0) yield held2;
      held2 = wanted;
    }
    if (held2 !== void 0) yield held2;
  }
  return void 0;
}
async function* verifiedPieces(open, chunk) {
  const { algorithm, hex } = parseDigest(chunk.digest);
  const hash = new DigestStream(algorithm === "sha256" ? "SHA-256" : "SHA-512");
  const hashing = hash.getWriter();
  const member = open({ offset: chunk.offset, length: chunk.end - chunk.offset });
  const reader = member.pipeThrough(new DecompressionStream("gzip")).getReader({ mode: "byob" });
  try {
    let left = chunk.chunkSize;
    while (left > 0) {
      const piece = await readPiece(reader, new Uint8Array(Math.min(PIECE2, left))).catch((cause) => {
        throw new RangeError(`the gzip member at ${chunk.offset} of the layer cannot be read`, { cause });
      });
      if (piece === void 0)
        throw new RangeError(`the gzip member at ${chunk.offset} of the layer ends early`);
      left -= piece.length;
      await hashing.write(piece);
      yield piece;
    }
    await hashing.close();
  } finally {
    await reader.cancel().catch(() => void 0);
  }
  const got = toHex(new Uint8Array(await hash.digest));
  if (got !== hex) {
    throw new RangeError(
      `the chunk at ${chunk.offset} of the layer is ${algorithm}:${got}, its TOC says ${chunk.digest}`
    );
  }
}

// worker/src/routes/files.ts
var TEXT = /(?:^|\/)(?:LICENSE|NOTICE|[^/]+\.(?:txt|md|json|jsonl|ya?ml|csv|tsv|py|jinja|cfg|ini|toml))$/i;
var IMAGES = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif"
};
async function readFileRoute(c) {
  const name = repositoryOf(c);
  const text = c.req.param("reference") ?? "";
  const path2 = c.req.param("path") ?? "";
  const file = await findFile(c, { name, reference: text, path: path2 });
  const { size, etag } = file;
  checkMatch(c.req.header("If-Match"), etag);
  const headers = new Headers({
    ...cachingOf(c),
    ...isDigest(text) && isPublic(c.env) ? { "Cache-Control": IMMUTABLE } : {},
    "Accept-Ranges": "bytes",
    "Content-Type": contentTypeOf(path2),
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeName(path2)}`,
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    ETag: etag
  });
  if (isKnown(c.req.header("If-None-Match"), etag)) return new Response(null, { status: 304, headers });
  const range = requestedRange(c, etag, size);
  const { offset, length } = range ?? { offset: 0, length: size };
  if (range !== void 0) headers.set("Content-Range", contentRange(range, size));
  headers.set("Content-Length", String(length));
  const init = { status: range === void 0 ? 200 : 206, headers };
  if (c.req.method === "HEAD" || length === 0) return new Response(null, init);
  const pieces = file.read({ offset, length });
  const first = await pieces.next().catch((error) => {
    throw asDamaged(path2, error);
  });
  async function* body() {
    if (first.value !== void 0) yield first.value;
    try {
      yield* pieces;
    } catch (error) {
      console.error(error);
      throw error;
    }
  }
  return new Response(streamOf(length, body()), init);
}
async function findFile(c, { name, reference: text, path: path2 }) {
  const bucket = c.get("bucket");
  const reference = asReference(text);
  const digest = "digest" in reference ? reference.digest : await resolveTag(bucket, name, reference.tag);
  const image = digest && await inspectImage(bucket, name, digest);
  if (image === void 0) throw new OciError("MANIFEST_UNKNOWN", `there is no ${text} of ${name}`);
  const known3 = image.files.find((file) => file.path === path2);
  const manifests = await readManifests(bucket, name, image.manifest);
  const layers = (manifests?.layers ?? []).filter(
    ({ digest: layer }) => layer === known3?.layer || known3 === void 0 && image.incomplete !== void 0
  );
  for (const descriptor2 of layers.toReversed()) {
    const found = await openFile(bucket, name, { descriptor: descriptor2, path: path2 }).catch((error) => {
      if (known3 === void 0 && error instanceof RangeError) return void 0;
      throw asDamaged(path2, error);
    });
    if (found !== void 0) return found;
  }
  throw new OciError("BLOB_UNKNOWN", `there is no file ${shorten(path2)} in ${name}:${text}`);
}
async function openFile(bucket, name, { descriptor: descriptor2, path: path2 }) {
  const raw2 = rawFile(descriptor2);
  if (raw2 !== void 0) {
    const blob = raw2 === path2 ? await findBlob(bucket, name, descriptor2.digest) : void 0;
    return blob && {
      size: blob.size,
      etag: `"${descriptor2.digest}"`,
      read: (range) => readRange(bucket, blob.data, range)
    };
  }
  const layer = await openStoredLayer(bucket, name, descriptor2);
  const file = fileIn(layer, path2);
  return file && {
    size: file.size,
    etag: `"${file.digest ?? `${layer.tocDigest}/${file.chunks[0]?.offset ?? 0}`}"`,
    read: (range) => verifiedRange((part) => streamOf(part.length, readRange(bucket, layer.data, part)), file, range)
  };
}
function asDamaged(path2, error) {
  if (!(error instanceof RangeError)) return error;
  const message2 = `${shorten(path2)} cannot be read out of its layer: ${error.message}`;
  return new OciError("UNKNOWN", message2, { status: 502, cause: error });
}
function requestedRange(c, etag, size) {
  const condition = c.req.header("If-Range");
  if (c.req.method !== "GET" || condition !== void 0 && condition !== etag) return void 0;
  const header = c.req.header("Range");
  if (header?.includes(",")) return void 0;
  const ranges = parseRanges(header, size);
  if (ranges?.length === 0) {
    throw new OciError("RANGE_INVALID", `the file has ${size} bytes: nothing of it is in that range`, {
      headers: { "Content-Range": `bytes */${size}` }
    });
  }
  return ranges?.[0];
}
function contentTypeOf(path2) {
  if (TEXT.test(path2)) return "text/plain; charset=utf-8";
  return IMAGES[path2.slice(path2.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";
}
function encodeName(path2) {
  const name = path2.slice(path2.lastIndexOf("/") + 1);
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  );
}

// worker/src/catalogue/touch.ts
async function touchModel({ CATALOGUE }, name) {
  try {
    await retry(
      () => catalogueOf(CATALOGUE).touch(name),
      (error) => error.retryable === true
    );
  } catch (error) {
    console.error(error);
  }
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
  const json = typeof setting === "string" ? parseJson2(setting) : setting;
  if (!isObject5(json)) throw wrong("it is not an object of hosts");
  return Object.entries(json).map(([host, value]) => parseUpstream(host, value));
}
function parseJson2(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong("it is not JSON");
  }
}
function parseUpstream(host, value) {
  if (!isRegistry(host) || host !== host.toLowerCase()) throw wrong(`"${host}" is not a host`);
  if (!isObject5(value)) throw wrong(`"${host}" is not an object`);
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
function isObject5(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function wrong(message2) {
  return new SettingsError(`UPSTREAMS is wrong: ${message2}`);
}

// worker/src/manifests/referrer.ts
async function listAmongReferrers(bucket, repository, { descriptor: descriptor2, document }) {
  const { subject, artifactType, annotations } = document;
  if (subject === void 0) return;
  await writeReferrer(bucket, repository, subject, {
    ...descriptor2,
    ...artifactType === void 0 ? {} : { artifactType },
    ...annotations === void 0 ? {} : { annotations }
  });
}

// worker/src/manifests/accept.ts
var MAX_MANIFEST_SIZE = 4 * 1024 * 1024;
var CHECKS_AT_ONCE = 6;
var KEPT_AT_ONCE = 100;
async function acceptManifest(store, repository, manifest) {
  const { digest, mediaType, bytes } = manifest;
  const document = parseDocument(bytes, mediaType);
  await checkReferences(store, repository, document);
  const referrer = { descriptor: { mediaType, digest, size: bytes.length }, document };
  await listAmongReferrers(store, repository, referrer);
  await writeManifest(store, repository, manifest);
  await listAmongReferrers(store, repository, referrer);
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
  for (let at2 = 0; at2 < references.length; at2 += CHECKS_AT_ONCE) {
    await Promise.all(
      references.slice(at2, at2 + CHECKS_AT_ONCE).map(async (reference) => {
        const object = await store.head(reference.key);
        if (object === null) throw missing(reference);
        if (hasToBeKept(store, object)) old.push(reference);
      })
    );
  }
  for (let at2 = 0; at2 < old.length; at2 += KEPT_AT_ONCE) {
    const some = old.slice(at2, at2 + KEPT_AT_ONCE);
    const kept = await store.keep(some.map(({ key: key2 }) => key2));
    const gone = some.find((_2, index) => kept[index] !== true);
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
var PATIENCE_S2 = 60;
async function readPiece2(reader, memory, patience = PATIENCE_S2) {
  const reading = reader.readAtLeast(Math.min(LEAST, memory.length), memory);
  return inTime(reading, patience, () => new Stalled("the body stalled"));
}

// worker/src/imports/upstream/http.ts
var PATIENCE_S3 = 60;
var MAX_JSON = 1024 * 1024;
async function send(url, { patience = PATIENCE_S3, ...init } = {}) {
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
async function readBytes2(response, { limit, patience = PATIENCE_S3 }) {
  const late = () => new Stalled(`nothing came for ${patience} s`);
  const reader = response.body?.getReader();
  const pieces = [];
  let size = 0;
  try {
    for (; ; ) {
      const piece = reader === void 0 ? void 0 : (await inTime(reader.read(), patience, late)).value;
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
async function readJson2(response) {
  const bytes = await readBytes2(response, { limit: MAX_JSON });
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

// worker/src/imports/upstream/google.ts
var TOKEN_URI = "https://oauth2.googleapis.com/token";
var SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only";
var LIFETIME_S = 3600;
async function serviceAccountToken(secret, upstream) {
  const key2 = parseKey(secret, upstream);
  const uri = new URL(key2.token_uri ?? TOKEN_URI);
  if (!isSafe(uri, upstream)) throw unusable3(upstream, "its token_uri is not https");
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await sign(key2, uri, upstream)
  });
  const response = await send(uri, { method: "POST", body });
  const answer3 = await readJson2(response);
  if (response.status === 400 || response.status === 401) {
    const said = textOf4(answer3["error_description"]) ?? textOf4(answer3["error"]) ?? `${response.status}`;
    throw unusable3(upstream, `${uri.host} says: ${said.slice(0, 200)}`);
  }
  const value = textOf4(answer3["access_token"]);
  if (!response.ok || value === void 0) {
    throw new Error(`${uri.host} answered ${response.status} and no access token`);
  }
  const { expires_in: lifetime } = answer3;
  return { value, lifetime: typeof lifetime === "number" ? lifetime : LIFETIME_S };
}
function parseKey(secret, upstream) {
  try {
    const text = secret.trimStart().startsWith("{") ? secret : atob(secret);
    const key2 = JSON.parse(text);
    if (textOf4(key2.client_email) && textOf4(key2.private_key)) return key2;
  } catch {
  }
  throw unusable3(upstream, "it is not the JSON of a service account key");
}
async function sign(key2, audience, upstream) {
  const now = Math.floor(Date.now() / 1e3);
  const kid = key2.private_key_id;
  const header = { alg: "RS256", typ: "JWT", ...kid === void 0 ? {} : { kid } };
  const claims = { iss: key2.client_email, scope: SCOPE, aud: audience.href, iat: now, exp: now + LIFETIME_S };
  const signed = [header, claims].map((part) => base64Url(JSON.stringify(part))).join(".");
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  try {
    const der = bytesOf2(atob(key2.private_key.replace(/-----[^-]+-----|\s/g, "")));
    const imported = await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
    const signature = await crypto.subtle.sign(algorithm.name, imported, new TextEncoder().encode(signed));
    return `${signed}.${base64Url(String.fromCharCode(...new Uint8Array(signature)))}`;
  } catch {
    throw unusable3(upstream, "its private_key is not a key in PKCS #8");
  }
}
function bytesOf2(binary) {
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
function base64Url(binary) {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
function textOf4(value) {
  return typeof value === "string" && value !== "" ? value : void 0;
}
function unusable3({ host, secret }, why) {
  return new ImportFailure(
    `The secret ${secret} does not sign in to ${host}: ${why}.`,
    `The operator sets it anew: npx wrangler secret put ${secret}`
  );
}

// worker/src/imports/upstream/authorization.ts
var KEPT2 = /* @__PURE__ */ new Map();
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
    const kept = KEPT2.get(this.#key);
    return kept !== void 0 && kept.until > Date.now() ? kept.authorization : void 0;
  }
  /**
   * What to send after a 401; undefined where there is nothing to prove it with.
   * @param header the answer's `WWW-Authenticate`
   * @throws ImportFailure where the secret is unusable or the challenge leads elsewhere
   */
  async answer(header) {
    KEPT2.delete(this.#key);
    const credentials = await this.#credentials();
    const bearer = /(?:^|[\s,])bearer\s+(.*)$/i.exec(header ?? "")?.[1];
    const token = bearer === void 0 ? credentials : await this.#exchange(bearer, credentials?.value);
    if (token === void 0) return void 0;
    const { value: authorization, lifetime } = token;
    if (KEPT2.size >= MAX_KEPT) KEPT2.clear();
    KEPT2.set(this.#key, { authorization, until: Date.now() + lifetime * 1e3 });
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
    const answer3 = await readJson2(response);
    if ([400, 401, 403, 404].includes(response.status)) return void 0;
    const token = answer3["token"] ?? answer3["access_token"];
    if (!response.ok || typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
      throw new Error(`${realm.host} answered ${response.status} and no token`);
    }
    const told = answer3["expires_in"];
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
    this.#patience = options.patience ?? PATIENCE_S3;
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
   * Asks for a blob, or a range of it. A redirect, also one of Artifact Registry's to its own host, carries in its
   * address all the proof that it needs.
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
    const bytes = await readBytes2(response, { limit, patience: this.#patience }).catch((error) => {
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
    const answer3 = await this.#authorization.answer(response.headers.get("WWW-Authenticate"));
    if (answer3 === void 0) return response;
    await response.body?.cancel();
    return ask(answer3);
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

// worker/src/routes/imports.ts
var MAX_BODY = 16 * 1024;
var PATIENCE_S4 = 20;
async function createImport(c) {
  const repository = newRepositoryOf(c);
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
  await touchModel(c.env, repository);
  return Response.json(record, {
    status: 202,
    headers: { Location: locationOf(record), "Retry-After": "2" }
  });
}
async function readImport(c) {
  const target = asReference(c.req.param("reference") ?? "");
  const reference = "digest" in target ? target.digest : target.tag;
  const bucket = c.get("bucket");
  const held2 = await readRecord(bucket, { repository: repositoryOf(c), reference });
  if (held2 === void 0) throw new OciError("MANIFEST_UNKNOWN", "no import to this reference was asked for");
  const { record } = await refresh2(bucket, c.env.IMPORTS, held2);
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
    patience: PATIENCE_S4
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
    const bytes = await readBytes2(new Response(request.body), { limit: MAX_BODY });
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

// worker/src/containers/touch.ts
async function touchContainers(env, change) {
  try {
    const rules = containerRulesOf(env);
    const { repository, tags, digest } = change;
    if (rules.some(({ base }) => base.repository === repository && isNamed(base.reference, tags, digest))) {
      await call(env, (containers) => containers.sweep());
    }
    if (tags?.length === 0 || rulesFor(rules, repository).length === 0) return;
    await call(env, (containers) => containers.touch(repository, tags));
  } catch (error) {
    console.error(error);
  }
}
async function sweepContainers(env) {
  await call(env, (containers) => containers.sweep()).catch((error) => console.error(error));
}
function isNamed(reference, tags, digest) {
  return tags === void 0 || reference === digest || tags.includes(reference);
}
function call(env, run) {
  return retry(
    () => run(containersOf(env.CONTAINER_MAKER)),
    (error) => error.retryable === true
  );
}

// worker/src/routes/manifests.ts
async function readManifestRoute(c) {
  const repository = repositoryOf(c);
  const reference = asReference(c.req.param("reference") ?? "");
  const bucket = c.get("bucket");
  const digest = "digest" in reference ? reference.digest : await resolveTag(bucket, repository, reference.tag);
  if (digest === void 0) throw unknown2();
  const headers = new Headers({
    ..."digest" in reference ? immutableCaching(c.env) : { "Cache-Control": "no-cache" },
    "Docker-Content-Digest": digest,
    ETag: etagOf(digest)
  });
  const isHeld = isNoneMatch(c.req.header("If-None-Match"), digest);
  const isBodyless = isHeld || c.req.method === "HEAD";
  const read = isBodyless ? findManifest : readManifest;
  const manifest = await read(
    bucket,
    repository,
    digest
  );
  if (manifest === void 0 || manifest.isCondemned && isBodyless) throw unknown2();
  checkMatch(c.req.header("If-Match"), etagOf(digest));
  if (isHeld) return new Response(null, { status: 304, headers });
  headers.set("Content-Type", manifest.mediaType);
  headers.set("Content-Length", String(manifest.size));
  return new Response(await manifest.object?.arrayBuffer() ?? null, { headers });
}
async function writeManifestRoute(c) {
  const repository = newRepositoryOf(c);
  const reference = asReference(c.req.param("reference") ?? "");
  const tags = "tag" in reference ? [reference.tag] : tagsToMove(c);
  const bucket = c.get("bucket");
  const check = conditionOf(c);
  check?.(await digestAt(bucket, repository, reference));
  const bytes = await readBody2(c.req.raw);
  const digest = await digestOf(
    bytes,
    "digest" in reference ? parseDigest(reference.digest).algorithm : "sha256"
  );
  if ("digest" in reference && reference.digest !== digest) {
    throw new OciError("DIGEST_INVALID", `the manifest's digest is ${digest}, not ${reference.digest}`);
  }
  const mediaType = mediaTypeOf(c.req.header("Content-Type"));
  for (const tag2 of tags) await checkMove(c.env, bucket, { repository, tag: tag2, digest });
  const { subject } = await acceptManifest(bucket, repository, { digest, mediaType, bytes });
  const headers = new Headers({
    Location: `/v2/${repository}/manifests/${digest}`,
    "Docker-Content-Digest": digest
  });
  if (subject !== void 0) headers.set("OCI-Subject", subject);
  for (const tag2 of tags) {
    await moveTag(bucket, repository, {
      tag: tag2,
      digest,
      isImmutable: isImmutable(c.env, tag2),
      check: "tag" in reference ? check : void 0
    });
    headers.append("OCI-Tag", tag2);
  }
  if (tags.length > 0) await touchModel(c.env, repository);
  await touchContainers(c.env, { repository, tags, digest });
  return new Response(null, { status: 201, headers });
}
async function deleteManifest(c) {
  const repository = repositoryOf(c);
  const reference = asReference(c.req.param("reference") ?? "");
  const bucket = c.get("bucket");
  if ("tag" in reference) {
    const named = await resolveTag(bucket, repository, reference.tag);
    if (named === void 0) throw unknown2();
    conditionOf(c)?.(named);
    checkRemoval(c.env, reference.tag);
    await removeTag(bucket, repository, reference.tag);
    await touchModel(c.env, repository);
    await touchContainers(c.env, { repository, tags: [reference.tag] });
    return new Response(null, { status: 202 });
  }
  const { digest } = reference;
  const manifest = await readManifest(bucket, repository, digest);
  if (manifest === void 0 || manifest.isCondemned) throw unknown2();
  conditionOf(c)?.(digest);
  const bytes = new Uint8Array(await manifest.object.arrayBuffer());
  const tags = await checkManifestRemoval(c.env, bucket, { repository, digest });
  await checkPartRemoval(c.env, bucket, { repository, digest });
  const { subject } = parseDocument(bytes, manifest.mediaType);
  for (const tag2 of tags) await removeTag(bucket, repository, tag2);
  if (subject !== void 0) await removeReferrer(bucket, repository, subject, digest);
  await removeManifest(bucket, repository, digest);
  if (tags.length > 0) await touchModel(c.env, repository);
  await touchContainers(c.env, { repository, tags, digest });
  return new Response(null, { status: 202 });
}
async function digestAt(bucket, repository, reference) {
  if ("tag" in reference) return resolveTag(bucket, repository, reference.tag);
  const found = await findManifest(bucket, repository, reference.digest);
  return found === void 0 || found.isCondemned ? void 0 : reference.digest;
}
var MEDIA_TYPE3 = /^[a-z\d][\w!#$&^.+-]{0,126}\/[a-z\d][\w!#$&^.+-]{0,126}$/i;
function mediaTypeOf(contentType = "") {
  const mediaType = contentType.split(";")[0]?.trim() ?? "";
  if (MEDIA_TYPE3.test(mediaType)) return mediaType;
  throw new OciError("MANIFEST_INVALID", "Content-Type has to name the media type, as in type/subtype");
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
  const after = c.req.query("last");
  const { referrers, last } = await listReferrers(c.get("bucket"), repository, {
    subject,
    after: after === void 0 ? void 0 : asDigest(after)
  });
  const type = c.req.query("artifactType");
  const manifests = type === void 0 ? referrers : referrers.filter(({ artifactType }) => artifactType === type);
  const headers = new Headers({ "Content-Type": MEDIA_TYPE.index });
  if (type !== void 0) headers.set("OCI-Filters-Applied", "artifactType");
  if (last !== void 0) {
    const query = new URLSearchParams({ ...type === void 0 ? {} : { artifactType: type }, last });
    headers.set("Link", `</v2/${repository}/referrers/${subject}?${query.toString()}>; rel="next"`);
  }
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests };
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
    const count3 = await deleteAll(c, repository);
    if (count3 === 0) break;
    deleted += count3;
  }
  c.get("recentPointers").clear();
  await touchModel(c.env, repository);
  await touchContainers(c.env, { repository, tags: void 0 });
  if (deleted === 0) throw new OciError("NAME_UNKNOWN", "there is no such repository");
  return new Response(null, { status: 202 });
}
async function deleteAll(c, repository) {
  const bucket = c.get("bucket");
  const collector = collectorOf(c.env.COLLECTOR);
  let count3 = 0;
  for (const prefix of repositoryPrefixes(repository)) {
    for (; ; ) {
      const { objects } = await bucket.list({ prefix, limit: KEYS_AT_ONCE });
      if (objects.length === 0) break;
      await collector.discard(objects.map(({ key: key2 }) => key2));
      count3 += objects.length;
    }
  }
  return count3;
}

// worker/src/routes/tags.ts
async function readTags(c) {
  const repository = repositoryOf(c);
  const bucket = c.get("bucket");
  const limit = pageSizeOf(c);
  const last = c.req.query("last");
  const after = last === void 0 || last === "" ? void 0 : asTag(last);
  const { tags, more } = await listTags(bucket, repository, { after, limit });
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
var MAX_SCOPES = 32;
var MAX_SCOPE = 4096;
var MAX_FORM = 32 * 1024;
function readToken(c) {
  return answer2(c, () => ({
    credential: credentialOf(c.req.header("Authorization")),
    scope: (c.req.queries("scope") ?? []).join(" ")
  }));
}
function createToken(c) {
  return answer2(c, async () => {
    const form2 = new URLSearchParams(await readForm(c.req.raw));
    const secret = form2.get("password") ?? form2.get("refresh_token");
    const credential = secret ? { secret } : credentialOf(c.req.header("Authorization"));
    return { credential, scope: form2.getAll("scope").join(" ") };
  });
}
async function answer2(c, read) {
  try {
    const { credential, scope } = await read();
    const scopes = readScopes(scope);
    const { host } = addressOf(c.req.raw);
    const caller = credential ? await prove(credential, c.env) : visitor(c);
    const access = narrow(scopes, caller.grants);
    const lifetime = lifetimeFor(caller);
    const signing = { secret: c.env.TOKEN_SECRET, host };
    const token = await signRegistryToken({ subject: caller.name, access }, lifetime, signing);
    return c.json(
      {
        token,
        access_token: token,
        scope: formatScopes(access),
        // may be less than was asked for (RFC 6749, section 5.1)
        expires_in: lifetime,
        issued_at: (/* @__PURE__ */ new Date()).toISOString()
      },
      { headers: { "Cache-Control": "no-store" } }
    );
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    throw new OciError("UNAUTHORIZED", error.message, {
      headers: { "WWW-Authenticate": 'Basic realm="registry", charset="UTF-8"' }
    });
  }
}
function readScopes(text) {
  if (text.length > MAX_SCOPE) throw tooMany(`${MAX_SCOPE} characters of scopes`);
  const scopes = parseScopes(text);
  if (scopes.length > MAX_SCOPES) throw tooMany(`${MAX_SCOPES} scopes`);
  return scopes;
}
function tooMany(limit) {
  return new OciError("UNSUPPORTED", `a token has at most ${limit}`, { status: 400 });
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
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.length;
    if (size > MAX_FORM) {
      throw new OciError("SIZE_INVALID", `a form has at most ${MAX_FORM} bytes`, { status: 413 });
    }
    text += decoder2.decode(piece, { stream: true });
  }
  return text;
}

// worker/src/uploads/body-limit.ts
function bodyLimitHeader({ MAX_REQUEST_BODY: setting }) {
  if (setting === void 0 || setting === "") return {};
  if (/^[1-9]\d{0,14}$/.test(`${setting}`)) return { "OCI-Chunk-Max-Length": `${setting}` };
  throw new SettingsError("MAX_REQUEST_BODY is not a number of bytes");
}

// worker/src/storage/limits.ts
var MIN_PART = 5 * 1024 * 1024;
var MAX_PARTS = 1e4;

// worker/src/uploads/parts.ts
var MiB = 1024 * 1024;
var MEMORY = 40 * MiB;
var MAX_UPLOAD = roomFor(MEMORY);
function partSizeFor(length) {
  const needed = Math.ceil(length / MAX_PARTS / MiB) * MiB;
  return Math.min(Math.max(MIN_PART, needed), MEMORY);
}
function roomFor(partSize) {
  return partSize * MAX_PARTS;
}

// worker/src/routes/uploads.ts
async function startUpload(c) {
  const repository = newRepositoryOf(c);
  const mount = c.req.query("mount");
  if (mount !== void 0) {
    const mounted = await mountBlob(c, repository, asDigest(mount));
    if (mounted !== void 0) return mounted;
  }
  const wanted = c.req.query("digest");
  const digest = wanted === void 0 ? void 0 : asDigest(wanted);
  const algorithm = digest === void 0 ? algorithmOf(c) : parseDigest(digest).algorithm;
  const length = uploadLengthOf(c);
  const id = c.env.UPLOADS.newUniqueId();
  await calling(c, id, (upload) => upload.start(repository, algorithm, length));
  if (digest !== void 0) {
    const chunk = chunkOf2(c);
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
  const chunk = chunkOf2(c);
  const outcome = await c.env.UPLOADS.get(id).append(repository, chunk);
  const offset = accepted(outcome, repository, name);
  return new Response(null, { status: 202, headers: uploadHeaders(repository, name, offset) });
}
async function finishUpload(c) {
  const { repository, id, name } = uploadOf(c);
  const digest = asDigest(c.req.query("digest") ?? "");
  const chunk = chunkOf2(c);
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
function uploadLengthOf(c) {
  const header = c.req.header("Upload-Length");
  if (header === void 0) return void 0;
  if (!/^\d+$/.test(header)) throw new OciError("SIZE_INVALID", "Upload-Length is not a number of bytes");
  const length = Number(header);
  if (length <= MAX_UPLOAD) return length;
  throw new OciError("SIZE_INVALID", `an upload has room for ${MAX_UPLOAD} bytes at most`, { status: 413 });
}
function chunkOf2(c) {
  const body = c.req.raw.body;
  const announced = c.req.header("Content-Length");
  const length = announced === void 0 ? void 0 : Number(announced);
  const header = c.req.header("Content-Range");
  if (header === void 0) return { body: length === 0 ? null : body, length };
  const match2 = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header.trim());
  const [start, last] = (match2 ?? []).slice(1).map(Number);
  if (start === void 0 || last === void 0 || last < start) {
    throw new OciError("BLOB_UPLOAD_INVALID", "Content-Range is not <first byte>-<last byte>");
  }
  const claimed = last - start + 1;
  if (length !== void 0 && length !== claimed) {
    throw new OciError("SIZE_INVALID", `Content-Range speaks of ${claimed} bytes, the body has ${length}`);
  }
  return { body, start, length: claimed };
}
function calling(c, id, call2) {
  return retry(
    () => call2(c.env.UPLOADS.get(id)),
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
    size: () => new OciError("SIZE_INVALID", outcome.detail ?? "the upload has no room for it", { status: 413 }),
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

// worker/src/storage/recent-pointers.ts
var LIFE_MS = 1e4;
var MOST = 200;
var RecentPointers = class {
  #found = /* @__PURE__ */ new Map();
  get(repository, digest) {
    const found = this.#found.get(membershipKey(repository, digest));
    return found !== void 0 && Date.now() < found.since + LIFE_MS ? found.pointer : void 0;
  }
  /** @param since when it was asked for, in milliseconds since the epoch */
  set(repository, digest, found) {
    const key2 = membershipKey(repository, digest);
    this.#found.delete(key2);
    this.#found.set(key2, found);
    const [oldest] = this.#found.keys();
    if (this.#found.size > MOST && oldest !== void 0) this.#found.delete(oldest);
  }
  delete(repository, digest) {
    this.#found.delete(membershipKey(repository, digest));
  }
  clear() {
    this.#found.clear();
  }
};

// worker/src/app.ts
function createApp() {
  const app2 = new Hono3({ router: new PatternRouter() });
  const recentPointers = new RecentPointers();
  app2.use("*", observe);
  app2.use("*", async (c, next2) => {
    await next2();
    const { headers } = c.res;
    headers.set("Docker-Distribution-API-Version", "registry/2.0");
    headers.set("X-Content-Type-Options", "nosniff");
    if (c.req.path.startsWith("/v2/")) headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
  });
  app2.use("*", async (c, next2) => {
    checkHost(c.req.header("Host") ?? new URL(c.req.url).host, c.env.ALLOWED_HOSTS);
    c.set("bucket", openStore(c.env));
    c.set("recentPointers", recentPointers);
    await next2();
  });
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
  app2.post("/v2/_containers", may("operate"), sweepRoute);
  app2.get("/v2/_containers", may("operate"), readContainers);
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
  app2.get("/v2/:name{.+}/manifests/:reference/_containers", may("pull"), readContainersOfTag);
  app2.get("/v2/:name{.+}/manifests/:reference", may("pull"), readManifestRoute);
  app2.put("/v2/:name{.+}/manifests/:reference", may("push"), writeManifestRoute);
  app2.delete("/v2/:name{.+}/manifests/:reference", may("delete"), deleteManifest);
  app2.get("/v2/:name{.+}/tags/list", may("pull"), readTags);
  app2.get("/v2/:name{.+}/referrers/:digest", may("pull"), readReferrers);
  app2.post("/api/_rebuild", may("operate"), rebuildCatalogue);
  app2.get("/api/models", readModels);
  app2.get("/api/models/:name{.+}/compare/:range", maySee, readComparison);
  app2.get("/api/models/:name{.+}", maySee, readModelRoute);
  app2.get("/:name{.+?}/-/files/:reference/:path{.+}", maySee, readFileRoute);
  app2.notFound((c) => answerUnknown(app2, c).toResponse());
  app2.onError((error) => answerError(error).toResponse());
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

// worker/src/site/addresses.ts
var STYLESHEET = "/-/style.css";
var SCRIPT = "/-/site.js";
var LOGO = "/-/logo";
function modelHref(name) {
  return `/${name}`;
}
function imageHref(name, { reference, file, folder: folder2 }) {
  const parameters = new URLSearchParams({
    ...reference === void 0 ? {} : { reference },
    ...file === void 0 ? {} : { file },
    ...folder2 === void 0 ? {} : { folder: folder2 }
  }).toString();
  return modelHref(name) + (parameters === "" ? "" : `?${parameters}`);
}
function fileHref(name, reference, path2) {
  return `/${name}/-/files/${reference}/${path2.split("/").map(encodeURIComponent).join("/")}`;
}
function compareHref(name, from, to) {
  return `/${name}/compare/${from}...${to}`;
}
function outsideHref(text) {
  const url = URL.parse(text ?? "");
  return url !== null && ["https:", "http:"].includes(url.protocol) ? url.href : void 0;
}

// worker/src/site/accent.ts
var LIGHT = [243, 242, 238];
var DARK = [36, 36, 34];
var BLACK = [0, 0, 0];
var WHITE = [255, 255, 255];
var ENOUGH = 4.6;
var STEPS = 50;
function accentFrom(hex) {
  const colour = parse(hex);
  return { light: toHex2(readable(colour, LIGHT, BLACK)), dark: toHex2(readable(colour, DARK, WHITE)) };
}
function readable(colour, background, end) {
  for (let step = 0; step < STEPS; step++) {
    const mixed = mix(colour, end, step / STEPS);
    if (ratio(mixed, background) >= ENOUGH) return mixed;
  }
  return end;
}
function mix(a, b, share) {
  const at2 = (n) => Math.round(a[n] + (b[n] - a[n]) * share);
  return [at2(0), at2(1), at2(2)];
}
function ratio(a, b) {
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
function luminance([r, g2, b]) {
  return 0.2126 * linear(r) + 0.7152 * linear(g2) + 0.0722 * linear(b);
}
function linear(value) {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
function parse(hex) {
  const number = Number.parseInt(hex.slice(1), 16);
  return [number >> 16, number >> 8 & 255, number & 255];
}
function toHex2(colour) {
  return `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

// worker/src/site/brand.ts
var ACCENT = "#0b6e5f";
var MAX_NAME = 60;
var IMAGES2 = "svg\\+xml|png|webp|avif|jpeg|gif";
var brands = /* @__PURE__ */ new WeakMap();
function brandOf(settings) {
  const known3 = brands.get(settings);
  if (known3) return known3;
  const {
    SITE_NAME: name = "",
    SITE_LOGO: logo = "",
    SITE_ACCENT: accent = "",
    SITE_NOTICE: notice = ""
  } = settings;
  const brand = {
    ...name.trim() && { name: checkName(name.trim()) },
    ...logo.trim() && { logo: parseLogo(logo.trim()) },
    accent: accentFrom(checkAccent(accent.trim() || ACCENT)),
    ...notice.trim() && { notice: notice.trim() }
  };
  brands.set(settings, brand);
  return brand;
}
function checkName(name) {
  if (name.length <= MAX_NAME) return name;
  throw new SettingsError(`SITE_NAME has ${name.length} characters, and ${MAX_NAME} is the most`);
}
function checkAccent(accent) {
  if (/^#[0-9a-f]{6}$/i.test(accent)) return accent;
  throw new SettingsError("SITE_ACCENT has to be a colour of six hexadecimal digits, as in #0b6e5f");
}
function parseLogo(text) {
  const [, contentType, base64] = new RegExp(`^data:(image/(?:${IMAGES2}));base64,([A-Za-z0-9+/]+=*)$`).exec(text) ?? [];
  if (contentType === void 0 || base64 === void 0) {
    throw new SettingsError("SITE_LOGO has to be an image as data:image/svg+xml;base64,\u2026 (or png, webp, \u2026)");
  }
  try {
    return { contentType, bytes: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) };
  } catch (cause) {
    throw new SettingsError("what follows base64, in SITE_LOGO is not base64", { cause });
  }
}

// worker/src/site/assets/site.browser.js
var site_browser_default = "// @ts-check\n/** What the pages do besides: everything here also works by plain links and forms. */\n\n// Parts of a page that follow what is asked for: the same page is asked for anew, and its parts replaced.\n\n/** @type {AbortController | undefined} */\nlet asking;\n\n/** @param {string | URL} address */\nasync function follow(address) {\n  asking?.abort();\n  asking = new AbortController();\n  const response = await fetch(address, { signal: asking.signal, headers: { Accept: 'text/html' } });\n  if (!response.ok) throw new Error(`${response.status} at ${response.url}`);\n  const page = new DOMParser().parseFromString(await response.text(), 'text/html');\n  for (const fresh of page.querySelectorAll('[data-live]')) {\n    const part = document.getElementById(fresh.id);\n    // What a list has chosen does not come along with its options.\n    const value = fresh instanceof HTMLSelectElement ? fresh.value : undefined;\n    part?.replaceChildren(...fresh.childNodes);\n    if (part instanceof HTMLSelectElement && value !== undefined) part.value = value;\n  }\n  return page;\n}\n\n/** @param {string | URL} address */\nasync function show(address) {\n  try {\n    await follow(address);\n    history.replaceState(null, '', address);\n  } catch (error) {\n    if (!(error instanceof DOMException && error.name === 'AbortError')) location.assign(address);\n  }\n}\n\n/** @param {HTMLFormElement} form */\nfunction addressOf(form) {\n  const address = new URL(form.action);\n  for (const [name, value] of new FormData(form)) {\n    if (typeof value === 'string' && value !== '') address.searchParams.append(name, value);\n  }\n  return address;\n}\n\n// Search, filters, and the file to use.\n\n/** @type {ReturnType<typeof setTimeout> | undefined} */\nlet typing;\n\nfor (const form of document.forms) {\n  if (!('liveForm' in form.dataset)) continue;\n  form.addEventListener('input', () => {\n    clearTimeout(typing);\n    typing = setTimeout(() => void show(addressOf(form)), 90);\n  });\n  form.addEventListener('submit', (event) => {\n    event.preventDefault();\n    clearTimeout(typing);\n    void show(addressOf(form));\n  });\n}\n\ndocument.addEventListener('click', (event) => {\n  const target = event.target instanceof Element ? event.target : undefined;\n  const use = /** @type {HTMLAnchorElement | null | undefined} */ (target?.closest('a[data-file]'));\n  if (use && !event.ctrlKey && !event.metaKey && !event.shiftKey) {\n    event.preventDefault();\n    chooseFile(use);\n  }\n  const copy = /** @type {HTMLButtonElement | null | undefined} */ (target?.closest('button[data-copy]'));\n  if (copy) void copyFor(copy);\n});\n\n/** @param {HTMLAnchorElement} link */\nfunction chooseFile(link) {\n  const select = /** @type {HTMLSelectElement | null} */ (document.getElementById('choose-file'));\n  const path = link.dataset['file'] ?? '';\n  if (select === null) return location.assign(link.href);\n  if (![...select.options].some(({ value }) => value === path)) select.add(new Option(path, path), 0);\n  select.value = path;\n  document.getElementById('use')?.scrollIntoView();\n  select.focus({ preventScroll: true });\n  void show(link.href);\n}\n\n// Copying.\n\n/** @param {HTMLButtonElement} button */\nasync function copyFor(button) {\n  const source = document.getElementById(button.dataset['copy'] ?? '');\n  if (source === null) return;\n  const label = button.firstElementChild ?? button;\n  label.textContent = (await copied(source)) ? 'Copied' : 'Press Ctrl+C';\n  setTimeout(() => (label.textContent = 'Copy'), 1600);\n}\n\n/** @param {HTMLElement} source */\nasync function copied(source) {\n  try {\n    await navigator.clipboard.writeText(source.textContent.trim());\n    return true;\n  } catch {\n    // Not allowed, or not over https: what is selected can be copied by hand.\n    getSelection()?.selectAllChildren(source);\n    return document.execCommand('copy');\n  }\n}\n\n// The list by keyboard.\n\ndocument.addEventListener('keydown', (event) => {\n  if (event.ctrlKey || event.metaKey || event.altKey) return;\n  const search = /** @type {HTMLInputElement | null} */ (document.getElementById('q'));\n  const active = document.activeElement;\n  const isTyping = active instanceof HTMLElement && active.matches('input, select, textarea');\n  if (event.key === '/' && !isTyping && search !== null) {\n    event.preventDefault();\n    search.focus();\n    search.select();\n  }\n  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') step(event, search);\n});\n\n/**\n * @param {KeyboardEvent} event\n * @param {HTMLInputElement | null} search\n */\nfunction step(event, search) {\n  const models = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#results .models > li > a')]);\n  const at =\n    document.activeElement === search ? -1 : models.findIndex((link) => link === document.activeElement);\n  if (search === null || (at < 0 && document.activeElement !== search)) return;\n  const next = at + (event.key === 'ArrowDown' ? 1 : -1);\n  if (next < -1 || next >= models.length) return;\n  event.preventDefault();\n  (models[next] ?? search).focus();\n}\n\n// An import that is on its way.\n\nif (document.querySelector('[data-again]')) setTimeout(lookAgain, 3000);\n\nasync function lookAgain() {\n  const page = await follow(location.href).catch(() => undefined);\n  if (page !== undefined && !page.querySelector('[data-again]')) return location.reload();\n  setTimeout(lookAgain, 3000);\n}\n";

// worker/src/site/assets/style.css
var style_default = "/* The site's look. Before it stands the operator's accent: --accent, for both schemes. */\n\n:root {\n  color-scheme: light dark;\n  --page: light-dark(#fcfcfa, #161615);\n  --raised: light-dark(#f3f2ee, #242422);\n  --line: light-dark(#dedcd5, #383835);\n  --edge: light-dark(#8a8880, #77756e);\n  --text: light-dark(#1c1b19, #eceae4);\n  --quiet: light-dark(#5b5953, #aeaba2);\n  --warning: light-dark(#8a3b00, #f0b070);\n  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'Segoe UI Mono', Menlo, Consolas, monospace;\n  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;\n  --radius: 0.5rem;\n}\n\n*,\n::before,\n::after {\n  box-sizing: border-box;\n}\n\nhtml {\n  font: 100%/1.55 var(--sans);\n  background: var(--page);\n  color: var(--text);\n  -webkit-text-size-adjust: 100%;\n  scrollbar-gutter: stable;\n}\n\nbody {\n  max-width: 75rem;\n  min-height: 100vh;\n  margin: 0 auto;\n  padding: 0 clamp(1rem, 4vw, 2.5rem);\n  display: flex;\n  flex-direction: column;\n  overflow-wrap: anywhere;\n}\n\nmain {\n  flex: 1;\n}\n\nh1,\nh2,\nh3,\nh4,\nh5,\nh6 {\n  line-height: 1.25;\n  margin: 0;\n  font-weight: 650;\n  text-wrap: balance;\n}\n\nh1 {\n  font-size: clamp(1.6rem, 1.2rem + 2vw, 2.4rem);\n  letter-spacing: -0.02em;\n}\n\nh2 {\n  font-size: 1.15rem;\n}\n\np {\n  margin: 0;\n}\n\na {\n  color: var(--accent);\n  text-decoration-thickness: 1px;\n  text-underline-offset: 0.2em;\n}\n\n:focus-visible {\n  outline: 2px solid var(--accent);\n  outline-offset: 2px;\n  border-radius: 2px;\n}\n\ncode,\npre,\nkbd,\n.path,\n.digest {\n  font-family: var(--mono);\n  font-size: 0.875em;\n}\n\npre {\n  margin: 0;\n  overflow-x: auto;\n  white-space: pre;\n  overflow-wrap: normal;\n}\n\npre code {\n  font-size: inherit;\n}\n\nul,\nol,\ndl,\ndd,\nfigure,\nfieldset,\nblockquote {\n  margin: 0;\n  padding: 0;\n  border: 0;\n  list-style: none;\n}\n\nimg {\n  max-width: 100%;\n}\n\n/* For those who listen. */\n.hidden,\n.models dt {\n  position: absolute;\n  width: 1px;\n  height: 1px;\n  overflow: hidden;\n  clip-path: inset(50%);\n  white-space: nowrap;\n}\n\n.skip {\n  position: absolute;\n  left: -100vw;\n  padding: 0.5rem 1rem;\n  background: var(--page);\n}\n\n.skip:focus {\n  left: 1rem;\n  top: 0.5rem;\n  z-index: 1;\n}\n\n/* Around every page. */\n\nheader.site,\nfooter.site {\n  display: flex;\n  flex-wrap: wrap;\n  justify-content: space-between;\n  gap: 0.5rem 1.5rem;\n}\n\nheader.site {\n  align-items: center;\n  padding: 1.25rem 0;\n}\n\nheader.site a {\n  color: inherit;\n  text-decoration: none;\n}\n\nheader.site a:hover {\n  text-decoration: underline;\n}\n\n.owner {\n  display: flex;\n  align-items: center;\n  gap: 0.6rem;\n  font-weight: 650;\n}\n\n.owner img {\n  object-fit: contain;\n}\n\nheader.site nav {\n  display: flex;\n  gap: 1.25rem;\n  color: var(--quiet);\n}\n\nfooter.site {\n  margin-top: 4rem;\n  padding: 1.25rem 0 2rem;\n  border-top: 1px solid var(--line);\n  color: var(--quiet);\n  font-size: 0.875rem;\n}\n\nfooter.site a {\n  color: inherit;\n}\n\n.notice {\n  margin-top: 1rem;\n  padding: 0.6rem 1rem;\n  border: 1px solid var(--line);\n  border-left: 3px solid var(--accent);\n  border-radius: var(--radius);\n  background: var(--raised);\n  font-size: 0.9375rem;\n}\n\n.lede {\n  display: grid;\n  grid-template-columns: minmax(0, 1fr);\n  gap: 1rem;\n  padding: clamp(1.5rem, 5vw, 3.5rem) 0 clamp(1.5rem, 4vw, 2.5rem);\n}\n\n.lede > p {\n  max-width: 40rem;\n  color: var(--quiet);\n  font-size: 1.0625rem;\n  text-wrap: pretty;\n}\n\n/* Text to paste. */\n\n.copyable {\n  display: grid;\n  grid-template-columns: minmax(0, 1fr) auto;\n  align-items: start;\n  background: var(--raised);\n  border: 1px solid var(--line);\n  border-radius: var(--radius);\n}\n\n.copyable pre {\n  padding: 0.85rem 1rem;\n  font-size: 0.875rem;\n  line-height: 1.6;\n  scrollbar-width: thin;\n}\n\n.copyable code {\n  white-space: pre-wrap;\n  overflow-wrap: anywhere;\n}\n\n.copyable figcaption {\n  grid-column: 1 / -1;\n  padding: 0.6rem 1rem;\n  border-top: 1px solid var(--line);\n  color: var(--quiet);\n  font-size: 0.875rem;\n}\n\nbutton,\n.choice select,\n.field input {\n  font: inherit;\n  color: inherit;\n  background: var(--page);\n  border: 1px solid var(--edge);\n  border-radius: var(--radius);\n}\n\nbutton {\n  padding: 0.4rem 0.8rem;\n  font-size: 0.875rem;\n  cursor: pointer;\n}\n\nbutton:hover {\n  border-color: var(--accent);\n  color: var(--accent);\n}\n\n.copyable .copy {\n  margin: 0.5rem;\n  min-width: 4.75rem;\n}\n\n@media (scripting: none) {\n  .copy,\n  kbd {\n    display: none;\n  }\n}\n\n@media (hover: none) {\n  kbd {\n    display: none;\n  }\n}\n\n@media (scripting: enabled) {\n  [data-live-form] button {\n    display: none;\n  }\n}\n\n/* Search. */\n\n.search {\n  display: grid;\n  gap: 0.85rem;\n}\n\n.field {\n  position: relative;\n  display: flex;\n  gap: 0.5rem;\n}\n\n.field input {\n  flex: 1;\n  min-width: 0;\n  padding: 0.7rem 1rem;\n  font-size: 1.0625rem;\n  appearance: none;\n}\n\n.field input::placeholder {\n  color: var(--quiet);\n  opacity: 1;\n}\n\n.field kbd {\n  position: absolute;\n  right: 0.9rem;\n  top: 50%;\n  translate: 0 -50%;\n  padding: 0.05rem 0.5rem;\n  border: 1px solid var(--line);\n  border-radius: 0.3rem;\n  color: var(--quiet);\n}\n\n.field input:focus + kbd {\n  visibility: hidden;\n}\n\n.filters {\n  display: flex;\n  flex-wrap: wrap;\n  align-items: end;\n  gap: 0.6rem 0.75rem;\n}\n\n.choice {\n  display: grid;\n  gap: 0.15rem;\n  font-size: 0.8125rem;\n  color: var(--quiet);\n}\n\n.choice select {\n  width: 9.5rem;\n  padding: 0.35rem 0.5rem;\n  font-size: 0.9375rem;\n  color: var(--text);\n}\n\n.filters [role='status'] {\n  margin-left: auto;\n  padding-bottom: 0.35rem;\n  color: var(--quiet);\n  font-size: 0.9375rem;\n  font-variant-numeric: tabular-nums;\n}\n\n/* The list of models. */\n\n.models {\n  margin-top: 1rem;\n  border-top: 1px solid var(--line);\n}\n\n.models > li {\n  position: relative;\n  display: grid;\n  grid-template-columns: minmax(0, 1fr) 11rem 9.5rem 6.5rem 5rem 7.5rem;\n  align-items: baseline;\n  gap: 0.1rem 1rem;\n  padding: 0.7rem 0.25rem;\n  border-bottom: 1px solid var(--line);\n}\n\n.models.counted > li {\n  grid-template-columns: minmax(0, 1fr) 9rem 8.5rem 6rem 6rem 5rem 7.5rem;\n}\n\n.models > li:hover {\n  background: var(--raised);\n}\n\n.models > li > a {\n  color: inherit;\n  text-decoration: none;\n}\n\n.models > li > a::after {\n  content: '';\n  position: absolute;\n  inset: 0;\n}\n\n.models > li > a:focus-visible {\n  outline: none;\n}\n\n.models > li > a:focus-visible::after {\n  outline: 2px solid var(--accent);\n  outline-offset: -2px;\n  border-radius: 2px;\n}\n\n.of {\n  color: var(--quiet);\n  font-weight: 400;\n}\n\n.models .own {\n  font-weight: 600;\n}\n\n.models > li > a:hover .own {\n  color: var(--accent);\n}\n\n/* Each fact in the column of its kind, whichever others there are. */\n.models dl {\n  display: contents;\n  color: var(--quiet);\n  font-size: 0.875rem;\n}\n\n.models :is(.task, .state) {\n  grid-column: 2;\n}\n\n.models .formats {\n  grid-column: 3;\n}\n\n.models .licence {\n  grid-column: 4;\n}\n\n.models :is(.pulls, .size, .age) {\n  text-align: right;\n  font-variant-numeric: tabular-nums;\n}\n\n.models .pulls {\n  grid-column: -4;\n}\n\n.models .size {\n  grid-column: -3;\n}\n\n.models .age {\n  grid-column: -2;\n}\n\n.models .state dd {\n  color: var(--accent);\n}\n\n.pages {\n  display: flex;\n  justify-content: center;\n  gap: 1.5rem;\n  padding: 1.5rem 0;\n  color: var(--quiet);\n  font-variant-numeric: tabular-nums;\n}\n\n.nothing {\n  padding: 1rem 0;\n  color: var(--quiet);\n}\n\n.warning {\n  color: var(--warning);\n  font-size: 0.9375rem;\n}\n\n/* A model. */\n\n.title {\n  padding: clamp(1rem, 3vw, 2rem) 0 clamp(1rem, 3vw, 2rem);\n}\n\n.title p {\n  margin-top: 0.4rem;\n  color: var(--quiet);\n}\n\n.title a {\n  color: inherit;\n}\n\n.title h1 a {\n  text-decoration: none;\n}\n\n.columns {\n  display: grid;\n  grid-template:\n    'content side' auto\n    'card side' 1fr / minmax(0, 1fr) 19rem;\n  gap: 2.5rem clamp(2rem, 5vw, 4rem);\n}\n\n.content {\n  grid-area: content;\n}\n\n.side {\n  grid-area: side;\n}\n\n#card {\n  grid-area: card;\n  align-content: start;\n}\n\n.content,\n.side {\n  display: grid;\n  align-content: start;\n  gap: 2.5rem;\n  min-width: 0;\n}\n\n.columns section,\nmain > section {\n  display: grid;\n  grid-template-columns: minmax(0, 1fr);\n  gap: 0.85rem;\n  min-width: 0;\n}\n\n.side h2 {\n  font-size: 1rem;\n}\n\n.sum {\n  color: var(--quiet);\n  font-weight: 400;\n  font-size: 0.9375rem;\n}\n\n.choose {\n  display: flex;\n  align-items: end;\n  gap: 0.5rem;\n}\n\n.choose .choice,\n.choose select {\n  width: 100%;\n  min-width: 0;\n}\n\n.choose select {\n  text-overflow: ellipsis;\n}\n\n.tabs {\n  display: flex;\n  flex-wrap: wrap;\n  gap: 0 1.25rem;\n  border-bottom: 1px solid var(--line);\n}\n\n.tabs label {\n  position: relative;\n  padding: 0.3rem 0 0.5rem;\n  color: var(--quiet);\n  font-size: 0.9375rem;\n  cursor: pointer;\n}\n\n.tabs input {\n  position: absolute;\n  inset: 0;\n  width: 100%;\n  height: 100%;\n  margin: 0;\n  opacity: 0;\n  cursor: pointer;\n}\n\n.tabs label:hover {\n  color: var(--text);\n}\n\n.tabs label:has(:checked) {\n  color: var(--text);\n  box-shadow:\n    0 1px 0 var(--accent),\n    inset 0 -1px 0 var(--accent);\n}\n\n.tabs label:has(:focus-visible) {\n  outline: 2px solid var(--accent);\n  outline-offset: 2px;\n}\n\n.panel {\n  display: none;\n}\n\n#use:has([value='file']:checked) .file,\n#use:has([value='model']:checked) .model,\n#use:has([value='kubernetes']:checked) .kubernetes,\n#use:has([value='docker']:checked) .docker,\n#use:has([value='pull']:checked) .pull,\n#use:has([value='stargz']:checked) .stargz,\n#use:has([value='run']:checked) .run,\n#use:has([value='from']:checked) .from,\n#use:has([value='kit']:checked) .kit,\n#use:has([value='kit-model']:checked) .kit-model,\n#use:has([value='modctl']:checked) .modctl,\n#use:has([value='model-runner']:checked) .model-runner,\n#use:has([value='oras']:checked) .oras {\n  display: block;\n}\n\n.form {\n  display: grid;\n  grid-template-columns: minmax(0, 1fr);\n  gap: 0.4rem;\n}\n\n.form + .form {\n  margin-top: 0.6rem;\n}\n\n.form h3 {\n  display: flex;\n  flex-wrap: wrap;\n  justify-content: space-between;\n  gap: 0 1rem;\n  font-size: 0.9375rem;\n}\n\n.form .kind {\n  font-weight: 400;\n}\n\n.form .base {\n  color: var(--quiet);\n  font-size: 0.875rem;\n}\n\n.form summary {\n  padding: 0.2rem 0;\n  color: var(--quiet);\n  font-size: 0.9375rem;\n  cursor: pointer;\n}\n\n.files,\n.layers,\n.tags {\n  font-size: 0.9375rem;\n}\n\n.row,\n.files summary {\n  display: grid;\n  grid-template-columns: minmax(0, 1fr) auto 5.5rem 2rem;\n  gap: 0 1rem;\n  align-items: baseline;\n  padding: 0.35rem 0.25rem;\n  border-bottom: 1px solid var(--line);\n}\n\n.plain .row {\n  grid-template-columns: minmax(0, 1fr) auto 5.5rem;\n}\n\n.row:hover {\n  background: var(--raised);\n}\n\n.row .path {\n  color: inherit;\n  text-decoration: none;\n}\n\n.row .path:hover {\n  color: var(--accent);\n  text-decoration: underline;\n}\n\n.files .files {\n  padding-left: 1.25rem;\n}\n\n.files summary {\n  cursor: pointer;\n}\n\n.files summary .path::before {\n  content: '\u25B8';\n  display: inline-block;\n  width: 1.25em;\n  color: var(--quiet);\n}\n\n.files details[open] > summary .path::before {\n  content: '\u25BE';\n}\n\n.kind,\n.size,\n.digest,\ntime {\n  color: var(--quiet);\n  font-size: 0.875rem;\n}\n\n.size {\n  text-align: right;\n  font-variant-numeric: tabular-nums;\n}\n\n.way {\n  font-size: 0.9375rem;\n}\n\n.facts {\n  display: grid;\n  gap: 0.5rem;\n  font-size: 0.9375rem;\n}\n\n.facts > div {\n  display: grid;\n  grid-template-columns: 6.5rem minmax(0, 1fr);\n  gap: 0.75rem;\n}\n\n.facts dt {\n  color: var(--quiet);\n}\n\n.tags li,\n.layers li {\n  display: grid;\n  grid-template-columns: minmax(0, 1fr) auto;\n  gap: 0 1rem;\n  padding: 0.4rem 0;\n  border-bottom: 1px solid var(--line);\n}\n\n.tags [aria-current] {\n  color: inherit;\n  font-weight: 600;\n  text-decoration: none;\n}\n\n.tags .compare {\n  font-size: 0.875rem;\n  text-align: right;\n}\n\n.tags time {\n  text-align: right;\n}\n\n.layers .shared {\n  grid-column: 1 / -1;\n  color: var(--quiet);\n  font-size: 0.875rem;\n}\n\n.layers .digest {\n  grid-column: 1 / -1;\n}\n\n.side .copyable pre {\n  padding: 0.6rem 0.75rem;\n  font-size: 0.8125rem;\n}\n\ndetails.weights {\n  border-bottom: 1px solid var(--line);\n}\n\ndetails.weights summary {\n  padding: 0.35rem 0.25rem;\n  cursor: pointer;\n}\n\ndetails.weights .kind {\n  padding-left: 0.5rem;\n}\n\ndetails.weights > * + * {\n  margin: 0.5rem 0 1rem;\n}\n\n.metadata {\n  display: grid;\n  gap: 0.25rem;\n  font-size: 0.875rem;\n}\n\n.metadata > div {\n  display: grid;\n  grid-template-columns: minmax(0, 14rem) minmax(0, 1fr);\n  gap: 1rem;\n}\n\n.metadata dt {\n  color: var(--quiet);\n}\n\n.wide {\n  overflow-x: auto;\n  overflow-wrap: normal;\n}\n\ntable {\n  border-collapse: collapse;\n  font-size: 0.875rem;\n}\n\nth,\ntd {\n  padding: 0.3rem 1rem 0.3rem 0.25rem;\n  border-bottom: 1px solid var(--line);\n  text-align: left;\n  vertical-align: top;\n}\n\nth {\n  font-weight: 600;\n}\n\n.number {\n  text-align: right;\n  font-variant-numeric: tabular-nums;\n}\n\n.imports {\n  margin-bottom: 2rem;\n  padding: 1rem;\n  border: 1px solid var(--line);\n  border-radius: var(--radius);\n  background: var(--raised);\n}\n\nprogress {\n  width: 100%;\n  height: 0.5rem;\n  margin-top: 0.5rem;\n  accent-color: var(--accent);\n}\n\n.moved {\n  padding-bottom: 1rem;\n}\n\n.figure {\n  font-size: 2rem;\n  font-weight: 650;\n  font-variant-numeric: tabular-nums;\n}\n\nmain > section + section {\n  margin-top: 2rem;\n}\n\n.lede + section {\n  margin-top: 0;\n}\n\n/* A model card: its author's words in the page's type. */\n\n#card > h2 {\n  padding-bottom: 0.4rem;\n  border-bottom: 1px solid var(--line);\n  color: var(--quiet);\n  font-size: 1rem;\n}\n\n.card {\n  max-width: 46rem;\n}\n\n.card > * + * {\n  margin-top: 0.85rem;\n}\n\n.card > :is(h3, h4, h5, h6) {\n  margin-top: 1.75rem;\n}\n\n.card > :first-child {\n  margin-top: 0;\n}\n\n.card h3 {\n  font-size: 1.25rem;\n}\n\n.card h4 {\n  font-size: 1.1rem;\n}\n\n.card h5,\n.card h6 {\n  font-size: 1rem;\n}\n\n.card :is(ul, ol) {\n  padding-left: 1.4rem;\n  list-style: disc;\n}\n\n.card ol {\n  list-style: decimal;\n}\n\n.card li > p {\n  display: inline;\n}\n\n.card li > p + p {\n  display: block;\n}\n\n.card pre {\n  padding: 0.75rem 1rem;\n  border: 1px solid var(--line);\n  border-radius: var(--radius);\n  background: var(--raised);\n}\n\n.card :not(pre) > code {\n  padding: 0.1em 0.3em;\n  border-radius: 0.25rem;\n  background: var(--raised);\n}\n\n.card blockquote {\n  padding-left: 1rem;\n  border-left: 3px solid var(--line);\n  color: var(--quiet);\n}\n\n.card hr {\n  border: 0;\n  border-top: 1px solid var(--line);\n}\n\n/* A box of its own size, so that nothing moves when the picture comes. */\n.card img {\n  display: block;\n  width: min(100%, 32rem);\n  aspect-ratio: 16 / 9;\n  object-fit: scale-down;\n  object-position: left;\n}\n\n@media (max-width: 60rem) {\n  .columns {\n    grid-template: 'content' 'side' 'card' / minmax(0, 1fr);\n  }\n}\n\n@media (max-width: 60rem) {\n  .models > li,\n  .models.counted > li {\n    grid-template-columns: minmax(0, 1fr);\n  }\n\n  .models dl {\n    display: flex;\n    flex-wrap: wrap;\n    gap: 0 1rem;\n  }\n}\n\n@media (max-width: 44rem) {\n  .copyable {\n    grid-template-columns: minmax(0, 1fr);\n  }\n\n  .copyable .copy {\n    justify-self: end;\n    margin-top: 0;\n  }\n\n  .choice {\n    flex: 1 1 8rem;\n  }\n\n  .choice select {\n    width: 100%;\n  }\n\n  .row,\n  .files summary {\n    grid-template-columns: minmax(0, 1fr) 4.75rem 2rem;\n  }\n\n  .plain .row {\n    grid-template-columns: minmax(0, 1fr) auto;\n  }\n\n  .row .kind,\n  .files summary .kind {\n    display: none;\n  }\n}\n\n@media (prefers-reduced-motion: no-preference) {\n  html {\n    scroll-behavior: smooth;\n  }\n}\n";

// worker/src/site/assets/assets.ts
var known2 = /* @__PURE__ */ new WeakMap();
function assetsOf(brand) {
  const made = known2.get(brand) ?? makeAssets(brand);
  known2.set(brand, made);
  return made;
}
async function makeAssets({ accent: { light, dark } }) {
  const accented = `:root{--accent:light-dark(${light},${dark})}
${style_default}`;
  const hash = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(accented + site_browser_default))
  );
  const version = Array.from(hash.subarray(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { styles: accented, script: site_browser_default, version };
}
async function readAsset(c) {
  const { styles: css, script: js, version } = await assetsOf(brandOf(c.env));
  const isCurrent = c.req.query(version) !== void 0;
  c.header("Cache-Control", isCurrent ? IMMUTABLE : "no-cache");
  if (c.req.path === STYLESHEET) return c.body(css, 200, { "Content-Type": "text/css; charset=utf-8" });
  if (c.req.path === SCRIPT) return c.body(js, 200, { "Content-Type": "text/javascript; charset=utf-8" });
  return c.notFound();
}
function layersLogo({ light, dark }) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>path{fill:none;stroke:${light};stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}.top{fill:${light}}@media(prefers-color-scheme:dark){path{stroke:${dark}}.top{fill:${dark}}}</style><path class="top" d="m16 4 12 6-12 6L4 10z"/><path d="m4 16 12 6 12-6M4 22l12 6 12-6"/></svg>`;
}
function readLogo(c) {
  const { logo, accent } = brandOf(c.env);
  return c.body(logo?.bytes ?? layersLogo(accent), 200, {
    "Content-Type": logo?.contentType ?? "image/svg+xml",
    "Cache-Control": "public, max-age=3600",
    // An SVG that somebody opens by itself is a page.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"
  });
}

// worker/src/site/format.ts
var UNITS2 = ["B", "kB", "MB", "GB", "TB", "PB"];
function formatBytes(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS2.length - 1) {
    value /= 1e3;
    unit++;
  }
  return `${unit === 0 ? value : short(value)} ${UNITS2[unit]}`;
}
function formatCount(number) {
  const [size, unit] = [
    [1e12, " T"],
    [1e9, " B"],
    [1e6, " M"],
    [1e3, " k"]
  ].find(([least]) => number >= least * 0.9995) ?? [1, ""];
  return unit === "" ? String(number) : short(number / size) + unit;
}
function formatNumber(number) {
  return number.toLocaleString("en-US");
}
function count(number, noun) {
  return `${formatNumber(number)} ${noun}${number === 1 ? "" : "s"}`;
}
var DAY = 86400;
var AGES = [
  [365 * DAY, "year"],
  [30 * DAY, "month"],
  [7 * DAY, "week"],
  [DAY, "day"],
  [3600, "hour"],
  [60, "minute"]
];
function formatAge(time, now) {
  const seconds = (now - Date.parse(time)) / 1e3;
  const [unit, name] = AGES.find(([least]) => seconds >= least) ?? [];
  return unit === void 0 ? "just now" : `${count(Math.floor(seconds / unit), name ?? "")} ago`;
}
function shortDigest(digest) {
  const [algorithm, hex] = digest.includes(":") ? digest.split(":") : ["", digest];
  return `${algorithm ? `${algorithm}:` : ""}${hex?.slice(0, 12)}`;
}
function shorten3(text, length = 120) {
  return text.length > length ? `${text.slice(0, length - 1)}\u2026` : text;
}
function short(value) {
  return value >= 99.95 ? String(Math.round(value)) : value.toPrecision(value >= 9.995 ? 3 : 2);
}

// node_modules/hono/dist/helper/html/index.js
var html = (strings, ...values) => {
  const buffer = [""];
  for (let i = 0, len = strings.length - 1; i < len; i++) {
    buffer[0] += strings[i];
    const children = Array.isArray(values[i]) ? values[i].flat(Infinity) : [values[i]];
    for (let i2 = 0, len2 = children.length; i2 < len2; i2++) {
      const child = children[i2];
      if (typeof child === "string") escapeToBuffer(child, buffer);
      else if (typeof child === "number") buffer[0] += child;
      else if (typeof child === "boolean" || child === null || child === void 0) continue;
      else if (typeof child === "object" && child.isEscaped) {
        if (child.callbacks) buffer.unshift("", child);
        else {
          const tmp = child.toString();
          if (tmp instanceof Promise) buffer.unshift("", tmp);
          else buffer[0] += tmp;
        }
      } else if (child instanceof Promise) buffer.unshift("", child);
      else escapeToBuffer(child.toString(), buffer);
    }
  }
  buffer[0] += strings.at(-1);
  return buffer.length === 1 ? "callbacks" in buffer ? raw(resolveCallbackSync(raw(buffer[0], buffer.callbacks))) : raw(buffer[0]) : stringBufferToString(buffer, buffer.callbacks);
};

// node_modules/hono/dist/jsx/constants.js
var DOM_RENDERER = /* @__PURE__ */ Symbol("RENDERER");
var DOM_ERROR_HANDLER = /* @__PURE__ */ Symbol("ERROR_HANDLER");
var DOM_INTERNAL_TAG = /* @__PURE__ */ Symbol("INTERNAL");
var PERMALINK = /* @__PURE__ */ Symbol("PERMALINK");
var RENDERED_JSX = /* @__PURE__ */ Symbol("RENDERED_JSX");

// node_modules/hono/dist/jsx/utils.js
var normalizeElementKeyMap = /* @__PURE__ */ new Map([
  ["className", "class"],
  ["htmlFor", "for"],
  ["crossOrigin", "crossorigin"],
  ["httpEquiv", "http-equiv"],
  ["itemProp", "itemprop"],
  ["fetchPriority", "fetchpriority"],
  ["noModule", "nomodule"],
  ["formAction", "formaction"]
]);
var normalizeIntrinsicElementKey = (key2) => normalizeElementKeyMap.get(key2) || key2;
var invalidAttributeNameCharRe = /[\s"'<>/=`\\\x00-\x1f\x7f-\x9f]/;
var validAttributeNameCache = /* @__PURE__ */ new Set();
var validAttributeNameCacheMax = 1024;
var invalidTagNameCharRe = /^[!?]|[\s"'<>/=`\\\x00-\x1f\x7f-\x9f]/;
var validTagNameCache = /* @__PURE__ */ new Set();
var validTagNameCacheMax = 256;
var cacheValidName = (cache2, max, name) => {
  if (cache2.size >= max) cache2.clear();
  cache2.add(name);
};
var isValidTagName = (name) => {
  if (validTagNameCache.has(name)) return true;
  if (typeof name !== "string") return false;
  if (name.length === 0) return true;
  if (invalidTagNameCharRe.test(name)) return false;
  cacheValidName(validTagNameCache, validTagNameCacheMax, name);
  return true;
};
var isValidAttributeName = (name) => {
  if (validAttributeNameCache.has(name)) return true;
  const len = name.length;
  if (len === 0) return false;
  for (let i = 0; i < len; i++) {
    const c = name.charCodeAt(i);
    if (!(c >= 97 && c <= 122 || c >= 65 && c <= 90 || c >= 48 && c <= 57 || c === 45 || c === 95 || c === 46 || c === 58)) {
      if (!invalidAttributeNameCharRe.test(name)) {
        cacheValidName(validAttributeNameCache, validAttributeNameCacheMax, name);
        return true;
      } else return false;
    }
  }
  cacheValidName(validAttributeNameCache, validAttributeNameCacheMax, name);
  return true;
};
var invalidStylePropertyNameCharRe = /[\s"'():;\\/\[\]{}\x00-\x1f\x7f-\x9f]/;
var validStylePropertyNameCache = /* @__PURE__ */ new Set();
var validStylePropertyNameCacheMax = 1024;
var isValidStylePropertyName = (name) => {
  if (validStylePropertyNameCache.has(name)) return true;
  const len = name.length;
  if (len === 0) return false;
  for (let i = 0; i < len; i++) {
    const c = name.charCodeAt(i);
    if (!(c >= 97 && c <= 122 || c >= 65 && c <= 90 || c >= 48 && c <= 57 || c === 45 || c === 95)) {
      if (!invalidStylePropertyNameCharRe.test(name)) {
        cacheValidName(validStylePropertyNameCache, validStylePropertyNameCacheMax, name);
        return true;
      } else return false;
    }
  }
  cacheValidName(validStylePropertyNameCache, validStylePropertyNameCacheMax, name);
  return true;
};
var unsafeStyleValueCharRe = /[;"'\\/\[\](){}]/;
var hasUnsafeStyleValue = (value) => {
  if (!unsafeStyleValueCharRe.test(value)) return false;
  let quote = 0;
  const blockStack = [];
  for (let i = 0, len = value.length; i < len; i++) {
    const c = value.charCodeAt(i);
    if (c === 92) {
      if (i === len - 1) return true;
      i++;
    } else if (quote !== 0) {
      if (c === 10 || c === 12 || c === 13) return true;
      if (c === quote) quote = 0;
    } else if (c === 47 && value.charCodeAt(i + 1) === 42) {
      const end = value.indexOf("*/", i + 2);
      if (end === -1) return true;
      i = end + 1;
    } else if (c === 34 || c === 39) quote = c;
    else if (c === 40) blockStack.push(41);
    else if (c === 91) blockStack.push(93);
    else if (c === 123 || c === 125) return true;
    else if (c === 41 || c === 93) {
      if (blockStack[blockStack.length - 1] !== c) return true;
      blockStack.pop();
    } else if (c === 59 && blockStack.length === 0) return true;
  }
  return quote !== 0 || blockStack.length !== 0;
};
var styleObjectForEach = (style2, fn) => {
  for (const [k, v2] of Object.entries(style2)) {
    const key2 = k[0] === "-" || !/[A-Z]/.test(k) ? k : k.replace(/[A-Z]/g, (m) => `-${m.toLowerCase()}`);
    if (!isValidStylePropertyName(key2)) continue;
    if (v2 == null) {
      fn(key2, null);
      continue;
    }
    let value;
    if (typeof v2 === "number") value = !key2.match(/^(?:a|border-im|column(?:-c|s)|flex(?:$|-[^b])|grid-(?!.*gap)(?:ar|[^a])|font-w|li|or|sca|st|ta|wido|z)|ty$/) ? `${v2}px` : `${v2}`;
    else if (typeof v2 === "string") {
      if (hasUnsafeStyleValue(v2)) continue;
      value = v2;
    } else continue;
    fn(key2, value);
  }
};

// node_modules/hono/dist/jsx/dom/utils.js
var setInternalTagFlag = (fn) => {
  fn[DOM_INTERNAL_TAG] = true;
  return fn;
};

// node_modules/hono/dist/jsx/dom/context.js
var createContextProviderFunction = (values) => ({ value, children }) => {
  if (!children) return;
  const props = { children: [{
    tag: setInternalTagFlag(() => {
      values.push(value);
    }),
    props: {}
  }] };
  if (Array.isArray(children)) props.children.push(...children.flat());
  else props.children.push(children);
  props.children.push({
    tag: setInternalTagFlag(() => {
      values.pop();
    }),
    props: {}
  });
  const res = {
    tag: "",
    props,
    type: ""
  };
  res[DOM_ERROR_HANDLER] = (err) => {
    values.pop();
    throw err;
  };
  return res;
};

// node_modules/hono/dist/jsx/context.js
var globalContexts = [];
var alsProbed = false;
var asyncLocalStorage;
var fallbackStore;
var fallbackRendersInFlight = 0;
var warnedFallbackDefault = false;
var loadAsyncLocalStorage = () => {
  if (alsProbed) return asyncLocalStorage;
  alsProbed = true;
  const global = globalThis;
  let AsyncLocalStorage;
  for (const probe of [() => global.process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage, () => global.process?.mainModule?.require?.("node:async_hooks")?.AsyncLocalStorage]) {
    try {
      AsyncLocalStorage = probe();
    } catch {
    }
    if (AsyncLocalStorage) break;
  }
  if (AsyncLocalStorage) asyncLocalStorage = new AsyncLocalStorage();
  return asyncLocalStorage;
};
var getCurrentStore = () => {
  return loadAsyncLocalStorage()?.getStore() || fallbackStore;
};
var warnIfStorelessAccess = () => {
  if (fallbackRendersInFlight > 0 && !warnedFallbackDefault) {
    warnedFallbackDefault = true;
    console.warn("hono/jsx: AsyncLocalStorage is unavailable in this runtime, so useContext() after an await in an async component falls back to the context default value during server-side rendering. To get provided values across await boundaries, use a runtime with AsyncLocalStorage (Node.js >= 20.16, Deno, Bun, or Cloudflare Workers with the nodejs_compat flag).");
  }
};
var getContextValuesIn = (store, context) => {
  if (!store) {
    warnIfStorelessAccess();
    return context.values;
  }
  let values = store.get(context);
  if (!values) {
    values = [context.values[0]];
    store.set(context, values);
  }
  return values;
};
var readContextValueIn = (store, context) => {
  if (!store) {
    warnIfStorelessAccess();
    return context.values.at(-1);
  }
  const values = store.get(context);
  return values?.length ? values.at(-1) : context.values[0];
};
var captureContextValues = (store) => (store ? globalContexts.filter((c) => store.has(c)) : globalContexts).map((c) => [c, readContextValueIn(store, c)]);
var resumeWithContextValues = (callback, store, contexts) => runWithRenderContext(() => {
  const currentStore = getCurrentStore();
  const valuesPerContext = contexts.map(([context, value]) => {
    const values = getContextValuesIn(currentStore, context);
    values.push(value);
    return values;
  });
  const popContextValues = () => {
    valuesPerContext.forEach((values) => {
      values.pop();
    });
  };
  try {
    const result = callback();
    if (result instanceof Promise) return result.finally(popContextValues);
    popContextValues();
    return result;
  } catch (e) {
    popContextValues();
    throw e;
  }
}, store);
var runWithRenderContext = (callback, resumeStore) => {
  if (getCurrentStore()) return callback();
  const store = resumeStore ?? /* @__PURE__ */ new WeakMap();
  const storage = loadAsyncLocalStorage();
  if (storage) return storage.run(store, callback);
  fallbackStore = store;
  let result;
  try {
    result = callback();
  } finally {
    fallbackStore = void 0;
  }
  if (!warnedFallbackDefault && result instanceof Promise) {
    fallbackRendersInFlight++;
    result = result.finally(() => {
      fallbackRendersInFlight--;
    });
  }
  return result;
};
var captureRenderContext = () => {
  const store = getCurrentStore();
  const contexts = captureContextValues(store);
  return (callback) => resumeWithContextValues(callback, store, contexts);
};
var createContext = (defaultValue) => {
  const values = [defaultValue];
  const context = ((props) => {
    const contextValues = getContextValuesIn(getCurrentStore(), context);
    contextValues.push(props.value);
    let rendered;
    try {
      rendered = typeof props.children === "string" ? renderChildren([props.children]) : isUntrustedObject(props.children) ? renderUntrustedObject(props.children) : props.children ? (Array.isArray(props.children) ? new JSXFragmentNode("", {}, props.children) : props.children).toString() : raw("");
    } catch (e) {
      contextValues.pop();
      throw e;
    }
    if (rendered instanceof Promise) return rendered.finally(() => contextValues.pop()).then((resString) => raw(resString, resString.callbacks));
    else {
      contextValues.pop();
      return raw(rendered);
    }
  });
  context.values = values;
  context.Provider = context;
  context[DOM_RENDERER] = createContextProviderFunction(values);
  globalContexts.push(context);
  return context;
};
var useContext = (context) => {
  return readContextValueIn(getCurrentStore(), context);
};

// node_modules/hono/dist/jsx/intrinsic-element/common.js
var deDupeKeyMap = {
  title: [],
  script: ["src"],
  style: ["data-href"],
  link: ["href"],
  meta: [
    "name",
    "httpEquiv",
    "charset",
    "itemProp"
  ]
};
var domRenderers = {};
var dataPrecedenceAttr = "data-precedence";
var isStylesheetLinkWithPrecedence = (props) => props.rel === "stylesheet" && "precedence" in props;
var shouldDeDupeByKey = (tagName, supportSort) => {
  if (tagName === "link") return supportSort;
  return deDupeKeyMap[tagName].length > 0;
};

// node_modules/hono/dist/_virtual/_rolldown/runtime.js
var __defProp2 = Object.defineProperty;
var __exportAll = (all, no_symbols) => {
  let target = {};
  for (var name in all) __defProp2(target, name, {
    get: all[name],
    enumerable: true
  });
  if (!no_symbols) __defProp2(target, Symbol.toStringTag, { value: "Module" });
  return target;
};

// node_modules/hono/dist/jsx/children.js
var toArray = (children) => Array.isArray(children) ? children : [children];

// node_modules/hono/dist/jsx/intrinsic-element/components.js
var components_exports = /* @__PURE__ */ __exportAll({
  button: () => button,
  form: () => form,
  input: () => input,
  link: () => link,
  meta: () => meta,
  script: () => script,
  style: () => style,
  title: () => title
});
var metaTagMap = /* @__PURE__ */ new WeakMap();
var insertIntoHead = (tagName, tag2, props, precedence) => ({ buffer, context }) => {
  if (!buffer) return;
  const map = metaTagMap.get(context) || {};
  metaTagMap.set(context, map);
  const tags = map[tagName] ||= [];
  let duped = false;
  const deDupeKeys = deDupeKeyMap[tagName];
  const deDupeByKey = shouldDeDupeByKey(tagName, precedence !== void 0);
  if (deDupeByKey) LOOP: for (const [, tagProps] of tags) {
    if (tagName === "link" && !(tagProps.rel === "stylesheet" && tagProps["data-precedence"] !== void 0)) continue;
    for (const key2 of deDupeKeys) if ((tagProps?.[key2] ?? null) === props?.[key2]) {
      duped = true;
      break LOOP;
    }
  }
  if (duped) buffer[0] = buffer[0].replaceAll(tag2, "");
  else if (deDupeByKey || tagName === "link") tags.push([
    tag2,
    props,
    precedence
  ]);
  else tags.unshift([
    tag2,
    props,
    precedence
  ]);
  if (buffer[0].indexOf("</head>") !== -1) {
    let insertTags;
    if (tagName === "link" || precedence !== void 0) {
      const precedences = [];
      insertTags = tags.map(([tag3, , tagPrecedence], index) => {
        if (tagPrecedence === void 0) return [
          tag3,
          Number.MAX_SAFE_INTEGER,
          index
        ];
        let order2 = precedences.indexOf(tagPrecedence);
        if (order2 === -1) {
          precedences.push(tagPrecedence);
          order2 = precedences.length - 1;
        }
        return [
          tag3,
          order2,
          index
        ];
      }).sort((a, b) => a[1] - b[1] || a[2] - b[2]).map(([tag3]) => tag3);
    } else insertTags = tags.map(([tag3]) => tag3);
    insertTags.forEach((tag3) => {
      buffer[0] = buffer[0].replaceAll(tag3, "");
    });
    buffer[0] = buffer[0].replace(/(?=<\/head>)/, () => insertTags.join(""));
  }
};
var returnWithoutSpecialBehavior = (tag2, children, props) => renderChildren([new JSXNode(tag2, props, toArray(children ?? []))]);
var documentMetadataTag = (tag2, children, props, sort) => {
  if ("itemProp" in props) return returnWithoutSpecialBehavior(tag2, children, props);
  let { precedence, blocking, ...restProps } = props;
  precedence = sort ? precedence ?? "" : void 0;
  if (sort) restProps[dataPrecedenceAttr] = precedence;
  const string = new JSXNode(tag2, restProps, toArray(children || [])).toString();
  if (string instanceof Promise) return string.then((resString) => raw(resString, [...resString.callbacks || [], insertIntoHead(tag2, resString, restProps, precedence)]));
  else return raw(string, [insertIntoHead(tag2, string, restProps, precedence)]);
};
var title = ({ children, ...props }) => {
  const nameSpaceContext2 = getNameSpaceContext();
  if (nameSpaceContext2) {
    const context = useContext(nameSpaceContext2);
    if (context === "svg" || context === "head") return new JSXNode("title", props, toArray(children ?? []));
  }
  return documentMetadataTag("title", children, props, false);
};
var script = ({ children, ...props }) => {
  const nameSpaceContext2 = getNameSpaceContext();
  if (["src", "async"].some((k) => !props[k]) || nameSpaceContext2 && useContext(nameSpaceContext2) === "head") return returnWithoutSpecialBehavior("script", children, props);
  return documentMetadataTag("script", children, props, false);
};
var style = ({ children, ...props }) => {
  if (!["href", "precedence"].every((k) => k in props)) return returnWithoutSpecialBehavior("style", children, props);
  props["data-href"] = props.href;
  delete props.href;
  return documentMetadataTag("style", children, props, true);
};
var link = ({ children, ...props }) => {
  if (["onLoad", "onError"].some((k) => k in props) || props.rel === "stylesheet" && (!("precedence" in props) || "disabled" in props)) return returnWithoutSpecialBehavior("link", children, props);
  return documentMetadataTag("link", children, props, isStylesheetLinkWithPrecedence(props));
};
var meta = ({ children, ...props }) => {
  const nameSpaceContext2 = getNameSpaceContext();
  if (nameSpaceContext2 && useContext(nameSpaceContext2) === "head") return returnWithoutSpecialBehavior("meta", children, props);
  return documentMetadataTag("meta", children, props, false);
};
var newJSXNode = (tag2, { children, ...props }) => new JSXNode(tag2, props, toArray(children ?? []));
var form = (props) => {
  if (typeof props.action === "function") props.action = PERMALINK in props.action ? props.action[PERMALINK] : void 0;
  return newJSXNode("form", props);
};
var formActionableElement = (tag2, props) => {
  if (typeof props.formAction === "function") props.formAction = PERMALINK in props.formAction ? props.formAction[PERMALINK] : void 0;
  return newJSXNode(tag2, props);
};
var input = (props) => formActionableElement("input", props);
var button = (props) => formActionableElement("button", props);

// node_modules/hono/dist/jsx/base.js
var nameSpaceContext = void 0;
var getNameSpaceContext = () => nameSpaceContext;
var toSVGAttributeName = (key2) => /[A-Z]/.test(key2) && key2.match(/^(?:al|basel|clip(?:Path|Rule)$|co|do|fill|fl|fo|gl|let|lig|i|marker[EMS]|o|pai|pointe|sh|st[or]|text[^L]|tr|u|ve|w)/) ? key2.replace(/([A-Z])/g, "-$1").toLowerCase() : key2;
var emptyTags = [
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "keygen",
  "link",
  "meta",
  "param",
  "source",
  "track",
  "wbr"
];
var booleanAttributes = /* @__PURE__ */ new Set([
  "allowfullscreen",
  "async",
  "autofocus",
  "autoplay",
  "checked",
  "controls",
  "default",
  "defer",
  "disabled",
  "download",
  "formnovalidate",
  "hidden",
  "inert",
  "ismap",
  "itemscope",
  "loop",
  "multiple",
  "muted",
  "nomodule",
  "novalidate",
  "open",
  "playsinline",
  "readonly",
  "required",
  "reversed",
  "selected",
  "shadowrootclonable",
  "shadowrootdelegatesfocus",
  "shadowrootserializable"
]);
var resolveFunctionComponentResult = (result, suspendedContext) => result.then((resolved) => {
  if (typeof resolved !== "string" && !Array.isArray(resolved) && !(resolved instanceof JSXNode)) return resolved;
  const children = Array.isArray(resolved) ? resolved : [resolved];
  const render = () => {
    const buffer = [""];
    childrenToStringToBuffer(children, buffer);
    return buffer.length === 1 ? raw(buffer[0], buffer.callbacks) : stringBufferToString(buffer, buffer.callbacks);
  };
  return suspendedContext ? suspendedContext(render) : runWithRenderContext(render);
});
var markRenderedJSX = (value) => {
  value[RENDERED_JSX] = true;
  return value;
};
var isEscapedAttribute = (value) => value instanceof String && value.isEscaped && !(RENDERED_JSX in value);
var objectToAttributeString = (v2) => {
  const s = v2.toString();
  return s instanceof Promise ? s.then(String) : String(s);
};
var attributeToBuffer = (buffer, prefix, key2, v2, tag2) => {
  if (key2 === "ref" || v2 === null || v2 === void 0) return;
  if (typeof v2 === "boolean" && booleanAttributes.has(key2)) {
    if (v2) buffer[0] += `${prefix}${key2}=""`;
    return;
  }
  if (typeof v2 === "function") {
    if (!key2.startsWith("on")) throw new Error(`Invalid prop '${key2}' of type 'function' supplied to ${tag2 ? `'${tag2}'` : "a JSX element"}.`);
    return;
  }
  buffer[0] += `${prefix}${key2}="`;
  if (key2 === "style" && typeof v2 === "object") {
    let styleStr = "";
    styleObjectForEach(v2, (property, value) => {
      if (value != null) styleStr += `${styleStr ? ";" : ""}${property}:${value}`;
    });
    escapeToBuffer(styleStr, buffer);
  } else if (typeof v2 === "string") escapeToBuffer(v2, buffer);
  else if (typeof v2 === "number" || isEscapedAttribute(v2)) buffer[0] += `${v2}`;
  else {
    const s = v2 instanceof Promise ? v2.then((r) => typeof r === "object" && r !== null && !isEscapedAttribute(r) ? objectToAttributeString(r) : r) : objectToAttributeString(v2);
    if (s instanceof Promise) {
      buffer.unshift('"', s);
      return;
    }
    escapeToBuffer(s, buffer);
  }
  buffer[0] += '"';
};
var childrenToStringToBuffer = (children, buffer) => {
  for (let i = 0, len = children.length; i < len; i++) {
    const child = children[i];
    if (typeof child === "string") escapeToBuffer(child, buffer);
    else if (typeof child === "boolean" || child === null || child === void 0) continue;
    else if (child instanceof JSXNode) child.toStringToBuffer(buffer);
    else if (typeof child === "number") buffer[0] += child;
    else if (child.isEscaped) {
      buffer[0] += child;
      const callbacks = child.callbacks;
      if (callbacks) {
        buffer.callbacks ||= [];
        buffer.callbacks.push(...callbacks);
      }
    } else if (child instanceof Promise) buffer.unshift("", child);
    else childrenToStringToBuffer(child, buffer);
  }
};
var renderChildren = (children) => runWithRenderContext(() => {
  const buffer = [""];
  childrenToStringToBuffer(children, buffer);
  return buffer.length === 1 ? raw(buffer[0], buffer.callbacks) : stringBufferToString(buffer, buffer.callbacks);
});
var isUntrustedObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JSXNode) && !(value instanceof Promise) && !value.isEscaped && typeof value.toString === "function";
var renderUntrustedObject = (value) => {
  const stringified = value.toString();
  const escape = (result) => renderChildren([String(result)]);
  return stringified instanceof Promise ? stringified.then(escape) : escape(stringified);
};
var JSXNode = class {
  tag;
  props;
  key;
  children;
  isEscaped = true;
  constructor(tag2, props, children) {
    if (typeof tag2 !== "function" && !isValidTagName(tag2)) throw new Error(`Invalid JSX tag name: ${tag2}`);
    this.tag = tag2;
    this.props = props;
    this.children = children;
  }
  get type() {
    return this.tag;
  }
  get ref() {
    return this.props.ref || null;
  }
  toString() {
    const render = () => {
      const buffer = [""];
      this.toStringToBuffer(buffer);
      return buffer.length === 1 ? "callbacks" in buffer ? resolveCallbackSync(raw(buffer[0], buffer.callbacks)).toString() : buffer[0] : stringBufferToString(buffer, buffer.callbacks).then(markRenderedJSX);
    };
    return runWithRenderContext(render);
  }
  toStringToBuffer(buffer) {
    const tag2 = this.tag;
    const props = this.props;
    let { children } = this;
    buffer[0] += `<${tag2}`;
    const normalizeKey = tag2 === "svg" || nameSpaceContext && useContext(nameSpaceContext) === "svg" ? (key2) => toSVGAttributeName(normalizeIntrinsicElementKey(key2)) : (key2) => normalizeIntrinsicElementKey(key2);
    for (let [key2, v2] of Object.entries(props)) {
      key2 = normalizeKey(key2);
      if (!isValidAttributeName(key2)) continue;
      if (key2 === "children") {
      } else if (key2 === "dangerouslySetInnerHTML" && typeof v2 === "object" && v2 !== null && "__html" in v2) {
        if (children.length > 0) throw new Error("Can only set one of `children` or `props.dangerouslySetInnerHTML`.");
        children = [raw(v2.__html)];
      } else attributeToBuffer(buffer, " ", key2, v2, tag2);
    }
    if (emptyTags.includes(tag2) && children.length === 0) {
      buffer[0] += "/>";
      return;
    }
    buffer[0] += ">";
    childrenToStringToBuffer(children, buffer);
    buffer[0] += `</${tag2}>`;
  }
};
var JSXFunctionNode = class extends JSXNode {
  toStringToBuffer(buffer) {
    const { children } = this;
    const props = { ...this.props };
    if (children.length) props.children = children.length === 1 ? children[0] : children;
    const res = this.tag.call(null, props);
    if (typeof res === "boolean" || res == null) return;
    else if (res instanceof Promise) {
      if (globalContexts.length === 0) buffer.unshift("", resolveFunctionComponentResult(res));
      else buffer.unshift("", resolveFunctionComponentResult(res, captureRenderContext()));
    } else if (res instanceof JSXNode) res.toStringToBuffer(buffer);
    else if (Array.isArray(res)) childrenToStringToBuffer(res, buffer);
    else if (typeof res === "number" || res.isEscaped) {
      buffer[0] += res;
      if (res.callbacks) {
        buffer.callbacks ||= [];
        buffer.callbacks.push(...res.callbacks);
      }
    } else escapeToBuffer(res, buffer);
  }
};
var JSXFragmentNode = class extends JSXNode {
  toStringToBuffer(buffer) {
    childrenToStringToBuffer(this.children, buffer);
  }
};
var initDomRenderer = false;
var jsxFn = (tag2, props, children) => {
  if (!initDomRenderer) {
    for (const k in domRenderers) components_exports[k][DOM_RENDERER] = domRenderers[k];
    initDomRenderer = true;
  }
  if (typeof tag2 === "function") return new JSXFunctionNode(tag2, props, children);
  else if (components_exports[tag2]) return new JSXFunctionNode(components_exports[tag2], props, children);
  else if (tag2 === "svg" || tag2 === "head") {
    nameSpaceContext ||= createContext("");
    return new JSXNode(tag2, props, [new JSXFunctionNode(nameSpaceContext, { value: tag2 }, children)]);
  } else return new JSXNode(tag2, props, children);
};
var Fragment = ({ children }) => {
  return new JSXFragmentNode("", { children }, Array.isArray(children) ? children : children ? [children] : []);
};

// node_modules/hono/dist/jsx/jsx-dev-runtime.js
function jsxDEV(tag2, props, key2) {
  let node;
  if (!props || !("children" in props)) node = jsxFn(tag2, props, []);
  else {
    const children = props.children;
    node = Array.isArray(children) ? jsxFn(tag2, props, children) : jsxFn(tag2, props, [children]);
  }
  node.key = key2;
  return node;
}

// worker/src/site/layout.tsx
function Layout({ frame, title: title2, children }) {
  const { owner, version, notice } = frame;
  return /* @__PURE__ */ jsxDEV("html", { lang: "en", children: [
    /* @__PURE__ */ jsxDEV("head", { children: [
      /* @__PURE__ */ jsxDEV("meta", { charset: "utf-8" }),
      /* @__PURE__ */ jsxDEV("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      /* @__PURE__ */ jsxDEV("meta", { name: "color-scheme", content: "light dark" }),
      /* @__PURE__ */ jsxDEV("title", { children: title2 === void 0 ? owner : `${title2} \xB7 ${owner}` }),
      /* @__PURE__ */ jsxDEV("link", { rel: "icon", href: LOGO }),
      /* @__PURE__ */ jsxDEV("link", { rel: "stylesheet", href: `${STYLESHEET}?${version}` }),
      /* @__PURE__ */ jsxDEV("script", { type: "module", src: `${SCRIPT}?${version}` })
    ] }),
    /* @__PURE__ */ jsxDEV("body", { children: [
      /* @__PURE__ */ jsxDEV("a", { class: "skip", href: "#main", children: "Skip to content" }),
      notice !== void 0 && /* @__PURE__ */ jsxDEV("aside", { class: "notice", "aria-label": "Notice", children: notice }),
      /* @__PURE__ */ jsxDEV(Header, { frame }),
      /* @__PURE__ */ jsxDEV("main", { id: "main", children }),
      /* @__PURE__ */ jsxDEV(Footer, { frame })
    ] })
  ] });
}
function Header({ frame: { owner } }) {
  return /* @__PURE__ */ jsxDEV("header", { class: "site", children: [
    /* @__PURE__ */ jsxDEV("a", { class: "owner", href: "/", children: [
      /* @__PURE__ */ jsxDEV("img", { src: LOGO, alt: "", width: "28", height: "28" }),
      /* @__PURE__ */ jsxDEV("span", { children: owner })
    ] }),
    /* @__PURE__ */ jsxDEV("nav", { "aria-label": "Site", children: [
      /* @__PURE__ */ jsxDEV("a", { href: "/", children: "Models" }),
      /* @__PURE__ */ jsxDEV("a", { href: "/api/models", children: "API" })
    ] })
  ] });
}
function Footer({ frame: { host } }) {
  return /* @__PURE__ */ jsxDEV("footer", { class: "site", children: [
    /* @__PURE__ */ jsxDEV("p", { children: [
      "Container images at ",
      /* @__PURE__ */ jsxDEV("code", { children: host }),
      ": any client of containers pulls them."
    ] }),
    /* @__PURE__ */ jsxDEV("p", { children: [
      "Served by ",
      /* @__PURE__ */ jsxDEV("a", { href: "https://github.com/depot/ai-action", children: "ai-action" }),
      "."
    ] })
  ] });
}

// worker/src/site/kinds.ts
var NAMES = {
  image: "Image",
  container: "Container",
  modelkit: "ModelKit",
  modelpack: "ModelPack",
  "docker-model": "Docker model",
  artifact: "Artifact"
};
function kindName(kind) {
  return NAMES[kind];
}

// worker/src/site/list/models.tsx
function Models({ models, now }) {
  const isCounted = models.some(({ pulls }) => pulls !== void 0);
  return /* @__PURE__ */ jsxDEV("ol", { class: isCounted ? "models counted" : "models", children: models.map((model) => /* @__PURE__ */ jsxDEV(Model, { model, now })) });
}
function Model({ model, now }) {
  const { name, kind, task, license, formats, size, updatedAt, pulls, importing, tag: tag2 } = model;
  return /* @__PURE__ */ jsxDEV("li", { children: [
    /* @__PURE__ */ jsxDEV("a", { href: modelHref(name), children: /* @__PURE__ */ jsxDEV(ModelName, { name }) }),
    /* @__PURE__ */ jsxDEV("dl", { children: [
      importing ? /* @__PURE__ */ jsxDEV(Fact, { term: "State", text: tag2 === void 0 ? "first import" : "importing", of: "state" }) : /* @__PURE__ */ jsxDEV(Fact, { term: "Task", text: task && shorten3(task.replaceAll("-", " "), 40), of: "task" }),
      !importing && !task && kind !== void 0 && /* @__PURE__ */ jsxDEV(Fact, { term: "Kind", text: kindName(kind), of: "task" }),
      /* @__PURE__ */ jsxDEV(Fact, { term: "Formats", text: formats.join(", "), of: "formats" }),
      /* @__PURE__ */ jsxDEV(Fact, { term: "Licence", text: license && shorten3(license, 24), of: "licence" }),
      pulls !== void 0 && /* @__PURE__ */ jsxDEV(Fact, { term: "Pulls", text: `${formatNumber(pulls)} pulls`, of: "pulls" }),
      /* @__PURE__ */ jsxDEV(Fact, { term: "Size", text: size === void 0 ? void 0 : formatBytes(size), of: "size" }),
      /* @__PURE__ */ jsxDEV("div", { class: "age", children: [
        /* @__PURE__ */ jsxDEV("dt", { children: "Published" }),
        /* @__PURE__ */ jsxDEV("dd", { children: /* @__PURE__ */ jsxDEV("time", { datetime: updatedAt, children: formatAge(updatedAt, now) }) })
      ] })
    ] })
  ] });
}
function Fact({ term, text, of }) {
  if (!text) return /* @__PURE__ */ jsxDEV(Fragment, {});
  return /* @__PURE__ */ jsxDEV("div", { class: of, children: [
    /* @__PURE__ */ jsxDEV("dt", { children: term }),
    /* @__PURE__ */ jsxDEV("dd", { children: text })
  ] });
}
function ModelName({ name }) {
  const cut5 = name.lastIndexOf("/") + 1;
  return /* @__PURE__ */ jsxDEV(Fragment, { children: [
    cut5 > 0 && /* @__PURE__ */ jsxDEV("span", { class: "of", children: name.slice(0, cut5) }),
    /* @__PURE__ */ jsxDEV("span", { class: "own", children: name.slice(cut5) })
  ] });
}
function ModelCount({ total, of }) {
  return /* @__PURE__ */ jsxDEV(Fragment, { children: total === of ? count(of, "model") : `${formatNumber(total)} of ${count(of, "model")}` });
}

// worker/src/site/compare/page.tsx
var MAX_FILES2 = 300;
function ComparePage({ frame, comparison }) {
  const { name, from, to, added, changed, removed, unchanged } = comparison;
  const [a, b] = [labelOf(from), labelOf(to)];
  return /* @__PURE__ */ jsxDEV(Layout, { frame, title: `${name}: ${a} \u2026 ${b}`, children: [
    /* @__PURE__ */ jsxDEV("div", { class: "title", children: [
      /* @__PURE__ */ jsxDEV("h1", { children: /* @__PURE__ */ jsxDEV("a", { href: modelHref(name), children: /* @__PURE__ */ jsxDEV(ModelName, { name }) }) }),
      /* @__PURE__ */ jsxDEV("p", { children: [
        "From ",
        /* @__PURE__ */ jsxDEV("a", { href: imageHref(name, { reference: from.reference }), children: a }),
        " to",
        " ",
        /* @__PURE__ */ jsxDEV("a", { href: imageHref(name, { reference: to.reference }), children: b }),
        " (",
        /* @__PURE__ */ jsxDEV("a", { href: compareHref(name, to.reference, from.reference), children: "the other way round" }),
        ")"
      ] })
    ] }),
    /* @__PURE__ */ jsxDEV(Moved, { comparison }),
    /* @__PURE__ */ jsxDEV(
      FileList,
      {
        title: "Changed",
        files: changed.map(({ to: file, from: before }) => ({ ...file, before: before.size })),
        name,
        reference: to.reference
      }
    ),
    /* @__PURE__ */ jsxDEV(FileList, { title: "Added", files: added, name, reference: to.reference }),
    /* @__PURE__ */ jsxDEV(FileList, { title: "Removed", files: removed, name, reference: from.reference }),
    /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: unchanged === 0 ? "No file is the same in both." : `${count(unchanged, "file")} the same in both.` })
  ] });
}
function Moved({ comparison: { from, to, bytes, newLayers, sameLayers } }) {
  return /* @__PURE__ */ jsxDEV("section", { class: "moved", "aria-labelledby": "moved", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "moved", class: "hidden", children: "What moves" }),
    /* @__PURE__ */ jsxDEV("p", { class: "figure", children: formatBytes(bytes) }),
    /* @__PURE__ */ jsxDEV("p", { children: `moves for ${labelOf(to)} where ${labelOf(from)} is there already: ${count(newLayers.length, "new layer")}, ${count(sameLayers, "layer")} unchanged. The whole of it has ${formatBytes(to.size)}.` })
  ] });
}
function FileList({ title: title2, files, name, reference }) {
  if (files.length === 0) return /* @__PURE__ */ jsxDEV(Fragment, {});
  const left = files.length - MAX_FILES2;
  return /* @__PURE__ */ jsxDEV("section", { "aria-labelledby": `files-${title2}`, children: [
    /* @__PURE__ */ jsxDEV("h2", { id: `files-${title2}`, children: [
      title2,
      " ",
      /* @__PURE__ */ jsxDEV("span", { class: "sum", children: count(files.length, "file") })
    ] }),
    /* @__PURE__ */ jsxDEV("ul", { class: "files plain", children: files.slice(0, MAX_FILES2).map(({ path: path2, size, before }) => /* @__PURE__ */ jsxDEV("li", { children: /* @__PURE__ */ jsxDEV("div", { class: "row", children: [
      /* @__PURE__ */ jsxDEV("a", { class: "path", href: fileHref(name, reference, path2), download: "", children: shorten3(path2, 200) }),
      /* @__PURE__ */ jsxDEV("span", { class: "kind", children: before !== void 0 && before !== size && `was ${formatBytes(before)}` }),
      /* @__PURE__ */ jsxDEV("span", { class: "size", children: formatBytes(size) })
    ] }) })) }),
    left > 0 && /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: [
      "and ",
      count(left, "file"),
      " more"
    ] })
  ] });
}
function labelOf({ reference }) {
  return reference.includes(":") ? shortDigest(reference) : shorten3(reference, 60);
}

// worker/src/site/frame.ts
async function frameOf(c) {
  const brand = brandOf(c.env);
  const { version } = await assetsOf(brand);
  const { host } = addressOf(c.req.raw);
  const { name = host, notice } = brand;
  return { owner: name, host, version, ...notice === void 0 ? {} : { notice } };
}

// worker/src/site/copyable.tsx
function Copyable({ id, label, text, children }) {
  return /* @__PURE__ */ jsxDEV("figure", { class: "copyable", children: [
    /* @__PURE__ */ jsxDEV("pre", { tabindex: 0, role: "group", "aria-label": label, children: /* @__PURE__ */ jsxDEV("code", { id, "data-live": true, children: text }) }),
    /* @__PURE__ */ jsxDEV(CopyButton, { of: id, label }),
    children !== void 0 && /* @__PURE__ */ jsxDEV("figcaption", { children })
  ] });
}
function CopyButton({ of, label }) {
  return /* @__PURE__ */ jsxDEV("button", { type: "button", class: "copy", "data-copy": of, children: [
    /* @__PURE__ */ jsxDEV("span", { "aria-live": "polite", children: "Copy" }),
    /* @__PURE__ */ jsxDEV("span", { class: "hidden", children: [
      " ",
      label
    ] })
  ] });
}

// src/dockerfile/copy-instruction.ts
var SPECIAL = /[\s'"$*?[]/;
function copyInstruction(image, path2, destination, flags = []) {
  const copy3 = ["COPY", ...flags, `--from=${image}`].join(" ");
  const source = `/${path2}`;
  if (!SPECIAL.test(source)) return `${copy3} ${source} ${destination}`;
  const literal2 = source.replaceAll(/[*?[]/g, "[$&]").replaceAll(/['"$]/g, String.raw`\$&`);
  return `${copy3} ${JSON.stringify([literal2, destination])}`;
}

// worker/src/site/model/snippets.ts
var FOLDER = "/models/";
function imageSnippets(use) {
  return [...fileInDockerfile(use), modelInDockerfile(use), ...volumeAndPulls(use), lazyBuild(use)];
}
function imageOf3({ host, name, reference }) {
  return `${host}/${name}${isDigest(reference) ? "@" : ":"}${reference}`;
}
function copyInto(use) {
  return copyInstruction(imageOf3(use), use.path ?? "", FOLDER, ["--link"]);
}
function fileInDockerfile(use) {
  if (use.path === void 0) return [];
  const note = "One file, into /models. Builders that pull lazily fetch this file and nothing else.";
  return [{ id: "file", label: "Dockerfile, one file", text: copyInto(use), note }];
}
function modelInDockerfile({ host, name, reference }) {
  return {
    id: "model",
    label: "Dockerfile, all files",
    text: copyInto({ host, name, reference }),
    note: "The whole model, into /models."
  };
}
function volumeAndPulls(use) {
  const { path: path2 } = use;
  const image = imageOf3(use);
  return [
    {
      id: "kubernetes",
      label: "Kubernetes",
      text: podOf(use),
      note: `The model as a read-only volume${path2 === void 0 ? "" : `, with the file at ${FOLDER}${path2}`}. Image volumes are on from Kubernetes 1.35, and a feature gate before.`
    },
    {
      id: "docker",
      label: "docker pull",
      text: path2 === void 0 ? `docker pull ${image}` : `docker pull ${image}
docker cp "$(docker create ${image} -)":${quoted3(`/${path2}`)} .`,
      note: "Pulls the whole image; the second line copies the file out of it."
    },
    filePull(use)
  ];
}
function filePull(use) {
  const path2 = use.path === void 0 ? "" : `${quoted3(literal(use.path))} `;
  return {
    id: "pull",
    label: "ai-action pull",
    text: `npx github:depot/ai-action pull ${imageOf3(use)} ${path2}--output models`,
    note: "Needs no Docker: fetches the file by ranges, verifies it, and goes on where it was stopped."
  };
}
function podOf(use) {
  const args = use.path === void 0 ? "" : `
      args: [${JSON.stringify(FOLDER + use.path)}]`;
  return `apiVersion: v1
kind: Pod
metadata:
  name: with-model
spec:
  containers:
    - name: app
      image: your/app${args}
      volumeMounts:
        - name: model
          mountPath: ${FOLDER.slice(0, -1)}
          readOnly: true
  volumes:
    - name: model
      image:
        reference: ${imageOf3(use)}
        pullPolicy: IfNotPresent`;
}
function lazyBuild(use) {
  const network = isLoopback2(use.host) ? " --driver-opt network=host" : "";
  return {
    id: "stargz",
    label: "buildx, lazily",
    text: `docker buildx create --name lazy --driver docker-container${network} \\
  --buildkitd-flags '--oci-worker-snapshotter=stargz'
docker buildx build --builder lazy --output models - <<'END'
FROM scratch
${copyInto(use)}
END`,
    note: "A builder with the stargz snapshotter fetches the chunks that are read, instead of whole layers."
  };
}
function isLoopback2(host) {
  return /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/.test(host);
}
function literal(path2) {
  return /[*?[{]/.test(path2) ? `/${path2.replaceAll(/[*?[\]{}()!+@|\\]/g, String.raw`\$&`)}` : path2;
}
function quoted3(text) {
  return /^[\w./+:@,-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

// worker/src/site/list/form.tsx
var SIZES = [
  ["-100MB", "up to 100 MB"],
  ["100MB-1GB", "100 MB to 1 GB"],
  ["1GB-10GB", "1 GB to 10 GB"],
  ["10GB-100GB", "10 GB to 100 GB"],
  ["100GB-", "over 100 GB"]
];
var ORDERS = [
  ["updated", "Newest"],
  ["name", "Name"],
  ["size", "Largest"],
  ["pulls", "Most pulled"]
];
function SearchForm({ query, page }) {
  const { formats, licenses, tasks } = page.facets;
  return /* @__PURE__ */ jsxDEV("form", { role: "search", method: "get", action: "/", class: "search", "data-live-form": true, children: [
    /* @__PURE__ */ jsxDEV("div", { class: "field", children: [
      /* @__PURE__ */ jsxDEV("label", { for: "q", class: "hidden", children: "Search models" }),
      /* @__PURE__ */ jsxDEV(
        "input",
        {
          id: "q",
          name: "q",
          type: "search",
          value: query.q,
          placeholder: "Search models",
          autocomplete: "off",
          autocapitalize: "off",
          spellcheck: false,
          "aria-keyshortcuts": "/",
          "aria-controls": "results"
        }
      ),
      /* @__PURE__ */ jsxDEV("kbd", { "aria-hidden": "true", children: "/" })
    ] }),
    /* @__PURE__ */ jsxDEV("div", { class: "filters", children: [
      /* @__PURE__ */ jsxDEV(FacetFilter, { name: "format", label: "Format", facets: formats, chosen: query.formats }),
      /* @__PURE__ */ jsxDEV(FacetFilter, { name: "license", label: "Licence", facets: licenses, chosen: query.licenses }),
      /* @__PURE__ */ jsxDEV(FacetFilter, { name: "task", label: "Task", facets: tasks, chosen: query.tasks }),
      /* @__PURE__ */ jsxDEV(Choice, { name: "size", label: "Size", all: "Any", options: SIZES, chosen: sizeOf2(query) }),
      /* @__PURE__ */ jsxDEV(
        Choice,
        {
          name: "sort",
          label: "Sort by",
          all: "Best match",
          options: ordersFor(page),
          chosen: sortOf(query)
        }
      ),
      query.pageSize !== PAGE_SIZE && /* @__PURE__ */ jsxDEV("input", { type: "hidden", name: "n", value: String(query.pageSize) }),
      /* @__PURE__ */ jsxDEV("button", { type: "submit", children: "Search" }),
      /* @__PURE__ */ jsxDEV("p", { id: "count", role: "status", "data-live": true, children: /* @__PURE__ */ jsxDEV(ModelCount, { total: page.total, of: page.of }) })
    ] })
  ] });
}
function ordersFor({ models }) {
  const isCounted = models.some(({ pulls }) => pulls !== void 0);
  return ORDERS.filter(([sort]) => sort !== "pulls" || isCounted);
}
function sortOf({ q: q2, sort }) {
  return sort === (q2 === "" ? "updated" : "relevance") ? "" : sort;
}
function sizeOf2({ minSize, maxSize }) {
  return minSize === void 0 && maxSize === void 0 ? "" : `${asSize(minSize)}-${asSize(maxSize)}`;
}
function asSize(bytes) {
  if (bytes === void 0) return "";
  if (bytes > 0 && bytes % 1e9 === 0) return `${bytes / 1e9}GB`;
  return bytes > 0 && bytes % 1e6 === 0 ? `${bytes / 1e6}MB` : String(bytes);
}
function FacetFilter({ name, label, facets, chosen }) {
  const options = facets.map(
    ({ value, count: count3 }) => [value, `${shorten3(value, 40)} (${formatNumber(count3)})`]
  );
  return /* @__PURE__ */ jsxDEV(Choice, { name, label, all: "Any", options, chosen: chosen[0] ?? "" });
}
function Choice({ name, label, all, options, chosen }) {
  const isListed = chosen === "" || options.some(([value]) => value === chosen);
  return /* @__PURE__ */ jsxDEV("label", { class: "choice", children: [
    /* @__PURE__ */ jsxDEV("span", { children: label }),
    /* @__PURE__ */ jsxDEV("select", { name, id: `choose-${name}`, "data-live": true, children: [
      all !== void 0 && /* @__PURE__ */ jsxDEV("option", { value: "", children: all }),
      !isListed && /* @__PURE__ */ jsxDEV("option", { value: chosen, selected: true, children: shorten3(chosen, 40) }),
      options.map(([value, text]) => /* @__PURE__ */ jsxDEV("option", { value, selected: value === chosen, children: text }))
    ] })
  ] });
}

// worker/src/site/list/page.tsx
function ListPageView({ frame, query, page, isCompiling, now }) {
  if (isCompiling) return /* @__PURE__ */ jsxDEV(CompilingPage, { frame });
  if (page.of === 0) return /* @__PURE__ */ jsxDEV(EmptyPage, { frame });
  const isFirst = formatQuery(query) === "";
  return /* @__PURE__ */ jsxDEV(Layout, { frame, ...isFirst ? {} : { title: query.q === "" ? "Models" : `\u201C${query.q}\u201D` }, children: [
    isFirst && /* @__PURE__ */ jsxDEV(Lede, { frame, models: page.models }),
    /* @__PURE__ */ jsxDEV("section", { "aria-labelledby": "models", children: [
      isFirst ? /* @__PURE__ */ jsxDEV("h2", { id: "models", class: "hidden", children: "Models" }) : /* @__PURE__ */ jsxDEV("h1", { id: "models", children: "Models" }),
      /* @__PURE__ */ jsxDEV(SearchForm, { query, page }),
      /* @__PURE__ */ jsxDEV("div", { id: "results", "data-live": true, children: [
        page.models.length === 0 ? /* @__PURE__ */ jsxDEV(Nothing, { query, page }) : /* @__PURE__ */ jsxDEV(Models, { models: page.models, now }),
        /* @__PURE__ */ jsxDEV(Pages, { query, page })
      ] })
    ] })
  ] });
}
function Lede({ frame, models }) {
  return /* @__PURE__ */ jsxDEV("section", { class: "lede", "aria-labelledby": "what", children: [
    /* @__PURE__ */ jsxDEV("h1", { id: "what", children: "Models you copy like files." }),
    /* @__PURE__ */ jsxDEV("p", { children: [
      "Every model of ",
      frame.owner,
      " is a container image with its files in layers of their own. A line of a Dockerfile takes one file, or all of them."
    ] }),
    /* @__PURE__ */ jsxDEV(Copyable, { id: "example", label: "Example for a Dockerfile", text: exampleFrom(frame.host, models) })
  ] });
}
function exampleFrom(host, models) {
  const model = models.find(
    ({ tag: tag2, kind }) => tag2 !== void 0 && (kind === void 0 || kind === "container")
  );
  return copyInto({ host, name: model?.name ?? "owner/model", reference: model?.tag ?? "latest" });
}
function Nothing({ query, page }) {
  const isPast = page.total > 0;
  return /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: [
    isPast ? `There is no page ${query.page}.` : "No model fits this search.",
    " ",
    /* @__PURE__ */ jsxDEV("a", { href: isPast ? hrefOf({ ...query, page: 1 }) : "/", children: isPast ? "To the first page" : "Show all models" })
  ] });
}
function Pages({ query, page: { page, pages } }) {
  if (pages === 1) return /* @__PURE__ */ jsxDEV(Fragment, {});
  return /* @__PURE__ */ jsxDEV("nav", { class: "pages", "aria-label": "Pages", children: [
    page > 1 && page <= pages && /* @__PURE__ */ jsxDEV("a", { rel: "prev", href: hrefOf({ ...query, page: page - 1 }), children: "Previous" }),
    /* @__PURE__ */ jsxDEV("span", { children: [
      "Page ",
      page,
      " of ",
      pages
    ] }),
    page < pages && /* @__PURE__ */ jsxDEV("a", { rel: "next", href: hrefOf({ ...query, page: page + 1 }), children: "Next" })
  ] });
}
function hrefOf(query) {
  const text = formatQuery(query);
  return text === "" ? "/" : `/?${text}`;
}
function CompilingPage({ frame }) {
  return /* @__PURE__ */ jsxDEV(Layout, { frame, children: /* @__PURE__ */ jsxDEV("section", { class: "lede", "aria-labelledby": "what", children: [
    /* @__PURE__ */ jsxDEV("h1", { id: "what", children: "The list is being made." }),
    /* @__PURE__ */ jsxDEV("p", { children: [
      "This registry is looking through its models for the first time. ",
      /* @__PURE__ */ jsxDEV("a", { href: "/", children: "Look again" }),
      " in a few seconds; pulls work meanwhile."
    ] })
  ] }) });
}
function EmptyPage({ frame }) {
  const publish2 = `npx github:depot/ai-action publish --models models.yaml --registry ${frame.host}`;
  return /* @__PURE__ */ jsxDEV(Layout, { frame, children: /* @__PURE__ */ jsxDEV("section", { class: "lede", "aria-labelledby": "what", children: [
    /* @__PURE__ */ jsxDEV("h1", { id: "what", children: "No models here yet." }),
    /* @__PURE__ */ jsxDEV("p", { children: "This registry is running and empty. Write a list of models, and publish it here; each one appears on this page when its tag is there." }),
    /* @__PURE__ */ jsxDEV(
      Copyable,
      {
        id: "list",
        label: "A list of models",
        text: "# models.yaml\nmodels:\n  - name: sentence-transformers/all-MiniLM-L6-v2\n    sha: c9745ed1d9f207416be6d2e6f8de32d1f16199bf\n    tag: latest"
      }
    ),
    /* @__PURE__ */ jsxDEV(Copyable, { id: "publish", label: "The command that publishes it", text: publish2 })
  ] }) });
}

// node_modules/marked/lib/marked.esm.js
function G() {
  return { async: false, breaks: false, extensions: null, gfm: true, hooks: null, pedantic: false, renderer: null, silent: false, tokenizer: null, walkTokens: null };
}
var S = G();
function ue(l3) {
  S = l3;
}
var q = { exec: () => null };
function D(l3) {
  let e = [];
  return (t) => {
    let n = Math.max(0, Math.min(3, t - 1)), r = e[n];
    return r || (r = l3(n), e[n] = r), r;
  };
}
function g(l3, e = "") {
  let t = typeof l3 == "string" ? l3 : l3.source, n = { replace: (r, s) => {
    let o = typeof s == "string" ? s : s.source;
    return o = o.replace(O.caret, "$1"), t = t.replace(r, o), n;
  }, getRegex: () => new RegExp(t, e) };
  return n;
}
var _e = ((l3 = "") => {
  try {
    return !!new RegExp("(?<=1)(?<!1)" + l3);
  } catch {
    return false;
  }
})();
var O = { codeRemoveIndent: /^(?: {0,3}\t| {1,4})/gm, listInterruptsParagraph: /^ {0,3}(?:[*+-]|1[.)])[ \t]+[^ \t\n]/, outputLinkReplace: /\\([\[\]])/g, indentCodeCompensation: /^(\s+)(?:```)/, beginningSpace: /^\s+/, endingHash: /#$/, startingSpaceChar: /^ /, endingSpaceChar: / $/, endingSpaceTabChar: /[ \t]$/, nonSpaceChar: /[^ ]/, newLineCharGlobal: /\n/g, tabCharGlobal: /\t/g, leadingSpaceTab: /^[ \t]+/, multipleSpaceGlobal: /\s+/g, blankLine: /^[ \t]*$/, doubleBlankLine: /\n[ \t]*\n[ \t]*$/, blockquoteStart: /^ {0,3}>/, blockquoteSetextReplace: /\n {0,3}((?:=+|-+)[ \t]*)(?=\n|$)/g, blockquoteSetextReplace2: /^ {0,3}>[ \t]?/gm, blockquoteMarkerWhitespace: /^( {0,3}>)(\t[ \t]*)/gm, nestedBlockMarker: /^ {0,3}(?:(?:[*+-]|\d{1,9}[.)])(?: |$)|> ?)/, listReplaceNesting: /^ {1,4}(?=( {4})*[^ ])/g, listIsTask: /^\[[ xX]\][ \t]+\S/, listReplaceTask: /^\[[ xX]\][ \t]+/, listTaskCheckbox: /\[[ xX]\]/, anyLine: /\n.*\n/, hrefBrackets: /^<(.*)>$/, tableDelimiter: /[:|]/, tableAlignChars: /^\||\| *$/g, tableRowBlankLine: /\n[ \t]*$/, tableAlignRight: /^ *-+: *$/, tableAlignCenter: /^ *:-+: *$/, tableAlignLeft: /^ *:-+ *$/, startATag: /^<a /i, endATag: /^<\/a>/i, startPreScriptTag: /^<(pre|code|kbd|script)(\s|>)/i, endPreScriptTag: /^<\/(pre|code|kbd|script)(\s|>)/i, startAngleBracket: /^</, endAngleBracket: />$/, pedanticHrefTitle: /^([^'"]*[^\s])\s+(['"])(.*)\2/, unicodeAlphaNumeric: /[\p{L}\p{N}]/u, numericCharacterReference: /&#(?:(\d{1,7})|[Xx]([A-Fa-f0-9]{1,6}));/, numericCharacterReferenceOrAmpersand: /&#(?:(\d{1,7})|[Xx]([A-Fa-f0-9]{1,6}));|&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/g, escapeTest: /[&<>"']/, escapeReplace: /[&<>"']/g, escapeTestNoEncode: /[<>"']|&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/, escapeReplaceNoEncode: /[<>"']|&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/g, caret: /(^|[^\[])\^/g, percentDecode: /%25/g, findPipe: /\|/g, splitPipe: / \|/, slashPipe: /\\\|/g, carriageReturn: /\r\n|\r/g, spaceLine: /^ +$/gm, notSpaceStart: /^\S*/, endingNewline: /\n$/, listItemRegex: (l3) => new RegExp(`^( {0,3}${l3})((?:[	 ][^\\n]*)?(?:\\n|$))`), nextBulletRegex: D((l3) => new RegExp(`^ {0,${l3}}(?:[*+-]|\\d{1,9}[.)])((?:[ 	][^\\n]*)?(?:\\n|$))`)), hrRegex: D((l3) => new RegExp(`^ {0,${l3}}((?:-[ 	]*){3,}|(?:_[ 	]*){3,}|(?:\\*[ 	]*){3,})(?:\\n+|$)`)), fencesBeginRegex: D((l3) => new RegExp(`^ {0,${l3}}(?:\`\`\`|~~~)`)), headingBeginRegex: D((l3) => new RegExp(`^ {0,${l3}}#{1,6}(?:\\s|$)`)), pedanticHeadingBeginRegex: D((l3) => new RegExp(`^ {0,${l3}}#`)), htmlBeginRegex: D((l3) => new RegExp(`^ {0,${l3}}(?:</?(?:${he})(?:[ \\t]+|$|/?>)|<(?:(?:script|pre|style|textarea)(?:[\\s>]|$)|!--)|<\\?|<![A-Za-z]|<!\\[CDATA\\[)`, "i")), blockquoteBeginRegex: D((l3) => new RegExp(`^ {0,${l3}}>`)), nestedContainerMarkers: /^(?: {0,3}(?:(?:[*+-]|\d{1,9}[.)])[ \t]+|>[ \t]?))+/ };
var Ge = /^(?:[ \t]*(?:\n|$))+/;
var Ne = /^((?: {4}| {0,3}\t)[^\n]+(?:\n(?:[ \t]*(?:\n|$))*)?)+/;
var Fe = /^ {0,3}(`{3,}(?=[^`\n]*(?:\n|$))|~{3,})([^\n]*)(?:\n|$)(?:|([\s\S]*?)(?:\n|$))(?: {0,3}(?:(?=`)\1`*|(?=~)\1~*) *(?=\n|$)|$)/;
var V = /^ {0,3}((?:-[\t ]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})(?:\n+|$)/;
var Qe = /^ {0,3}(#{1,6})(?=\s|$)(.*)(?:\n+|$)/;
var ce = / {0,3}(?:[*+-]|\d{1,9}[.)])/;
var he = "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|meta|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul";
var J = g(" {0,3}(?:</?(?:tag)(?:[ \\t]+|\\n|/?>)|<(?:(?:script|pre|style|textarea)(?:[\\s>]|$)|!--)|<\\?|<![A-Za-z]|<!\\[CDATA\\[)").replace("tag", he).getRegex();
var $e = /^(?!bull |blockCode|fences|blockquote|heading|html|table)((?:.|\n(?!\s*?\n|bull |fences|blockquote|heading|hr|html|table))+?)\n {0,3}(=+|-+)[ \t]*(?:\n+|$)/;
var Le = g($e).replace(/bull/g, ce).replace(/blockCode/g, /(?: {4}| {0,3}\t)/).replace(/fences/g, / {0,3}(?:`{3,}|~{3,})/).replace(/blockquote/g, / {0,3}>/).replace(/heading/g, / {0,3}#{1,6}(?:\s|$)/).replace(/hr/g, / {0,3}(?:(?:-[\t ]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})(?:\n+|$)/).replace(/\|table/g, "").replace(/html/g, J).getRegex();
var We = g($e).replace(/bull/g, ce).replace(/blockCode/g, /(?: {4}| {0,3}\t)/).replace(/fences/g, / {0,3}(?:`{3,}|~{3,})/).replace(/blockquote/g, / {0,3}>/).replace(/heading/g, / {0,3}#{1,6}(?:\s|$)/).replace(/hr/g, / {0,3}(?:(?:-[\t ]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})(?:\n+|$)/).replace(/table/g, / {0,3}\|?(?:[:\- ]*\|)+[\:\- ]*\n/).replace(/html/g, J).getRegex();
var de = /^([^\n]+(?:\n(?!hr|heading|lheading|blockquote|fences|list|html|table|[ \t]+\n)[^\n]+)*)/;
var Ue = /^[^\n]+/;
var ge = /(?!\s*\])(?:\\[\s\S]|[^\[\]\\\n]|\n(?![ \t]*\n))+/;
var Ke = g(/^ {0,3}\[(label)\]: *(?:\n[ \t]*)?([^<\s][^\s]*|<(?:\\.|[^\n<>\\])*>)(?:(?: +(?:\n[ \t]*)?| *\n[ \t]*)(title))? *(?:\n+|$)/).replace("label", ge).replace("title", /(?:"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\\n]|\n(?!\n))*'|\((?:\\[\s\S]|[^()\\])*\))/).getRegex();
var Xe = g(/^(bull)([ \t][^\n]*?)?(?:\n|$)/).replace(/bull/g, ce).getRegex();
var ke = /<!--(?:-?>|[\s\S]*?(?:-->|$))/;
var Ve = g("^ {0,3}(?:<(script|pre|style|textarea)[\\s>][\\s\\S]*?(?:</\\1>[^\\n]*\\n*|$)|comment[^\\n]*(\\n+|$)|<\\?[\\s\\S]*?(?:\\?>[^\\n]*\\n*|$)|<![A-Z][\\s\\S]*?(?:>[^\\n]*\\n*|$)|<!\\[CDATA\\[[\\s\\S]*?(?:\\]\\]>[^\\n]*\\n*|$)|</?(tag)(?:[ \\t]+|\\n|/?>|$)[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$)|<(?!(?:script|pre|style|textarea)(?![a-z0-9-]))([a-z][a-z0-9-]*)(?:attribute)*?[ \\t]*/?>(?=[ \\t]*(?:\\n|$))[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$)|</[a-z][a-z0-9-]*\\s*>(?=[ \\t]*(?:\\n|$))[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$))", "i").replace("comment", ke).replace("tag", he).replace("attribute", /[ \t]+[a-zA-Z:_][\w.:-]*(?:[ \t]*=[ \t]*"[^"\n]*"|[ \t]*=[ \t]*'[^'\n]*'|[ \t]*=[ \t]*[^\s"'=<>`]+)?/).getRegex();
var Ce = (l3) => g(de).replace("hr", V).replace("heading", " {0,3}#{1,6}(?:\\s|$)").replace("|lheading", "").replace("|table", "").replace("blockquote", " {0,3}>").replace("fences", " {0,3}(?:`{3,}(?=[^`\\n]*(?:\\n|$))|~~~)[^\\n]*(?:\\n|$)").replace("list", l3).replace("html", J).getRegex();
var Je = Ce(/ {0,3}(?:[*+-]|1[.)])[ \t]+[^ \t\n]/);
var Ye = Ce(/ {0,3}(?:[*+-]|\d{1,9}[.)])(?:[ \t]|\n|$)/);
var et = g(/^( {0,3}> ?(?:(?![ \t]*(?:\n|$))(paragraph)|[^\n]*)(?:\n|$))+/).replace("paragraph", Ye).getRegex();
var fe = { blockquote: et, code: Ne, def: Ke, fences: Fe, heading: Qe, hr: V, html: Ve, lheading: Le, list: Xe, newline: Ge, paragraph: Je, table: q, text: Ue };
var Pe = g("^ *([^\\n ].*)\\n {0,3}((?:\\| *)?:?-+:? *(?:\\| *:?-+:? *)*(?:\\| *)?)(?:\\n((?:(?! *\\n|hr|heading|blockquote|code|fences|list|html).*(?:\\n|$))*)\\n*|$)").replace("hr", V).replace("heading", " {0,3}#{1,6}(?:\\s|$)").replace("blockquote", " {0,3}>").replace("code", "(?: {4}| {0,3}	)[^\\n]").replace("fences", " {0,3}(?:`{3,}(?=[^`\\n]*(?:\\n|$))|~~~)[^\\n]*(?:\\n|$)").replace("list", " {0,3}(?:[*+-]|1[.)])[ \\t]").replace("html", J).getRegex();
var tt = { ...fe, lheading: We, table: Pe, paragraph: g(de).replace("hr", V).replace("heading", " {0,3}#{1,6}(?:\\s|$)").replace("|lheading", "").replace("table", Pe).replace("blockquote", " {0,3}>").replace("fences", " {0,3}(?:`{3,}(?=[^`\\n]*(?:\\n|$))|~~~)[^\\n]*(?:\\n|$)").replace("list", " {0,3}(?:[*+-]|1[.)])[ \\t]+[^ \\t\\n]").replace("html", J).getRegex() };
var nt = { ...fe, html: g(`^ *(?:comment(?: *\\n|\\s*$)|<(tag)[\\s\\S]+?</\\1>(?: *\\n{2,}|\\s*$)|<tag(?:"[^"]*"|'[^']*'|\\s[^'"/>\\s]*)*?/?>(?: *\\n{2,}|\\s*$))`).replace("comment", ke).replace(/tag/g, "(?!(?:a|em|strong|small|s|cite|q|dfn|abbr|data|time|code|var|samp|kbd|sub|sup|i|b|u|mark|ruby|rt|rp|bdi|bdo|span|br|wbr|ins|del|img)\\b)\\w+(?!:|[^\\w\\s@]*@)\\b").getRegex(), def: /^ *\[([^\]]+)\]: *<?([^\s>]+)>?(?: +(["(][^\n]+[")]))? *(?:\n+|$)/, heading: /^(#{1,6})(.*)(?:\n+|$)/, fences: q, lheading: /^(.+?)\n {0,3}(=+|-+) *(?:\n+|$)/, paragraph: g(de).replace("hr", V).replace("heading", ` *#{1,6} *[^
]`).replace("|table", "").replace("blockquote", " {0,3}>").replace("|fences", "").replace("|list", "").replace("|html", "").replace("|tag", "").replace("lheading", Le).getRegex() };
var rt = /^\\([!"#$%&'()*+,\-./:;<=>?@\[\]\\^_`{|}~])/;
var st = /^(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/;
var Ie = /^( {2,}|\\)\n(?!\s*$)[ \t]*/;
var it = /^(`+|[^`])(?:(?= {2,}\n)|[\s\S]*?(?:(?=[\\<!\[`*_]|\b_|$)|[^ ](?= {2,}\n)))/;
var L = /[\p{P}\p{S}]/u;
var N = /[\s\p{P}\p{S}]/u;
var Y = /[^\s\p{P}\p{S}]/u;
var ot = g(/^((?![*_])punctSpace)/, "u").replace(/punctSpace/g, N).getRegex();
var at = /[\p{Pi}\p{Ps}"']/u;
var Ae = /(?!~)[\p{P}\p{S}]/u;
var lt = /(?!~)[\s\p{P}\p{S}]/u;
var ut = /(?:[^\s\p{P}\p{S}]|~)/u;
var pt = g(/link|precode-code|html/, "g").replace("link", /\[(?:[^\[\]`]|(?<a>`+)[^`]+\k<a>(?!`))*?\]\((?:\\[\s\S]|[^\\\(\)]|\((?:\\[\s\S]|[^\\\(\)])*\))*\)/).replace("precode-", _e ? "(?<!`)()" : "(^^|[^`])").replace("code", /(?<b>`+)[^`]+\k<b>(?!`)/).replace("html", /<(?! )[^<>]*?>/).getRegex();
var Ee = /^(?:\*+(?:((?!\*)punct)|([^\s*]))?)|^_+(?:((?!_)punct)|([^\s_]))?/;
var ct = g(Ee, "u").replace(/punct/g, L).getRegex();
var ht = g(Ee, "u").replace(/punct/g, Ae).getRegex();
var dt = /^(?:\*+(?:((?!\*)(?!openQuote)punct)|([^\s*]))?)|^_+(?:((?!_)(?!openQuote)punct)|([^\s_]))?/;
var gt = g(dt, "u").replace(/openQuote/g, at).replace(/punct/g, L).getRegex();
var ze = "^[^_*]*?__[^_*]*?\\*[^_*]*?(?=__)|[^*]+(?=[^*])|(?!\\*)punct(\\*+)(?=[\\s]|$)|notPunctSpace(\\*+)(?!\\*)(?=punctSpace|$)|(?!\\*)punctSpace(\\*+)(?=notPunctSpace)|[\\s](\\*+)(?!\\*)(?=punct)|(?!\\*)punct(\\*+)(?!\\*)(?=punct)|notPunctSpace(\\*+)(?=notPunctSpace)";
var kt = g(ze, "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N).replace(/punct/g, L).getRegex();
var ft = g(ze, "gu").replace(/notPunctSpace/g, ut).replace(/punctSpace/g, lt).replace(/punct/g, Ae).getRegex();
var mt = "^[^_*]*?__[^_*]*?\\*[^_*]*?(?=__)|[^*]+(?=[^*])|(?!\\*)punct(\\*+)(?=[\\s]|$)|notPunctSpace(\\*+)(?!\\*)(?=punctSpace|$)|(?!\\*)[\\s](\\*+)(?=notPunctSpace)|[\\s](\\*+)(?!\\*)(?=punct)|(?!\\*)punct(\\*+)(?!\\*)(?=punct)|(?:(?!\\*)punct|notPunctSpace)(\\*+)(?!\\*)(?=notPunctSpace)";
var xt = g(mt, "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N).replace(/punct/g, L).getRegex();
var bt = g("^[^_*]*?\\*\\*[^_*]*?_[^_*]*?(?=\\*\\*)|[^_]+(?=[^_])|(?!_)punct(_+)(?=[\\s]|$)|notPunctSpace(_+)(?!_)(?=punctSpace|$)|(?!_)punctSpace(_+)(?=notPunctSpace)|[\\s](_+)(?!_)(?=punct)|(?!_)punct(_+)(?!_)(?=punct)", "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N).replace(/punct/g, L).getRegex();
var Rt = "^[^_*]*?\\*\\*[^_*]*?_[^_*]*?(?=\\*\\*)|[^_]+(?=[^_])|(?!_)punct(_+)(?=[\\s]|$)|notPunctSpace(_+)(?!_)(?=punctSpace|$)|(?!_)[\\s](_+)(?=notPunctSpace)|[\\s](_+)(?!_)(?=punct)|(?!_)punct(_+)(?!_)(?=punct)|(?:(?!_)punct|notPunctSpace)(_+)(?!_)(?=notPunctSpace)";
var Tt = g(Rt, "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N).replace(/punct/g, L).getRegex();
var Ot = g(/^~~?(?:((?!~)punct)|[^\s~])/, "u").replace(/punct/g, L).getRegex();
var wt = "^[^~]+(?=[^~])|(?!~)punct(~~?)(?=[\\s]|$)|notPunctSpace(~~?)(?!~)(?=punctSpace|$)|(?!~)punctSpace(~~?)(?=notPunctSpace)|[\\s](~~?)(?!~)(?=punct)|(?!~)punct(~~?)(?!~)(?=punct)|notPunctSpace(~~?)(?=notPunctSpace)";
var Pt = g(wt, "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N).replace(/punct/g, L).getRegex();
var yt = g(/\\(punct)/, "gu").replace(/punct/g, L).getRegex();
var St = g(/(`+)(?:[^`]|[^`][\s\S]*?[^`])\1(?!`)|`+|\\(punct)/, "gu").replace(/punct/g, L).getRegex();
var _t = g(/^<(scheme:[^\s\x00-\x1f<>]*|email)>/).replace("scheme", /[a-zA-Z][a-zA-Z0-9+.-]{1,31}/).replace("email", /[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+(@)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+(?![-_])/).getRegex();
var $t = g(ke).replace("(?:-->|$)", "-->").getRegex();
var Lt = g("^comment|^</[a-zA-Z][a-zA-Z0-9-]*\\s*>|^<[a-zA-Z][a-zA-Z0-9-]*(?:attribute)*?\\s*/?>|^<\\?[\\s\\S]*?\\?>|^<![a-zA-Z]+\\s[\\s\\S]*?>|^<!\\[CDATA\\[[\\s\\S]*?\\]\\]>").replace("comment", $t).replace("attribute", /\s+[a-zA-Z:_][\w.:-]*(?:\s*=\s*"[^"]*"|\s*=\s*'[^']*'|\s*=\s*[^\s"'=<>`]+)?/).getRegex();
var Me = /\[(?:\\[\s\S]|[^\[\]\\])*\]/;
var ie = g(/(?:\[(?:brackets|\\[\s\S]|[^\[\]\\])*\]|\\[\s\S]|`+(?!`)[^`]*?`+(?!`)|``+(?=\])|[^\[\]\\`])*?/).replace("brackets", Me).getRegex();
var Ct = g(/^!?\[(label)\]\([ \t\n]*(href)(?:(?:[ \t]+(?:\n[ \t]*)?|\n[ \t]*)(title))?[ \t\n]*\)/).replace("label", ie).replace("href", /<(?:\\.|[^\n<>\\])*>|(?!<)[^ \t\n\x00-\x1f]+|(?=\))/).replace("title", /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\((?:\\[\s\S]|[^)\\])*\)/).getRegex();
var It = g(/^!?\[(label)\]\[(ref)\]/).replace("label", ie).replace("ref", ge).getRegex();
var At = g(/^!?\[(ref)\](?:\[\])?/).replace("ref", ge).getRegex();
var ye = /(?!\s*\])(?:\\[\s\S]|[^\[\]\\]){1,999}/;
var Et = g(/(?:[^\[\]\\`]*(?:\[(?:brackets|\\[\s\S]|[^\[\]\\])*\]|\\[\s\S]|`+(?!`)[^`]*?`+(?!`)|``+(?=\]))){0,999}?[^\[\]\\`]*?/).replace("brackets", Me).getRegex();
var zt = g("reflink|nolink(?!\\()", "g").replace("reflink", g(/^!?\[(label)\]\[(ref)\]/).replace("label", Et).replace("ref", ye).getRegex()).replace("nolink", g(/^!?\[(ref)\](?:\[\])?/).replace("ref", ye).getRegex()).getRegex();
var Se = /[hH][tT][tT][pP][sS]?|[fF][tT][pP]/;
var Mt = /[A-Za-z0-9._+-]+@[a-zA-Z0-9-_]+(?:\.[a-zA-Z0-9-_]*[a-zA-Z0-9])+(?![\w-])/;
var Bt = g(/(?:mailto:email|xmpp:email(?:\/[A-Za-z0-9@.]+)?)/).replace(/email/g, Mt).getRegex();
var me = { _backpedal: q, anyPunctuation: yt, anyPunctuationOutsideCode: St, autolink: _t, blockSkip: pt, br: Ie, code: st, del: q, delLDelim: q, delRDelim: q, emStrongLDelim: ct, emStrongRDelimAst: kt, emStrongRDelimUnd: bt, escape: rt, link: Ct, nolink: At, punctuation: ot, reflink: It, reflinkSearch: zt, tag: Lt, text: it, url: q };
var Dt = { ...me, emStrongLDelim: gt, emStrongRDelimAst: xt, emStrongRDelimUnd: Tt, link: g(/^!?\[(label)\]\((.*?)\)/).replace("label", ie).getRegex(), reflink: g(/^!?\[(label)\]\s*\[([^\]]*)\]/).replace("label", ie).getRegex() };
var pe = { ...me, emStrongRDelimAst: ft, emStrongLDelim: ht, delLDelim: Ot, delRDelim: Pt, url: g(/^emailProtocol|^((?:protocol):\/\/|www\.)(?:[a-zA-Z0-9\-]+\.?)+[^\s<]*|^email/).replace("emailProtocol", Bt).replace("protocol", Se).replace("email", /[A-Za-z0-9._+-]+(@)[a-zA-Z0-9-_]+(?:\.[a-zA-Z0-9-_]*[a-zA-Z0-9])+(?![\w-])/).getRegex(), _backpedal: /(?:[^?!.,:;*_'"~()&]+|\([^)]*\)|&(?![a-zA-Z0-9]+;$)|[?!.,:;*_'"~)]+(?!$))+/, del: /^(~~?)(?=[^\s~])((?:\\[\s\S]|[^\\])*?(?:\\[\s\S]|[^\s~\\]))\1(?=[^~]|$)/, text: g(/^(?:[^a-zA-Z0-9](?=emailProtocol)|(`+|~+|[^`~])(?:(?=[`~])|(?= {2,}\n)|(?=[a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-]+@)|[\s\S]*?(?:(?=[\\<!\[`*~_]|\b_|protocol:\/\/|wwwStart|$)|[^ ](?= {2,}\n)|[^a-zA-Z0-9](?=emailProtocol)|[^a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-](?=[a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-]+@))))/).replace("protocol", Se).replace(/emailProtocol/g, /(?:mailto|xmpp):/).replace("wwwStart", _e ? "(?<![^\\s*_~(])www\\." : "www\\.").getRegex() };
var qt = { ...pe, br: g(Ie).replace("{2,}", "*").getRegex(), text: g(pe.text).replace("\\b_", "\\b_| {2,}\\n").replace(/\{2,\}/g, "*").getRegex() };
var ee = { normal: fe, gfm: tt, pedantic: nt };
var F = { normal: me, gfm: pe, breaks: qt, pedantic: Dt };
var vt = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
var Be = (l3) => vt[l3];
function y(l3, e) {
  if (e) {
    if (O.escapeTest.test(l3)) return l3.replace(O.escapeReplace, Be);
  } else if (O.escapeTestNoEncode.test(l3)) return l3.replace(O.escapeReplaceNoEncode, Be);
  return l3;
}
function De(l3) {
  return O.numericCharacterReference.test(l3) ? l3.replace(O.numericCharacterReferenceOrAmpersand, (e, t, n) => {
    if (t === void 0 && n === void 0) return "&amp;";
    let r = t === void 0 ? Number.parseInt(n, 16) : Number.parseInt(t, 10);
    return r === 0 || r > 1114111 || r >= 55296 && r <= 57343 ? "\uFFFD" : r === 38 ? "&amp;" : String.fromCodePoint(r);
  }) : l3;
}
function xe(l3) {
  try {
    l3 = encodeURI(l3).replace(O.percentDecode, "%");
  } catch {
    return null;
  }
  return l3;
}
function be(l3, e) {
  let t = l3.replace(O.findPipe, (s, o, i) => {
    let a = false, c = o;
    for (; --c >= 0 && i[c] === "\\"; ) a = !a;
    return a ? "|" : " |";
  }), n = t.split(O.splitPipe), r = 0;
  if (n[0].trim() || n.shift(), n.length > 0 && !n.at(-1)?.trim() && n.pop(), e) if (n.length > e) n.splice(e);
  else for (; n.length < e; ) n.push("");
  for (; r < n.length; r++) n[r] = n[r].trim().replace(O.slashPipe, "|");
  return n;
}
function C(l3, e, t) {
  let n = l3.length;
  if (n === 0) return "";
  let r = 0;
  for (; r < n; ) {
    let s = l3.charAt(n - r - 1);
    if (s === e && !t) r++;
    else if (s !== e && t) r++;
    else break;
  }
  return l3.slice(0, n - r);
}
function Re(l3) {
  let e = l3.split(`
`), t = e.length - 1;
  for (; t >= 0 && O.blankLine.test(e[t]); ) t--;
  return e.length - t <= 2 ? l3 : e.slice(0, t + 1).join(`
`);
}
function W(l3) {
  return l3.trim().replace(O.multipleSpaceGlobal, " ").toLowerCase().toUpperCase().toLowerCase();
}
function Te(l3, e) {
  if (l3.indexOf(e[0]) === -1 && l3.indexOf(e[1]) === -1) return -1;
  let t = 0;
  for (let n = 0; n < l3.length; n++) if (l3[n] === "\\") n++;
  else if (l3[n] === e[0]) t++;
  else if (l3[n] === e[1] && (t--, t < 0)) return n;
  return t > 0 ? -2 : -1;
}
var Q = /* @__PURE__ */ new WeakMap();
function Oe(l3) {
  let e = { "*": -1, _: -1 }, t = -1, n = l3.length;
  for (let r = 0; r < n; r++) {
    let s = l3[r];
    if (s !== "*" && s !== "_" && s !== "~") continue;
    let o = r === 0 ? `
` : l3[r - 1], i = r + 1;
    for (; i < n && l3[i] === s; ) i++;
    o !== " " && o !== "	" && o !== `
` && o !== "\r" && o !== "\f" && (s === "~" ? t = r : e[s] = r), r = i - 1;
  }
  return { maskedSrc: l3, lastPossibleEmStrongCloserIndex: e, lastPossibleDelCloserIndex: t };
}
function qe(l3, e) {
  let t = Oe(e), n = Q.get(l3);
  n ? n.push(t) : Q.set(l3, [t]);
}
function ve(l3) {
  let e = Q.get(l3);
  e && (e.pop(), e.length === 0 && Q.delete(l3));
}
function oe(l3, e, t) {
  let n = Q.get(l3)?.at(-1);
  return n && n.maskedSrc === e ? n.lastPossibleEmStrongCloserIndex[t] : Oe(e).lastPossibleEmStrongCloserIndex[t];
}
function ae(l3, e) {
  let t = Q.get(l3)?.at(-1);
  return t && t.maskedSrc === e ? t.lastPossibleDelCloserIndex : Oe(e).lastPossibleDelCloserIndex;
}
function te(l3, e = 0) {
  let t = e, n = "";
  for (let r of l3) if (r === "	") {
    let s = 4 - t % 4;
    n += " ".repeat(s), t += s;
  } else n += r, t++;
  return n;
}
function Ht(l3, e) {
  let t = "";
  for (let n = 0; n < l3.length; n++) {
    if (l3[n] === "`") {
      let r = e.inline.code.exec(l3.slice(n));
      if (r) {
        t += r[0], n += r[0].length - 1;
        continue;
      }
    }
    if (l3[n] === "\\" && (l3[n + 1] === "[" || l3[n + 1] === "]")) {
      t += l3[n + 1], n++;
      continue;
    }
    t += l3[n];
  }
  return t;
}
function He(l3, e, t, n, r) {
  let s = e.href, o = e.title || null, i = Ht(l3[1], r), a = l3[0].charAt(0) === "!", c = n.state.inLink, u = n.state.linkEmitted, d = n.state.inRawBlock;
  n.state.inLink = true, n.state.linkEmitted = false;
  let h = n.inlineTokens(i), p = n.state.linkEmitted;
  if (n.state.linkEmitted = u, n.state.inLink = c, !a) {
    if (p) {
      n.state.inRawBlock = d;
      return;
    }
    n.state.linkEmitted = true;
  }
  return { type: a ? "image" : "link", raw: t, href: s, title: o, text: i, tokens: h };
}
function Zt(l3, e, t) {
  let n = l3.match(t.other.indentCodeCompensation);
  if (n === null) return e;
  let r = n[1];
  return e.split(`
`).map((s) => {
    let o = s.match(t.other.beginningSpace);
    if (o === null) return s;
    let [i] = o;
    return s.slice(Math.min(i.length, r.length));
  }).join(`
`);
}
function Ze(l3, e, t, n) {
  if (!e.includes("<")) return false;
  for (let r = 0; r < e.length; r++) {
    if (e[r] === "\\") {
      r++;
      continue;
    }
    if (e[r] === "`") {
      let i = n.inline.code.exec(e.slice(r));
      if (i) {
        r += i[0].length - 1;
        continue;
      }
    }
    if (e[r] !== "<") continue;
    let s = l3.slice(t + r), o = n.inline.tag.exec(s) || n.inline.autolink.exec(s);
    if (o) {
      if (o[0].length > e.length - r) return true;
      r += o[0].length - 1;
    }
  }
  return false;
}
var _ = class {
  options;
  rules;
  lexer;
  constructor(e) {
    this.options = e || S;
  }
  space(e) {
    let t = this.rules.block.newline.exec(e);
    if (t && t[0].length > 0) return { type: "space", raw: t[0] };
  }
  code(e) {
    let t = this.rules.block.code.exec(e);
    if (t) {
      let n = this.options.pedantic ? t[0] : Re(t[0]), r = n.replace(this.rules.other.codeRemoveIndent, "");
      return { type: "code", raw: n, codeBlockStyle: "indented", text: r };
    }
  }
  fences(e) {
    let t = this.rules.block.fences.exec(e);
    if (t) {
      let n = t[0], r = Zt(n, t[3] || "", this.rules);
      return t[3] !== void 0 && (r === "" || r.endsWith(`
`)) && (r += `
`), { type: "code", raw: n, lang: t[2] ? t[2].trim().replace(this.rules.inline.anyPunctuation, "$1") : t[2], text: r };
    }
  }
  heading(e) {
    let t = this.rules.block.heading.exec(e);
    if (t) {
      let n = t[2].trim();
      if (this.rules.other.endingHash.test(n)) {
        let r = C(n, "#");
        (this.options.pedantic || !r || this.rules.other.endingSpaceTabChar.test(r)) && (n = r.trim());
      }
      return { type: "heading", raw: C(t[0], `
`), depth: t[1].length, text: n, tokens: this.lexer.inline(n) };
    }
  }
  hr(e) {
    let t = this.rules.block.hr.exec(e);
    if (t) return { type: "hr", raw: C(t[0], `
`) };
  }
  blockquote(e) {
    let t = this.rules.block.blockquote.exec(e);
    if (t) {
      let n = C(t[0], `
`).split(`
`), r = "", s = "", o = [];
      for (; n.length > 0; ) {
        let i = false, a = [], c;
        for (c = 0; c < n.length; c++) if (this.rules.other.blockquoteStart.test(n[c])) a.push(n[c]), i = true;
        else if (!i) a.push(n[c]);
        else break;
        n = n.slice(c);
        let u = a.join(`
`), d = u.replace(this.rules.other.blockquoteMarkerWhitespace, (k, m, b) => b.startsWith(" ") ? m + " " + b.slice(1) : m + te(b, m.length)).replace(this.rules.other.blockquoteSetextReplace, `
    $1`).replace(this.rules.other.blockquoteSetextReplace2, "");
        r = r ? `${r}
${u}` : u, s = s ? `${s}
${d}` : d;
        let h = this.lexer.state.top;
        if (this.lexer.state.top = true, this.lexer.blockTokens(d, o, true), this.lexer.state.top = h, n.length === 0) break;
        let p = o.at(-1);
        if (p?.type === "code" || p?.type === "heading" || p?.type === "hr" || p?.type === "html" || p?.type === "table") break;
        if (p?.type === "blockquote") {
          let k = p, m = n.join(`
`), b = k.raw + `
` + m.replace(this.rules.other.blockquoteSetextReplace2, ""), f = this.blockquote(b);
          o[o.length - 1] = f;
          let R = b.substring(f.raw.length).replace(/^\n/, ""), E = R ? R.split(`
`).length : 0, T = E ? n.slice(0, -E) : n;
          if (T.length > 0 && (r = `${r}
${T.join(`
`)}`), s = s.substring(0, s.length - k.text.length) + f.text, n = n.slice(T.length), n.length > 0 && this.rules.other.blockquoteStart.test(n[0])) continue;
          break;
        } else if (p?.type === "list") {
          let k = p, m = k.raw + `
` + n.join(`
`), b = this.list(m);
          o[o.length - 1] = b;
          let f = b.raw.length > k.raw.length ? m.slice(k.raw.length + 1, b.raw.length).split(`
`).length : 0;
          if (f > 0) {
            let R = n.slice(0, f).join(`
`);
            r = `${r}
${R}`, s = `${s}
${R}`;
          }
          if (n = n.slice(f), n.length > 0 && !this.rules.other.blockquoteStart.test(n[0])) break;
          continue;
        }
      }
      return { type: "blockquote", raw: r, tokens: o, text: s };
    }
  }
  list(e) {
    let t = this.rules.block.list.exec(e);
    if (t) {
      if (!this.options.pedantic && this.lexer.state.lastToken?.type === "text" && !this.rules.other.listInterruptsParagraph.test(e)) return;
      let n = e, r = () => n.length - e.length, s = t[1].trim(), o = s.length > 1, i = { type: "list", raw: "", ordered: o, start: o ? +s.slice(0, -1) : "", loose: false, items: [] };
      s = o ? `\\d{1,9}\\${s.slice(-1)}` : `\\${s}`, this.options.pedantic && (s = o ? s : "[*+-]");
      let a = this.rules.other.listItemRegex(s), c = false;
      for (; e; ) {
        let h = false, p = "";
        if (!(t = a.exec(e)) || this.rules.block.hr.test(e)) break;
        let k = r();
        e = e.substring(t[0].length);
        let m = t[2].split(`
`, 1)[0], b = t[1].length, f = this.options.pedantic ? te(m, b) : m.replace(this.rules.other.leadingSpaceTab, (H) => te(H, b)), R = e.split(`
`, 1)[0], E = !f.trim(), T = 0;
        if (this.options.pedantic ? (T = 2, p = f.trimStart()) : E ? T = b + 1 : (T = f.search(this.rules.other.nonSpaceChar), T = T > 4 ? 1 : T, p = f.slice(T), T += b), E && this.rules.other.blankLine.test(R) && (e = e.substring(R.length + 1), h = true), !h) {
          let H = this.rules.other.nextBulletRegex(T), K = this.rules.other.hrRegex(T), re = this.rules.other.fencesBeginRegex(T), B = this.options.pedantic ? this.rules.other.pedanticHeadingBeginRegex(T) : this.rules.other.headingBeginRegex(T), X = this.rules.other.htmlBeginRegex(T), se = this.rules.other.blockquoteBeginRegex(T), le = false;
          for (; e; ) {
            let we = e.split(`
`, 1)[0], Z;
            if (R = we, this.options.pedantic ? (R = R.replace(this.rules.other.listReplaceNesting, "  "), Z = R) : Z = R.replace(this.rules.other.leadingSpaceTab, ($) => te($)), re.test(R) || B.test(R) || X.test(R) || se.test(R) || H.test(R) || K.test(R)) break;
            if (Z.search(this.rules.other.nonSpaceChar) >= T || !R.trim()) p += `
` + Z.slice(T), le = false;
            else {
              if (E) break;
              let $ = f;
              if (!this.options.pedantic && !p.includes(`
`) && !f.includes("	")) {
                let j;
                for (; !K.test($) && (j = this.rules.other.nestedBlockMarker.exec($)); ) $ = $.slice(j[0].length);
                if (!$.trim()) break;
              }
              if ($.replace(this.rules.other.tabCharGlobal, "    ").search(this.rules.other.nonSpaceChar) >= 4 || re.test($) || B.test($) || X.test($) || K.test($)) break;
              if (!this.options.pedantic && !le) {
                let j = f.replace(this.rules.other.nestedContainerMarkers, "");
                if (this.rules.block.fences.test(j) || this.rules.block.heading.test(j) || this.rules.block.hr.test(j)) break;
              }
              let je = !this.options.pedantic && /^ {0,3}(?:=+|-+) *$/.test(R) && this.rules.block.lheading.test(`${f}
${R}`) ? `    ${Z.replace(/^ {0,3}/, "")}` : R;
              p += `
` + je, le = true;
            }
            E = !R.trim(), e = e.substring(we.length + 1), f = Z.slice(T);
          }
        }
        let U = n.slice(k, r());
        i.loose || (c ? i.loose = true : this.rules.other.doubleBlankLine.test(U) && (c = true)), i.items.push({ type: "list_item", raw: U, task: !!this.options.gfm && this.rules.other.listIsTask.test(p), loose: false, text: p, tokens: [] });
      }
      let u = i.items.at(-1);
      if (u) u.raw = u.raw.trimEnd(), u.text = u.text.trimEnd();
      else return;
      i.raw = n.slice(0, r()).trimEnd();
      let d = [];
      for (let h of i.items) if (this.lexer.state.top = false, d.push(this.lexer.inlineQueue.length), h.tokens = this.lexer.blockTokens(h.text, []), !i.loose) {
        let p = h.tokens.filter((m) => m.type === "space"), k = p.length > 0 && p.some((m) => this.rules.other.anyLine.test(m.raw));
        i.loose = k;
      }
      for (let h = 0; h < i.items.length; h++) {
        let p = i.items[h], k = p.tokens[0];
        if (p.task && (k?.type === "text" || k?.type === "paragraph")) {
          p.text = p.text.replace(this.rules.other.listReplaceTask, ""), k.raw = k.raw.replace(this.rules.other.listReplaceTask, ""), k.text = k.text.replace(this.rules.other.listReplaceTask, "");
          let m = this.lexer.inlineQueue;
          for (let f = d[h]; f < m.length; f++) if (m[f].tokens === k.tokens) {
            m[f].src = m[f].src.replace(this.rules.other.listReplaceTask, "");
            break;
          }
          let b = this.rules.other.listTaskCheckbox.exec(p.raw);
          if (b) {
            let f = { type: "checkbox", raw: b[0] + " ", checked: b[0] !== "[ ]" };
            p.checked = f.checked, i.loose ? p.tokens[0] && ["paragraph", "text"].includes(p.tokens[0].type) && "tokens" in p.tokens[0] && p.tokens[0].tokens ? (p.tokens[0].raw = f.raw + p.tokens[0].raw, p.tokens[0].text = f.raw + p.tokens[0].text, p.tokens[0].tokens.unshift(f)) : p.tokens.unshift({ type: "paragraph", raw: f.raw, text: f.raw, tokens: [f] }) : p.tokens.unshift(f);
          }
        } else p.task && (p.task = false);
      }
      if (i.loose) for (let h of i.items) {
        h.loose = true;
        for (let p of h.tokens) p.type === "text" && (p.type = "paragraph");
      }
      return i;
    }
  }
  html(e) {
    let t = this.rules.block.html.exec(e);
    if (t) {
      if (this.lexer.state.lastToken?.type === "paragraph" && !this.rules.other.htmlBeginRegex(4).test(e)) return;
      let n = Re(t[0]);
      return { type: "html", block: true, raw: n, pre: t[1] === "pre" || t[1] === "script" || t[1] === "style", text: n };
    }
  }
  def(e) {
    let t = this.rules.block.def.exec(e);
    if (t) {
      if (!this.rules.other.startAngleBracket.test(t[2]) && Te(t[2], "()") !== -1) return;
      let n = W(t[1]), r = t[2] ? t[2].replace(this.rules.other.hrefBrackets, "$1").replace(this.rules.inline.anyPunctuation, "$1") : "", s = t[3] ? t[3].substring(1, t[3].length - 1).replace(this.rules.inline.anyPunctuation, "$1") : t[3];
      return { type: "def", tag: n, raw: C(t[0], `
`), href: r, title: s };
    }
  }
  table(e) {
    let t = this.rules.block.table.exec(e);
    if (!t || !this.rules.other.tableDelimiter.test(t[2])) return;
    let n = be(t[1]), r = t[2].replace(this.rules.other.tableAlignChars, "").split("|"), s = t[3]?.trim() ? t[3].replace(this.rules.other.tableRowBlankLine, "").split(`
`) : [], o = { type: "table", raw: C(t[0], `
`), header: [], align: [], rows: [] };
    if (n.length === r.length) {
      for (let i of r) this.rules.other.tableAlignRight.test(i) ? o.align.push("right") : this.rules.other.tableAlignCenter.test(i) ? o.align.push("center") : this.rules.other.tableAlignLeft.test(i) ? o.align.push("left") : o.align.push(null);
      for (let i = 0; i < n.length; i++) o.header.push({ text: n[i], tokens: this.lexer.inline(n[i]), header: true, align: o.align[i] });
      for (let i of s) o.rows.push(be(i, o.header.length).map((a, c) => ({ text: a, tokens: this.lexer.inline(a), header: false, align: o.align[c] })));
      return o;
    }
  }
  lheading(e) {
    let t = this.rules.block.lheading.exec(e);
    if (t) {
      let n = t[1].trim();
      return { type: "heading", raw: C(t[0], `
`), depth: t[2].charAt(0) === "=" ? 1 : 2, text: n, tokens: this.lexer.inline(n) };
    }
  }
  paragraph(e) {
    let t = this.rules.block.paragraph.exec(e);
    if (t) {
      let n = t[1].charAt(t[1].length - 1) === `
` ? t[1].slice(0, -1) : t[1];
      return { type: "paragraph", raw: t[0], text: n, tokens: this.lexer.inline(n) };
    }
  }
  text(e) {
    let t = this.rules.block.text.exec(e);
    if (t) return { type: "text", raw: t[0], text: t[0], tokens: this.lexer.inline(t[0]) };
  }
  escape(e) {
    if (e.charCodeAt(0) !== 92) return;
    let t = this.rules.inline.escape.exec(e);
    if (t) return { type: "escape", raw: t[0], text: t[1] };
  }
  tag(e) {
    if (e.charCodeAt(0) !== 60) return;
    let t = this.rules.inline.tag.exec(e);
    if (t) return !this.lexer.state.inLink && this.rules.other.startATag.test(t[0]) ? this.lexer.state.inLink = true : this.lexer.state.inLink && this.rules.other.endATag.test(t[0]) && (this.lexer.state.inLink = false), !this.lexer.state.inRawBlock && this.rules.other.startPreScriptTag.test(t[0]) ? this.lexer.state.inRawBlock = true : this.lexer.state.inRawBlock && this.rules.other.endPreScriptTag.test(t[0]) && (this.lexer.state.inRawBlock = false), { type: "html", raw: t[0], inLink: this.lexer.state.inLink, inRawBlock: this.lexer.state.inRawBlock, block: false, text: t[0] };
  }
  link(e) {
    if (this.lexer.state.linkParenPossible === false) return;
    let t = e.charCodeAt(0);
    if (t !== 91 && t !== 33) return;
    let n = this.rules.inline.link.exec(e);
    if (n) {
      let r = n[0].charAt(0) === "!" ? 2 : 1;
      if (!this.options.pedantic && Ze(e, n[1], r, this.rules)) return;
      let s = n[2].trim();
      if (!this.options.pedantic && this.rules.other.startAngleBracket.test(s)) {
        if (!this.rules.other.endAngleBracket.test(s)) return;
        let c = C(s.slice(0, -1), "\\");
        if ((s.length - c.length) % 2 === 0) return;
      } else {
        let c = Te(n[2], "()");
        if (c === -2) return;
        if (c > -1) {
          let d = (n[0].indexOf("!") === 0 ? 5 : 4) + n[1].length + c;
          n[2] = n[2].substring(0, c), n[0] = n[0].substring(0, d).trim(), n[3] = "";
        }
      }
      let o = C(n[0].slice(0, -1), "\\");
      if ((n[0].length - o.length) % 2 === 0) return;
      let i = n[2], a = "";
      if (this.options.pedantic) {
        let c = this.rules.other.pedanticHrefTitle.exec(i);
        c && (i = c[1], a = c[3]);
      } else a = n[3] ? n[3].slice(1, -1) : "";
      return i = i.trim(), this.rules.other.startAngleBracket.test(i) && (this.options.pedantic && !this.rules.other.endAngleBracket.test(s) ? i = i.slice(1) : i = i.slice(1, -1)), He(n, { href: i && i.replace(this.rules.inline.anyPunctuation, "$1"), title: a && a.replace(this.rules.inline.anyPunctuation, "$1") }, n[0], this.lexer, this.rules);
    }
  }
  reflink(e, t) {
    let n = e.charCodeAt(0);
    if (n !== 91 && n !== 33) return;
    let r;
    if ((r = this.rules.inline.reflink.exec(e)) || (r = this.rules.inline.nolink.exec(e))) {
      let s = r[0].charAt(0) === "!" ? 2 : 1;
      if (!this.options.pedantic && Ze(e, r[1], s, this.rules)) return;
      let o = t[W(r[2] || r[1])];
      if (!o) {
        let i = r[0].charAt(0);
        return { type: "text", raw: i, text: i };
      }
      return He(r, o, r[0], this.lexer, this.rules);
    }
  }
  emStrong(e, t, n = "") {
    let r = this.rules.inline.emStrongLDelim.exec(e);
    if (!r || !r[1] && !r[2] && !r[3] && !r[4]) return;
    let s = r[0][0], o = n === s, i = t.length - e.length, a = i;
    for (; !this.options.pedantic && a > 0 && t[a - 1] === s; ) a--;
    let c = [...t.slice(Math.max(0, a - 2), a)].at(-1) ?? "", u = c === "*" || c === "_" || !!this.rules.inline.punctuation.exec(c);
    a < i && (n = c);
    let d = a < i ? u : n === "*" || n === "_" || !!this.rules.inline.punctuation.exec(n);
    if (r[4] && n.match(this.rules.other.unicodeAlphaNumeric)) return;
    let h = r[1] || r[3] || "";
    if (!h || !n || d) {
      let p = [...r[0]].length - 1, k, m, b = p, f = 0, R = i - a + p, E = !this.options.pedantic && !!c.trim() && (!!h || s === "*" && !u);
      if (s !== "*" && s !== "_") return;
      let T = s === "*" ? this.rules.inline.emStrongRDelimAst : this.rules.inline.emStrongRDelimUnd, U = oe(this, t, s), H = t.length - e.length + p;
      if (U < H) return;
      t = t.slice(-1 * e.length + p);
      let K = U - H;
      for (T.lastIndex = 0; (r = T.exec(t)) !== null && !(r.index > K); ) {
        if (k = r[1] || r[2] || r[3] || r[4] || r[5] || r[6], !k) continue;
        if (m = [...k].length, r[3] || r[4]) {
          b += m;
          continue;
        } else if ((r[5] || r[6] || E) && R % 3 && !((R + m) % 3)) {
          if (o && (r[5] || r[6])) break;
          f += m;
          continue;
        }
        if (b -= m, b > 0) continue;
        m = Math.min(m, m + b + f);
        let re = [...r[0]][0].length, B = e.slice(0, p + r.index + re + m);
        if (Math.min(p, m) % 2) {
          let se = B.slice(1, -1);
          return { type: "em", raw: B, text: se, tokens: this.lexer.inlineTokens(se) };
        }
        let X = B.slice(2, -2);
        return { type: "strong", raw: B, text: X, tokens: this.lexer.inlineTokens(X) };
      }
    }
  }
  codespan(e) {
    if (e.charCodeAt(0) !== 96) return;
    let t = this.rules.inline.code.exec(e);
    if (t) {
      let n = t[2].replace(this.rules.other.newLineCharGlobal, " "), r = this.rules.other.nonSpaceChar.test(n), s = this.rules.other.startingSpaceChar.test(n) && this.rules.other.endingSpaceChar.test(n);
      return r && s && (n = n.substring(1, n.length - 1)), { type: "codespan", raw: t[0], text: n };
    }
  }
  br(e) {
    let t = e.charCodeAt(0);
    if (t !== 32 && t !== 92 && t !== 10) return;
    let n = this.rules.inline.br.exec(e);
    if (n) return { type: "br", raw: n[0] };
  }
  del(e, t, n = "") {
    if (e.charCodeAt(0) !== 126) return;
    let r = this.rules.inline.delLDelim.exec(e);
    if (!r) return;
    if (!(r[1] || "") || !n || this.rules.inline.punctuation.exec(n)) {
      let o = [...r[0]].length - 1, i, a, c = o, u = this.rules.inline.delRDelim, d = ae(this, t), h = t.length - e.length + o;
      if (d < h) return;
      t = t.slice(-1 * e.length + o);
      let p = d - h;
      for (u.lastIndex = 0; (r = u.exec(t)) !== null && !(r.index > p); ) {
        if (i = r[1] || r[2] || r[3] || r[4] || r[5] || r[6], !i || (a = [...i].length, a !== o)) continue;
        if (r[3] || r[4]) {
          c += a;
          continue;
        }
        if (c -= a, c > 0) continue;
        a = Math.min(a, a + c);
        let k = [...r[0]][0].length, m = e.slice(0, o + r.index + k + a), b = m.slice(o, -o);
        return { type: "del", raw: m, text: b, tokens: this.lexer.inlineTokens(b) };
      }
    }
  }
  autolink(e) {
    if (e.charCodeAt(0) !== 60) return;
    let t = this.rules.inline.autolink.exec(e);
    if (t) {
      let n, r;
      return t[2] === "@" ? (n = t[1], r = "mailto:" + n) : (n = t[1], r = n), { type: "link", raw: t[0], text: n, href: r, autolink: true, tokens: [{ type: "text", raw: n, text: n }] };
    }
  }
  url(e) {
    let t;
    if (t = this.rules.inline.url.exec(e)) {
      let n, r;
      if (t[2] === "@") n = t[0], r = "mailto:" + n;
      else {
        let s;
        do
          s = t[0], t[0] = this.rules.inline._backpedal.exec(t[0])?.[0] ?? "";
        while (s !== t[0]);
        n = t[0], t[1] === "www." ? r = "http://" + t[0] : r = t[0];
      }
      return { type: "link", raw: t[0], text: n, href: r, autolink: true, tokens: [{ type: "text", raw: n, text: n }] };
    }
  }
  inlineText(e) {
    let t = this.rules.inline.text.exec(e);
    if (t) {
      let n = this.lexer.state.inRawBlock;
      return { type: "text", raw: t[0], text: n ? t[0] : De(t[0]), escaped: n };
    }
  }
};
var w = class l {
  tokens;
  options;
  state;
  inlineQueue;
  tokenizer;
  constructor(e) {
    this.tokens = [], this.tokens.links = /* @__PURE__ */ Object.create(null), this.options = e || S, this.options.tokenizer = this.options.tokenizer || new _(), this.tokenizer = this.options.tokenizer, this.tokenizer.options = this.options, this.tokenizer.lexer = this, this.inlineQueue = [], this.state = { inLink: false, inRawBlock: false, linkEmitted: false, linkParenPossible: true, top: true };
    let t = { other: O, block: ee.normal, inline: F.normal };
    this.options.pedantic ? (t.block = ee.pedantic, t.inline = F.pedantic) : this.options.gfm && (t.block = ee.gfm, this.options.breaks ? t.inline = F.breaks : t.inline = F.gfm), this.tokenizer.rules = t;
  }
  static get rules() {
    return { block: ee, inline: F };
  }
  static lex(e, t) {
    return new l(t).lex(e);
  }
  static lexInline(e, t) {
    return new l(t).inlineTokens(e);
  }
  lex(e) {
    e = e.replace(O.carriageReturn, `
`), this.blockTokens(e, this.tokens);
    for (let t = 0; t < this.inlineQueue.length; t++) {
      let n = this.inlineQueue[t];
      this.state.inRawBlock = false, this.inlineTokens(n.src, n.tokens);
    }
    return this.inlineQueue = [], this.tokens;
  }
  blockTokens(e, t = [], n = false) {
    this.tokenizer.lexer = this;
    let r = this.state.lastToken;
    this.options.pedantic && (e = e.replace(O.tabCharGlobal, "    ").replace(O.spaceLine, ""));
    let s = 1 / 0, o, i = this.options.gfm && !this.options.pedantic && this.tokenizer.paragraph === _.prototype.paragraph;
    for (; e; ) {
      if (e.length < s) s = e.length;
      else {
        this.infiniteLoopError(e.charCodeAt(0));
        break;
      }
      this.state.lastToken = t.at(-1);
      let a;
      if (this.options.extensions?.block?.some((u) => (a = u.call({ lexer: this }, e, t)) ? (e = e.substring(a.raw.length), t.push(a), true) : false)) continue;
      if (a = this.tokenizer.space(e)) {
        e = e.substring(a.raw.length);
        let u = t.at(-1);
        a.raw.length === 1 && u !== void 0 ? u.raw += `
` : t.push(a);
        continue;
      }
      if (a = this.tokenizer.code(e)) {
        e = e.substring(a.raw.length);
        let u = t.at(-1);
        u?.type === "paragraph" || u?.type === "text" ? (u.raw += (u.raw.endsWith(`
`) ? "" : `
`) + a.raw, u.text += `
` + a.text, this.inlineQueue.at(-1).src = u.text) : t.push(a);
        continue;
      }
      if (a = this.tokenizer.fences(e)) {
        e = e.substring(a.raw.length), t.push(a);
        continue;
      }
      if (a = this.tokenizer.heading(e)) {
        e = e.substring(a.raw.length), t.push(a);
        continue;
      }
      if (a = this.tokenizer.hr(e)) {
        e = e.substring(a.raw.length), t.push(a);
        continue;
      }
      if (a = this.tokenizer.blockquote(e)) {
        e = e.substring(a.raw.length), t.push(a);
        continue;
      }
      if (a = this.tokenizer.list(e)) {
        e = e.substring(a.raw.length), t.push(a);
        continue;
      }
      if (a = this.tokenizer.html(e)) {
        e = e.substring(a.raw.length), t.push(a);
        continue;
      }
      if (a = this.tokenizer.def(e)) {
        e = e.substring(a.raw.length);
        let u = t.at(-1);
        u?.type === "paragraph" || u?.type === "text" ? (u.raw += (u.raw.endsWith(`
`) ? "" : `
`) + a.raw, u.text += `
` + a.raw, this.inlineQueue.at(-1).src = u.text) : (this.tokens.links[a.tag] || (this.tokens.links[a.tag] = { href: a.href, title: a.title }), t.push(a));
        continue;
      }
      if (a = this.tokenizer.table(e)) {
        e = e.substring(a.raw.length), t.push(a);
        continue;
      }
      if (a = this.tokenizer.lheading(e)) {
        e = e.substring(a.raw.length), t.push(a);
        continue;
      }
      let c = e;
      if (this.options.extensions?.startBlock) {
        let u = 1 / 0, d = e.slice(1), h;
        this.options.extensions.startBlock.forEach((p) => {
          h = p.call({ lexer: this }, d), typeof h == "number" && h >= 0 && (u = Math.min(u, h));
        }), u < 1 / 0 && u >= 0 && (c = e.substring(0, u + 1));
      }
      if (this.state.top && (a = this.tokenizer.paragraph(c))) {
        let u = t.at(-1);
        (n || u === o && i) && u?.type === "paragraph" ? (u.raw += (u.raw.endsWith(`
`) ? "" : `
`) + a.raw, u.text += `
` + a.text, this.inlineQueue.pop(), this.inlineQueue.at(-1).src = u.text, o = u) : (t.push(a), o = a), n = c.length !== e.length, e = e.substring(a.raw.length);
        continue;
      }
      if (a = this.tokenizer.text(e)) {
        e = e.substring(a.raw.length);
        let u = t.at(-1);
        u?.type === "text" ? (u.raw += (u.raw.endsWith(`
`) ? "" : `
`) + a.raw, u.text += `
` + a.text, this.inlineQueue.pop(), this.inlineQueue.at(-1).src = u.text) : t.push(a);
        continue;
      }
      if (e) {
        this.infiniteLoopError(e.charCodeAt(0));
        break;
      }
    }
    return this.state.top = true, this.state.lastToken = r, t;
  }
  inline(e, t = []) {
    return this.inlineQueue.push({ src: e, tokens: t }), t;
  }
  linkInText(e) {
    if (!e.includes("[")) return false;
    let t = this.tokenizer.rules.inline.link;
    for (let n of e.matchAll(this.tokenizer.rules.inline.blockSkip)) if (t.test(n[0]) && e.charAt(n.index - 1) !== "!") return true;
    for (let n of e.matchAll(this.tokenizer.rules.inline.reflinkSearch)) {
      let r = n[0], s = r.lastIndexOf("[");
      if (!(r.charAt(0) === "!" || !Object.hasOwn(this.tokens.links, W(r.slice(s + 1, -1)))) && !(s > 1 && this.linkInText(r.slice(1, s - 1)))) return true;
    }
    return false;
  }
  inlineTokens(e, t = []) {
    this.tokenizer.lexer = this;
    let n = this.state.linkParenPossible;
    this.state.linkParenPossible = e.includes(")");
    try {
      return this.#t(e, t);
    } finally {
      this.state.linkParenPossible = n;
    }
  }
  #t(e, t) {
    let n = e.includes("*") || e.includes("_") || e.includes("~"), r = n || this.options.hooks?.emStrongMask || this.tokenizer.emStrong !== _.prototype.emStrong || this.tokenizer.del !== _.prototype.del ? this.#r(e) : e;
    if (!n) return this.#e(e, r, t);
    qe(this.tokenizer, r);
    try {
      return this.#e(e, r, t);
    } finally {
      ve(this.tokenizer);
    }
  }
  #e(e, t, n) {
    let r = false, s = "", o = 1 / 0;
    for (; e; ) {
      if (e.length < o) o = e.length;
      else {
        this.infiniteLoopError(e.charCodeAt(0));
        break;
      }
      r || (s = ""), r = false;
      let i;
      if (this.options.extensions?.inline?.some((u) => (i = u.call({ lexer: this }, e, n)) ? (e = e.substring(i.raw.length), n.push(i), true) : false)) continue;
      if (i = this.tokenizer.escape(e)) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      if (i = this.tokenizer.tag(e)) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      if (i = this.tokenizer.link(e)) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      if (i = this.tokenizer.reflink(e, this.tokens.links)) {
        e = e.substring(i.raw.length);
        let u = n.at(-1);
        i.type === "text" && u?.type === "text" ? (u.raw += i.raw, u.text += i.text) : n.push(i);
        continue;
      }
      let a = e[0];
      if (a === "*" || a === "_") {
        let u = t.length - e.length;
        if (oe(this.tokenizer, t, a) <= u) {
          let h = 1;
          for (; h < e.length && e.charCodeAt(h) === a.charCodeAt(0); ) h++;
          let p = e.substring(0, h), k = n.at(-1);
          k?.type === "text" && !k.escaped ? (k.raw += p, k.text += p) : n.push({ type: "text", raw: p, text: p, escaped: false }), e = e.substring(h), s = a, r = true;
          continue;
        }
      } else if (a === "~") {
        let u = t.length - e.length;
        if (ae(this.tokenizer, t) <= u) {
          let h = 1;
          for (; h < e.length && e.charCodeAt(h) === 126; ) h++;
          let p = e.substring(0, h), k = n.at(-1);
          k?.type === "text" && !k.escaped ? (k.raw += p, k.text += p) : n.push({ type: "text", raw: p, text: p, escaped: false }), e = e.substring(h), s = a, r = true;
          continue;
        }
      }
      if (i = this.tokenizer.emStrong(e, t, s)) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      if (i = this.tokenizer.codespan(e)) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      if (i = this.tokenizer.br(e)) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      if (i = this.tokenizer.del(e, t, s)) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      if (i = this.tokenizer.autolink(e)) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      if (!this.state.inLink && (i = this.tokenizer.url(e))) {
        e = e.substring(i.raw.length), n.push(i);
        continue;
      }
      let c = e;
      if (this.options.extensions?.startInline) {
        let u = 1 / 0, d = e.slice(1), h;
        this.options.extensions.startInline.forEach((p) => {
          h = p.call({ lexer: this }, d), typeof h == "number" && h >= 0 && (u = Math.min(u, h));
        }), u < 1 / 0 && u >= 0 && (c = e.substring(0, u + 1));
      }
      if (i = this.tokenizer.inlineText(c)) {
        e = e.substring(i.raw.length), i.raw.slice(-1) !== "_" && (s = i.raw.slice(-1)), r = true;
        let u = n.at(-1);
        u?.type === "text" ? (u.raw += i.raw, u.text += i.text) : n.push(i);
        continue;
      }
      if (e) {
        this.infiniteLoopError(e.charCodeAt(0));
        break;
      }
    }
    return n;
  }
  #n(e) {
    let { blockSkip: t, tag: n, autolink: r } = this.tokenizer.rules.inline, s = "", o = 0, i;
    for (t.lastIndex = 0; i = t.exec(e); ) {
      let a = i.index + (i[2] ? i[2].length : 0), c = i.index + i[0].length;
      if (e.charAt(a) === "<") {
        let u = e.slice(a), d = n.exec(u) || r.exec(u);
        if (!d) {
          t.lastIndex = a + 1;
          continue;
        }
        c = a + d[0].length, t.lastIndex = c;
      }
      s += e.slice(o, a) + "[" + "a".repeat(c - a - 2) + "]", o = c;
    }
    return s + e.slice(o);
  }
  #r(e) {
    let t = e;
    if (this.tokens.links && e.includes("[")) {
      let n = this.tokenizer.rules.inline.reflinkSearch, r = (s) => {
        let o = s.lastIndexOf("[");
        if (!Object.hasOwn(this.tokens.links, W(s.slice(o + 1, -1)))) return s;
        if (o > 1 && s.charAt(0) !== "!") {
          let i = s.slice(1, o - 1);
          if (this.linkInText(i)) return "[" + i.replace(n, r) + "][" + "a".repeat(s.length - o - 2) + "]";
        }
        return "[" + "a".repeat(s.length - 2) + "]";
      };
      t = t.replace(n, r);
    }
    return t = t.replace(this.tokenizer.rules.inline.anyPunctuationOutsideCode, (n, r, s) => s ? "+".repeat(n.length) : r ? r + n.slice(r.length, -r.length).replace(/`/g, "+") + r : n), t = this.#n(t), t = this.options.hooks?.emStrongMask?.call({ lexer: this }, t) ?? t, t;
  }
  infiniteLoopError(e) {
    let t = "Infinite loop on byte: " + e;
    if (this.options.silent) console.error(t);
    else throw new Error(t);
  }
};
var I = class {
  options;
  parser;
  constructor(e) {
    this.options = e || S;
  }
  space(e) {
    return "";
  }
  code({ text: e, lang: t, escaped: n }) {
    let r = (t || "").match(O.notSpaceStart)?.[0], s = e ? e.replace(O.endingNewline, "") + `
` : "";
    return r ? '<pre><code class="language-' + y(r) + '">' + (n ? s : y(s, true)) + `</code></pre>
` : "<pre><code>" + (n ? s : y(s, true)) + `</code></pre>
`;
  }
  blockquote({ tokens: e }) {
    return `<blockquote>
${this.parser.parse(e)}</blockquote>
`;
  }
  html({ text: e }) {
    return e;
  }
  def(e) {
    return "";
  }
  heading({ tokens: e, depth: t }) {
    return `<h${t}>${this.parser.parseInline(e)}</h${t}>
`;
  }
  hr(e) {
    return `<hr>
`;
  }
  list(e) {
    let t = e.ordered, n = e.start, r = "";
    for (let i = 0; i < e.items.length; i++) {
      let a = e.items[i];
      r += this.listitem(a);
    }
    let s = t ? "ol" : "ul", o = t && n !== 1 ? ' start="' + n + '"' : "";
    return "<" + s + o + `>
` + r + "</" + s + `>
`;
  }
  listitem(e) {
    return `<li>${this.parser.parse(e.tokens)}</li>
`;
  }
  checkbox({ checked: e }) {
    return "<input " + (e ? 'checked="" ' : "") + 'disabled="" type="checkbox"> ';
  }
  paragraph({ tokens: e }) {
    return `<p>${this.parser.parseInline(e)}</p>
`;
  }
  table(e) {
    let t = "", n = "";
    for (let s = 0; s < e.header.length; s++) n += this.tablecell(e.header[s]);
    t += this.tablerow({ text: n });
    let r = "";
    for (let s = 0; s < e.rows.length; s++) {
      let o = e.rows[s];
      n = "";
      for (let i = 0; i < o.length; i++) n += this.tablecell(o[i]);
      r += this.tablerow({ text: n });
    }
    return r && (r = `<tbody>${r}</tbody>`), `<table>
<thead>
` + t + `</thead>
` + r + `</table>
`;
  }
  tablerow({ text: e }) {
    return `<tr>
${e}</tr>
`;
  }
  tablecell(e) {
    let t = this.parser.parseInline(e.tokens), n = e.header ? "th" : "td";
    return (e.align ? `<${n} align="${e.align}">` : `<${n}>`) + t + `</${n}>
`;
  }
  strong({ tokens: e }) {
    return `<strong>${this.parser.parseInline(e)}</strong>`;
  }
  em({ tokens: e }) {
    return `<em>${this.parser.parseInline(e)}</em>`;
  }
  codespan({ text: e }) {
    return `<code>${y(e, true)}</code>`;
  }
  br(e) {
    return "<br>";
  }
  del({ tokens: e }) {
    return `<del>${this.parser.parseInline(e)}</del>`;
  }
  link({ href: e, title: t, text: n, tokens: r, autolink: s }) {
    let o = s ? y(n, true) : this.parser.parseInline(r), i = xe(e);
    if (i === null) return o;
    e = y(i, s);
    let a = '<a href="' + e + '"';
    return t && (a += ' title="' + y(t) + '"'), a += ">" + o + "</a>", a;
  }
  image({ href: e, title: t, text: n, tokens: r }) {
    r && (n = this.parser.parseInline(r, this.parser.textRenderer));
    let s = xe(e);
    if (s === null) return y(n);
    e = s;
    let o = `<img src="${y(e)}" alt="${y(n)}"`;
    return t && (o += ` title="${y(t)}"`), o += ">", o;
  }
  text(e) {
    return "tokens" in e && e.tokens ? this.parser.parseInline(e.tokens) : "escaped" in e && e.escaped ? e.text : y(e.text);
  }
};
var z = class {
  parser;
  strong({ text: e, tokens: t }) {
    return t ? this.parser.parseInline(t, this) : e;
  }
  em({ text: e, tokens: t }) {
    return t ? this.parser.parseInline(t, this) : e;
  }
  codespan({ text: e }) {
    return e;
  }
  del({ text: e, tokens: t }) {
    return t ? this.parser.parseInline(t, this) : e;
  }
  html({ text: e }) {
    return e;
  }
  text({ text: e }) {
    return e;
  }
  link({ text: e, tokens: t }) {
    return t ? this.parser.parseInline(t, this) : e;
  }
  image({ text: e, tokens: t }) {
    return t ? this.parser.parseInline(t, this) : e;
  }
  br() {
    return `
`;
  }
  checkbox({ raw: e }) {
    return e;
  }
};
var P = class l2 {
  options;
  renderer;
  textRenderer;
  constructor(e) {
    this.options = e || S, this.options.renderer = this.options.renderer || new I(), this.renderer = this.options.renderer, this.renderer.options = this.options, this.renderer.parser = this, this.textRenderer = new z(), this.textRenderer.parser = this;
  }
  static parse(e, t) {
    return new l2(t).parse(e);
  }
  static parseInline(e, t) {
    return new l2(t).parseInline(e);
  }
  parse(e) {
    this.renderer.parser = this;
    let t = "";
    for (let n = 0; n < e.length; n++) {
      let r = e[n];
      if (this.options.extensions?.renderers?.[r.type]) {
        let o = r, i = this.options.extensions.renderers[o.type].call({ parser: this }, o);
        if (i !== false || !["space", "hr", "heading", "code", "table", "blockquote", "list", "checkbox", "html", "def", "paragraph", "text"].includes(o.type)) {
          t += i === false ? "" : i ?? "";
          continue;
        }
      }
      let s = r;
      switch (s.type) {
        case "space": {
          t += this.renderer.space(s);
          break;
        }
        case "hr": {
          t += this.renderer.hr(s);
          break;
        }
        case "heading": {
          t += this.renderer.heading(s);
          break;
        }
        case "code": {
          t += this.renderer.code(s);
          break;
        }
        case "table": {
          t += this.renderer.table(s);
          break;
        }
        case "blockquote": {
          t += this.renderer.blockquote(s);
          break;
        }
        case "list": {
          t += this.renderer.list(s);
          break;
        }
        case "checkbox": {
          t += this.renderer.checkbox(s);
          break;
        }
        case "html": {
          t += this.renderer.html(s);
          break;
        }
        case "def": {
          t += this.renderer.def(s);
          break;
        }
        case "paragraph": {
          t += this.renderer.paragraph(s);
          break;
        }
        case "text": {
          t += this.renderer.text(s);
          break;
        }
        default: {
          let o = 'Token with "' + s.type + '" type was not found.';
          if (this.options.silent) return console.error(o), "";
          throw new Error(o);
        }
      }
    }
    return t;
  }
  parseInline(e, t = this.renderer) {
    this.renderer.parser = this;
    let n = "";
    for (let r = 0; r < e.length; r++) {
      let s = e[r];
      if (this.options.extensions?.renderers?.[s.type]) {
        let i = this.options.extensions.renderers[s.type].call({ parser: this }, s);
        if (i !== false || !["escape", "html", "link", "image", "checkbox", "strong", "em", "codespan", "br", "del", "text"].includes(s.type)) {
          n += i === false ? "" : i ?? "";
          continue;
        }
      }
      let o = s;
      switch (o.type) {
        case "escape": {
          n += t.text(o);
          break;
        }
        case "html": {
          n += t.html(o);
          break;
        }
        case "link": {
          n += t.link(o);
          break;
        }
        case "image": {
          n += t.image(o);
          break;
        }
        case "checkbox": {
          n += t.checkbox(o);
          break;
        }
        case "strong": {
          n += t.strong(o);
          break;
        }
        case "em": {
          n += t.em(o);
          break;
        }
        case "codespan": {
          n += t.codespan(o);
          break;
        }
        case "br": {
          n += t.br(o);
          break;
        }
        case "del": {
          n += t.del(o);
          break;
        }
        case "text": {
          n += t.text(o);
          break;
        }
        default: {
          let i = 'Token with "' + o.type + '" type was not found.';
          if (this.options.silent) return console.error(i), "";
          throw new Error(i);
        }
      }
    }
    return n;
  }
};
var A = class {
  options;
  block;
  constructor(e) {
    this.options = e || S;
  }
  static passThroughHooks = /* @__PURE__ */ new Set(["preprocess", "postprocess", "processAllTokens", "emStrongMask"]);
  static passThroughHooksRespectAsync = /* @__PURE__ */ new Set(["preprocess", "postprocess", "processAllTokens"]);
  preprocess(e) {
    return e;
  }
  postprocess(e) {
    return e;
  }
  processAllTokens(e) {
    return e;
  }
  emStrongMask(e) {
    return e;
  }
  provideLexer(e = this.block) {
    return e ? w.lex : w.lexInline;
  }
  provideParser(e = this.block) {
    return e ? P.parse : P.parseInline;
  }
};
function M(l3, e) {
  if (Array.isArray(e)) for (let t = 0; t < e.length; t++) l3.push(e[t]);
  else l3.push(e);
}
var ne = class {
  defaults = G();
  options = this.setOptions;
  parse = this.parseMarkdown(true);
  parseInline = this.parseMarkdown(false);
  Parser = P;
  Renderer = I;
  TextRenderer = z;
  Lexer = w;
  Tokenizer = _;
  Hooks = A;
  constructor(...e) {
    this.use(...e);
  }
  walkTokens(e, t) {
    let n = [];
    for (let r of e) switch (M(n, t.call(this, r)), r.type) {
      case "table": {
        let s = r;
        for (let o of s.header) M(n, this.walkTokens(o.tokens, t));
        for (let o of s.rows) for (let i of o) M(n, this.walkTokens(i.tokens, t));
        break;
      }
      case "list": {
        let s = r;
        M(n, this.walkTokens(s.items, t));
        break;
      }
      default: {
        let s = r;
        this.defaults.extensions?.childTokens?.[s.type] ? this.defaults.extensions.childTokens[s.type].forEach((o) => {
          let i = s[o].flat(1 / 0);
          M(n, this.walkTokens(i, t));
        }) : s.tokens && M(n, this.walkTokens(s.tokens, t));
      }
    }
    return n;
  }
  use(...e) {
    let t = this.defaults.extensions || { renderers: /* @__PURE__ */ Object.create(null), childTokens: /* @__PURE__ */ Object.create(null) };
    return e.forEach((n) => {
      let r = { ...n };
      if (r.async = this.defaults.async || r.async || false, n.extensions && (n.extensions.forEach((s) => {
        if (!s.name) throw new Error("extension name required");
        if ("renderer" in s) {
          let o = t.renderers[s.name];
          o ? t.renderers[s.name] = function(...i) {
            let a = s.renderer.apply(this, i);
            return a === false && (a = o.apply(this, i)), a;
          } : t.renderers[s.name] = s.renderer;
        }
        if ("tokenizer" in s) {
          if (!s.level || s.level !== "block" && s.level !== "inline") throw new Error("extension level must be 'block' or 'inline'");
          let o = t[s.level];
          o ? o.unshift(s.tokenizer) : t[s.level] = [s.tokenizer], s.start && (s.level === "block" ? t.startBlock ? t.startBlock.push(s.start) : t.startBlock = [s.start] : s.level === "inline" && (t.startInline ? t.startInline.push(s.start) : t.startInline = [s.start]));
        }
        "childTokens" in s && s.childTokens && (t.childTokens[s.name] = s.childTokens);
      }), r.extensions = t), n.renderer) {
        let s = this.defaults.renderer || new I(this.defaults);
        for (let o in n.renderer) {
          if (!(o in s)) throw new Error(`renderer '${o}' does not exist`);
          if (["options", "parser"].includes(o)) continue;
          let i = o, a = n.renderer[i], c = s[i];
          s[i] = (...u) => {
            let d = a.apply(s, u);
            return d === false && (d = c.apply(s, u)), d === false ? "" : d ?? "";
          };
        }
        r.renderer = s;
      }
      if (n.tokenizer) {
        let s = this.defaults.tokenizer || new _(this.defaults);
        for (let o in n.tokenizer) {
          if (!(o in s)) throw new Error(`tokenizer '${o}' does not exist`);
          if (["options", "rules", "lexer"].includes(o)) continue;
          let i = o, a = n.tokenizer[i], c = s[i];
          s[i] = (...u) => {
            let d = a.apply(s, u);
            return d === false && (d = c.apply(s, u)), d;
          };
        }
        r.tokenizer = s;
      }
      if (n.hooks) {
        let s = this.defaults.hooks || new A();
        for (let o in n.hooks) {
          if (!(o in s)) throw new Error(`hook '${o}' does not exist`);
          if (["options", "block"].includes(o)) continue;
          let i = o, a = n.hooks[i], c = s[i];
          A.passThroughHooks.has(o) ? s[i] = (u) => {
            if (s.options.async && A.passThroughHooksRespectAsync.has(o)) return (async () => {
              let h = await a.call(s, u);
              return c.call(s, h);
            })();
            let d = a.call(s, u);
            return c.call(s, d);
          } : s[i] = (...u) => {
            if (s.options.async) return (async () => {
              let h = await a.apply(s, u);
              return h === false && (h = await c.apply(s, u)), h;
            })();
            let d = a.apply(s, u);
            return d === false && (d = c.apply(s, u)), d;
          };
        }
        r.hooks = s;
      }
      if (n.walkTokens) {
        let s = this.defaults.walkTokens, o = n.walkTokens;
        r.walkTokens = function(i) {
          let a = [];
          return M(a, o.call(this, i)), s && M(a, s.call(this, i)), a;
        };
      }
      this.defaults = { ...this.defaults, ...r };
    }), this;
  }
  setOptions(e) {
    return this.defaults = { ...this.defaults, ...e }, this;
  }
  lexer(e, t) {
    return w.lex(e, t ?? this.defaults);
  }
  parser(e, t) {
    return P.parse(e, t ?? this.defaults);
  }
  parseMarkdown(e) {
    return (n, r) => {
      let s = { ...r }, o = { ...this.defaults, ...s }, i = this.onError(!!o.silent, !!o.async);
      if (this.defaults.async === true && s.async === false) return i(new Error("marked(): The async option was set to true by an extension. Remove async: false from the parse options object to return a Promise."));
      if (typeof n > "u" || n === null) return i(new Error("marked(): input parameter is undefined or null"));
      if (typeof n != "string") return i(new Error("marked(): input parameter is of type " + Object.prototype.toString.call(n) + ", string expected"));
      if (o.hooks && (o.hooks.options = o, o.hooks.block = e), o.async) return (async () => {
        let a = o.hooks ? await o.hooks.preprocess(n) : n, u = await (o.hooks ? await o.hooks.provideLexer(e) : e ? w.lex : w.lexInline)(a, o), d = o.hooks ? await o.hooks.processAllTokens(u) : u;
        o.walkTokens && await Promise.all(this.walkTokens(d, o.walkTokens));
        let p = await (o.hooks ? await o.hooks.provideParser(e) : e ? P.parse : P.parseInline)(d, o);
        return o.hooks ? await o.hooks.postprocess(p) : p;
      })().catch(i);
      try {
        o.hooks && (n = o.hooks.preprocess(n));
        let c = (o.hooks ? o.hooks.provideLexer(e) : e ? w.lex : w.lexInline)(n, o);
        o.hooks && (c = o.hooks.processAllTokens(c)), o.walkTokens && this.walkTokens(c, o.walkTokens);
        let d = (o.hooks ? o.hooks.provideParser(e) : e ? P.parse : P.parseInline)(c, o);
        return o.hooks && (d = o.hooks.postprocess(d)), d;
      } catch (a) {
        return i(a);
      }
    };
  }
  onError(e, t) {
    return (n) => {
      if (n.message += `
Please report this to https://github.com/markedjs/marked.`, e) {
        let r = "<p>An error occurred:</p><pre>" + y(n.message + "", true) + "</pre>";
        return t ? Promise.resolve(r) : r;
      }
      if (t) return Promise.reject(n);
      throw n;
    };
  }
};
var v = new ne();
function x(l3, e) {
  return v.parse(l3, e);
}
x.options = x.setOptions = function(l3) {
  return v.setOptions(l3), x.defaults = v.defaults, ue(x.defaults), x;
};
x.getDefaults = G;
x.defaults = S;
function jt(...l3) {
  return v.use(...l3), x.defaults = v.defaults, ue(x.defaults), x;
}
x.use = jt;
x.walkTokens = function(l3, e) {
  return v.walkTokens(l3, e);
};
x.parseInline = v.parseInline;
x.Parser = P;
x.parser = P.parse;
x.Renderer = I;
x.TextRenderer = z;
x.Lexer = w;
x.lexer = w.lex;
x.Tokenizer = _;
x.Hooks = A;
x.parse = x;
var En = x.options;
var zn = x.setOptions;
var Mn = x.walkTokens;
var Bn = x.parseInline;
var qn = P.parse;
var vn = w.lex;

// worker/src/site/card/html.ts
var UNSEEN = /<!--[\s\S]*?(?:-->|$)|<(script|style|template|iframe|svg|math|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
var TAG2 = /<\/?([a-z][a-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/gi;
var BREAKS = /* @__PURE__ */ new Set([
  "br",
  "p",
  "div",
  "li",
  "tr",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "summary",
  "details",
  "table",
  "ul",
  "ol"
]);
var MAX_LENGTH2 = 2e4;
function readHtml(html2) {
  if (html2.length > MAX_LENGTH2) return [{ type: "text", text: html2 }];
  const seen = html2.replaceAll(UNSEEN, "");
  const parts = [];
  let at2 = 0;
  for (const match2 of seen.matchAll(TAG2)) {
    addText(parts, seen.slice(at2, match2.index));
    at2 = match2.index + match2[0].length;
    const [, tag2 = "", attributes = ""] = match2;
    if (tag2.toLowerCase() === "img") addImage(parts, attributes);
    else if (BREAKS.has(tag2.toLowerCase()) && parts.length > 0 && parts.at(-1)?.type !== "break")
      parts.push({ type: "break" });
  }
  addText(parts, seen.slice(at2));
  while (parts.at(-1)?.type === "break") parts.pop();
  return parts;
}
function addText(parts, text) {
  if (text.trim() !== "") parts.push({ type: "text", text: decodeEntities(text) });
}
function addImage(parts, attributes) {
  const src = attributeOf(attributes, "src");
  if (src !== void 0) parts.push({ type: "image", src, alt: attributeOf(attributes, "alt") ?? "" });
}
function attributeOf(attributes, name) {
  const [, double, single, bare] = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(attributes) ?? [];
  const value = double ?? single ?? bare;
  return value === void 0 ? void 0 : decodeEntities(value);
}
var ENTITIES = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\xA0",
  copy: "\xA9",
  reg: "\xAE",
  trade: "\u2122",
  hellip: "\u2026",
  ndash: "\u2013",
  mdash: "\u2014",
  times: "\xD7",
  rarr: "\u2192"
};
function decodeEntities(text) {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== void 0) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = decimal === void 0 ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 1114111 ? String.fromCodePoint(code) : whole;
  });
}

// worker/src/site/card/links.ts
var SCHEME = /^[a-z][a-z0-9+.-]*:/i;
var SAFE_SCHEME = /^(?:https?|mailto):/i;
function resolveLink(href, links) {
  const text = clean(href);
  if (text.startsWith("#")) return { href: `#${headingId(text.slice(1))}`, isOutside: false };
  if (text.startsWith("//")) return outside(`https:${text}`);
  if (SCHEME.test(text)) return SAFE_SCHEME.test(text) ? outside(text) : void 0;
  const path2 = pathOf2(text);
  if (path2 === void 0) return void 0;
  const file = links.fileHref(path2);
  if (file !== void 0) return { href: file, isOutside: false };
  const source = links.sourceHref(path2);
  return source === void 0 ? void 0 : outside(source);
}
function headingId(text) {
  const slug = text.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(/\s+/g, "-");
  return `card-${slug.slice(0, 80)}`;
}
function outside(href) {
  return URL.canParse(href) ? { href: new URL(href).href, isOutside: true } : void 0;
}
function clean(href) {
  return Array.from(href.trim(), (char) => char === " " ? "%20" : char).filter((char) => char > " " && char !== "\x7F").join("").replaceAll("\\", "/");
}
var ON_THE_HUB = /^(?:blob|resolve|raw|tree)\/[^/]+\//;
function pathOf2(text) {
  const [path2 = ""] = text.split(/[?#]/);
  const decoded = decode3(path2.replace(/^\/+/, ""));
  const parts = [];
  for (const part of decoded.replace(ON_THE_HUB, "").split("/")) {
    if (part === "..") {
      if (parts.pop() === void 0) return void 0;
    } else if (part !== "." && part !== "") {
      parts.push(part);
    }
  }
  return parts.length === 0 ? void 0 : parts.join("/");
}
function decode3(path2) {
  try {
    return decodeURIComponent(path2);
  } catch {
    return path2;
  }
}

// worker/src/site/card/parse.ts
var MAX_PARAGRAPH = 4e3;
var MAX_LINE = 2e4;
var MAX_INDENT = 40;
var MAX_DEPTH3 = 24;
var IMAGE = /\.(?:png|jpe?g|gif|webp|avif)$/i;
var NESTED = new RegExp(`^(?:[ \\t]*(?:>|[-*+][ \\t]|\\d{1,9}[.)][ \\t])){${MAX_DEPTH3},}`);
var INDENTED = new RegExp(`^[ \\t]{${MAX_INDENT},}`);
function parseCard2(markdown, links) {
  const lexer = new w({ gfm: true });
  const tokens = [];
  try {
    lexer.blockTokens(
      markdown.split(/\r\n?|\n/).map(tame).join("\n"),
      tokens
    );
    for (const { src, tokens: inline } of lexer.inlineQueue) {
      if (src.length <= MAX_PARAGRAPH) lexer.inlineTokens(src, inline);
      else inline.push({ type: "text", raw: src, text: src });
    }
  } catch (error) {
    console.warn(error);
    return [{ type: "code", text: markdown }];
  }
  return new Reader(links).blocks(tokens, 0);
}
function tame(line) {
  const text = line.replace(INDENTED, " ".repeat(MAX_INDENT));
  return text.length > MAX_LINE || NESTED.test(text) ? text.replace(/^[\s>*+\d.)-]*/, "") : text;
}
var Reader = class {
  #links;
  #ids = /* @__PURE__ */ new Set();
  #level = 0;
  constructor(links) {
    this.#links = links;
  }
  blocks(tokens, depth) {
    if (depth > MAX_DEPTH3) return [];
    return tokens.flatMap((token) => this.#block(token, depth));
  }
  #block(token, depth) {
    const { type } = token;
    if (type === "heading") return [this.#heading(token)];
    if (type === "code") return [{ type: "code", text: token.text }];
    if (type === "blockquote")
      return [{ type: "quote", children: this.blocks(token.tokens ?? [], depth + 1) }];
    if (type === "list") return [this.#list(token, depth)];
    if (type === "table") return [this.#table(token)];
    if (type === "hr") return [{ type: "rule" }];
    if (type === "html") return paragraph(this.#html(token.text));
    if (type === "paragraph" || type === "text") return paragraph(this.#inlineOf(token));
    return [];
  }
  #heading({ depth: level, tokens }) {
    const children = this.inlines(tokens);
    this.#level = Math.min(level, this.#level + 1);
    return { type: "heading", level: this.#level, id: this.#unique(headingId(textOf5(children))), children };
  }
  #unique(id) {
    let unique2 = id;
    for (let n = 1; this.#ids.has(unique2) && n < 100; n++) unique2 = `${id}-${n}`;
    this.#ids.add(unique2);
    return unique2;
  }
  #list({ ordered, start, items }, depth) {
    return {
      type: "list",
      ...ordered && { start: Number(start) || 1 },
      items: items.map(({ task, checked, tokens }) => ({
        ...task && { isDone: checked === true },
        children: this.blocks(tokens, depth + 1)
      }))
    };
  }
  #table({ header, rows }) {
    const row = (cells) => cells.map(({ tokens }) => this.inlines(tokens));
    return { type: "table", head: row(header), rows: rows.map(row) };
  }
  inlines(tokens, depth = 0) {
    if (depth > MAX_DEPTH3) return [];
    return tokens.flatMap((token) => this.#inline(token, depth));
  }
  #inline(token, depth) {
    const { type } = token;
    if (type === "strong" || type === "em" || type === "del") {
      return [{ type, children: this.inlines(token.tokens ?? [], depth + 1) }];
    }
    if (type === "codespan") return [{ type: "code", text: token.text }];
    if (type === "br") return [{ type: "break" }];
    if (type === "html") return this.#html(token.text);
    if (type === "image") return [this.#image(token.href, token.text)];
    if (type === "link") return this.#link(token, depth);
    if (type === "text" || type === "escape") return this.#inlineOf(token, depth + 1);
    return [];
  }
  #inlineOf(token, depth = 0) {
    if (token.tokens !== void 0) return this.inlines(token.tokens, depth);
    return [{ type: "text", text: decodeEntities(token.text) }];
  }
  #link({ href, tokens }, depth) {
    const children = this.inlines(tokens, depth + 1).flatMap(unlinked);
    const target = resolveLink(decodeEntities(href), this.#links);
    return target === void 0 ? children : [{ type: "link", ...target, children }];
  }
  /** An image of another site would tell that site who reads this: it becomes a link. */
  #image(href, alt) {
    const target = resolveLink(decodeEntities(href), this.#links);
    const text = decodeEntities(alt).trim() || "image";
    if (target === void 0 || target.href.startsWith("#")) return { type: "text", text };
    if (!target.isOutside && IMAGE.test(target.href)) {
      return { type: "image", src: target.href, alt: decodeEntities(alt) };
    }
    return { type: "link", ...target, children: [{ type: "text", text }] };
  }
  #html(html2) {
    return readHtml(html2).map((part) => part.type === "image" ? this.#image(part.src, part.alt) : part);
  }
};
function unlinked(inline) {
  return inline.type === "link" ? inline.children : [inline];
}
function paragraph(children) {
  return children.length === 0 ? [] : [{ type: "paragraph", children }];
}
function textOf5(inlines) {
  return inlines.map((inline) => {
    if ("text" in inline) return inline.text;
    return "children" in inline ? textOf5(inline.children) : "";
  }).join("");
}

// worker/src/site/model/card.tsx
var MAX_LENGTH3 = 128 * 1024;
function Card({ model, image, card }) {
  const { path: path2, text, isCut } = card;
  const whole = fileHref(model.name, image.reference, path2);
  const blocks = parseCard2(text.slice(0, MAX_LENGTH3), linksOf(model.name, image));
  return /* @__PURE__ */ jsxDEV("section", { id: "card", "aria-labelledby": "model-card", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "model-card", children: "Model card" }),
    /* @__PURE__ */ jsxDEV("article", { class: "card", children: /* @__PURE__ */ jsxDEV(Blocks, { blocks }) }),
    (isCut || text.length > MAX_LENGTH3) && /* @__PURE__ */ jsxDEV("p", { class: "warning", children: [
      "The card is longer than this page shows: ",
      /* @__PURE__ */ jsxDEV("a", { href: whole, children: "download all of it" }),
      "."
    ] })
  ] });
}
function linksOf(name, { files, reference, annotations }) {
  const paths = new Set(files.map(({ path: path2 }) => path2));
  const source = outsideHref(annotations["org.opencontainers.image.source"]);
  const revision = annotations["org.opencontainers.image.revision"] ?? "main";
  return {
    fileHref: (path2) => paths.has(path2) ? fileHref(name, reference, path2) : void 0,
    sourceHref: (path2) => source && `${source.replace(/\/$/, "")}/blob/${encodeURIComponent(revision)}/${encodeURI(path2)}`
  };
}
function Blocks({ blocks }) {
  return /* @__PURE__ */ jsxDEV(Fragment, { children: blocks.map((block) => /* @__PURE__ */ jsxDEV(BlockView, { block })) });
}
function BlockView({ block }) {
  if (block.type === "heading") return /* @__PURE__ */ jsxDEV(Heading, { block });
  if (block.type === "paragraph")
    return /* @__PURE__ */ jsxDEV("p", { children: /* @__PURE__ */ jsxDEV(Inlines, { inlines: block.children }) });
  if (block.type === "code")
    return /* @__PURE__ */ jsxDEV("pre", { tabindex: 0, children: /* @__PURE__ */ jsxDEV("code", { children: block.text }) });
  if (block.type === "quote")
    return /* @__PURE__ */ jsxDEV("blockquote", { children: /* @__PURE__ */ jsxDEV(Blocks, { blocks: block.children }) });
  if (block.type === "list") return /* @__PURE__ */ jsxDEV(List, { block });
  if (block.type === "table") return /* @__PURE__ */ jsxDEV(Table, { block });
  return /* @__PURE__ */ jsxDEV("hr", {});
}
function Heading({ block: { level, id, children } }) {
  const content = /* @__PURE__ */ jsxDEV(Inlines, { inlines: children });
  if (level === 1) return /* @__PURE__ */ jsxDEV("h3", { id, children: content });
  if (level === 2) return /* @__PURE__ */ jsxDEV("h4", { id, children: content });
  if (level === 3) return /* @__PURE__ */ jsxDEV("h5", { id, children: content });
  return /* @__PURE__ */ jsxDEV("h6", { id, children: content });
}
function List({ block: { start, items } }) {
  const content = items.map((item) => /* @__PURE__ */ jsxDEV(ItemView, { item }));
  return start === void 0 ? /* @__PURE__ */ jsxDEV("ul", { children: content }) : /* @__PURE__ */ jsxDEV("ol", { start, children: content });
}
function ItemView({ item: { isDone, children } }) {
  return /* @__PURE__ */ jsxDEV("li", { children: [
    isDone !== void 0 && /* @__PURE__ */ jsxDEV("span", { children: isDone ? "\u2611 " : "\u2610 " }),
    /* @__PURE__ */ jsxDEV(Blocks, { blocks: children })
  ] });
}
function Table({ block: { head, rows } }) {
  return /* @__PURE__ */ jsxDEV("div", { class: "wide", tabindex: 0, role: "group", "aria-label": "Table", children: /* @__PURE__ */ jsxDEV("table", { children: [
    /* @__PURE__ */ jsxDEV("thead", { children: /* @__PURE__ */ jsxDEV(Cells, { row: head, isHead: true }) }),
    /* @__PURE__ */ jsxDEV("tbody", { children: rows.map((row) => /* @__PURE__ */ jsxDEV(Cells, { row })) })
  ] }) });
}
function Cells({ row, isHead = false }) {
  return /* @__PURE__ */ jsxDEV("tr", { children: row.map(
    (cell) => isHead ? /* @__PURE__ */ jsxDEV("th", { scope: "col", children: /* @__PURE__ */ jsxDEV(Inlines, { inlines: cell }) }) : /* @__PURE__ */ jsxDEV("td", { children: /* @__PURE__ */ jsxDEV(Inlines, { inlines: cell }) })
  ) });
}
function Inlines({ inlines }) {
  return /* @__PURE__ */ jsxDEV(Fragment, { children: inlines.map((inline) => /* @__PURE__ */ jsxDEV(InlineView, { inline })) });
}
function InlineView({ inline }) {
  if (inline.type === "text") return /* @__PURE__ */ jsxDEV(Fragment, { children: inline.text });
  if (inline.type === "code") return /* @__PURE__ */ jsxDEV("code", { children: inline.text });
  if (inline.type === "break") return /* @__PURE__ */ jsxDEV("br", {});
  if (inline.type === "image") return /* @__PURE__ */ jsxDEV("img", { src: inline.src, alt: inline.alt, loading: "lazy" });
  const content = /* @__PURE__ */ jsxDEV(Inlines, { inlines: inline.children });
  if (inline.type === "strong") return /* @__PURE__ */ jsxDEV("strong", { children: content });
  if (inline.type === "em") return /* @__PURE__ */ jsxDEV("em", { children: content });
  if (inline.type === "del") return /* @__PURE__ */ jsxDEV("del", { children: content });
  if (!inline.isOutside) return /* @__PURE__ */ jsxDEV("a", { href: inline.href, children: content });
  return /* @__PURE__ */ jsxDEV("a", { href: inline.href, rel: "nofollow noopener noreferrer", children: content });
}

// src/oci/platform.ts
function formatPlatform({ os, architecture, variant }) {
  return variant === void 0 ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

// worker/src/site/model/fact.tsx
function Fact2({ term, children }) {
  return /* @__PURE__ */ jsxDEV("div", { children: [
    /* @__PURE__ */ jsxDEV("dt", { children: term }),
    /* @__PURE__ */ jsxDEV("dd", { children })
  ] });
}

// worker/src/site/model/origin.tsx
function Package({ image: { artifact } }) {
  if (artifact === void 0) return /* @__PURE__ */ jsxDEV(Fragment, {});
  const { name, version, description, authors, modelReference } = artifact;
  const title2 = [name, version].filter((part) => part !== void 0).join(" ");
  return /* @__PURE__ */ jsxDEV(Fragment, { children: [
    title2 !== "" && /* @__PURE__ */ jsxDEV(Fact2, { term: "Name", children: shorten3(title2, 100) }),
    description !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Description", children: shorten3(description, 300) }),
    authors !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Authors", children: shorten3(authors.join(", "), 200) }),
    modelReference !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Model", children: [
      "that of ",
      /* @__PURE__ */ jsxDEV("code", { children: shorten3(modelReference, 200) })
    ] })
  ] });
}
function Origin({ model, image: { reference, of, base } }) {
  return /* @__PURE__ */ jsxDEV(Fragment, { children: [
    of !== void 0 && !isDigest(reference) && /* @__PURE__ */ jsxDEV(Fact2, { term: "Tag", children: reference }),
    of !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Layers of", children: [
      /* @__PURE__ */ jsxDEV("a", { href: imageHref(model.name, { reference: of.tag }), children: shorten3(of.tag, 60) }),
      " ",
      /* @__PURE__ */ jsxDEV("code", { title: of.digest, children: shortDigest(of.digest) })
    ] }),
    base !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Base", children: [
      base.name !== void 0 && shorten3(base.name, 200),
      " ",
      base.digest !== void 0 && /* @__PURE__ */ jsxDEV("code", { children: base.digest })
    ] })
  ] });
}

// worker/src/site/model/facts.tsx
var ANNOTATION2 = "org.opencontainers.image.";
function Facts(view) {
  const { model, image, now } = view;
  const { annotations, artifact, card, files, layers, weights } = image;
  const license = annotations[`${ANNOTATION2}licenses`] ?? artifact?.licenses?.join(", ") ?? card?.license ?? model.entry?.license;
  const revision = annotations[`${ANNOTATION2}revision`];
  const source = outsideHref(annotations[`${ANNOTATION2}source`]);
  const tag2 = model.tags.find(({ tag: name }) => name === image.reference);
  const parameters = parametersOf(weights);
  const formats = formatsOf(image);
  const pulls = model.entry?.pulls;
  return /* @__PURE__ */ jsxDEV("section", { "aria-labelledby": "about", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "about", children: "About" }),
    /* @__PURE__ */ jsxDEV("dl", { class: "facts", children: [
      /* @__PURE__ */ jsxDEV(Package, { image }),
      /* @__PURE__ */ jsxDEV(Fact2, { term: "Size", children: formatBytes(image.size) }),
      /* @__PURE__ */ jsxDEV(Fact2, { term: "Files", children: [
        files.length > 0 ? `${formatNumber(files.length)} in ` : "",
        count(layers.length, "layer")
      ] }),
      parameters > 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Parameters", children: formatCount(parameters) }),
      formats.length > 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Formats", children: formats.join(", ") }),
      /* @__PURE__ */ jsxDEV(Fact2, { term: "Licence", children: license === void 0 ? "not stated" : shorten3(license, 80) }),
      revision !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Revision", children: /* @__PURE__ */ jsxDEV("code", { title: shorten3(revision), children: shortDigest(revision) }) }),
      source !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Source", children: /* @__PURE__ */ jsxDEV("a", { href: source, rel: "nofollow noopener noreferrer", children: shorten3(new URL(source).host + new URL(source).pathname, 60) }) }),
      tag2 !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Published", children: /* @__PURE__ */ jsxDEV("time", { datetime: tag2.updatedAt, children: formatAge(tag2.updatedAt, now) }) }),
      pulls !== void 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Pulls, 30 days", children: formatNumber(pulls) }),
      image.platforms.length > 0 && /* @__PURE__ */ jsxDEV(Fact2, { term: "Platforms", children: image.platforms.map((platform) => shorten3(formatPlatform(platform), 40)).join(", ") }),
      /* @__PURE__ */ jsxDEV(Origin, { ...view })
    ] })
  ] });
}
function parametersOf(weights) {
  const sums = /* @__PURE__ */ new Map();
  for (const each of weights) {
    if ("error" in each) continue;
    const before = sums.get(each.format) ?? 0;
    sums.set(
      each.format,
      each.format === "gguf" ? Math.max(before, each.parameters) : before + each.parameters
    );
  }
  return Math.max(0, ...sums.values());
}

// worker/src/site/model/file-tree.ts
var MAX_ROWS = 500;
function treeOf(files, under = "") {
  const root = folder(under.split("/").at(-1) ?? "", under);
  const folders = /* @__PURE__ */ new Map([[under, root]]);
  for (const file of files) {
    if (under !== "" && !file.path.startsWith(`${under}/`)) continue;
    const parent = folderAt(folders, file.path.split("/").slice(0, -1).join("/"));
    parent.files.push(file);
    for (let path2 = parent.path; ; path2 = path2.slice(0, Math.max(0, path2.lastIndexOf("/")))) {
      const each = folders.get(path2);
      if (each !== void 0) {
        each.fileCount++;
        each.size += file.size;
      }
      if (path2 === under || path2 === "") break;
    }
  }
  return root;
}
function stepsTo(path2) {
  const parts = path2.split("/");
  return parts.slice(0, -1).map((name, index) => ({ name, path: parts.slice(0, index + 1).join("/") }));
}
function folderAt(folders, path2) {
  const known3 = folders.get(path2);
  if (known3 !== void 0) return known3;
  const cut5 = path2.lastIndexOf("/");
  const made = folder(path2.slice(cut5 + 1), path2);
  folders.set(path2, made);
  folderAt(folders, cut5 < 0 ? "" : path2.slice(0, cut5)).folders.push(made);
  return made;
}
function folder(name, path2) {
  return { name, path: path2, folders: [], files: [], fileCount: 0, size: 0 };
}

// worker/src/site/model/files.tsx
function Files(view) {
  const { kind, files, size, incomplete: incomplete2, artifact, layers } = view.image;
  const archives = layers.filter((layer) => layer.files === void 0 && layer.title !== void 0);
  const isTree = files.length <= MAX_ROWS;
  const root = treeOf(files, isTree ? "" : view.folder ?? "");
  return /* @__PURE__ */ jsxDEV("section", { id: "files", "aria-labelledby": "files-title", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "files-title", children: [
      "Files",
      " ",
      /* @__PURE__ */ jsxDEV("span", { class: "sum", children: [
        files.length === 0 && archives.length > 0 ? count(archives.length, "archive") : formatNumber(files.length),
        ", ",
        formatBytes(size),
        " in layers"
      ] })
    ] }),
    incomplete2 !== void 0 && archives.length === 0 && /* @__PURE__ */ jsxDEV(Incomplete, { reason: incomplete2, isExpected: kind === "container" }),
    artifact?.contradiction !== void 0 && /* @__PURE__ */ jsxDEV("p", { class: "warning", children: [
      "What it says of itself is not shown: ",
      shorten3(artifact.contradiction, 300)
    ] }),
    !isTree && /* @__PURE__ */ jsxDEV(Way, { view }),
    files.length > 0 && /* @__PURE__ */ jsxDEV(Rows, { view, folder: root, isTree }),
    archives.length > 0 && /* @__PURE__ */ jsxDEV(Archives, { layers: archives }),
    files.length === 0 && archives.length === 0 && /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: "No files are known of this image: its layers have no table of contents." })
  ] });
}
function Incomplete({ reason, isExpected }) {
  return isExpected ? /* @__PURE__ */ jsxDEV("p", { class: "sum", children: "Those of layers without a table of contents, as a base has them, are not listed." }) : /* @__PURE__ */ jsxDEV("p", { class: "warning", children: [
    "The list is not complete: ",
    shorten3(reason, 300),
    "."
  ] });
}
function Archives({ layers }) {
  const left = layers.length - MAX_ROWS;
  return /* @__PURE__ */ jsxDEV(Fragment, { children: [
    /* @__PURE__ */ jsxDEV("ul", { class: "files plain", children: layers.slice(0, MAX_ROWS).map(({ title: title2 = "", role, size }) => /* @__PURE__ */ jsxDEV("li", { children: /* @__PURE__ */ jsxDEV("div", { class: "row", children: [
      /* @__PURE__ */ jsxDEV("span", { class: "path", children: shorten3(title2) }),
      /* @__PURE__ */ jsxDEV("span", { class: "kind", children: role }),
      /* @__PURE__ */ jsxDEV("span", { class: "size", children: formatBytes(size) })
    ] }) })) }),
    /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: [
      left > 0 && `And ${count(left, "layer")} more. `,
      "Archives without a table of contents: each is listed as a whole, with the size of its layer."
    ] })
  ] });
}
function Rows({ view, folder: folder2, isTree }) {
  const files = folder2.files.slice(0, MAX_ROWS);
  const left = folder2.files.length - files.length;
  return /* @__PURE__ */ jsxDEV("ul", { class: "files", children: [
    folder2.folders.map((inner) => /* @__PURE__ */ jsxDEV("li", { children: isTree ? /* @__PURE__ */ jsxDEV(OpenFolder, { view, folder: inner }) : /* @__PURE__ */ jsxDEV(FolderLink, { view, folder: inner }) })),
    files.map((file) => /* @__PURE__ */ jsxDEV("li", { children: /* @__PURE__ */ jsxDEV(FileRow, { view, file }) })),
    left > 0 && /* @__PURE__ */ jsxDEV("li", { class: "nothing", children: [
      "and ",
      count(left, "file"),
      " more, which",
      " ",
      /* @__PURE__ */ jsxDEV("a", { href: `/api/models/${view.model.name}`, children: "the JSON of this model" }),
      " lists"
    ] })
  ] });
}
function OpenFolder({ view, folder: folder2 }) {
  return /* @__PURE__ */ jsxDEV("details", { open: folder2.fileCount <= 20, children: [
    /* @__PURE__ */ jsxDEV("summary", { children: [
      /* @__PURE__ */ jsxDEV("span", { class: "path", children: [
        shorten3(folder2.name),
        "/"
      ] }),
      /* @__PURE__ */ jsxDEV(Sum, { folder: folder2 })
    ] }),
    /* @__PURE__ */ jsxDEV(Rows, { view, folder: folder2, isTree: true })
  ] });
}
function FolderLink({ view: { model, reference, file }, folder: folder2 }) {
  const href = imageHref(model.name, {
    ...reference === void 0 ? {} : { reference },
    ...file === void 0 ? {} : { file },
    folder: folder2.path
  });
  return /* @__PURE__ */ jsxDEV("div", { class: "row", children: [
    /* @__PURE__ */ jsxDEV("a", { class: "path", href: `${href}#files`, children: [
      shorten3(folder2.name),
      "/"
    ] }),
    /* @__PURE__ */ jsxDEV(Sum, { folder: folder2 })
  ] });
}
function Sum({ folder: { fileCount, size } }) {
  return /* @__PURE__ */ jsxDEV(Fragment, { children: [
    /* @__PURE__ */ jsxDEV("span", { class: "kind", children: count(fileCount, "file") }),
    /* @__PURE__ */ jsxDEV("span", { class: "size", children: formatBytes(size) })
  ] });
}
function FileRow({ view: { model, image, reference, folder: folder2 }, file }) {
  const { path: path2, size, format } = file;
  const name = shorten3(path2.slice(path2.lastIndexOf("/") + 1));
  const use = imageHref(model.name, {
    ...reference === void 0 ? {} : { reference },
    ...folder2 === void 0 ? {} : { folder: folder2 },
    file: path2
  });
  return /* @__PURE__ */ jsxDEV("div", { class: "row", children: [
    /* @__PURE__ */ jsxDEV("a", { class: "path", href: fileHref(model.name, image.reference, path2), download: "", children: name }),
    /* @__PURE__ */ jsxDEV("span", { class: "kind", children: format }),
    /* @__PURE__ */ jsxDEV("span", { class: "size", children: formatBytes(size) }),
    /* @__PURE__ */ jsxDEV("a", { class: "choose", href: `${use}#use`, "data-file": path2, "aria-label": `Use ${name}`, children: "use" })
  ] });
}
function Way({ view: { model, reference, folder: folder2 } }) {
  if (folder2 === void 0 || folder2 === "") return /* @__PURE__ */ jsxDEV(Fragment, {});
  const to = (path2) => `${imageHref(model.name, { ...reference === void 0 ? {} : { reference }, ...path2 && { folder: path2 } })}#files`;
  return /* @__PURE__ */ jsxDEV("nav", { class: "way", "aria-label": "Folders", children: [
    /* @__PURE__ */ jsxDEV("a", { href: to(""), children: model.name.slice(model.name.lastIndexOf("/") + 1) }),
    stepsTo(folder2).map(({ name, path: path2 }) => /* @__PURE__ */ jsxDEV(Fragment, { children: [
      " / ",
      /* @__PURE__ */ jsxDEV("a", { href: to(path2), children: shorten3(name) })
    ] })),
    " / ",
    /* @__PURE__ */ jsxDEV("span", { children: shorten3(folder2.slice(folder2.lastIndexOf("/") + 1)) })
  ] });
}

// worker/src/site/model/kind-snippets.ts
var SNIPPETS = {
  image: imageSnippets,
  container: (use) => [...runs(use), ...fileInDockerfile(use)],
  modelkit: (use) => [...kit(use), filePull(use)],
  // modctl unpacks raw files and plain archives alone; what it builds itself, kit does not take for a ModelKit.
  modelpack: (use) => [...use.isCompressed === true ? kit(use) : [modctl(use)], filePull(use)],
  "docker-model": (use) => [modelRunner(use), filePull(use)],
  artifact: (use) => [oras(use), filePull(use)]
};
function snippetsOf(kind, use) {
  return SNIPPETS[kind](use);
}
function runs(use) {
  const image = imageOf3(use);
  return [
    {
      id: "run",
      label: "docker run",
      text: `docker run --rm -it ${image}`,
      note: "The base with the model\u2019s files in it, for each platform of the base."
    },
    {
      id: "kubernetes",
      label: "Kubernetes",
      text: `apiVersion: v1
kind: Pod
metadata:
  name: model
spec:
  containers:
    - name: model
      image: ${image}`,
      note: "The model comes with the container: no volume, and nothing to fetch at its start."
    },
    {
      id: "from",
      label: "Dockerfile, on top of it",
      text: `FROM ${image}`,
      note: "Your own program above base and model."
    }
  ];
}
function kit(use) {
  const reference = `${plainHttp(use)}${imageOf3(use)}`;
  return [
    {
      id: "kit",
      label: "kit unpack",
      text: `kit unpack ${reference} -d .`,
      note: "KitOps: all of the ModelKit, into this folder. It overwrites nothing unless told to with -o."
    },
    {
      id: "kit-model",
      label: "kit unpack, the model",
      text: `kit unpack ${reference} --filter=model -d .`,
      note: "The model without datasets, code and documents: their layers are not fetched."
    }
  ];
}
function modctl(use) {
  return {
    id: "modctl",
    label: "modctl pull",
    text: `modctl pull ${plainHttp(use)}${imageOf3(use)} --extract-from-remote --extract-dir .`,
    note: "The files into this folder, with nothing kept of them in modctl\u2019s own store."
  };
}
function modelRunner(use) {
  const image = imageOf3(use);
  return {
    id: "model-runner",
    label: "docker model",
    text: `docker model pull ${image}
docker model run ${image}`,
    note: "Docker Model Runner pulls it and serves it; the second line talks to it."
  };
}
function oras(use) {
  return {
    id: "oras",
    label: "oras pull",
    text: `oras pull ${plainHttp(use)}${imageOf3(use)}`,
    note: "Its layers as files, into this folder."
  };
}
function plainHttp({ host }) {
  return isLoopback2(host) ? "--plain-http " : "";
}

// worker/src/site/model/forms.tsx
function Forms(view) {
  const { companions, sizeWithCompanions } = view.image;
  if (companions.length === 0) return /* @__PURE__ */ jsxDEV(Fragment, {});
  return /* @__PURE__ */ jsxDEV("section", { id: "forms", "aria-labelledby": "forms-title", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "forms-title", children: [
      "For other tools",
      " ",
      /* @__PURE__ */ jsxDEV("span", { class: "sum", children: [
        formatBytes(sizeWithCompanions),
        " in all, shared layers counted once"
      ] })
    ] }),
    companions.map((companion) => /* @__PURE__ */ jsxDEV(Form, { view, companion }))
  ] });
}
function Form({ view: { frame, model }, companion }) {
  const { tag: tag2, kind, base } = companion;
  const use = { host: frame.host, name: model.name, reference: tag2 };
  const [first, ...others] = snippetsOf(kind, use);
  const pod = others.find(({ id }) => id === "kubernetes");
  if (first === void 0) return /* @__PURE__ */ jsxDEV(Fragment, {});
  return /* @__PURE__ */ jsxDEV("div", { class: "form", children: [
    /* @__PURE__ */ jsxDEV("h3", { children: [
      /* @__PURE__ */ jsxDEV("a", { href: imageHref(model.name, { reference: tag2 }), children: labelOf2(companion) }),
      " ",
      /* @__PURE__ */ jsxDEV("span", { class: "kind", children: addedBy(companion) })
    ] }),
    base !== void 0 && /* @__PURE__ */ jsxDEV("p", { class: "base", children: [
      "On ",
      shorten3(base.name ?? "a base", 120),
      base.digest !== void 0 && /* @__PURE__ */ jsxDEV(Fragment, { children: [
        " ",
        /* @__PURE__ */ jsxDEV("code", { title: base.digest, children: shortDigest(base.digest) })
      ] })
    ] }),
    /* @__PURE__ */ jsxDEV(Copyable, { id: `form-${tag2}`, label: `${first.label} of ${tag2}`, text: first.text }),
    pod !== void 0 && /* @__PURE__ */ jsxDEV("details", { children: [
      /* @__PURE__ */ jsxDEV("summary", { children: "Kubernetes" }),
      /* @__PURE__ */ jsxDEV(Copyable, { id: `pod-${tag2}`, label: `The pod of ${tag2}`, text: pod.text })
    ] })
  ] });
}
function labelOf2({ kind, suffix }) {
  return kind === "container" ? `Container \u201C${shorten3(suffix, 40)}\u201D` : kindName(kind);
}
function addedBy({ newBytes }) {
  return newBytes === 0 ? "the very same layers" : `${formatBytes(newBytes)} besides the model\u2019s layers`;
}

// worker/src/site/model/imports.tsx
function Imports({ model: { imports } }) {
  if (imports.length === 0) return /* @__PURE__ */ jsxDEV(Fragment, {});
  const isOnItsWay = imports.some(isUnfinished);
  return /* @__PURE__ */ jsxDEV(
    "section",
    {
      id: "imports",
      class: "imports",
      "aria-labelledby": "imports-title",
      "data-live": true,
      ...isOnItsWay && { "data-again": true },
      children: [
        /* @__PURE__ */ jsxDEV("h2", { id: "imports-title", children: isOnItsWay ? "An import is on its way" : "The last import failed" }),
        imports.map(
          (record) => isUnfinished(record) ? /* @__PURE__ */ jsxDEV(Running, { record }) : /* @__PURE__ */ jsxDEV(Failed, { record })
        )
      ]
    }
  );
}
function Running({ record: { reference, state, upstream, bytes, blobs } }) {
  const done = blobs.filter(({ state: each }) => each === "done" || each === "present").length;
  const share = bytes.total === 0 ? 0 : Math.min(100, Math.floor(100 * bytes.done / bytes.total));
  const label = `Import of ${reference}`;
  return /* @__PURE__ */ jsxDEV("div", { children: [
    /* @__PURE__ */ jsxDEV("p", { children: [
      /* @__PURE__ */ jsxDEV("strong", { children: shorten3(reference, 80) }),
      " from",
      " ",
      shorten3(`${upstream.registry}/${upstream.repository}`, 200),
      ":",
      " ",
      state === "queued" || bytes.total === 0 ? "about to begin" : `${formatBytes(bytes.done)} of ${formatBytes(bytes.total)}, ${done} of ${blobs.length} blobs`
    ] }),
    /* @__PURE__ */ jsxDEV("progress", { max: "100", value: share, "aria-label": label, children: [
      share,
      " %"
    ] })
  ] });
}
function Failed({ record: { reference, error } }) {
  return /* @__PURE__ */ jsxDEV("p", { class: "warning", children: [
    /* @__PURE__ */ jsxDEV("strong", { children: shorten3(reference, 80) }),
    ": ",
    shorten3(error?.message ?? "it failed", 400),
    " ",
    error?.hint && shorten3(error.hint, 400)
  ] });
}

// worker/src/site/model/layers.tsx
var MAX_LAYERS2 = 60;
function Layers({ image: { layers } }) {
  const left = layers.length - MAX_LAYERS2;
  return /* @__PURE__ */ jsxDEV("section", { id: "layers", "aria-labelledby": "layers-title", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "layers-title", children: [
      "Layers ",
      /* @__PURE__ */ jsxDEV("span", { class: "sum", children: layers.length })
    ] }),
    /* @__PURE__ */ jsxDEV("ul", { class: "layers", children: layers.slice(0, MAX_LAYERS2).map((layer) => /* @__PURE__ */ jsxDEV(Layer, { layer })) }),
    left > 0 && /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: [
      "and ",
      count(left, "layer"),
      " more"
    ] })
  ] });
}
function Layer({ layer: { digest, size, title: title2, role, files, sharedWith } }) {
  const content = title2 ?? (files === void 0 ? "no table of contents" : count(files, "file"));
  return /* @__PURE__ */ jsxDEV("li", { children: [
    /* @__PURE__ */ jsxDEV("span", { class: "path", children: shorten3(content, 60) }),
    /* @__PURE__ */ jsxDEV("span", { class: "size", children: formatBytes(size) }),
    role !== void 0 && /* @__PURE__ */ jsxDEV("span", { class: "kind", children: shorten3(role, 40) }),
    /* @__PURE__ */ jsxDEV("code", { class: "digest", title: digest, children: shortDigest(digest) }),
    sharedWith.length > 0 && /* @__PURE__ */ jsxDEV("span", { class: "shared", children: [
      "also in ",
      sharedWith.map((tag2) => shorten3(tag2, 40)).join(", ")
    ] })
  ] });
}

// worker/src/site/model/tags.tsx
var MAX_TAGS2 = 50;
function Tags(view) {
  const { tags } = view.model;
  const left = tags.length - MAX_TAGS2;
  return /* @__PURE__ */ jsxDEV("section", { id: "tags", "aria-labelledby": "tags-title", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "tags-title", children: [
      "Tags ",
      /* @__PURE__ */ jsxDEV("span", { class: "sum", children: tags.length })
    ] }),
    /* @__PURE__ */ jsxDEV("ul", { class: "tags", children: tags.slice(0, MAX_TAGS2).map((tag2) => /* @__PURE__ */ jsxDEV(Tag, { view, tag: tag2 })) }),
    left > 0 && /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: [
      "and ",
      count(left, "tag"),
      " more"
    ] }),
    /* @__PURE__ */ jsxDEV(Copyable, { id: "digest", label: "The digest of this image", text: view.image.digest })
  ] });
}
function Tag({
  view: { model, image, now },
  tag: { tag: tag2, digest, updatedAt }
}) {
  const isShown = tag2 === image.reference;
  return /* @__PURE__ */ jsxDEV("li", { children: [
    /* @__PURE__ */ jsxDEV("a", { href: imageHref(model.name, { reference: tag2 }), ...isShown && { "aria-current": "page" }, children: shorten3(tag2, 60) }),
    /* @__PURE__ */ jsxDEV("time", { datetime: updatedAt, children: formatAge(updatedAt, now) }),
    /* @__PURE__ */ jsxDEV("a", { class: "digest", href: imageHref(model.name, { reference: digest }), title: digest, children: shortDigest(digest) }),
    digest !== image.digest && /* @__PURE__ */ jsxDEV(
      "a",
      {
        class: "compare",
        href: compareHref(model.name, tag2, image.reference),
        "aria-label": `Compare with ${tag2}`,
        children: "compare"
      }
    )
  ] });
}

// worker/src/site/model/title.tsx
function Title({ model: { name, entry, image } }) {
  const card = image?.card;
  const task = card?.task ?? entry?.task;
  const library = card?.library ?? entry?.library;
  const kind = image === void 0 || image.kind === "image" ? void 0 : kindName(image.kind);
  const words = [kind, task?.replaceAll("-", " "), library].filter((word) => word !== void 0);
  return /* @__PURE__ */ jsxDEV("div", { class: "title", children: [
    /* @__PURE__ */ jsxDEV("h1", { children: /* @__PURE__ */ jsxDEV(ModelName, { name }) }),
    words.length > 0 && /* @__PURE__ */ jsxDEV("p", { children: words.map((word) => shorten3(word, 60)).join(" \xB7 ") })
  ] });
}

// worker/src/site/model/use.tsx
var MAX_CHOICES = 200;
function Use(view) {
  const { frame, model, image } = view;
  const chosen = chosenFile(view);
  const snippets = snippetsOf(image.kind, {
    host: frame.host,
    name: model.name,
    reference: image.reference,
    ...chosen && { path: chosen.path },
    isCompressed: image.layers.some(({ mediaType }) => /\+(?:gzip|zstd)$/.test(mediaType))
  });
  return /* @__PURE__ */ jsxDEV("section", { id: "use", "aria-labelledby": "use-title", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "use-title", children: "Use it" }),
    /* @__PURE__ */ jsxDEV(FileChoice, { view, chosen }),
    /* @__PURE__ */ jsxDEV("fieldset", { class: "tabs", children: [
      /* @__PURE__ */ jsxDEV("legend", { class: "hidden", children: "Way to use it" }),
      snippets.map(({ id, label }, index) => /* @__PURE__ */ jsxDEV("label", { children: [
        /* @__PURE__ */ jsxDEV("input", { type: "radio", name: "way", value: id, checked: index === 0 }),
        /* @__PURE__ */ jsxDEV("span", { children: label })
      ] }))
    ] }),
    snippets.map((snippet) => /* @__PURE__ */ jsxDEV(Panel, { snippet }))
  ] });
}
function Panel({ snippet: { id, label, text, note } }) {
  return /* @__PURE__ */ jsxDEV("div", { class: `panel ${id}`, children: /* @__PURE__ */ jsxDEV(Copyable, { id: `snippet-${id}`, label, text, children: note }) });
}
function chosenFile({ image, file }) {
  const found = image.files.find(({ path: path2 }) => path2 === file);
  return found ?? bySize(image.files)[0];
}
function bySize(files) {
  return files.toSorted((a, b) => b.size - a.size);
}
function FileChoice({ view, chosen }) {
  const { model, image, reference, folder: folder2 } = view;
  if (chosen === void 0) return /* @__PURE__ */ jsxDEV(Fragment, {});
  const largest = bySize(image.files).slice(0, MAX_CHOICES);
  const choices = largest.includes(chosen) ? largest : [chosen, ...largest];
  return /* @__PURE__ */ jsxDEV("form", { method: "get", action: modelHref(model.name), class: "choose", "data-live-form": true, children: [
    reference !== void 0 && /* @__PURE__ */ jsxDEV("input", { type: "hidden", name: "reference", value: reference }),
    folder2 !== void 0 && /* @__PURE__ */ jsxDEV("input", { type: "hidden", name: "folder", value: folder2 }),
    /* @__PURE__ */ jsxDEV("label", { class: "choice", children: [
      /* @__PURE__ */ jsxDEV("span", { children: "File" }),
      /* @__PURE__ */ jsxDEV("select", { name: "file", id: "choose-file", children: choices.map(({ path: path2, size }) => /* @__PURE__ */ jsxDEV("option", { value: path2, selected: path2 === chosen.path, children: [
        shorten3(path2, 100),
        " (",
        formatBytes(size),
        ")"
      ] })) })
    ] }),
    /* @__PURE__ */ jsxDEV("button", { type: "submit", children: "Show" })
  ] });
}

// worker/src/site/model/weights.tsx
var MAX_TENSORS3 = 600;
function WeightsView({ weights }) {
  let left = MAX_TENSORS3;
  return /* @__PURE__ */ jsxDEV("section", { id: "weights", "aria-labelledby": "weights-title", children: [
    /* @__PURE__ */ jsxDEV("h2", { id: "weights-title", children: [
      "Weights ",
      /* @__PURE__ */ jsxDEV("span", { class: "sum", children: [
        "read from the headers of ",
        count(weights.length, "file")
      ] })
    ] }),
    weights.map((each) => {
      if ("error" in each) return /* @__PURE__ */ jsxDEV(Unreadable, { path: each.path, error: each.error });
      const shown = Math.min(left, each.tensors.length);
      left -= shown;
      return /* @__PURE__ */ jsxDEV(File2, { header: each, shown });
    })
  ] });
}
function Unreadable({ path: path2, error }) {
  return /* @__PURE__ */ jsxDEV("p", { class: "warning", children: [
    "The header of ",
    /* @__PURE__ */ jsxDEV("code", { children: shorten3(path2) }),
    " cannot be read: ",
    shorten3(error, 300),
    "."
  ] });
}
function File2({ header, shown }) {
  const { path: path2, parameters, tensorCount, dtypes, architecture, quantization } = header;
  const said = [
    `${formatCount(parameters)} parameters`,
    count(tensorCount, "tensor"),
    dtypes.slice(0, 4).map(({ dtype }) => shorten3(dtype, 20)).join(", "),
    architecture && shorten3(architecture, 40),
    quantization && shorten3(quantization, 40)
  ].filter(Boolean);
  return /* @__PURE__ */ jsxDEV("details", { class: "weights", children: [
    /* @__PURE__ */ jsxDEV("summary", { children: [
      /* @__PURE__ */ jsxDEV("span", { class: "path", children: shorten3(path2) }),
      " ",
      /* @__PURE__ */ jsxDEV("span", { class: "kind", children: said.join(" \xB7 ") })
    ] }),
    /* @__PURE__ */ jsxDEV(Types, { header }),
    /* @__PURE__ */ jsxDEV(Metadata, { header }),
    shown > 0 && /* @__PURE__ */ jsxDEV(Tensors, { header, shown })
  ] });
}
function Types({ header: { dtypes } }) {
  return /* @__PURE__ */ jsxDEV("div", { class: "wide", tabindex: 0, role: "group", "aria-label": "Types", children: /* @__PURE__ */ jsxDEV("table", { children: [
    /* @__PURE__ */ jsxDEV("thead", { children: /* @__PURE__ */ jsxDEV("tr", { children: [
      /* @__PURE__ */ jsxDEV("th", { scope: "col", children: "Type" }),
      /* @__PURE__ */ jsxDEV("th", { scope: "col", class: "number", children: "Tensors" }),
      /* @__PURE__ */ jsxDEV("th", { scope: "col", class: "number", children: "Parameters" })
    ] }) }),
    /* @__PURE__ */ jsxDEV("tbody", { children: dtypes.slice(0, 20).map(({ dtype, tensors, parameters }) => /* @__PURE__ */ jsxDEV("tr", { children: [
      /* @__PURE__ */ jsxDEV("td", { children: /* @__PURE__ */ jsxDEV("code", { children: shorten3(dtype, 40) }) }),
      /* @__PURE__ */ jsxDEV("td", { class: "number", children: formatNumber(tensors) }),
      /* @__PURE__ */ jsxDEV("td", { class: "number", children: formatNumber(parameters) })
    ] })) })
  ] }) });
}
function Metadata({ header: { metadata } }) {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return /* @__PURE__ */ jsxDEV(Fragment, {});
  return /* @__PURE__ */ jsxDEV("dl", { class: "metadata", children: entries.map(([key2, value]) => /* @__PURE__ */ jsxDEV("div", { children: [
    /* @__PURE__ */ jsxDEV("dt", { children: shorten3(key2) }),
    /* @__PURE__ */ jsxDEV("dd", { children: shorten3(value, 300) })
  ] })) });
}
function Tensors({ header: { tensors, tensorCount }, shown }) {
  const left = tensorCount - shown;
  return /* @__PURE__ */ jsxDEV("div", { class: "wide", tabindex: 0, role: "group", "aria-label": "Tensors", children: [
    /* @__PURE__ */ jsxDEV("table", { children: [
      /* @__PURE__ */ jsxDEV("thead", { children: /* @__PURE__ */ jsxDEV("tr", { children: [
        /* @__PURE__ */ jsxDEV("th", { scope: "col", children: "Tensor" }),
        /* @__PURE__ */ jsxDEV("th", { scope: "col", children: "Type" }),
        /* @__PURE__ */ jsxDEV("th", { scope: "col", class: "number", children: "Shape" })
      ] }) }),
      /* @__PURE__ */ jsxDEV("tbody", { children: tensors.slice(0, shown).map(({ name, dtype, shape }) => /* @__PURE__ */ jsxDEV("tr", { children: [
        /* @__PURE__ */ jsxDEV("td", { children: /* @__PURE__ */ jsxDEV("code", { children: shorten3(name) }) }),
        /* @__PURE__ */ jsxDEV("td", { children: shorten3(dtype, 20) }),
        /* @__PURE__ */ jsxDEV("td", { class: "number", children: shape.length === 0 ? "scalar" : shape.join(" \xD7 ") })
      ] })) })
    ] }),
    left > 0 && /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: [
      "and ",
      count(left, "tensor"),
      " more"
    ] })
  ] });
}

// worker/src/site/model/page.tsx
function ModelPage(view) {
  const { frame, model } = view;
  const { image } = model;
  return /* @__PURE__ */ jsxDEV(Layout, { frame, title: model.name, children: [
    /* @__PURE__ */ jsxDEV(Title, { ...view }),
    /* @__PURE__ */ jsxDEV(Imports, { model }),
    image === void 0 ? /* @__PURE__ */ jsxDEV("p", { class: "nothing", children: "Nothing can be pulled yet. What this model is appears here when its first import has finished." }) : /* @__PURE__ */ jsxDEV(Image, { ...view, image })
  ] });
}
function Image(view) {
  const { image } = view;
  return /* @__PURE__ */ jsxDEV("div", { class: "columns", children: [
    /* @__PURE__ */ jsxDEV("div", { class: "content", children: [
      /* @__PURE__ */ jsxDEV(Use, { ...view }),
      /* @__PURE__ */ jsxDEV(Forms, { ...view }),
      /* @__PURE__ */ jsxDEV(Files, { ...view }),
      image.weights.length > 0 && /* @__PURE__ */ jsxDEV(WeightsView, { weights: image.weights })
    ] }),
    /* @__PURE__ */ jsxDEV("div", { class: "side", children: [
      /* @__PURE__ */ jsxDEV(Facts, { ...view }),
      /* @__PURE__ */ jsxDEV(Tags, { ...view }),
      /* @__PURE__ */ jsxDEV(Layers, { ...view })
    ] }),
    image.card !== void 0 && /* @__PURE__ */ jsxDEV(Card, { ...view, card: image.card })
  ] });
}

// worker/src/site/headers.ts
var POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'"
].join("; ");
function setPageHeaders(c) {
  c.header("Content-Security-Policy", POLICY);
  c.header("Referrer-Policy", "no-referrer");
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  c.header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  c.header("Vary", "Accept, Authorization");
}

// worker/src/site/respond.ts
async function sendPage(c, page) {
  const text = await htmlOf(page);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const etag = `W/"${Array.from(hash.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
  setPageHeaders(c);
  c.header("Cache-Control", cachingOf(c)["Cache-Control"]);
  c.header("ETag", etag);
  return isKnown(c.req.header("If-None-Match"), etag) ? c.body(null, 304) : c.html(text);
}
async function htmlOf(page) {
  return (await html`<!doctype html>${page}`).toString();
}

// worker/src/site/pages.tsx
async function readListPage(c) {
  const query = queryOf(c);
  const { models, isMissing } = await readList3(c);
  const frame = await frameOf(c);
  const page = selectModels(models, query);
  return sendPage(
    c,
    /* @__PURE__ */ jsxDEV(ListPageView, { frame, query, page, isCompiling: isMissing, now: Date.now() })
  );
}
async function readModelPage(c) {
  const model = await findModel(c);
  const { reference, file, folder: folder2 } = c.req.query();
  const view = {
    frame: await frameOf(c),
    model,
    now: Date.now(),
    ...reference === void 0 ? {} : { reference },
    ...file === void 0 ? {} : { file },
    ...folder2 === void 0 ? {} : { folder: folder2 }
  };
  return sendPage(c, /* @__PURE__ */ jsxDEV(ModelPage, { ...view }));
}
async function readComparePage(c) {
  const comparison = await findComparison(c);
  return sendPage(c, /* @__PURE__ */ jsxDEV(ComparePage, { frame: await frameOf(c), comparison }));
}

// worker/src/site/errors.tsx
var TITLES = {
  400: "That cannot be read.",
  401: "This registry is private.",
  403: "That is not yours to see.",
  404: "There is no such page.",
  421: "This is another registry."
};
function ErrorPage({ frame, trouble: { status, message: message2, id } }) {
  const title2 = TITLES[status] ?? "Something went wrong here.";
  return /* @__PURE__ */ jsxDEV(Layout, { frame, title: title2, children: /* @__PURE__ */ jsxDEV("section", { class: "lede", "aria-labelledby": "what", children: [
    /* @__PURE__ */ jsxDEV("h1", { id: "what", children: title2 }),
    /* @__PURE__ */ jsxDEV("p", { children: sentence(shorten3(message2, 400)) }),
    status === 401 && /* @__PURE__ */ jsxDEV("p", { children: "Sign in with any user name and a token of this registry as the password." }),
    status >= 500 && id !== void 0 && /* @__PURE__ */ jsxDEV("p", { children: [
      "Try again; if it stays, tell the registry\u2019s operator the request: ",
      /* @__PURE__ */ jsxDEV("code", { children: shorten3(id) })
    ] }),
    /* @__PURE__ */ jsxDEV("p", { children: /* @__PURE__ */ jsxDEV("a", { href: "/", children: "To all models" }) })
  ] }) });
}
function UnknownModelPage({ frame, name, similar, now }) {
  return /* @__PURE__ */ jsxDEV(Layout, { frame, title: "Unknown model", children: [
    /* @__PURE__ */ jsxDEV("section", { class: "lede", "aria-labelledby": "what", children: [
      /* @__PURE__ */ jsxDEV("h1", { id: "what", children: "There is no model of this name." }),
      /* @__PURE__ */ jsxDEV("p", { children: [
        "This registry has no ",
        /* @__PURE__ */ jsxDEV("code", { children: shorten3(name, 200) }),
        ". It may have been deleted, or be called otherwise: names are in lower case."
      ] }),
      /* @__PURE__ */ jsxDEV("form", { role: "search", method: "get", action: "/", class: "search", children: /* @__PURE__ */ jsxDEV("div", { class: "field", children: [
        /* @__PURE__ */ jsxDEV("label", { for: "q", class: "hidden", children: "Search models" }),
        /* @__PURE__ */ jsxDEV(
          "input",
          {
            id: "q",
            name: "q",
            type: "search",
            value: shorten3(name.split("/").at(-1) ?? "", 100),
            autocomplete: "off"
          }
        ),
        /* @__PURE__ */ jsxDEV("button", { type: "submit", children: "Search" })
      ] }) })
    ] }),
    similar.length > 0 && /* @__PURE__ */ jsxDEV("section", { "aria-labelledby": "similar", children: [
      /* @__PURE__ */ jsxDEV("h2", { id: "similar", children: "Names like it" }),
      /* @__PURE__ */ jsxDEV(Models, { models: similar, now })
    ] })
  ] });
}
function sentence(message2) {
  const text = message2.charAt(0).toUpperCase() + message2.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

// worker/src/site/trouble.tsx
var MAX_SIMILAR = 5;
function wantsPage(c) {
  const { method, path: path2 } = c.req;
  if (method !== "GET" && method !== "HEAD") return false;
  if (["v2", "api", "token", "healthz"].includes(path2.split("/")[1] ?? "")) return false;
  return c.req.header("Accept")?.includes("text/html") === true;
}
async function sendTrouble(c, error) {
  let page;
  try {
    page = await pageOf(c, error);
  } catch (another) {
    if (error.status >= 500) return error.toResponse();
    return answerError(another).toResponse();
  }
  setPageHeaders(c);
  c.header("Cache-Control", "no-store");
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  return c.html(page, error.status);
}
async function pageOf(c, error) {
  const frame = await frameOf(c);
  const { status, message: message2, code } = error;
  if (code === "NAME_UNKNOWN" || code === "NAME_INVALID") {
    const name = nameOf4(c);
    const similar = (await similarTo(c, name)).slice(0, MAX_SIMILAR);
    return htmlOf(/* @__PURE__ */ jsxDEV(UnknownModelPage, { frame, name, similar, now: Date.now() }));
  }
  const id = c.get("requestId");
  return htmlOf(
    /* @__PURE__ */ jsxDEV(ErrorPage, { frame, trouble: { status, message: message2, ...id === void 0 ? {} : { id } } })
  );
}
function nameOf4(c) {
  return c.req.param("name") ?? c.req.path.slice(1);
}
async function similarTo(c, name) {
  const { models } = await readList3(c);
  const own = name.toLowerCase().split("/").at(-1) ?? "";
  const words = [own, ...own.split(/[._-]+/).filter((word) => word.length > 2)];
  for (const word of words) {
    const found = search(models, word);
    if (word !== "" && found.length > 0) return found;
  }
  return [];
}

// worker/src/site/site.ts
var MODEL = `/:name{(?!(?:${RESERVED.join("|").replaceAll(".", "\\.")})(?:/|$)).+}`;
function addSite(app2) {
  app2.get(STYLESHEET, readAsset);
  app2.get(SCRIPT, readAsset);
  app2.get(LOGO, readLogo);
  app2.get("/", readListPage);
  app2.get(`${MODEL}/compare/:range`, maySee, readComparePage);
  app2.get(MODEL, maySee, readModelPage);
  app2.notFound((c) => {
    const answer3 = answerUnknown(app2, c);
    return wantsPage(c) ? sendTrouble(c, answer3) : answer3.toResponse();
  });
  app2.onError((error, c) => {
    const answer3 = answerError(error);
    return wantsPage(c) ? sendTrouble(c, answer3) : answer3.toResponse();
  });
}

// worker/src/catalogue/catalogue-object.ts
import { DurableObject } from "cloudflare:workers";

// worker/src/catalogue/pulls.ts
var API = "https://api.cloudflare.com";
var DATASET = "pulls";
var PATIENCE2 = 2e4;
async function countPulls(settings) {
  const { PULLS_ACCOUNT: account, PULLS_TOKEN: token, PULLS_API: api = API } = settings;
  if (!account || !token) return void 0;
  const response = await fetch(`${api}/client/v4/accounts/${account}/analytics_engine/sql`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: queryOf2(settings.PULLS_DATASET ?? DATASET),
    signal: AbortSignal.timeout(PATIENCE2)
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`pulls could not be counted: Analytics Engine answered ${response.status}`);
  }
  const { data } = await response.json();
  const counts = /* @__PURE__ */ new Map();
  for (const { repository, pulls } of data ?? []) {
    const count3 = Math.round(Number(pulls));
    if (typeof repository === "string" && count3 >= 0) counts.set(repository, count3);
  }
  return counts;
}
function queryOf2(dataset) {
  return `SELECT blob2 AS repository, SUM(_sample_interval) AS pulls
    FROM ${dataset.replaceAll(/\W/g, "")}
    WHERE timestamp > NOW() - INTERVAL '30' DAY AND blob1 = 'manifest' AND blob3 NOT LIKE 'sha256:%'
    GROUP BY repository ORDER BY pulls DESC FORMAT JSON`;
}

// worker/src/catalogue/catalogue-object.ts
var DEBOUNCE = 1e3;
var PATIENCE3 = 1e4;
var RESTART = 6e4;
var RETRY = 2e3;
var MAX_RETRY = 10 * 6e4;
var MODELS = 60;
var AT_ONCE = 2;
var REPOSITORIES = 100;
var CatalogueObject = class extends DurableObject {
  #bucket;
  #sql;
  constructor(ctx, env) {
    super(ctx, env);
    this.#bucket = retryingBucket(env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS models (name TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS changed (
        name TEXT PRIMARY KEY, change INTEGER NOT NULL, failures INTEGER NOT NULL, due INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS pulls (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID`);
  }
  async touch(name) {
    const due = Date.now() + DEBOUNCE;
    this.#note(name, due);
    if (this.ctx.storage.kv.get("built") !== true) this.#beginRebuild();
    await this.#wakeUp(due);
  }
  async compile() {
    if (this.ctx.storage.kv.get("built") === true) this.ctx.storage.kv.put("stale", true);
    else this.#beginRebuild();
    await this.#wakeUp(Date.now());
  }
  async rebuild() {
    this.#beginRebuild();
    await this.#wakeUp(Date.now());
  }
  async alarm() {
    if (this.#hasWork()) await this.ctx.storage.setAlarm(Date.now() + RESTART);
    let again;
    try {
      again = await this.#advance();
    } catch (error) {
      console.error(error);
      again = Date.now() + PATIENCE3;
    }
    if (again < Infinity) await this.#wakeUp(Math.max(again, Date.now()));
  }
  /** @returns when to go on; Infinity where all is done */
  async #advance() {
    if (this.ctx.storage.kv.get("built") !== true) await this.#takeOver();
    await this.#continueRebuild();
    const waiting = (await this.#takeChanged()).values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const model of waiting) await this.#lookAt(model);
      })
    );
    const next2 = this.ctx.storage.kv.get("rebuild") === void 0 ? this.#nextDue() : 0;
    return Math.min(next2, await this.#compile(next2 <= Date.now()));
  }
  #hasWork() {
    const { kv } = this.ctx.storage;
    return kv.get("rebuild") !== void 0 || kv.get("stale") === true || this.#nextDue() < Infinity;
  }
  /** Some of the models that are due. Each counts as failed until it was looked at, and stands behind the others then. */
  async #takeChanged() {
    const now = Date.now();
    const changed = this.#sql.exec(
      "SELECT name, change, failures FROM changed WHERE due <= ? ORDER BY due LIMIT ?",
      now,
      MODELS
    ).toArray();
    for (const { name, failures } of changed) {
      const due = now + Math.min(MAX_RETRY, RETRY * 2 ** failures);
      this.#sql.exec("UPDATE changed SET failures = failures + 1, due = ? WHERE name = ?", due, name);
    }
    await this.ctx.storage.sync();
    return changed;
  }
  /** @param due when it is to be looked at, unless that is to be sooner already */
  #note(name, due) {
    this.#sql.exec(
      `INSERT INTO changed VALUES (?, 1, 0, ?)
       ON CONFLICT (name) DO UPDATE SET change = change + 1, failures = 0, due = MIN(due, excluded.due)`,
      name,
      due
    );
  }
  #beginRebuild() {
    if (this.ctx.storage.kv.get("rebuild") === void 0) this.ctx.storage.kv.put("rebuild", {});
  }
  /** The sooner of what was set and what is asked for. */
  async #wakeUp(at2) {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at2) await this.ctx.storage.setAlarm(at2);
  }
  /** What an earlier object of this bucket has compiled is there until it was looked at anew. */
  async #takeOver() {
    const object = await this.#bucket.get(CATALOGUE_KEY);
    const list = object === null ? void 0 : JSON.parse(await object.text());
    if (list?.version === LIST_VERSION) {
      for (const { pulls: _2, ...entry } of list.models) {
        this.#write(entry);
        this.#note(entry.name, Date.now());
      }
    }
    this.#beginRebuild();
    this.ctx.storage.kv.put("built", true);
    this.ctx.storage.kv.put("stale", true);
  }
  async #continueRebuild() {
    const rebuild = this.ctx.storage.kv.get("rebuild");
    if (rebuild === void 0) return;
    const now = Date.now();
    const { names, more } = await listRepositories(this.#bucket, {
      after: rebuild.after,
      limit: REPOSITORIES
    });
    if (rebuild.after === void 0) {
      await this.#countPulls();
      for (const { name } of this.#sql.exec("SELECT name FROM models").toArray())
        this.#note(name, now);
    }
    for (const name of names) this.#note(name, now);
    const last = names.at(-1);
    if (more && last !== void 0) this.ctx.storage.kv.put("rebuild", { after: last });
    else this.ctx.storage.kv.delete("rebuild");
  }
  /** What was counted before holds where this fails. */
  async #countPulls() {
    try {
      const counts = await countPulls(this.env);
      const { kv } = this.ctx.storage;
      kv.put("is-counting", counts !== void 0);
      kv.put("stale", true);
      this.#sql.exec("DELETE FROM pulls");
      for (const [name, count3] of counts ?? [])
        this.#sql.exec("INSERT INTO pulls VALUES (?, ?)", name, count3);
    } catch (error) {
      console.error(error);
    }
  }
  async #lookAt({ name, change }) {
    try {
      const entry = await describeModel(this.#bucket, name);
      this.ctx.storage.kv.put("stale", true);
      if (entry === void 0) this.#sql.exec("DELETE FROM models WHERE name = ?", name);
      else this.#write(entry);
      this.#sql.exec("DELETE FROM changed WHERE name = ? AND change = ?", name, change);
      this.#sql.exec("UPDATE changed SET failures = 0, due = ? WHERE name = ?", Date.now() + DEBOUNCE, name);
    } catch (error) {
      console.error(error);
    }
  }
  #write(entry) {
    this.#sql.exec("INSERT OR REPLACE INTO models VALUES (?, ?)", entry.name, JSON.stringify(entry));
  }
  /** When the next model is to be looked at; Infinity where there is none. */
  #nextDue() {
    const { due } = this.#sql.exec("SELECT MIN(due) AS due FROM changed").one();
    return due ?? Infinity;
  }
  /**
   * Writes the list where it has changed, and not too often.
   * @param isBusy models wait to be looked at
   * @returns when to come again for it
   */
  async #compile(isBusy) {
    const { kv } = this.ctx.storage;
    if (kv.get("stale") !== true) return Infinity;
    const due = (kv.get("compiled-at") ?? 0) + (isBusy ? PATIENCE3 : DEBOUNCE);
    if (due > Date.now()) return due;
    kv.put("stale", false);
    const text = `{"version":${LIST_VERSION},"models":[${this.#rows().join(",")}]}`;
    try {
      await this.#bucket.put(CATALOGUE_KEY, text, { httpMetadata: { contentType: "application/json" } });
    } catch (error) {
      kv.put("stale", true);
      throw error;
    }
    kv.put("compiled-at", Date.now());
    return Infinity;
  }
  /** The entries as JSON, in the order of their names' bytes. */
  #rows() {
    const isCounting = this.ctx.storage.kv.get("is-counting") === true;
    return this.#sql.exec(
      "SELECT entry, IFNULL(count, 0) AS count FROM models LEFT JOIN pulls USING (name) ORDER BY name"
    ).toArray().map(({ entry, count: count3 }) => isCounting ? `${entry.slice(0, -1)},"pulls":${count3}}` : entry);
  }
};

// worker/src/containers/maker-object.ts
import { DurableObject as DurableObject2 } from "cloudflare:workers";

// src/artifacts/describe.ts
var ARTIFACT_ANNOTATION = "ai.depot.artifact";
function artifactAnnotations({ package: told }, digest) {
  const annotations = {
    "org.opencontainers.image.title": told.name,
    "org.opencontainers.image.version": told.version,
    "org.opencontainers.image.description": told.description,
    "org.opencontainers.image.licenses": told.licenses?.join(" AND "),
    "org.opencontainers.image.authors": told.authors?.join(", "),
    [ARTIFACT_ANNOTATION]: digest
  };
  return Object.fromEntries(
    Object.entries(annotations).filter((one) => one[1] !== void 0)
  );
}
function historyLine({ kind }, { role, path: path2 }) {
  return `${kind} ${role}${path2 === void 0 ? "" : ` ${path2}`}`;
}

// src/containers/base.ts
var MAX_CONFIG2 = 4 * 2 ** 20;
var MAX_DEPTH4 = 3;
var MAX_MANIFESTS = 64;
async function readBase(documents, { reference, name }) {
  const root = await documents.getManifest(reference);
  if (root === void 0) return void 0;
  const found = await manifestsOf(documents, root, { name, depth: 0, seen: { manifests: 0 } });
  const images = await Promise.all(found.map((one) => readImage2(documents, one, name)));
  const ofLinux = images.filter((image) => image !== void 0);
  if (ofLinux.length === 0) throw notLinux(name);
  return { name, digest: root.descriptor.digest, images: ofLinux };
}
async function manifestsOf(documents, { descriptor: descriptor2, bytes }, { name, depth, platform, seen }) {
  const content = documentOf(bytes, name);
  if (!isIndexType(descriptor2.mediaType)) return [{ descriptor: descriptor2, content, platform, isListed: depth > 0 }];
  if (depth === MAX_DEPTH4) throw unfit(name, "it is an index within an index again and again");
  const listed2 = descriptorsOf2(content["manifests"], name).filter(mayBeLinux);
  seen.manifests += listed2.length;
  if (seen.manifests > MAX_MANIFESTS) throw unfit(name, `it has more than ${MAX_MANIFESTS} images`);
  const nested = await Promise.all(
    listed2.map(async (one) => {
      const found = await documents.getManifest(one.digest);
      if (found === void 0)
        throw unfit(name, `its registry lacks the manifest ${one.digest} of its index`);
      return manifestsOf(documents, found, { name, depth: depth + 1, platform: linuxPlatform(one), seen });
    })
  );
  return nested.flat();
}
function mayBeLinux(listed2) {
  return !isObject2(listed2.platform) || linuxPlatform(listed2) !== void 0;
}
function linuxPlatform({ platform }) {
  if (!isObject2(platform)) return void 0;
  const { os, architecture, variant } = platform;
  if (os !== "linux" || typeof architecture !== "string") return void 0;
  return { architecture, os, ...typeof variant === "string" && variant !== "" ? { variant } : {} };
}
async function readImage2(documents, { descriptor: descriptor2, content, platform, isListed }, name) {
  const configured = configOf(content, name);
  if (!CONFIG_TYPES.has(configured.mediaType)) {
    if (isListed && platform === void 0) return void 0;
    throw unfit(name, `it is no container image: its config is ${configured.mediaType}`);
  }
  const config = documentOf(await documents.getBlob(configured.digest, MAX_CONFIG2), name);
  const own = platformOf2(config, name);
  if (own.os !== "linux") return void 0;
  const layers = descriptorsOf2(content["layers"], name);
  const diffIds = diffIdsOf2(config);
  if (diffIds.length !== layers.length) {
    throw unfit(name, `its config has ${diffIds.length} diffIDs for ${layers.length} layers`);
  }
  return {
    platform: platform ?? own,
    digest: descriptor2.digest,
    layers: layers.map((layer) => ociLayer(layer, name)),
    diffIds,
    config: baseConfig(config, own)
  };
}
function configOf({ config }, name) {
  if (isDescriptor(config)) return config;
  throw unfit(name, "it is no container image: its manifest has no config");
}
var CONFIG_TYPES = /* @__PURE__ */ new Set([
  MEDIA_TYPE.config,
  "application/vnd.docker.container.image.v1+json"
]);
function ociLayer(layer, name) {
  const mediaType = containerLayerType(layer.mediaType);
  if (mediaType === void 0) throw unfit(name, `its layer ${layer.digest} is ${layer.mediaType}`);
  const { digest, size, annotations } = layer;
  return { mediaType, digest, size, ...annotations === void 0 ? {} : { annotations } };
}
function baseConfig(config, { architecture, os }) {
  return {
    ...config,
    architecture,
    os,
    config: isObject2(config["config"]) ? config["config"] : {},
    history: Array.isArray(config["history"]) ? config["history"].filter(isObject2) : []
  };
}
function platformOf2({ os, architecture, variant }, name) {
  if (typeof os !== "string" || typeof architecture !== "string") {
    throw unfit(name, "its config says no platform");
  }
  return { architecture, os, ...typeof variant === "string" && variant !== "" ? { variant } : {} };
}
function diffIdsOf2({ rootfs }) {
  const list = isObject2(rootfs) ? rootfs["diff_ids"] : void 0;
  if (!Array.isArray(list)) return [];
  return list.filter((item) => typeof item === "string" && isDigest(item));
}
function descriptorsOf2(list, name) {
  if (list === null) return [];
  if (!Array.isArray(list)) throw unfit(name, "its manifest has no list of what it consists of");
  return list.map((item) => {
    if (isDescriptor(item)) return item;
    throw unfit(name, "there is something in its manifest that is no descriptor");
  });
}
function isDescriptor(item) {
  if (!isObject2(item)) return false;
  const { mediaType, digest, size } = item;
  const isSized = Number.isSafeInteger(size) && Number(size) >= 0;
  return typeof mediaType === "string" && typeof digest === "string" && isDigest(digest) && isSized;
}
function documentOf(bytes, name) {
  const document = parseObject(bytes);
  if (document === void 0) throw unfit(name, "one of its documents is no JSON object");
  return document;
}
function notLinux(name) {
  return new ContainerError(
    `The base ${name} has no image for Linux.`,
    "Name a base image for Linux: a model\u2019s layers fit no other system."
  );
}
function unfit(name, why) {
  return new ContainerError(
    `No container can be made on the base ${name}: ${why}.`,
    "Name another base image, or have this one published anew."
  );
}

// src/containers/platforms.ts
function onPlatforms(base, wanted) {
  const names = base.images.map(({ platform }) => formatPlatform(platform));
  const missing2 = wanted.filter((one) => !names.some((name) => isMeant(name, one)));
  if (missing2.length > 0) {
    throw new ContainerError(
      `The base ${base.name} is not there for ${missing2.join(", ")}.`,
      `It is there for ${names.join(", ")}.`
    );
  }
  const images = base.images.filter((_2, at2) => wanted.some((one) => isMeant(names[at2] ?? "", one)));
  return { ...base, images };
}
function isMeant(name, wanted) {
  return name === wanted || name.startsWith(`${wanted}/`);
}

// worker/src/containers/documents.ts
async function readRoot(bucket, repository, reference) {
  const digest = isDigest(reference) ? reference : await resolveTag(bucket, repository, reference);
  if (digest === void 0) return void 0;
  const manifest = await readManifest(bucket, repository, digest);
  if (manifest === void 0 || manifest.isCondemned) return void 0;
  const { mediaType, object } = manifest;
  const bytes = new Uint8Array(await object.arrayBuffer());
  return { digest, mediaType, bytes, annotations: parseDocument(bytes, mediaType).annotations ?? {} };
}

// worker/src/containers/artifact.ts
var MAX_DOCUMENT = 256 * 1024;
async function readPushedArtifact(bucket, repository, tag2) {
  const root = await readRoot(bucket, repository, tag2);
  if (root?.mediaType !== MEDIA_TYPE.manifest) return void 0;
  const manifest = parseArtifactManifest(root.bytes);
  if (artifactKind(manifest) === void 0) return void 0;
  const { digest } = manifest.config;
  return {
    digest: root.digest,
    annotations: manifest.annotations ?? {},
    async read() {
      if (root.bytes.length > MAX_DOCUMENT) {
        throw new ArtifactError(`Its manifest has more than ${MAX_DOCUMENT} bytes.`);
      }
      const config = await readBlobBytes(bucket, { repository, digest, maxBytes: MAX_DOCUMENT });
      if (config !== void 0) return readArtifact(manifest, config);
      throw new ArtifactError(`Its config ${digest} is not there, or has more than ${MAX_DOCUMENT} bytes.`);
    }
  };
}

// worker/src/containers/base.ts
var MAX_LAYERS3 = 1e3;
var AT_ONCE2 = 6;
function baseDocuments(bucket, repository) {
  return {
    async getManifest(reference) {
      const found = await readRoot(bucket, repository, reference);
      if (found === void 0) return void 0;
      const { digest, mediaType, bytes } = found;
      return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
    },
    async getBlob(digest, maxBytes) {
      const bytes = await readBlobBytes(bucket, { repository, digest, maxBytes });
      if (bytes !== void 0) return bytes;
      throw incomplete(repository, digest);
    }
  };
}
async function linkLayers(store, { from, to, images }) {
  const layers = [...new Set(images.flatMap((image) => image.layers.map(({ digest }) => digest)))];
  if (layers.length > MAX_LAYERS3) {
    throw new ContainerError(
      `The base in ${from} has ${layers.length} layers on all platforms together: ${MAX_LAYERS3} are possible.`,
      'Say with "platforms" which ones are wanted.'
    );
  }
  for (let at2 = 0; at2 < layers.length; at2 += AT_ONCE2) {
    await Promise.all(layers.slice(at2, at2 + AT_ONCE2).map((digest) => linkLayer(store, { from, to, digest })));
  }
}
async function linkLayer(store, { from, to, digest }) {
  const [member, blob] = await Promise.all([findBlob(store, from, digest), findAnywhere(store, digest)]);
  if (member === void 0 || blob === void 0) throw incomplete(from, digest);
  await linkBlob(store, to, digest, blob);
}
function incomplete(repository, digest) {
  return new ContainerError(
    `The base in ${repository} lacks the blob ${digest}.`,
    `Push or import the base to ${repository} again.`
  );
}

// worker/src/containers/recipe.ts
var RECIPE_ANNOTATION = "ai.depot.recipe";
var KIND = "rule:";
var VERSION3 = 1;
async function recipeOf({ choices, platforms, settings }, base) {
  const text = JSON.stringify({ base, choices, platforms, settings });
  return `${KIND}${VERSION3}+${await digestOf(new Uint8Array(new TextEncoder().encode(text)))}`;
}
function isOurs({ annotations }) {
  const recipe = annotations[RECIPE_ANNOTATION];
  return typeof recipe === "string" && recipe.startsWith(KIND);
}

// worker/src/containers/make.ts
var ANNOTATION3 = {
  created: "org.opencontainers.image.created",
  revision: "org.opencontainers.image.revision"
};
function containerTagOf(tag2, { suffix }) {
  return `${tag2}-${suffix}`;
}
async function makeContainer(env, wanted) {
  const { repository, tag: tag2, rule } = wanted;
  const store = openStore(env);
  const containerTag = containerTagOf(tag2, rule);
  const [pushed, before] = await Promise.all([
    readPushedArtifact(store, repository, tag2),
    isTag(containerTag) ? readRoot(store, repository, containerTag) : void 0
  ]);
  if (pushed === void 0) return removeContainer(env, store, { repository, containerTag, before });
  if (!isTag(containerTag)) throw tooLong(containerTag);
  const root = await findBase(store, rule);
  const recipe = await recipeOf(rule, root.digest);
  if (isUpToDate(before, pushed, recipe)) return { state: "unchanged", digest: before.digest };
  checkTag(env, containerTag, before);
  const base = await openBase(store, rule, root.digest);
  const artifact = await pushed.read();
  const container = await composeContainer({
    base,
    layers: layersOf(artifact, rule),
    settings: rule.settings,
    annotations: annotationsOf3(pushed, artifact, recipe)
  });
  await linkLayers(store, { from: rule.base.repository, to: repository, images: base.images });
  await writeContainer(store, repository, container);
  const { digest } = container.index.descriptor;
  await moveTag(store, repository, {
    tag: containerTag,
    digest,
    isImmutable: isImmutable(env, containerTag)
  });
  await touchModel(env, repository);
  return { state: "made", digest };
}
async function removeContainer(env, store, {
  repository,
  containerTag,
  before
}) {
  if (before === void 0 || !isOurs(before) || isImmutable(env, containerTag)) return { state: "none" };
  await removeTag(store, repository, containerTag);
  await touchModel(env, repository);
  return { state: "removed" };
}
function isUpToDate(before, { digest }, recipe) {
  const { [ARTIFACT_ANNOTATION]: artifact, [RECIPE_ANNOTATION]: made } = before?.annotations ?? {};
  return artifact === digest && made === recipe;
}
function checkTag(env, containerTag, before) {
  if (before === void 0) return;
  if (isImmutable(env, containerTag)) throw cannotMove(containerTag, before.digest);
  if (isOurs(before)) return;
  throw new ContainerError(
    `The tag ${containerTag} names ${before.digest}, which no rule has made: it stays as it is.`,
    "Delete that tag, or give the rule another suffix."
  );
}
async function findBase(store, { base }) {
  const name = nameOf5(base);
  const root = await readRoot(store, base.repository, base.reference);
  if (root === void 0) {
    throw new ContainerError(
      `The base ${name} is not in this registry.`,
      "Import or push it: the container is made as soon as it is here. Its name in the rule has no host."
    );
  }
  if (!isOurs(root)) return root;
  throw new ContainerError(
    `The base ${name} is itself a container that a rule has made.`,
    "Name another base: containers would be made of containers without an end."
  );
}
async function openBase(store, { base, platforms }, digest) {
  const name = nameOf5(base);
  const question = { reference: digest, name };
  const found = await readBase(baseDocuments(store, base.repository), question);
  if (found === void 0) throw new Error(`the base ${name} was deleted just now`);
  return platforms === void 0 ? found : onPlatforms(found, platforms);
}
function nameOf5({ repository, reference }) {
  return `${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
}
function layersOf(artifact, { choices }) {
  const { modelReference, parts } = artifact;
  if (modelReference !== void 0 && (choices.length === 0 || choices.some(({ role }) => role === "model"))) {
    throw new ArtifactError(
      `Its model is that of another ModelKit, ${modelReference}.`,
      '"ai-action container" follows such references. A rule whose "with" has no model does without.'
    );
  }
  return chooseParts(parts, choices).map((part) => {
    const { descriptor: descriptor2, diffId } = part;
    if (diffId !== void 0) return { descriptor: descriptor2, diffId, createdBy: historyLine(artifact, part) };
    throw new ArtifactError(
      `The diffID of its layer ${descriptor2.digest} is not known: it does not say it, and layers are not read here.`,
      'Pack it with a newer kit, or use "ai-action container", which reads the layers.'
    );
  });
}
function annotationsOf3({ digest, annotations }, artifact, recipe) {
  const revision = annotations[ANNOTATION3.revision];
  return {
    [ANNOTATION3.created]: CREATED,
    ...revision === void 0 ? {} : { [ANNOTATION3.revision]: revision },
    ...artifactAnnotations(artifact, digest),
    // An artifact may be the companion of an image itself.
    [IMAGE_ANNOTATION]: annotations[IMAGE_ANNOTATION] ?? digest,
    [RECIPE_ANNOTATION]: recipe
  };
}
async function writeContainer(store, repository, container) {
  for (const { config } of container.images) {
    await storeBlob(store, repository, { digest: config.descriptor.digest, bytes: config.bytes });
  }
  for (const { manifest } of container.images) await writeDocument(store, repository, manifest);
  await writeDocument(store, repository, container.index);
}
async function writeDocument(store, repository, { descriptor: { digest, mediaType }, bytes }) {
  await acceptManifest(store, repository, { digest, mediaType, bytes });
}
function tooLong(containerTag) {
  return new ContainerError(
    `The container's tag would be ${containerTag}, of more than 128 characters.`,
    "Push the artifact under a shorter tag, or give the rule a shorter suffix."
  );
}

// worker/src/containers/queue.ts
var RETRY2 = 2e3;
var MAX_RETRY2 = 10 * 6e4;
var MAX_FAILURES = 100;
var IS_KEY = "repository = ? AND tag = ? AND suffix = ?";
var Queue = class {
  #sql;
  constructor(sql) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS containers (
        repository TEXT NOT NULL, tag TEXT NOT NULL, suffix TEXT NOT NULL, change INTEGER NOT NULL,
        failures INTEGER NOT NULL, due INTEGER, state TEXT, base TEXT NOT NULL, digest TEXT, message TEXT, hint TEXT,
        at INTEGER NOT NULL, PRIMARY KEY (repository, tag, suffix)
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS containers_due ON containers (due) WHERE due IS NOT NULL`);
  }
  /** @param due when it is to be looked at, in milliseconds since the epoch, unless that is to be sooner already */
  note({ repository, tag: tag2, suffix }, due) {
    this.#sql.exec(
      `INSERT INTO containers VALUES (?, ?, ?, 1, 0, ?, NULL, '', NULL, NULL, NULL, ?)
       ON CONFLICT (repository, tag, suffix) DO UPDATE
       SET change = change + 1, failures = 0, due = MIN(IFNULL(due, excluded.due), excluded.due)`,
      repository,
      tag2,
      suffix,
      due,
      Date.now()
    );
  }
  /** All that are known; those of one repository where it is named. */
  noteKnown(due, repository) {
    const set = "UPDATE containers SET change = change + 1, failures = 0, due = MIN(IFNULL(due, ?), ?)";
    if (repository === void 0) this.#sql.exec(set, due, due);
    else this.#sql.exec(`${set} WHERE repository = ?`, due, due, repository);
  }
  /** The one that is due first. It counts as failed until its outcome is noted, and stands behind the others then. */
  take(now) {
    const [row] = this.#sql.exec("SELECT * FROM containers WHERE due <= ? ORDER BY due LIMIT 1", now).toArray();
    if (row === void 0) return void 0;
    const { repository, tag: tag2, suffix, change, failures } = row;
    const due = now + Math.min(MAX_RETRY2, RETRY2 * 2 ** failures);
    this.#sql.exec(
      `UPDATE containers SET failures = failures + 1, due = ? WHERE ${IS_KEY}`,
      due,
      repository,
      tag2,
      suffix
    );
    return { repository, tag: tag2, suffix, change };
  }
  /** It waits on where it has changed meanwhile. */
  settle({ repository, tag: tag2, suffix, change }, { state, base, digest, message: message2, hint }) {
    this.#sql.exec(
      `UPDATE containers SET state = ?, base = ?, digest = IFNULL(?, digest), message = ?, hint = ?, at = ?,
         failures = IIF(change = ?, 0, failures), due = IIF(change = ?, NULL, due) WHERE ${IS_KEY}`,
      state,
      base,
      digest ?? null,
      message2 ?? null,
      hint ?? null,
      Date.now(),
      change,
      change,
      repository,
      tag2,
      suffix
    );
  }
  /** It comes again by itself; this is for those who ask meanwhile. */
  setTrouble({ repository, tag: tag2, suffix }, message2) {
    this.#sql.exec(`UPDATE containers SET message = ? WHERE ${IS_KEY}`, message2, repository, tag2, suffix);
  }
  /** There is to be none. */
  forget({ repository, tag: tag2, suffix, change }) {
    this.#sql.exec(`DELETE FROM containers WHERE ${IS_KEY} AND change = ?`, repository, tag2, suffix, change);
  }
  /** When the next one is to be looked at; Infinity where there is none. */
  nextDue() {
    const { due } = this.#sql.exec("SELECT MIN(due) AS due FROM containers").one();
    return due ?? Infinity;
  }
  ofTag(repository, tag2) {
    return this.#sql.exec("SELECT * FROM containers WHERE repository = ? AND tag = ?", repository, tag2).toArray().map(toStatus);
  }
  summary() {
    const failures = this.#sql.exec(
      `SELECT * FROM containers WHERE state = 'failed' AND due IS NULL
         ORDER BY repository, tag, suffix LIMIT ${MAX_FAILURES}`
    ).toArray();
    const counts = this.#sql.exec(
      `SELECT COUNT(due) AS waiting, COUNT(IIF(due IS NULL AND state = 'done', 1, NULL)) AS done,
           COUNT(IIF(due IS NULL AND state = 'failed', 1, NULL)) AS failed FROM containers`
    ).one();
    return { ...counts, failures: failures.map(toStatus) };
  }
};
function toStatus(row) {
  const { repository, tag: tag2, suffix, due, state, base, digest, message: message2, hint, at: at2 } = row;
  return {
    repository,
    tag: tag2,
    containerTag: `${tag2}-${suffix}`,
    state: due === null && (state === "done" || state === "failed") ? state : "waiting",
    updatedAt: new Date(at2).toISOString(),
    ...base === "" ? {} : { base },
    ...digest === null ? {} : { digest },
    ...message2 === null ? {} : { error: { message: message2, ...hint === null ? {} : { hint } } }
  };
}

// worker/src/containers/maker-object.ts
var DEBOUNCE2 = 1e3;
var RESTART2 = 6e4;
var TAGS = 60;
var REPOSITORIES2 = 100;
var MAX_TEXT5 = 1e3;
var ContainerMakerObject = class extends DurableObject2 {
  #queue;
  constructor(ctx, env) {
    super(ctx, env);
    this.#queue = new Queue(ctx.storage.sql);
  }
  async touch(repository, tags) {
    const due = Date.now() + DEBOUNCE2;
    if (tags === void 0) this.#queue.noteKnown(due, repository);
    for (const tag2 of tags ?? []) this.#note(repository, tag2, due);
    await this.#wakeUp(due);
  }
  async sweep() {
    const due = Date.now() + DEBOUNCE2;
    this.ctx.storage.kv.put("sweep", {});
    await this.#wakeUp(due);
  }
  async status(repository, tag2) {
    return this.#queue.ofTag(repository, tag2);
  }
  async summary() {
    const isSweeping = this.ctx.storage.kv.get("sweep") !== void 0;
    return { ...this.#queue.summary(), isSweeping };
  }
  async alarm() {
    await this.ctx.storage.setAlarm(Date.now() + RESTART2);
    let again;
    try {
      again = await this.#advance();
    } catch (error) {
      console.error(error);
      again = Date.now() + RESTART2;
    }
    if (again < Infinity) await this.ctx.storage.setAlarm(Math.max(again, Date.now()));
    else await this.ctx.storage.deleteAlarm();
  }
  /** @returns when to go on; Infinity where all is done */
  async #advance() {
    await this.#continueSweep();
    for (let looked = 0; looked < TAGS; looked++) {
      const waiting = this.#queue.take(Date.now());
      if (waiting === void 0) break;
      await this.ctx.storage.sync();
      if (await this.#lookAt(waiting)) break;
    }
    return this.ctx.storage.kv.get("sweep") === void 0 ? this.#queue.nextDue() : 0;
  }
  #note(repository, tag2, due) {
    for (const { suffix } of rulesFor(containerRulesOf(this.env), repository)) {
      this.#queue.note({ repository, tag: tag2, suffix }, due);
    }
  }
  /** The sooner of what was set and what is asked for. */
  async #wakeUp(at2) {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at2) await this.ctx.storage.setAlarm(at2);
  }
  async #continueSweep() {
    const sweep = this.ctx.storage.kv.get("sweep");
    if (sweep === void 0) return;
    const rules = containerRulesOf(this.env);
    const store = openStore(this.env);
    const now = Date.now();
    if (sweep.after === void 0) this.#queue.noteKnown(now);
    const { names, more } = rules.length === 0 ? { names: [], more: false } : await listRepositories(store, { after: sweep.after, limit: REPOSITORIES2 });
    for (const name of names) {
      if (rulesFor(rules, name).length === 0) continue;
      for await (const { tag: tag2 } of allTags(store, name)) this.#note(name, tag2, now);
    }
    if (this.ctx.storage.kv.get("sweep")?.after !== sweep.after) return;
    const last = names.at(-1);
    if (more && last !== void 0) this.ctx.storage.kv.put("sweep", { after: last });
    else this.ctx.storage.kv.delete("sweep");
  }
  /** @returns whether a container was made */
  async #lookAt(waiting) {
    const { repository, tag: tag2, suffix } = waiting;
    const rule = rulesFor(containerRulesOf(this.env), repository).find((one) => one.suffix === suffix);
    if (rule === void 0) {
      this.#queue.forget(waiting);
      return false;
    }
    const base = nameOf5(rule.base);
    const subject = { repository, tag: containerTagOf(tag2, rule), base };
    try {
      const made = await makeContainer(this.env, { repository, tag: tag2, rule });
      if (made.state === "none" || made.state === "removed") this.#queue.forget(waiting);
      else this.#queue.settle(waiting, { state: "done", base, digest: made.digest });
      if (made.state === "made" || made.state === "removed") this.#log({ ...subject, ...made });
      return made.state === "made";
    } catch (error) {
      const failure = failureOf(error);
      if (failure === void 0) {
        console.error(error);
        this.#queue.setTrouble(waiting, "something went wrong here: it is tried again");
      } else {
        this.#queue.settle(waiting, { ...failure, base });
        console.warn(JSON.stringify({ event: "container", ...subject, ...failure }));
      }
      return false;
    }
  }
  /** A tag was moved that nobody pushed: as a request would, it leaves a line in the log. */
  #log(made) {
    if (this.env.REQUEST_LOG === "on") console.log(JSON.stringify({ event: "container", ...made }));
  }
};
function failureOf(error) {
  if (error instanceof ContainerError || error instanceof ArtifactError) {
    return { state: "failed", message: cut4(error.message), hint: cut4(error.hint) };
  }
  if (error instanceof OciError && error.status < 500 && error.status !== 429) {
    return { state: "failed", message: cut4(error.message) };
  }
  return void 0;
}
function cut4(text) {
  return text.slice(0, MAX_TEXT5);
}

// worker/src/collection/collector-object.ts
import { DurableObject as DurableObject3 } from "cloudflare:workers";

// worker/src/collection/decisions.ts
async function rewrite(bucket, { key: key2, size }, { condemned, since, onlyIf }) {
  const object = await bucket.get(key2);
  if (object === null) return false;
  const { condemned: _2, since: __, ...metadata } = object.customMetadata ?? {};
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
  return object !== null && await rewrite(bucket, object, { onlyIf: { etagMatches: object.etag } });
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
async function removeRecord(bucket, key2) {
  const of = parseRepositoryKey(key2);
  if (of?.digest === void 0 || await findManifest(bucket, of.repository, of.digest) !== void 0)
    return false;
  await bucket.delete(key2);
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
    const { names, days, count: count3 } = fieldsOf(item, ["names", "days", "count"]);
    if (days.value === void 0 && count3.value === void 0) {
      throw new SettingsError(`${item.at} has neither "days" nor "count"`);
    }
    return { names: patternsOf(names), days: numberOf2(days), count: numberOf2(count3) };
  });
}
function ruleFor(rules, repository) {
  return rules.find(({ names }) => names.some((pattern) => matchesPattern(pattern, repository)));
}
function isKept(rule, { rank, age }) {
  return rule === void 0 || rank < rule.count || age < rule.days * DAY_MS;
}
function numberOf2({ at: at2, value = 0 }) {
  if (typeof value === "number" && value >= 0) return value;
  throw new SettingsError(`${at2} is not a number`);
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
    return this.#sql.exec(
      `SELECT key, repository, digest FROM entries WHERE kind = 'manifest' AND is_read = 0 LIMIT ?`,
      limit
    ).toArray();
  }
  setRead(key2, subject) {
    this.#sql.exec("UPDATE entries SET is_read = 1, subject = ? WHERE key = ?", subject ?? null, key2);
  }
  has(key2) {
    return this.#sql.exec("SELECT 1 FROM entries WHERE key = ?", key2).toArray().length > 0;
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
  condemnData(key2, at2) {
    this.#sql.exec("INSERT OR IGNORE INTO condemned_data VALUES (?, ?)", key2, at2);
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
var READS_AT_ONCE2 = 6;
var Pass = class {
  #options;
  constructor(options) {
    this.#options = options;
  }
  /** Does a piece of any phase but the last. @returns where the pass stands then */
  async advance(state) {
    switch (state.phase) {
      case "repositories":
        return this.#list(state, "repositories/", (object) => this.#noteRepositoryObject(object, state));
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
  #noteRepositoryObject(object, { startedAt }) {
    const { marks, times } = this.#options;
    const of = parseRepositoryKey(object.key);
    if (of === void 0) return;
    const { repository, kind, digest } = of;
    if (kind === "tag") {
      const named = object.customMetadata?.["digest"];
      if (named === void 0) throw new Error(`${object.key} names no digest`);
      marks.need(repository, "manifest", named);
    } else if (digest !== void 0 && kind === "manifest") {
      marks.add({ ...entryOf2(object), kind, repository, digest, data: "", size: object.size });
    } else if (digest !== void 0 && kind === "blob") {
      const { data, size } = toPointer(object) ?? { data: "", size: 0 };
      marks.add({ ...entryOf2(object), kind: "membership", repository, digest, data, size });
    } else if (digest !== void 0 && kind === "referrer") {
      const isLost = !marks.has(manifestKey(repository, digest));
      if (isLost && object.uploaded.getTime() < startedAt - times.window)
        marks.decide({ key: object.key, kind, verdict: "remove", size: object.size });
    }
  }
  #noteBlob(object) {
    const digest = parseBlobKey(object.key);
    if (digest === void 0) return;
    const { data, size } = toPointer(object) ?? { data: "", size: 0 };
    this.#options.marks.add({ ...entryOf2(object), kind: "blob", repository: "", digest, data, size });
  }
  /** @returns whether there may be more */
  async #readManifests() {
    const { bucket, marks, dryRun } = this.#options;
    const unread = marks.unread(MANIFESTS);
    for (let at2 = 0; at2 < unread.length; at2 += READS_AT_ONCE2) {
      await Promise.all(
        unread.slice(at2, at2 + READS_AT_ONCE2).map(async ({ key: key2, repository, digest }) => {
          const manifest = await readManifest(bucket, repository, digest);
          if (manifest === void 0) {
            marks.setRead(key2, void 0);
            return;
          }
          const { mediaType, size, object } = manifest;
          const document = parseDocument(new Uint8Array(await object.arrayBuffer()), mediaType);
          for (const blob of document.blobs) marks.need(repository, "membership", blob.digest);
          for (const child of document.manifests) marks.need(repository, "manifest", child.digest);
          const descriptor2 = { mediaType, digest, size };
          if (!dryRun) await listAmongReferrers(bucket, repository, { descriptor: descriptor2, document });
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
    for (const { isNamed: isNamed2, isOrphan, ...entry } of marks.manifests()) {
      if (entry.repository !== repository) rank = 0;
      repository = entry.repository;
      const age = state.startedAt - entry.since;
      const isNeeded = isNamed2 !== 0 || isOrphan === 0 && isKept(ruleFor(rules, repository), { rank: rank++, age });
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
function entryOf2(object) {
  const condemned = condemnedAt(object);
  const since = condemned === void 0 ? object.uploaded.getTime() : Number(object.customMetadata?.["since"]);
  return { key: object.key, since, condemned: condemned ?? null };
}

// worker/src/collection/collector-object.ts
var DECISIONS = 60;
var AT_ONCE3 = 6;
var MAX_KEYS2 = 1e3;
var FRESH_QUEUED_MS2 = 1e4;
var FRESH_MS = 15 * 6e4;
var CollectorObject = class extends DurableObject3 {
  #bucket;
  #marks;
  /** Decisions are carried out one batch after the other. */
  #last = Promise.resolve();
  constructor(ctx, env) {
    super(ctx, env);
    this.#bucket = retryingBucket(env);
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
      ...request.untagged === void 0 ? {} : { untagged: request.untagged },
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
      const asked = record.untagged === void 0 ? [] : [{ ...record.untagged, count: 0 }];
      const rules = [...parseKeepRules(this.env.KEEP_UNTAGGED), ...asked];
      const { dryRun } = record;
      const walk2 = new Pass({ bucket: this.#bucket, marks: this.#marks, times, rules, dryRun });
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
      count2(record.counts[verdict], kind, size);
      hasRemoved ||= verdict === "remove";
      if (record.dryRun && verdict !== "pardon" && (record.keys ??= []).length < MAX_KEYS2)
        record.keys.push(key2);
    }
    this.#write(record);
    return hasRemoved;
  }
  async #execute({ key: key2, kind, verdict }, pass, times) {
    if (verdict === "pardon") return keep(this.#bucket, key2);
    if (kind === "referrer") return removeRecord(this.#bucket, key2);
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
    const at2 = Date.parse(updatedAt);
    if (at2 < deadBefore) return false;
    const patience = state === "waiting" ? timesOf(this.env).delay + FRESH_MS : FRESH_MS;
    return Date.now() - at2 < (state === "queued" ? FRESH_QUEUED_MS2 : patience);
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
  return { manifest: 0, referrer: 0, membership: 0, blob: 0, data: 0, bytes: 0 };
}
function count2(counts, kind, size) {
  counts[kind] += 1;
  if (kind === "blob" || kind === "data") counts.bytes += size;
}
async function someAtOnce(items, run) {
  const results = [];
  for (let at2 = 0; at2 < items.length; at2 += AT_ONCE3) {
    results.push(...await Promise.all(items.slice(at2, at2 + AT_ONCE3).map(run)));
  }
  return results;
}

// worker/src/collection/workflow.ts
import { WorkflowEntrypoint } from "cloudflare:workers";
var STEP = {
  retries: { limit: 5, delay: 2e3, backoff: "exponential" },
  timeout: "10 minutes"
};
var STEP_MS = 5 * 6e4;
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
      await step.do("report the failure", STEP, () => collector.end(id, message2)).catch(() => collector.end(id, message2));
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
    for (let stretch = 1; ; stretch++) {
      const outcome = await step.do(`pass ${pass}, stretch ${stretch}`, STEP, () => this.#advance(id));
      if (outcome !== "more") return outcome;
    }
  }
  async #advance(id) {
    const collector = collectorOf(this.env.COLLECTOR);
    const until = Date.now() + STEP_MS;
    for (; ; ) {
      const outcome = await collector.advance(id);
      if (outcome !== "more" || Date.now() >= until) return outcome;
    }
  }
};

// worker/src/imports/workflow.ts
import { WorkflowEntrypoint as WorkflowEntrypoint2 } from "cloudflare:workers";

// worker/src/uploads/hash.ts
var BUFFER = 16 * 1024;
var BITS2 = { sha256: 256, sha512: 512 };
var RunningHash = class {
  #exports;
  #bits;
  /** @param state of `save()`, from the same module; without it the hash begins anew. */
  constructor(exports, algorithm, state) {
    this.#exports = exports;
    this.#bits = BITS2[algorithm];
    this.#exports.Hash_Init(this.#bits);
    if (state === void 0) return;
    const memory = this.#state();
    if (state.length !== memory.length) throw new RangeError(`not a saved state of ${algorithm}`);
    memory.set(state);
  }
  update(bytes) {
    const input2 = new Uint8Array(this.#exports.memory.buffer, this.#exports.Hash_GetBuffer(), BUFFER);
    for (let at2 = 0; at2 < bytes.length; at2 += BUFFER) {
      const piece = bytes.subarray(at2, at2 + BUFFER);
      input2.set(piece);
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
import sha2562 from "./sha256-2DR2L552.wasm";
import sha512 from "./sha512-ZSPC4CLT.wasm";
var MODULES = { sha256: sha2562, sha512 };
function openHash(algorithm, state) {
  const { exports } = new WebAssembly.Instance(MODULES[algorithm]);
  return new RunningHash(exports, algorithm, state);
}
function openNativeHash(algorithm) {
  const stream = new crypto.DigestStream(algorithm === "sha256" ? "SHA-256" : "SHA-512");
  const writer = stream.getWriter();
  return {
    update: (bytes) => writer.write(bytes),
    async digest() {
      await writer.close();
      return toHex(new Uint8Array(await stream.digest));
    }
  };
}

// worker/src/imports/parts.ts
var MiB2 = 1024 * 1024;
var PREFERRED_PART = 1024 * MiB2;
var MAX_PART = 5 * 1024 * MiB2 - MiB2;
var MAX_STEPS = 1e4;
var OTHER_STEPS = 200;
var STEPS_A_BLOB = 2;
function partSizeFor2(sizes, { present = 0, preferred = PREFERRED_PART } = {}) {
  const steps = MAX_STEPS - OTHER_STEPS - present - STEPS_A_BLOB * sizes.length;
  const full = steps - sizes.length;
  if (full <= 0) return void 0;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const largest = sizes.reduce((max, size) => Math.max(max, size), 0);
  const needed = Math.max(total / full, largest / MAX_PARTS);
  const partSize = Math.max(MIN_PART, preferred, Math.ceil(needed / MiB2) * MiB2);
  return partSize <= MAX_PART ? partSize : void 0;
}
function partsOf2(size, partSize) {
  return Array.from({ length: Math.ceil(size / partSize) }, (_2, index) => {
    const offset = index * partSize;
    return { number: index + 1, offset, length: Math.min(partSize, size - offset) };
  });
}

// worker/src/imports/blob-body.ts
var PIECE3 = 1024 * 1024;
var MOST_FAILURES = 3;
var LONGEST_PAUSE_S = 15;
var BlobBody = class _BlobBody {
  #options;
  #range;
  /** Bytes of the range that were given. */
  #given = 0;
  #failures = 0;
  #reader;
  #closing = new AbortController();
  /** Whether the connection ends where the range does; that of an upstream that ignores ranges goes on. */
  #endsWithRange = true;
  constructor(options) {
    this.#options = options;
    this.#range = options.range ?? { offset: 0, length: options.size };
  }
  /** The upstream has answered, and may be given up at once where it refuses. */
  static async open(options) {
    const body = new _BlobBody(options);
    try {
      await body.#connect();
    } catch (error) {
      await body.close();
      throw error;
    }
    return body;
  }
  /** Bytes of the range. */
  get length() {
    return this.#range.length;
  }
  /** Bytes of the range that are not given yet. */
  get left() {
    return this.length - this.#given;
  }
  /**
   * The next bytes: as many as the memory holds, or as are left.
   * @param memory taken over: only what is returned has it afterwards
   */
  async next(memory) {
    let room = memory;
    for (; ; ) {
      try {
        if (this.#reader === void 0) await this.#connect();
        this.#closing.signal.throwIfAborted();
        const bytes = await this.#fill(new Uint8Array(room, 0, Math.min(room.byteLength, this.left)));
        this.#given += bytes.length;
        this.#failures = 0;
        return bytes;
      } catch (error) {
        await this.#disconnect();
        if (error instanceof ImportFailure) throw error;
        await this.#pause(error);
        room = new ArrayBuffer(PIECE3);
      }
    }
  }
  /** @throws ImportFailure where the upstream has more than was wanted */
  async checkEnd() {
    if (this.#reader === void 0 || !this.#endsWithRange) return;
    const { value } = await this.#read(new Uint8Array(1)).catch(() => ({ value: void 0 }));
    if (value !== void 0 && value.length > 0) throw this.#wrongSize(`${this.#options.size}`, "more");
  }
  /** Ends the connection, and makes none any more: whoever waits for bytes is told so. */
  async close() {
    this.#closing.abort(new Error("the transfer was given up"));
    await this.#disconnect();
  }
  async #disconnect() {
    await this.#reader?.cancel().catch(() => void 0);
    this.#reader = void 0;
  }
  /** @throws the error where a further connection is not worth it: nothing came yet, or of several none brought anything */
  async #pause(error) {
    this.#failures += 1;
    const { signal } = this.#closing;
    if (signal.aborted || this.#given === 0 || this.#failures > MOST_FAILURES) throw error;
    const wanted = error instanceof Busy ? error.retryAfter : 0;
    const seconds = Math.max(wanted, this.#options.retryDelay * 2 ** (this.#failures - 1));
    await new Promise((resolve3) => {
      const timer = setTimeout(resolve3, Math.min(seconds, LONGEST_PAUSE_S) * 1e3);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve3()), { once: true });
    });
    signal.throwIfAborted();
  }
  async #connect() {
    const { upstream, digest, size, range } = this.#options;
    const isWhole = range === void 0 && this.#given === 0;
    const wanted = { offset: this.#range.offset + this.#given, length: this.left };
    const response = await upstream.blob(digest, isWhole ? void 0 : wanted);
    this.#reader = response.body?.getReader({ mode: "byob" });
    const said = response.headers.get("Content-Length");
    this.#endsWithRange = response.status === 206 || isWhole;
    if (response.status === 206) {
      const expected = `bytes ${wanted.offset}-${wanted.offset + wanted.length - 1}/${size}`;
      const actual = response.headers.get("Content-Range") ?? "nothing";
      if (actual !== expected) throw this.#wrongSize(expected, actual);
      if (said !== null && Number(said) !== wanted.length) throw this.#wrongSize(`${wanted.length}`, said);
    } else if (said !== null && Number(said) !== size) {
      throw this.#wrongSize(`${size}`, said);
    }
    if (this.#reader === void 0 && wanted.length > 0) throw new Error("the upstream sent no body");
    if (response.status !== 206) await this.#discard(wanted.offset);
  }
  /** What a server that ignores ranges sends before the range. */
  async #discard(bytes) {
    for (let left = bytes; left > 0; ) {
      const { value, done } = await this.#read(new Uint8Array(Math.min(PIECE3, left)));
      left -= value?.length ?? 0;
      if (done && left > 0) throw new Error(`the upstream broke off ${left} bytes before the range`);
    }
  }
  /** Reads until the memory is full; whoever sends slowly, but sends, has the patience anew each time. */
  async #fill(room) {
    const { length } = room;
    let memory = room.buffer;
    for (let filled = 0; filled < length; ) {
      const { value, done } = await this.#read(new Uint8Array(memory, filled, length - filled));
      if (value !== void 0) {
        memory = value.buffer;
        filled += value.length;
      }
      if (done && filled < length) {
        throw new Error(`the upstream broke off ${this.left - filled} bytes early`);
      }
    }
    return new Uint8Array(memory, 0, length);
  }
  #read(memory) {
    return readPiece2(this.#reader, memory, this.#options.patience);
  }
  #wrongSize(expected, actual) {
    return new ImportFailure(
      `The upstream sends another size of the blob ${this.#options.digest} than the image says: ${actual} instead of ${expected}.`,
      "What the upstream holds is damaged: push the image to it again."
    );
  }
};

// worker/src/imports/transfer.ts
async function transfer(job, store) {
  const body = await BlobBody.open(job);
  const { readable: readable2, writable } = new FixedLengthStream(body.length);
  const stored = store(readable2);
  const copied = copy(body, writable.getWriter(), { job, stored });
  try {
    const [result] = await Promise.all([stored, copied]);
    await body.checkEnd();
    return result;
  } finally {
    await body.close();
    await copied.catch(() => void 0);
  }
}
async function copy(body, writer, { job, stored }) {
  const { promise: refused, reject } = Promise.withResolvers();
  refused.catch(() => void 0);
  stored.catch(reject);
  try {
    await pump(body, writer, { job, refused });
    await Promise.race([writer.close(), refused]);
  } catch (error) {
    await writer.abort(error).catch(() => void 0);
    throw error;
  }
}
async function pump(body, writer, { job: { hash, onProgress }, refused }) {
  let written = Promise.resolve();
  let [memory, next2] = [new ArrayBuffer(PIECE3), new ArrayBuffer(PIECE3)];
  while (body.left > 0) {
    const bytes = await body.next(memory);
    await Promise.race([written, refused]);
    [memory, next2] = [next2, bytes.buffer];
    written = writer.write(bytes);
    written.catch(() => void 0);
    await hash.update(bytes);
    await onProgress(body.length - body.left);
  }
  await Promise.race([written, refused]);
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
  const { bucket, repository, progress } = job;
  const present = await findAnywhere(bucket, digest);
  if (present === void 0) {
    const { algorithm } = parseDigest(digest);
    const key2 = dataKey(crypto.randomUUID());
    const hash = openNativeHash(algorithm);
    try {
      const onProgress = (done) => progress.note(digest, { done });
      await transfer({ ...job, digest, size, hash, onProgress }, (stream) => bucket.put(key2, stream));
      checkDigest(digest, `${algorithm}:${await hash.digest()}`);
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
    checkDigest(digest, `${algorithm}:${openHash(algorithm, decode4(state ?? "")).digest()}`);
    await complete(bucket, { data, uploadId, size, parts });
    await publish(job, digest, { data, size });
    return true;
  });
  open.delete(data);
}
async function fetchPart(job, of) {
  const { digest, size, data, uploadId, part, state } = of;
  const { algorithm } = parseDigest(digest);
  const hash = openHash(algorithm, state === void 0 ? void 0 : decode4(state));
  const multipart = job.bucket.resumeMultipartUpload(data, uploadId);
  const onProgress = (done) => job.progress.note(digest, { done: part.offset + done });
  const { etag } = await transfer(
    { ...job, digest, size, range: part, hash, onProgress },
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
function decode4(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

// worker/src/imports/plan.ts
var MAX_MANIFESTS2 = 500;
var MAX_BLOBS = 2500;
var READS_AT_ONCE3 = 6;
var MAX_BLOB_SIZE = 5 * 1024 ** 4 - 5 * 1024 ** 3;
async function planImport(digest, options) {
  const { manifests, sizes } = await walk(digest, options.fetchManifest);
  const blobs = await lookUp([...sizes], options.bucket);
  const missing2 = blobs.filter(({ isPresent }) => !isPresent);
  const partSize = partSizeFor2(
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
    if (seen.size > MAX_MANIFESTS2) throw tooLarge(`it has more than ${MAX_MANIFESTS2} manifests`);
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
  for (let at2 = 0; at2 < sizes.length; at2 += READS_AT_ONCE3) {
    const found = sizes.slice(at2, at2 + READS_AT_ONCE3).map(async ([digest, size]) => {
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
      const held2 = this.#held ?? await readRecord(this.#bucket, this.#target);
      if (held2 === void 0 || held2.record.id !== this.#id) throw superseded(this.#target);
      const { error: _2, ...rest } = held2.record;
      const record = { ...rest, ...change, ...this.#totals(), updatedAt: (/* @__PURE__ */ new Date()).toISOString() };
      this.#held = await writeRecord(this.#bucket, record, held2);
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
var TIMEOUT = "6 hours";
var Steps = class {
  #doStep;
  #config;
  /** @param retryDelay seconds before the first retry */
  constructor(doStep, retryDelay) {
    this.#doStep = doStep;
    const retries = { limit: RETRIES, delay: retryDelay * 1e3, backoff: "exponential" };
    this.#config = { retries, timeout: TIMEOUT };
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
        const failure = failureOf2(error, attempt > RETRIES);
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
function failureOf2(error, isLast) {
  if (error instanceof ImportFailure) return { message: error.message, hint: error.hint };
  if (error instanceof OciError && error.status < 500 && error.status !== 429) {
    const hint = error.status === 409 ? "Import it under another tag." : "Build and push it again.";
    return { message: `The image cannot be imported: ${error.message}.`, hint };
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
    const retryDelay = aboveZero(this.env.IMPORT_RETRY_DELAY) ?? RETRY_DELAY_S;
    const steps = new Steps(doStepOf(workflowStep), retryDelay);
    const progress = new Progress(bucket, request, instanceId);
    const open = /* @__PURE__ */ new Map();
    try {
      const patience = aboveZero(this.env.IMPORT_PATIENCE) ?? PATIENCE_S3;
      const upstream = openUpstream(this.env, request, patience);
      const plan = await steps.do(
        "plan",
        () => planImport(request.digest, {
          bucket,
          fetchManifest: (digest) => upstream.manifest(digest),
          preferredPartSize: aboveZero(this.env.IMPORT_PART_SIZE)
        })
      );
      progress.begin(plan);
      await steps.do("report the plan", () => progress.write({ state: "running" }));
      const { repository } = request;
      const { partSize } = plan;
      const job = { repository, bucket, steps, progress, upstream, open, patience, retryDelay, partSize };
      await someAtOnce2(plan.blobs, BLOBS_AT_ONCE, (blob, signal) => importBlob({ ...job, signal }, blob));
      await writeManifests(job, plan);
      await moveReference({ bucket, steps, progress }, request, this.env);
      await steps.do("report the end", () => progress.write({ state: "done" }));
      await touchModel(this.env, repository);
      await touchContainers(this.env, {
        repository,
        tags: isTagged(request) ? [request.reference] : [],
        digest: request.digest
      });
    } catch (error) {
      if (isOfWorkflow(error)) throw error;
      await steps.do("give up", () => abortAll(bucket, open));
      await steps.do("report the failure", () => reportFailure(progress, error));
      await touchModel(this.env, request.repository);
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
  for (let at2 = 0; at2 < manifests.length; at2 += MANIFESTS_A_STEP) {
    await steps.do(`manifests from ${at2 + 1}`, async () => {
      for (const digest of manifests.slice(at2, at2 + MANIFESTS_A_STEP)) {
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

// worker/src/uploads/upload-object.ts
import { DurableObject as DurableObject4 } from "cloudflare:workers";

// worker/src/uploads/budget.ts
var Budget = class {
  #total;
  #free;
  #spare = [];
  #waiting = [];
  /** @param total bytes */
  constructor(total) {
    this.#total = total;
    this.#free = total;
  }
  /** @returns room of this many bytes, with anything in it. @throws RangeError for more than there is at all */
  async acquire(bytes) {
    if (bytes > this.#total) throw new RangeError(`${bytes} bytes of ${this.#total}`);
    if (this.#waiting.length > 0 || bytes > this.#free) {
      await new Promise((resolve3) => this.#waiting.push({ bytes, start: resolve3 }));
    } else {
      this.#free -= bytes;
    }
    let memory;
    try {
      memory = this.#memory(bytes);
    } catch (error) {
      this.#giveBack(bytes);
      throw error;
    }
    let held2 = true;
    return {
      bytes: new Uint8Array(memory),
      release: ({ isReusable } = { isReusable: false }) => {
        if (!held2) return;
        held2 = false;
        if (isReusable) this.#spare.push(memory);
        this.#giveBack(bytes);
      }
    };
  }
  #giveBack(bytes) {
    this.#free += bytes;
    this.#admit();
    if (this.#free === this.#total) this.#spare = [];
  }
  #memory(bytes) {
    if (this.#spare[0]?.byteLength !== bytes) this.#spare = [];
    return this.#spare.pop() ?? new ArrayBuffer(bytes);
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
      for (let at2 = 0; at2 < tail.length; at2 += TAIL_PIECE) {
        this.#storage.kv.put(key("tail", at2 / TAIL_PIECE), tail.slice(at2, at2 + TAIL_PIECE));
      }
      this.write(record);
    });
  }
  parts() {
    return Array.from(this.#storage.kv.list({ prefix: "part:" }), ([, part]) => part);
  }
  /** One piece of it is in memory at a time. */
  *tail() {
    const pieces = this.#storage.kv.list({ prefix: "tail:" });
    for (const [, bytes] of pieces) yield bytes;
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
var MiB3 = 1024 * 1024;
var MIN_SIZE = 5 * MiB3;
var MAX_SIZE = 4 * 1024 * MiB3;
var PIECE4 = MiB3;
function fitsOneObject(chunk) {
  const { body, start, length } = chunk;
  if (body === null || start !== void 0 || length === void 0) return false;
  return length >= MIN_SIZE && length <= MAX_SIZE;
}
async function putWhole(bucket, key2, { body, length }, algorithm) {
  const { readable: readable2, writable } = new FixedLengthStream(length);
  const stored = bucket.put(key2, readable2);
  const digest = new crypto.DigestStream(algorithm === "sha256" ? "SHA-256" : "SHA-512");
  const sinks = [writable.getWriter(), digest.getWriter()];
  const reader = body.getReader({ mode: "byob" });
  try {
    await Promise.all([stored, copy2(reader, sinks)]);
  } catch (error) {
    await Promise.allSettled(sinks.map((sink) => sink.abort(error)));
    throw error;
  } finally {
    reader.releaseLock();
  }
  return `${algorithm}:${toHex(new Uint8Array(await digest.digest))}`;
}
async function copy2(reader, sinks) {
  for (let memory = new ArrayBuffer(PIECE4); ; ) {
    const { value, done } = await readPiece2(reader, new Uint8Array(memory));
    if (value !== void 0) {
      await Promise.all(sinks.map((sink) => sink.write(value)));
      memory = value.buffer;
    }
    if (done) break;
  }
  await Promise.all(sinks.map((sink) => sink.close()));
}

// worker/src/uploads/writer.ts
var IN_FLIGHT = 3;
var PIECE5 = 512 * 1024;
var TooLarge = class extends Error {
  /** @param room bytes of the whole upload */
  constructor(room) {
    super(
      `the upload has room for ${room} bytes; where its POST says how many come (Upload-Length), for up to ${MAX_UPLOAD}`
    );
  }
};
var PartWriter = class {
  #options;
  #inFlight = [];
  #multipart;
  #offset;
  #partNumber;
  #piece = new ArrayBuffer(PIECE5);
  constructor(options) {
    this.#options = options;
    this.#offset = options.record.offset;
    this.#partNumber = Math.floor(options.record.offset / (options.record.partSize ?? Infinity)) + 1;
  }
  /**
   * @returns whether the body was as long as announced; no more than that is taken
   * @throws TooLarge, what the body or R2 throws, with the journal in order
   */
  async append({ body, length }) {
    if (body === null) return (length ?? 0) === 0;
    const { record } = this.#options;
    record.partSize ??= partSizeFor(length ?? 0);
    const room = roomFor(record.partSize);
    const end = length === void 0 ? room : record.offset + length;
    if (end > room) throw new TooLarge(room);
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
      if (this.#offset < end) return length === void 0;
      if (await isAtEnd(reader)) return true;
      if (length === void 0) throw new TooLarge(room);
      return false;
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
    const partSize = record.partSize ?? partSizeFor(0);
    const left = this.#offset % partSize;
    const room = Math.min(partSize, left + expected);
    const { bytes, release } = await budget.acquire(room);
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
      const size = Math.min(PIECE5, buffer.bytes.length - buffer.filled);
      const { value, done } = await readPiece2(reader, new Uint8Array(this.#piece, 0, size));
      if (value !== void 0) {
        this.#piece = value.buffer;
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
    if (this.#multipart === void 0) {
      if (record.multipartId === void 0) {
        this.#multipart = await bucket.createMultipartUpload(dataKey(record.data));
        record.multipartId = this.#multipart.uploadId;
        journal.write(record);
      } else {
        this.#multipart = bucket.resumeMultipartUpload(dataKey(record.data), record.multipartId);
      }
    }
    const part = this.#multipart.uploadPart(number, buffer.bytes);
    part.then(
      () => buffer.release({ isReusable: true }),
      () => buffer.release()
    );
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
  const { done } = await readPiece2(reader, new Uint8Array(1));
  return done;
}

// worker/src/uploads/upload-object.ts
var BUDGET = new Budget(MEMORY);
var UploadObject = class extends DurableObject4 {
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
  async start(repository, algorithm, length) {
    if (this.#journal.read() === void 0) {
      const record = { repository, algorithm, data: crypto.randomUUID(), offset: 0 };
      if (length !== void 0) record.partSize = partSizeFor(length);
      this.#journal.write(record);
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
      if (record.digest !== void 0 && chunk.body !== null) return refuseUnread("unknown", 0, chunk);
      return this.#append(record, chunk);
    });
  }
  finish(repository, digest, chunk) {
    return this.#inTurn(async () => {
      const record = this.#find(repository);
      if (record === void 0) return refuseUnread("unknown", 0, chunk);
      if (await this.#isCollected(record)) {
        await this.#forget();
        return refuseUnread("unknown", 0, chunk);
      }
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
    await this.#postpone();
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
      if (error instanceof TooLarge) {
        return { ...await refuseUnread("size", record.offset, chunk), detail: error.message };
      }
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
    if (object === null) throw new GoneError(before);
    const { whole: _2, ...rest } = record;
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
    const parts = this.#journal.parts();
    if (record.multipartId === void 0) {
      return this.#withTail(record.offset, async (tail) => {
        const digest = await digestOf(tail, algorithm);
        if (digest === wanted) await this.#bucket.put(key2, tail);
        return digest;
      });
    }
    const multipart = this.#bucket.resumeMultipartUpload(key2, record.multipartId);
    if (record.algorithm === algorithm) {
      const digest = `${algorithm}:${openHash(algorithm, record.hash).digest()}`;
      if (digest !== wanted) return digest;
    }
    await this.#assemble(record, async () => {
      const left = record.offset - parts.length * (record.partSize ?? 0);
      if (left > 0) {
        parts.push(await this.#withTail(left, (tail) => multipart.uploadPart(parts.length + 1, tail)));
      }
      await multipart.complete(parts);
    });
    return record.algorithm === algorithm ? wanted : await this.#readBack(key2, algorithm);
  }
  /** @param length bytes of the tail, which are in memory only meanwhile */
  async #withTail(length, use) {
    const { bytes, release } = await BUDGET.acquire(length);
    try {
      let filled = 0;
      for (const piece of this.#journal.tail()) {
        bytes.set(piece, filled);
        filled += piece.length;
      }
      return await use(bytes);
    } finally {
      release();
    }
  }
  /** What is complete takes neither a part nor a second completion, and the first may have gone without an answer. */
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
    if (object === null) throw new GoneError(key2);
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
  /** What was written and never became part of a repository is garbage after a while, like any other blob. */
  async #isCollected({ data, whole, digest }) {
    if (whole === void 0 && digest === void 0) return false;
    if (await this.#bucket.head(dataKey(data)) !== null) return false;
    return digest === void 0 || await findAnywhere(this.#bucket, digest) === void 0;
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
addSite(app);
var index_default = {
  fetch: (request, env, context) => app.fetch(request, env, context),
  // Cloudflare's times are never this text: it is what `serve` sends when it starts (src/workerd/runtime.ts).
  scheduled: async ({ cron, scheduledTime }, env) => {
    if (cron !== "@start") {
      await startCollection(env, { dryRun: false });
      await catalogueOf(env.CATALOGUE).rebuild();
      await sweepContainers(env);
      return;
    }
    await resumeImports(retryingBucket(env), env.IMPORTS, scheduledTime);
    await resumeCollection(env, scheduledTime);
    await sweepContainers(env);
  }
};
export {
  CatalogueObject,
  CollectionWorkflow,
  CollectorObject,
  ContainerMakerObject,
  ImportWorkflow,
  UploadObject,
  index_default as default
};
