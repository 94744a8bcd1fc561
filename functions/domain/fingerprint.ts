import { canonicalJson, type Digest } from './canonical.ts';
import type { Denial } from './denial.ts';
import { signalOf } from './signal.ts';

/**
 * Names a cause: account, Region, role id, what was denied, policy type and denial kind. Known from the denial alone, so that
 * duplicates are folded before anything is read. A principal without a role id counts by its ARN. What was denied is the group;
 * of an exec session's other calls the call and its bucket or key; a router's group counts whichever call to it was denied.
 */
export function fingerprintOf(denial: Denial, digest: Digest): string {
  const signal = signalOf(denial);
  return digest(
    canonicalJson([
      denial.account,
      denial.region,
      denial.roleId ?? denial.principalArn,
      signal === 'exec-companion' ? [denial.companion, bucketOrKeyOf(denial)] : denial.logGroupName,
      denial.policyType,
      denial.denialKind,
      ...(signal === 'router' || signal === 'awslogs-driver' ? [signal] : []),
    ]),
  ).slice(0, 32);
}

/** Never the object: each session has its own. */
function bucketOrKeyOf({ companion, resource }: Denial): string | null {
  return companion === 'describe-log-groups' || resource === null
    ? null
    : resource.replace(/^(arn:[^:]+:s3:::[^/]+)\/.*$/s, '$1');
}
