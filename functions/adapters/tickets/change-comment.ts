import type { Language } from '../../domain/language.ts';
import type { TicketDraft } from '../../ports.ts';
import { shortened } from './bounded-text.ts';

/** What of a draft is kept, so that the next one can be compared with it. */
export type Said = Pick<TicketDraft, 'severity' | 'facts'>;

/** How often, and when first and last; the other facts are told by their names. */
const COUNT = 'denials';
const LAST_SEEN = 'lastSeen';
const CAUSE = 'cause';

const MAX_LINES = 20;
const MAX_NAME = 60;
const MAX_VALUE = 256;
const NOTHING = '–';

const SEVERITY_ORDER = { low: 0, medium: 1, high: 2 } as const;

const WORDS = {
  en: {
    changed: 'What changed since the last report:',
    regression:
      'This ticket was closed, and the same cause lost logs again since. It is a regression, so the ticket is open again.',
    text: 'The description was brought up to date.',
    raised: 'Severity raised',
    lowered: 'Severity lowered',
    names: {
      denials: 'Denials',
      firstSeen: 'First seen',
      lastSeen: 'Last seen',
      sessions: 'Sessions',
      people: 'People',
    },
  },
  ja: {
    changed: '前回の報告からの変更:',
    regression:
      'このチケットはクローズされましたが、その後、同じ原因でログが再び失われました。再発のため、チケットを再オープンします。',
    text: '説明を更新しました。',
    raised: '重大度の引き上げ',
    lowered: '重大度の引き下げ',
    names: { denials: '拒否件数', firstSeen: '初回', lastSeen: '最終', sessions: 'セッション', people: '実行者' },
  },
} as const;

/**
 * The comment of an update, in Markdown: one line for the severity and one for each fact that changed, the old and the new
 * value as code spans, since names may come from whoever runs a container. `before` is null where nobody remembers what the
 * ticket said.
 */
export function changeComment(before: Said | null, after: Said, language: Language = 'en'): string {
  const lines = changesOf(before, after, language);
  const words = WORDS[language];
  return lines.length === 0 ? words.text : [words.changed, '', ...lines].join('\n');
}

/** The comment with which a closed ticket opens again: that it is a regression, and what is new. */
export function regressionComment(before: Said | null, after: Said, language: Language = 'en'): string {
  const lines = changesOf(before, after, language);
  return [WORDS[language].regression, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n');
}

/**
 * Whether anything happened between two reports: more denials, a later one, or another cause. A new wording is nothing that
 * happened. Drafts that count nothing are news whenever they differ.
 */
export function isNews(before: Said, after: Said): boolean {
  if (factOf(before, CAUSE) !== factOf(after, CAUSE)) return true;
  const [was, is] = [countOf(before), countOf(after)];
  const [last, next] = [lastSeenOf(before), lastSeenOf(after)];
  if ((was === null || is === null) && (last === null || next === null)) return true;
  return (was !== null && is !== null && is > was) || isLater(next, last);
}

/** Whether a report is older than the one that the ticket shows: two workers finish in any order, and counts only grow. */
export function isOutdated(before: Said, after: Said): boolean {
  const [was, is] = [countOf(before), countOf(after)];
  return was !== null && is !== null && is < was && !isLater(lastSeenOf(after), lastSeenOf(before));
}

function changesOf(before: Said | null, after: Said, language: Language): readonly string[] {
  const words = WORDS[language];
  const lines: string[] = [];
  if (before !== null && before.severity !== after.severity) {
    const raised = SEVERITY_ORDER[after.severity] > SEVERITY_ORDER[before.severity];
    lines.push(`- ${raised ? words.raised : words.lowered}: ${changeOf(before.severity, after.severity)}`);
  }
  for (const name of new Set([
    ...Object.keys(words.names),
    ...Object.keys(before?.facts ?? {}),
    ...Object.keys(after.facts),
  ])) {
    const [was, is] = [factOf(before, name), factOf(after, name)];
    if (was !== is) lines.push(`- ${labelOf(name, words.names)}: ${changeOf(was, is)}`);
  }
  return lines.slice(0, MAX_LINES);
}

function changeOf(was: string, is: string): string {
  return was === '' ? code(is) : `${code(was)} → ${code(is)}`;
}

function labelOf(name: string, names: Readonly<Record<string, string>>): string {
  return Object.hasOwn(names, name) ? (names[name] ?? name) : code(shortened(name, MAX_NAME));
}

/** One line in which nothing is markup, a mention or a link. */
function code(text: string): string {
  const line = text
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .replaceAll('`', "'")
    .trim();
  return line === '' ? NOTHING : `\`${shortened(line, MAX_VALUE)}\``;
}

function factOf(said: Said | null, name: string): string {
  return said !== null && Object.hasOwn(said.facts, name) ? (said.facts[name] ?? '') : '';
}

function countOf(said: Said): number | null {
  const text = factOf(said, COUNT);
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function lastSeenOf(said: Said): number | null {
  const moment = Date.parse(factOf(said, LAST_SEEN));
  return Number.isNaN(moment) ? null : moment;
}

function isLater(moment: number | null, than: number | null): boolean {
  return moment !== null && than !== null && moment > than;
}
