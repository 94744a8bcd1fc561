import type { Diagnosis } from '../domain/diagnosis.ts';
import { dayOf } from '../domain/ledger.ts';
import { diagnoseDelivery } from '../domain/trail-diagnosis.ts';
import type { TrailReader } from '../ports.ts';

/** What a look at the trails found, and the day that counts as looked at. */
export interface CheckedTrail {
  readonly diagnosis: Diagnosis;
  readonly checkedOn: string | null;
}

/**
 * Looks once a UTC day whether a trail delivers calls to EventBridge; null where that was done today. A day on which none does is
 * not done with: every audit looks again, so that the alarm stands until the trail does. What cannot be told is asked again tomorrow.
 */
export async function checkTrail(
  { checkedOn, now }: { readonly checkedOn: string | null; readonly now: Date },
  trails: TrailReader,
): Promise<CheckedTrail | null> {
  const today = dayOf(now.toISOString());
  if (checkedOn === today) return null;
  const diagnosis = diagnoseDelivery(await trails.listTrails());
  return { diagnosis, checkedOn: diagnosis.status === 'fail' ? null : today };
}
