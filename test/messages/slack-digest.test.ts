import { type CauseDigest, openDigest } from '../../functions/domain/cause-digest.ts';
import { type DigestNow, slackDigest } from '../../functions/messages/slack-digest.ts';

const SINCE = '2026-03-01T10:00:00.000Z';
const LIMITS = { writesPerHour: 20, casesPerHour: 30 };
const OPEN: DigestNow = { isOpen: true, until: '2026-03-01T11:00:00.000Z', limits: LIMITS, reclosed: null };
const CLOSED: DigestNow = { ...OPEN, isOpen: false };

const line = (overrides: Partial<CauseDigest['lines'][number]> = {}) => ({
  fingerprint: '0123456789abcdef0123456789abcdef',
  roleArn: 'arn:aws:iam::111111111111:role/nginx',
  clusterArn: 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample',
  ticketId: 'OPS-7',
  ...overrides,
});
const aDigest = (overrides: Partial<CauseDigest> = {}): CauseDigest => ({
  ...openDigest(
    { account: '111111111111', region: 'ap-northeast-1' },
    { kind: 'open', writes: 0, cases: 30, because: 'cases', since: SINCE, until: OPEN.until },
    new Date(SINCE),
  ),
  causes: 1,
  lines: [line()],
  ...overrides,
});
const textsOf = (digest: CauseDigest, now: DigestNow = OPEN, deploymentId = 'exec-log', account?: string) =>
  slackDigest(digest, now, { deploymentId, account }).blocks.map((block) => {
    const { text, elements } = Object(block);
    return String(text?.text ?? elements[0].text);
  });

describe('given an open breaker', () => {
  it('says how many causes there are, where, why, until when, which, and what to do', () => {
    expect(textsOf(aDigest({ causes: 12 }))).toEqual([
      '⛔ Breaker open: 12 new causes, nothing is written',
      '*Account / Region*\n`111111111111 / ap-northeast-1`',
      `*Why*\n30 new causes or more came within an hour.\n*Until*\n${OPEN.until}, or as long as causes keep coming`,
      '*Causes*\n• `nginx` in `nginx-sample` · `OPS-7`',
      'and 11 more; each has its ticket or its line in the log',
      [
        '*What to do*',
        'Look for what so many causes have in common. Tickets go on; no policy is written and none is proposed.',
        'If it is understood, close the breaker: `exec-log breaker --close --reason "..." --region ap-northeast-1`',
      ].join('\n'),
      `Since ${SINCE}`,
    ]);
  });

  it("names the member whose breaker it is, in the hub's command too", () => {
    const texts = textsOf(aDigest(), OPEN, 'exec-log', '222222222222');
    expect(texts.at(-1)).toBe(`Since ${SINCE}`);
    expect(texts.at(-2)).toContain('--deployment-id exec-log --account 222222222222`');
  });

  it('says so where writes opened it', () => {
    expect(textsOf(aDigest({ because: 'writes' }))[2]).toContain('20 roles were repaired within an hour');
  });

  it('links a ticket by its address, out of which nothing breaks', () => {
    const linked = (ticketUrl: string, ticketId = 'OPS-7') =>
      textsOf(aDigest({ lines: [line({ ticketUrl, ticketId })] }))[3]?.split(' · ')[1];
    expect([
      linked('https://acme.atlassian.net/browse/OPS-7?a=1&b=2', 'OPS|7'),
      linked('https://acme.example/x|click <!here>'),
      linked('http://acme.example/OPS-7'),
    ]).toEqual([
      '<https://acme.atlassian.net/browse/OPS-7?a=1&amp;b=2|OPS¦7>',
      '<https://acme.example/x%7Cclick%20%3C!here%3E|OPS-7>',
      '`OPS-7`',
    ]);
  });

  it('shows what nobody knows the role, the cluster or the ticket of', () => {
    const bare = line({ roleArn: '', clusterArn: null, ticketId: null });
    expect(textsOf(aDigest({ lines: [bare] }))[3]).toBe('*Causes*\n• `0123456789ab`');
  });
});

it('names the deployment in the command where it is not called as the program takes it to be', () => {
  expect(textsOf(aDigest(), OPEN, 'box').at(-2)).toContain('--region ap-northeast-1 --deployment-id box`');
});

describe('given a closed breaker', () => {
  it('says that the hour is over', () => {
    expect(textsOf(aDigest(), CLOSED).slice(0, 3)).toEqual([
      '✅ Breaker closed: 1 new cause meanwhile',
      '*Account / Region*\n`111111111111 / ap-northeast-1`',
      '*Why it was open*\n30 new causes or more came within an hour.\n*Why it is closed*\nThe hour is over.',
    ]);
  });

  it('says who closed it, when and why', () => {
    const by = 'arn:aws:sts::111111111111:assumed-role/ops/alice';
    const reclosed = { at: '2026-03-01T10:20:00Z', by, reason: 'one broken boundary' };
    expect(textsOf(aDigest(), { ...CLOSED, reclosed })[2]).toContain(
      'closed the breaker at 2026-03-01T10:20:00Z: one broken boundary.',
    );
  });
});

describe('given names that were made up', () => {
  it.each([
    '<!channel>',
    '<https://evil.example|OPS-7>',
    '`x` @here',
    '‮gpj.exe',
    'x'.repeat(10_000),
    '&'.repeat(10_000),
  ])('neither mentions, links nor outgrows a block with %.20s', (name) => {
    const lines = Array.from({ length: 10 }, () =>
      line({ roleArn: name, clusterArn: name, ticketId: name, ticketUrl: `https://acme.example/${'x'.repeat(170)}` }),
    );
    const reclosed = { at: SINCE, by: name, reason: name };
    for (const now of [OPEN, { ...CLOSED, reclosed }]) {
      for (const text of textsOf(aDigest({ lines, causes: 1e9, account: name, region: name }), now, name)) {
        expect(text.length).toBeLessThanOrEqual(3000);
        expect(text).not.toMatch(/<!|<https:\/\/evil|‮/);
      }
    }
  });
});
