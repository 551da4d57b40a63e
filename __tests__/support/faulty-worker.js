/** The Worker over an R2 that fails: now and then, before it has done what it was asked or after, or for some keys. */
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

/** Of each `every` calls about one fails before, and one after, in an order that looks like chance. */
function faulty(target, { FAULT_EVERY, FAULT_PUTS, WRITE_LIMIT }) {
  const every = Number(FAULT_EVERY);
  return new Proxy(target, {
    get(_, name) {
      const value = target[name];
      if (typeof value !== 'function') return value;
      if (name === 'resumeMultipartUpload')
        return (...args) => faulty(value.apply(target, args), { FAULT_EVERY });
      return async (...args) => {
        const turn = ((++calls * 7919) % 10_007) % every;
        const failure = new Error(
          `${String(name)}: We encountered an internal error. Please try again. (10001)`,
        );
        if (name === 'put' && WRITE_LIMIT && isTooSoon(args[0])) {
          tooOften.add(args[0]);
          throw new Error('put: Please reduce your rate of simultaneous reads on the same object. (10058)');
        }
        if (turn === 0 || (name === 'put' && FAULT_PUTS && args[0].startsWith(FAULT_PUTS))) throw failure;
        const result = await value.apply(target, args);
        if (turn === Math.floor(every / 2)) throw failure;
        return name === 'createMultipartUpload' ? faulty(result, { FAULT_EVERY }) : result;
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
  fetch: (request, env, context) =>
    request.url.endsWith('/written-too-often')
      ? Response.json([...tooOften])
      : worker.fetch(request, withFaults(env), context),
  scheduled: (event, env, context) => worker.scheduled(event, env, context),
};
