import { isFoldable, subjectOf } from '../../functions/domain/case.ts';
import { afterOutcome, type CaseFacts, type Outcome, withNews } from '../../functions/domain/case-outcome.ts';
import {
  ACCOUNT,
  absent,
  aCase,
  aDenial,
  CLUSTER_ARN,
  GROUP,
  NOW,
  REGION,
  ROLE_ARN,
  ROLE_ID,
  rules,
} from '../support/builders.ts';
import { aProposalOfCase } from '../support/proposals.ts';
import { aWorld, decisionIn } from '../support/world.ts';

const FACTS: CaseFacts = {
  fingerprint: 'f'.repeat(32),
  account: ACCOUNT,
  region: REGION,
  roleArn: ROLE_ARN,
  roleId: ROLE_ID,
  logGroupName: GROUP,
  clusterArn: CLUSTER_ARN,
  decidedFor: subjectOf(aDenial()),
  sessionDependent: false,
};
const decision = decisionIn(aWorld({}, { rules: rules({ defaultMode: 'propose' }) }));
const proposal = aProposalOfCase();
const proposed = (parts: Parameters<typeof aCase>[0] = {}) =>
  aCase({ state: 'proposed', disposition: 'propose-policy', proposal, ...parts });

const outcomeOf = (found: ReturnType<typeof aCase>, outcome: Outcome, now = NOW, isNew = false) =>
  afterOutcome(found, isNew, decision, outcome, FACTS, now, 'v2');

describe('a case about which people are asked', () => {
  it('says so, with the question', () => {
    const found = outcomeOf(aCase(), { kind: 'proposed', proposal, isNew: true });
    expect(found).toMatchObject({
      state: 'proposed',
      disposition: 'propose-policy',
      reasons: decision.reasons,
      proposal,
      outbox: [{ noticeId: `${found.fingerprint}-2-proposed`, state: 'proposed' }],
    });
  });

  it('tells people again only of another question', () => {
    expect(outcomeOf(proposed(), { kind: 'proposed', proposal, isNew: false }).outbox).toEqual([]);
    const another = aProposalOfCase({ proposalId: 'proposal-id-00000002' });
    expect(outcomeOf(proposed(), { kind: 'proposed', proposal: another, isNew: true })).toMatchObject({
      proposal: another,
      outbox: [{ state: 'proposed' }],
    });
  });

  it('keeps the ticket that there was', () => {
    const found = aCase({ ticketId: 'oi-1', ticketUrl: 'https://example.com/oi-1' });
    expect(outcomeOf(found, { kind: 'proposed', proposal, isNew: true })).toMatchObject({
      ticketId: 'oi-1',
      ticketUrl: 'https://example.com/oi-1',
    });
  });

  it.each<[Outcome['kind'], Outcome]>([
    ['ticketed', { kind: 'ticketed', ticketId: 'oi-1', opened: true }],
    ['observed', { kind: 'observed' }],
    ['suppressed', { kind: 'suppressed' }],
    ['attached', { kind: 'attached', attachedAt: NOW.toISOString() }],
    ['joined', { kind: 'joined', repairedAt: NOW.toISOString() }],
    ['closed', { kind: 'closed' }],
  ])('asks nobody any more once it is %s', (_, outcome) => {
    expect(outcomeOf(proposed(), outcome).proposal).toEqual({ ...proposal, state: 'replaced' });
  });

  it('says that the time was over where it was', () => {
    const outcome = { kind: 'ticketed', ticketId: 'oi-1', opened: true } as const;
    const end = Date.parse(proposal.expiresAt);
    expect(outcomeOf(proposed(), outcome, new Date(end - 1)).proposal?.state).toBe('replaced');
    expect(outcomeOf(proposed(), outcome, new Date(end)).proposal?.state).toBe('expired');
  });

  it('goes on asking where another denial got its ticket for its session alone, which a task can make up', () => {
    const outcome = { kind: 'ticketed', ticketId: 'oi-1', opened: true } as const;
    const forged = decisionIn(aWorld({ session: absent }, { rules: rules({ defaultMode: 'propose' }) }));
    expect(forged.reasons[0]?.code).toBe('real-session');
    const decidedBy = (other: typeof decision, now: Date) =>
      afterOutcome(proposed({ reasons: decision.reasons }), false, other, outcome, FACTS, now, 'v2');
    expect(decidedBy(forged, NOW)).toMatchObject({
      state: 'proposed',
      disposition: 'propose-policy',
      reasons: decision.reasons,
      proposal,
      ticketId: 'oi-1',
      outbox: [],
    });
    expect(decidedBy(forged, new Date(proposal.expiresAt))).toMatchObject({
      state: 'ticketed',
      proposal: { state: 'expired' },
    });
    const denied = rules({ defaultMode: 'propose', roles: { allow: [] } });
    const both = decisionIn(aWorld({ session: absent }, { rules: denied }));
    expect(decidedBy(both, NOW)).toMatchObject({ state: 'ticketed', proposal: { state: 'replaced' } });
  });

  it.each(['approved', 'rejected', 'expired', 'replaced'] as const)(
    'leaves a question that is %s as it is',
    (state) => {
      const answered = aProposalOfCase({ state, answeredBy: 'U0GRACE00', answeredAt: NOW.toISOString() });
      const outcome = { kind: 'ticketed', ticketId: 'oi-1', opened: true } as const;
      expect(outcomeOf(proposed({ proposal: answered }), outcome).proposal).toEqual(answered);
    },
  );

  it('asks nobody any more after news, which may say what came of it', () => {
    const news = { state: 'verified', disposition: 'propose-policy', reasons: [] } as const;
    expect(withNews(proposed(), news, NOW, 'v2').proposal).toEqual({ ...proposal, state: 'replaced' });
    const rejected = aProposalOfCase({ state: 'rejected' });
    expect(withNews(proposed(), { ...news, state: 'ticketed', proposal: rejected }, NOW, 'v2').proposal).toEqual(
      rejected,
    );
    expect(withNews(proposed(), { ...news, state: 'proposed' }, NOW, 'v2').proposal).toEqual(proposal);
  });

  it('counts further denials for ten minutes, as a ticketed one does', () => {
    const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
    expect(isFoldable(proposed(), aDenial(), at(9.99))).toBe(true);
    expect(isFoldable(proposed(), aDenial(), at(10))).toBe(false);
  });
});
