/** Authors who mean no good: their pages are shown harmlessly in a real Chromium. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openPage, overflowOf, startChromium } from '../../support/chromium.ts';
import { pushModel } from '../../support/model-images.ts';
import { safetensorsBytes } from '../../support/safetensors.ts';
import { describeWith } from '../../support/services.ts';
import { startRegistry, type TestRegistry } from '../../support/worker.ts';

const MARKUP = `"'><script>alert(1)</script><img src="https://evil.example/a" onerror="alert(2)">`;
const CARD = `---
license: other
license_name: ${JSON.stringify(MARKUP)}
pipeline_tag: ${JSON.stringify(MARKUP)}
---
# ${MARKUP}

[script](javascript:alert(3)) [data](data:text/html,<script>alert(4)</script>) ![pixel](https://evil.example/b.png)
[up](../../../v2/) ![own](own.png) ![drawn](own.svg) <a href="javascript:alert(5)" onclick="alert(6)">link</a>

<iframe src="https://evil.example/c"></iframe><svg onload="alert(7)"></svg><style>body{display:none}</style>
<form action="https://evil.example/d"><input name="password"></form>
<meta http-equiv="refresh" content="0;url=https://evil.example/e">
`;
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describeWith('chromium')('a hostile model', () => {
  let browser: Browser;
  let registry: TestRegistry;
  beforeAll(async () => {
    [browser, registry] = await Promise.all([
      startChromium(),
      startRegistry({ variables: { WRITE_ACCESS: 'open' } }),
    ]);
    const tensors = {
      [MARKUP]: { dtype: MARKUP, shape: [], data_offsets: [0, 0] },
      __metadata__: { [MARKUP]: MARKUP },
    };
    const files = {
      'README.md': Buffer.from(CARD),
      'own.png': PIXEL,
      'own.svg': Buffer.from('<svg onload="alert(8)"/>'),
      [`${MARKUP.replaceAll('/', '_')}/${'x'.repeat(200)}.html`]: Buffer.from(MARKUP),
      'a.safetensors': safetensorsBytes(tensors, 0),
      'b.safetensors': safetensorsBytes({}, 0, 100_000_000_000),
      'c.safetensors': safetensorsBytes('{"a":', 0),
    };
    const annotations = {
      'org.opencontainers.image.source': 'javascript:alert(9)',
      'org.opencontainers.image.revision': MARKUP,
      'org.opencontainers.image.licenses': MARKUP,
    };
    await pushModel(registry, 'evil/model', [files], { annotations });
  });
  afterAll(async () => {
    await browser.close();
    await registry.stop();
  });

  test('runs nothing, asks nobody, leads nowhere, and says what is wrong with its weights', async () => {
    await using watched = await openPage(browser, { viewport: { width: 360, height: 780 } });
    const { page, troubles, requests } = watched;
    await page.goto(`${registry.url}/evil/model`, { waitUntil: 'networkidle' });
    expect(troubles).toEqual([]);
    expect(requests.filter((each) => !each.startsWith(`${registry.url}/`))).toEqual([]);
    // As text: the types of a browser's own objects are not those of Node.
    const { scripts, forms, frames, handlers, links, images } = await page.evaluate<
      Record<string, unknown>
    >(`({
      scripts: document.scripts.length,
      forms: [...document.forms].map(({ action }) => action),
      frames: document.querySelectorAll('iframe, object, embed, meta[http-equiv], main style').length,
      handlers: document.querySelectorAll('[onload], [onerror], [onclick]').length,
      links: [...document.querySelectorAll('.card a')].map(({ href }) => href).sort(),
      images: [...document.querySelectorAll('.card img')].map(({ src }) => src),
    })`);
    expect({ scripts, frames, handlers }).toEqual({ scripts: 1, frames: 0, handlers: 0 });
    expect(forms).toEqual([`${registry.url}/evil/model`]);
    const own = `${registry.url}/evil/model/-/files/latest/`;
    expect(images).toEqual([`${own}own.png`]);
    expect(links).toEqual([`${own}own.svg`, 'https://evil.example/a', 'https://evil.example/b.png']);
    await page.getByText('over the limit of').waitFor();
    await page.getByText('its header is not JSON').waitFor();
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  });

  test.each([
    ['a model card of 5 MB', 'card/large', '# a <b>b</b>\n\n- [c](d) *e*\n'.repeat(190_000)],
    ['a model card of one deep nest', 'card/deep', `${'> '.repeat(50_000)}\n\n${'- '.repeat(50_000)}`],
    ['a model card of unfinished emphasis', 'card/slow', 'a*_'.repeat(500_000)],
  ])('%s is shown in part, in little time', async (_, name, card) => {
    await pushModel(registry, name, [{ 'README.md': Buffer.from(card) }]);
    const answer = await fetch(`${registry.url}/${name}`, { signal: AbortSignal.timeout(15_000) });
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html.length).toBeLessThan(1_000_000);
    expect(html).toMatch(/longer than this page shows|<article class="card">/);
  });

  test.each(['/%3Cscript%3Ealert(1)%3C/script%3E', '/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E', '/a/%00'])(
    'its address %s is text',
    async (address) => {
      await using watched = await openPage(browser);
      await watched.page.goto(registry.url + address);
      expect(watched.troubles.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([]);
      expect(await watched.page.locator('script').count()).toBe(1);
    },
  );
});
