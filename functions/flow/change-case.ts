import { type Case, withAnnouncements } from '../domain/case.ts';
import type { CaseStore, Clock, DelayQueue } from '../ports.ts';
import { announce } from './notify.ts';
import { RetryLater } from './retry-later.ts';

export interface ChangePorts {
  readonly cases: Pick<CaseStore, 'findCase' | 'saveCase'>;
  readonly queue: DelayQueue;
  readonly clock: Clock;
}

const MAX_SAVE_ATTEMPTS = 5;

/**
 * Reads a case, changes it, saves it and announces its notices; again where another worker was faster. `change` gives null where
 * nothing is left to do; notices that a killed Lambda did not announce are announced all the same. The version is set here.
 * @throws RetryLater when others keep changing the case.
 */
export async function changeCase(
  fingerprint: string,
  change: (found: Case | null, now: Date) => Case | null,
  ports: ChangePorts,
): Promise<Case | null> {
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt += 1) {
    const found = (await ports.cases.findCase(fingerprint)) ?? null;
    const now = ports.clock();
    const wanted = change(found, now) ?? found;
    const changed = wanted === null ? null : withAnnouncements(wanted, now);
    if (changed === null || changed === found) {
      return found;
    }
    const next = { ...changed, version: (found?.version ?? 0) + 1 };
    if ((await ports.cases.saveCase(next, found?.version ?? null)) === 'saved') {
      await announce(next, now, ports.queue);
      return next;
    }
  }
  throw new RetryLater('other invocations kept changing the case');
}
