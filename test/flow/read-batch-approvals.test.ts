import { approvalMessage } from '../../functions/flow/approval-message.ts';
import { readBatchItem } from '../../functions/flow/read-batch.ts';
import { digestOf } from '../support/digest.ts';
import { aDenialRecord, delivered } from '../support/records.ts';

const PLACE = { partition: 'aws', account: '111111111111', region: 'ap-northeast-1' };
const APPROVALS = 'arn:aws:sqs:ap-northeast-1:111111111111:exec-log-approvals';
const URL = 'https://sqs.ap-northeast-1.amazonaws.com/111111111111/exec-log-approvals';
const SIGNED = { body: 'cGF5bG9hZA==', timestamp: '1676097364', signature: `v0=${'0'.repeat(64)}` };

interface Received {
  readonly body: unknown;
  readonly eventSourceARN?: string;
  readonly sentAt?: string;
  readonly approvalsQueueUrl?: string | null;
}

function read({ body, eventSourceARN = APPROVALS, sentAt = '1676097365000', approvalsQueueUrl = URL }: Received) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const record = { messageId: 'm', body: text, eventSourceARN, attributes: { SentTimestamp: sentAt } };
  return readBatchItem(record, { jurisdiction: { kind: 'single', home: PLACE }, digest: digestOf, approvalsQueueUrl });
}

const foreign = expect.objectContaining({
  kind: 'refused',
  refusal: expect.objectContaining({ code: 'foreign-event' }),
});

describe("given a message of the approver's queue", () => {
  it('is a click, sent when SQS says', () => {
    expect(read({ body: approvalMessage(SIGNED) })).toEqual({
      kind: 'approval',
      messageId: 'm',
      forwarded: { ...SIGNED, forwardedAt: new Date('2023-02-11T06:36:05.000Z') },
    });
  });

  it('takes a body of 64 KB, and nothing larger', () => {
    const most = Buffer.alloc(64 * 1024).toString('base64');
    expect(read({ body: approvalMessage({ ...SIGNED, body: most }) }).kind).toBe('approval');
    expect(read({ body: approvalMessage({ ...SIGNED, body: `${most}AAAA` }) })).toEqual(foreign);
  });

  it.each([
    { name: 'a denial', body: delivered(aDenialRecord({})) },
    { name: 'an order', body: { kind: 'lapse', fingerprint: 'f' } },
    {
      name: 'a notice',
      body: { kind: 'notice', fingerprint: 'f', noticeId: 'n', announcedAt: '2023-02-11T06:36:05Z' },
    },
    { name: 'a denial that waits', body: { kind: 'deferred-denial', attempt: 1, event: {}, folded: null } },
    { name: 'nothing', body: {} },
    { name: 'null', body: 'null' },
    { name: 'a click without its signature', body: { kind: 'approval', body: 'x', timestamp: '1' } },
    { name: 'a click whose body is no text', body: { kind: 'approval', ...SIGNED, body: { payload: 1 } } },
    { name: 'a click with a long header', body: { kind: 'approval', ...SIGNED, signature: 'v'.repeat(101) } },
  ])('refuses $name', ({ body }) => {
    expect(read({ body })).toEqual(foreign);
  });

  it.each(['0', '', 'x', '-1', '1.5', 'Infinity'])(
    'refuses a click of which nobody knows when it was sent: %j',
    (sentAt) => {
      expect(read({ body: approvalMessage(SIGNED), sentAt })).toEqual(foreign);
    },
  );
});

describe('given a click from anywhere else', () => {
  it.each([
    { name: 'the queue of denials', eventSourceARN: 'arn:aws:sqs:ap-northeast-1:111111111111:exec-log-denials' },
    {
      name: "a queue whose name ends like the approver's",
      eventSourceARN: 'arn:aws:sqs:ap-northeast-1:111111111111:x-exec-log-approvals',
    },
    { name: 'no queue', eventSourceARN: '' },
    { name: "the approver's queue where the ceiling permits no approval", approvalsQueueUrl: null },
  ])('refuses one of $name', (source) => {
    expect(read({ body: approvalMessage(SIGNED), ...source })).toEqual(foreign);
  });

  it('reads denials as ever', () => {
    const eventSourceARN = 'arn:aws:sqs:ap-northeast-1:111111111111:exec-log-denials';
    expect(read({ body: delivered(aDenialRecord({})), eventSourceARN }).kind).toBe('denial');
  });
});
