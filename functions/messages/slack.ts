import type { Case, Notice } from '../domain/case.ts';
import type { ChatMessage } from '../ports.ts';
import { revertCommand } from './commands.ts';
import { slackCode, slackText } from './escape.ts';
import { mrkdwn, plainObject, section } from './slack-blocks.ts';
import { exclusiveLines } from './slack-exclusive.ts';
import { factFields, footerText, reasonText, roleNameOf, sessionText } from './slack-facts.ts';
import { type Headline, headlineOf } from './slack-headline.ts';
import { answerBlocks, answerButtons, proposalBlocks } from './slack-proposal.ts';

/** Of a header: https://docs.slack.dev/reference/block-kit/blocks/header-block */
const HEADER_MAX = 150;

/**
 * The message of one notice: understood in ten seconds by somebody who was asleep. With buttons only while somebody is asked to
 * approve. Never a command line of the session.
 */
export function slackMessage(found: Case, notice: Notice, deploymentId: string): ChatMessage {
  const headline = headlineOf(found, notice);
  const title = slackText(headline.title, HEADER_MAX);
  return {
    text: title,
    blocks: [
      { type: 'header', text: plainObject(title) },
      { type: 'section', fields: factFields(found).map(mrkdwn) },
      section(sessionText(found)),
      ...proposalBlocks(found),
      ...answerBlocks(found),
      section(reasonText(found)),
      section(nextSteps(found, headline, revertCommand(roleNameOf(found), found.region, deploymentId))),
      ...answerButtons(found),
      { type: 'context', elements: [mrkdwn(footerText(found))] },
    ],
  };
}

/**
 * The news of one notice, for the thread below the case's message: as the case stood, with what to do about it. Without buttons: only
 * the case's own message can be answered.
 */
export function slackNews(found: Case, notice: Notice, deploymentId: string): ChatMessage {
  const headline = headlineOf(found, notice);
  const title = slackText(headline.title, HEADER_MAX);
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      section(sessionText(found)),
      ...answerBlocks(found),
      section(reasonText(found)),
      section(nextSteps(found, headline, revertCommand(roleNameOf(found), found.region, deploymentId))),
    ],
  };
}

function nextSteps(found: Case, { nextStep, policyStands }: Headline, revert: string): string {
  const lines = [`*What to do*\n${nextStep}`];
  if (policyStands) {
    lines.push(`To take the policy off again: ${slackCode(revert, 1000)}`, ...exclusiveLines(found));
  }
  return lines.join('\n');
}
