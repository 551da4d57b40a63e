/** The Worker with Workflows of so few steps as STEPS says. */
import { CollectionWorkflow } from '../../worker/src/index.ts';

export * from '../../worker/src/index.ts';
export { default } from '../../worker/src/index.ts';

class Collections extends CollectionWorkflow {
  run(event, step) {
    const limit = Number(this.env.STEPS);
    let left = limit;
    const counted = {
      sleep: (...args) => step.sleep(...args),
      async do(...args) {
        if (left-- <= 0) throw new Error(`The limit of ${limit} steps has been reached.`);
        return step.do(...args);
      },
    };
    return super.run(event, counted);
  }
}
export { Collections as CollectionWorkflow };
