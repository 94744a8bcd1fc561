import type { PolicyDocument } from '../../../functions/domain/decision.ts';
import type { Mode } from '../../../functions/domain/settings.ts';
import type { ExecLog } from '../deployment/exec-log.ts';

interface RolePolicy {
  readonly roleName: string;
  readonly policyName: string;
  readonly text: string;
  readonly document: PolicyDocument;
}

/** Every inline policy of the account, by role and name. */
export type RolePolicies = ReadonlyMap<string, RolePolicy>;

export function policiesIn({ account }: ExecLog): RolePolicies {
  return new Map(
    account.state.iam.roles.flatMap(({ RoleName, RolePolicyList = [] }) =>
      RolePolicyList.map(({ PolicyName = '', PolicyDocument: text = '{}' }) => [
        `${RoleName}/${PolicyName}`,
        { roleName: RoleName, policyName: PolicyName, text, document: JSON.parse(text) },
      ]),
    ),
  );
}

/** Whether what the mode promises happened, and in one sentence what did. */
export function promiseOf(
  mode: Mode,
  system: ExecLog,
  before: RolePolicies,
  transcript: 'recorded' | 'lost',
): { readonly kept: boolean; readonly detail: string } {
  const after = policiesIn(system);
  const unchanged = after.size === before.size && [...after].every(([key, { text }]) => before.get(key)?.text === text);
  const tickets = [...system.account.stores.opsItems.values()].filter(({ Status }) => Status !== 'Resolved').length;
  switch (mode) {
    case 'attach':
      return transcript === 'recorded'
        ? { kept: true, detail: 'The next session was recorded.' }
        : { kept: false, detail: 'Mode attach promises a recorded next session, and its transcript was lost.' };
    case 'propose':
    case 'ticket':
      return tickets === 1 && unchanged
        ? { kept: true, detail: 'One ticket is open, and no role was changed.' }
        : {
            kept: false,
            detail: `Mode ${mode} promises one open ticket and unchanged roles: ${tickets} are open, roles are ${unchanged ? 'unchanged' : 'changed'}.`,
          };
    case 'observe':
      return tickets === 0 && unchanged
        ? { kept: true, detail: 'Nothing was written: no policy, no ticket.' }
        : {
            kept: false,
            detail: `Mode observe promises to write nothing: ${tickets} tickets, roles are ${unchanged ? 'unchanged' : 'changed'}.`,
          };
  }
}
