import type { PreflightCheck, PreflightResult, PreflightStatus } from './check.ts';
import { credentialChecks } from './credentials.ts';
import { keyChecks } from './keys.ts';
import { networkChecks } from './network.ts';
import { permissionChecks } from './permissions.ts';
import { STATUS_RANKS } from './result-order.ts';
import { shellChecks } from './shell.ts';
import type { PreflightSubject } from './subject.ts';
import { targetChecks } from './target.ts';
import { trailChecks } from './trail.ts';

/**
 * What a shell in this container would come to, before anybody opens it. Total. Green: it opens, and its transcript arrives at
 * every configured place; red: it certainly does not; yellow: it may not, or could not be looked at.
 */
export function checkSubject(subject: PreflightSubject): PreflightResult {
  const checks = [
    ...shellChecks(subject),
    ...credentialChecks(subject),
    ...networkChecks(subject),
    ...targetChecks(subject),
    ...permissionChecks(subject),
    ...keyChecks(subject),
    ...trailChecks(subject),
  ].sort((left, right) => STATUS_RANKS[left.status] - STATUS_RANKS[right.status]);
  return {
    clusterArn: subject.clusterArn,
    serviceName: subject.service?.serviceName ?? null,
    taskDefinitionArn: subject.taskDefinitionArn,
    containerName: subject.containerName,
    tasks: subject.tasks.length,
    roleArn: subject.role.kind === 'read' ? subject.role.value.roleArn : subject.taskRoleArn,
    status: worstOf(checks),
    checks,
  };
}

/** The checks are sorted; there is always one, and without any nothing would be known. */
function worstOf(checks: readonly PreflightCheck[]): PreflightStatus {
  return checks[0]?.status ?? 'yellow';
}
