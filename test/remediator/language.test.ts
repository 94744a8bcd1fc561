import { aCase, anExecSession, NOW, POLICY_NAME, ROLE_ARN, ROLE_ID, rules, SESSION_ID } from '../support/builders.ts';
import { aLedgerLine, aVerdict } from '../support/ledger.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const HOUR = 3_600_000;
const LATER = 'ecs-execute-command-0a11ce0f7ea75e551';
const JAPANESE = { language: 'ja' };

/** A world whose settings speak Japanese. */
function aWorld(settings: object = {}): RemediatorWorld {
  const world = new RemediatorWorld();
  world.rules = rules({ ...JAPANESE, ...settings });
  return world;
}

const titlesOf = (world: RemediatorWorld) =>
  [...world.tickets.open.values()].map(({ title }) => title.split(/[:（]/)[0]);

describe('given settings whose language is Japanese', () => {
  it('opens the ticket of a denial in it', async () => {
    const world = aWorld({ defaultMode: 'ticket' });
    await world.deliver(delivered(aDenialRecord({})));
    expect(titlesOf(world)).toEqual(['ECS Exec のセッションログ消失']);
  });

  it('opens the ticket of an incident in it', async () => {
    const world = aWorld({ defaultMode: 'ticket' });
    world.audited.lines.set(SESSION_ID, aLedgerLine());
    world.audited.verdicts.set(SESSION_ID, aVerdict({ state: 'missing', settledAt: '2023-02-11T08:00:00Z' }));
    await world.deliver({ kind: 'incident', sessionId: SESSION_ID });
    expect(titlesOf(world)).toEqual(['記録のない ECS Exec セッション']);
  });

  it('opens the ticket of a case that is muted no more in it', async () => {
    const suppression = { role: ROLE_ARN, until: '2023-02-11', reason: 'retired', owner: 'platform' };
    const world = aWorld({ defaultMode: 'ticket', suppressions: [suppression] });
    await world.deliver(delivered(aDenialRecord({})));
    world.now = new Date('2023-02-12T00:00:00.000Z');
    const [fingerprint] = world.cases.cases.keys();
    await world.deliver({ kind: 'unmute', fingerprint });
    const [draft] = world.tickets.open.values();
    expect(draft?.body).toContain('このロールに関する通知は抑止されていましたが、有効な抑止はなくなりました。');
  });

  it('opens the ticket of a policy that somebody removed in it', async () => {
    const world = aWorld();
    await world.deliver(delivered(aDenialRecord({})));
    world.now = new Date(NOW.getTime() + HOUR);
    const inlinePolicies = world.role.role.inlinePolicies.filter(({ name }) => name !== POLICY_NAME);
    world.role.role = { ...world.role.role, inlinePolicies };
    await world.deliver({ kind: 'review', roleId: ROLE_ID });
    expect(titlesOf(world)).toEqual(['ECS Exec の暫定ポリシー']);
  });

  it('closes a ticket with the evidence in it', async () => {
    const world = aWorld();
    const found = aCase({ state: 'repaired', repairedAt: '2023-02-11T06:35:30Z', ticketId: 'oi-7', outbox: [] });
    world.cases.cases.set(found.fingerprint, found);
    const session = anExecSession({ sessionId: LATER, startedAt: '2023-02-11T06:45:00Z' });
    world.audited.lines.set(LATER, aLedgerLine({ session }));
    const proof = { transcript: `log-group:${found.logGroupName}:${LATER}`, fingerprint: null, eventId: null };
    world.audited.verdicts.set(
      LATER,
      aVerdict({ sessionId: LATER, state: 'recorded', dueAt: null, settledAt: '2023-02-11T07:00:00Z', proof }),
    );
    world.tickets.open.set('oi-7', { fingerprint: found.fingerprint, title: '', body: '', severity: 'low', facts: {} });
    await world.deliver({ kind: 'delivered', fingerprint: found.fingerprint, sessionId: LATER });
    expect([...world.tickets.closed.values()].join()).toMatch(/^## 確認済み\n/);
  });

  it('closes the ticket of a policy that is not needed any more in it', async () => {
    const world = aWorld();
    await world.deliver(delivered(aDenialRecord({})));
    const [found] = world.cases.cases.values();
    if (found === undefined) throw new Error('no case');
    world.cases.cases.set(found.fingerprint, { ...found, ticketId: 'oi-7' });
    world.tickets.open.set('oi-7', { fingerprint: found.fingerprint, title: '', body: '', severity: 'low', facts: {} });
    world.now = new Date(NOW.getTime() + HOUR);
    const policy = world.role.role.inlinePolicies.find(({ name }) => name === POLICY_NAME);
    if (policy === undefined) throw new Error('no policy');
    world.role.replace('team', policy.document);
    await world.deliver({ kind: 'review', roleId: ROLE_ID });
    expect([...world.tickets.closed.values()].join()).toMatch(/^## クローズ\n/);
  });
});
