import { createHandler } from '../../functions/auditor/handler.ts';
import { MemoryLedger } from '../../functions/cli/memory-ledger.ts';
import type { Case } from '../../functions/domain/case.ts';
import type { ExecSession } from '../../functions/domain/exec-session.ts';
import type { LedgerLine } from '../../functions/domain/ledger.ts';
import type { AttachedPolicy, ObservedLogGroup, ObservedRole, Reading } from '../../functions/domain/observation.ts';
import { NO_CEILING } from '../../functions/domain/settings.ts';
import type { ObservedTrail } from '../../functions/domain/trail-diagnosis.ts';
import type { AuditPorts } from '../../functions/flow/audit.ts';
import { recordSession } from '../../functions/flow/record-session.ts';
import type {
  HistoryQuery,
  HistoryRecords,
  ObservedObject,
  ObservedStream,
  OpenCase,
  SessionLifetime,
} from '../../functions/ports.ts';
import { absent, aLogGroup, anExecSession, aRole, GROUP, read, SESSION_ID, someSettings } from './builders.ts';
import { digestOf } from './digest.ts';
import { fakeEcs } from './fakes/ecs.ts';
import { FakeQueue } from './fakes/outside.ts';
import { aLedgerLine } from './ledger.ts';
import { WRITE_TRAIL } from './preflight.ts';
import { recordingTelemetry } from './telemetry.ts';

/** An hour after the usual session's start, half an hour after its end. */
export const AUDIT_AT = new Date('2023-02-11T07:30:00Z');
export const ENDED_AT = '2023-02-11T06:50:00Z';
const PAGE = 50;

/** An auditor on fakes that keep state: a memory ledger, and the streams, objects, sessions and records of one account. */
export class AuditorWorld {
  readonly ledger = new MemoryLedger();
  /** By stream name; whatever the group. */
  readonly streams = new Map<string, ObservedStream>();
  /** The only group that holds the streams; null where every group does. */
  streamsOnlyIn: string | null = null;
  /** By key; whatever the bucket. */
  readonly objects = new Map<string, ObservedObject>();
  readonly lifetimes = new Map<string, SessionLifetime>();
  /** CloudTrail's records, in any order. */
  readonly records: Record<string, unknown>[] = [];
  readonly openCases: OpenCase[] = [];
  readonly policies = new Map<string, AttachedPolicy>();
  /** By fingerprint. */
  readonly cases = new Map<string, Case>();
  /** Sessions whose verdict in the table is none. */
  readonly malformed = new Set<string>();
  readonly orders = new FakeQueue();
  readonly sessions = new FakeQueue();
  readonly telemetry = recordingTelemetry();
  group: Reading<ObservedLogGroup> = read(aLogGroup());
  role: Reading<ObservedRole> = read(aRole());
  trails: Reading<readonly ObservedTrail[]> = read([WRITE_TRAIL]);
  ecs = fakeEcs();
  settings: object = {};
  now = AUDIT_AT;
  millisecondsLeft: () => number = () => 600_000;
  /** Each external call in its order; a test makes one of them fail. */
  readonly calls: string[] = [];
  failing: (call: string, index: number) => Error | null = () => null;
  /** Awaited before each external call; a test orders the calls of several auditors by it. */
  turn: () => Promise<void> = async () => undefined;
  historyReadable = true;
  private invocations = 0;

  /** A session that is in the ledger and in CloudTrail's history. */
  async open(overrides: Partial<LedgerLine> = {}): Promise<LedgerLine> {
    const line = aLedgerLine(overrides);
    await this.ledger.recordSession(line);
    if (line.kind === 'exec') this.records.push(anExecRecord(line.session));
    return line;
  }

  /** The transcript of a session arrives in its stream. */
  deliverTranscript(sessionId = SESSION_ID, at = ENDED_AT): void {
    this.streams.set(sessionId, { createdAt: at, firstEventAt: at, lastIngestedAt: at });
  }

  end(sessionId = SESSION_ID, endedAt = ENDED_AT): void {
    this.lifetimes.set(sessionId, { kind: 'ended', endedAt });
  }

  /** One run of the auditor; `ahead` is by how much its clock is. */
  async audit({ ahead = 0 }: { readonly ahead?: number } = {}): Promise<void> {
    this.invocations += 1;
    const clock = () => new Date(this.now.getTime() + ahead);
    const handler = createHandler({
      settings: {
        current: async () => ({
          rules: { settings: someSettings(this.settings), ceiling: NO_CEILING, settingsVersion: 'v1' },
          state: 'valid',
          problems: [],
          clipped: [],
        }),
      },
      portsFor: () => this.ports(clock),
      hub: null,
      telemetry: this.telemetry,
    });
    await handler(
      { 'detail-type': 'Scheduled Event' },
      {
        awsRequestId: `request-${this.invocations}`,
        invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:111111111111:function:auditor',
        getRemainingTimeInMillis: () => this.millisecondsLeft(),
      },
    );
  }

  /** The recorder receives what was sent to it. */
  async record(): Promise<void> {
    const ports = { recorder: this.ledger, ecsOf: () => this.ecs, clock: () => this.now, jurisdiction: null };
    for (const body of this.sessions.drain()) await recordSession(body, ports);
  }

  later(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  /** State of a session, or undefined where the ledger does not know it. */
  stateOf(sessionId = SESSION_ID): string | undefined {
    return this.ledger.verdicts.get(sessionId)?.state;
  }

  /** What was sent to the remediator: orders and events. */
  ordered(): unknown[] {
    return this.orders.sent.map(({ body }): unknown => JSON.parse(body));
  }

  counted(metric: string): number {
    return this.telemetry.counts
      .filter((count) => count.metric === metric)
      .reduce((total, { value }) => total + value, 0);
  }

  /** What an audit works with; a hub has one such world for each of its places. */
  ports(clock: () => Date = () => this.now): AuditPorts {
    const { ledger, orders, sessions } = this;
    const ask = <T>(call: string, answer: () => T | Promise<T>): Promise<T> => this.ask(call, answer);
    const found = <T>(value: T | undefined): Reading<T> => (value === undefined ? absent : read(value));
    return {
      lines: { findLine: (id) => ask('findLine', () => ledger.findLine(id)) },
      verdicts: {
        findVerdict: (id) => ask('findVerdict', () => ledger.findVerdict(id)),
        saveVerdict: (verdict, version) => ask('saveVerdict', () => ledger.saveVerdict(verdict, version)),
        dueVerdicts: (until, onMalformed) =>
          this.pages('dueVerdicts', () => {
            for (const sessionId of this.malformed) onMalformed?.(sessionId, new Error('malformed'));
            return ledger.dueVerdicts(until);
          }),
        verdictsOfDay: (day) => this.pages('verdictsOfDay', () => ledger.verdictsOfDay(day)),
      },
      recorder: { isKnown: (id) => ask('isKnown', () => this.malformed.has(id) || ledger.isKnown(id)) },
      denied: { findDeniedSession: (id) => ask('findDeniedSession', () => ledger.findDeniedSession(id)) },
      workLists: {
        attachedPolicies: (after) => this.pages('attachedPolicies', () => this.standing(after)),
        openCases: () => this.pages('openCases', () => this.unfinishedCases()),
      },
      cases: { findCase: (fingerprint) => ask('findCase', () => this.cases.get(fingerprint)) },
      progress: {
        readProgress: () => ask('readProgress', () => ledger.readProgress()),
        saveProgress: (progress, version) => ask('saveProgress', () => ledger.saveProgress(progress, version)),
      },
      policies: { findAttachedPolicy: (roleId) => ask('findAttachedPolicy', () => this.policies.get(roleId)) },
      transcripts: {
        findStream: ({ logGroupName, logStreamName }) =>
          ask('findStream', () =>
            found((this.streamsOnlyIn ?? logGroupName) === logGroupName ? this.streams.get(logStreamName) : undefined),
          ),
        findObject: ({ key }) => ask('findObject', () => found(this.objects.get(key))),
      },
      lifetimes: { findLifetime: (id) => ask('findLifetime', () => found(this.lifetimes.get(id))) },
      history: { findRecords: (query) => ask(`findRecords ${query.value}`, () => this.findRecords(query)) },
      logGroups: { findLogGroup: () => ask('findLogGroup', () => this.group) },
      ecs: {
        findTask: (query) => ask('findTask', () => this.ecs.findTask(query)),
        findCluster: (arn) => ask('findCluster', () => this.ecs.findCluster(arn)),
        findTaskDefinition: (arn) => ask('findTaskDefinition', () => this.ecs.findTaskDefinition(arn)),
      },
      iam: { findRole: () => ask('findRole', () => this.role) },
      orders: { sendLater: (body, delay) => ask('order', () => orders.sendLater(body, delay)) },
      sessions: { sendLater: (body, delay) => ask('sendSession', () => sessions.sendLater(body, delay)) },
      trails: { listTrails: () => ask('listTrails', () => this.trails) },
      clock,
      digest: digestOf,
    };
  }

  private async *standing(after: string | null): AsyncIterable<readonly { readonly roleId: string }[]> {
    const ids = [...this.policies.keys()].sort().filter((roleId) => after === null || roleId > after);
    for (let at = 0; at < ids.length; at += 2) yield ids.slice(at, at + 2).map((roleId) => ({ roleId }));
  }

  private async *unfinishedCases(): AsyncIterable<readonly OpenCase[]> {
    yield this.openCases;
  }

  private async *pages<T>(call: string, ask: () => AsyncIterable<T>): AsyncIterable<T> {
    await this.ask(call, () => undefined);
    yield* ask();
  }

  private findRecords({ attribute, value, from, to, maxPages }: HistoryQuery): Reading<HistoryRecords> {
    if (!this.historyReadable) return { kind: 'unreadable', because: 'AccessDenied' };
    const timeOf = (record: Record<string, unknown>) => Date.parse(String(record['eventTime']));
    const matching = this.records
      .filter((record) => (attribute === 'EventName' ? record['eventName'] : userOf(record)) === value)
      .filter((record) => timeOf(record) >= from.getTime() && timeOf(record) <= to.getTime())
      .sort((left, right) => timeOf(right) - timeOf(left));
    const limit = maxPages * PAGE;
    return read({ records: matching.slice(0, limit), complete: matching.length <= limit });
  }

  private async ask<T>(call: string, answer: () => T | Promise<T>): Promise<T> {
    await this.turn();
    const error = this.failing(call, this.calls.push(call) - 1);
    if (error !== null) throw error;
    return answer();
  }
}

function userOf({ userIdentity }: Record<string, unknown>): string | undefined {
  const arn = typeof userIdentity === 'object' && userIdentity !== null ? Reflect.get(userIdentity, 'arn') : '';
  return String(arn).split('/').at(-1);
}

/** The CloudTrail record that opened this session. */
export function anExecRecord(session: ExecSession = anExecSession()): Record<string, unknown> {
  const { account, region, clusterArn, taskArn, containerName, sessionId } = session;
  return {
    userIdentity: { type: 'AssumedRole', arn: session.personArn },
    eventTime: session.startedAt,
    eventSource: 'ecs.amazonaws.com',
    eventName: 'ExecuteCommand',
    awsRegion: region,
    requestParameters: { task: session.taskId, command: 'sh', interactive: true },
    responseElements: { clusterArn, taskArn, containerName, session: { sessionId } },
    eventID: session.eventId,
    recipientAccountId: account,
  };
}

/** A case that waits for the next transcript of the usual role and group. */
export function anOpenCase(overrides: Partial<OpenCase> = {}): OpenCase {
  const { taskRoleArn } = aLedgerLine();
  return { fingerprint: 'f1', roleArn: taskRoleArn ?? '', logGroupName: GROUP, state: 'repaired', ...overrides };
}
