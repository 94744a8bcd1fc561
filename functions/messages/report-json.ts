import type { CoverageReport, ReportedSession } from '../domain/coverage.ts';
import type { ReportedChange } from '../domain/reported-changes.ts';
import { asciiJson } from './escape.ts';

/** The report as one JSON object on one line, in ASCII; of the sessions only the unrecorded ones, every change of logging, and
 * every suppression. */
export function jsonReport(report: CoverageReport): string {
  const { since, until, total, accounts, clusters, weeks, people, days, unrecorded, loggingChanges, suppressions } =
    report;
  const lists = {
    unrecorded: unrecorded.map(reportedSessionJson),
    loggingChanges: loggingChanges.map(changeJson),
    suppressions,
  };
  return `${asciiJson({ since, until, total, accounts, clusters, weeks, people, days, ...lists })}\n`;
}

function changeJson({ clusterName, clusterArn, ...change }: ReportedChange) {
  const { changedAt, changedBy, eventId, logging, sessions, unrecorded } = change;
  const cluster = { name: clusterName, arn: clusterArn };
  return { cluster, changedAt, changedBy, eventId, logging, sessions, unrecorded };
}

/** One session for a machine, the same in every output. */
export function reportedSessionJson({ verdict, person, clusterName, taskId, acceptance }: ReportedSession) {
  const { sessionId, startedAt, endedAt, account, region, clusterArn, taskArn, taskRoleArn, personArn } = verdict;
  const { sourceIdentity, state, causes, proof, loggingChange } = verdict;
  return {
    sessionId,
    startedAt,
    endedAt,
    account,
    region,
    person: { kind: person.kind, name: person.name, arn: personArn, sourceIdentity },
    cluster: { name: clusterName, arn: clusterArn },
    task: { id: taskId, arn: taskArn, roleArn: taskRoleArn },
    state,
    causes,
    fingerprint: proof.fingerprint,
    eventId: proof.eventId,
    loggingChange,
    accepted:
      acceptance === null ? null : { by: acceptance.acceptedBy, at: acceptance.acceptedAt, reason: acceptance.reason },
  };
}
