/** The list of ten thousand models: as one types, by filters, by keyboard, and without script. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openPage, startChromium } from '../../support/chromium.ts';
import { madeUpModels, startListedRegistry, type ListedRegistry } from '../../support/listed-registry.ts';
import { describeWith } from '../../support/services.ts';

function names(page: Page): Promise<string[]> {
  return page.locator('.models > li > a').allTextContents();
}

describeWith('chromium')('ten thousand models', () => {
  let browser: Browser;
  let registry: ListedRegistry;
  beforeAll(async () => {
    [browser, registry] = await Promise.all([startChromium(), startListedRegistry(madeUpModels(10_000))]);
  });
  afterAll(async () => {
    await browser.close();
    await registry[Symbol.asyncDispose]();
  });

  test('are searched as one types, from anywhere by a slash, and walked by arrows', async () => {
    await using watched = await openPage(browser);
    const { page, troubles } = watched;
    await page.goto(registry.url);
    await page.getByText('10,000 models').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('lama-instrct-247');
    await page.waitForURL('**/?q=lama-instrct-247');
    const [first = ''] = await names(page);
    expect(first).toMatch(/llama-3-instruct-247/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.textContent')).toBe(first);
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.id')).toBe('q');
    expect(troubles).toEqual([]);
  });

  test('are filtered and sorted, and the address keeps it', async () => {
    await using watched = await openPage(browser);
    const { page } = watched;
    await page.goto(registry.url);
    await page.selectOption('#choose-format', 'gguf');
    await page.waitForURL('**/?format=gguf');
    await page.selectOption('#choose-size', '-100MB');
    await page.waitForURL('**/*size=-100MB*');
    await page.selectOption('#choose-sort', 'name');
    await page.waitForURL('**/*sort=name*');
    const shown = await names(page);
    const expected = madeUpModels(10_000).filter(
      ({ formats, size = 0 }) => formats.includes('gguf') && size <= 100e6,
    );
    expect(shown).toEqual(expected.slice(0, 50).map(({ name }) => name));
    expect(await page.getByRole('status').textContent()).toBe(`${expected.length} of 10,000 models`);
    await page.reload();
    expect(await names(page)).toEqual(shown);
    expect(await page.locator('#choose-format').inputValue()).toBe('gguf');
  });

  test('that cannot be searched for so are a page that says why, not a list that stays as it was', async () => {
    await using watched = await openPage(browser);
    const { page } = watched;
    await page.goto(registry.url);
    await page.locator('#choose-size').evaluate((select) => {
      const [, option] = (select as unknown as { options: { value: string }[] }).options;
      if (option !== undefined) option.value = 'large';
    });
    await page.selectOption('#choose-size', 'large');
    await page.waitForURL('**/?size=large');
    expect(await page.getByRole('heading').textContent()).toBe('That cannot be read.');
  });

  test('are paged without script', async () => {
    await using watched = await openPage(browser, { javaScriptEnabled: false });
    const { page } = watched;
    await page.goto(`${registry.url}/?sort=name`);
    const first = await names(page);
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('Page 2 of 200').waitFor();
    const sorted = madeUpModels(10_000).map(({ name }) => name);
    expect([...first, ...(await names(page))]).toEqual(sorted.slice(0, 100));
  });

  test('come in a small first answer, and again as a 304', async () => {
    const answer = await fetch(registry.url);
    expect(gzipSync(await answer.bytes()).length).toBeLessThan(50_000);
    const again = await fetch(registry.url, {
      headers: { 'If-None-Match': answer.headers.get('ETag') ?? '' },
    });
    expect(again.status).toBe(304);
  });
});
