/** The site's pages, over what the API tells (routes/models.ts). */
import type { RouteContext } from '../environment.ts';
import { findComparison, findModel, queryOf, readList } from '../routes/models.ts';
import { selectModels } from '../catalogue/query.ts';
import { ComparePage } from './compare/page.tsx';
import { frameOf } from './frame.ts';
import { ListPageView } from './list/page.tsx';
import { ModelPage } from './model/page.tsx';
import { sendPage } from './respond.ts';

export async function readListPage(c: RouteContext): Promise<Response> {
  const query = queryOf(c);
  const { models, isMissing } = await readList(c);
  const frame = await frameOf(c);
  const page = selectModels(models, query);
  return sendPage(
    c,
    <ListPageView frame={frame} query={query} page={page} isCompiling={isMissing} now={Date.now()} />,
  );
}

export async function readModelPage(c: RouteContext): Promise<Response> {
  const model = await findModel(c);
  const { reference, file, folder } = c.req.query();
  const view = {
    frame: await frameOf(c),
    model,
    now: Date.now(),
    ...(reference === undefined ? {} : { reference }),
    ...(file === undefined ? {} : { file }),
    ...(folder === undefined ? {} : { folder }),
  };
  return sendPage(c, <ModelPage {...view} />);
}

export async function readComparePage(c: RouteContext): Promise<Response> {
  const comparison = await findComparison(c);
  return sendPage(c, <ComparePage frame={await frameOf(c)} comparison={comparison} />);
}
