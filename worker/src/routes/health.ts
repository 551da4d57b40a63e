import type { RouteContext } from '../environment.ts';

/** Whether the Worker runs and R2 answers it; for whoever watches over it. */
export async function readHealth(c: RouteContext): Promise<Response> {
  const headers = { 'Cache-Control': 'no-store' };
  try {
    await c.get('bucket').head('healthz');
  } catch (error) {
    console.error(error);
    return c.text('R2 does not answer\n', 503, headers);
  }
  return c.text('ok\n', 200, headers);
}
