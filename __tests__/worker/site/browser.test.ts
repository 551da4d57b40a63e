/** What people see and do, in a real Chromium over the registry that `npm start` runs. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openPage, overflowOf, startChromium, violationsOf } from '../../support/chromium.ts';
import { pushContainer, pushDockerModel, pushForeign, pushModelKit } from '../../support/companions.ts';
import { ggufBytes } from '../../support/gguf-files.ts';
import { listOnce, pushModel } from '../../support/model-images.ts';
import { OciClient } from '../../support/oci-client.ts';
import { startServe, type RunningServe } from '../../support/serve-process.ts';
import { describeWith } from '../../support/services.ts';
import { someBytes } from '../../support/worker.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../../examples');
// Where the page scrolls by itself, it is there at once: a click would miss what still moves.
const WIDE = {
  viewport: { width: 1440, height: 900 },
  colorScheme: 'light',
  reducedMotion: 'reduce',
} as const;
const NARROW = { viewport: { width: 360, height: 780 }, colorScheme: 'dark' } as const;

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** Clicks; that it was copied is said for a moment only. */
async function copy(page: Page, name: string): Promise<void> {
  await Promise.all([page.getByText('Copied').waitFor(), page.getByRole('button', { name }).click()]);
}

/** A model with what shares its layers. */
async function pushForms(url: string): Promise<void> {
  const name = 'acme/forms';
  const client = new OciClient(url, name);
  const model = await pushModel({ url }, name, [{ 'model.safetensors': someBytes(3000) }], { tag: 'v1' });
  const pushed = { model, tag: 'v1' };
  await pushModelKit(client, pushed);
  await pushDockerModel(client, { ...pushed, gguf: Buffer.from(ggufBytes('tiny-Q4_K_M.gguf')) });
  await pushContainer(client, { ...pushed, base: someBytes(5000) });
}

describeWith('chromium')('the site', () => {
  let browser: Browser;
  let registry: RunningServe;
  let url: string;
  beforeAll(async () => {
    [browser, registry] = await Promise.all([
      startChromium(),
      startServe('--models', path.join(EXAMPLES, 'models.yaml')),
    ]);
    url = `http://${registry.host}`;
    await listOnce({ url }, ({ of }) => of === 1);
    for (const [tag, text] of [
      ['v1', 'one'],
      ['v2', 'another'],
    ] as const) {
      await pushModel(
        { url },
        'acme/two',
        [{ 'a/config.json': Buffer.from(text), 'b.txt': Buffer.from('b') }],
        { tag },
      );
    }
    await pushForms(url);
    await pushForeign(new OciClient(url, 'others/kit'), 'kit', 'latest');
    await listOnce({ url }, ({ of }) => of === 4);
  });
  afterAll(async () => {
    await browser.close();
    await registry[Symbol.asyncDispose]();
  });

  test.each([
    ['/', 200],
    ['/examples/digits', 200],
    ['/acme/forms', 200],
    ['/acme/forms?reference=v1-python', 200],
    ['/others/kit', 200],
    ['/acme/two/compare/v1...v2', 200],
    ['/acme/one', 404],
    ['/?size=large', 400],
  ])('%s suits both schemes, phones and those who listen', async (address, status) => {
    for (const options of [WIDE, NARROW]) {
      await using watched = await openPage(browser, options);
      const { page, troubles, requests } = watched;
      const answer = await page.goto(url + address);
      expect(answer?.status()).toBe(status);
      expect(answer?.headers()['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'/);
      await page
        .locator('details')
        .evaluateAll((all) => all.forEach((each) => each.setAttribute('open', '')));
      expect(await violationsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      expect(troubles.filter((text) => !text.includes(String(status)))).toEqual([]);
      expect(requests.every((each) => each.startsWith(url))).toBe(true);
    }
  });

  test('the first view is small, asks for nothing later, and nothing in it moves', async () => {
    await using watched = await openPage(browser, WIDE);
    const { page, requests } = watched;
    let bytes = 0;
    page.on('response', async (response) => (bytes += gzipSync(await response.body()).length));
    await page.goto(`${url}/examples/digits`, { waitUntil: 'networkidle' });
    expect(bytes).toBeLessThan(60_000);
    expect([...new Set(requests)].map((each) => each.slice(url.length).replace(/\?.*/, ''))).toEqual([
      '/examples/digits',
      '/-/style.css',
      '/-/site.js',
      '/-/logo',
    ]);
    // Entries of a kind that TypeScript's types of Node do not know.
    const shift = await page.evaluate(`new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0)))
        .observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(0), 50);
    })`);
    expect(shift).toBe(0);
  });

  test('a chosen file changes every snippet and the address, and its line is copied', async () => {
    await using watched = await openPage(browser, {
      ...WIDE,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = watched;
    await page.goto(`${url}/examples/digits`);
    const texts = (): Promise<string[]> => page.locator('#use code').allTextContents();
    const before = await texts();
    await page.selectOption('#choose-file', 'config.json');
    await page.waitForURL('**/examples/digits?file=config.json');
    const after = await texts();
    expect(after.filter((text) => text.includes('config.json'))).toHaveLength(5);
    expect(after.filter((text, index) => text === before[index])).toEqual([
      `COPY --link --from=${registry.host}/examples/digits:latest / /models/`,
    ]);
    await copy(page, 'Copy Dockerfile, one file');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      `COPY --link --from=${registry.host}/examples/digits:latest /config.json /models/`,
    );
    await page.getByRole('link', { name: 'Use train.py' }).click();
    await page.waitForURL('**/*file=train.py*');
    expect(await page.locator('#choose-file').inputValue()).toBe('train.py');
    await page.getByRole('radio', { name: 'Kubernetes' }).check({ force: true });
    await page.getByText('args: ["/models/train.py"]').waitFor();
  });

  test('what shares the layers has a command each, and a page that says of what', async () => {
    await using watched = await openPage(browser, {
      ...WIDE,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = watched;
    await page.goto(`${url}/acme/forms`);
    expect(await page.locator('#tags li a').first().textContent()).toBe('v1');
    expect(await page.locator('.form h3').allTextContents()).toEqual([
      'Container “python” 5.0 kB besides the model’s layers',
      'ModelKit the very same layers',
      expect.stringMatching(/^Docker model [\d.]+ kB besides the model’s layers$/),
    ]);
    await copy(page, 'Copy kit unpack of v1-modelkit');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      `kit unpack --plain-http ${registry.host}/acme/forms:v1-modelkit -d .`,
    );
    await page.getByRole('link', { name: 'Container “python”' }).click();
    await page.getByText(`docker run --rm -it ${registry.host}/acme/forms:v1-python`).waitFor();
    const facts = await page.locator('.facts').textContent();
    expect(facts).toContain(`Basedocker.io/library/python:3.12-slim sha256:${'5'.repeat(64)}`);
    expect(facts).toContain('Tagv1-pythonLayers ofv1 sha256:');
    expect(facts).toContain('Platformslinux/arm/v7');
  });

  test('a ModelKit by itself is shown by its Kitfile, and nobody is told to copy from it', async () => {
    await using watched = await openPage(browser, WIDE);
    const { page } = watched;
    await page.goto(`${url}/?q=others/kit`);
    expect(await page.locator('.models li').textContent()).toContain('ModelKit');
    await page.goto(url);
    expect(await page.locator('#example').textContent()).not.toContain('others/kit');
    await page.goto(`${url}/others/kit`);
    expect(await page.locator('.title p').textContent()).toBe('ModelKit');
    const facts = await page.locator('.facts').textContent();
    expect(facts).toContain('Nametiny 1.0.0');
    expect(facts).toContain('LicenceMIT');
    expect(await page.locator('#files .row').allTextContents()).toEqual([
      'model.safetensorsmodel2.0 kB',
      'config.jsonmodel2.0 kB',
      'README.mddocs2.0 kB',
    ]);
    expect(await page.locator('#snippet-kit').textContent()).toBe(
      `kit unpack --plain-http ${registry.host}/others/kit:latest -d .`,
    );
  });

  test('a file that is downloaded is the one that was published', async () => {
    await using watched = await openPage(browser, WIDE);
    await watched.page.goto(`${url}/examples/digits`);
    const [download] = await Promise.all([
      watched.page.waitForEvent('download'),
      watched.page.getByRole('link', { name: 'model.safetensors', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('model.safetensors');
    expect(await hashOf(await download.path())).toBe(
      await hashOf(path.join(EXAMPLES, 'digits/model.safetensors')),
    );
  });

  test('all of it works without script', async () => {
    await using watched = await openPage(browser, { ...WIDE, javaScriptEnabled: false });
    const { page } = watched;
    await page.goto(url);
    await page.getByRole('searchbox').fill('digts');
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await page.locator('.models a').allTextContents()).toEqual(['examples/digits']);
    await page.locator('.models a').click();
    await page.selectOption('#choose-file', 'predict.py');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('digits:latest /predict.py /models/').first().waitFor();
    await page.getByRole('radio', { name: 'docker pull' }).check({ force: true });
    await page.getByText(':/predict.py .').waitFor();
    expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0);
  });

  test('a model card leads to files of the image, and headers of weights are told', async () => {
    await using watched = await openPage(browser, WIDE);
    const { page } = watched;
    await page.goto(`${url}/examples/digits`);
    await page.getByRole('heading', { name: 'digits', exact: true, level: 3 }).waitFor();
    await page.locator('details.weights summary').click();
    const row = page.getByRole('row', { name: 'hidden.weight' });
    expect(await row.textContent()).toBe('hidden.weightF3264 × 256');
    await page.getByText('19.2 k').first().waitFor();
  });
});
