import { parseRoleArn } from '../domain/arn.ts';
import type { Case, CaseState, Notice } from '../domain/case.ts';
import { MAX_SESSION_IDS } from '../domain/case.ts';
import { parseClusterArn } from '../domain/task.ts';
import type { ChatMessage } from '../ports.ts';
import { revertCommand } from './commands.ts';
import { slackCode, slackText } from './escape.ts';

// Block Kit takes 150 characters in a header, 2,000 in a field and 3,000 in a section's text. Every name and reason below is
// bounded, so that their sum stays within: https://docs.slack.dev/reference/block-kit/blocks
const HEADER_MAX = 150;
const NAME_MAX = 520;
const MAX_SESSIONS_SHOWN = 5;
const MAX_REASONS_SHOWN = 4;

/** What happened, as the header and the notification say it. */
type Headline = CaseState | 'recurred';

const HEADLINES: Readonly<Record<Headline, (role: string) => string>> = {
  repaired: (role) => `✅ Repaired: ${role} may deliver exec transcripts again`,
  ticketed: (role) => `🎫 Ticket: exec transcripts of ${role} are lost`,
  recurred: (role) => `🔁 Denied again after the repair: exec transcripts of ${role} are lost`,
  observed: (role) => `👀 Observed: exec transcripts of ${role} are lost`,
  unverified: (role) => `⚠️ Not verified: the repair of ${role} did not read back as written`,
  closed: (role) => `✅ Closed: ${role} may deliver exec transcripts by now`,
  suppressed: (role) => `🔇 Muted: exec transcripts of ${role} are lost`,
};

const NEXT_STEPS: Readonly<Record<Headline, string>> = {
  repaired:
    'Open one more exec session and see that its transcript arrives. Add the permission to the code of the role.',
  ticketed: 'Nothing was changed. The ticket holds the cause, its owner and the patch.',
  recurred: 'The policy did not settle it. The ticket holds what is known; look at the role before the next session.',
  observed: 'Nothing was changed: mode observe. Add the permission to the code of the role, or raise the mode.',
  unverified:
    'Look at the inline policies of the role: what IAM shows is not what was written. Nothing is written again.',
  closed: 'Nothing to do. The role was changed by somebody else.',
  suppressed: 'Nothing was changed. The record is kept.',
};

/** Nobody at 3 a.m. knows what a guardrail is. */
const WAS_MISSING =
  'no policy of the role allowed the delivery; the attached one allows it for this log target and no other';

const TRANSCRIPT_IS_LOST = 'The transcripts of these sessions do not come back; a repair helps the next session only.';

/** The message of one notice: understood in ten seconds by somebody who was asleep. Never a command line of the session. */
export function slackMessage(found: Case, notice: Notice, deploymentId: string): ChatMessage {
  const headline = headlineOf(found, notice);
  const roleName = parseRoleArn(found.roleArn)?.roleName ?? found.roleArn;
  const title = slackText(HEADLINES[headline](roleName), HEADER_MAX);
  return {
    text: title,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: true } },
      { type: 'section', fields: factsOf(found, roleName).map(mrkdwn) },
      section(sessionsOf(found)),
      section(reasonsOf(found)),
      section(nextSteps(found, headline, revertCommand(roleName, found.region, deploymentId))),
      { type: 'context', elements: [mrkdwn(footer(found))] },
    ],
  };
}

function headlineOf(found: Case, notice: Notice): Headline {
  const isRecurrence = found.reasons.some((reason) => reason.code === 'recurrence');
  return notice.state === 'ticketed' && isRecurrence ? 'recurred' : notice.state;
}

function factsOf(found: Case, roleName: string): readonly string[] {
  const cluster =
    found.clusterArn === null ? 'not known' : (parseClusterArn(found.clusterArn)?.clusterName ?? found.clusterArn);
  const sessions = found.sessionIds.length;
  const atLeast = sessions >= MAX_SESSION_IDS ? 'at least ' : '';
  return [
    `*Role*\n${slackCode(roleName, NAME_MAX)}`,
    `*Cluster*\n${slackCode(cluster, NAME_MAX)}`,
    `*Log group*\n${slackCode(found.logGroupName ?? 'none', NAME_MAX)}`,
    `*Account / Region*\n${slackCode(`${found.account} / ${found.region}`, NAME_MAX)}`,
    `*Denials*\n${found.count} in ${atLeast}${sessions} ${sessions === 1 ? 'session' : 'sessions'}`,
    `*Last seen*\n${slackText(found.lastSeenAt, 40)}`,
  ];
}

function sessionsOf({ sessionIds }: Case): string {
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

function nextSteps(found: Case, headline: Headline, revert: string): string {
  const lines = [`*What to do*\n${NEXT_STEPS[headline]}`];
  if (found.repairedAt !== null) {
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
