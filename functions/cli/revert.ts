import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { createAuditedPlaces } from '../adapters/aws/audited-places.ts';
import { createCaseStore } from '../adapters/aws/case-store.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createIamReader } from '../adapters/aws/iam-reader.ts';
import { createManagedPolicyWriter } from '../adapters/aws/managed-policy-writer.ts';
import { createManagedPolicies } from '../adapters/aws/prepared-policies.ts';
import { withPreparedPolicies } from '../adapters/aws/prepared-reader.ts';
import { createRolePolicyWriter } from '../adapters/aws/role-policy-writer.ts';
import { createTable, type Table } from '../adapters/aws/table.ts';
import { createWorkLists } from '../adapters/aws/work-lists.ts';
import { sha256 } from '../adapters/digest.ts';
import { isRoleName, parseRoleArn } from '../domain/arn.ts';
import { asciiJson, plainText } from '../messages/escape.ts';
import { configuredRegion } from './configured-region.ts';
import { deployedTableName, requiredTableName } from './deployed-table.ts';
import { UsageError } from './failures.ts';
import {
  type AttachedElsewhere,
  leftElsewhere,
  listAttached,
  listed,
  manyLine,
  type RevertedOne,
  type RevertManyRequest,
  revertMany,
  summaryOf,
  summaryText,
} from './revert-many.ts';
import { type Reverted, type RevertPorts, revertPolicy } from './revert-policy.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';

export interface RevertOptions {
  readonly fingerprint?: string;
  readonly all?: boolean;
  readonly region?: string;
  readonly table?: string;
  readonly deploymentId: string;
  readonly unrecorded?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Takes our policy off one role, or off every role, of the real account. Findings if a policy of our name stays. */
export async function revert(role: string | undefined, options: RevertOptions, terminal: Terminal): Promise<number> {
  const ways = [role, options.fingerprint, options.all === true ? true : undefined];
  if (ways.filter((way) => way !== undefined).length !== 1) {
    throw new UsageError('expected exactly one of a role, --fingerprint FINGERPRINT and --all');
  }
  const named = role === undefined ? null : readRole(role);
  const region = await configuredRegion(options.region);
  const tableName =
    named === null
      ? await requiredTableName(options, region, terminal.environment)
      : await deployedTableName(options, region, terminal.environment);
  const { ports, table } = portsIn(region, tableName);
  const asked = { region, dryRun: options.dryRun === true, unrecorded: options.unrecorded === true };
  if (options.all === true) return revertAll(table, ports, { ...asked, json: options.json === true }, terminal);
  const target = named ?? (await roleOfCase(options.fingerprint ?? '', table));
  const reverted = await revertPolicy({ ...target, ...asked }, ports);
  terminal.stdout.write(options.json === true ? `${asciiJson(reverted)}\n` : shown(reverted, terminal));
  const stays = reverted.result === 'refused' || reverted.result === 'still-there' || reverted.recordReverted === false;
  return stays && reverted.result !== 'would-remove' && !isDryNothing(reverted, options) ? EXIT.findings : EXIT.done;
}

/** The role that a case is about: all causes of a role share its one policy. */
async function roleOfCase(fingerprint: string, table: Table | null): Promise<NamedRole> {
  const found = table === null ? undefined : await recordsIn(table).findCase(fingerprint);
  if (found === undefined) throw new UsageError(`--fingerprint: the table has no case "${fingerprint}"`);
  return readRole(found.roleArn);
}

/** Lists what the system attached, removes it role by role, and shows what stands afterwards. */
async function revertAll(
  table: Table | null,
  ports: RevertPorts,
  request: RevertManyRequest & { readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const policies = table === null ? [] : await listAttached(createWorkLists(table), ports.records);
  const elsewhere = table === null ? [] : await listElsewhere(table);
  const { stdout } = terminal;
  const tell = (one: RevertedOne) => {
    if (!request.json) stdout.write(manyLine(one, terminal));
  };
  if (!request.json) stdout.write(listed([...policies, ...elsewhere.map(({ policy }) => policy)], terminal));
  const own = await revertMany(policies, request, ports, tell);
  const left = elsewhere.map(leftElsewhere);
  left.forEach(tell);
  const reverted = [...own, ...left];
  const summary = summaryOf(reverted);
  stdout.write(request.json ? `${asciiJson({ policies: reverted, ...summary })}\n` : summaryText(summary, terminal));
  return summary.stand > 0 && !request.dryRun ? EXIT.findings : EXIT.done;
}

/** What a hub attached in its members; none where there is no hub. */
async function listElsewhere(table: Table): Promise<readonly AttachedElsewhere[]> {
  const found: AttachedElsewhere[] = [];
  for await (const place of createAuditedPlaces(table, '').placesOfPolicies()) {
    const scope = { account: place.account, place };
    const policies = await listAttached(createWorkLists(table, scope), createCaseStore(table, '', clock, scope));
    found.push(...policies.map((policy) => ({ policy, region: place.region })));
  }
  return found;
}

/** A dry run changes no record, so that one which still stands is no finding. */
function isDryNothing({ result }: Reverted, { dryRun }: RevertOptions): boolean {
  return dryRun === true && result === 'nothing-to-do';
}

type NamedRole = { readonly roleName: string; readonly roleArn: string | null };

function readRole(role: string): NamedRole {
  if (isRoleName(role)) return { roleName: role, roleArn: null };
  const arn = parseRoleArn(role);
  if (arn === null) throw new UsageError(`expected a role's name or ARN, found "${role}"`);
  return { roleName: arn.roleName, roleArn: role };
}

function portsIn(
  region: string,
  tableName: string | null,
): { readonly ports: RevertPorts; readonly table: Table | null } {
  const configuration = { region, ...clientSettings() };
  const iam = new IAMClient(configuration);
  const reader = createIamReader(iam, sha256);
  const table = tableName === null ? null : createTable(new DynamoDBClient(configuration), tableName);
  const ports: RevertPorts = {
    iam: reader,
    writer: createRolePolicyWriter(iam, sha256),
    // Which groups a deployment prepared policies for decides nothing here: what is attached is taken off.
    prepared: {
      iam: withPreparedPolicies(reader, createManagedPolicies(iam, sha256), []),
      writer: createManagedPolicyWriter(iam, sha256, []),
    },
    records: table === null ? null : recordsIn(table),
    clock,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
  return { ports, table };
}

const clock = () => new Date();

/** The deployment's id counts writes; records are found by the role's. */
const recordsIn = (table: Table) => createCaseStore(table, '', clock);

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
