import * as z from 'zod/mini';
import type { TicketDraft } from '../../ports.ts';
import { sha256 } from '../digest.ts';
import { shortened } from './bounded-text.ts';
import { isKey, PROPERTY, readIssue, searchKeys, type TransitionRequest, wayTo } from './jira-issue.ts';
import {
  createJiraSite,
  isGone,
  isRefusedField,
  type JiraOptions,
  type JiraSettings,
  type JiraSite,
} from './jira-site.ts';
import { adfOfMarkdown } from './markdown-adf.ts';
import { type Tracker, TrackerRefusal } from './tracker.ts';
import { shaped } from './vendor-shape.ts';
import { visibleLine } from './visible-text.ts';

/** Jira says "Summary can't exceed 255 characters." to a longer one, and refuses line breaks. */
const MAX_SUMMARY = 255;
const LABEL = 'exec-log';
/** The newest may have been deleted since the index was written. */
const MAX_FOUND = 5;

/** The names of a new site; a project with others gets none. A lost transcript is never `Highest`: nothing stands still. */
const PRIORITIES = { high: 'High', medium: 'Medium', low: 'Low' } as const;

const createdShape = z.object({ key: z.string().check(z.refine(isKey)) });

/**
 * Tickets as issues of a project in Jira Cloud (REST API version 3). A ticket's id is the issue's key; it is found again by its
 * labels `exec-log` and `exec-log-FINGERPRINT`, and remembers its digest in the issue property `exec-log`. Fields, digest and
 * comment are written in one request, so that no repetition writes a comment twice. The search lags behind creation: `find` is no
 * lock. https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
 */
export function createJira(options: JiraOptions): Tracker {
  const { settings } = options;
  const site = createJiraSite(options);
  return {
    async find(fingerprint) {
      const label = fingerprintLabel(fingerprint);
      const jql = `project = ${quoted(settings.projectKey)} AND labels = ${quoted(label)} ORDER BY created DESC, key DESC`;
      for (const key of await searchKeys(site, jql, MAX_FOUND)) {
        const issue = await unlessGone(() => readIssue(site, key));
        if (issue !== 'gone') {
          return { ticketId: issue.key, url: site.pageOf(issue.key), isOpen: issue.isOpen, digest: issue.digest };
        }
      }
      return null;
    },

    async open(draft, digest) {
      const { body } = await withPriority(draft, (priority) =>
        site.ask('POST', 'issue', jiraIssueOf(settings, draft, digest, priority)),
      );
      const { key } = shaped('Jira', createdShape, body);
      return { ticketId: key, url: site.pageOf(key), isOpen: true, digest };
    },

    async update({ ticketId }, draft, digest, comment) {
      if (!isKey(ticketId)) return 'gone';
      const updated = await unlessGone(async () => {
        const issue = await readIssue(site, ticketId);
        // First, because a closed issue may refuse to be edited.
        if (!issue.isOpen) await move(site, issue.key, await wayTo(site, issue.key, ['new', 'indeterminate']));
        const labels = [LABEL, fingerprintLabel(draft.fingerprint)].map((label) => ({ add: label }));
        const change = {
          update: { labels, ...commentOf(comment) },
          properties: [{ key: PROPERTY, value: { digest } }],
        };
        await withPriority(draft, (priority) =>
          site.ask('PUT', `issue/${issue.key}`, { fields: { ...textsOf(draft), ...priority }, ...change }),
        );
      });
      return updated === 'gone' ? 'gone' : 'updated';
    },

    async close(ticketId, evidence) {
      if (!isKey(ticketId)) return 'gone';
      const closed = await unlessGone(async () => {
        const issue = await readIssue(site, ticketId);
        if (!issue.isOpen) return;
        const way = await wayTo(site, issue.key, ['done']);
        const closing = sha256(evidence);
        // A repetition finds the evidence written. A transition's own comment is dropped where it has no screen.
        if (issue.closing !== closing) {
          const value = { ...(issue.digest === null ? {} : { digest: issue.digest }), closing };
          const change = { update: commentOf(evidence), properties: [{ key: PROPERTY, value }] };
          await site.ask('PUT', `issue/${issue.key}`, change);
        }
        await move(site, issue.key, way);
      });
      return closed === 'gone' ? 'gone' : 'closed';
    },
  };
}

/** What `POST issue` is sent for a draft; without a priority where the project has none of that name. */
export function jiraIssueOf(
  settings: JiraSettings,
  draft: TicketDraft,
  digest: string,
  priority: Priority = priorityOf(draft),
) {
  const labels = [LABEL, fingerprintLabel(draft.fingerprint), ...(settings.labels ?? [])];
  const fields = {
    project: { key: settings.projectKey },
    issuetype: { name: settings.issueType },
    ...textsOf(draft),
    labels: [...new Set(labels)],
  };
  return { fields: { ...fields, ...priority }, properties: [{ key: PROPERTY, value: { digest } }] };
}

interface Priority {
  readonly priority?: { readonly name: string };
}

function priorityOf({ severity }: TicketDraft): Priority {
  return { priority: { name: PRIORITIES[severity] } };
}

async function move(site: JiraSite, key: string, way: TransitionRequest): Promise<void> {
  await site.ask('POST', `issue/${key}/transitions`, way);
}

async function unlessGone<Value>(run: () => Promise<Value>): Promise<Value | 'gone'> {
  try {
    return await run();
  } catch (error) {
    if (isGone(error)) return 'gone';
    throw error;
  }
}

/** Once more without the priority where the project has none, or not of that name; nothing was written by then. */
async function withPriority<Value>(draft: TicketDraft, send: (priority: Priority) => Promise<Value>): Promise<Value> {
  try {
    return await send(priorityOf(draft));
  } catch (error) {
    if (!isRefusedField(error, 'priority')) throw error;
    return send({});
  }
}

function textsOf({ title, body }: TicketDraft) {
  return { summary: shortened(visibleLine(title), MAX_SUMMARY), description: adfOfMarkdown(body) };
}

function commentOf(markdown: string) {
  return markdown.trim() === '' ? {} : { comment: [{ add: { body: adfOfMarkdown(markdown) } }] };
}

/** A label has no white space; in a query it is quoted. */
function fingerprintLabel(fingerprint: string): string {
  if (!/^[\w-]{1,100}$/.test(fingerprint)) throw new TrackerRefusal('the fingerprint can be no label of Jira');
  return `${LABEL}-${fingerprint}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
