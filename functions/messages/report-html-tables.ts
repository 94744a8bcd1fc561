import { type CoverageReport, type CoverageSlice, PERSON_KINDS, type ReportedSession } from '../domain/coverage.ts';
import { personOf } from '../domain/person.ts';
import type { ReportedChange } from '../domain/reported-changes.ts';
import type { ReportedSuppression } from '../domain/suppression.ts';
import { htmlText } from './html.ts';
import {
  COUNTED,
  loggingChangeText,
  momentText,
  numberText,
  percentText,
  suppressionEffect,
  suppressionEnd,
} from './report-words.ts';

const CAUSE_MAX = 1000;

/**
 * Coverage by one dimension. The roles are given in words, because a table that a narrow screen shows as cards would else stop
 * being one for a screen reader.
 */
export function coverageTable(title: string, first: string, slices: readonly CoverageSlice[]): string {
  const heads = [first, 'coverage', ...COUNTED.map(({ label }) => label)];
  return `<section><h2>${htmlText(title)}</h2>${table('counts', title, heads, slices.map(sliceRow))}</section>`;
}

function sliceRow({ name, detail, percent, counts }: CoverageSlice): string {
  const described = detail === '' ? '' : `<br><span class="soft">${htmlText(detail)}</span>`;
  const rate = `<td role="cell" class="rate${rateClass(percent)}"><div style="--p:${percent ?? 0}%"><span>${percentText(percent)}</span></div></td>`;
  const cells = COUNTED.map(({ key, label }) => {
    const count = counts[key];
    return `<td role="cell" data-label="${label}"${count === 0 ? ' class="zero"' : ''}>${numberText(count)}</td>`;
  });
  return `<tr role="row"><th role="rowheader" scope="row">${htmlText(name)}${described}</th>${rate}${cells.join('')}</tr>`;
}

function rateClass(percent: number | null): string {
  if (percent === null) return ' none';
  return percent === 100 ? ' whole' : '';
}

/** Every unrecorded session: what an auditor asks about, one by one. */
export function unrecordedTable({ unrecorded }: Pick<CoverageReport, 'unrecorded'>): string {
  const heads = ['session', 'who', 'where', 'state', 'why', 'accepted'];
  return table('sessions', 'Unrecorded sessions', heads, unrecorded.map(sessionRow));
}

function sessionRow(session: ReportedSession): string {
  const { verdict, person, clusterName, taskId } = session;
  const { sessionId, startedAt, account, region, state, sourceIdentity } = verdict;
  const identity =
    sourceIdentity === null ? '' : `<br><span class="soft">source identity ${htmlText(sourceIdentity)}</span>`;
  return `<tr role="row"><th role="rowheader" scope="row">${htmlText(momentText(startedAt))}<br><span class="mono soft">${htmlText(sessionId)}</span></th>${[
    cell('who', `${htmlText(person.name)}<br><span class="soft">${PERSON_KINDS[person.kind]}</span>${identity}`),
    cell(
      'where',
      `${htmlText(clusterName)}<br><span class="mono soft">${htmlText(taskId)}</span><br><span class="soft">${htmlText(account)} ${htmlText(region)}</span>`,
    ),
    cell('state', `<span class="badge s-${state}">${state}</span>`),
    cell('why', whyCell(session)),
    cell('accepted', acceptedCell(session)),
  ].join('')}</tr>`;
}

function whyCell({ verdict: { causes, proof, loggingChange } }: ReportedSession): string {
  const [only, ...others] = causes.map(({ detail }) => htmlText(detail, CAUSE_MAX));
  const list =
    others.length === 0 ? (only ?? '–') : `<ol>${[only, ...others].map((cause) => `<li>${cause}</li>`).join('')}</ol>`;
  const known =
    proof.fingerprint === null
      ? ''
      : `<div class="soft">case <span class="mono">${htmlText(proof.fingerprint)}</span></div>`;
  const change =
    loggingChange === null ? '' : `<div class="change">${htmlText(loggingChangeText(loggingChange))}</div>`;
  return `${list}${known}${change}`;
}

function acceptedCell({ acceptance }: ReportedSession): string {
  if (acceptance === null) return '<span class="badge pending">not accepted</span>';
  const { acceptedBy, acceptedAt, reason } = acceptance;
  return `<span class="badge done">accepted</span><div>${htmlText(reason, CAUSE_MAX)}</div><div class="soft">${htmlText(personOf(acceptedBy).name)}<br>${htmlText(momentText(acceptedAt))}</div>`;
}

/** Every change of exec logging close to a session, in the columns of the sessions. */
export function changesTable({ loggingChanges }: Pick<CoverageReport, 'loggingChanges'>): string {
  const heads = ['changed at', 'by', 'cluster', 'set to', 'sessions close to it'];
  return table('sessions', 'Changes of exec logging', heads, loggingChanges.map(changeRow));
}

function changeRow(change: ReportedChange): string {
  const { changedAt, changedBy, eventId, logging, clusterName, clusterArn, sessions, unrecorded } = change;
  const { name, kind } = personOf(changedBy);
  const event = eventId === null ? '' : `<br><span class="mono soft">${htmlText(eventId)}</span>`;
  return `<tr role="row"><th role="rowheader" scope="row">${htmlText(momentText(changedAt))}${event}</th>${[
    cell('by', `${htmlText(name)}<br><span class="soft">${PERSON_KINDS[kind]}</span>`),
    cell('cluster', `${htmlText(clusterName)}<br><span class="mono soft">${htmlText(clusterArn)}</span>`),
    cell('set to', htmlText(logging ?? 'not said')),
    cell('sessions close to it', `${numberText(sessions)}, ${numberText(unrecorded)} unrecorded`),
  ].join('')}</tr>`;
}

/** Every suppression of the settings: what is silent, on whose word, and until when. */
export function suppressionsTable(suppressions: readonly ReportedSuppression[]): string {
  const heads = ['role', 'until', 'owner', 'reason', 'mutes'];
  return table('sessions', 'Suppressions', heads, suppressions.map(suppressionRow));
}

function suppressionRow(suppression: ReportedSuppression): string {
  const { role, owner, reason, hasEnded, sessionIds, fingerprints } = suppression;
  const badge = hasEnded ? '<br><span class="badge pending">ended</span>' : '';
  const named = [...sessionIds, ...fingerprints.map((fingerprint) => `case ${fingerprint}`)];
  const list = named.map((name) => `<br><span class="mono soft">${htmlText(name)}</span>`);
  return `<tr role="row"><th role="rowheader" scope="row"><span class="mono">${htmlText(role)}</span></th>${[
    cell('until', `${htmlText(suppressionEnd(suppression))}${badge}`),
    cell('owner', htmlText(owner)),
    cell('reason', htmlText(reason, CAUSE_MAX)),
    cell('mutes', `${htmlText(suppressionEffect(suppression))}${list.join('')}`),
  ].join('')}</tr>`;
}

/** The label stands before the content where a narrow screen shows no heads. */
const cell = (label: string, content: string): string => `<td role="cell" data-label="${label}">${content}</td>`;

function table(name: string, label: string, heads: readonly string[], rows: readonly string[]): string {
  const columns = heads.map((head) => `<th role="columnheader" scope="col">${htmlText(head)}</th>`).join('');
  return `<table role="table" class="${name}" aria-label="${htmlText(label)}">
<thead role="rowgroup"><tr role="row">${columns}</tr></thead>
<tbody role="rowgroup">
${rows.join('\n')}
</tbody></table>`;
}
