/** The action's entry, of its `main` and of its `post`. */
import { postAction } from './action/post.ts';
import { runAction } from './action/run.ts';
import { isPost, saveBegin, saveEnd } from './action/state.ts';
import { useProxies } from './http/proxies.ts';

useProxies();

if (isPost()) {
  await postAction(process.env);
} else {
  saveBegin();
  const end = new AbortController();
  // The runner sends SIGINT when somebody cancels the job, SIGTERM 7.5 s later, and then kills.
  process.on('SIGINT', () => end.abort());
  process.on('SIGTERM', () => process.exit(143));
  process.exitCode = await runAction(process.env, end.signal);
  if (!end.signal.aborted) saveEnd();
}
