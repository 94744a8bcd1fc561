import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { createAuditProgressStore } from '../adapters/aws/audit-progress.ts';
import { readCallerAccount } from '../adapters/aws/caller-identity.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { readQueue, readRule, readTable, readTableName } from '../adapters/aws/doctor-reader.ts';
import { readStackOutput } from '../adapters/aws/stack-outputs.ts';
import { createTable } from '../adapters/aws/table.ts';
import { readTrails } from '../adapters/aws/trail-reader.ts';
import { diagnoseApprovals, type ObservedApprovals } from '../domain/approval-diagnosis.ts';
import { diagnoseAudit } from '../domain/audit-diagnosis.ts';
import {
  diagnose,
  type ObservedDeployment,
  type ObservedPath,
  type ObservedSettings,
} from '../domain/deployment-diagnosis.ts';
import type { Diagnosis } from '../domain/diagnosis.ts';
import { diagnoseHub } from '../domain/hub-diagnosis.ts';
import type { Rules } from '../domain/mode.ts';
import type { Reading } from '../domain/observation.ts';
import { SIGNAL_RULE_NAMES, SIGNAL_RULES } from '../domain/rules.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { diagnoseSuppressions } from '../domain/suppression-diagnosis.ts';
import { asciiJson, plainText } from '../messages/escape.ts';
import { configuredRegion } from './configured-region.ts';
import { readDeployedCeiling, readDeployedSettings } from './deployed-settings.ts';
import { examineHub, orWhy, readHubBusName } from './doctor-hub.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';

export interface DoctorOptions {
  readonly region?: string;
  readonly deploymentId: string;
  readonly settingsPath?: string;
  readonly table?: string;
  readonly json?: boolean;
}

/** null: the settings are not known. */
type ExaminedSettings = ObservedSettings & { readonly known: Rules | null };

type ExaminedDeployment = ObservedDeployment & {
  readonly settings: ExaminedSettings;
  readonly approvals: ObservedApprovals;
  /** On which its rules stand; absent where it is no hub. */
  readonly hubBusName: Reading<string>;
};

/** Checks a deployment in the real account, reading only. Findings if any check is not ok. */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<number> {
  const region = await configuredRegion(options.region);
  const deployment = await examine(options, region, terminal.environment);
  const [finishedAt, hub] = await Promise.all([
    examineAudit(deployment.table, options.deploymentId, region),
    examineHub(deployment.hubBusName, options.deploymentId, deployment.table, region),
  ]);
  const now = new Date();
  const diagnoses = [
    ...diagnose(deployment),
    ...diagnoseApprovals(deployment.approvals),
    diagnoseSuppressions(deployment.settings.known?.settings.suppressions ?? null, now),
    diagnoseAudit(finishedAt, now),
    ...diagnoseHub(hub, now),
  ];
  const show = options.json === true ? jsonLine : lineFor(terminal);
  for (const diagnosis of diagnoses) terminal.stdout.write(show(diagnosis));
  return diagnoses.every(({ status }) => status === 'ok') ? EXIT.done : EXIT.findings;
}

async function examine(
  options: DoctorOptions,
  region: string,
  environment: Terminal['environment'],
): Promise<ExaminedDeployment> {
  const { deploymentId } = options;
  const configuration = { region, ...clientSettings() };
  // First, because whatever is wrong with the credentials is no finding about the deployment.
  await readCallerAccount(new STSClient(configuration));
  const stacks = new CloudFormationClient(configuration);
  const hubBusName = await readHubBusName(stacks, deploymentId);
  const [trails, { signals, paths }, settings, approvals, table] = await Promise.all([
    readTrails((home) => new CloudTrailClient({ ...configuration, region: home }), region),
    examinePaths(deploymentId, configuration, hubBusName),
    examineSettings(options, configuration, environment),
    examineApprovals(deploymentId, configuration, stacks),
    examineTable(options, configuration, stacks, environment[ENVIRONMENT.tableName]),
  ]);
  return { trails, signals, paths, settings, approvals: { ...approvals, rules: settings.known }, table, hubBusName };
}

type Configuration = { readonly region: string } & ReturnType<typeof clientSettings>;

type PathRule = ObservedPath['rules'][number];

/** Rules and queues by the names that the template gives them; of the opt-in ones those that are there. */
async function examinePaths(deploymentId: string, configuration: Configuration, hubBusName: Reading<string>) {
  const sqs = new SQSClient(configuration);
  const events = new EventBridgeClient(configuration);
  const busName = hubBusName.kind === 'read' ? hubBusName.value : null;
  const examineRule = async (suffix: string, readOnly = false): Promise<PathRule> => {
    const name = `${deploymentId}-${suffix}`;
    return { name, busName, rule: await readRule(events, name, busName), readOnly };
  };
  const examineNeeded = async (suffix: string): Promise<PathRule> => {
    const found = await examineRule(suffix);
    // It may stand on a hub's bus.
    return found.rule.kind === 'absent' && hubBusName.kind === 'unreadable' ? { ...found, rule: hubBusName } : found;
  };
  const examinePath = async (suffix: string, rules: readonly PathRule[]): Promise<ObservedPath> => {
    const name = `${deploymentId}-${suffix}`;
    const [queue, deadLetters, undelivered] = await Promise.all([
      readQueue(sqs, name),
      readQueue(sqs, `${name}-dead-letters`),
      readQueue(sqs, `${name}-undelivered`),
    ]);
    return { name, rules, queue, deadLetters, undelivered };
  };
  const [denials, deletions, sessions, starts, ...optional] = await Promise.all([
    examineNeeded('denials'),
    // Below `propose` there is none.
    examineRule('stack-deletions'),
    examineNeeded('sessions'),
    examineNeeded('starts'),
    ...SIGNAL_RULE_NAMES.map(async (signal) => {
      const { readOnly, queue } = SIGNAL_RULES[signal];
      return { signal, queue, ...(await examineRule(`signal-${signal}`, readOnly)) };
    }),
  ]);
  const deployed = optional.filter(({ rule }) => rule.kind !== 'absent');
  const routers = deployed.filter(({ queue }) => queue === 'routers');
  return {
    signals: deployed.map(({ signal }) => signal),
    paths: await Promise.all([
      examinePath('denials', [
        denials,
        ...(deletions.rule.kind === 'absent' ? [] : [deletions]),
        ...deployed.filter(({ queue }) => queue === 'denials'),
      ]),
      examinePath('sessions', [sessions, starts]),
      ...(routers.length > 0 ? [examinePath('routers', routers)] : []),
    ]),
  };
}

async function examineSettings(
  options: DoctorOptions,
  configuration: Configuration,
  environment: Terminal['environment'],
): Promise<ExaminedSettings> {
  const deployed = await readDeployedCeiling(options, configuration, environment);
  const ceiling = deployed.kind === 'read' ? deployed.value : '{}';
  const { state, problems, clipped, rules } = await readDeployedSettings(options, ceiling, configuration, environment);
  return {
    isValid: state === 'valid' && problems.length === 0,
    problems,
    clipped: deployed.kind === 'read' ? clipped : null,
    known: state === 'unknown' ? null : rules,
  };
}

async function examineApprovals(
  deploymentId: string,
  configuration: Configuration,
  stacks: CloudFormationClient,
): Promise<Omit<ObservedApprovals, 'rules'>> {
  const sqs = new SQSClient(configuration);
  const name = `${deploymentId}-approvals`;
  const [queue, deadLetters, url] = await Promise.all([
    readQueue(sqs, name),
    readQueue(sqs, `${name}-dead-letters`),
    readStackOutput(stacks, deploymentId, 'ApproverUrl'),
  ]);
  return { name, queue, deadLetters, url };
}

async function examineTable(
  { table, deploymentId }: DoctorOptions,
  configuration: Configuration,
  stacks: CloudFormationClient,
  nameFromEnvironment: string | undefined,
): Promise<ObservedDeployment['table']> {
  const known = table ?? (nameFromEnvironment || undefined);
  const name =
    known === undefined ? await readTableName(stacks, deploymentId) : { kind: 'read' as const, value: known };
  return name.kind === 'read' ? readTable(new DynamoDBClient(configuration), name.value) : name;
}

/** When the last audit ended, as its row says; without a table there is none. */
async function examineAudit(
  table: ObservedDeployment['table'],
  deploymentId: string,
  region: string,
): Promise<Reading<string | null>> {
  if (table.kind !== 'read') return table;
  const client = new DynamoDBClient({ region, ...clientSettings() });
  const progress = createAuditProgressStore(createTable(client, table.value.tableName), deploymentId);
  return orWhy(async () => ({ kind: 'read', value: (await progress.readProgress())?.finishedAt ?? null }));
}

function jsonLine({ code, status, detail, whatToDo }: Diagnosis): string {
  return `${asciiJson({ code, status, detail, whatToDo })}\n`;
}

function lineFor(terminal: Terminal): (diagnosis: Diagnosis) => string {
  const paint = paintFor(terminal);
  const marks = { ok: paint.green('✓'), warn: paint.yellow('!'), fail: paint.red('✗'), unknown: paint.yellow('?') };
  return ({ code, status, detail, whatToDo }) => {
    const advice = whatToDo === '' ? '' : `\n    ${paint.dim('to do:')} ${plainText(whatToDo, 500)}`;
    return `${marks[status]} ${paint.bold(code)}  ${plainText(detail, 1000)}${advice}\n`;
  };
}
