import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { createClickReader } from '../../functions/adapters/slack/click-reader.ts';
import type { SlackCredentials } from '../../functions/adapters/slack/secrets.ts';
import { MemoryLedger } from '../../functions/cli/memory-ledger.ts';
import type { ExecSession } from '../../functions/domain/exec-session.ts';
import type { Place } from '../../functions/domain/jurisdiction.ts';
import type { Rules } from '../../functions/domain/mode.ts';
import type { Observation, ObservedKey, ObservedStack, Reading } from '../../functions/domain/observation.ts';
import type { SettingsInForce } from '../../functions/domain/settings-in-force.ts';
import { createHandler } from '../../functions/remediator/handler.ts';
import {
  absent,
  aCluster,
  aLogGroup,
  anExecSession,
  aRole,
  aTask,
  aTaskDefinition,
  NOW,
  read,
  rules,
} from './builders.ts';
import { digestOf } from './digest.ts';
import { FakeCaseStore } from './fakes/case-store.ts';
import { FakeCauseDigests } from './fakes/cause-digests.ts';
import { FakeEventLeases } from './fakes/event-leases.ts';
import { FakeOrganization } from './fakes/organization.ts';
import { type FakeChat, FakeMessenger, FakeQueue, FakeTickets } from './fakes/outside.ts';
import { FakeProposalStore } from './fakes/proposal-store.ts';
import { FakeRole } from './fakes/role.ts';
import { recordingTelemetry } from './telemetry.ts';

/** Where denials, notices and orders come from. */
const DENIALS_QUEUE = 'arn:aws:sqs:ap-northeast-1:111111111111:exec-log-denials';
/** Where clicks come from, and nothing else. */
export const APPROVALS_QUEUE = 'arn:aws:sqs:ap-northeast-1:111111111111:exec-log-approvals';
const APPROVALS_QUEUE_URL = 'https://sqs.ap-northeast-1.amazonaws.com/111111111111/exec-log-approvals';

export const SIGNING_SECRET = '0123456789abcdef0123456789abcdef';

/** A remediator on fakes that keep state, in the set-up `nginx-default` where every guardrail holds. */
export class RemediatorWorld {
  readonly cases = new FakeCaseStore();
  readonly proposals = new FakeProposalStore();
  readonly digests = new FakeCauseDigests();
  readonly leases = new FakeEventLeases();
  readonly queue = new FakeQueue();
  readonly tickets = new FakeTickets();
  readonly messenger = new FakeMessenger();
  /** Where the secret holds a bot's token. */
  chat: FakeChat | null = null;
  readonly telemetry = recordingTelemetry();
  readonly role = new FakeRole(aRole());
  readonly organization = new FakeOrganization();
  /** Sessions that the ledger knows. */
  readonly ledger = new Map<string, ExecSession>([[anExecSession().sessionId, anExecSession()]]);
  /** What KMS says of each key, by what it is asked for. */
  readonly keys = new Map<string, Reading<ObservedKey>>();
  /** Lines, verdicts and notes of denials, as the auditor sees them. */
  readonly audited = new MemoryLedger();
  readings: Partial<Observation> = {};
  rules: Rules = rules();
  now = NOW;
  /** What Slack's secret holds, by which clicks are verified. */
  slackSecret: SlackCredentials = { kind: 'bot', botToken: 'xoxb-synthetic', signingSecret: SIGNING_SECRET };
  /** null where the ceiling permits no approval; of the processes that start from now on. */
  approvalsQueueUrl: string | null = APPROVALS_QUEUE_URL;
  /** Each external call in its order; a test makes one of them fail. */
  readonly calls: string[] = [];
  failing: (call: string) => Error | null = () => null;
  millisecondsLeft = 30_000;
  /** What CloudFormation says of the role that a stack could not delete. */
  failedDeletion: Reading<ObservedStack> = absent;
  /** When what is delivered was sent; null: just now. */
  sentAt: Date | null = null;
  /** Of the processes that start from now on. */
  hasWriter = true;
  /** Of the processes that start from now on: the organisation of a hub. */
  organizationId: string | null = null;
  functionArn = 'arn:aws:lambda:ap-northeast-1:111111111111:function:remediator';
  /** Where something was asked or done, in its order. */
  readonly places: Place[] = [];
  private invocations = 0;
  private ids = 0;

  /** Awaited before each external call; a test orders the calls of several invocations by it. */
  turn: () => Promise<void> = async () => undefined;

  private warm = this.coldStart();

  /** A process of its own on the same state, as another Lambda instance is. */
  coldStart() {
    return createHandler({
      settings: {
        current: async (): Promise<SettingsInForce> => ({
          rules: this.rules,
          state: 'valid',
          problems: [],
          clipped: [],
        }),
      },
      approvalsQueueUrl: this.approvalsQueueUrl,
      digest: digestOf,
      telemetry: this.telemetry,
      organizationId: this.organizationId,
      portsFor: () => (place) => {
        this.places.push(place);
        return this.ports();
      },
    });
  }

  async deliver(...bodies: unknown[]): Promise<string[]> {
    return this.deliverTo(this.warm, ...bodies);
  }

  async deliverTo(handler: ReturnType<typeof createHandler>, ...bodies: unknown[]): Promise<string[]> {
    return this.deliverFrom(DENIALS_QUEUE, handler, ...bodies);
  }

  /** As Lambda hands over what stands in a queue; it was sent just now, unless a test says otherwise. */
  async deliverFrom(
    queueArn: string,
    handler: ReturnType<typeof createHandler> | null,
    ...bodies: unknown[]
  ): Promise<string[]> {
    const records = bodies.map((body, index) =>
      aRecord(`m${index}`, typeof body === 'string' ? body : JSON.stringify(body), queueArn, this.sentAt ?? this.now),
    );
    const event: SQSEvent = { Records: records };
    const { batchItemFailures } = await (handler ?? this.warm)(event, this.context());
    return batchItemFailures.map((failure) => failure.itemIdentifier);
  }

  /** Delivers what was sent to ourselves, once. */
  async deliverOwn(): Promise<string[]> {
    return this.deliver(...this.queue.drain());
  }

  private context(): Context {
    this.invocations += 1;
    return {
      awsRequestId: `request-${this.invocations}`,
      invokedFunctionArn: this.functionArn,
      getRemainingTimeInMillis: () => this.millisecondsLeft,
      callbackWaitsForEmptyEventLoop: false,
      functionName: 'remediator',
      functionVersion: '1',
      memoryLimitInMB: '512',
      logGroupName: 'log-group',
      logStreamName: 'log-stream',
      done: () => undefined,
      fail: () => undefined,
      succeed: () => undefined,
    };
  }

  private ports() {
    const asked = <T>(call: string, answer: () => T | Promise<T>): Promise<T> => this.ask(call, answer);
    const { cases, proposals, leases, tickets, role } = this;
    const secrets = { find: async () => this.slackSecret, forget: () => undefined };
    const clicks = createClickReader({ secrets, clock: () => this.now });
    const reading = <K extends keyof Observation>(key: K, usual: Observation[K]) =>
      asked(key, () => (this.readings[key] as Observation[K] | undefined) ?? usual);
    return {
      ledger: {
        findSession: (id: string) =>
          asked('ledger', (): Reading<ExecSession> => {
            const session = this.ledger.get(id);
            return session === undefined ? absent : read(session);
          }),
      },
      lines: { findLine: (id: string) => asked('findLine', () => this.audited.findLine(id)) },
      verdicts: { findVerdict: (id: string) => asked('findVerdict', () => this.audited.findVerdict(id)) },
      denied: {
        noteDeniedSession: (note: Parameters<MemoryLedger['noteDeniedSession']>[0]) =>
          asked('noteDeniedSession', () => this.audited.noteDeniedSession(note)),
      },
      history: {
        findSession: () => reading('session', absent),
        findSessionOfTask: () => reading('session', absent),
      },
      ecs: {
        findTask: () => reading('task', read(aTask())),
        findCluster: () => reading('cluster', read(aCluster())),
        findTaskDefinition: () => reading('taskDefinition', read(aTaskDefinition())),
      },
      iam: {
        findRole: () => asked('role', () => role.findRole()),
        simulate: (query: Parameters<FakeRole['simulate']>[0]) => asked('simulate', () => role.simulate(query)),
      },
      organization: {
        findPlace: (account: string) => asked('findPlace', () => this.organization.findPlace(account)),
      },
      stacks: {
        findOwningStack: () => reading('stack', absent),
        findFailedDeletion: () => asked('findFailedDeletion', () => this.failedDeletion),
      },
      logGroups: {
        findLogGroup: async ({ withTags }: { readonly withTags: boolean }) => {
          const group = await reading('logGroup', read(aLogGroup()));
          return group.kind === 'read' && !withTags ? read({ ...group.value, tags: {} }) : group;
        },
      },
      keys: { findKey: (keyId: string) => asked(`key ${keyId}`, () => this.keys.get(keyId) ?? absent) },
      buckets: { findEncryption: () => reading('bucketEncryption', absent) },
      cases: {
        findCase: (fingerprint: string) => asked('findCase', () => cases.findCase(fingerprint)),
        saveCase: (...args: Parameters<FakeCaseStore['saveCase']>) => asked('saveCase', () => cases.saveCase(...args)),
        findAttachedPolicy: (roleId: string) => asked('findAttachedPolicy', () => cases.findAttachedPolicy(roleId)),
        saveAttachedPolicy: (...args: Parameters<FakeCaseStore['saveAttachedPolicy']>) =>
          asked('saveAttachedPolicy', () => cases.saveAttachedPolicy(...args)),
        readBreaker: () => asked('readBreaker', () => cases.readBreaker()),
        countCase: (request: Parameters<FakeCaseStore['countCase']>[0]) =>
          asked('countCase', () => cases.countCase(request)),
        reserveWrite: (request: Parameters<FakeCaseStore['reserveWrite']>[0]) =>
          asked('reserveWrite', () => cases.reserveWrite(request)),
      },
      proposals: {
        findProposal: (proposalId: string) => asked('findProposal', () => proposals.findProposal(proposalId)),
        saveProposal: (...args: Parameters<FakeProposalStore['saveProposal']>) =>
          asked('saveProposal', () => proposals.saveProposal(...args)),
      },
      newId: () => {
        this.ids += 1;
        return `proposal-id-${String(this.ids).padStart(8, '0')}`;
      },
      digests: this.digests,
      leases: {
        claim: (...args: Parameters<FakeEventLeases['claim']>) => asked('claim', () => leases.claim(...args)),
        complete: (eventId: string, owner: string) => asked('complete', () => leases.complete(eventId, owner)),
        release: (eventId: string, owner: string) => asked('release', () => leases.release(eventId, owner)),
      },
      queue: {
        sendLater: (body: string, delaySeconds: number) =>
          asked('sendLater', () => this.queue.sendLater(body, delaySeconds)),
      },
      tickets: {
        fileTicket: (draft: Parameters<FakeTickets['fileTicket']>[0]) =>
          asked('fileTicket', () => tickets.fileTicket(draft)),
        closeTicket: (...args: Parameters<FakeTickets['closeTicket']>) =>
          asked('closeTicket', () => tickets.closeTicket(...args)),
      },
      messenger: this.messenger,
      chats: { find: async () => this.chat },
      clicks: {
        readClick: (...args: Parameters<typeof clicks.readClick>) =>
          asked('readClick', () => clicks.readClick(...args)),
      },
      writer: this.hasWriter
        ? {
            readRole: () => asked('readRole', () => role.readRole()),
            readPolicy: (...args: Parameters<FakeRole['readPolicy']>) =>
              asked('readPolicy', () => role.readPolicy(...args)),
            putPolicy: (...args: Parameters<FakeRole['putPolicy']>) =>
              asked('putPolicy', () => role.putPolicy(...args)),
            deletePolicy: (...args: Parameters<FakeRole['deletePolicy']>) =>
              asked('deletePolicy', () => role.deletePolicy(...args)),
          }
        : null,
      clock: () => this.now,
      sleep: async (milliseconds: number) => {
        this.now = new Date(this.now.getTime() + milliseconds);
      },
      digest: digestOf,
      deploymentId: 'exec-log',
    };
  }

  private async ask<T>(call: string, answer: () => T | Promise<T>): Promise<T> {
    await this.turn();
    this.calls.push(call);
    const error = this.failing(call);
    if (error !== null) {
      throw error;
    }
    return answer();
  }
}

function aRecord(messageId: string, body: string, eventSourceARN: string, sentAt: Date): SQSRecord {
  return {
    messageId,
    receiptHandle: 'handle',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(sentAt.getTime()),
      SenderId: 'events.amazonaws.com',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: 'ap-northeast-1',
  };
}
