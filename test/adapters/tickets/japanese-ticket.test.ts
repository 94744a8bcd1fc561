import { openingEntryOf } from '../../../functions/adapters/tickets/event-bus.ts';
import { gitHubIssueOf } from '../../../functions/adapters/tickets/github.ts';
import { jiraIssueOf } from '../../../functions/adapters/tickets/jira.ts';
import { markdownBlocks } from '../../../functions/adapters/tickets/markdown-blocks.ts';
import { opsItemOf } from '../../../functions/adapters/tickets/ops-center.ts';
import { serviceNowRecordOf } from '../../../functions/adapters/tickets/service-now.ts';
import type { Finding } from '../../../functions/domain/finding.ts';
import { ticketDraft } from '../../../functions/messages/ticket.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { played, RECURRED } from '../../messages/rendered-cases.ts';

const JIRA = { site: 'https://example.atlassian.net', projectKey: 'OPS', issueType: 'Task' };
const DIGEST = 'd'.repeat(64);

const bytes = (text: string | undefined) => Buffer.byteLength(text ?? '', 'utf8');
const codeOf = (markdown: string) => markdownBlocks(markdown).filter(({ kind }) => kind === 'code');

function draftOf(overrides: Partial<ReturnType<typeof played>['found']> = {}): TicketDraft {
  const { found, finding, decision } = played({ ...RECURRED, overrides });
  return ticketDraft(found, finding, decision, 'exec-log', 'ja');
}

/** As long as a ticket gets: every list full, and every text that we do not choose in characters of three bytes. */
function longestDraft(): TicketDraft {
  const { found, finding, decision } = played(RECURRED);
  const long = '監査'.repeat(400);
  const guardrails = decision.guardrails.map((result) => ({
    ...result,
    holds: false,
    detail: `${result.code} ${long}`,
  }));
  const hostile: Finding = { ...finding, denial: { ...finding.denial, sentence: '拒否'.repeat(2000) } };
  const sessionIds = Array.from({ length: 50 }, (_, at) => `${at}${long}`);
  return ticketDraft(
    { ...found, sessionIds, clusterArn: long, logGroupName: long },
    hostile,
    { ...decision, guardrails },
    'exec-log',
    'ja',
  );
}

describe.each([
  ['a usual ticket in Japanese', draftOf()],
  ['the longest ticket in Japanese', longestDraft()],
])('given %s', (_name, draft) => {
  it('keeps to the sizes of OpsCenter, characters here and bytes there, and loses nothing', () => {
    const { Title, Description, OperationalData } = opsItemOf(draft);
    const values = Object.entries(OperationalData).filter(([key]) => key.startsWith('exec-log/body-'));
    expect(Title.length).toBeLessThanOrEqual(1024);
    expect(Description.length).toBeLessThanOrEqual(2048);
    expect(values.filter(([, { Value }]) => bytes(Value) > 20 * 1024)).toEqual([]);
    expect(values.map(([, { Value }]) => Value).join('')).toBe(draft.body);
  });

  it('shows every command and patch as code in Jira, headings and the owner as such, and no Markdown as text', () => {
    const { summary, description } = jiraIssueOf(JIRA, draft, DIGEST).fields;
    const { content } = description;
    expect(summary.length).toBeLessThanOrEqual(255);
    expect(JSON.stringify(description).length).toBeLessThanOrEqual(32_767);
    const code = content.filter(({ type }) => type === 'codeBlock').map((node) => node.content?.[0]?.text);
    expect(code).toEqual(codeOf(draft.body).map(({ lines }) => lines.join('\n')));
    const texts = content.filter(({ type }) => type !== 'codeBlock').map((node) => JSON.stringify(node));
    expect(texts.filter((text) => /```|\*\*|"text":"(#|- )/.test(text))).toEqual([]);
    expect(texts.join('')).toContain(
      '{"type":"text","text":"担当: タスクロールの担当チーム","marks":[{"type":"strong"}]}',
    );
  });

  it('fits the columns of ServiceNow, says in Japanese where the rest is, and holds no Markdown', () => {
    const record = serviceNowRecordOf({}, draft, DIGEST, 'ja');
    const [description = '', notes = ''] = [record['description'], record['work_notes']];
    expect(record['short_description']?.length).toBeLessThanOrEqual(160);
    expect(description.length).toBeLessThanOrEqual(4000);
    expect(description).toMatch(/…\n\n（全文は作業メモにあります。）$/);
    expect(notes).toContain('担当: タスクロールの担当チーム');
    expect(notes).not.toMatch(/\*\*|^## |```/m);
  });

  it('leaves every command and patch as it stands on GitHub, and lets every bold text end', () => {
    const { title, body } = gitHubIssueOf(draft, DIGEST);
    expect([title.length <= 256, body.length <= 65_536]).toEqual([true, true]);
    expect(codeOf(body)).toEqual(codeOf(draft.body));
    // Beside Japanese letters without a space, CommonMark reads `**` as text.
    const bold = body.match(/(?:^|.)\*\*[^*\n]+\*\*(?:.|$)/gm) ?? [];
    expect(bold.length).toBeGreaterThan(1);
    expect(bold.filter((text) => !/^ ?\*\*\S.*\S\*\* ?$/.test(text))).toEqual([]);
  });

  it('fits an event, whose size is counted in bytes', () => {
    const { Detail } = openingEntryOf('default', draft);
    expect(bytes(Detail)).toBeLessThan(252 * 1024);
    expect(JSON.parse(Detail)).toMatchObject({ title: draft.title, body: draft.body });
  });
});
