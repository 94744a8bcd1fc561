import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { type CoverageReport, reportOf } from '../../functions/domain/coverage.ts';
import { reportedSuppressions } from '../../functions/domain/suppression.ts';
import { htmlReport } from '../../functions/messages/report-html.ts';
import { aSettled, HOSTILE, hostileReport, MARCH, marchReport } from '../messages/audited-sessions.ts';
import { browserPathFor, launchBrowser, shownAt } from '../support/headless-browser.ts';
import { aFile } from './run-cli.ts';

const executablePath = browserPathFor('the HTML report');

/** What a browser shows of a report at a width. */
async function shown(browser: Browser, report: CoverageReport, width: number, colorScheme: 'light' | 'dark') {
  const file = pathToFileURL(aFile(htmlReport(report, '2026-04-01T06:00:00.000Z'), 'report.html')).href;
  return shownAt(browser, file, { width, colorScheme });
}

/** Every session is recorded, under a change of logging by somebody with a hostile name. */
const changedReport = reportOf(
  Object.values(HOSTILE).map((changedBy, index) =>
    aSettled(index, `2026-03-0${index + 1}T10:00:00Z`, {
      loggingChange: { changedAt: `2026-03-0${index + 1}T09:00:00Z`, changedBy, eventId: null, logging: 'NONE' },
    }),
  ),
  [],
  MARCH,
);

/** Each session is muted, by people with hostile names and reasons. */
const suppressedReport: CoverageReport = {
  ...hostileReport,
  suppressions: reportedSuppressions(
    Object.values(HOSTILE).map((text) => ({
      role: hostileReport.unrecorded[0]?.verdict.taskRoleArn ?? text,
      until: '2026-03-31',
      reason: text,
      owner: text,
    })),
    hostileReport.unrecorded,
    [],
    new Date('2026-03-20T06:00:00.000Z'),
  ),
};

(executablePath === undefined ? describe.skip : describe)('the HTML report in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  }, 60_000);

  afterAll(async () => browser.close());

  it.each([
    { name: 'a month', report: marchReport, width: 360, scheme: 'light' as const },
    { name: 'a month', report: marchReport, width: 360, scheme: 'dark' as const },
    { name: 'a month', report: marchReport, width: 901, scheme: 'light' as const },
    { name: 'a month', report: marchReport, width: 1280, scheme: 'light' as const },
    { name: 'a month', report: marchReport, width: 1280, scheme: 'dark' as const },
    { name: 'hostile names', report: hostileReport, width: 360, scheme: 'light' as const },
    { name: 'hostile names', report: hostileReport, width: 1280, scheme: 'light' as const },
    { name: 'hostile suppressions', report: suppressedReport, width: 360, scheme: 'light' as const },
    { name: 'hostile suppressions', report: suppressedReport, width: 1280, scheme: 'light' as const },
    { name: 'hostile changes', report: changedReport, width: 360, scheme: 'light' as const },
    { name: 'hostile changes', report: changedReport, width: 1280, scheme: 'light' as const },
  ])('of $name fits $width pixels ($scheme), complains of nothing and asks for nothing', async (row) => {
    expect(await shown(browser, row.report, row.width, row.scheme)).toEqual({
      complaints: [],
      requests: [],
      scrollWidth: row.width,
      sticksOut: [],
    });
  });

  it.each([360, 1280])('keeps the percentage inside its ring at %d pixels', async (width) => {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    await page.setContent(htmlReport({ ...marchReport, total: { ...marchReport.total, percent: 99.98 } }, MARCH.until));
    const share = await page.evaluate(
      `document.querySelector('.ring strong').offsetWidth / document.querySelector('.ring').offsetWidth`,
    );
    // The ring's inside is 81 per cent of its width, and less where the words stand.
    expect(share).toBeLessThan(0.74);
    await page.close();
  });

  it('shows who changed the logging as text', async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    await page.setContent(htmlReport(changedReport, MARCH.until));
    const markupName = await page.evaluate(
      `document.querySelector('[aria-label="Changes of exec logging"] td[data-label="by"]').firstChild.textContent`,
    );
    expect(markupName).toBe(HOSTILE.markup);
    await page.close();
  });

  it('fits a printed page', async () => {
    const page = await browser.newPage({ viewport: { width: 690, height: 960 } });
    await page.emulateMedia({ media: 'print' });
    await page.setContent(htmlReport(marchReport, '2026-04-01T06:00:00.000Z'));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(690);
    await page.close();
  });
});
