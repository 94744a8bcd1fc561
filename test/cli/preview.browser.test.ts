import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { PREVIEW_SYSTEMS } from '../../functions/messages/preview-card.ts';
import { previewPage } from '../../functions/messages/preview-html.ts';
import { previewed, previewedProposal } from '../messages/previewed.ts';
import { browserPathFor, launchBrowser, shownAt } from '../support/headless-browser.ts';
import { aFile } from './run-cli.ts';

const MARKUP = `<img src=x onerror='alert(1)'><script>alert(1)</script>`;

const NAMES: Readonly<Record<string, string>> = {
  'plain names': '/ecs/nginx-sample/nginx',
  markup: MARKUP,
  '10,000 characters': 'w'.repeat(10_000),
  'right-to-left marks': 'a\u202eb\u2066c\u200f',
  'a channel and backticks': '<!channel> ``` `x` | *bold* [a](https://example.com)',
};

const executablePath = browserPathFor('the preview');

(executablePath === undefined ? describe.skip : describe)('the preview in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  }, 60_000);

  afterAll(async () => browser.close());

  const SHOWN = [...PREVIEW_SYSTEMS, 'slack, asking for an approval'] as const;
  const shown = (what: (typeof SHOWN)[number], name: string) =>
    what === 'slack, asking for an approval' ? previewedProposal(name) : previewed(what, name);
  const rows = SHOWN.flatMap((system) => Object.keys(NAMES).map((name) => ({ system, name })));

  it.each(rows)('of $system with $name fits 360 pixels, complains of nothing and asks for nothing', async (row) => {
    const { card } = shown(row.system, NAMES[row.name] ?? '');
    const file = pathToFileURL(aFile(previewPage(card), 'preview.html')).href;
    for (const colorScheme of ['light', 'dark'] as const) {
      expect(await shownAt(browser, file, { width: 360, colorScheme })).toEqual({
        complaints: [],
        requests: [],
        scrollWidth: 360,
        sticksOut: [],
      });
    }
  });

  it.each(SHOWN)('of %s shows markup in a name as text', async (system) => {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    await page.setContent(previewPage(shown(system, MARKUP).card));
    expect(await page.evaluate(`document.querySelectorAll('script, img, a, iframe, link').length`)).toBe(0);
    expect(await page.evaluate(`document.querySelector('article').textContent`)).toContain('<img src=x onerror=');
    await page.close();
  });
});
