import { addressOf } from '../access/challenge.ts';
import type { RouteContext } from '../environment.ts';
import { assetsOf } from './assets/assets.ts';
import { brandOf } from './brand.ts';
import type { Frame } from './layout.tsx';

/** What is around the page that a request gets. @throws SettingsError */
export async function frameOf(c: RouteContext): Promise<Frame> {
  const brand = brandOf(c.env);
  const { version } = await assetsOf(brand);
  const { host } = addressOf(c.req.raw);
  const { name = host, notice } = brand;
  return { owner: name, host, version, ...(notice === undefined ? {} : { notice }) };
}
