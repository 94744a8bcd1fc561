import { type Diagnosis, fail, ok, unknown, warn } from './diagnosis.ts';
import type { Reading } from './observation.ts';
import type { SignalRuleName } from './rules.ts';
import { diagnoseTrails, type ObservedTrail } from './trail-diagnosis.ts';

export interface ObservedRule {
  readonly enabled: boolean;
  /** It is delivered management events that only read, too. */
  readonly hearsReads: boolean;
  readonly targetArns: readonly string[];
}

export interface ObservedQueue {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

interface ObservedPathRule {
  readonly name: string;
  /** The bus that it stands on; null for the account's default one. */
  readonly busName: string | null;
  readonly rule: Reading<ObservedRule>;
  /** It waits for management events that only read. */
  readonly readOnly: boolean;
}

/** The parts of a deployment that events pass through, by the names that the template gives them. */
export interface ObservedPath {
  /** Of the queue. */
  readonly name: string;
  /** The rules that fill it; opt-in rules only where they are deployed. */
  readonly rules: readonly ObservedPathRule[];
  readonly queue: Reading<ObservedQueue>;
  readonly deadLetters: Reading<ObservedQueue>;
  readonly undelivered: Reading<ObservedQueue>;
}

export interface ObservedSettings {
  readonly isValid: boolean;
  readonly problems: readonly string[];
  /** What exceeds the ceiling; null where the ceiling is not known. */
  readonly clipped: readonly string[] | null;
}

export interface ObservedDeployment {
  readonly trails: Reading<readonly ObservedTrail[]>;
  /** The opt-in rules that are deployed. */
  readonly signals: readonly SignalRuleName[];
  readonly paths: readonly ObservedPath[];
  readonly settings: ObservedSettings;
  readonly table: Reading<{ readonly tableName: string; readonly status: string }>;
}

/** Every check in the order in which an event passes through the system. Pure; what could not be read is `unknown`, never ok. */
export function diagnose(deployment: ObservedDeployment): readonly Diagnosis[] {
  return [
    ...diagnoseTrails(deployment.trails, deployment.signals),
    ...deployment.paths.flatMap(pathChecks),
    settingsCheck(deployment.settings),
    ceilingCheck(deployment.settings),
    tableCheck(deployment.table),
  ];
}

function pathChecks({ name, rules, queue, deadLetters, undelivered }: ObservedPath): readonly Diagnosis[] {
  return [
    ...rules.map((rule) => ruleCheck(rule, name)),
    queueCheck(name, queue, waiting),
    queueCheck(`${name}-dead-letters`, deadLetters, failed),
    queueCheck(`${name}-undelivered`, undelivered, neverArrived),
  ];
}

const DEPLOY = 'deploy the stack, or name it with --deployment-id and --region';

/** `aws events enable-rule` knows one state only, the one without calls that read. */
const REDEPLOY = 'deploy the stack again: only its template sets the state in which the rule hears of calls that read';

function ruleCheck({ name, busName, rule, readOnly }: ObservedPathRule, queue: string): Diagnosis {
  const code = `rule:${name}`;
  if (rule.kind === 'unreadable') return unknown(code, `the rule ${name} cannot be read: ${rule.because}`);
  if (rule.kind === 'absent') return fail(code, `there is no rule ${name}`, DEPLOY);
  if (!rule.value.enabled) {
    const onBus = busName === null ? '' : ` --event-bus-name ${busName}`;
    const whatToDo = readOnly ? REDEPLOY : `enable it: aws events enable-rule --name ${name}${onBus}`;
    return fail(code, `the rule ${name} is disabled`, whatToDo);
  }
  if (readOnly && !rule.value.hearsReads)
    return fail(code, `the rule ${name} is not delivered calls that read`, REDEPLOY);
  return rule.value.targetArns.some((arn) => arn.endsWith(`:${queue}`))
    ? ok(code, `the rule ${name} is enabled and fills its queue`)
    : fail(code, `the rule ${name} does not send to the queue ${queue}`, DEPLOY);
}

type Judge = (name: string, queue: ObservedQueue) => Diagnosis | null;

function queueCheck(name: string, queue: Reading<ObservedQueue>, judge: Judge): Diagnosis {
  const code = `queue:${name}`;
  if (queue.kind === 'unreadable') return unknown(code, `the queue ${name} cannot be read: ${queue.because}`);
  if (queue.kind === 'absent') return fail(code, `there is no queue ${name}`, DEPLOY);
  return judge(code, queue.value) ?? ok(code, `the queue ${name} is drained`);
}

/** Delayed messages wait for their session record on purpose, and those in flight are being worked on. */
const waiting: Judge = (code, { visible, inFlight, delayed }) =>
  visible === 0
    ? null
    : warn(
        code,
        `${visible} messages wait (${inFlight} in work, ${delayed} delayed)`,
        "run the check again in a minute; if they stay, look at the function's errors and throttles",
      );

const failed: Judge = (code, { visible, inFlight }) =>
  visible + inFlight === 0
    ? null
    : fail(
        code,
        `${visible + inFlight} messages failed too often`,
        'look for EXECLOG_FAILED in the log, remove the cause, then run exec-log redrive',
      );

const neverArrived: Judge = (code, { visible, inFlight }) =>
  visible + inFlight === 0
    ? null
    : fail(
        code,
        `${visible + inFlight} events never reached their queue`,
        "check the queue's policy, then run exec-log redrive",
      );

function settingsCheck({ isValid, problems }: ObservedSettings): Diagnosis {
  return isValid
    ? ok('settings', 'the settings are valid')
    : fail(
        'settings',
        problems.join('; ') || 'the settings are not valid',
        'correct the parameters under the settings path',
      );
}

function ceilingCheck({ clipped }: ObservedSettings): Diagnosis {
  if (clipped === null) {
    const whatToDo = 'use credentials that may read the template (cloudformation:GetTemplate), or set CEILING';
    return { ...unknown('ceiling', "the deployment's ceiling is not known"), whatToDo };
  }
  return clipped.length === 0
    ? ok('ceiling', 'the settings stay under the ceiling')
    : warn(
        'ceiling',
        clipped.join('; '),
        'lower the settings, or deploy with a higher ceiling: what exceeds it is not in force',
      );
}

function tableCheck(table: ObservedDeployment['table']): Diagnosis {
  const code = 'table';
  if (table.kind === 'unreadable') return unknown(code, `the table cannot be read: ${table.because}`);
  if (table.kind === 'absent') return fail(code, 'there is no table', DEPLOY);
  const { tableName, status } = table.value;
  return status === 'ACTIVE'
    ? ok(code, `the table ${tableName} is reachable`)
    : fail(code, `the table ${tableName} is ${status}`, 'wait until it is ACTIVE, or restore it');
}
