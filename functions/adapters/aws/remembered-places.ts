import type { Reading } from '../../domain/observation.ts';
import type { AccountPlace } from '../../domain/organization-mode.ts';
import type { Clock, OrganizationReader } from '../../ports.ts';
import { isPassing } from './errors.ts';

const MINUTE_MILLISECONDS = 60_000;
/** Accounts move seldom, and a deployment's settings decide what a move may change. */
const FRESH_MILLISECONDS = 15 * MINUTE_MILLISECONDS;
/** What nobody may read is put right by a person, who then waits for it. */
const UNREAD_FRESH_MILLISECONDS = MINUTE_MILLISECONDS;
/** As long as settings outlive their source. */
const TRUST_MILLISECONDS = 60 * MINUTE_MILLISECONDS;

interface Known {
  readonly answer: Reading<AccountPlace>;
  readonly readAt: number;
  /** Until when nobody is asked. */
  readonly freshUntil: number;
}

/**
 * The same reader, with each answer kept: a place for 15 minutes, any other answer for one. While Organizations throttles or
 * fails, a place that was read within the last hour holds, and is asked for again a minute later; else the failure is thrown.
 * Callers that come together share one question.
 */
export function rememberingPlaces(reader: OrganizationReader, clock: Clock): OrganizationReader {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Reading<AccountPlace>>>();

  async function ask(account: string): Promise<Reading<AccountPlace>> {
    const now = clock().getTime();
    try {
      const answer = await reader.findPlace(account);
      const fresh = answer.kind === 'read' ? FRESH_MILLISECONDS : UNREAD_FRESH_MILLISECONDS;
      known.set(account, { answer, readAt: now, freshUntil: now + fresh });
      return answer;
    } catch (error) {
      const before = known.get(account);
      const trustedUntil = before?.answer.kind === 'read' ? before.readAt + TRUST_MILLISECONDS : now;
      if (before === undefined || !isPassing(error) || now >= trustedUntil) throw error;
      known.set(account, { ...before, freshUntil: Math.min(now + MINUTE_MILLISECONDS, trustedUntil) });
      return before.answer;
    }
  }

  return {
    findPlace(account) {
      const before = known.get(account);
      if (before !== undefined && clock().getTime() < before.freshUntil) return Promise.resolve(before.answer);
      const asked = asking.get(account) ?? ask(account).finally(() => asking.delete(account));
      asking.set(account, asked);
      return asked;
    },
  };
}
