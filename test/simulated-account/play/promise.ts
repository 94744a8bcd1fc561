import type { Disposition, PolicyDocument, Reason } from '../../../functions/domain/decision.ts';
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

/** How a play ended. */
interface Ending {
  /** Null where the event led to none. */
  readonly decision: { readonly disposition: Disposition; readonly reasons: readonly Reason[] } | null;
  /** The next session's transcript; null where no session can be opened. */
  readonly next: 'recorded' | 'lost' | null;
}

/** Whether what the mode promises happened, and in one sentence what did. */
export function promiseOf(
  mode: Mode,
  system: ExecLog,
  before: RolePolicies,
  ending: Ending,
): { readonly kept: boolean; readonly detail: string } {
  const after = policiesIn(system);
  const unchanged = after.size === before.size && [...after].every(([key, { text }]) => before.get(key)?.text === text);
  const tickets = [...system.account.stores.opsItems.values()].filter(({ Status }) => Status !== 'Resolved').length;
  switch (mode) {
    case 'attach':
      return ending.next === 'recorded'
        ? { kept: true, detail: 'The next session was recorded.' }
        : { kept: false, detail: `${notRecorded(ending)} Mode attach promises a recorded one (exit 1).` };
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

/** Mode attach rightly repairs few denials: why this one was none of them. */
function notRecorded({ decision, next }: Ending): string {
  const lost = next === null ? 'and no next session can be opened' : 'so the next transcript is lost too';
  if (decision === null) return `Not repaired: nothing was decided on this event, ${lost}.`;
  const { disposition, reasons } = decision;
  if (disposition === 'attach-policy')
    return 'A policy was attached, and the next session was not recorded all the same.';
  return `Not repaired: ${ENDED_AS[disposition]} (${reasons.map(({ code }) => code).join(', ')}), ${lost}.`;
}

const ENDED_AS: Readonly<Record<Exclude<Disposition, 'attach-policy'>, string>> = {
  'propose-policy': 'this denial is a proposal',
  'open-ticket': 'this denial is a ticket',
  observe: 'this denial is only observed',
  suppress: 'this denial is suppressed',
  'not-applicable': 'there is nothing to repair here',
};
