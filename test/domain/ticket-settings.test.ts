import { mergeDocuments, parseSettings } from '../../functions/domain/settings.ts';
import { settingsJsonSchema } from '../../infra/settings.ts';

const secret = 'secretsmanager:exec-log/tickets';
const jira = { site: 'https://example.atlassian.net', projectKey: 'OPS' };
const serviceNow = { instance: 'https://example.service-now.com' };
const github = { owner: 'acme', repo: 'ops' };
const eventBus = { busName: 'tickets' };

const ticketIn = (document: unknown) => {
  const settings = parseSettings(document);
  return settings.kind === 'valid' ? settings.value.ticket : settings.problems;
};
const problemIn = (ticket: unknown) => {
  const settings = parseSettings({ ticket });
  return settings.kind === 'valid'
    ? []
    : settings.problems.map(({ path, value, expectation }) => [path, value, expectation]);
};

describe('given a ticket system with all that it needs', () => {
  it.each<[string, object, object]>([
    ['nothing at all', {}, { system: 'ops-center' }],
    [
      'Jira, whose issues are tasks by default',
      { system: 'jira', secret, jira },
      { system: 'jira', secret, jira: { ...jira, issueType: 'Task' } },
    ],
    ['ServiceNow', { system: 'service-now', secret, serviceNow }, { system: 'service-now', secret, serviceNow }],
    ['GitHub', { system: 'github', secret, github }, { system: 'github', secret, github }],
    ['a bus, which has no secret', { system: 'event-bus', eventBus }, { system: 'event-bus', eventBus }],
    [
      'options of another system beside',
      { system: 'github', secret, github, eventBus },
      { system: 'github', secret, github, eventBus },
    ],
    ['options of a system that is not chosen', { eventBus }, { system: 'ops-center', eventBus }],
  ])('takes %s', (_, ticket, settings) => {
    expect(ticketIn({ ticket })).toEqual(settings);
  });
});

describe('given a ticket system that lacks something', () => {
  it.each<[object, readonly string[]]>([
    [{ system: 'jira', secret }, ['ticket.jira', 'nothing', 'expected its options, because ticket.system is jira']],
    [
      { system: 'jira', jira },
      ['ticket.secret', 'nothing', 'expected the name of its secret, because ticket.system is jira'],
    ],
    [
      { system: 'service-now', secret, jira },
      ['ticket.serviceNow', 'nothing', 'expected its options, because ticket.system is service-now'],
    ],
    [
      { system: 'github', github },
      ['ticket.secret', 'nothing', 'expected the name of its secret, because ticket.system is github'],
    ],
    [
      { system: 'event-bus', secret },
      ['ticket.eventBus', 'nothing', 'expected its options, because ticket.system is event-bus'],
    ],
    [
      { system: 'zendesk' },
      ['ticket.system', '"zendesk"', 'expected one of ops-center, jira, service-now, github, event-bus'],
    ],
  ])('says of %j where and what', (ticket, problem) => {
    expect(problemIn(ticket)).toEqual([problem]);
  });

  it('tells all that lacks together', () => {
    expect(problemIn({ system: 'jira' }).map(([path]) => path)).toEqual(['ticket.jira', 'ticket.secret']);
  });

  it('wants name and options in one document, so that each can be checked by itself', () => {
    const documents = [{ ticket: { jira, secret } }, { ticket: { system: 'jira' } }];
    expect(parseSettings(mergeDocuments(documents)).kind).toBe('invalid');
    expect(ticketIn(mergeDocuments([{ ticket: { eventBus } }, { ticket: { system: 'jira', jira, secret } }]))).toEqual({
      system: 'jira',
      secret,
      jira: { ...jira, issueType: 'Task' },
      eventBus,
    });
  });
});

describe('given an option that no vendor of ours has', () => {
  it.each<[string, object]>([
    ['ticket.jira.site', { system: 'jira', secret, jira: { ...jira, site: 'https://atlassian.net.example.com' } }],
    ['ticket.jira.site', { system: 'jira', secret, jira: { ...jira, site: 'http://example.atlassian.net' } }],
    ['ticket.jira.labels.0', { system: 'jira', secret, jira: { ...jira, labels: ['two words'] } }],
    ['ticket.serviceNow.instance', { system: 'service-now', secret, serviceNow: { instance: 'https://example.com' } }],
    ['ticket.github.repo', { system: 'github', secret, github: { ...github, repo: '../other' } }],
    ['ticket.secret', { system: 'github', secret: 'secretsmanager:other/tickets', github }],
    ['ticket.secret', { system: 'github', secret: 'ghp_synthetic', github }],
    ['ticket.eventBus.busName', { system: 'event-bus', eventBus: { busName: '' } }],
  ])('refuses %s', (path, ticket) => {
    expect(problemIn(ticket).map(([at]) => at)).toEqual([path]);
  });

  it('never shows what stands where the name of a secret belongs', () => {
    expect(JSON.stringify(problemIn({ system: 'github', secret: 'ghp_synthetic', github }))).not.toContain('ghp_');
  });
});

it('publishes in the JSON Schema what each system needs', () => {
  expect(settingsJsonSchema()).toMatchObject({
    allOf: expect.arrayContaining([
      {
        if: {
          required: ['ticket'],
          properties: { ticket: { required: ['system'], properties: { system: { const: 'github' } } } },
        },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { properties: { ticket: { required: ['github', 'secret'] } } },
      },
    ]),
  });
});
