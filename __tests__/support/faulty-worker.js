/** The Worker over an R2 that fails or never answers: now and then, before it has done what it was asked or after, or for some keys. */
import worker, {
  CatalogueObject,
  CollectionWorkflow,
  CollectorObject,
  ContainerMakerObject,
  ImportWorkflow,
  UploadObject,
} from '../../worker/src/index.ts';

let calls = 0;
/** When each key was written last, and those that were written too often: R2 takes one write a second to a key. */
const writtenAt = new Map();
const tooOften = new Set();

function isTooSoon(key) {
  const before = writtenAt.get(key) ?? 0;
  if (Date.now() - before < 1000) return true;
  writtenAt.set(key, Date.now());
  return false;
}

/** Streams that R2 has refused in the middle, and bodies that it has broken off. */
let refused = 0;
let brokenOff = 0;
const IN_THE_MIDDLE = 1_200_000; // bytes

/** Takes the beginning of a stream. @returns all of it, where it ends before the middle */
async function takeSome(stream) {
  const reader = stream.getReader({ mode: 'byob' });
  const taken = [];
  for (let left = IN_THE_MIDDLE; left > 0;) {
    const { value, done } = await reader.read(new Uint8Array(Math.min(left, 65_536)));
    if (done) return new Blob(taken).bytes();
    taken.push(value);
    left -= value.length;
  }
  await reader.cancel();
  return undefined;
}

/** The object with a body that ends in an error. */
function breaking(object, failure) {
  const { readable, writable } = new FixedLengthStream(object.range?.length ?? object.size);
  const writer = writable.getWriter();
  const feed = async () => {
    const reader = object.body.getReader({ mode: 'byob' });
    for (let left = IN_THE_MIDDLE; left > 0;) {
      const { value } = await reader.read(new Uint8Array(Math.min(left, 65_536)));
      left -= value.length;
      await writer.write(value);
    }
    await reader.cancel();
    await writer.abort(failure);
  };
  feed().catch(() => undefined);
  return { size: object.size, body: readable };
}

/** Calls that were lost: every other one on its way there, the rest on their way back. */
let lost = 0;

async function neverAnswer(run) {
  if (++lost % 2 === 0) await run();
  await new Promise(() => undefined);
}

let completed = 0;

/** What may take as long as it needs: bytes that flow, and putting parts together. */
function isPatient(name, args) {
  return name === 'complete' || args[1] instanceof ReadableStream;
}

/** Of each `every` calls about one fails before, and one after, in an order that looks like chance. */
function faulty(target, env) {
  const { FAULT_EVERY, FAULT_PUTS, FAULT_LOST, FAULT_STREAMS, FAULT_BODIES, FAULT_HANG } = env;
  const { FAULT_COMPLETE, FAULT_SMALL_BODIES, WRITE_LIMIT } = env;
  const ofUploads = { FAULT_EVERY, FAULT_STREAMS, FAULT_HANG, FAULT_COMPLETE };
  const every = Number(FAULT_EVERY);
  return new Proxy(target, {
    get(_, name) {
      const value = target[name];
      if (typeof value !== 'function') return value;
      if (name === 'resumeMultipartUpload') return (...args) => faulty(value.apply(target, args), ofUploads);
      return async (...args) => {
        const number = (++calls * 7919) % 10_007;
        if (number % Number(FAULT_HANG) === 0 && !isPatient(name, args))
          await neverAnswer(() => value.apply(target, args));
        const turn = number % every;
        const failure = new Error(
          `${String(name)}: We encountered an internal error. Please try again. (10001)`,
        );
        if (name === 'put' && WRITE_LIMIT && isTooSoon(args[0])) {
          tooOften.add(args[0]);
          throw new Error('put: Please reduce your rate of simultaneous reads on the same object. (10058)');
        }
        if (name === 'put' && FAULT_LOST && args[0].startsWith(FAULT_LOST)) return {};
        if (turn === 0 || (name === 'put' && FAULT_PUTS && args[0].startsWith(FAULT_PUTS))) throw failure;
        if (args[1] instanceof ReadableStream && refused < Number(FAULT_STREAMS ?? 0)) {
          const [key, stream, ...options] = args;
          const small = await takeSome(stream);
          if (small !== undefined) return value.call(target, key, small, ...options);
          refused += 1;
          throw failure;
        }
        const result = await value.apply(target, args);
        if (name === 'complete' && FAULT_COMPLETE === 'on') {
          completed += 1;
          await new Promise(() => undefined);
        }
        if (
          result?.body &&
          (result.range?.length ?? result.size) > IN_THE_MIDDLE &&
          brokenOff < Number(FAULT_BODIES ?? 0)
        ) {
          brokenOff += 1;
          return breaking(result, failure);
        }
        if (name === 'get' && args[0].startsWith('data/') && brokenOff < Number(FAULT_SMALL_BODIES ?? 0)) {
          brokenOff += 1;
          return { size: result.size, arrayBuffer: () => Promise.reject(failure) };
        }
        if (turn === Math.floor(every / 2)) throw failure;
        return name === 'createMultipartUpload' ? faulty(result, ofUploads) : result;
      };
    },
  });
}

function withFaults(env) {
  return { ...env, BUCKET: faulty(env.BUCKET, env) };
}

export class FaultyImports extends ImportWorkflow {
  constructor(ctx, env) {
    super(ctx, withFaults(env));
  }
}

export class FaultyUploads extends UploadObject {
  constructor(ctx, env) {
    super(ctx, withFaults(env));
  }
}

export class FaultyCollector extends CollectorObject {
  constructor(ctx, env) {
    super(ctx, withFaults(env));
  }
}

export class FaultyCatalogue extends CatalogueObject {
  constructor(ctx, env) {
    super(ctx, withFaults(env));
  }
}

export class FaultyContainerMaker extends ContainerMakerObject {
  constructor(ctx, env) {
    super(ctx, withFaults(env));
  }
}

export { FaultyCatalogue as CatalogueObject, FaultyContainerMaker as ContainerMakerObject };
export { CollectionWorkflow, FaultyCollector as CollectorObject };
export { FaultyImports as ImportWorkflow, FaultyUploads as UploadObject };

export default {
  fetch: (request, env, context) => {
    if (request.url.endsWith('/written-too-often')) return Response.json([...tooOften]);
    if (request.url.endsWith('/completed')) return Response.json(completed);
    return worker.fetch(request, withFaults(env), context);
  },
  scheduled: (event, env, context) => worker.scheduled(event, env, context),
};
