import type { Case, CaseState } from './case.ts';
import { isIncident } from './incident.ts';
import type { LedgerLine, SessionVerdict } from './ledger.ts';
import { isMutedBySettings } from './suppression.ts';

/** What the ledger holds about a session whose transcript arrived. */
export interface DeliveryEvidence {
  readonly line: LedgerLine;
  readonly verdict: SessionVerdict;
}

/** `verified` too: what a killed Lambda left undone behind it is done again. */
const PROVABLE: ReadonlySet<CaseState> = new Set(['ticketed', 'proposed', 'repaired', 'unverified', 'verified']);

/**
 * Why a recorded session does not prove that a case is repaired; null where it does: a session of ECS Exec, recorded, by the same
 * role in the same cluster to the same log group or, where there is none, bucket, opened after the last denial and after the repair.
 */
export function disproofOf(found: Case, { line, verdict }: DeliveryEvidence): string | null {
  const { session } = line;
  const roleArn = line.taskRoleArn ?? verdict.taskRoleArn;
  // What is proved repaired while it is muted is not raised afterwards.
  if ((!PROVABLE.has(found.state) && !isMutedBySettings(found)) || isIncident(found)) {
    return 'the case waits for no transcript';
  }
  if (line.kind !== 'exec' || verdict.sessionId !== session.sessionId) {
    return 'the session is none of ECS Exec';
  }
  if (verdict.state !== 'recorded' || verdict.settledAt === null) {
    return `the session is ${verdict.state}`;
  }
  const clusters = [found.clusterArn ?? session.clusterArn, session.clusterArn];
  if (session.account !== found.account || session.region !== found.region || clusters[0] !== clusters[1]) {
    return 'the session was in another cluster';
  }
  if (roleArn === null || roleArn !== found.roleArn) {
    return 'the session was of another role';
  }
  if (!liesWhereTheCaseIs(found, { line, verdict })) {
    return 'the transcript lies elsewhere';
  }
  // The agent was denied a bucket or its key: that the group holds the transcript says nothing about them.
  if (found.signal?.kind === 'exec-companion' && verdict.causes.some(({ code }) => code === 'only-log-group')) {
    return 'the bucket does not hold the transcript';
  }
  return [found.lastSeenAt, found.repairedAt].every((moment) => moment === null || isLater(session.startedAt, moment))
    ? null
    : 'the session began before the last denial or the repair';
}

/** The group in which the session's own stream was found; null where it lies elsewhere, or is another's. */
/** In the case's log group; of a cluster that sends into a bucket alone, in that bucket. */
function liesWhereTheCaseIs({ logGroupName, signal }: Case, { line, verdict }: DeliveryEvidence): boolean {
  const { target, session } = line;
  if (logGroupName === null) {
    const bucketName = signal?.kind === 'exec-companion' ? signal.bucketName : undefined;
    const { transcript } = verdict.proof;
    return (
      bucketName !== undefined &&
      target.kind === 'target' &&
      target.logGroupName === null &&
      transcript?.startsWith(`s3://${bucketName}/`) === true &&
      transcript.endsWith(`/${session.sessionId}.log`)
    );
  }
  // A target that was not resolved when the session was recorded is known from where the transcript lies.
  const configured = target.kind === 'target' ? target.logGroupName : logGroupName;
  return configured === logGroupName && groupOfTranscript(line, verdict) === logGroupName;
}

function groupOfTranscript({ session }: LedgerLine, { proof }: SessionVerdict): string | null {
  const found = /^log-group:([^:]+):([^:]+)$/.exec(proof.transcript ?? '');
  return found?.[2] === session.sessionId ? (found[1] ?? null) : null;
}

/** False also where one of them is no moment. */
function isLater(moment: string, than: string): boolean {
  return Date.parse(moment) > Date.parse(than);
}
