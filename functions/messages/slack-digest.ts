import { parseRoleArn } from '../domain/arn.ts';
import type { BreakerLimits, BreakerReclosing } from '../domain/breaker.ts';
import type { CauseDigest, DigestLine } from '../domain/cause-digest.ts';
import { personOf } from '../domain/person.ts';
import type { ChatMessage } from '../ports.ts';
import { closeBreakerCommand } from './commands.ts';
import { slackCode, slackLink, slackText } from './escape.ts';
import { mrkdwn, plainObject, section } from './slack-blocks.ts';
import { clusterNameOf } from './slack-headline.ts';

const NAME_MAX = 120;
const TICKET_MAX = 60;
const ADDRESS_MAX = 200;
/** So that their sum stays within the 3,000 characters that a section takes. */
const LINES_IN_A_SECTION = 5;
const REASON_MAX = 500;

/** How the breaker stands as the digest is shown. */
export interface DigestNow {
  readonly isOpen: boolean;
  /** ISO 8601, UTC. */
  readonly until: string;
  readonly limits: BreakerLimits;
  /** Who closed this opening; null where time did, or nobody yet. */
  readonly reclosed: BreakerReclosing | null;
}

/** Whose breaker it is; `account` is that of a hub's member, and absent elsewhere. */
interface DigestOwner {
  readonly deploymentId: string;
  readonly account?: string | undefined;
}

/** The one message of a storm, in place of one for each cause: how many there are, why, until when, and the first ten. */
export function slackDigest(digest: CauseDigest, now: DigestNow, owner: DigestOwner): ChatMessage {
  const causes = digest.causes === 1 ? '1 new cause' : `${digest.causes} new causes`;
  const title = now.isOpen
    ? `⛔ Breaker open: ${causes}, nothing is written`
    : `✅ Breaker closed: ${causes} meanwhile`;
  return {
    text: title,
    blocks: [
      { type: 'header', text: plainObject(title) },
      section(whereOf(digest)),
      section(whyOf(digest, now)),
      ...causesOf(digest).map(section),
      section(nextSteps(digest, now, owner)),
      { type: 'context', elements: [mrkdwn(`Since ${slackText(digest.openedAt, 40)}`)] },
    ],
  };
}

/** A channel hears of several deployments, and who is on call has to know which one stands still. */
function whereOf({ account, region }: CauseDigest): string {
  return `*Account / Region*\n${slackCode(`${account} / ${region}`, NAME_MAX)}`;
}

function whyOf({ because }: CauseDigest, { isOpen, until, limits, reclosed }: DigestNow): string {
  const { writesPerHour, casesPerHour } = limits;
  const why =
    because === 'cases'
      ? `${casesPerHour} new causes or more came within an hour`
      : `${writesPerHour} roles were repaired within an hour, no more are allowed`;
  if (isOpen) return `*Why*\n${why}.\n*Until*\n${slackText(until, 40)}, or as long as causes keep coming`;
  const closed =
    reclosed === null
      ? 'The hour is over'
      : `${slackText(personOf(reclosed.by).name, NAME_MAX)} closed the breaker at ${slackText(reclosed.at, 40)}: ${slackText(reclosed.reason, REASON_MAX)}`;
  return `*Why it was open*\n${why}.\n*Why it is closed*\n${closed}.`;
}

function causesOf(digest: CauseDigest): readonly string[] {
  const lines = digest.lines.map(lineOf);
  const texts = [
    ['*Causes*', ...lines.slice(0, LINES_IN_A_SECTION)],
    [...lines.slice(LINES_IN_A_SECTION), ...moreOf(digest)],
  ];
  return texts.filter((text) => text.length > 0).map((text) => text.join('\n'));
}

function lineOf({ roleArn, clusterArn, ticketId, ticketUrl, fingerprint }: DigestLine): string {
  const roleName = parseRoleArn(roleArn)?.roleName ?? roleArn;
  const what = roleName === '' ? slackCode(fingerprint.slice(0, 12), NAME_MAX) : slackCode(roleName, NAME_MAX);
  const where = clusterArn === null ? '' : ` in ${slackCode(clusterNameOf({ clusterArn }), NAME_MAX)}`;
  return `• ${what}${where}${ticketId === null ? '' : ` · ${ticketOf(ticketId, ticketUrl)}`}`;
}

function ticketOf(ticketId: string, ticketUrl: string | undefined): string {
  return ticketUrl === undefined
    ? slackCode(ticketId, TICKET_MAX)
    : slackLink(ticketUrl, ticketId, TICKET_MAX, ADDRESS_MAX);
}

function moreOf({ causes, lines }: CauseDigest): readonly string[] {
  const more = causes - lines.length;
  return more > 0 ? [`and ${more} more; each has its ticket or its line in the log`] : [];
}

function nextSteps({ region }: CauseDigest, { isOpen }: DigestNow, { deploymentId, account }: DigestOwner): string {
  if (!isOpen) return '*What to do*\nWork on the tickets. New causes have messages of their own again.';
  return [
    '*What to do*',
    'Look for what so many causes have in common. Tickets go on; no policy is written and none is proposed.',
    `If it is understood, close the breaker: ${slackCode(closeBreakerCommand(region, deploymentId, account), 400)}`,
  ].join('\n');
}
