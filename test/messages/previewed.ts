import { type Rendered, renderedMessage, renderedTicket } from '../../functions/cli/preview-vendors.ts';
import type { CaseProposal } from '../../functions/domain/case.ts';
import type { PreviewSystem } from '../../functions/messages/preview-card.ts';
import { slackMessage } from '../../functions/messages/slack.ts';
import { ticketDraft } from '../../functions/messages/ticket.ts';
import { played, TICKETED } from './rendered-cases.ts';

/** Where tickets go; nothing is sent there. */
export const PLACES = {
  jira: { site: 'https://example.atlassian.net', projectKey: 'OPS', issueType: 'Task' },
  servicenow: { instance: 'https://example.service-now.com' },
  github: 'example/ops',
  event: 'default',
};

/** What Slack is sent of a question in which every name that a container, or a policy, can choose is this text. */
export function previewedProposal(name: string): Rendered {
  const statements = [{ actions: ['logs:PutLogEvents'], resources: [name, name] }];
  const proposal: CaseProposal = {
    proposalId: 'synthetic-proposal',
    state: 'open',
    expiresAt: '2023-02-14T06:36:04.000Z',
    personArn: name,
    containerName: name,
    statements,
    answeredBy: null,
    answeredAt: null,
  };
  const { found, notice } = played({
    mode: 'propose',
    outcome: { kind: 'proposed', proposal, isNew: true },
    overrides: { roleArn: name, clusterArn: name, logGroupName: name, sessionIds: [name] },
  });
  return renderedMessage(slackMessage(found, notice, 'exec-log'), '#channel');
}

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
    : renderedTicket(system, ticketDraft(found, finding, decision, 'exec-log', 'en'), PLACES);
}
