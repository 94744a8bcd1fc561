import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { rowOfLine } from '../../functions/adapters/aws/ledger-rows.ts';
import { ONLY_ITEM, TABLE_KEYS, TABLE_PREFIXES } from '../../functions/adapters/aws/table-keys.ts';
import { rowOfVerdict, verdictKey } from '../../functions/adapters/aws/verdict-rows.ts';
import { openVerdict } from '../../functions/domain/ledger.ts';
import { type ExecLog, startExecLog } from '../simulated-account/deployment/exec-log.ts';
import { ledgerAccount } from '../simulated-account/scenarios/ledger.ts';
import { anExecSession } from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';
import { highestHeap } from './ledger-scale-worker.ts';

/** `LEDGER_SCALE=10000` audits as many as the promise names, which takes a minute. */
const MANY = Number(process.env['LEDGER_SCALE'] ?? 1000);
const FEW = MANY / 10;
/** 3 of 100 sessions left no transcript. */
const isMissing = (index: number) => index % 100 >= 97;
const GROUP = '/ecs/nginx-sample/nginx';
const MEGABYTE = 1024 * 1024;

/** What one audit of so many sessions took. */
interface Audited {
  readonly calls: Readonly<Record<string, number>>;
  readonly heapBytes: number;
  readonly states: Readonly<Record<string, number>>;
}

let system: ExecLog;

beforeAll(async () => {
  system = await startExecLog({ account: ledgerAccount(), mode: 'observe', withoutSlack: true });
}, 60_000);

afterAll(() => system.close());

/** Sessions of two hours ago that are over, each with its row and, but for the missing ones, its stream. */
async function record(prefix: string, count: number): Promise<void> {
  const { account, deployment } = system;
  const begun = account.clock.now().getTime() - 2 * 3_600_000;
  const streams = account.state.logs.logStreams.get(GROUP) ?? [];
  account.state.logs.logStreams.set(GROUP, streams);
  const items: Record<string, unknown>[] = [];
  for (let index = 0; index < count; index += 1) {
    const sessionId = `ecs-execute-command-${prefix}${String(index).padStart(8, '0')}`;
    // No two at once: the table's emulation drops rows from an index whose keys are alike.
    const startedAt = new Date(begun + index);
    const endedAt = new Date(begun + index + 60_000);
    const taskId = index.toString(16).padStart(32, '0');
    const session = anExecSession({
      sessionId,
      taskId,
      taskArn: `arn:aws:ecs:ap-northeast-1:111111111111:task/nginx-sample-cluster/${taskId}`,
      startedAt: startedAt.toISOString(),
    });
    const line = aLedgerLine({ session });
    const sk = { [TABLE_KEYS.sortKey]: ONLY_ITEM };
    items.push(
      { ...rowOfLine(line), [TABLE_KEYS.partitionKey]: `${TABLE_PREFIXES.session}${sessionId}`, ...sk },
      { ...rowOfVerdict(openVerdict(line)), [TABLE_KEYS.partitionKey]: verdictKey(sessionId), ...sk },
    );
    account.stores.sessions.set(sessionId, { SessionId: sessionId, StartDate: startedAt, EndDate: endedAt });
    if (isMissing(index)) continue;
    const at = endedAt.getTime();
    streams.push({
      logStreamName: sessionId,
      creationTime: at,
      firstEventTimestamp: at,
      lastEventTimestamp: at,
      lastIngestionTime: at,
    });
  }
  await write(items, deployment.tableName);
}

async function write(items: readonly Record<string, unknown>[], tableName: string): Promise<void> {
  const { account } = system;
  const credentials = account.credentialsFor('operator', 'writer');
  const client = new DynamoDBClient({ endpoint: account.url, region: account.state.region, credentials });
  const documents = DynamoDBDocumentClient.from(client);
  for (let at = 0; at < items.length; at += 25) {
    const requests = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
  }
  client.destroy();
}

/** Records so many sessions, audits them in one run, and counts the auditor's calls by operation. */
async function audited(prefix: string, count: number): Promise<Audited> {
  await record(prefix, count);
  const { account, deployment, ledger } = system;
  const begun = account.calls.length;
  const heapBytes = await highestHeap(deployment.fn('auditor'), account);
  const calls = account.calls
    .slice(begun)
    .filter(({ caller }) => caller?.includes('Auditor'))
    .map(({ service, operation }) => `${service}:${operation}`);
  const states = (await ledger.verdicts())
    .filter(({ sessionId }) => sessionId.startsWith(`ecs-execute-command-${prefix}`))
    .map(({ state }) => state);
  return { calls: countsOf(calls), heapBytes, states: countsOf(states) };
}

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** The calls that one audit makes for its sessions: 3 for a recorded one, 12 for one that left no transcript. */
function callsFor(count: number): Readonly<Record<string, number>> {
  const missing = count * 0.03;
  return {
    'dynamodb:GetItem': count + missing,
    'logs:DescribeLogStreams': count,
    'dynamodb:PutItem': count,
    'ssm:DescribeSessions': 2 * missing,
    'cloudtrail:LookupEvents': missing,
    'logs:DescribeLogGroups': missing,
    // The tasks are gone: nothing more can be asked about the present target.
    'ecs:DescribeTasks': 2 * missing,
    'ecs:DescribeClusters': missing,
    'sqs:SendMessage': missing,
  };
}

/** What an audit calls besides, however many sessions there are: settings, progress, the sweep, changes of clusters. */
const BESIDES: Readonly<Record<string, number>> = {
  'dynamodb:GetItem': 1,
  'dynamodb:PutItem': 2,
  'cloudtrail:LookupEvents': 4,
  'ssm:GetParametersByPath': 1,
};

const withBesides = (count: number) => {
  const calls = callsFor(count);
  const names = [...Object.keys(calls), ...Object.keys(BESIDES)];
  return Object.fromEntries(names.map((name) => [name, (calls[name] ?? 0) + (BESIDES[name] ?? 0)]));
};

const statesFor = (count: number) => ({ recorded: count * 0.97, missing: count * 0.03 });

describe(`given ${FEW} sessions, then ${MANY}, of which 97 in 100 were recorded`, () => {
  let none: Audited;
  let few: Audited;
  let many: Audited;

  beforeAll(async () => {
    // The first sweep of all looks back for a day.
    none = await audited('none', 0);
    few = await audited('few', FEW);
    many = await audited('many', MANY);
  }, 600_000);

  it('settles all of them in one run', () => {
    expect([none.states, few.states, many.states]).toEqual([{}, statesFor(FEW), statesFor(MANY)]);
  });

  it('makes the same calls for a session, however many there are', () => {
    const queriesOf = ({ calls: { 'dynamodb:Query': queries = 0, ...calls } }: Audited) => ({ queries, calls });

    expect([queriesOf(few).calls, queriesOf(many).calls]).toEqual([withBesides(FEW), withBesides(MANY)]);
    // A page of unfinished work is a megabyte, more than 500 sessions.
    expect(queriesOf(many).queries).toBeLessThanOrEqual(queriesOf(none).queries + Math.ceil(MANY / 500));
  });

  it('holds no more memory than a page of sessions takes', () => {
    expect(many.heapBytes - few.heapBytes).toBeLessThan(16 * MEGABYTE);
  });
});
