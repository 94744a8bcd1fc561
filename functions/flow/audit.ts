import type { Digest } from '../domain/canonical.ts';
import type { Diagnosis } from '../domain/diagnosis.ts';
import type { ExecSession } from '../domain/exec-session.ts';
import type { SessionVerdict } from '../domain/ledger.ts';
import type { Rules } from '../domain/mode.ts';
import type { AuditProgress, AuditProgressStore, Clock, OpenCase, TrailReader, WorkLists } from '../ports.ts';
import { checkTrail } from './check-trail.ts';
import { type CheckedCoverage, checkCoverage } from './coverage-check.ts';
import { orderLapses } from './lapse-cases.ts';
import { createLoggingChanges } from './logging-changes.ts';
import { type ReviewPorts, reviewPolicies } from './review-policies.ts';
import { settleDue } from './settle-due.ts';
import type { AuditRun, SettlePorts } from './settle-session.ts';
import { type SweepPorts, sweep } from './sweep.ts';
import { orderUnmutes } from './unmute-cases.ts';

/** All that an audit works with. */
export interface AuditPorts extends SettlePorts, SweepPorts, Omit<ReviewPorts, 'workLists'> {
  readonly workLists: WorkLists;
  readonly progress: AuditProgressStore;
  readonly trails: TrailReader;
  readonly clock: Clock;
  readonly digest: Digest;
}

type AuditStep = 'progress' | 'sweep' | 'settle' | 'unmute' | 'lapse' | 'review' | 'coverage' | 'trail';

type OnFailure = (step: AuditStep, error: unknown, sessionId?: string | null) => void;

/** What happens during an audit, as it happens: nothing is kept for the end, so that memory stays flat. */
export type AuditEvent =
  | { readonly kind: 'settled'; readonly verdict: SessionVerdict; readonly foundUndelivered: boolean }
  /** `isFirst`: from before the ledger was begun, when nobody delivered anything. */
  | { readonly kind: 'sent-to-recorder'; readonly session: ExecSession; readonly isFirst: boolean }
  | { readonly kind: 'coverage'; readonly coverage: CheckedCoverage }
  | { readonly kind: 'trail'; readonly diagnosis: Diagnosis }
  | {
      readonly kind: 'failed';
      readonly step: AuditStep;
      readonly sessionId: string | null;
      readonly error: unknown;
    };

export interface AuditOptions {
  readonly rules: Rules;
  readonly hasTime: (milliseconds: number) => boolean;
  readonly onEvent: (event: AuditEvent) => void;
  /** Of a hub: the steps of one of its places, or those that it does once for all; all of them without it. */
  readonly only?: 'place' | 'deployment';
}

/** How an audit ended: finished is one that did everything it was to do. */
export interface AuditEnd {
  readonly isFinished: boolean;
  readonly settled: number;
  readonly postponed: number;
  /** Sessions that another auditor saved first. */
  readonly conflicts: number;
  readonly failures: number;
}

/**
 * One run of the auditor: sweep, settle, unmute, lapse, review, coverage, trail, progress. What fails is told and left to the next run; it
 * does not stop the rest. Never throws.
 */
export async function runAudit(options: AuditOptions, ports: AuditPorts): Promise<AuditEnd> {
  const now = ports.clock();
  const [ofPlace, ofDeployment] = [options.only !== 'deployment', options.only !== 'place'];
  let failures = 0;
  const onFailure: OnFailure = (step, error, sessionId = null) => {
    failures += 1;
    options.onEvent({ kind: 'failed', step, sessionId, error });
  };
  const attempt = async <T>(step: AuditStep, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      onFailure(step, error);
      return null;
    }
  };
  const read = await attempt('progress', async () => ({ progress: await ports.progress.readProgress() }));
  const before = read?.progress;
  const swept = read && ofPlace && (await attempt('sweep', () => sweepOnce(before, now, options, ports)));
  // At once: an auditor that is always killed later must not sweep ever more, and never come to settling.
  const kept =
    swept &&
    (await attempt('progress', () => saved({ ...afterSweep(before), sweptUntil: swept.sweptUntil }, before, ports)));
  const run = runOf(options, ports, now, onFailure);
  const settled =
    ofPlace &&
    (await attempt('settle', () =>
      settleDue(run, {
        ports,
        hasTime: options.hasTime,
        onSettled: (verdict, foundUndelivered) => options.onEvent({ kind: 'settled', verdict, foundUndelivered }),
        onFailure: (sessionId, error) => onFailure('settle', error, sessionId),
      }),
    ));
  const unmuted = ofDeployment && (await attempt('unmute', () => orderUnmutes(run, options, ports)));
  const lapsed = ofDeployment && (await attempt('lapse', () => orderLapses(run, options, ports)));
  const reviewed =
    read && ofPlace && (await attempt('review', () => reviewOnce(before, now, options, ports, onFailure)));
  if (ofDeployment && isNewHour(before?.finishedAt ?? null, now)) {
    await attempt('coverage', async () => {
      options.onEvent({ kind: 'coverage', coverage: await checkCoverage(now, ports.verdicts) });
    });
  }
  const checkedOn = before?.trailCheckedOn ?? null;
  const trail = read && ofPlace && (await attempt('trail', () => checkTrail({ checkedOn, now }, ports.trails)));
  if (trail) options.onEvent({ kind: 'trail', diagnosis: trail.diagnosis });
  // A step that is another run's is false; one that failed is null.
  const cameToEnd = [swept, settled, unmuted, lapsed, reviewed].every((part) => part === false || part?.isFinished);
  if (read !== null) {
    const standing = kept || before;
    const progress: AuditProgress = {
      ...afterSweep(standing),
      reviewedRoleId: reviewed ? reviewed.reviewedRoleId : (before?.reviewedRoleId ?? null),
      finishedAt: cameToEnd && failures === 0 ? now.toISOString() : (before?.finishedAt ?? null),
      ...(trail ? { trailCheckedOn: trail.checkedOn } : {}),
    };
    await attempt('progress', () => saved(progress, standing, ports));
  }
  const { postponed = 0, conflicts = 0 } = settled || {};
  return {
    isFinished: cameToEnd && failures === 0,
    settled: settled ? settled.settled : 0,
    postponed,
    conflicts,
    failures,
  };
}

/** The next progress, before anything is added to it. */
function afterSweep(before: AuditProgress | undefined): AuditProgress {
  const {
    sweptUntil = null,
    reviewedRoleId = null,
    finishedAt = null,
    version = 0,
    trailCheckedOn = null,
  } = before ?? {};
  return { sweptUntil, reviewedRoleId, finishedAt, trailCheckedOn, version: version + 1 };
}

/** In a conflict another auditor's progress stands: what it has not seen is looked at again. */
async function saved(
  progress: AuditProgress,
  before: AuditProgress | undefined,
  { progress: store }: AuditPorts,
): Promise<AuditProgress | undefined> {
  const answer = await store.saveProgress(progress, before?.version ?? null);
  return answer === 'saved' ? progress : before;
}

/** Coverage is read from two days of the index: once an hour is often enough, and a quarter of the cost. */
function isNewHour(finishedAt: string | null, now: Date): boolean {
  return finishedAt?.slice(0, 13) !== now.toISOString().slice(0, 13);
}

function sweepOnce(before: AuditProgress | undefined, now: Date, options: AuditOptions, ports: AuditPorts) {
  const { hasTime, onEvent } = options;
  const onFound = (session: ExecSession, isFirst: boolean) => onEvent({ kind: 'sent-to-recorder', session, isFirst });
  return sweep({ sweptUntil: before?.sweptUntil ?? null, now, hasTime, onFound }, ports);
}

function reviewOnce(
  before: AuditProgress | undefined,
  now: Date,
  options: AuditOptions,
  ports: AuditPorts,
  onFailure: OnFailure,
) {
  const finishedAt = before?.finishedAt ?? null;
  return reviewPolicies(
    {
      reviewedRoleId: before?.reviewedRoleId ?? null,
      lastFinishedAt: finishedAt === null ? null : new Date(finishedAt),
      policyTtlDays: options.rules.settings.limits.policyTtlDays,
      now,
      hasTime: options.hasTime,
      onFailure: (error) => onFailure('review', error),
    },
    ports,
  );
}

function runOf({ rules: { settings } }: AuditOptions, ports: AuditPorts, now: Date, onFailure: OnFailure): AuditRun {
  let cases: Promise<readonly OpenCase[]> | null = null;
  return {
    now,
    options: { unloggedClusters: settings.audit.unloggedClusters, digest: ports.digest },
    findLoggingChange: createLoggingChanges(ports.history, now, (error) => onFailure('settle', error)),
    openCases: async () => {
      cases ??= readOpenCases(ports.workLists, (error) => onFailure('settle', error));
      try {
        return await cases;
      } catch (error) {
        cases = null;
        throw error;
      }
    },
  };
}

/** All of them: one a cause, and few. */
async function readOpenCases(
  workLists: WorkLists,
  onMalformed: (error: unknown) => void,
): Promise<readonly OpenCase[]> {
  const open: OpenCase[] = [];
  for await (const page of workLists.openCases(onMalformed)) open.push(...page);
  return open;
}
