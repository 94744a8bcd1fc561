import type { Case } from '../../functions/domain/case.ts';
import { withNews } from '../../functions/domain/case-outcome.ts';
import { INCIDENT_CODES } from '../../functions/domain/incident.ts';
import { slackMessage, slackNews } from '../../functions/messages/slack.ts';
import { aCase, NOW, SESSION_ID } from '../support/builders.ts';

function messageOf(state: Case['state'], code: string, parts: Partial<Case> = {}) {
  const reasons = [{ code, detail: 'because of this' }];
  const found = withNews(aCase(parts), { state, disposition: 'open-ticket', reasons }, NOW, 'v1');
  const [notice] = found.outbox;
  if (notice === undefined) throw new Error('no notice');
  return slackMessage(found, notice, 'exec-log');
}

const repaired = { repairedAt: '2023-02-11T06:35:30Z' };
const textOf = (message: { readonly blocks: readonly unknown[] }) => JSON.stringify(message.blocks);

describe('given an incident', () => {
  it.each([
    ['unrecorded-missing', '🕳️ Unrecorded session in nginx-sample-cluster: no transcript arrived'],
    ['unrecorded-refused', '🕳️ Unrecorded session in nginx-sample-cluster: the agent refused to deliver'],
    ['unrecorded-off', '🕳️ Unrecorded session in nginx-sample-cluster: logging is off'],
    ['unrecorded-outside-exec', '🚨 Unrecorded session in nginx-sample-cluster: opened past ECS Exec'],
    ['logging-changed', '🚨 Exec logging of nginx-sample-cluster was changed shortly before a session'],
  ])('says %s from the case alone', (code, title) => {
    expect(messageOf('ticketed', code).text).toBe(title);
    expect(messageOf('observed', code).text).toBe(title);
  });

  it('counts sessions and no denials, and gives no command about a policy', () => {
    const text = textOf(messageOf('ticketed', 'unrecorded-missing', { logGroupName: null, roleArn: '' }));
    expect(text).toContain('*Sessions*\\n1');
    expect(text).toContain('*Role*\\n`not known`');
    expect(text).toContain(SESSION_ID);
    expect(text).toContain('exec-log accept');
    expect(text).not.toMatch(/Denials|Log group|exec-log revert/);
  });

  it('keeps every text within what Slack takes', () => {
    for (const code of INCIDENT_CODES) {
      const cluster = `arn:aws:ecs:eu-west-1:111111111111:cluster/${'c'.repeat(255)}`;
      const { text } = messageOf('ticketed', code, { clusterArn: cluster });
      expect(text.length).toBeLessThanOrEqual(150);
    }
  });
});

describe('given news of our policy', () => {
  it.each<[Case['state'], string, string, boolean]>([
    ['verified', 'transcript-delivered', '✅ Verified: a transcript of nginx-sample-task-nginx-role arrived', true],
    ['closed', 'fixed-in-code', '✅ Fixed in code: our policy is off nginx-sample-task-nginx-role', false],
    ['closed', 'role-gone', '✅ Closed: the role nginx-sample-task-nginx-role of the case is gone', false],
    ['ticketed', 'policy-removed', '🎫 Somebody removed our policy from nginx-sample-task-nginx-role', false],
    ['ticketed', 'policy-changed', '🎫 Somebody changed our policy on nginx-sample-task-nginx-role', true],
    ['repaired', 'policy-old', '⏳ Stop-gap still attached: nginx-sample-task-nginx-role lives on our policy', true],
    ['ticketed', 'policy-overdue', '🎫 Stop-gap overdue: nginx-sample-task-nginx-role still lives on our policy', true],
    [
      'ticketed',
      'policy-not-needed',
      '🎫 Not needed any more: nginx-sample-task-nginx-role may do without our policy',
      true,
    ],
    ['ticketed', 'removal-refused', '⚠️ Our policy could not be taken off nginx-sample-task-nginx-role', true],
  ])('says %s for %s, with the way to take it off while it stands', (state, code, title, stands) => {
    const message = messageOf(state, code, repaired);
    expect(message.text).toBe(title);
    expect(textOf(message).includes('exec-log revert')).toBe(stands);
  });

  it('tells an older notice as it stood', () => {
    const found = withNews(
      aCase(repaired),
      { state: 'ticketed', disposition: 'open-ticket', reasons: [{ code: 'policy-removed', detail: '' }] },
      NOW,
      'v1',
    );
    const older = { noticeId: 'n', state: 'repaired', createdAt: '', announcedAt: '' } as const;
    expect(slackMessage(found, older, 'exec-log').text).toBe(
      '✅ Repaired: nginx-sample-task-nginx-role may deliver exec transcripts again',
    );
  });

  it('tells it in a thread with its reasons and what to do, and without the facts of the message above', () => {
    const found = withNews(
      aCase(repaired),
      { state: 'ticketed', disposition: 'open-ticket', reasons: [{ code: 'policy-removed', detail: 'it is gone' }] },
      NOW,
      'v1',
    );
    const [notice] = found.outbox;
    if (notice === undefined) throw new Error('no notice');
    const news = slackNews(found, notice, 'exec-log');
    expect(news.text).toBe('🎫 Somebody removed our policy from nginx-sample-task-nginx-role');
    expect(textOf(news)).toContain(`*${news.text}*`);
    expect(textOf(news)).toContain('it is gone');
    expect(textOf(news)).toContain('It is not attached again.');
    expect(textOf(news)).not.toContain('*Account / Region*');
  });
});
