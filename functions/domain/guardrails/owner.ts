import { type Evidence, fails, type Guardrail, holds, missing, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';

/** A policy that the stack does not know blocks the stack's deletion, and its next deployment may remove it. */
export const roleUnmanaged: Guardrail = ({ finding, rules }: Evidence) => {
  const code = 'role-unmanaged';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { role, stack } = finding.observation;
  if (role.kind !== 'read') {
    return missing(code, 'the role', role, 'role-not-found');
  }
  switch (stack.kind) {
    case 'unreadable':
      return notEvaluable(code, `the owning stack could not be read: ${stack.because}`);
    case 'absent':
      return holds(code, 'no CloudFormation stack is known to own the role');
    case 'read':
      return rules.settings.attachToManagedRoles
        ? holds(code, `stack ${stack.value.stackName} owns the role, and the settings allow attaching to such roles`)
        : fails(
            code,
            `stack ${stack.value.stackName} owns the role: the permission belongs in its template`,
            'stack-owned',
          );
  }
};

/** Group, cluster and role belong to the same owner, where the settings name the tag that says so. */
export const sameOwner: Guardrail = ({ finding, rules }: Evidence) => {
  const code = 'same-owner';
  const { ownerTag } = rules.settings;
  if (ownerTag === null) {
    return holds(code, 'the settings name no owner tag');
  }
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { role, cluster, logGroup } = finding.observation;
  if (role.kind !== 'read' || cluster.kind !== 'read' || logGroup.kind !== 'read') {
    return notEvaluable(code, 'role, cluster and log group must all be read to compare their owners');
  }
  const owners = [role.value.tags, cluster.value.tags, logGroup.value.tags].map((tags) =>
    Object.hasOwn(tags, ownerTag) ? tags[ownerTag] : undefined,
  );
  const [owner] = owners;
  return owner !== undefined && owner !== '' && owners.every((candidate) => candidate === owner)
    ? holds(code, `role, cluster and log group carry the same ${ownerTag}`)
    : fails(code, `role, cluster and log group do not carry the same tag ${ownerTag}`);
};
