import type { SettingsInForce } from '../domain/settings-in-force.ts';
import type { Journal } from '../ports.ts';
import { LOG_CODES } from './log-codes.ts';
import { METRICS } from './metric-names.ts';

/** Tells what is wrong with the settings, on the metrics that alarms stand on. */
export function reportSettings({ state, problems, clipped }: SettingsInForce, journal: Journal): void {
  if (state !== 'valid' || problems.length > 0) {
    journal.count(METRICS.settingsInvalid);
    journal.error(LOG_CODES.settingsInvalid, { state, problems });
  }
  if (clipped.length > 0) {
    journal.count(METRICS.settingsClipped);
    journal.warn(LOG_CODES.settingsClipped, { clipped });
  }
}
