import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser in PATH; where there is none, one line says what is skipped for it. */
export function browserPathFor(what: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
  if (path === undefined)
    process.stderr.write(`skipped: ${what} in a browser (none of ${NAMES.join(', ')} is in PATH)\n`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts the browser without a window and without its own traffic. Whoever starts it closes it. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** How a page is looked at. */
export interface Viewing {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

/** What a browser shows of a file's address: its complaints, its requests beside the file itself, and how wide it became. */
export async function shownAt(browser: Browser, file: string, { width, colorScheme }: Viewing) {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  page.on('request', (request) => requests.push(request.url()));
  try {
    await page.goto(file);
    const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
    // What sticks out of its box and is neither cut nor scrolled away.
    const sticksOut = await page.evaluate(
      `[...document.querySelectorAll('main *:not(thead, thead *)')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120))`,
    );
    return { complaints, requests: requests.filter((url) => url !== file), scrollWidth, sticksOut };
  } finally {
    await page.close();
  }
}
