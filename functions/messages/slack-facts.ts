import { parseRoleArn } from '../domain/arn.ts';
import { type Case, MAX_SESSION_IDS } from '../domain/case.ts';
import { isIncident } from '../domain/incident.ts';
import { personOf } from '../domain/person.ts';
import { slackCode, slackLink, slackText } from './escape.ts';
import { signalTextsOf } from './signal-texts.ts';
import { clusterNameOf } from './slack-headline.ts';

// Block Kit takes 10 fields of 2,000 characters and 3,000 in a section's text. Every name and reason below is bounded, so that
// their sum stays within: https://docs.slack.dev/reference/block-kit/blocks
const NAME_MAX = 520;
const MAX_SESSIONS_SHOWN = 5;
const MAX_REASONS_SHOWN = 4;

/** Nobody at 3 a.m. knows what a guardrail is. */
const WAS_MISSING =
  'no policy of the role allowed the delivery; the attached one allows it for this log target and no other';
const IS_MISSING =
  'no policy of the role allows the delivery; the proposed one would allow it for this log target and no other';

const TRANSCRIPT_IS_LOST = 'The transcripts of these sessions do not come back; a repair helps the next session only.';

/** The name of a case's role as people know it. */
export function roleNameOf({ roleArn }: Pick<Case, 'roleArn'>): string {
  return parseRoleArn(roleArn)?.roleName ?? roleArn;
}

/** Where it happened, to whom and how often: the fields of a message. */
export function factFields(found: Case): readonly string[] {
  const sessions = found.sessionIds.length;
  const atLeast = sessions >= MAX_SESSION_IDS ? 'at least ' : '';
  const ofIncident = isIncident(found);
  const { isOfSessions } = signalTextsOf(found);
  return [
    `*Role*\n${slackCode(roleNameOf(found) || 'not known', NAME_MAX)}`,
    `*Cluster*\n${slackCode(clusterNameOf(found), NAME_MAX)}`,
    // An incident is about sessions that no group got anything of.
    ...(ofIncident ? [] : [deniedFact(found)]),
    `*Account / Region*\n${slackCode(`${found.account} / ${found.region}`, NAME_MAX)}`,
    ofIncident
      ? `*Sessions*\n${found.count}`
      : `*Denials*\n${found.count}${isOfSessions ? ` in ${atLeast}${sessions} ${sessions === 1 ? 'session' : 'sessions'}` : ''}`,
    `*Last seen*\n${slackText(found.lastSeenAt, 40)}`,
    ...askedFields(found),
  ];
}

/** Whoever is asked has to know whose shell it was. */
function askedFields({ state, proposal }: Case): readonly string[] {
  if (state !== 'proposed' || proposal == null) return [];
  const { personArn = null, containerName = null } = proposal;
  return [
    ...(personArn === null ? [] : [`*Opened by*\n${slackCode(personOf(personArn).name, NAME_MAX)}`]),
    ...(containerName === null ? [] : [`*Container*\n${slackCode(containerName, NAME_MAX)}`]),
  ];
}

function deniedFact(found: Case): string {
  const { denied } = signalTextsOf(found);
  return denied === null
    ? `*Log group*\n${slackCode(found.logGroupName ?? 'none', NAME_MAX)}`
    : `*Denied call*\n${slackCode(denied, NAME_MAX)}`;
}

const NOT_LOST: Readonly<Record<string, string>> = {
  'logging-changed': '*Sessions after the change*',
  'half-delivered': '*Sessions in one place only*',
};

/** Which sessions are concerned, and what it means for them. */
export function sessionText(found: Case): string {
  const { sessionIds, reasons } = found;
  const { isOfSessions, consequence } = signalTextsOf(found);
  if (!isOfSessions) {
    return `*What it means*\n${slackText(consequence, 1000)}`;
  }
  const heading = NOT_LOST[reasons[0]?.code ?? ''];
  if (heading !== undefined) {
    return [heading, ...sessionIds.slice(-MAX_SESSIONS_SHOWN).map((id) => `• ${slackCode(id, 200)}`)].join('\n');
  }
  if (sessionIds.length === 0) {
    return `*Unrecorded sessions*: no session id is known.\n${TRANSCRIPT_IS_LOST}`;
  }
  const shown = sessionIds.slice(-MAX_SESSIONS_SHOWN).map((id) => `• ${slackCode(id, 200)}`);
  const more = sessionIds.length - shown.length;
  return ['*Unrecorded sessions*', ...shown, ...(more > 0 ? [`and ${more} more`] : []), TRANSCRIPT_IS_LOST].join('\n');
}

/** Why it was decided so. */
export function reasonText({ reasons, state }: Pick<Case, 'reasons' | 'state'>): string {
  const missing = state === 'proposed' ? IS_MISSING : WAS_MISSING;
  const details = [...new Set(reasons.map(({ code, detail }) => (code === 'all-guardrails-hold' ? missing : detail)))];
  const shown = details.slice(0, MAX_REASONS_SHOWN).map((detail) => `• ${slackText(detail, 400)}`);
  const more = details.length - shown.length;
  return ['*Why*', ...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** By what the case and its ticket are found; the ticket as a link where its system has an address. */
export function footerText({ fingerprint, ticketId, ticketUrl }: Case): string {
  const parts = [`Case ${slackCode(fingerprint.slice(0, 12), 20)}`];
  if (ticketId === null) return parts.join(' · ');
  const ticket = ticketUrl === undefined ? slackCode(ticketId, 200) : slackLink(ticketUrl, ticketId, 200);
  return [...parts, `Ticket ${ticket}`].join(' · ');
}
