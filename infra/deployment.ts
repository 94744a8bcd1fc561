import { SIGNAL_RULE_NAMES, type SignalRuleName } from '../functions/domain/rules.ts';
import type { Ceiling } from '../functions/domain/settings.ts';
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
}

export const DEFAULT_DEPLOYMENT_ID = 'exec-log';

export const DEFAULT_AUDIT_MINUTES = 15;

/** More often costs CloudTrail lookups that everybody in the account shares; more seldom, a gap is found late. */
const AUDIT_MINUTES = { fewest: 5, most: 60 };

/** Lambda takes 4 KB of environment in all; the other variables stay far below the rest. */
const LONGEST_CEILING = 3_000;

/** Where the settings documents of a deployment lie in the parameter store. */
export function settingsPathOf(deploymentId: string): string {
  return `/exec-log/${deploymentId}`;
}

/** Refuses what CloudFormation or Lambda would refuse only after a deployment has begun. */
export function checkDeployment({ deploymentId, ceiling, alarmTopicArn, auditMinutes, ticketBus }: Deployment): void {
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
  const { length } = JSON.stringify(ceiling);
  if (length > LONGEST_CEILING) {
    throw refused('ceiling', `${length} characters`, `expected at most ${LONGEST_CEILING}: use fewer, wider patterns`);
  }
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

function refused(path: string, value: string, expectation: string): DeploymentInputError {
  return new DeploymentInputError('The deployment', [{ path, value, expectation }]);
}
