import type { Case, CaseProposal } from '../domain/case.ts';
import { SLACK_ACTION_IDS } from '../domain/slack-click.ts';
import { slackCode, slackMention, slackText } from './escape.ts';
import { plainObject, section } from './slack-blocks.ts';
import { exclusiveWarning } from './slack-exclusive.ts';
import { roleNameOf } from './slack-facts.ts';

/** Below the 3,000 of a section. */
const SECTION_MAX = 2900;
/** Of a group of actions, and of the ARN of a log group, bucket or key, with room to spare. */
const ACTIONS_MAX = 700;
const RESOURCE_MAX = 1400;
/** A policy that fits into a role is at most 10,240 characters long. */
const MAX_SECTIONS = 8;
/** Of the text of a confirmation dialog: https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
const CONFIRM_MAX = 300;

/** The proposal that somebody may still answer; null where there is none. */
function openProposalOf({ state, proposal }: Case): CaseProposal | null {
  return state === 'proposed' && proposal?.state === 'open' ? proposal : null;
}

/** What the policy would allow and until when somebody is asked; nothing where nobody is. */
export function proposalBlocks(found: Case): readonly object[] {
  const proposal = openProposalOf(found);
  if (proposal === null) return [];
  const { sections } = policySections(proposal);
  const until = `*Open until*\n${slackText(proposal.expiresAt, 40)}; then it becomes a ticket.`;
  return [...sections, exclusiveWarning(found), until].map(section);
}

/**
 * The two buttons, while somebody may still answer. What could not be shown whole cannot be approved: nobody can know what they
 * would be allowing.
 */
export function answerButtons(found: Case): readonly object[] {
  const proposal = openProposalOf(found);
  if (proposal === null) return [];
  const { proposalId: value } = proposal;
  const approve = {
    type: 'button',
    action_id: SLACK_ACTION_IDS.approve,
    style: 'primary',
    text: plainObject('Approve'),
    value,
    confirm: {
      title: plainObject('Attach this policy?'),
      text: plainObject(confirmText(found, proposal)),
      confirm: plainObject('Attach it'),
      deny: plainObject('Not now'),
    },
  };
  const reject = {
    type: 'button',
    action_id: SLACK_ACTION_IDS.reject,
    style: 'danger',
    text: plainObject('Reject'),
    value,
    // Beside Approve, for good, and pressed by somebody who was asleep.
    confirm: {
      title: plainObject('Reject this policy?'),
      text: plainObject(rejectText(found)),
      confirm: plainObject('Reject it'),
      deny: plainObject('Not now'),
    },
  };
  return [{ type: 'actions', elements: policySections(proposal).isWhole ? [approve, reject] : [reject] }];
}

/** What became of the case's last proposal; nothing while somebody is asked, or where nobody ever was. */
export function answerBlocks(found: Case): readonly object[] {
  const { proposal } = found;
  if (proposal == null || openProposalOf(found) !== null) return [];
  return [section(`*Approval*\n${answerText(found, proposal)}`)];
}

function answerText(found: Case, { state, expiresAt, answeredBy, answeredAt }: CaseProposal): string {
  const person = answeredBy === null ? 'somebody' : slackMention(answeredBy);
  const by = `by ${person} at ${slackText(answeredAt ?? 'a time that is not known', 40)}`;
  switch (state) {
    case 'approved':
      return `Approved ${by}: ${carriedOut(found)}.`;
    case 'rejected':
      return `Rejected ${by}: ${leftUndone(found)}.`;
    case 'expired':
      return `Expired at ${slackText(expiresAt, 40)}: nobody answered, and nothing was written.`;
    case 'replaced':
      return 'Withdrawn before anybody answered: the plan, the mode or the cause changed. Its buttons count no more.';
    case 'open':
      return 'Asked for, and not answered; nothing was written.';
  }
}

function carriedOut({ state, repairedAt }: Case): string {
  if (repairedAt !== null) {
    return state === 'unverified' ? 'the policy was written and does not read back as written' : 'policy attached';
  }
  switch (state) {
    case 'proposed':
      return 'it is being carried out';
    case 'closed':
      return 'the role needed no policy any more';
    default:
      return 'no policy was attached, for the reasons below';
  }
}

function leftUndone({ state, repairedAt }: Case): string {
  if (repairedAt !== null) return 'the policy had been attached before the answer came';
  switch (state) {
    case 'proposed':
      return 'nothing was written, and a ticket follows';
    case 'ticketed':
      return 'nothing was written, and a ticket has it';
    default:
      return 'nothing was written';
  }
}

function confirmText(found: Case, { statements }: CaseProposal): string {
  const actions = new Set(statements.flatMap((statement) => statement.actions)).size;
  const what = `${actions} ${actions === 1 ? 'action' : 'actions'} on the resources shown`;
  return slackText(
    `One ${found.attachesPrepared === true ? 'prepared policy is attached' : 'inline policy is written'} to the role ${roleNameOf(found)} in account ${found.account}: ${what}, nothing else.`,
    CONFIRM_MAX,
  );
}

function rejectText(found: Case): string {
  return slackText(
    `Nothing is written to the role ${roleNameOf(found)} in account ${found.account}. A ticket takes the place of the question, and this repair is not proposed again.`,
    CONFIRM_MAX,
  );
}

/** What the policy would allow, as texts of sections, and whether they show all of it. */
function policySections({ statements }: CaseProposal): {
  readonly sections: readonly string[];
  readonly isWhole: boolean;
} {
  const texts: string[] = [];
  let text = '*The policy would allow*';
  let isWhole = statements.length > 0;
  for (const { actions, resources } of statements) {
    const named = slackCode(actions.join(', '), ACTIONS_MAX);
    isWhole &&= !named.endsWith('…`');
    for (const line of [`• ${named} on`, ...resources.map((resource) => `    ${slackCode(resource, RESOURCE_MAX)}`)]) {
      isWhole &&= !line.endsWith('…`');
      if (text.length + 1 + line.length > SECTION_MAX) {
        texts.push(text);
        text = line;
      } else {
        text = `${text}\n${line}`;
      }
    }
  }
  texts.push(text);
  if (isWhole && texts.length <= MAX_SECTIONS) return { sections: texts, isWhole };
  const warning = 'The policy is too long to be shown whole, so that it cannot be approved here.';
  return { sections: [...texts.slice(0, MAX_SECTIONS - 1), warning], isWhole: false };
}
