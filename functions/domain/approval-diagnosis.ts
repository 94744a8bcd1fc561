import type { ObservedQueue } from './deployment-diagnosis.ts';
import { type Diagnosis, fail, ok, unknown, warn } from './diagnosis.ts';
import type { Rules } from './mode.ts';
import type { Reading } from './observation.ts';
import { permittedPeople } from './people.ts';
import { lowerMode } from './settings.ts';

/** The way of a person's click, by the names that the template gives its parts. */
export interface ObservedApprovals {
  /** Of the queue. */
  readonly name: string;
  readonly queue: Reading<ObservedQueue>;
  readonly deadLetters: Reading<ObservedQueue>;
  /** The approver's public URL. */
  readonly url: Reading<string>;
  /** Settings and ceiling; null: not known. */
  readonly rules: Pick<Rules, 'settings' | 'ceiling'> | null;
}

/** Whether anything is proposed anywhere: what asks for more than the ceiling is clipped to it. The mode of log routers only caps an account's. */
function asksForProposals({ settings, ceiling }: Pick<Rules, 'settings' | 'ceiling'>): boolean {
  const { defaultMode, accounts, fireLens } = settings;
  const modes = [defaultMode, ...Object.values(accounts).map(({ mode }) => mode)].map((mode) =>
    mode === 'attach' ? lowerMode(mode, ceiling.mode) : mode,
  );
  return modes.includes('propose') || (fireLens.mode === 'propose' && modes.includes('attach'));
}

/** Whether people can be asked, and can answer. No check where the settings ask for no proposals and no approver is deployed. */
export function diagnoseApprovals({ name, queue, deadLetters, url, rules }: ObservedApprovals): readonly Diagnosis[] {
  const isWanted = rules !== null && asksForProposals(rules);
  if (!isWanted && queue.kind !== 'read') return [];
  return [
    queueCheck(`queue:${name}`, queue),
    ...(queue.kind === 'absent' ? [] : [deadLettersCheck(`queue:${name}-dead-letters`, deadLetters)]),
    ...(isWanted ? [urlCheck(url), approversCheck(rules)] : []),
  ];
}

const DEPLOY = 'deploy with a ceiling of propose or attach, or lower the mode of the settings';

function queueCheck(code: string, queue: Reading<ObservedQueue>): Diagnosis {
  if (queue.kind === 'unreadable') return unknown(code, `the queue for answers cannot be read: ${queue.because}`);
  if (queue.kind === 'absent') return fail(code, 'the settings ask for proposals, and no approver is deployed', DEPLOY);
  return queue.value.visible === 0
    ? ok(code, 'no answer waits')
    : warn(
        code,
        `${queue.value.visible} answers wait`,
        "run the check again in a minute; if they stay, look at the remediator's errors and throttles",
      );
}

function deadLettersCheck(code: string, queue: Reading<ObservedQueue>): Diagnosis {
  if (queue.kind === 'unreadable') return unknown(code, `failed answers cannot be counted: ${queue.because}`);
  if (queue.kind === 'absent') return fail(code, 'there is no queue for failed answers', 'deploy the stack');
  const count = queue.value.visible + queue.value.inFlight;
  return count === 0
    ? ok(code, 'no answer failed')
    : fail(
        code,
        `${count} answers failed too often`,
        'look for EXECLOG_FAILED in the log, remove the cause, purge the queue and ask who answered to click again',
      );
}

function urlCheck(url: Reading<string>): Diagnosis {
  const code = 'approver-url';
  if (url.kind === 'unreadable') return unknown(code, `the stack's outputs cannot be read: ${url.because}`);
  return url.kind === 'read'
    ? ok(code, "the approver has a URL; it must be the Slack app's request URL")
    : warn(
        code,
        'the approver has no URL of its own',
        'deploy without -c approverUrl=none, or see that an HTTP API leads from Slack to it (README, "Approve and Reject")',
      );
}

function approversCheck(rules: Pick<Rules, 'settings' | 'ceiling'>): Diagnosis {
  const code = 'approvers';
  const { slack } = rules.settings;
  const people = permittedPeople(rules);
  if (slack === null) return fail(code, 'the settings name no Slack in which anybody could be asked', 'set slack');
  if (slack.channel === null && slack.routes.length === 0) {
    return fail(code, 'the settings name no channel in which a bot could ask', 'set slack.channel');
  }
  return people.length === 0
    ? fail(
        code,
        'nobody may answer a proposal',
        'list people with their Slack ids and principals in the settings, and in approvers of the ceiling if it has any',
      )
    : ok(code, `${people.length} people may answer proposals`);
}
