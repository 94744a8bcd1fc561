import type { Case } from './case.ts';
import type { ReportedSession } from './coverage.ts';
import type { Settings } from './settings.ts';

/** Somebody's word that messages about a role are muted for a while: who, why, and until the end of which day (UTC). */
export type Suppression = Settings['suppressions'][number];

const DAY_MILLISECONDS = 86_400_000;

/** Days before its end from which a suppression is warned of. */
export const SUPPRESSION_WARNING_DAYS = 7;

/** Whether it mutes no more: it counts until the end of its day, UTC. */
export function hasEnded(suppression: Pick<Suppression, 'until'>, now: Date): boolean {
  return now.getTime() >= endOf(suppression);
}

/** The days that are left, the one that runs counted whole; 0 once it has ended. */
export function daysLeftOf(suppression: Pick<Suppression, 'until'>, now: Date): number {
  return Math.max(0, Math.ceil((endOf(suppression) - now.getTime()) / DAY_MILLISECONDS));
}

/** The suppression that mutes a role at this moment; null where none does. */
export function suppressionInForce(
  suppressions: readonly Suppression[],
  roleArn: string | null,
  now: Date,
): Suppression | null {
  return suppressions.find((candidate) => candidate.role === roleArn && !hasEnded(candidate, now)) ?? null;
}

/** Whether a case is muted by the settings, not by a tag: what the auditor looks after until the suppression has ended. */
export function isMutedBySettings({ state, reasons }: Pick<Case, 'state' | 'reasons'>): boolean {
  return state === 'suppressed' && reasons.some(({ code }) => code === 'suppressed');
}

/** One suppression as a report shows it. */
export interface ReportedSuppression extends Suppression {
  readonly hasEnded: boolean;
  readonly daysLeft: number;
  /** The unrecorded sessions of the role in the period, by their start: muted, or no longer where it has ended. */
  readonly sessionIds: readonly string[];
  /** The cases of their denials, and whatever else of the role is muted, each once. */
  readonly fingerprints: readonly string[];
}

/** A case that is muted, as far as a report knows it. */
export interface MutedCase {
  readonly roleArn: string;
  readonly fingerprint: string;
}

/** The suppressions of the settings with what each one mutes, the next to end first. */
export function reportedSuppressions(
  suppressions: readonly Suppression[],
  unrecorded: readonly Pick<ReportedSession, 'verdict'>[],
  mutedCases: readonly MutedCase[],
  now: Date,
): readonly ReportedSuppression[] {
  return suppressions
    .map((suppression) => {
      const verdicts = unrecorded
        .map(({ verdict }) => verdict)
        .filter(({ taskRoleArn }) => taskRoleArn === suppression.role);
      return {
        ...suppression,
        hasEnded: hasEnded(suppression, now),
        daysLeft: daysLeftOf(suppression, now),
        sessionIds: verdicts.map(({ sessionId }) => sessionId),
        fingerprints: [
          ...new Set([
            ...verdicts.flatMap(({ proof }) => proof.fingerprint ?? []),
            ...mutedCases.filter(({ roleArn }) => roleArn === suppression.role).map(({ fingerprint }) => fingerprint),
          ]),
        ],
      };
    })
    .sort((left, right) => endOf(left) - endOf(right));
}

function endOf({ until }: Pick<Suppression, 'until'>): number {
  return Date.parse(`${until}T00:00:00Z`) + DAY_MILLISECONDS;
}
