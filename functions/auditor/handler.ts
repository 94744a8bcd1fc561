import type { Context } from 'aws-lambda';
import { jurisdictionOf, type Place } from '../domain/jurisdiction.ts';
import { isUnrecorded } from '../domain/ledger.ts';
import type { Settings } from '../domain/settings.ts';
import { type AuditEvent, runAudit } from '../flow/audit.ts';
import { auditPlaces } from '../flow/audit-places.ts';
import { placeOfFunction } from '../flow/read-batch.ts';
import { LOG_CODES } from '../telemetry/log-codes.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import { reportSettings } from '../telemetry/settings-report.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { AuditorDependencies } from './dependencies.ts';

type AuditContext = Pick<Context, 'awsRequestId' | 'invokedFunctionArn' | 'getRemainingTimeInMillis'>;

/**
 * The auditor: on a schedule, each session that is due gets its final state, and what nobody delivered is found. The event says
 * nothing but that it is time. It never throws for a part that failed: the next run is a better retry than Lambda's.
 */
export function createHandler({ settings, portsFor, hub, telemetry }: AuditorDependencies) {
  return async (_event: unknown, context: AuditContext): Promise<void> => {
    const journal = telemetry.withKeys({ requestId: context.awsRequestId });
    journal.info(LOG_CODES.started);
    const inForce = await settings.current();
    reportSettings(inForce, journal);
    const home = placeOfFunction(context.invokedFunctionArn);
    const options = {
      rules: inForce.rules,
      hasTime: (milliseconds: number) => context.getRemainingTimeInMillis() > milliseconds,
      onEvent: (event: AuditEvent, place: Place | null = null) =>
        report(event, inForce.rules.settings, place === null ? journal : journal.withKeys({ ...place })),
    };
    const { unauditedMembers, ...end } =
      hub === null
        ? { ...(await runAudit(options, portsFor(home.account))), unauditedMembers: [] }
        : await auditPlaces(options, hub.worldOf(jurisdictionOf(home, hub.organizationId)));
    if (unauditedMembers.length > 0) {
      journal.count(METRICS.unauditedMembers, unauditedMembers.length);
      journal.warn(LOG_CODES.membersUnaudited, { members: unauditedMembers.slice(0, MOST_MEMBERS_NAMED) });
    }
    if (end.isFinished) {
      journal.count(METRICS.auditsFinished);
      journal.info(LOG_CODES.auditFinished, { ...end });
    } else {
      journal.warn(LOG_CODES.auditUnfinished, { ...end });
    }
  };
}

/** Of a line in the log; each has lines of its own as well. */
const MOST_MEMBERS_NAMED = 50;

function report(event: AuditEvent, settings: Settings, journal: Telemetry): void {
  switch (event.kind) {
    case 'settled':
      reportSettled(event, journal);
      return;
    case 'sent-to-recorder': {
      const { sessionId, eventId, startedAt } = event.session;
      if (!event.isFirst) journal.count(METRICS.undeliveredEvents);
      journal.warn(LOG_CODES.undeliveredFound, { sessionId, eventId, startedAt, beforeLedger: event.isFirst });
      return;
    }
    case 'coverage': {
      const { percent } = event.coverage;
      const minimum = settings.audit.minimumCoveragePercent;
      if (percent === null) return;
      journal.count(METRICS.coveragePercent, percent);
      if (percent >= minimum) return;
      journal.count(METRICS.coverageLow);
      journal.warn(LOG_CODES.coverageLow, { ...event.coverage, minimum });
      return;
    }
    case 'trail': {
      const { status, detail, whatToDo } = event.diagnosis;
      if (status !== 'fail') {
        journal[status === 'ok' ? 'info' : 'warn'](LOG_CODES.trailChecked, { status, detail });
        return;
      }
      journal.count(METRICS.trailMissing);
      journal.error(LOG_CODES.trailMissing, { detail, whatToDo });
      return;
    }
    case 'failed':
      journal.error(LOG_CODES.failed, { step: event.step, sessionId: event.sessionId, error: event.error });
  }
}

function reportSettled(
  { verdict, foundUndelivered }: Extract<AuditEvent, { kind: 'settled' }>,
  journal: Telemetry,
): void {
  const { sessionId, state, exempt, causes, proof, clusterArn, taskArn, personArn, loggingChange } = verdict;
  journal.count(METRICS.sessionsSettled, 1, { state });
  if (isUnrecorded(verdict)) journal.count(METRICS.unrecordedSessions);
  if (foundUndelivered) {
    journal.count(METRICS.undeliveredEvents);
    journal.warn(LOG_CODES.undeliveredFound, { sessionId, eventId: proof.eventId });
  }
  journal.info(LOG_CODES.sessionSettled, {
    sessionId,
    state,
    exempt,
    causes: causes.map(({ code }) => code),
    fingerprint: proof.fingerprint,
    loggingChanged: loggingChange !== null,
    clusterArn,
    taskArn,
    personArn,
  });
}
