import { sha256 } from '../adapters/digest.ts';
import { contentOf } from '../adapters/slack/bot.ts';
import { openingEntryOf } from '../adapters/tickets/event-bus.ts';
import { gitHubIssueOf } from '../adapters/tickets/github.ts';
import { jiraIssueOf } from '../adapters/tickets/jira.ts';
import type { JiraSettings } from '../adapters/tickets/jira-site.ts';
import { opsItemOf } from '../adapters/tickets/ops-center.ts';
import { serviceNowRecordOf } from '../adapters/tickets/service-now.ts';
import type { ServiceNowSettings } from '../adapters/tickets/service-now-table.ts';
import { digestOfDraft } from '../adapters/tickets/tracked-tickets.ts';
import type { Language } from '../domain/language.ts';
import { asciiJson } from '../messages/escape.ts';
import type { CardBlock, PreviewCard, PreviewSystem } from '../messages/preview-card.ts';
import { slackCard } from '../messages/preview-slack.ts';
import type { ChatMessage, TicketDraft } from '../ports.ts';
import { blocksOfAdf, blocksOfMarkdown } from './preview-adf.ts';

/** What a vendor is sent, without credentials, and how it shows that. */
export interface Rendered {
  readonly payload: unknown;
  readonly card: PreviewCard;
}

/** Where in each system tickets go. */
export interface TicketPlaces {
  readonly jira: JiraSettings;
  readonly servicenow: ServiceNowSettings;
  /** `OWNER/NAME`. */
  readonly github: string;
  /** The bus's name or ARN. */
  readonly event: string;
}

/** A message as Slack is sent it: by a webhook, or by a bot into a channel. */
export function renderedMessage({ text, blocks }: ChatMessage, channel: string | null): Rendered {
  const message = { text, blocks };
  const payload = channel === null ? message : { channel, ...contentOf(message) };
  return { payload, card: slackCard(message, channel ?? 'the channel of the webhook') };
}

/** A new ticket as a ticket system is sent it. */
export function renderedTicket(
  system: Exclude<PreviewSystem, 'slack'>,
  draft: TicketDraft,
  places: TicketPlaces,
  language: Language = 'en',
): Rendered {
  switch (system) {
    case 'opscenter':
      return opsCenter(draft);
    case 'jira':
      return jira(draft, places.jira);
    case 'servicenow':
      return serviceNow(draft, places.servicenow, language);
    case 'github':
      return gitHub(draft, places.github);
    case 'event':
      return eventBus(draft, places.event);
  }
}

function opsCenter(draft: TicketDraft): Rendered {
  const payload = opsItemOf(draft);
  const { Title, Description, Severity, Category, Source, OperationalData } = payload;
  const data = Object.entries(OperationalData).map(([name, { Type, Value = '' }]) => ({ name, Type, value: Value }));
  const blocks: readonly CardBlock[] = [
    heading('Description'),
    { kind: 'lines', text: Description },
    ...data
      .filter(({ Type }) => Type === 'String')
      .flatMap(({ name, value }): readonly CardBlock[] => [
        heading(`Operational data: ${name}`),
        { kind: 'lines', text: value },
      ]),
  ];
  const facts = [
    ...Object.entries({ Severity, Category, Source }).map(([name, value]) => ({ name, value })),
    ...data.filter(({ Type }) => Type === 'SearchableString'),
  ];
  const card = { product: 'OpsCenter', place: 'an OpsItem of this account and Region', title: Title };
  return { payload, card: { system: 'opscenter', ...card, facts: facts.map(fact), blocks } };
}

function jira(draft: TicketDraft, settings: JiraSettings): Rendered {
  const payload = jiraIssueOf(settings, draft, digestOfDraft(draft, sha256));
  const { summary, description, labels, priority, issuetype, project } = payload.fields;
  return {
    payload,
    card: {
      system: 'jira',
      product: 'Jira',
      place: `${project.key} · ${issuetype.name}`,
      title: summary,
      facts: [
        { name: 'Priority', value: priority?.name ?? '' },
        { name: 'Labels', value: labels.join(', ') },
      ],
      blocks: blocksOfAdf(description),
    },
  };
}

const SERVICE_NOW_FACTS: Readonly<Record<string, string>> = {
  impact: 'Impact',
  urgency: 'Urgency',
  assignment_group: 'Assignment group',
  caller_id: 'Caller',
  correlation_id: 'Correlation ID',
  correlation_display: 'Correlation display',
};

function serviceNow(draft: TicketDraft, settings: ServiceNowSettings, language: Language): Rendered {
  const payload = serviceNowRecordOf(settings, draft, digestOfDraft(draft, sha256), language);
  const { work_notes: notes } = payload;
  const blocks: readonly CardBlock[] = [
    heading('Description'),
    { kind: 'lines', text: payload['description'] ?? '' },
    ...(notes === undefined ? [] : [heading('Work notes'), { kind: 'lines', text: notes } as const]),
  ];
  const facts = Object.entries(SERVICE_NOW_FACTS).flatMap(([column, name]) => {
    const value = payload[column];
    return value === undefined ? [] : [{ name, value }];
  });
  const place = settings.table ?? 'incident';
  const title = payload['short_description'] ?? '';
  return { payload, card: { system: 'servicenow', product: 'ServiceNow', place, title, facts, blocks } };
}

function gitHub(draft: TicketDraft, repository: string): Rendered {
  const payload = gitHubIssueOf(draft, digestOfDraft(draft, sha256));
  const { title, body, labels } = payload;
  // GitHub shows no HTML comment; ours stands at the end.
  const shown = body.replace(/\n\n<!-- exec-log [^\n]*-->$/, '');
  const facts = [{ name: 'Labels', value: labels.join(', ') }];
  const card = { product: 'GitHub', place: repository, title, facts, blocks: blocksOfMarkdown(shown) };
  return { payload, card: { system: 'github', ...card } };
}

function eventBus(draft: TicketDraft, busName: string): Rendered {
  const entry = openingEntryOf(busName, draft);
  const detail: unknown = JSON.parse(entry.Detail);
  return {
    payload: { Entries: [entry] },
    card: {
      system: 'event',
      product: 'EventBridge',
      place: busName,
      title: '',
      facts: [
        { name: 'Source', value: entry.Source },
        { name: 'Detail type', value: entry.DetailType },
      ],
      blocks: [heading('Detail'), { kind: 'code', text: asciiJson(detail, 2) }],
    },
  };
}

function heading(text: string): CardBlock {
  return { kind: 'heading', inlines: [{ kind: 'text', text }] };
}

function fact({ name, value }: { readonly name: string; readonly value: string }) {
  return { name, value };
}
