import { type Diagnosis, ok, unknown, warn } from './diagnosis.ts';
import { daysLeftOf, hasEnded, SUPPRESSION_WARNING_DAYS, type Suppression } from './suppression.ts';

const MAX_SHOWN = 5;

/** The check of the suppressions: those that have ended, or end within 7 days, have an owner who should look. null: not known. */
export function diagnoseSuppressions(suppressions: readonly Suppression[] | null, now: Date): Diagnosis {
  const code = 'suppressions';
  if (suppressions === null) return unknown(code, 'no settings are known, and so no suppressions');
  const ending = suppressions.filter((suppression) => daysLeftOf(suppression, now) <= SUPPRESSION_WARNING_DAYS);
  if (ending.length === 0) {
    const count = suppressions.length === 0 ? 'nothing is suppressed' : `${suppressions.length} suppressed`;
    return ok(code, `${count}, and none ends within ${SUPPRESSION_WARNING_DAYS} days`);
  }
  const shown = ending.slice(0, MAX_SHOWN).map((suppression) => {
    const { role, until, owner } = suppression;
    return `${role} ${hasEnded(suppression, now) ? 'ended' : 'ends'} with ${until} (${owner})`;
  });
  const more = ending.length - shown.length;
  return warn(
    code,
    [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; '),
    'once one has ended, its cases are raised again: repair the cause, set a later day, or take out what has ended',
  );
}
