import type { Case } from '../../functions/domain/case.ts';
import { answerOf, clickObjection, isAnswerOf, isOnMessageOf } from '../../functions/domain/click-objection.ts';
import type { SlackClick } from '../../functions/domain/slack-click.ts';
import { aCase, NOW } from '../support/builders.ts';
import { aProposal, aProposalOfCase } from '../support/proposals.ts';

const CLICK: SlackClick = {
  action: 'approve',
  proposalId: 'proposal-id-00000001',
  slackUserId: 'U0BOB',
  slackTeamId: 'T0SYNTHETIC',
  channel: 'C0ALERTS',
  ts: '1676097364.000001',
  clickedAt: '2023-02-11T06:40:00.000Z',
};
const asking = (parts: Partial<Case> = {}) => aCase({ state: 'proposed', proposal: aProposalOfCase(), ...parts });
const { proposalId, expiresAt } = aProposal();

describe('a click that comes again', () => {
  const answered = aProposal({ answer: answerOf(CLICK) });

  it('is known by who clicked which button when, wherever it comes from', () => {
    expect(isAnswerOf(CLICK, answered)).toBe(true);
    expect(isAnswerOf({ ...CLICK, channel: 'C0OTHER', ts: '1676097364.000002' }, answered)).toBe(true);
  });

  it.each<[string, Partial<SlackClick>]>([
    ['the other button', { action: 'reject' }],
    ['another person', { slackUserId: 'U0CAROL' }],
    ['another moment', { clickedAt: '2023-02-11T06:40:00.001Z' }],
  ])('is another one by %s', (_, parts) => {
    expect(isAnswerOf({ ...CLICK, ...parts }, answered)).toBe(false);
  });

  it('is none where nobody answered', () => {
    expect(isAnswerOf(CLICK, aProposal())).toBe(false);
  });
});

describe('a click on a proposal', () => {
  const objectionTo = (proposal = aProposal(), found: Case | null = asking(), now = NOW) =>
    clickObjection(proposal, found, now)?.code ?? null;
  const inCase = (parts: Parameters<typeof aProposalOfCase>[0]) => asking({ proposal: aProposalOfCase(parts) });

  it('may answer it until its end', () => {
    const end = Date.parse(expiresAt);
    expect(objectionTo(aProposal(), asking(), new Date(end - 1))).toBeNull();
    expect(objectionTo(aProposal(), asking(), new Date(end))).toBe('proposal-expired');
  });

  it('answers nothing where no end can be read', () => {
    expect(objectionTo(aProposal({ expiresAt: 'never' }))).toBe('proposal-expired');
  });

  it.each<[string, string, Case | null]>([
    ['is gone', 'proposal-replaced', null],
    ['asks nothing', 'proposal-replaced', asking({ proposal: undefined })],
    ['asks something else', 'proposal-replaced', inCase({ proposalId: 'proposal-id-00000002' })],
    ['has replaced the question', 'proposal-replaced', inCase({ state: 'replaced' })],
    ['shows an approval', 'proposal-answered', inCase({ state: 'approved' })],
    ['shows a rejection', 'proposal-answered', inCase({ state: 'rejected' })],
    ['shows the end', 'proposal-expired', inCase({ state: 'expired' })],
    ['is ticketed by now', 'proposal-replaced', asking({ state: 'ticketed' })],
    ['is repaired by now', 'proposal-replaced', asking({ state: 'repaired' })],
  ])('answers nothing where the case %s', (_, code, found) => {
    expect(objectionTo(aProposal({ proposalId }), found)).toBe(code);
  });

  it('answers nothing after the first answer, though the case does not show it yet', () => {
    expect(objectionTo(aProposal({ answer: answerOf({ ...CLICK, slackUserId: 'U0CAROL' }) }))).toBe(
      'proposal-answered',
    );
  });

  it.each<[string, boolean, Case['chat']]>([
    ["the case's own", true, { channel: CLICK.channel, ts: CLICK.ts, shownAt: NOW.toISOString() }],
    ['another of the channel', false, { channel: CLICK.channel, ts: '1676097364.000002', shownAt: NOW.toISOString() }],
    ["another channel's", false, { channel: 'C0OTHER', ts: CLICK.ts, shownAt: NOW.toISOString() }],
    ['of a case that has none', false, null],
  ])('stands on a message that is %s', (_, isOwn, chat) => {
    expect(isOnMessageOf(CLICK, aCase({ chat }))).toBe(isOwn);
  });
});
