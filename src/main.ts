/** The action's entry, of its `main` and of its `post`. */
import http from 'node:http';

import { postAction } from './action/post.ts';
import { runAction } from './action/run.ts';
import { isPost, saveBegin, saveEnd } from './action/state.ts';

// fetch does not look for HTTPS_PROXY, HTTP_PROXY and NO_PROXY by itself. Node can be told since 24.14, and runners
// bring the Node 24 of their own day.
if ('setGlobalProxyFromEnv' in http) http.setGlobalProxyFromEnv();

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
