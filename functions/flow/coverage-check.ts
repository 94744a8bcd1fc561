import { coverageOf, unrecordedIn } from '../domain/coverage.ts';
import { dayOf } from '../domain/ledger.ts';
import type { VerdictStore } from '../ports.ts';

/** How many of the settled sessions of today and yesterday were recorded. */
export interface CheckedCoverage {
  readonly recorded: number;
  readonly unrecorded: number;
  /** Null where nothing is settled. */
  readonly percent: number | null;
}

const DAY_MILLISECONDS = 86_400_000;

/** Counts page by page, so that a day of a million sessions needs no more memory than a day of one. */
export async function checkCoverage(
  now: Date,
  verdicts: Pick<VerdictStore, 'verdictsOfDay'>,
): Promise<CheckedCoverage> {
  let [recorded, unrecorded] = [0, 0];
  for (const at of [now.getTime() - DAY_MILLISECONDS, now.getTime()]) {
    for await (const page of verdicts.verdictsOfDay(dayOf(new Date(at).toISOString()))) {
      const coverage = coverageOf(page, []);
      recorded += coverage.counts.recorded;
      unrecorded += unrecordedIn(coverage);
    }
  }
  const settled = recorded + unrecorded;
  return { recorded, unrecorded, percent: settled === 0 ? null : (recorded * 100) / settled };
}
