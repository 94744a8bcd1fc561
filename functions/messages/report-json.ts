import type { CoverageReport, ReportedSession } from '../domain/coverage.ts';
import { asciiJson } from './escape.ts';

/** The report as one JSON object on one line, in ASCII; of the sessions only the unrecorded ones. */
export function jsonReport(report: CoverageReport): string {
  const { since, until, total, accounts, clusters, weeks, people, days, unrecorded } = report;
  return `${asciiJson({ since, until, total, accounts, clusters, weeks, people, days, unrecorded: unrecorded.map(sessionJson) })}\n`;
}

function sessionJson({ verdict, person, clusterName, taskId, acceptance }: ReportedSession) {
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
