/**
 * What the flow needs from the world, in domain words. An adapter translates and decides nothing: "not found" and "access
 * denied" become a `Reading`, everything else is thrown so that the queue asks again.
 */
import type { BreakerLimits, BreakerRecord } from './domain/breaker.ts';
import type { Case, CaseState, ChatPlace } from './domain/case.ts';
import type { CauseDigest } from './domain/cause-digest.ts';
import type { RemediationPolicy } from './domain/decision.ts';
import type { CompanionCall } from './domain/denial.ts';
import type { ExecSession } from './domain/exec-session.ts';
import type { Acceptance, LedgerLine, SessionVerdict } from './domain/ledger.ts';
import type {
  AttachedPolicy,
  ObservedBucketEncryption,
  ObservedCluster,
  ObservedInlinePolicy,
  ObservedKey,
  ObservedLogGroup,
  ObservedRole,
  ObservedStack,
  ObservedTask,
  ObservedTaskDefinition,
  Reading,
  SimulatedCall,
} from './domain/observation.ts';
import type { AccountPlace } from './domain/organization-mode.ts';
import type { FleetInstance, FleetService, FleetTask } from './domain/preflight/fleet.ts';
import type { ObservedNetwork, PreflightTaskDefinition } from './domain/preflight/subject.ts';
import type { Proposal } from './domain/proposal.ts';
import type { SettingsInForce } from './domain/settings-in-force.ts';
import type { SlackClick } from './domain/slack-click.ts';
import type { ObservedTrail } from './domain/trail-diagnosis.ts';

export type Clock = () => Date;

/** The ledger, as its readers see it. */
export interface SessionLedger {
  findSession(sessionId: string): Promise<Reading<ExecSession>>;
}

/** The ledger, as the recorder sees it. */
export interface SessionRecorder {
  /** Whether there are a line and its verdict: what is known costs no reads of ECS. */
  isKnown(sessionId: string): Promise<boolean>;
  /**
   * Writes the line, and the open verdict with which the auditor begins. Repeating it changes nothing: the first line of a session
   * id stays, and a verdict that a killed Lambda did not write is written by the next delivery.
   */
  recordSession(line: LedgerLine): Promise<'recorded' | 'known'>;
}

/** The ledger's whole lines, for the auditor. */
export interface LedgerLines {
  findLine(sessionId: string): Promise<Reading<LedgerLine>>;
}

/** What the auditor found out. Every write is conditional on the version that was read. */
export interface VerdictStore {
  findVerdict(sessionId: string): Promise<SessionVerdict | undefined>;
  saveVerdict(verdict: SessionVerdict, expectedVersion: number): Promise<'saved' | 'conflict'>;
  /**
   * Verdicts that are due, the longest due first, in pages; from the index, so that each may be older than its row. A row that is
   * none throws; where `onMalformed` is told of it, it is left out, and stops none of the others.
   */
  dueVerdicts(
    until: Date,
    onMalformed?: (sessionId: string, error: unknown) => void,
  ): AsyncIterable<readonly SessionVerdict[]>;
  /** Settled verdicts of the sessions that began on a UTC day, in pages; the open ones are all due some day. */
  verdictsOfDay(day: string): AsyncIterable<readonly SessionVerdict[]>;
}

/** Who accepted which gap. */
export interface AcceptanceStore {
  findAcceptance(sessionId: string): Promise<Acceptance | undefined>;
  /** The first acceptance of a session stands. */
  saveAcceptance(acceptance: Acceptance): Promise<'saved' | 'known'>;
  acceptancesOfDay(day: string): AsyncIterable<readonly Acceptance[]>;
}

/** The case to which a session's denial belongs. */
export interface DeniedSession {
  readonly sessionId: string;
  readonly fingerprint: string;
  readonly eventId: string;
  /** Which call of the session's was denied; absent where it is the delivery itself. */
  readonly companion?: CompanionCall | undefined;
}

/** Where the remediator notes which case a session's denial belongs to, so that the auditor need not search CloudTrail. */
export interface DeniedSessions {
  findDeniedSession(sessionId: string): Promise<DeniedSession | undefined>;
  /** The first note of a session stands. */
  noteDeniedSession(denied: DeniedSession): Promise<void>;
}

/** A case that is not closed: what the next recorded session of its role may prove repaired, or an ended suppression raise again. */
export interface OpenCase {
  readonly fingerprint: string;
  readonly roleArn: string;
  readonly logGroupName: string | null;
  readonly state: CaseState;
  /** ISO 8601, UTC: from when on the case's proposal is to be ended, by its expiry or its answer; absent where none is. */
  readonly proposalExpiresAt?: string | null | undefined;
}

/**
 * What is left to be looked after, from the index of unfinished work. A row that is none throws; where `onMalformed` is told of
 * it, it is left out, and stops none of the others.
 */
export interface WorkLists {
  /** The role ids whose policy of ours should stand, in their order, after one of them. */
  attachedPolicies(
    afterRoleId: string | null,
    onMalformed?: (error: unknown) => void,
  ): AsyncIterable<readonly { readonly roleId: string }[]>;
  openCases(onMalformed?: (error: unknown) => void): AsyncIterable<readonly OpenCase[]>;
}

/** How far the auditor has come; all in one row. */
export interface AuditProgress {
  /** ISO 8601, UTC: records of CloudTrail until then have been compared with the ledger; null before the first sweep. */
  readonly sweptUntil: string | null;
  /** The last role whose policy was reviewed; null at the beginning of a round. */
  readonly reviewedRoleId: string | null;
  /** ISO 8601, UTC: when an audit last came to its end. */
  readonly finishedAt: string | null;
  /** The UTC day on which the trails were last looked at and not found wanting; null or absent before that. */
  readonly trailCheckedOn?: string | null | undefined;
  readonly version: number;
}

export interface AuditProgressStore {
  readProgress(): Promise<AuditProgress | undefined>;
  saveProgress(progress: AuditProgress, expectedVersion: number | null): Promise<'saved' | 'conflict'>;
}

/** The places that a hub has ever heard of, and where its last audit stopped. */
export interface AuditedPlaces {
  /** In no order; none twice. */
  readonly places: readonly { readonly account: string; readonly region: string }[];
  /** The place that was audited last; null before the first. */
  readonly last: { readonly account: string; readonly region: string } | null;
  readonly version: number;
}

export interface AuditedPlaceStore {
  readPlaces(): Promise<AuditedPlaces | undefined>;
  savePlaces(places: AuditedPlaces, expectedVersion: number | null): Promise<'saved' | 'conflict'>;
  /** The places in which a policy of ours stands, those of the deployment's own place left out. */
  placesOfPolicies(): AsyncIterable<{ readonly account: string; readonly region: string }>;
}

/** A log stream as CloudWatch Logs lists it; its times come late, and its size is never told. */
export interface ObservedStream {
  /** ISO 8601, UTC. */
  readonly createdAt: string | null;
  /** ISO 8601, UTC: the first event's own time; null where nothing was written, or not long ago. */
  readonly firstEventAt: string | null;
  /** ISO 8601, UTC: when something was last taken in; null where nothing was. */
  readonly lastIngestedAt: string | null;
}

export interface ObservedObject {
  readonly sizeBytes: number;
  /** ISO 8601, UTC. */
  readonly lastModifiedAt: string;
}

/** Where transcripts lie. It sees that they are there; it cannot read them. */
export interface TranscriptReader {
  /** The stream of exactly this name; absent also where the group is. */
  findStream(query: {
    readonly logGroupName: string;
    readonly logStreamName: string;
  }): Promise<Reading<ObservedStream>>;
  /** The object of exactly this key. */
  findObject(query: { readonly bucketName: string; readonly key: string }): Promise<Reading<ObservedObject>>;
}

/** Whether a session still runs, as Systems Manager knows it. */
export type SessionLifetime =
  | { readonly kind: 'running' }
  /** `endedAt` is ISO 8601, UTC; null where Systems Manager does not say when. */
  | { readonly kind: 'ended'; readonly endedAt: string | null };

export interface SessionLifetimes {
  /** `absent` where Systems Manager does not know the session. */
  findLifetime(sessionId: string): Promise<Reading<SessionLifetime>>;
}

/** One question to CloudTrail's event history; it knows one attribute at a time. */
export interface HistoryQuery {
  readonly attribute: 'EventName' | 'Username';
  readonly value: string;
  readonly from: Date;
  readonly to: Date;
  readonly maxPages: number;
}

/** Records as CloudTrail writes them, unread, the newest first. */
export interface HistoryRecords {
  readonly records: readonly unknown[];
  /** False where there are more than the pages that were asked for. */
  readonly complete: boolean;
}

/** CloudTrail's event history, paced: 2 requests a second are shared by everyone in an account and Region. */
export interface CallHistory {
  findRecords(query: HistoryQuery): Promise<Reading<HistoryRecords>>;
}

/** KMS keys, by id, ARN or alias. */
export interface KeyReader {
  findKey(keyId: string): Promise<Reading<ObservedKey>>;
}

/** Buckets of this account. */
export interface BucketReader {
  /** How the bucket encrypts by default; `absent` where there is no such bucket. */
  findEncryption(bucketName: string): Promise<Reading<ObservedBucketEncryption>>;
}

/** CloudTrail's event history. Slow, shared and late: asked only where the ledger does not know the session. */
export interface SessionHistory {
  /** The exec session of a task that began within five minutes of a moment, the nearest one before it if there are several. */
  findSessionOfTask(query: { readonly taskId: string; readonly near: Date }): Promise<Reading<ExecSession>>;
  findSession(query: { readonly sessionId: string; readonly before: Date }): Promise<Reading<ExecSession>>;
}

export interface EcsReader {
  /** Without a cluster, every cluster is asked: O(clusters). */
  findTask(query: { readonly clusterArn: string | null; readonly taskId: string }): Promise<Reading<ObservedTask>>;
  findCluster(clusterArn: string): Promise<Reading<ObservedCluster>>;
  findTaskDefinition(taskDefinitionArn: string): Promise<Reading<ObservedTaskDefinition>>;
}

/** One question to IAM's simulator: may the role do these actions on these resources, given an additional policy? */
export interface SimulationQuery {
  readonly roleArn: string;
  readonly pairs: readonly { readonly action: string; readonly resource: string }[];
  /** A policy document's text to add to the role's own, or null for the role as it is. */
  readonly additionalPolicy: string | null;
  /** IAM context keys and their values, e.g. `aws:RequestedRegion`. */
  readonly context: Readonly<Record<string, string>>;
  /** Whether the answer names the policies that decided. */
  readonly namesPolicies?: true;
}

export interface IamReader {
  /** The role with its tags, decoded trust, all inline policies and instance profiles. */
  findRole(roleName: string): Promise<Reading<ObservedRole>>;
  /** In the order of the query's pairs. */
  simulate(query: SimulationQuery): Promise<Reading<readonly SimulatedCall[]>>;
}

/** What is read again right before a write. */
export type RoleSnapshot = Pick<ObservedRole, 'roleId' | 'tags' | 'inlinePolicies' | 'prepared'>;

export type WriteResult = { readonly kind: 'written' } | { readonly kind: 'refused'; readonly because: string };

/**
 * The only IAM write of the system, in one of two ways: an inline policy, or prepared managed policies, attached and detached, which
 * together count as one policy of one name. A permanent refusal of AWS is an answer, not an exception. `roleArn` is the role that
 * was judged: in an organisation the name alone does not say whose it is.
 * @throws Error where the writer is of another account than that role.
 */
export interface RolePolicyWriter {
  readRole(roleName: string): Promise<Reading<RoleSnapshot>>;
  readPolicy(roleName: string, policyName: string): Promise<Reading<ObservedInlinePolicy>>;
  putPolicy(policy: RemediationPolicy, roleArn: string): Promise<WriteResult>;
  /** Removing what is not there is `written`. */
  deletePolicy(roleName: string, policyName: string, roleArn: string): Promise<WriteResult>;
}

export interface StackReader {
  /** The CloudFormation stack that owns a resource, by its physical id. */
  findOwningStack(physicalId: string): Promise<Reading<ObservedStack>>;
}

export interface StackDeletions {
  /**
   * The stack that failed to delete a role, as CloudFormation says now; absent where it says anything else of it. `logicalId` is what
   * the stack's template calls the role: CloudFormation shows no more than 100 resources of a stack without it.
   */
  findFailedDeletion(role: { readonly roleName: string; readonly logicalId: string }): Promise<Reading<ObservedStack>>;
}

export interface LogGroupReader {
  /** The log group of exactly this name, with its tags if asked for. */
  findLogGroup(query: {
    readonly logGroupName: string;
    readonly withTags: boolean;
  }): Promise<Reading<ObservedLogGroup>>;
}

/** Which events are in work or done. A lease has an owner and an end, so that a killed Lambda loses nothing. */
export interface EventLeases {
  claim(eventId: string, owner: string, now: Date, leaseSeconds: number): Promise<'claimed' | 'in-progress' | 'done'>;
  complete(eventId: string, owner: string, now: Date): Promise<void>;
  /** Gives the lease back: the event waits in the queue and is not done. */
  release(eventId: string, owner: string): Promise<void>;
}

/** Cases and attached policies. Every write is conditional on the version that was read; `conflict` means read again. */
export interface CaseStore {
  findCase(fingerprint: string): Promise<Case | undefined>;
  /** `expectedVersion` is null for a case that must not exist yet. The stored version is `found.version`. */
  saveCase(found: Case, expectedVersion: number | null): Promise<'saved' | 'conflict'>;
  findAttachedPolicy(roleId: string): Promise<AttachedPolicy | undefined>;
  saveAttachedPolicy(policy: AttachedPolicy, expectedVersion: number | null): Promise<'saved' | 'conflict'>;
  /** What the breaker is judged by: the announcements of `reserveWrite` and the cases of `countCase`. */
  readBreaker(): Promise<BreakerRecord>;
  /** Announces one more write, unless the breaker is open or the limit reached already. Atomic; asking twice announces once. */
  reserveWrite(request: {
    readonly at: Date;
    readonly limit: number;
    readonly reservationId: string;
  }): Promise<'reserved' | 'over-limit'>;
  /** Counts a new case and gives the record with it. Counting one twice counts once. */
  countCase(request: {
    readonly fingerprint: string;
    readonly at: Date;
    readonly limits: BreakerLimits;
  }): Promise<BreakerRecord>;
}

/** What people are shown in place of single messages while the breaker is open. Every write is conditional on the version. */
export interface CauseDigests {
  /** Of one opening of the breaker. */
  findDigest(openedAt: string): Promise<CauseDigest | undefined>;
  /** `expectedVersion` is null for one that must not exist yet. */
  saveDigest(digest: CauseDigest, expectedVersion: number | null): Promise<'saved' | 'conflict'>;
}

/** A ticket as every system can show it. */
export interface TicketDraft {
  readonly fingerprint: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly severity: 'high' | 'medium' | 'low';
  /** Facts for filters, by name. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A ticket that was opened or brought up to date. */
export interface FiledTicket {
  readonly ticketId: string;
  /** Where people open it, `https` on the host of its system; left out where the system has no address for it. */
  readonly ticketUrl?: string | undefined;
  readonly opened: boolean;
}

export interface TicketSystem {
  /**
   * Opens the ticket of this fingerprint, or brings the open one up to date. A ticket that somebody resolved or deleted is not
   * open: what is denied again deserves a new one.
   */
  fileTicket(draft: TicketDraft): Promise<FiledTicket>;
  /** Resolves a ticket with the evidence, in Markdown. One that is resolved or gone already stays as it is. */
  closeTicket(ticketId: string, evidence: string): Promise<void>;
}

/** A message for people. Its text is already escaped and bounded. */
export interface ChatMessage {
  /** For notifications and clients without blocks. */
  readonly text: string;
  readonly blocks: readonly unknown[];
}

export type Delivery =
  | { readonly kind: 'delivered' }
  /** Nobody configured a channel. */
  | { readonly kind: 'not-configured' }
  | { readonly kind: 'later'; readonly afterSeconds: number }
  | { readonly kind: 'refused'; readonly because: string };

export interface Messenger {
  /** `secretId` names the Secrets Manager secret that the settings give. */
  post(message: ChatMessage, secretId: string | null): Promise<Delivery>;
}

/** What became of a message that a bot shows. */
export type Shown =
  | { readonly kind: 'shown'; readonly at: ChatPlace }
  /** Not shown yet, for so many seconds: as long as the channel says, which may be longer than a queue's longest delay. */
  | { readonly kind: 'later'; readonly afterSeconds: number }
  /** Never shown as it is; `because` says what a person has to do. */
  | { readonly kind: 'refused'; readonly because: string };

/** A place in which one message stands for one cause, and is kept up to date. */
export interface ChatChannel {
  /**
   * Brings the message at `previous` up to date, or posts it to `channel` where there is none, or none that can be updated any
   * more. `at` is the `previous` of the next time.
   */
  show(message: ChatMessage & { readonly channel: string }, previous: ChatPlace | null): Promise<Shown>;
  /** Posts one message into the thread below another. */
  reply(thread: ChatPlace, message: ChatMessage): Promise<Shown>;
  /** Tells one person something, next to a message, that nobody else sees. It is not repeated: who missed it clicks again. */
  whisper(place: ChatPlace, slackUserId: string, message: ChatMessage): Promise<'shown' | 'not-shown'>;
}

export interface Chats {
  /** null where the secret that the settings give is not a bot's: then a `Messenger` posts, or says what is wrong. */
  find(secretId: string): Promise<ChatChannel | null>;
}

/** Proposals and their answers. Every write is conditional on the version that was read. */
export interface ProposalStore {
  findProposal(proposalId: string): Promise<Proposal | undefined>;
  /** `expectedVersion` is null for one that must not exist yet. */
  saveProposal(proposal: Proposal, expectedVersion: number | null): Promise<'saved' | 'conflict'>;
}

/** A click as the approver handed it on: nothing of it is believed before it is verified again. */
export interface ForwardedClick {
  /** Base64 of the bytes that Slack sent. */
  readonly body: string;
  /** Slack's two headers. */
  readonly timestamp: string;
  readonly signature: string;
  /** By SQS's own clock: when the approver handed it on. Waiting in the queue does not age the signature. */
  readonly forwardedAt: Date;
}

export interface ClickReader {
  /**
   * Verifies Slack's signature with the secret that the settings name, and reads the click. `refused` names why it is none.
   * @throws Error when there is no usable secret: nothing is done, and the message comes again.
   */
  readClick(
    forwarded: ForwardedClick,
    secretId: string | null,
  ): Promise<
    | { readonly kind: 'click'; readonly click: SlackClick }
    | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  >;
}

/** Sends a message to our own queue, to be received no earlier than the delay. */
export interface DelayQueue {
  sendLater(body: string, delaySeconds: number): Promise<void>;
}

/** The settings in force: what is invalid or may not be read lowers the mode (README "Settings"); throttling is thrown. */
export interface SettingsSource {
  current(): Promise<SettingsInForce>;
}

/** The organisation, as its management account or a delegate sees it. */
export interface OrganizationReader {
  /** Where an account stands; absent where the organisation does not know it, unreadable where nobody may look or there is none. */
  findPlace(account: string): Promise<Reading<AccountPlace>>;
}

/** All that observing one denial reads. */
export interface ObservationPorts {
  readonly organization: OrganizationReader;
  readonly ledger: SessionLedger;
  readonly history: SessionHistory;
  readonly ecs: EcsReader;
  readonly iam: IamReader;
  readonly stacks: StackReader;
  readonly logGroups: LogGroupReader;
  readonly keys: KeyReader;
  readonly buckets: BucketReader;
  readonly cases: Pick<CaseStore, 'findAttachedPolicy' | 'readBreaker'>;
}

export type JournalFields = Readonly<Record<string, unknown>>;

/** How a step tells what it did: lines under a code of `telemetry/log-codes.ts`, and metrics of `telemetry/metric-names.ts`. */
export interface Journal {
  info(code: string, fields?: JournalFields): void;
  warn(code: string, fields?: JournalFields): void;
  error(code: string, fields?: JournalFields): void;
  /** Counts into the metric; with dimensions, into the metric as a whole and into the one of these dimensions. */
  count(metric: string, value?: number, dimensions?: Readonly<Record<string, string>>): void;
  /** A journal whose lines carry these fields too. This one stays as it is, so that parallel records do not mix. */
  withKeys(keys: JournalFields): Journal;
}

/** What of a cluster is asked for: all that runs, one service, or one task. */
interface FleetQuery {
  readonly clusterArn: string;
  readonly serviceName: string | null;
  /** Id or ARN. */
  readonly taskId: string | null;
}

/** ECS as a fleet: in lots, so that a large account costs few requests. */
export interface FleetReader {
  /** The ARNs of all clusters. */
  listClusters(): Promise<Reading<readonly string[]>>;
  /** Clusters by name or ARN, in their order; each of its own, since one that may not be read hides no other. */
  describeClusters(clusters: readonly string[]): Promise<readonly Reading<ObservedCluster>[]>;
  /** `absent` where the cluster, or the service that was asked for, is not there. */
  listServices(query: FleetQuery): Promise<Reading<readonly FleetService[]>>;
  /** Running and pending tasks; `absent` where the cluster, or the task that was asked for, is not there. */
  listTasks(query: FleetQuery): Promise<Reading<readonly FleetTask[]>>;
  findTaskDefinition(taskDefinitionArn: string): Promise<Reading<PreflightTaskDefinition>>;
  /** Container instances by ARN; one that is gone is missing. */
  describeInstances(query: {
    readonly clusterArn: string;
    readonly containerInstanceArns: readonly string[];
  }): Promise<Reading<ReadonlyMap<string, FleetInstance>>>;
}

/** EC2 instances. */
export interface InstanceReader {
  /** The ARN of each instance's role by the instance's id: `absent` where it has none or the instance is gone. */
  findInstanceRoles(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Reading<string>>>;
}

/** VPCs. */
export interface NetworkReader {
  /** The network of each subnet by its id: `absent` where there is no such subnet. */
  findNetworks(subnetIds: readonly string[]): Promise<ReadonlyMap<string, Reading<ObservedNetwork>>>;
}

/** CloudTrail's trails that cover the Region. */
export interface TrailReader {
  listTrails(): Promise<Reading<readonly ObservedTrail[]>>;
}
