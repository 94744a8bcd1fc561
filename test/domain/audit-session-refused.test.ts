import type { SessionEvidence } from '../../functions/domain/audit-session.ts';
import { fingerprintOf } from '../../functions/domain/fingerprint.ts';
import type { LogTarget } from '../../functions/domain/log-target.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import { absent, aDenial, read, unreadable } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aDenialRecord } from '../support/records.ts';
import { andThen, aTarget, BUCKET, bothPlaces, ended, history, judged, KEY } from '../support/session-evidence.ts';

const describeGroupsDenied = (eventTime = '2023-02-11T06:30:10Z', sessionName?: string) =>
  aDenialRecord(
    {
      action: 'logs:DescribeLogGroups',
      resource: 'arn:aws:logs:ap-northeast-1:111111111111:log-group::log-stream:',
      reason: ' because no identity-based policy allows the logs:DescribeLogGroups action',
      eventTime,
      ...(sessionName === undefined ? {} : { sessionName }),
    },
    { eventName: 'DescribeLogGroups', readOnly: true },
  );
const bucketDenied = (bucket: string) =>
  aDenialRecord(
    {
      action: 's3:GetEncryptionConfiguration',
      resource: `"arn:aws:s3:::${bucket}"`,
      reason: ' because no identity-based policy allows the s3:GetEncryptionConfiguration action',
      eventTime: '2023-02-11T06:30:10Z',
    },
    { eventSource: 's3.amazonaws.com', eventName: 'GetBucketEncryption' },
  );
const decryptDenied = (key: string) =>
  aDenialRecord(
    {
      action: 'kms:Decrypt',
      resource: key,
      reason: ' because no identity-based policy allows the kms:Decrypt action',
      eventTime: '2023-02-11T06:30:10Z',
    },
    { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt' },
  );

const emptyStream = read({ createdAt: '2023-02-11T06:40:00Z', firstEventAt: null, lastIngestedAt: null });

describe('an agent that refuses the session', () => {
  const encrypted = aTarget({ logging: 'OVERRIDE', encryptionRequired: true });
  const withKey = aTarget({ sessionKey: { kind: 'arn', arn: KEY } });
  const strictBucket = { target: aTarget({ logging: 'OVERRIDE', bucket: { ...BUCKET, encryptionRequired: true } }) };
  const key = read({ kmsKeyId: KEY });
  const withHistory = (target: LogTarget, ...records: unknown[]) => ({
    target,
    ...andThen({ history: history(...records), logGroup: key }),
  });
  it.each<[string, Partial<SessionEvidence>, string]>([
    ['groups denied', withHistory(encrypted, describeGroupsDenied()), 'refused: describe-log-groups-denied'],
    [
      'at 5 minutes',
      withHistory(encrypted, describeGroupsDenied('2023-02-11T06:35:00Z')),
      'refused: describe-log-groups-denied',
    ],
    [
      'later than that',
      withHistory(encrypted, describeGroupsDenied('2023-02-11T06:35:01Z')),
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
    [
      'a minute before it: of two clocks',
      withHistory(encrypted, describeGroupsDenied('2023-02-11T06:29:00Z')),
      'refused: describe-log-groups-denied',
    ],
    [
      'earlier than that: of the session before',
      withHistory(encrypted, describeGroupsDenied('2023-02-11T06:28:59Z')),
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
    [
      'of another task',
      withHistory(encrypted, describeGroupsDenied(undefined, 'b'.repeat(32))),
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
    [
      'groups denied, no encryption asked for',
      withHistory(aTarget(), describeGroupsDenied()),
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
    [
      'bucket denied',
      withHistory(strictBucket.target, bucketDenied('transcripts')),
      'refused: bucket-encryption-denied',
    ],
    [
      'another bucket denied',
      withHistory(strictBucket.target, bucketDenied('other')),
      'missing: delivery-not-allowed script-missing container-stopped',
    ],
    [
      'bucket denied, no encryption asked for',
      withHistory(bothPlaces, bucketDenied('transcripts')),
      'missing: delivery-not-allowed script-missing container-stopped',
    ],
    ['session key denied', withHistory(withKey, decryptDenied(KEY)), 'refused: session-key-denied'],
    [
      'another key denied',
      withHistory(withKey, decryptDenied(`${KEY}2`)),
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
    [
      'a key denied, no session key',
      withHistory(aTarget(), decryptDenied(KEY)),
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
    ['a group without a key', { target: encrypted }, 'refused: log-group-not-encrypted'],
    [
      'a group without a key, in which the stream stands',
      { target: encrypted, transcript: { stream: emptyStream, object: absent } },
      'missing: put-events-denied script-missing container-stopped delivery-not-allowed',
    ],
    ['no group', { target: encrypted, ...andThen({ logGroup: absent }) }, 'refused: log-group-not-encrypted'],
    [
      'a group with a key',
      { target: encrypted, ...andThen({ logGroup: key }) },
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
    [
      'a group that cannot be read',
      { target: encrypted, ...andThen({ logGroup: unreadable }) },
      'missing: script-missing container-stopped delivery-not-allowed',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(ended(judged(overrides))).toBe(expected);
  });
});

describe("a denied call of the agent's own", () => {
  const withKey = aTarget({ sessionKey: { kind: 'arn', arn: KEY } });
  const withRecords = (...records: unknown[]) => ({ target: withKey, ...andThen({ history: history(...records) }) });

  it('is handed on with the case that it belongs to', () => {
    const record = decryptDenied(KEY);
    const parsed = parseDenial(record);
    expect(judged(withRecords(record))).toMatchObject({
      state: 'refused',
      proof: {
        fingerprint: parsed.kind === 'denial' ? fingerprintOf(parsed.denial, digestOf) : 'unread',
        eventId: aDenial().eventId,
      },
      undelivered: record,
    });
  });

  it("is no case where nothing shows that the agent made it, and the agent's own comes first", () => {
    const applications = { ...decryptDenied(KEY), userAgent: 'Boto3/1.34.0' };
    expect(judged(withRecords(applications))).toMatchObject({
      state: 'refused',
      proof: { fingerprint: null, eventId: aDenial().eventId },
      undelivered: null,
    });
    const own = decryptDenied(KEY);
    expect(judged(withRecords(applications, own))).toMatchObject({ undelivered: own });
  });

  it.each([
    ['describe-log-groups', 'refused: describe-log-groups-denied'],
    ['bucket-encryption', 'refused: bucket-encryption-denied'],
    ['session-key', 'refused: session-key-denied'],
    ['object', 'denied: put-object-denied'],
  ] as const)('is believed by the note of its case: %s', (companion, expected) => {
    const judgement = judged({ note: read({ fingerprint: 'f1', eventId: 'e1', companion }), aftermath: null });
    expect(ended(judgement)).toBe(expected);
    expect(judgement).toMatchObject({ proof: { fingerprint: 'f1', eventId: 'e1' }, undelivered: null });
  });
});
