import { canonicalJson, type Digest } from './canonical.ts';
import type { Denial } from './denial.ts';

/**
 * Names a cause: account, Region, role id, denied group, policy type and denial kind. Known from the denial alone, so that
 * duplicates are folded before anything is read. A principal without a role id counts by its ARN.
 */
export function fingerprintOf(denial: Denial, digest: Digest): string {
  return digest(
    canonicalJson([
      denial.account,
      denial.region,
      denial.roleId ?? denial.principalArn,
      denial.logGroupName,
      denial.policyType,
      denial.denialKind,
    ]),
  ).slice(0, 32);
}
