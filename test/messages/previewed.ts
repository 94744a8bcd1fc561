import { type Rendered, renderedMessage, renderedTicket } from '../../functions/cli/preview-vendors.ts';
import type { PreviewSystem } from '../../functions/messages/preview-card.ts';
import { slackMessage } from '../../functions/messages/slack.ts';
import { ticketDraft } from '../../functions/messages/ticket.ts';
import { played, TICKETED } from './rendered-cases.ts';

const PLACES = {
  jira: { site: 'https://example.atlassian.net', projectKey: 'OPS', issueType: 'Task' },
  servicenow: { instance: 'https://example.service-now.com' },
  github: 'example/ops',
  event: 'default',
};

/** What a system is sent of a case in which every name that a container can choose is this text. */
export function previewed(system: PreviewSystem, name: string): Rendered {
  const overrides = {
    roleArn: name,
    clusterArn: name,
    logGroupName: name,
    sessionIds: [name],
    ticketId: name,
    reasons: [{ code: 'recurrence', detail: name }],
  };
  const { found, finding, decision, notice } = played({ ...TICKETED, overrides });
  return system === 'slack'
    ? renderedMessage(slackMessage(found, notice, 'exec-log'), null)
    : renderedTicket(system, ticketDraft(found, finding, decision, 'exec-log'), PLACES);
}
