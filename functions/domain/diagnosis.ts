import type { Reading } from './observation.ts';

/** One check of a deployment, for a person: what was found and what to do about it. */
export interface Diagnosis {
  readonly code: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly detail: string;
  /** Empty where there is nothing to do. */
  readonly whatToDo: string;
}

/** One condition of a trail's advanced selector; `others` says that it has operators which are not understood here. */
export interface TrailField {
  readonly field: string;
  readonly equals: readonly string[];
  readonly notEquals: readonly string[];
  readonly others: boolean;
}

/** What a trail selects; null where its selectors may not be read. */
export type TrailSelectors =
  | {
      readonly kind: 'basic';
      readonly selectors: readonly { readonly management: boolean; readonly readWrite: string }[];
    }
  | { readonly kind: 'advanced'; readonly selectors: readonly (readonly TrailField[])[] };

export interface ObservedTrail {
  readonly name: string;
  readonly isLogging: Reading<boolean>;
  readonly selectors: Reading<TrailSelectors>;
}

export interface ObservedRule {
  readonly enabled: boolean;
  readonly targetArns: readonly string[];
}

export interface ObservedQueue {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** The parts of a deployment that events pass through, by the names that the template gives them. */
export interface ObservedPath {
  /** The rule and its queue have the same name. */
  readonly name: string;
  readonly rule: Reading<ObservedRule>;
  /** Further rules that fill the same queue. */
  readonly alsoFrom: readonly { readonly name: string; readonly rule: Reading<ObservedRule> }[];
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
  readonly paths: readonly ObservedPath[];
  readonly settings: ObservedSettings;
  readonly table: Reading<{ readonly tableName: string; readonly status: string }>;
}

/** Every check in the order in which an event passes through the system. Pure; what could not be read is `unknown`, never ok. */
export function diagnose(deployment: ObservedDeployment): readonly Diagnosis[] {
  return [
    trailCheck(deployment.trails),
    ...deployment.paths.flatMap(pathChecks),
    settingsCheck(deployment.settings),
    ceilingCheck(deployment.settings),
    tableCheck(deployment.table),
  ];
}

const ok = (code: string, detail: string): Diagnosis => ({ code, status: 'ok', detail, whatToDo: '' });

const fail = (code: string, detail: string, whatToDo: string): Diagnosis => ({
  code,
  status: 'fail',
  detail,
  whatToDo,
});

const unknown = (code: string, detail: string): Diagnosis => ({
  code,
  status: 'unknown',
  detail,
  whatToDo: 'use credentials that may read it, and run the check again',
});

const NO_TRAIL =
  'create a trail that logs management events (read or write: write is enough); EventBridge gets API calls from nowhere else';

/** Event history alone delivers nothing to EventBridge. */
function trailCheck(trails: ObservedDeployment['trails']): Diagnosis {
  const code = 'trail';
  if (trails.kind === 'unreadable') return unknown(code, `the trails cannot be read: ${trails.because}`);
  const all = trails.kind === 'read' ? trails.value : [];
  if (all.length === 0) return fail(code, 'no trail covers this Region', NO_TRAIL);
  const good = all.find((trail) => isLogging(trail) === true && logsWrites(trail) === true);
  if (good !== undefined) return ok(code, `the trail ${good.name} logs write management events`);
  const unclear = all.find((trail) => isLogging(trail) !== false && logsWrites(trail) !== false);
  return unclear === undefined
    ? fail(
        code,
        `no trail logs write management events of logs, ecs and ssm (${all.map(({ name }) => name).join(', ')})`,
        NO_TRAIL,
      )
    : unknown(code, `the trail ${unclear.name} cannot be read completely`);
}

function isLogging({ isLogging: reading }: ObservedTrail): boolean | null {
  return reading.kind === 'read' ? reading.value : null;
}

/** The services whose calls the rules wait for. */
const SOURCES = ['logs.amazonaws.com', 'ecs.amazonaws.com', 'ssm.amazonaws.com'];

function logsWrites({ selectors: reading }: ObservedTrail): boolean | null {
  if (reading.kind !== 'read') return null;
  const selectors = reading.value;
  if (selectors.kind === 'basic') {
    return selectors.selectors.some(({ management, readWrite }) => management && readWrite !== 'ReadOnly');
  }
  const answers = selectors.selectors.map((fields) => SOURCES.map((source) => selects(fields, source)));
  if (SOURCES.every((_, index) => answers.some((answer) => answer[index] === true))) return true;
  return SOURCES.every((_, index) => answers.some((answer) => answer[index] !== false)) ? null : false;
}

/** Whether an advanced selector lets the write management events of a service through; null where it has conditions beyond that. */
function selects(fields: readonly TrailField[], source: string): boolean | null {
  const answers = fields.map((condition) => {
    const wanted = { eventCategory: 'Management', readOnly: 'false', eventSource: source }[condition.field];
    if (wanted === undefined || condition.others) return null;
    if (condition.equals.length > 0 && !condition.equals.includes(wanted)) return false;
    return !condition.notEquals.includes(wanted);
  });
  if (answers.includes(false) || !fields.some(({ field }) => field === 'eventCategory')) return false;
  return answers.includes(null) ? null : true;
}

function pathChecks({ name, rule, alsoFrom, queue, deadLetters, undelivered }: ObservedPath): readonly Diagnosis[] {
  return [
    ruleCheck(name, rule),
    ...alsoFrom.map((other) => ruleCheck(other.name, other.rule, name)),
    queueCheck(name, queue, waiting),
    queueCheck(`${name}-dead-letters`, deadLetters, failed),
    queueCheck(`${name}-undelivered`, undelivered, neverArrived),
  ];
}

const DEPLOY = 'deploy the stack, or name it with --deployment-id and --region';

function ruleCheck(name: string, rule: Reading<ObservedRule>, queue = name): Diagnosis {
  const code = `rule:${name}`;
  if (rule.kind === 'unreadable') return unknown(code, `the rule ${name} cannot be read: ${rule.because}`);
  if (rule.kind === 'absent') return fail(code, `there is no rule ${name}`, DEPLOY);
  if (!rule.value.enabled) {
    return fail(code, `the rule ${name} is disabled`, `enable it: aws events enable-rule --name ${name}`);
  }
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
    : {
        code,
        status: 'warn',
        detail: `${visible} messages wait (${inFlight} in work, ${delayed} delayed)`,
        whatToDo: "run the check again in a minute; if they stay, look at the function's errors and throttles",
      };

const failed: Judge = (code, { visible, inFlight }) =>
  visible + inFlight === 0
    ? null
    : fail(
        code,
        `${visible + inFlight} messages failed too often`,
        'look for EXECLOG_FAILED in the log, remove the cause, then redrive the queue: aws sqs start-message-move-task',
      );

const neverArrived: Judge = (code, { visible, inFlight }) =>
  visible + inFlight === 0
    ? null
    : fail(
        code,
        `${visible + inFlight} events never reached their queue`,
        "check the queue's policy, then send the bodies of these messages to the queue",
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
    : {
        code: 'ceiling',
        status: 'warn',
        detail: clipped.join('; '),
        whatToDo: 'lower the settings, or deploy with a higher ceiling: what exceeds it is not in force',
      };
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
