/** The Worker, where 10 bytes fit into an upload of a repository "…/nearly-full", as if all before them had come. */
import { UploadObject as RealUploads } from '../../worker/src/index.ts';
import { Journal } from '../../worker/src/uploads/journal.ts';
import { partSizeFor, roomFor } from '../../worker/src/uploads/parts.ts';

export * from '../../worker/src/index.ts';
export { default } from '../../worker/src/index.ts';

export class UploadObject extends RealUploads {
  async start(repository, ...more) {
    const started = await super.start(repository, ...more);
    if (repository.endsWith('/nearly-full')) {
      const journal = new Journal(this.ctx.storage);
      const partSize = partSizeFor(0);
      const record = { ...journal.read(), partSize, offset: roomFor(partSize) - 10 };
      journal.setTail(record, new Uint8Array(partSize - 10));
    }
    return started;
  }
}
