/** The site on the registry's Worker: routes that come after all of the registry's own. */
import type { Hono } from 'hono';
import { RESERVED } from '../../../src/oci/reserved.ts';
import { maySee } from '../access/guard.ts';
import { answerError, answerUnknown } from '../answers.ts';
import type { AppTypes } from '../environment.ts';
import { LOGO, SCRIPT, STYLESHEET } from './addresses.ts';
import { readAsset, readLogo } from './assets/assets.ts';
import { readComparePage, readListPage, readModelPage } from './pages.tsx';
import { sendTrouble, wantsPage } from './trouble.tsx';

/** No model has a name of the registry's own: there is nothing of the site's at such a path. */
const MODEL = `/:name{(?!(?:${RESERVED.join('|').replaceAll('.', '\\.')})(?:/|$)).+}`;

export function addSite(app: Hono<AppTypes>): void {
  app.get(STYLESHEET, readAsset);
  app.get(SCRIPT, readAsset);
  app.get(LOGO, readLogo);
  app.get('/', readListPage);
  app.get(`${MODEL}/compare/:range`, maySee, readComparePage);
  app.get(MODEL, maySee, readModelPage);

  app.notFound((c) => {
    const answer = answerUnknown(app, c);
    return wantsPage(c) ? sendTrouble(c, answer) : answer.toResponse();
  });
  app.onError((error, c) => {
    const answer = answerError(error);
    return wantsPage(c) ? sendTrouble(c, answer) : answer.toResponse();
  });
}
