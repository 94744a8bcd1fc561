import type { Case, CaseProposal, Notice } from '../../functions/domain/case.ts';
import { SLACK_ACTION_IDS } from '../../functions/domain/slack-click.ts';
import { slackMessage, slackNews } from '../../functions/messages/slack.ts';
import { EXCLUSIVE_WARNING } from '../../functions/messages/slack-exclusive.ts';
import { ACCOUNT, aCase, GROUP, NOW, REGION, ROLE_NAME } from '../support/builders.ts';
import { blocksProblem } from '../support/vendors/slack-blocks.ts';

const STREAMS = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}:log-stream:ecs-execute-command-*`;
const PROPOSAL: CaseProposal = {
  proposalId: 'cHJvcG9zYWwtMTIzNDU2Nzg',
  state: 'open',
  expiresAt: '2023-02-14T06:36:04.000Z',
  personArn: `arn:aws:iam::${ACCOUNT}:user/mallory`,
  containerName: 'nginx',
  statements: [
    { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [STREAMS] },
    { actions: ['logs:DescribeLogGroups'], resources: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*`] },
  ],
  answeredBy: null,
  answeredAt: null,
};
const ANSWER = { answeredBy: 'U0ALICE', answeredAt: '2023-02-11T07:00:00.000Z' };

const asked = (proposal: Partial<CaseProposal> = {}, parts: Partial<Case> = {}): Case =>
  aCase({
    state: 'proposed',
    disposition: 'propose-policy',
    reasons: [{ code: 'all-guardrails-hold', detail: 'every guardrail holds' }],
    ticketId: null,
    repairedAt: null,
    proposal: { ...PROPOSAL, ...proposal },
    ...parts,
  });
const noticeOf = ({ state }: Case): Notice => ({
  noticeId: 'n',
  state,
  createdAt: NOW.toISOString(),
  announcedAt: NOW.toISOString(),
});
const messageOf = (found: Case) => slackMessage(found, noticeOf(found), 'exec-log');
const textOf = (found: Case) => JSON.stringify(messageOf(found).blocks);
const plain = (text: string) => ({ type: 'plain_text', text, emoji: true });
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });

const REJECT = {
  type: 'button',
  action_id: SLACK_ACTION_IDS.reject,
  style: 'danger',
  text: plain('Reject'),
  value: PROPOSAL.proposalId,
  confirm: {
    title: plain('Reject this policy?'),
    text: plain(
      `Nothing is written to the role ${ROLE_NAME} in account ${ACCOUNT}. A ticket takes the place of the question, and this repair is not proposed again.`,
    ),
    confirm: plain('Reject it'),
    deny: plain('Not now'),
  },
};
const APPROVE = {
  type: 'button',
  action_id: SLACK_ACTION_IDS.approve,
  style: 'primary',
  text: plain('Approve'),
  value: PROPOSAL.proposalId,
  confirm: {
    title: plain('Attach this policy?'),
    text: plain(
      `One inline policy is written to the role ${ROLE_NAME} in account ${ACCOUNT}: 3 actions on the resources shown, nothing else.`,
    ),
    confirm: plain('Attach it'),
    deny: plain('Not now'),
  },
};
const buttonsOf = (found: Case) =>
  messageOf(found).blocks.filter((block) => Reflect.get(Object(block), 'type') === 'actions');

describe('given a question that is open', () => {
  it('says what would be written, whose session it was, and until when', () => {
    const { text, blocks } = messageOf(asked());
    expect(text).toBe(`🙋 Approval asked: a policy so that ${ROLE_NAME} may deliver exec transcripts`);
    expect(blocks).toContainEqual(
      section(
        '*The policy would allow*\n' +
          `• \`logs:CreateLogStream, logs:PutLogEvents\` on\n    \`${STREAMS}\`\n` +
          `• \`logs:DescribeLogGroups\` on\n    \`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*\``,
      ),
    );
    expect(blocks).toEqual(
      expect.arrayContaining([
        section(EXCLUSIVE_WARNING),
        section('*Open until*\n2023-02-14T06:36:04.000Z; then it becomes a ticket.'),
      ]),
    );
    for (const fact of ['*Opened by*\\n`mallory`', '*Container*\\n`nginx`', `\`${ROLE_NAME}\``, `\`${GROUP}\``]) {
      expect(JSON.stringify(blocks)).toContain(fact);
    }
    expect(JSON.stringify(blocks)).toContain('the proposed one would allow it');
  });

  it('asks with two buttons that carry nothing but the opaque id', () => {
    expect(buttonsOf(asked())).toEqual([{ type: 'actions', elements: [APPROVE, REJECT] }]);
    expect(blocksProblem(messageOf(asked()).blocks)).toBeNull();
  });

  it('says of a denial of no session nothing about a person', () => {
    expect(textOf(asked({ personArn: null, containerName: null }))).not.toMatch(/Opened by|Container/);
    const ofARouter = {
      ...asked(),
      signal: { kind: 'router', routerName: 'log_router', createsGroup: false },
    } as const;
    expect([asked(), ofARouter].map((found) => textOf(found).includes('Whoever opened'))).toEqual([true, false]);
  });

  it('puts no buttons into the thread, where no answer counts', () => {
    const found = asked();
    const { text, blocks } = slackNews(found, noticeOf(found), 'exec-log');
    expect(text).toContain('🙋 Approval asked');
    expect(JSON.stringify(blocks)).not.toContain('actions');
  });
});

describe('given a policy of any size', () => {
  const statements = (count: number, length = 600) => [
    { actions: ['logs:PutLogEvents'], resources: Array.from({ length: count }, () => 'r'.repeat(length)) },
  ];
  const names = (found: Case) => JSON.stringify(buttonsOf(found)).match(/exec-log-(approve|reject)/g);

  it.each([
    ['as large as a role can hold', statements(17), ['exec-log-approve', 'exec-log-reject']],
    ['whose names just fit', statements(1, 1398), ['exec-log-approve', 'exec-log-reject']],
    ['with a name that is cut', statements(1, 1399), ['exec-log-reject']],
    ['that has too many parts', statements(40), ['exec-log-reject']],
    ['without a statement', [], ['exec-log-reject']],
  ])('can be approved only where all of it is shown: %s', (_, given, shown) => {
    const found = asked({ statements: given });
    expect(names(found)).toEqual(shown);
    expect(blocksProblem(messageOf(found).blocks)).toBeNull();
    expect(textOf(found).includes('too long to be shown whole')).toBe(shown.length === 1);
  });
});

describe('given an answer', () => {
  const BY = 'by <@U0ALICE> at 2023-02-11T07:00:00.000Z';
  const REPAIRED = { state: 'repaired', repairedAt: '2023-02-11T07:00:02.000Z' } as const;

  it.each<[string, Partial<CaseProposal>, Partial<Case>, string]>([
    ['carried out', { state: 'approved', ...ANSWER }, REPAIRED, `Approved ${BY}: policy attached.`],
    [
      'carried out, and not read back',
      { state: 'approved', ...ANSWER },
      { ...REPAIRED, state: 'unverified' },
      `Approved ${BY}: the policy was written and does not read back as written.`,
    ],
    [
      'that came too late for the plan',
      { state: 'approved', ...ANSWER },
      { state: 'ticketed' },
      `Approved ${BY}: no policy was attached, for the reasons below.`,
    ],
    [
      'of a role that was repaired since',
      { state: 'approved', ...ANSWER },
      { state: 'closed' },
      `Approved ${BY}: the role needed no policy any more.`,
    ],
    ['in work', { state: 'approved', ...ANSWER }, {}, `Approved ${BY}: it is being carried out.`],
    [
      'of no',
      { state: 'rejected', ...ANSWER },
      { state: 'ticketed' },
      `Rejected ${BY}: nothing was written, and a ticket has it.`,
    ],
    [
      'that nobody gave',
      { state: 'expired' },
      { state: 'ticketed' },
      'Expired at 2023-02-14T06:36:04.000Z: nobody answered, and nothing was written.',
    ],
    [
      'that nobody can give any more',
      { state: 'replaced' },
      { state: 'ticketed' },
      'Withdrawn before anybody answered: the plan, the mode or the cause changed. Its buttons count no more.',
    ],
    [
      'that is still open while the case went on',
      {},
      { state: 'closed' },
      'Asked for, and not answered; nothing was written.',
    ],
  ])('shows one %s without buttons, in the message and in the thread', (_, proposal, parts, answer) => {
    const found = asked(proposal, parts);
    const shown = section(`*Approval*\n${answer}`);
    expect(messageOf(found).blocks).toContainEqual(shown);
    expect(slackNews(found, noticeOf(found), 'exec-log').blocks).toContainEqual(shown);
    expect(buttonsOf(found)).toEqual([]);
    expect(textOf(found)).not.toContain(PROPOSAL.proposalId);
  });

  it.each<[string, Partial<Case>]>([
    ['nothing was written, and a ticket follows.', { state: 'proposed' }],
    ['nothing was written, and a ticket has it.', { state: 'ticketed' }],
    ['nothing was written.', { state: 'closed' }],
    ['nothing was written.', { state: 'suppressed' }],
    ['the policy had been attached before the answer came.', { state: 'repaired', repairedAt: ANSWER.answeredAt }],
  ])('claims of a rejection no more than is so: %s', (words, change) => {
    const by = '<@U0ALICE> at 2023-02-11T07:00:00.000Z';
    expect(textOf(asked({ state: 'rejected', ...ANSWER }, change))).toContain(`Rejected by ${by}: ${words}`);
  });

  it.each(['<!channel>', 'U1|x', 'S0TEAM'])('mentions nobody by an id that is no person: %s', (answeredBy) => {
    expect(textOf(asked({ state: 'rejected', ...ANSWER, answeredBy }, { state: 'ticketed' }))).not.toMatch(/<[@!]/);
  });

  it.each([
    ['proposal-rejected', '🎫 Rejected: exec transcripts of nginx-sample-task-nginx-role stay lost'],
    ['proposal-expired', '🎫 Nobody answered: exec transcripts of nginx-sample-task-nginx-role are lost'],
  ])('tells %s by its headline', (code, title) => {
    const found = asked({ state: 'rejected', ...ANSWER }, { state: 'ticketed', reasons: [{ code, detail: 'so' }] });
    expect(messageOf(found).text).toBe(title);
  });

  it('says nothing of it for a case of which nobody was ever asked', () => {
    expect(textOf(asked({}, { proposal: null }))).not.toContain('*Approval*');
  });
});
