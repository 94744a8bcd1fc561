import fc from 'fast-check';
import type { Case, Notice } from '../../functions/domain/case.ts';
import { slackMessage, slackNews } from '../../functions/messages/slack.ts';
import { EXCLUSIVE_WARNING } from '../../functions/messages/slack-exclusive.ts';
import { blocksProblem } from '../support/vendors/slack-blocks.ts';
import { OBSERVED, played, RECURRED, REPAIRED, TICKETED } from './rendered-cases.ts';

const REVERT = '`exec-log revert nginx-sample-task-nginx-role --region ap-northeast-1`';
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });

/** The message of the published case; only what differs between the states is given. */
function expected(parts: {
  readonly title: string;
  readonly denials?: string;
  readonly sessions?: string;
  readonly why: string;
  readonly next: string;
  readonly footer: string;
}) {
  return {
    text: parts.title,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: parts.title, emoji: true } },
      {
        type: 'section',
        fields: [
          mrkdwn('*Role*\n`nginx-sample-task-nginx-role`'),
          mrkdwn('*Cluster*\n`nginx-sample`'),
          mrkdwn('*Log group*\n`/ecs/nginx-sample/nginx`'),
          mrkdwn('*Account / Region*\n`111111111111 / ap-northeast-1`'),
          mrkdwn(`*Denials*\n${parts.denials ?? '1 in 1 session'}`),
          mrkdwn('*Last seen*\n2023-02-11T06:35:04Z'),
        ],
      },
      section(
        `*Unrecorded sessions*\n${parts.sessions ?? '• `ecs-execute-command-0289df90ce62e19cc`'}\n` +
          'The transcripts of these sessions do not come back; a repair helps the next session only.',
      ),
      section(`*Why*\n${parts.why}`),
      section(`*What to do*\n${parts.next}`),
      { type: 'context', elements: [mrkdwn(parts.footer)] },
    ],
  };
}

describe('given a case that people have to hear of', () => {
  it('tells of a repair, and how to take it back', () => {
    const { found, notice } = played(REPAIRED);
    expect(slackMessage(found, notice, 'exec-log')).toEqual(
      expected({
        title: '✅ Repaired: nginx-sample-task-nginx-role may deliver exec transcripts again',
        why: '• no policy of the role allowed the delivery; the attached one allows it for this log target and no other',
        next:
          'Open one more exec session and see that its transcript arrives. Add the permission to the code of the role.\n' +
          `To take the policy off again: ${REVERT}\n${EXCLUSIVE_WARNING}`,
        footer: 'Case `0123456789ab`',
      }),
    );
  });

  it('tells of a ticket, and where it is', () => {
    const { found, notice } = played(TICKETED);
    expect(slackMessage(found, notice, 'exec-log')).toEqual(
      expected({
        title: '🎫 Ticket: exec transcripts of nginx-sample-task-nginx-role are lost',
        why: '• mode ticket: the settings say ticket',
        next: 'Nothing was changed. The ticket holds the cause, its owner and the patch.',
        footer: 'Case `0123456789ab` · Ticket `oi-0123456789ab`',
      }),
    );
  });

  it('leads to the ticket where its system has an address', () => {
    const ticketUrl = 'https://example.atlassian.net/browse/OPS-1';
    const { found, notice } = played({ ...TICKETED, outcome: { ...TICKETED.outcome, ticketId: 'OPS-1', ticketUrl } });
    expect(slackMessage(found, notice, 'exec-log').blocks.at(-1)).toEqual({
      type: 'context',
      elements: [mrkdwn(`Case \`0123456789ab\` · Ticket <${ticketUrl}|OPS-1>`)],
    });
  });

  it('tells of an observation', () => {
    const { found, notice } = played(OBSERVED);
    expect(slackMessage(found, notice, 'exec-log')).toEqual(
      expected({
        title: '👀 Observed: exec transcripts of nginx-sample-task-nginx-role are lost',
        why: '• mode observe: the settings say observe',
        next: 'Nothing was changed: mode observe. Add the permission to the code of the role, or raise the mode.',
        footer: 'Case `0123456789ab`',
      }),
    );
  });

  it('tells of a denial after the repair, and how to take the repair back', () => {
    const sessionIds = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
    const { found, notice } = played({ ...RECURRED, overrides: { sessionIds, count: 9 } });
    expect(slackMessage(found, notice, 'exec-log')).toEqual(
      expected({
        title: '🔁 Denied again after the repair: exec transcripts of nginx-sample-task-nginx-role are lost',
        denials: '9 in 7 sessions',
        sessions: '• `three`\n• `four`\n• `five`\n• `six`\n• `seven`\nand 2 more',
        why: '• this cause was repaired before, and the call was denied again',
        next:
          'The policy did not settle it. The ticket holds what is known; look at the role before the next session.\n' +
          `To take the policy off again: ${REVERT}\n${EXCLUSIVE_WARNING}`,
        footer: 'Case `0123456789ab` · Ticket `oi-0123456789ab`',
      }),
    );
  });

  it('tells of a repair that IAM does not show, and how to take it back', () => {
    const { found, notice } = played({ mode: 'attach', outcome: { ...REPAIRED.outcome, kind: 'unverified' } });
    const message = slackMessage(found, notice, 'exec-log');
    expect(message.text).toBe(
      '⚠️ Not verified: the repair of nginx-sample-task-nginx-role did not read back as written',
    );
    expect(JSON.stringify(message.blocks)).toContain(REVERT);
  });
});

const hostileName = fc
  .array(fc.constantFrom('<!channel>', '<http://x|y>', '@here', '`', '\n', '\u202e', '&', "'", ';', 'role', '😀'), {
    maxLength: 400,
  })
  .map((pieces) => pieces.join(''));

/** Every text of a message, however deep. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe('given names that a hostile account chose', () => {
  it('mentions nobody, forges no link and keeps every bound of Block Kit', () => {
    const notice: Notice = {
      noticeId: 'n',
      state: 'repaired',
      createdAt: '2023-02-11T06:36:00Z',
      announcedAt: '2023-02-11T06:36:00Z',
    };
    fc.assert(
      fc.property(hostileName, (name) => {
        const found: Case = {
          ...played(REPAIRED).found,
          roleArn: name,
          logGroupName: name,
          clusterArn: name,
          ticketId: name,
          region: name,
          sessionIds: Array.from({ length: 50 }, () => name),
          reasons: Array.from({ length: 30 }, (_, index) => ({ code: name, detail: `${index} ${name}` })),
        };
        const message = slackMessage(found, notice, 'exec-log');
        const news = slackNews(found, notice, 'exec-log');
        for (const text of textsOf([message, news])) {
          expect(text).not.toMatch(/[<>]|[^\P{C}\n]/u);
          expect((text.match(/`/g) ?? []).length % 2).toBe(0);
          expect(text.length).toBeLessThanOrEqual(2000);
        }
        expect(message.text.length).toBeLessThanOrEqual(150);
        expect([message, news].map(({ blocks }) => blocksProblem(blocks))).toEqual([null, null]);
      }),
      { numRuns: 50 },
    );
  });
});
