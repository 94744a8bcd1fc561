import { isOrganizationId } from '../functions/domain/jurisdiction.ts';
import { SIGNAL_RULE_NAMES, type SignalRuleName } from '../functions/domain/rules.ts';
import type { Ceiling } from '../functions/domain/settings.ts';
import { checkPrepared } from './prepared-policies.ts';
import { DeploymentInputError } from './settings.ts';

/** What one deployment is made from. */
export interface Deployment {
  /** Names the stack, its queues and functions, and the settings path. */
  readonly deploymentId: string;
  readonly ceiling: Ceiling;
  /** Where alarms report to; without it they only change state. */
  readonly alarmTopicArn: string | null;
  /** How often the auditor runs. */
  readonly auditMinutes: number;
  /** The opt-in rules of README "Further signals", as `signalsNamed` gives them. */
  readonly signals: readonly SignalRuleName[];
  /** Name or ARN of the EventBridge bus that tickets may be sent to as events; null where there is none. */
  readonly ticketBus: string | null;
  /** Whether the remediator may ask AWS Organizations where an account stands. */
  readonly organization: boolean;
  /** How many approvers run at once, at most; null: no number of their own. Only where the ceiling lets people approve. */
  readonly approverConcurrency: number | null;
  /** `none` leaves out the approver's public URL: people's clicks then come another way (README "Approve and Reject"). */
  readonly approverUrl: 'public' | 'none';
  /** The organisation whose accounts it serves as their hub; null: its own account and Region alone. */
  readonly hub: string | null;
}

export const DEFAULT_DEPLOYMENT_ID = 'exec-log';

export const DEFAULT_AUDIT_MINUTES = 15;

/**
 * A flood at a public address must not take the account's concurrency from everybody else, and few people click at once. An
 * account with a small quota cannot reserve any, because Lambda keeps 100 unreserved.
 */
export const DEFAULT_APPROVER_CONCURRENCY = 5;

const APPROVER_CONCURRENCY = { fewest: 1, most: 100 };

/** More often costs CloudTrail lookups that everybody in the account shares; more seldom, a gap is found late. */
const AUDIT_MINUTES = { fewest: 5, most: 60 };

/** `-forward-describe-log-groups` follows it in the names of a member's rules, of which EventBridge takes 64 characters. */
export const LONGEST_ID_OF_A_HUB = 32;

/** Lambda takes 4 KB of environment in all; the other variables stay far below the rest. */
const LONGEST_CEILING = 3_000;

/** Where the settings documents of a deployment lie in the parameter store. */
export function settingsPathOf(deploymentId: string): string {
  return `/exec-log/${deploymentId}`;
}

/** Whether people can approve a repair: only then is there an approver, and a queue for their clicks. */
export function letsPeopleApprove({ mode }: Pick<Ceiling, 'mode'>): boolean {
  return mode === 'propose' || mode === 'attach';
}

/** Refuses what CloudFormation or Lambda would refuse only after a deployment has begun. */
export function checkDeployment(deployment: Deployment): void {
  const { deploymentId, ceiling, alarmTopicArn, auditMinutes, ticketBus } = deployment;
  if (!/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(deploymentId)) {
    throw refused('deploymentId', deploymentId, 'expected a letter, then at most 39 letters, digits and hyphens');
  }
  if (alarmTopicArn !== null && !/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(alarmTopicArn)) {
    throw refused('alarmTopicArn', alarmTopicArn, 'expected the ARN of an SNS topic');
  }
  const { fewest, most } = AUDIT_MINUTES;
  if (!Number.isInteger(auditMinutes) || auditMinutes < fewest || auditMinutes > most) {
    throw refused('auditMinutes', String(auditMinutes), `expected a whole number of minutes, ${fewest} to ${most}`);
  }
  if (ticketBus !== null && !/^(arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/.test(ticketBus)) {
    throw refused('ticketBus', ticketBus, 'expected the name or the ARN of an EventBridge bus');
  }
  checkApprover(deployment);
  checkHub(deployment);
  checkPrepared(ceiling);
  const { length } = JSON.stringify(ceiling);
  if (length > LONGEST_CEILING) {
    throw refused('ceiling', `${length} characters`, `expected at most ${LONGEST_CEILING}: use fewer, wider patterns`);
  }
}

function checkApprover({ approverConcurrency }: Deployment): void {
  const { fewest, most } = APPROVER_CONCURRENCY;
  if (
    approverConcurrency !== null &&
    (!Number.isInteger(approverConcurrency) || approverConcurrency < fewest || approverConcurrency > most)
  ) {
    const expectation = `expected a whole number, ${fewest} to ${most}, or none`;
    throw refused('approverConcurrency', String(approverConcurrency), expectation);
  }
}

function checkHub({ hub, deploymentId }: Deployment): void {
  if (hub === null) return;
  hubNamed(hub);
  if (deploymentId.length > LONGEST_ID_OF_A_HUB) {
    throw refused('deploymentId', deploymentId, `expected at most ${LONGEST_ID_OF_A_HUB} characters in a hub`);
  }
}

/** What `-c hub` says; what is no id of an organisation throws a DeploymentInputError. */
export function hubNamed(text: string): string {
  if (isOrganizationId(text)) return text;
  throw refused('hub', JSON.stringify(text), 'expected the id of an organisation, o- and 10 to 32 letters and digits');
}

/** What `-c approverUrl` says; another word throws a DeploymentInputError. */
export function approverUrlNamed(name: string): Deployment['approverUrl'] {
  if (name === 'public' || name === 'none') return name;
  throw refused('approverUrl', JSON.stringify(name), 'expected public or none');
}

/**
 * The opt-in rules of these names, each once and in the order of the catalogue, so that the order of the names changes no template.
 * An unknown name throws a DeploymentInputError that lists those that there are.
 */
export function signalsNamed(names: readonly string[]): readonly SignalRuleName[] {
  const known: readonly string[] = SIGNAL_RULE_NAMES;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw refused('signals', JSON.stringify(unknown), `expected names of ${known.join(', ')}, separated by commas`);
  }
  return SIGNAL_RULE_NAMES.filter((name) => names.includes(name));
}

/** The answer of a `-c` option; anything but yes and no throws a DeploymentInputError, because a wish would be lost in silence. */
export function yesOrNo(option: string, text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw refused(option, JSON.stringify(text), 'expected yes or no');
}

function refused(path: string, value: string, expectation: string): DeploymentInputError {
  return new DeploymentInputError('The deployment', [{ path, value, expectation }]);
}
