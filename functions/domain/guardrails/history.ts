import { breakerAt, breakerLimits } from '../breaker.ts';
import type { Observation, ObservedRole } from '../observation.ts';
import { ownPolicyOn } from '../own-policy.ts';
import { ownPolicyName } from '../prepared-policy.ts';
import { repairedAtOf } from '../repaired-at.ts';
import { type Evidence, fails, type Guardrail, holds, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';

/** A repair that did not last is a question for a person: somebody removed it, or it was not the cause. */
export const firstTime: Guardrail = ({ denial, finding }: Evidence) => {
  const code = 'first-time';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  if (finding.found?.proposal?.state === 'rejected') {
    return fails(code, 'a person rejected the repair of this cause', 'proposal-rejected');
  }
  const { role, attachedPolicy } = finding.observation;
  if (attachedPolicy.kind === 'unreadable') {
    return notEvaluable(code, `what we attached could not be read: ${attachedPolicy.because}`);
  }
  if (role.kind === 'read' && denial.region !== null) {
    const own = ownPolicyOn(role.value, ownPolicyName(role.value, denial.region), attachedPolicy);
    if (own.kind === 'removed' || isKnownAsRemoved(attachedPolicy, role.value)) {
      return fails(
        code,
        'somebody removed the policy that we attached; the permission belongs in their code',
        'policy-removed',
      );
    }
  }
  const record = attachedPolicy.kind === 'read' ? attachedPolicy.value : null;
  if (record !== null && record.revertedAt !== null && record.fingerprints.includes(finding.fingerprint)) {
    return fails(code, 'a policy for this cause was attached and reverted before', 'policy-reverted');
  }
  return repairedAtOf(finding) !== null
    ? fails(code, 'this cause was repaired before, and the call was denied again', 'recurrence')
    : holds(code, 'this cause was never repaired before');
};

/** The review of the policy has seen it already; a role that was made again is another one. */
function isKnownAsRemoved(record: Observation['attachedPolicy'], { roleId }: ObservedRole): boolean {
  return record.kind === 'read' && record.value.removedByOthers === true && record.value.roleId === roleId;
}

/** However many causes there are, the account does not see more than so many writes an hour, and none in a storm of causes. */
export const breakerClosed: Guardrail = ({ finding, rules, now }: Evidence) => {
  const code = 'breaker-closed';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const limits = breakerLimits(rules);
  const { writesPerHour, casesPerHour } = limits;
  const writes = finding.observation.writesInLastHour;
  if (!(writes < writesPerHour)) {
    return fails(code, `${writes} writes in the last hour, at most ${writesPerHour} are allowed`);
  }
  const breaker = breakerAt(finding.observation.breaker, limits, now);
  if (breaker.kind === 'closed') return holds(code, `${writes} of ${writesPerHour} writes in the last hour`);
  // The same words for every cause of a storm: the number of the moment would change each ticket at every look.
  return fails(
    code,
    breaker.because === 'cases'
      ? `${casesPerHour} new causes within an hour: nothing is written until the storm is over or a person closes the breaker`
      : `${writesPerHour} writes within an hour: nothing more is written until the hour is over or a person closes the breaker`,
  );
};
