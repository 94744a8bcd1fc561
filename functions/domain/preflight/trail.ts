import { diagnoseTrails } from '../trail-diagnosis.ts';
import type { PreflightCheck } from './check.ts';
import { found } from './codes.ts';
import type { PreflightSubject } from './subject.ts';

const CODES = {
  ok: 'trail-logs-writes',
  warn: 'trail-unknown',
  fail: 'trail-missing',
  unknown: 'trail-unknown',
} as const;

/** Whether a denial of the delivery would be seen by anybody: EventBridge gets API calls from trails only. */
export function trailChecks({ trails }: PreflightSubject): readonly PreflightCheck[] {
  if (trails === null) return [];
  return diagnoseTrails(trails, []).map(({ status, detail }) =>
    found(CODES[status], status === 'ok' ? '' : `Found: ${detail}.`),
  );
}
