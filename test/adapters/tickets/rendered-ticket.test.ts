import { gitHubMarkdown } from '../../../functions/adapters/tickets/github-text.ts';
import { adfOfMarkdown } from '../../../functions/adapters/tickets/markdown-adf.ts';
import { markdownBlocks } from '../../../functions/adapters/tickets/markdown-blocks.ts';
import { ticketDraft } from '../../../functions/messages/ticket.ts';
import { played, TICKETED } from '../../messages/rendered-cases.ts';

const MAX = 65_536;

function bodyWith(hostile: string): string {
  const { found, finding, decision } = played({
    ...TICKETED,
    overrides: { clusterArn: hostile, logGroupName: hostile },
  });
  return ticketDraft(found, finding, decision, 'exec-log', 'en').body;
}

const codeOf = (markdown: string) => markdownBlocks(markdown).filter(({ kind }) => kind === 'code');

describe.each([
  ['names as they are', '/ecs/app'],
  ['a channel', '<!channel>'],
  ['backticks', '``` `a` ``'],
  ['a table cell', 'a | b'],
  ['a mention and a reference', '@team #1 GH-1'],
  ['right-to-left marks', 'a\u202eb\u2066c'],
  ['10,000 characters', 'n'.repeat(10_000)],
])('given a ticket of ours with %s', (_, hostile) => {
  const body = bodyWith(hostile);

  it('leaves every command and patch as it stands on GitHub', () => {
    const shown = gitHubMarkdown(body, MAX);
    expect(codeOf(body).length).toBeGreaterThan(0);
    expect(codeOf(shown)).toEqual(codeOf(body));
  });

  it('shows every command and patch as code in Jira, and no Markdown as text', () => {
    const { content } = adfOfMarkdown(body);
    const code = content.filter(({ type }) => type === 'codeBlock').map((node) => node.content?.[0]?.text);
    expect(code).toEqual(codeOf(body).map(({ lines }) => lines.join('\n')));
    expect(content.filter(({ type }) => type === 'heading').length).toBeGreaterThan(2);
    const texts = content.filter(({ type }) => type !== 'codeBlock').map((node) => JSON.stringify(node));
    expect(texts.filter((text) => /```|\*\*|"text":"(#|- )/.test(text))).toEqual([]);
  });
});
