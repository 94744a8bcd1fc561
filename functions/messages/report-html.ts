import { type Coverage, type CoverageReport, unrecordedIn } from '../domain/coverage.ts';
import { SESSION_STATES, type SessionState } from '../domain/ledger.ts';
import { htmlText } from './html.ts';
import { REPORT_STYLE } from './report-html-style.ts';
import { changesTable, coverageTable, suppressionsTable, unrecordedTable } from './report-html-tables.ts';
import { timelineFigure } from './report-html-timeline.ts';
import {
  answerOf,
  counted,
  momentText,
  numberText,
  percentText,
  STATE_MEANINGS,
  SUPPRESSIONS_UNKNOWN,
} from './report-words.ts';

/**
 * The report as one file for a browser or a printer: no script, no address, nothing from elsewhere. Its own policy keeps a browser
 * from running or loading anything, whatever a name in it may say.
 */
export function htmlReport(report: CoverageReport, generatedAt: string): string {
  const { total, accounts, clusters, weeks, people } = report;
  const title = `Session coverage, ${report.since.slice(0, 10)} to ${report.until.slice(0, 10)}`;
  const tables = [
    coverageTable('By account', 'account', accounts),
    coverageTable('By cluster', 'cluster', clusters),
    coverageTable('By week', 'ISO week', weeks),
    coverageTable('By person', 'person', people),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${htmlText(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
${head(report, generatedAt)}
<section><h2>How the sessions ended</h2>${stateBar(total)}${stateList(total)}</section>
<section><h2>Coverage over time</h2>${timelineFigure(report)}</section>
${incidents(report)}${suppressed(report)}${changes(report)}
${total.counts.sessions === 0 ? '' : tables.join('\n')}
<footer>The percentage counts settled sessions only: neither open nor exempt ones. It is rounded down, so that only a whole coverage reads 100 %. An accepted gap stays unrecorded. Times are UTC.</footer>
</main>
</body>
</html>
`;
}

function head({ since, until, total }: CoverageReport, generatedAt: string): string {
  const fact = (name: string, value: string) => `<div><dt>${name}</dt><dd>${htmlText(value)}</dd></div>`;
  return `<header class="${gradeOf(total)}"><div>
<p class="eyebrow">ECS Exec session ledger</p>
<h1>Was every shell recorded?</h1>
<p class="answer">${htmlText(answerOf(total))}</p>
<dl>${fact('From', momentText(since))}${fact('To', momentText(until))}${fact('Generated', momentText(generatedAt))}</dl>
</div>${ring(total)}</header>`;
}

function gradeOf(total: Coverage): string {
  if (total.percent === null) return 'none';
  const unrecorded = unrecordedIn(total);
  if (unrecorded === 0) return 'whole';
  return unrecorded === total.counts.accepted ? 'accepted' : 'gaps';
}

/** The ring's length is 100, so that the percentage is its part; a gap is seen, however small it is. */
function ring({ percent, counts, exempt }: Coverage): string {
  const settled = numberText(counts.sessions - counts.open - exempt);
  const part =
    percent === null
      ? ''
      : `<circle class="part" cx="50" cy="50" r="45" pathLength="100" stroke-dasharray="${percent === 100 ? 100 : Math.min(percent, 99)} 100"/>`;
  return `<div class="ring"><svg viewBox="0 0 100 100" aria-hidden="true"><circle class="track" cx="50" cy="50" r="45"/>${part}</svg><div><strong>${percentText(percent)}</strong><span>of ${settled} settled</span></div></div>`;
}

/** Known ends first, as people read them; what is not settled last. */
const SHOWN_STATES: readonly SessionState[] = [...SESSION_STATES.filter((state) => state !== 'open'), 'open'];

function countOf({ counts }: Coverage, state: SessionState): number {
  return state === 'outside-exec' ? counts.outsideExec : counts[state];
}

function stateBar(total: Coverage): string {
  const parts = SHOWN_STATES.filter((state) => countOf(total, state) > 0).map(
    (state) => `<i class="s-${state}" style="--n:${countOf(total, state)}"></i>`,
  );
  return `<div class="bar" aria-hidden="true">${parts.join('')}</div>`;
}

function stateList(total: Coverage): string {
  const items = SHOWN_STATES.map((state) => {
    const count = countOf(total, state);
    const exempt =
      state === 'off' && total.exempt > 0 ? ` <span class="soft">${numberText(total.exempt)} exempt</span>` : '';
    return `<div class="s-${state}${count === 0 ? ' zero' : ''}"><dt><b>${numberText(count)}</b> ${state.replace('-', ' ')}${exempt}</dt><dd>${htmlText(STATE_MEANINGS[state])}</dd></div>`;
  });
  return `<dl class="states">${items.join('')}</dl>`;
}

function incidents(report: CoverageReport): string {
  const { unrecorded, total } = report;
  if (unrecorded.length === 0) {
    const none = total.percent === null ? 'none, and none settled either' : 'none';
    return `<section class="incidents"><h2>Unrecorded sessions</h2><p class="clean">${none}</p></section>`;
  }
  const pending = unrecorded.length - total.counts.accepted;
  const note =
    pending === 0
      ? 'A person accepted every one of these gaps, and said why.'
      : `${counted(pending, 'incident waits', 'incidents wait')} for a person to accept the gap, with a reason: <code>exec-log accept SESSION --reason TEXT</code>`;
  return `<section class="incidents"><h2>Unrecorded sessions (${numberText(unrecorded.length)})</h2><p class="note">${note}</p>${unrecordedTable(report)}</section>`;
}

function suppressed({ suppressions }: CoverageReport): string {
  if (suppressions === null)
    return `\n<section><h2>Suppressions</h2><p class="note">${SUPPRESSIONS_UNKNOWN}</p></section>`;
  if (suppressions.length === 0) return '';
  return `
<section><h2>Suppressions (${numberText(suppressions.length)})</h2><p class="note">They mute messages about a role until the end of a day (UTC), never the record: these sessions are unrecorded and counted. One that has ended raises its cases again.</p>${suppressionsTable(suppressions)}</section>`;
}

function changes({ loggingChanges }: CoverageReport): string {
  if (loggingChanges.length === 0) return '';
  return `
<section><h2>Changes of exec logging (${numberText(loggingChanges.length)})</h2><p class="note">Made within 24 hours before a session began, or while it ran. Each is an incident of its own, also where every transcript is there.</p>${changesTable({ loggingChanges })}</section>`;
}
