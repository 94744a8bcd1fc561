import type { Finding } from './finding.ts';
import { policiesOn } from './prepared-policy.ts';

/**
 * When this cause was repaired, or null where never. The case's own time comes first: the record's is that of the last write,
 * which may have been for another cause of the same role.
 */
export function repairedAtOf(finding: Finding): string | null {
  const caseRepairedAt = finding.found?.repairedAt ?? null;
  const { role, attachedPolicy } = finding.observation;
  if (caseRepairedAt !== null || attachedPolicy.kind !== 'read') {
    return caseRepairedAt;
  }
  const record = attachedPolicy.value;
  // Announced and written, but never confirmed: the policy itself shows that it took place.
  const stands =
    role.kind === 'read' &&
    policiesOn(role.value).some(({ name, hash }) => name === record.policyName && hash === record.documentHash);
  const isRepair = record.fingerprints.includes(finding.fingerprint) && (record.confirmedAt !== null || stands);
  return isRepair ? record.attachedAt : null;
}
