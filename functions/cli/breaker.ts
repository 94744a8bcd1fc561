import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { readCallerAccount, readCallerArn } from '../adapters/aws/caller-identity.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { readDeployedVariable } from '../adapters/aws/doctor-reader.ts';
import { createTable } from '../adapters/aws/table.ts';
import { type BreakerRow, createWriteBudget } from '../adapters/aws/write-budget.ts';
import { isAccountId } from '../domain/arn.ts';
import {
  type Breaker,
  type BreakerLimits,
  type BreakerReclosing,
  breakerAt,
  breakerLimits,
} from '../domain/breaker.ts';
import { HOME_ROWS, type RowScope } from '../domain/jurisdiction.ts';
import { personOf } from '../domain/person.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { asciiJson, plainText } from '../messages/escape.ts';
import { configuredRegion } from './configured-region.ts';
import { readDeployedSettings } from './deployed-settings.ts';
import { requiredTableName } from './deployed-table.ts';
import { FailureError, UsageError } from './failures.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';

export interface BreakerOptions {
  readonly close?: boolean;
  readonly reason?: string;
  readonly region?: string;
  readonly deploymentId: string;
  readonly account?: string;
  readonly table?: string;
  readonly settingsPath?: string;
  readonly json?: boolean;
}

/** What the command found, and did. */
interface BreakerReport {
  readonly state: Breaker['kind'];
  readonly because: string | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly writes: number;
  readonly cases: number;
  readonly limits: BreakerLimits;
  /** False where the settings could not be read, and the defaults stand in. */
  readonly limitsKnown: boolean;
  /** The last time that a person closed it. */
  readonly reclosed: BreakerReclosing | null;
  /** Whether this command did. */
  readonly closedNow: boolean;
}

const REASON_MIN = 10;
const REASON_MAX = 500;

/** Shows the breaker of a deployment, or closes it in the caller's name. Findings where it is open afterwards. */
export async function breaker(options: BreakerOptions, terminal: Terminal): Promise<number> {
  const reason = readReason(options);
  const account = readAccount(options);
  const region = await configuredRegion(options.region);
  const configuration = { region, ...clientSettings() };
  const tableName = await requiredTableName(options, region, terminal.environment);
  const table = createTable(new DynamoDBClient(configuration), tableName);
  const row = createWriteBudget(table, options.deploymentId, await scopeOf(account, configuration));
  const { limits, limitsKnown } = await limitsOf(options, configuration, terminal.environment);
  const found = await reportOf(row, limits, limitsKnown);
  const report = reason === null || found.state === 'closed' ? found : await closed(row, found, reason, configuration);
  terminal.stdout.write(options.json === true ? `${asciiJson(report)}\n` : shown(report, found, reason, terminal));
  return report.state === 'open' ? EXIT.findings : EXIT.done;
}

/** Null where none is named. */
function readAccount({ account }: BreakerOptions): string | null {
  if (account === undefined) return null;
  if (!isAccountId(account)) throw new UsageError('--account: expected the 12 digits of an account');
  return account;
}

/** A hub counts for each account by itself, and for its own, whose credentials these are, under the keys of any deployment. */
async function scopeOf(
  account: string | null,
  configuration: { readonly region: string } & ReturnType<typeof clientSettings>,
): Promise<RowScope> {
  if (account === null || account === (await readCallerAccount(new STSClient(configuration)))) return HOME_ROWS;
  return { account, place: null };
}

/** Null where nothing is to be closed. */
function readReason({ close, reason }: BreakerOptions): string | null {
  if (close !== true) {
    if (reason !== undefined) throw new UsageError('--reason: only with --close');
    return null;
  }
  const text = plainText(reason ?? '', REASON_MAX + 1);
  if (text.length < REASON_MIN || text.length > REASON_MAX) {
    throw new UsageError(`--close: expected --reason with ${REASON_MIN} to ${REASON_MAX} characters`);
  }
  return text;
}

async function limitsOf(
  options: BreakerOptions,
  configuration: { readonly region: string } & ReturnType<typeof clientSettings>,
  environment: Terminal['environment'],
): Promise<Pick<BreakerReport, 'limits' | 'limitsKnown'>> {
  const named = environment[ENVIRONMENT.ceiling];
  const deployed = named
    ? { kind: 'read' as const, value: named }
    : await readDeployedVariable(new CloudFormationClient(configuration), options.deploymentId, ENVIRONMENT.ceiling);
  const ceiling = deployed.kind === 'read' ? deployed.value : '{}';
  const { state, rules } = await readDeployedSettings(options, ceiling, configuration, environment);
  return { limits: breakerLimits(rules), limitsKnown: state !== 'unknown' && deployed.kind === 'read' };
}

async function reportOf(row: BreakerRow, limits: BreakerLimits, limitsKnown: boolean): Promise<BreakerReport> {
  const record = await row.readBreaker();
  const now = breakerAt(record, limits, new Date());
  const { kind: state, writes, cases } = now;
  const { because, since, until } = now.kind === 'open' ? now : { because: null, since: null, until: null };
  const { reclosed } = record;
  return { state, because, since, until, writes, cases, limits, limitsKnown, reclosed, closedNow: false };
}

async function closed(
  row: BreakerRow,
  { limits, limitsKnown }: BreakerReport,
  reason: string,
  configuration: { readonly region: string } & ReturnType<typeof clientSettings>,
): Promise<BreakerReport> {
  const by = await readCallerArn(new STSClient(configuration));
  if (by === null) throw new FailureError('AWS does not say whose credentials these are; nothing was changed');
  await row.reclose({ at: new Date().toISOString(), by, reason });
  return { ...(await reportOf(row, limits, limitsKnown)), closedNow: true };
}

function shown(report: BreakerReport, found: BreakerReport, reason: string | null, terminal: Terminal): string {
  const paint = paintFor(terminal);
  const { state, because, since, until, writes, cases, limits, limitsKnown, reclosed, closedNow } = report;
  const headline =
    state === 'open'
      ? paint.red(`the breaker is open: nothing is written, and new causes go into one digest`)
      : paint.green(closedNow ? 'the breaker is closed now' : `the breaker is closed`);
  const lines = [
    `${state === 'open' ? paint.red('✗') : paint.green('✓')} ${headline}`,
    `  writes in the last hour: ${writes} of ${limits.writesPerHour}`,
    `  new causes in the last hour: ${cases} of ${limits.casesPerHour}`,
    ...(state === 'open' ? [`  opened by ${because} at ${since}; by time it closes at ${until} at the earliest`] : []),
    ...(closedNow ? [`  ${found.writes} writes and ${found.cases} new causes before count no more`] : []),
    ...(reason !== null && !closedNow ? ['  nothing was changed: it is not open'] : []),
    ...(reclosed === null
      ? []
      : [
          `  last closed by ${plainText(personOf(reclosed.by).name, 200)} at ${reclosed.at}: ${plainText(reclosed.reason, REASON_MAX)}`,
        ]),
    ...(limitsKnown ? [] : [paint.yellow('  the limits could not be read: these are of the defaults')]),
  ];
  return `${lines.join('\n')}\n`;
}
