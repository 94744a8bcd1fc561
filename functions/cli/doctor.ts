import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { createAuditProgressStore } from '../adapters/aws/audit-progress.ts';
import { readCallerAccount } from '../adapters/aws/caller-identity.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { readDeployedVariable, readQueue, readRule, readTable, readTableName } from '../adapters/aws/doctor-reader.ts';
import { createSettingsSource } from '../adapters/aws/settings-source.ts';
import { createTable } from '../adapters/aws/table.ts';
import { readTrails } from '../adapters/aws/trail-reader.ts';
import { sha256 } from '../adapters/digest.ts';
import { diagnoseAudit } from '../domain/audit-diagnosis.ts';
import {
  type Diagnosis,
  diagnose,
  type ObservedDeployment,
  type ObservedPath,
  type ObservedSettings,
} from '../domain/diagnosis.ts';
import type { Reading } from '../domain/observation.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { ceilingOf } from '../domain/settings-in-force.ts';
import { asciiJson, plainText } from '../messages/escape.ts';
import { configuredRegion } from './configured-region.ts';
import { messageOf } from './failures.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';

export interface DoctorOptions {
  readonly region?: string;
  readonly deploymentId: string;
  readonly settingsPath?: string;
  readonly table?: string;
  readonly json?: boolean;
}

/** Checks a deployment in the real account, reading only. Findings if any check is not ok. */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<number> {
  const region = await configuredRegion(options.region);
  const deployment = await examine(options, region, terminal.environment);
  const finishedAt = await examineAudit(deployment.table, options.deploymentId, region);
  const diagnoses = [...diagnose(deployment), diagnoseAudit(finishedAt, new Date())];
  const show = options.json === true ? jsonLine : lineFor(terminal);
  for (const diagnosis of diagnoses) terminal.stdout.write(show(diagnosis));
  return diagnoses.every(({ status }) => status === 'ok') ? EXIT.done : EXIT.findings;
}

async function examine(
  options: DoctorOptions,
  region: string,
  environment: Terminal['environment'],
): Promise<ObservedDeployment> {
  const { deploymentId } = options;
  const configuration = { region, ...clientSettings() };
  // First, because whatever is wrong with the credentials is no finding about the deployment.
  await readCallerAccount(new STSClient(configuration));
  const stacks = new CloudFormationClient(configuration);
  const [trails, denials, sessions, settings, table] = await Promise.all([
    readTrails((home) => new CloudTrailClient({ ...configuration, region: home }), region),
    examinePath(`${deploymentId}-denials`, configuration),
    examinePath(`${deploymentId}-sessions`, configuration, `${deploymentId}-starts`),
    examineSettings(
      options,
      configuration,
      stacks,
      environment[ENVIRONMENT.settingsPath],
      environment[ENVIRONMENT.ceiling],
    ),
    examineTable(options, configuration, stacks, environment[ENVIRONMENT.tableName]),
  ]);
  return { trails, paths: [denials, sessions], settings, table };
}

type Configuration = { readonly region: string } & ReturnType<typeof clientSettings>;

/** The names that the template gives to a rule and its queues. */
async function examinePath(name: string, configuration: Configuration, ...others: string[]): Promise<ObservedPath> {
  const sqs = new SQSClient(configuration);
  const events = new EventBridgeClient(configuration);
  const [rule, alsoFrom, queue, deadLetters, undelivered] = await Promise.all([
    readRule(events, name),
    Promise.all(others.map(async (other) => ({ name: other, rule: await readRule(events, other) }))),
    readQueue(sqs, name),
    readQueue(sqs, `${name}-dead-letters`),
    readQueue(sqs, `${name}-undelivered`),
  ]);
  return { name, rule, alsoFrom, queue, deadLetters, undelivered };
}

async function examineSettings(
  { settingsPath, deploymentId }: DoctorOptions,
  configuration: Configuration,
  stacks: CloudFormationClient,
  pathFromEnvironment: string | undefined,
  ceilingFromEnvironment: string | undefined,
): Promise<ObservedSettings> {
  const deployed = ceilingFromEnvironment
    ? { kind: 'read' as const, value: ceilingFromEnvironment }
    : await readDeployedVariable(stacks, deploymentId, ENVIRONMENT.ceiling);
  const source = createSettingsSource({
    client: new SSMClient(configuration),
    path: settingsPath ?? (pathFromEnvironment || `/exec-log/${deploymentId}`),
    ceiling: ceilingOf(deployed.kind === 'read' ? deployed.value : '{}'),
    clock: () => new Date(),
    digest: sha256,
  });
  const { state, problems, clipped } = await source.current();
  return {
    isValid: state === 'valid' && problems.length === 0,
    problems,
    clipped: deployed.kind === 'read' ? clipped : null,
  };
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
  try {
    const progress = await createAuditProgressStore(
      createTable(client, table.value.tableName),
      deploymentId,
    ).readProgress();
    return { kind: 'read', value: progress?.finishedAt ?? null };
  } catch (error) {
    // Only one check needs it, so that nothing that goes wrong here may stop the others.
    return { kind: 'unreadable', because: messageOf(error) };
  }
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
