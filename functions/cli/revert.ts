import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { createCaseStore } from '../adapters/aws/case-store.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { readTableName } from '../adapters/aws/doctor-reader.ts';
import { createIamReader } from '../adapters/aws/iam-reader.ts';
import { createRolePolicyWriter } from '../adapters/aws/role-policy-writer.ts';
import { createTable } from '../adapters/aws/table.ts';
import { sha256 } from '../adapters/digest.ts';
import { isRoleName, parseRoleArn } from '../domain/arn.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { asciiJson, plainText } from '../messages/escape.ts';
import { configuredRegion } from './configured-region.ts';
import { UsageError } from './failures.ts';
import { type Reverted, type RevertPorts, revertPolicy } from './revert-policy.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';

export interface RevertOptions {
  readonly region?: string;
  readonly table?: string;
  readonly deploymentId: string;
  readonly unrecorded?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Takes our policy off a role of the real account. Findings if a policy of our name stays. */
export async function revert(role: string, options: RevertOptions, terminal: Terminal): Promise<number> {
  const named = readRole(role);
  const region = await configuredRegion(options.region);
  const tableName = await tableNameFor(options, region, terminal.environment[ENVIRONMENT.tableName]);
  const reverted = await revertPolicy(
    { ...named, region, dryRun: options.dryRun === true, unrecorded: options.unrecorded === true },
    portsIn(region, tableName),
  );
  terminal.stdout.write(options.json === true ? `${asciiJson(reverted)}\n` : shown(reverted, terminal));
  const stays = reverted.result === 'refused' || reverted.result === 'still-there' || reverted.recordReverted === false;
  return stays && reverted.result !== 'would-remove' && !isDryNothing(reverted, options) ? EXIT.findings : EXIT.done;
}

/** A dry run changes no record, so that one which still stands is no finding. */
function isDryNothing({ result }: Reverted, { dryRun }: RevertOptions): boolean {
  return dryRun === true && result === 'nothing-to-do';
}

function readRole(role: string): { readonly roleName: string; readonly roleArn: string | null } {
  if (isRoleName(role)) return { roleName: role, roleArn: null };
  const arn = parseRoleArn(role);
  if (arn === null) throw new UsageError(`expected a role's name or ARN, found "${role}"`);
  return { roleName: arn.roleName, roleArn: role };
}

/** The table that was named, else the deployed stack's; null where there is neither. */
async function tableNameFor(
  { table, deploymentId }: RevertOptions,
  region: string,
  fromEnvironment: string | undefined,
): Promise<string | null> {
  const named = table ?? fromEnvironment ?? '';
  if (named !== '') return named;
  const deployed = await readTableName(new CloudFormationClient({ region, ...clientSettings() }), deploymentId);
  return deployed.kind === 'read' ? deployed.value : null;
}

function portsIn(region: string, tableName: string | null): RevertPorts {
  const configuration = { region, ...clientSettings() };
  const iam = new IAMClient(configuration);
  const clock = () => new Date();
  return {
    iam: createIamReader(iam, sha256),
    writer: createRolePolicyWriter(iam, sha256),
    // The deployment's id counts writes; records are found by the role's.
    records:
      tableName === null ? null : createCaseStore(createTable(new DynamoDBClient(configuration), tableName), '', clock),
    clock,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

const HEADLINES: Readonly<Record<Reverted['result'], string>> = {
  removed: 'removed',
  'would-remove': 'would be removed (dry run: nothing was)',
  'nothing-to-do': 'nothing to remove',
  refused: 'not removed',
  'still-there': 'not removed yet',
};

function shown(reverted: Reverted, terminal: Terminal): string {
  const paint = paintFor(terminal);
  const { result, roleArn, policyName, because, document, recordReverted, remaining } = reverted;
  const lines = [
    `${paint.bold(`${policyName} on ${plainText(roleArn, 2048)}`)}: ${HEADLINES[result]}`,
    `  ${plainText(because, 1000)}`,
    ...(document === null ? [] : documentLines(document).map((line) => paint.red(`- ${line}`))),
    ...(recordReverted === true ? ['  the record in the table says: reverted'] : []),
    ...(recordReverted === false && result === 'removed'
      ? [paint.yellow('  the record in the table was changed meanwhile: run the command again')]
      : []),
    `  inline policies that stand now: ${remaining.map((name) => plainText(name, 128)).join(', ') || 'none'}`,
  ];
  return `${lines.join('\n')}\n`;
}

function documentLines(document: string): readonly string[] {
  try {
    return asciiJson(JSON.parse(document), 2).split('\n');
  } catch {
    return [plainText(document, 2048)];
  }
}
