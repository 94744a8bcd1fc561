import { randomUUID } from 'node:crypto';
import type { AccountState, JsonObject } from './account-state.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** Where every call seems to come from: an address for documentation, since loopback would be none that AWS sees. */
export const SOURCE_ADDRESS = '203.0.113.17';

/** A call as CloudTrail records it, before the parts that every record has. */
export interface RecordedCall {
  readonly userIdentity: JsonObject;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly userAgent: string;
  readonly host: string;
  /** Where an AWS service called on its own; absent is the address of everybody else. */
  readonly calledBy?: string;
  readonly requestId: string;
  readonly readOnly: boolean;
  /** A call on data, which Event history does not have. */
  readonly isDataEvent?: boolean;
  readonly requestParameters: JsonObject | null;
  readonly responseElements: JsonObject | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export type RecordListener = (record: JsonObject) => void;

/** The account's CloudTrail: every record goes to the listeners at once and to Event history after a lag. */
export class CloudTrailLog {
  /** How long LookupEvents does not see a record; AWS names "minutes" as typical. */
  lagMs = 0;
  private readonly listeners = new Set<RecordListener>();
  private readonly visibleAt = new WeakMap<JsonObject, number>();

  constructor(
    private readonly state: AccountState,
    private readonly clock: SimulatedClock,
  ) {}

  subscribe(listener: RecordListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Writes the record of a call. `requestParameters` is null on a denial: that is how AWS writes it for these services. */
  write(call: RecordedCall): JsonObject {
    const record: JsonObject = {
      eventVersion: '1.11',
      userIdentity: call.userIdentity,
      eventTime: `${this.clock.now().toISOString().slice(0, 19)}Z`,
      eventSource: call.eventSource,
      eventName: call.eventName,
      awsRegion: call.awsRegion,
      sourceIPAddress: call.calledBy ?? SOURCE_ADDRESS,
      userAgent: call.userAgent.slice(0, 1024),
      ...(call.error === null ? {} : { errorCode: call.error.code, errorMessage: call.error.message.slice(0, 1024) }),
      requestParameters: call.requestParameters,
      responseElements: call.responseElements,
      requestID: call.requestId,
      eventID: randomUUID(),
      readOnly: call.readOnly,
      eventType: 'AwsApiCall',
      managementEvent: call.isDataEvent !== true,
      recipientAccountId: this.state.account,
      eventCategory: call.isDataEvent === true ? 'Data' : 'Management',
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: call.host,
      },
    };
    this.append(record);
    return record;
  }

  /** Appends a finished record, of a service that this simulation does not serve itself (the session's agent, S3). */
  append(record: JsonObject): void {
    this.visibleAt.set(record, this.clock.now().getTime() + this.lagMs);
    this.state.cloudtrail.records.push(record);
    for (const listener of this.listeners) listener(record);
  }

  /** The records that Event history shows at the moment, newest first. */
  history(): readonly JsonObject[] {
    const now = this.clock.now().getTime();
    return this.state.cloudtrail.records
      .filter((record) => (this.visibleAt.get(record) ?? 0) <= now && typeof record['eventName'] === 'string')
      .filter((record) => record['managementEvent'] !== false)
      .map((record, index) => ({ record, index, time: Date.parse(String(record['eventTime'])) || 0 }))
      .sort((a, b) => b.time - a.time || b.index - a.index)
      .map(({ record }) => record);
  }
}

/** Wraps a record in the EventBridge envelope in which AWS delivers it. */
export function envelopeOf(record: JsonObject): JsonObject {
  const source = String(record['eventSource']);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${source.split('.')[0]}`,
    account: record['recipientAccountId'],
    time: record['eventTime'],
    region: record['awsRegion'],
    resources: [],
    detail: record,
  };
}
