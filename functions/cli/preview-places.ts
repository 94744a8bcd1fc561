import type { Settings } from '../domain/settings.ts';
import type { TicketPlaces } from './preview-vendors.ts';

/** What stands where the settings name no place: people look at a system before they choose it. */
const SAMPLES: TicketPlaces = {
  jira: { site: 'https://example.atlassian.net', projectKey: 'PROJECT', issueType: 'Task' },
  servicenow: { instance: 'https://example.service-now.com' },
  github: 'OWNER/REPOSITORY',
  event: 'default',
};

/** Where tickets go by the settings; a sample for each system of which they say nothing. */
export function placesOf({ ticket }: Pick<Settings, 'ticket'>): TicketPlaces {
  return {
    jira: ticket.jira ?? SAMPLES.jira,
    servicenow: ticket.serviceNow ?? SAMPLES.servicenow,
    github: ticket.github === undefined ? SAMPLES.github : `${ticket.github.owner}/${ticket.github.repo}`,
    event: ticket.eventBus?.busName ?? SAMPLES.event,
  };
}

/** A ticket's id as the ticket system of the settings writes one: the real one is known once it is filed. */
export function sampleTicketId({ ticket }: Pick<Settings, 'ticket'>, fingerprint: string): string {
  const { jira, github } = placesOf({ ticket });
  switch (ticket.system) {
    case 'ops-center':
      return 'oi-0123456789ab';
    case 'jira':
      return `${jira.projectKey}-1`;
    case 'service-now':
      return 'INC0000001';
    case 'github':
      return `${github}#1`;
    case 'event-bus':
      return `exec-log-${fingerprint}`;
  }
}
