/**
 * Pulls of the last 30 days, asked of Analytics Engine, which Workers write to and cannot read but over its API.
 * @see https://developers.cloudflare.com/analytics/analytics-engine/sql-api/
 */
import type { Settings } from '../settings.ts';

const API = 'https://api.cloudflare.com';
const DATASET = 'pulls';
/** Milliseconds. */
const PATIENCE = 20_000;

interface Answer {
  data?: { repository?: unknown; pulls?: unknown }[];
}

/** @returns undefined where it is not set up. @throws where it does not answer as it should */
export async function countPulls(settings: Settings): Promise<Map<string, number> | undefined> {
  const { PULLS_ACCOUNT: account, PULLS_TOKEN: token, PULLS_API: api = API } = settings;
  if (!account || !token) return undefined;
  const response = await fetch(`${api}/client/v4/accounts/${account}/analytics_engine/sql`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: queryOf(settings.PULLS_DATASET ?? DATASET),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`pulls could not be counted: Analytics Engine answered ${response.status}`);
  }
  const { data } = await response.json<Answer>();
  const counts = new Map<string, number>();
  for (const { repository, pulls } of data ?? []) {
    // Large numbers come as text.
    const count = Math.round(Number(pulls));
    if (typeof repository === 'string' && count >= 0) counts.set(repository, count);
  }
  return counts;
}

/** A pull by tag reads one manifest by that tag (docs/logs.md). */
function queryOf(dataset: string): string {
  return `SELECT blob2 AS repository, SUM(_sample_interval) AS pulls
    FROM ${dataset.replaceAll(/\W/g, '')}
    WHERE timestamp > NOW() - INTERVAL '30' DAY AND blob1 = 'manifest' AND blob3 NOT LIKE 'sha256:%'
    GROUP BY repository ORDER BY pulls DESC FORMAT JSON`;
}
