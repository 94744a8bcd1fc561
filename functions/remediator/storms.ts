import { signalOf } from '../domain/signal.ts';
import type { ItemEnd } from '../flow/remediate-batch.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** A denial that a batch counted without deciding it. */
type Counted = Extract<ItemEnd, { kind: 'denial' | 'not-applicable' }>;

/**
 * The end of one of the many denials of a log router or a driver, which come by the million; null for every other. They have one
 * line for each cause and batch, because a line for each would cost as much as all the rest. A session's denial keeps its own.
 */
export function partOfStorm(end: ItemEnd): Counted | null {
  if (end.kind === 'not-applicable') return signalOf(end.denial) === 'awslogs-driver' ? end : null;
  if (end.kind !== 'denial' || end.ended.kind !== 'folded') return null;
  const signal = signalOf(end.received.denial);
  return signal === 'router' || signal === 'awslogs-driver' ? end : null;
}

/** Writes those lines, with the number of their denials, and counts them all. */
export function reportStorms(ends: Iterable<ItemEnd>, journal: Telemetry): void {
  const storms = new Map<string, { readonly end: Counted; denials: number }>();
  for (const each of ends) {
    const end = partOfStorm(each);
    if (end === null) continue;
    const cause = end.kind === 'denial' ? end.fingerprint : `not applicable: ${end.denial.roleName}`;
    const storm = storms.get(cause) ?? { end, denials: 0 };
    storm.denials += 1;
    storms.set(cause, storm);
  }
  for (const { end, denials } of storms.values()) {
    journal.count(METRICS.denials, denials);
    if (end.kind === 'not-applicable') {
      const { roleName } = end.denial;
      journal.info(LOG_CODES.completed, { disposition: 'not-applicable', roleName, denials });
    } else {
      const { roleName, logGroupName } = end.received.denial;
      const count = end.ended.kind === 'folded' ? end.ended.found.count : null;
      journal.info(LOG_CODES.folded, { fingerprint: end.fingerprint, roleName, logGroupName, denials, count });
    }
  }
}
