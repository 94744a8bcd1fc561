import type { TicketDraft } from '../../ports.ts';
import { sha256 } from '../digest.ts';
import { shortened } from './bounded-text.ts';
import { commentOnce, type GitHubIssue, listIssues, readIssue, shapedIssue } from './github-issue.ts';
import {
  createGitHubRepository,
  type GitHubOptions,
  type GitHubRepository,
  isGoneFromGitHub,
  isThereAlready,
} from './github-repository.ts';
import { gitHubMarkdown, gitHubTitle } from './github-text.ts';
import { type TrackedTicket, type Tracker, TrackerRefusal } from './tracker.ts';

/** GitHub says "title is too long (maximum is 256 characters)". */
const MAX_TITLE = 256;
/** GitHub says "body is too long (maximum is 65536 characters)". */
const MAX_BODY = 65_536;
const LABEL = 'exec-log';
const SEVERITY_PREFIX = 'exec-log/severity-';
const LABEL_COLOUR = 'b60205';

/**
 * Tickets as issues of a GitHub repository. A ticket's id is `OWNER/REPO#NUMBER`. It is found again by its label
 * `exec-log/<first 12 of the fingerprint>` (a label has at most 50 characters), and tells fingerprint and digest in an HTML comment
 * at the end of its body. https://docs.github.com/rest/issues/issues
 */
export function createGitHub(options: GitHubOptions): Tracker {
  const repository = createGitHubRepository(options);
  return {
    async find(fingerprint) {
      const issues = await listIssues(repository, fingerprintLabel(fingerprint));
      const found = issues.find((issue) => issue.own === null || issue.own.fingerprint === fingerprint);
      return found === undefined ? null : ticketOf(repository, found);
    },

    async open(draft, digest) {
      const label = fingerprintLabel(draft.fingerprint);
      await permitLabels(repository, label);
      const { body } = await repository.ask('POST', 'issues', gitHubIssueOf(draft, digest));
      const issue = shapedIssue(body);
      if (!issue.labels.includes(label)) throw new TrackerRefusal(LABELS_DROPPED);
      return ticketOf(repository, issue);
    },

    async update({ ticketId }, draft, digest, comment) {
      const number = numberOf(repository, ticketId);
      if (number === null) return 'gone';
      return unlessGone('updated', async () => {
        const issue = await readIssue(repository, number);
        // A ticket that was closed and opened again since is told so once more.
        await commentOnce(repository, issue, sha256(`update ${digest} ${issue.closedAt ?? ''}`), inert(comment));
        const labels = new Set(issue.labels.filter((label) => !label.startsWith(SEVERITY_PREFIX)));
        for (const label of [LABEL, fingerprintLabel(draft.fingerprint), severityLabel(draft)]) labels.add(label);
        await repository.ask('PATCH', `issues/${issue.number}`, {
          ...textsOf(draft, digest),
          labels: [...labels],
          ...(issue.isOpen ? {} : { state: 'open', state_reason: 'reopened' }),
        });
      });
    },

    async close(ticketId, evidence) {
      const number = numberOf(repository, ticketId);
      if (number === null) return 'gone';
      return unlessGone('closed', async () => {
        const issue = await readIssue(repository, number);
        if (!issue.isOpen) return;
        await commentOnce(repository, issue, sha256(`close ${evidence}`), inert(evidence));
        await repository.ask('PATCH', `issues/${issue.number}`, { state: 'closed', state_reason: 'completed' });
      });
    },
  };
}

/** What `POST issues` is sent for a draft. */
export function gitHubIssueOf(draft: TicketDraft, digest: string) {
  return {
    ...textsOf(draft, digest),
    labels: [LABEL, fingerprintLabel(draft.fingerprint), severityLabel(draft)],
  };
}

const LABELS_DROPPED =
  'GitHub dropped the labels of an issue: the token of the secret needs write access to the issues of the repository';

/**
 * Makes the label first: GitHub opens an issue for whoever may read the repository but silently drops its labels, and an issue
 * without its label is never found again.
 */
async function permitLabels(repository: GitHubRepository, name: string): Promise<void> {
  try {
    await repository.ask('POST', 'labels', {
      name,
      color: LABEL_COLOUR,
      description: 'One cause, as exec-log names it',
    });
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
}

async function unlessGone<Word>(done: Word, run: () => Promise<void>): Promise<Word | 'gone'> {
  try {
    await run();
    return done;
  } catch (error) {
    if (isGoneFromGitHub(error)) return 'gone';
    throw error;
  }
}

function ticketOf(repository: GitHubRepository, { number, isOpen, own }: GitHubIssue): TrackedTicket {
  const digest = own?.digest ?? null;
  return { ticketId: `${repository.name}#${number}`, url: repository.pageOf(number), isOpen, digest };
}

/** Null for a ticket of another repository or tracker, of which the settings told before: a number alone could be another's. */
function numberOf({ name }: GitHubRepository, ticketId: string): number | null {
  const number = ticketId.startsWith(`${name}#`) ? ticketId.slice(name.length + 1) : '';
  return /^\d{1,15}$/.test(number) ? Number(number) : null;
}

function textsOf(draft: TicketDraft, digest: string) {
  // Encoded, so that neither value can end the comment.
  const own = `<!-- exec-log ${encodeURIComponent(draft.fingerprint)} ${encodeURIComponent(digest)} -->`;
  return {
    title: shortened(gitHubTitle(draft.title), MAX_TITLE),
    body: `${gitHubMarkdown(draft.body, MAX_BODY - own.length - 2)}\n\n${own}`,
  };
}

/** Room for the mark that `commentOnce` adds. */
function inert(markdown: string): string {
  return gitHubMarkdown(markdown, MAX_BODY - 200);
}

function severityLabel({ severity }: TicketDraft): string {
  return `${SEVERITY_PREFIX}${severity}`;
}

/** A comma would ask for two labels. */
function fingerprintLabel(fingerprint: string): string {
  if (!/^[\w-]{1,100}$/.test(fingerprint)) throw new TrackerRefusal('the fingerprint can be no label of GitHub');
  return `${LABEL}/${fingerprint.slice(0, 12)}`;
}
