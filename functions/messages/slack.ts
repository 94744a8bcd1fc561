import { parseRoleArn } from '../domain/arn.ts';
import type { Case, Notice } from '../domain/case.ts';
import { MAX_SESSION_IDS } from '../domain/case.ts';
import { isIncident } from '../domain/incident.ts';
import type { ChatMessage } from '../ports.ts';
import { revertCommand } from './commands.ts';
import { slackCode, slackText } from './escape.ts';
import { signalTextsOf } from './signal-texts.ts';
import { clusterNameOf, type Headline, headlineOf } from './slack-headline.ts';

// Block Kit takes 150 characters in a header, 2,000 in a field and 3,000 in a section's text. Every name and reason below is
// bounded, so that their sum stays within: https://docs.slack.dev/reference/block-kit/blocks
const HEADER_MAX = 150;
const NAME_MAX = 520;
const MAX_SESSIONS_SHOWN = 5;
const MAX_REASONS_SHOWN = 4;

/** Nobody at 3 a.m. knows what a guardrail is. */
const WAS_MISSING =
  'no policy of the role allowed the delivery; the attached one allows it for this log target and no other';

const TRANSCRIPT_IS_LOST = 'The transcripts of these sessions do not come back; a repair helps the next session only.';

/** The message of one notice: understood in ten seconds by somebody who was asleep. Never a command line of the session. */
export function slackMessage(found: Case, notice: Notice, deploymentId: string): ChatMessage {
  const headline = headlineOf(found, notice);
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const title = slackText(headline.title, HEADER_MAX);
  return {
    text: title,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: true } },
      { type: 'section', fields: factsOf(found, roleName).map(mrkdwn) },
      section(sessionsOf(found)),
      section(reasonsOf(found)),
      section(nextSteps(headline, revertCommand(roleName, found.region, deploymentId))),
      { type: 'context', elements: [mrkdwn(footer(found))] },
    ],
  };
}

/** The news of one notice, for the thread below the case's message: as the case stood, with what to do about it. */
export function slackNews(found: Case, notice: Notice, deploymentId: string): ChatMessage {
  const headline = headlineOf(found, notice);
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const title = slackText(headline.title, HEADER_MAX);
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      section(sessionsOf(found)),
      section(reasonsOf(found)),
      section(nextSteps(headline, revertCommand(roleName, found.region, deploymentId))),
    ],
  };
}

function factsOf(found: Case, roleName: string): readonly string[] {
  const sessions = found.sessionIds.length;
  const atLeast = sessions >= MAX_SESSION_IDS ? 'at least ' : '';
  const ofIncident = isIncident(found);
  const { isOfSessions } = signalTextsOf(found);
  return [
    `*Role*\n${slackCode(roleName || 'not known', NAME_MAX)}`,
    `*Cluster*\n${slackCode(clusterNameOf(found), NAME_MAX)}`,
    // An incident is about sessions that no group got anything of.
    ...(ofIncident ? [] : [deniedFact(found)]),
    `*Account / Region*\n${slackCode(`${found.account} / ${found.region}`, NAME_MAX)}`,
    ofIncident
      ? `*Sessions*\n${found.count}`
      : `*Denials*\n${found.count}${isOfSessions ? ` in ${atLeast}${sessions} ${sessions === 1 ? 'session' : 'sessions'}` : ''}`,
    `*Last seen*\n${slackText(found.lastSeenAt, 40)}`,
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

function sessionsOf(found: Case): string {
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

function reasonsOf({ reasons }: Case): string {
  const details = [
    ...new Set(reasons.map(({ code, detail }) => (code === 'all-guardrails-hold' ? WAS_MISSING : detail))),
  ];
  const shown = details.slice(0, MAX_REASONS_SHOWN).map((detail) => `• ${slackText(detail, 400)}`);
  const more = details.length - shown.length;
  return ['*Why*', ...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function nextSteps({ nextStep, policyStands }: Headline, revert: string): string {
  const lines = [`*What to do*\n${nextStep}`];
  if (policyStands) {
    lines.push(`To take the policy off again: ${slackCode(revert, 1000)}`);
  }
  return lines.join('\n');
}

function footer({ fingerprint, ticketId }: Case): string {
  const parts = [`Case ${slackCode(fingerprint.slice(0, 12), 20)}`];
  return [...parts, ...(ticketId === null ? [] : [`Ticket ${slackCode(ticketId, 200)}`])].join(' · ');
}

function section(text: string): object {
  return { type: 'section', text: mrkdwn(text) };
}

/** `verbatim`: Slack must not make links and mentions of its own out of plain words. */
function mrkdwn(text: string): object {
  return { type: 'mrkdwn', text, verbatim: true };
}
