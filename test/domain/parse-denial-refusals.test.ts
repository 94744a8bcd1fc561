import { readJson } from '../../functions/domain/cloudtrail-record.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import type { RefusalCode } from '../../functions/domain/refusal.ts';
import {
  aDenialRecord,
  type CloudTrailJson,
  delivered,
  principalArnOf,
  resourceOf,
  sentenceOf,
} from '../support/records.ts';

function outcome(input: unknown): RefusalCode | 'denial' | `${RefusalCode} of CreateLogStream` {
  const parsed = parseDenial(input);
  if (parsed.kind === 'denial') return 'denial';
  return parsed.deniedCreateLogStream ? `${parsed.refusal.code} of CreateLogStream` : parsed.refusal.code;
}

const identityWith = (fields: CloudTrailJson): CloudTrailJson => ({
  userIdentity: { ...Object(aDenialRecord()['userIdentity']), ...fields },
});
const issuerWith = (fields: CloudTrailJson): CloudTrailJson => {
  const { sessionContext } = Object(aDenialRecord()['userIdentity']);
  return identityWith({ sessionContext: { sessionIssuer: { ...sessionContext.sessionIssuer, ...fields } } });
};

describe('given what cannot be read', () => {
  const record = aDenialRecord();
  const long = sentenceOf({ logGroupName: 'g'.repeat(512), logStreamName: 's'.repeat(512) });
  const group = 'arn:aws:logs:ap-northeast-1:111111111111:log-group:';

  it.each<[string, unknown, ReturnType<typeof outcome>]>([
    ['a text', 'text', 'not-an-event'],
    ['a list', [record], 'not-an-event'],
    ['another object', { Records: [record] }, 'not-an-event'],
    ['an envelope without a record', delivered(record, { detail: null }), 'not-an-event'],
    ["somebody's own event", delivered(record, { source: 'my.logs' }), 'foreign-event'],
    ["another service's source", delivered(record, { source: 'aws.ecs' }), 'foreign-event'],
    [
      "logs' source on another service's record",
      delivered({ ...record, eventSource: 'ecs.amazonaws.com' }, { source: 'aws.logs' }),
      'foreign-event',
    ],
    ['another detail-type', delivered(record, { 'detail-type': 'AWS Service Event via CloudTrail' }), 'foreign-event'],
    ['a success', aDenialRecord({}, { errorCode: undefined }), 'not-a-denial'],
    ['another error', aDenialRecord({}, { errorCode: 'ResourceNotFoundException' }), 'not-a-denial'],
    ['no message', aDenialRecord({}, { errorMessage: null }), 'unreadable-sentence of CreateLogStream'],
    ['an omitted message', aDenialRecord({}, { errorMessage: { omitted: true } }), 'truncated of CreateLogStream'],
    [
      "another call's message",
      aDenialRecord({ message: 'Denied' }, { eventName: 'CreateLogGroup' }),
      'unreadable-sentence',
    ],
    ['no resource', aDenialRecord({ resource: '*' }), 'unreadable-sentence of CreateLogStream'],
    ['an illegal group', aDenialRecord({ logGroupName: 'a b' }), 'unreadable-sentence of CreateLogStream'],
    [
      'a group of 513 characters',
      aDenialRecord({ logGroupName: 'a'.repeat(513) }),
      'unreadable-sentence of CreateLogStream',
    ],
    ['cut in the group', aDenialRecord({ resource: `${group}/ecs/ng`, reason: '' }), 'truncated of CreateLogStream'],
    [
      'cut after the group',
      aDenialRecord({ resource: `${group}/ecs/ng:log-st`, reason: '' }),
      'truncated of CreateLogStream',
    ],
    [
      'cut in the action',
      aDenialRecord({ message: sentenceOf().split('Stream on')[0] ?? '' }),
      'truncated of CreateLogStream',
    ],
    ['cut at 1 KB in the stream', aDenialRecord({ message: long.slice(0, 1024) }), 'truncated of CreateLogStream'],
    ['marked as cut in the stream', aDenialRecord({ reason: '...' }), 'truncated of CreateLogStream'],
    [
      '100 KB',
      aDenialRecord({ message: sentenceOf().padEnd(100_000, ' because no') }),
      'over-limit of CreateLogStream',
    ],
    ['1 MB', aDenialRecord({ message: ' with an explicit deny in'.repeat(40_000) }), 'over-limit of CreateLogStream'],
  ])('refuses %s', (_, input, expected) => {
    expect(outcome(input)).toBe(expected);
  });

  it.each<[string, unknown]>([
    ['the session', aDenialRecord({}, identityWith({ arn: principalArnOf({ sessionName: 'other' }) }))],
    ["the id's session", aDenialRecord({}, identityWith({ principalId: 'AROAXXXXXXXXXXXXXXXXX:other' }))],
    ["the role's id", aDenialRecord({}, issuerWith({ principalId: 'AROAOTHER' }))],
    ["the role's name", aDenialRecord({}, issuerWith({ userName: 'other' }))],
    ["the identity's account", aDenialRecord({}, identityWith({ accountId: '222222222222' }))],
    ["the issuer's account", aDenialRecord({}, issuerWith({ accountId: '222222222222' }))],
    ["the recipient's account", aDenialRecord({}, { recipientAccountId: '222222222222' })],
    ["the envelope's account", delivered(aDenialRecord(), { account: '222222222222' })],
    ["the envelope's Region", delivered(aDenialRecord(), { region: 'eu-west-1' })],
    ["the record's Region", aDenialRecord({}, { awsRegion: 'eu-west-1' })],
    ["the resource's partition", aDenialRecord({ resource: resourceOf({ partition: 'aws-cn' }) })],
    ['the action', aDenialRecord({ action: 'logs:PutLogEvents' })],
    ['nobody for a role', aDenialRecord({ message: sentenceOf().replace(principalArnOf(), 'anonymous') })],
  ])('refuses a disagreement about %s', (_, input) => {
    expect(outcome(input)).toBe('mismatch of CreateLogStream');
  });

  it.each(['AccessDeniedException', 'Client.UnauthorizedOperation', 'UnauthorizedOperation', 'Client.AccessDenied'])(
    'reads a denial under the code %s',
    (errorCode) => {
      expect(outcome(aDenialRecord({}, { errorCode }))).toBe('denial');
    },
  );
});

describe('given a message that CloudTrail cut at 1 KB', () => {
  const logGroupName = `/ecs/${'g'.repeat(500)}`;
  const head = sentenceOf({ logGroupName, reason: '' });
  const scp = ' with an explicit deny in a service control policy';
  const implicit = { policyType: 'identity-based', denialKind: 'implicit' } as const;
  const unknown = { policyType: null, denialKind: 'unknown' } as const;
  /** A message of that length that ends with a whole reason, which a stream may have forged in front of AWS's own. */
  const ofLength = (length: number) => {
    const shortest = sentenceOf({ logGroupName, logStreamName: '' }).length;
    return sentenceOf({ logGroupName, logStreamName: 's'.repeat(length - shortest) });
  };

  it.each<[string, string, object]>([
    ['in the reason', `${head} because no identity-ba`, unknown],
    [
      "in the policy's ARN",
      `${head}${scp}: arn:aws:iam::222222222222:policy/`.padEnd(1024, 'p'),
      { policyType: 'scp', denialKind: 'explicit', policyArn: null },
    ],
    [
      'right after the type',
      sentenceOf({
        logGroupName,
        logStreamName: 's'.repeat(1024 - sentenceOf({ logGroupName, logStreamName: '', reason: scp }).length),
        reason: scp,
      }),
      unknown,
    ],
    ['right after a whole reason', ofLength(1024), unknown],
    ['not, being shorter', ofLength(1023), implicit],
    ['not, being longer', ofLength(1100), implicit],
  ])('reads the group, and no reason that may go on: %s', (_, message, expected) => {
    expect(parseDenial(aDenialRecord({ message }))).toMatchObject({
      kind: 'denial',
      denial: { logGroupName, ...expected },
    });
  });
});

describe('given JSON text', () => {
  it('reads it, and refuses what is none or too long', () => {
    const code = (text: string) => {
      const reading = readJson(text);
      return reading.kind === 'json' ? reading.value : reading.refusal.code;
    };
    expect([code('{"a":1}'), code('{'), code(''), code('['.repeat(200_000))]).toEqual([
      { a: 1 },
      'not-json',
      'not-json',
      'not-json',
    ]);
    expect([code(`"${'a'.repeat(262_142)}"`), code(`"${'a'.repeat(262_143)}"`)]).toEqual([
      'a'.repeat(262_142),
      'over-limit',
    ]);
  });
});
