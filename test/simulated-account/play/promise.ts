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
export interface Ending {
  /** Null where the event led to none. */
  readonly decision: { readonly disposition: Disposition; readonly reasons: readonly Reason[] } | null;
  /** What became of the next session or flush; null where there can be none. */
  readonly next: 'delivered' | 'lost' | null;
  /** How the next is told: `session was recorded`. */
  readonly subject: 'session' | 'flush';
  /** Where the next one was found, for a person; said only of a delivered one. */
  readonly places: readonly string[];
  /** Whether somebody was asked, and roles were as before until they approved. */
  readonly asked: 'and-nothing-was-written' | 'after-a-write' | 'nobody';
  /** The policy that the role's own stack deployed from the ticket; null where none did. */
  readonly deployed: { readonly stackName: string; readonly roleName: string; readonly policyName: string } | null;
}

interface Promised {
  readonly kept: boolean;
  readonly detail: string;
}

/** Whether what the mode promises happened, and in one sentence what did. */
export function promiseOf(mode: Mode, system: ExecLog, before: RolePolicies, ending: Ending): Promised {
  const after = new Map(policiesIn(system));
  const { deployed, next, subject } = ending;
  if (deployed !== null) after.delete(`${deployed.roleName}/${deployed.policyName}`);
  const unchanged = after.size === before.size && [...after].every(([key, { text }]) => before.get(key)?.text === text);
  const tickets = [...system.account.stores.opsItems.values()].filter(({ Status }) => Status !== 'Resolved').length;
  const found = `${tickets} are open, roles are ${unchanged ? 'unchanged' : 'changed'}`;
  if (deployed !== null) return promiseToStack(deployed.stackName, tickets === 1 && unchanged, found, next);
  switch (mode) {
    case 'attach':
      return next === 'delivered'
        ? { kept: true, detail: deliveredTo(ending) }
        : { kept: false, detail: `${notDelivered(ending)} Mode attach promises ${PROMISED[subject]} (exit 1).` };
    case 'propose':
      if (ending.asked !== 'nobody') return promiseToAsk(ending);
      return promiseOfTicket(mode, tickets === 1 && unchanged, found);
    case 'ticket':
      return promiseOfTicket(mode, tickets === 1 && unchanged, found);
    case 'observe':
      return tickets === 0 && unchanged
        ? { kept: true, detail: 'Nothing was written: no policy, no ticket.' }
        : {
            kept: false,
            detail: `Mode observe promises to write nothing: ${tickets} tickets, roles are ${unchanged ? 'unchanged' : 'changed'}.`,
          };
  }
}

function promiseOfTicket(mode: Mode, kept: boolean, found: string): Promised {
  return kept
    ? { kept, detail: 'One ticket is open, and no role was changed.' }
    : { kept, detail: `Mode ${mode} promises one open ticket and unchanged roles: ${found}.` };
}

/** Nothing is written before somebody approves, and the repair after that helps. */
function promiseToAsk(ending: Ending): Promised {
  if (ending.asked === 'after-a-write') {
    return {
      kept: false,
      detail: 'Mode propose promises to write nothing before somebody approves: roles are changed.',
    };
  }
  return ending.next === 'delivered'
    ? { kept: true, detail: `Nothing was written until somebody approved. ${deliveredTo(ending)}` }
    : { kept: false, detail: notDelivered(ending) };
}

/** A role that a stack owns is repaired by the stack, in every mode that may speak. */
function promiseToStack(stackName: string, oneTicket: boolean, found: string, next: Ending['next']): Promised {
  if (!oneTicket) {
    return {
      kept: false,
      detail: `A role of the stack ${stackName} promises one open ticket and no write of ours: ${found}.`,
    };
  }
  return next === 'delivered'
    ? {
        kept: true,
        detail: `One ticket, and no write of ours to the role of stack ${stackName}: its own deployment took the ticket's code, and the next session was recorded.`,
      }
    : {
        kept: false,
        detail: `The stack ${stackName} deployed the ticket's code, and the next session was not recorded all the same.`,
      };
}

function deliveredTo({ subject, places }: Ending): string {
  if (subject === 'flush') return "The router's next flush was delivered.";
  return places.length < 2
    ? 'The next session was recorded.'
    : `The next session was recorded in ${places.join(' and ')}.`;
}

const PROMISED = { session: 'a recorded one', flush: 'a delivered one' } as const;

/** Mode attach rightly repairs few denials: why this one was none of them. */
function notDelivered({ decision, next, subject }: Ending): string {
  const lost =
    next === null
      ? 'and no next session can be opened'
      : subject === 'session'
        ? 'so the next transcript is lost too'
        : 'so the next flush is lost too';
  if (decision === null) return `Not repaired: nothing was decided on this event, ${lost}.`;
  const { disposition, reasons } = decision;
  if (disposition === 'attach-policy')
    return `A policy was attached, and the next ${subject} was not ${subject === 'session' ? 'recorded' : 'delivered'} all the same.`;
  return `Not repaired: ${ENDED_AS[disposition]} (${reasons.map(({ code }) => code).join(', ')}), ${lost}.`;
}

const ENDED_AS: Readonly<Record<Exclude<Disposition, 'attach-policy'>, string>> = {
  'propose-policy': 'this denial is a proposal',
  'open-ticket': 'this denial is a ticket',
  observe: 'this denial is only observed',
  suppress: 'this denial is suppressed',
  'not-applicable': 'there is nothing to repair here',
};
