/** A hash thread: runs in a worker, keeps the state of the layers that it was given a half of. */
import { parentPort } from 'node:worker_threads';
import { Framer } from './framer.ts';
import type { LaneReply, LaneRequest, LaneResults, LaneWork, Role } from './lane-messages.ts';
import { TarHasher } from './tar-hasher.ts';

if (parentPort === null) throw new Error('lane.ts is a worker: it is started by lanes.ts');
const port = parentPort;
const jobs = new Map<number, Half>();

/** One half of a layer. */
type Half = TarHasher | Framer;

port.on('message', (request: LaneRequest) => {
  if (request.type === 'begin')
    jobs.set(request.job, request.role === 'tar' ? new TarHasher() : new Framer());
  else if (request.type === 'drop') jobs.delete(request.job);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  else port.postMessage(answer(request));
});

function answer(request: Extract<LaneRequest, { type: 'slot' | 'finish' }>): LaneReply {
  const { job } = request;
  try {
    const state = jobs.get(job);
    if (state === undefined) throw new Error(`hash thread: there is no job ${job}`);
    if (request.type === 'slot') return { job, result: update(state, request) };
    jobs.delete(job);
    return { job, result: state.finish() };
  } catch (error) {
    return { job, error: Error.isError(error) ? error : new Error(String(error)) };
  }
}

/** The work is that of the half's role: whoever asks has begun the job with it. */
function update(half: Half, { slot, work }: Extract<LaneRequest, { type: 'slot' }>): LaneResults[Role] {
  return half instanceof Framer ? half.update(slot, work as LaneWork['blob']) : half.update(slot, work);
}
