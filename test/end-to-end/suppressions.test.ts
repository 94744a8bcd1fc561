import { LedgerPlay, runAs } from './ledger-world.ts';
import { ROLE } from './whole-end.ts';

const MINUTES_A_DAY = 24 * 60;
const role = `arn:aws:iam::111111111111:role/${ROLE}`;
let play: LedgerPlay;

afterEach(() => play.close());

const today = () => play.system.account.clock.now().toISOString().slice(0, 10);
/** To just before the end of the day, UTC, or just after it. */
const minutesToMidnight = () =>
  (Date.parse(`${today()}T00:00:00Z`) + MINUTES_A_DAY * 60_000 - play.system.account.clock.now().getTime()) / 60_000;

async function suppressToday(mode: 'ticket' | 'observe'): Promise<void> {
  const suppressions = [{ role, until: today(), reason: 'retired tonight', owner: 'platform' }];
  play.system.deployment.putSettings({
    accounts: { '111111111111': { mode } },
    slack: { secret: 'secretsmanager:exec-log/slack' },
    suppressions,
  });
  await play.passes(2);
}

it.each([
  { mode: 'ticket', cases: ['ticketed suppression-expired 1'], tickets: 1, posts: ['Ticket'] },
  { mode: 'observe', cases: ['observed suppression-expired 1'], tickets: 0, posts: ['Observed'] },
] as const)(
  'raises a muted case once after the end of the day, in mode $mode',
  async ({ mode, cases, tickets, posts }) => {
    play = await LedgerPlay.start({ mode });
    await suppressToday(mode);
    await play.session('denied');
    await play.audited();
    const muted = await play.end();
    await play.passes(minutesToMidnight() - 1);
    await play.audit();
    const before = await play.end();
    await play.passes(2);
    await play.audit();
    await play.passes(5);
    const raised = await play.end();
    await play.audit(15);
    await play.audit(15);
    await play.passes(5);

    expect(muted).toMatchObject({ states: ['denied'], cases: ['suppressed suppressed 1'], tickets: [], posts: [] });
    expect(before).toEqual(muted);
    expect(raised).toEqual({
      ...muted,
      cases,
      tickets: Array(tickets).fill(expect.stringMatching(/^Open: /)),
      posts,
    });
    expect(await play.end()).toEqual(raised);
  },
  120_000,
);

it('shows the suppression in the report of the deployment, and the session that it mutes', async () => {
  play = await LedgerPlay.start({ mode: 'ticket' });
  await suppressToday('ticket');
  const sessionId = await play.session('denied');
  await play.audited();
  const now = play.system.account.clock.now().toISOString();
  const table = await runAs('alice', play, ['report', '--now', now]);

  expect(table).toMatchObject({ code: 0, stderr: '' });
  const section = table.stdout.slice(table.stdout.indexOf('1 suppression'));
  const [muted] = await play.system.ledger.cases();
  expect(section).toContain(`cases     ${muted?.fingerprint}`);
  for (const text of [role, today(), 'platform', 'retired tonight', sessionId]) expect(section).toContain(text);
});
