import { parseCeiling, parseSettings, type SettingsProblem } from '../../functions/domain/settings.ts';
import { shownText } from '../../functions/domain/settings-problem.ts';

const WEBHOOK = 'https://hooks.slack.example/services/T0/B0/k3y';
const TOKEN = 'xoxb-1-k3y';

function problemsIn(document: unknown): readonly SettingsProblem[] {
  const settings = parseSettings(document);
  return settings.kind === 'valid' ? [] : settings.problems;
}

/** Where a mistake is, with what is shown of it. */
const shownIn = (document: unknown) => problemsIn(document).map(({ path, value }) => [path, value]);

describe('given a secret where none belongs', () => {
  it.each<{ name: string; document: unknown; path: string }>([
    { name: 'under an unknown key', document: { slackWebhookUrl: WEBHOOK }, path: 'slackWebhookUrl' },
    { name: 'under a key in capitals', document: { Slack: { webhookUrl: 'k3y' } }, path: 'Slack' },
    { name: 'in a list', document: { slack: ['k3y'] }, path: 'slack' },
    { name: 'in an object', document: { slack: { secret: { webhookUrl: 'k3y' } } }, path: 'slack.secret' },
    { name: 'as the value itself', document: { slack: 'k3y' }, path: 'slack' },
    { name: 'as a token of a ticket system', document: { ticket: { token: 'k3y' } }, path: 'ticket.token' },
    { name: 'as a password', document: { ticket: { Password: 'k3y' } }, path: 'ticket.Password' },
    { name: 'as credentials', document: { awsCredentials: 'k3y' }, path: 'awsCredentials' },
    { name: 'as a token under a harmless key', document: { ticket: { system: TOKEN } }, path: 'ticket.system' },
    { name: 'as an address under a harmless key', document: { language: WEBHOOK }, path: 'language' },
    { name: 'as the address of a list entry', document: { roles: WEBHOOK }, path: 'roles' },
  ])('names the place and does not repeat it: $name', ({ document, path }) => {
    expect(shownIn(document)).toEqual([[path, '(not shown)']]);
  });

  it("shows what stands in place of a person's Slack user id, unless it is a secret", () => {
    const shownOf = (slack: string) =>
      shownIn({ people: [{ slack, principals: ['arn:aws:iam::111111111111:user/ada'] }] });
    expect([shownOf('ada'), shownOf(TOKEN), shownOf(WEBHOOK)]).toEqual([
      [['people.0.slack', '"ada"']],
      [['people.0.slack', '(not shown)']],
      [['people.0.slack', '(not shown)']],
    ]);
  });

  it('does not repeat one that stands behind the part that is shown', () => {
    expect(shownIn({ language: `${'x'.repeat(200)}${WEBHOOK}` })).toEqual([['language', '(not shown)']]);
  });

  it('does not repeat one that is a key', () => {
    const expectation = 'unknown key (not shown)';
    expect(problemsIn({ [WEBHOOK]: 1, limits: { [TOKEN]: 2 } })).toEqual([
      { path: 'limits.(not shown)', value: '2', expectation },
      { path: '(not shown)', value: '(not shown)', expectation },
    ]);
  });

  it('does not repeat one in a ceiling', () => {
    const ceiling = parseCeiling({ slackToken: 'k3y' });
    expect(ceiling).toEqual({
      kind: 'invalid',
      problems: [{ path: 'slackToken', value: '(not shown)', expectation: 'unknown key slackToken' }],
    });
  });
});

describe('given another mistake', () => {
  it.each<{ name: string; document: unknown; shown: readonly string[] }>([
    { name: 'a number', document: { language: 3 }, shown: ['language', '3'] },
    { name: 'a flag', document: { language: true }, shown: ['language', 'true'] },
    { name: 'null', document: { language: null }, shown: ['language', 'null'] },
    { name: 'a short text', document: { language: 'de' }, shown: ['language', '"de"'] },
    { name: 'the kind of an object', document: { language: { is: 'de' } }, shown: ['language', 'an object'] },
    { name: 'the kind of a list', document: { language: ['de'] }, shown: ['language', 'a list'] },
    { name: 'a missing name of a secret', document: { slack: {} }, shown: ['slack.secret', 'nothing'] },
  ])('shows $name', ({ document, shown }) => {
    expect(shownIn(document)).toEqual([shown]);
  });
});

describe('given a text that is no document', () => {
  it.each([
    { text: ` mode: attach${' '.repeat(5)}`, shown: 'mode: attach' },
    { text: 'x'.repeat(200), shown: 'x'.repeat(80) },
    { text: `${'x'.repeat(200)} "${WEBHOOK}"`, shown: '(not shown)' },
    { text: '"https:\\/\\/hooks.example', shown: '(not shown)' },
    { text: `{"a":"${TOKEN}`, shown: '(not shown)' },
    { text: '{"Password":"k3y', shown: '(not shown)' },
  ])('shows $shown of it', ({ text, shown }) => {
    expect(shownText(text)).toBe(shown);
  });
});
