import type { Case, Notice } from '../domain/case.ts';
import type { CaseStore } from '../ports.ts';
import { RetryLater } from './retry-later.ts';

/** A conflict after a post costs a second post, so that it is fought longer than others. */
const MAX_SAVE_ATTEMPTS = 20;

/**
 * Saves a change of a case whose outbox still holds the notice; null where it does not, or where `changed` gives null.
 * @throws RetryLater when others keep changing the case.
 */
export async function changeNotice(
  fingerprint: string,
  { noticeId }: Notice,
  changed: (found: Case) => Case | null,
  cases: Pick<CaseStore, 'findCase' | 'saveCase'>,
): Promise<Case | null> {
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt += 1) {
    const found = await cases.findCase(fingerprint);
    if (found === undefined || !found.outbox.some((candidate) => candidate.noticeId === noticeId)) return null;
    const change = changed(found);
    if (change === null) return null;
    const next = { ...change, version: found.version + 1 };
    if ((await cases.saveCase(next, found.version)) === 'saved') return next;
  }
  throw new RetryLater('other invocations kept changing the case');
}

/** The case with what became of its notice: whether its message shows it, and who posts it. */
export function withNotice(found: Case, { noticeId, shown, claim }: Notice): Case {
  const outbox = found.outbox.map((due) => (due.noticeId === noticeId ? { ...due, shown, claim } : due));
  return { ...found, outbox };
}

export function withoutNotice(found: Case, notice: Notice): Case {
  return { ...found, outbox: found.outbox.filter(({ noticeId }) => noticeId !== notice.noticeId) };
}
