import { aBot, anApprover, delivered, signedClick } from '../support/approver.ts';

const NOW = new Date('2026-11-21T07:00:00Z');
const RENEWED = 'renewedsecret0000';

let approver: ReturnType<typeof anApprover>;

beforeEach(async () => {
  approver = anApprover(NOW);
  await approver.handler(delivered(signedClick(NOW)));
});

const wait = (seconds: number) => {
  approver.time.now = new Date(NOW.getTime() + seconds * 1000);
  return approver.time.now;
};
const statusOf = async (signingSecret?: string) =>
  (await approver.handler(delivered(signedClick(approver.time.now, signingSecret)))).statusCode;

describe('given a signing secret that was rotated', () => {
  it('reads it anew at the first click that is signed with the new one', async () => {
    approver.secrets.stored = aBot(RENEWED);
    wait(1);
    expect(await statusOf(RENEWED)).toBe(200);
    expect(await statusOf()).toBe(401);
    expect(approver.secrets.reads).toBe(2);
  });

  it('answers 500 where the new one cannot be used', async () => {
    approver.secrets.stored = { kind: 'unusable', because: 'the Slack secret exec-log/slack is empty' };
    expect(await statusOf(RENEWED)).toBe(500);
    expect(approver.queue.sent).toHaveLength(1);
  });

  it('answers 503 where the new one cannot be read now', async () => {
    approver.secrets.stored = new Error('throttled');
    expect(await statusOf(RENEWED)).toBe(503);
    expect(approver.queue.sent).toHaveLength(1);
  });
});

describe('given a flood of forged requests', () => {
  it('reads the secret anew at most once a minute', async () => {
    for (const seconds of [0, 1, 30, 59]) {
      wait(seconds);
      expect(await statusOf('forged00000000000')).toBe(401);
    }
    expect(approver.secrets.reads).toBe(2);
    wait(60);
    expect(await statusOf('forged00000000000')).toBe(401);
    expect(approver.secrets.reads).toBe(3);
    expect(approver.queue.sent).toHaveLength(1);
  });

  it('goes on taking what Slack signed', async () => {
    await statusOf('forged00000000000');
    expect(await statusOf()).toBe(200);
    expect(approver.queue.sent).toHaveLength(2);
  });

  it('does not renew for a request that is only old', async () => {
    expect((await approver.handler(delivered(signedClick(new Date(NOW.getTime() - 400_000))))).statusCode).toBe(401);
    expect(approver.secrets.reads).toBe(1);
  });
});
