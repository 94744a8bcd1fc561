import * as z from 'zod/mini';
import type { JiraSite } from './jira-site.ts';
import { TrackerRefusal } from './tracker.ts';
import { shaped } from './vendor-shape.ts';

/** The issue property of ours: what the issue said when we last wrote it, and the evidence that it was closed with. */
export const PROPERTY = 'exec-log';

const status = z.object({ statusCategory: z.object({ key: z.string() }) });
const ownProperty = z.object({ digest: z.optional(z.string()), closing: z.optional(z.string()) });
const issueShape = z.object({
  key: z.string().check(z.refine(isKey)),
  fields: z.object({ status }),
  // Anybody who may edit the issue may write its properties.
  properties: z.catch(z.object({ [PROPERTY]: z.catch(z.optional(ownProperty), undefined) }), {}),
});
const searchShape = z.object({ issues: z.optional(z.array(z.object({ key: z.string().check(z.refine(isKey)) }))) });
const transitionsShape = z.object({
  transitions: z.array(
    z.object({
      id: z.string(),
      to: status,
      fields: z.optional(
        z.record(
          z.string(),
          z.object({
            required: z.boolean(),
            hasDefaultValue: z.optional(z.boolean()),
            allowedValues: z.optional(z.array(z.unknown())),
          }),
        ),
      ),
    }),
  ),
});

type Transition = z.output<typeof transitionsShape>['transitions'][number];

/** An issue as it is now. */
export interface JiraIssue {
  readonly key: string;
  readonly isOpen: boolean;
  readonly digest: string | null;
  /** A digest of the evidence that we wrote when we last closed it. */
  readonly closing: string | null;
}

/** The keys that a search finds, in its order; the index lags behind by seconds to minutes. */
export async function searchKeys(site: JiraSite, jql: string, maxResults: number): Promise<readonly string[]> {
  const { body } = await site.ask('POST', 'search/jql', { jql, maxResults, fields: ['key'] });
  return (shaped('Jira', searchShape, body).issues ?? []).map(({ key }) => key);
}

/** Reads an issue itself, which is never stale. Throws a refusal that `isGone` knows where somebody deleted it. */
export async function readIssue(site: JiraSite, key: string): Promise<JiraIssue> {
  const { body } = await site.ask('GET', `issue/${key}?fields=status&properties=${PROPERTY}`);
  const issue = shaped('Jira', issueShape, body);
  const own = issue.properties[PROPERTY];
  return {
    key: issue.key,
    isOpen: issue.fields.status.statusCategory.key !== 'done',
    digest: own?.digest ?? null,
    closing: own?.closing ?? null,
  };
}

/** Whether this is an issue's key, which is safe in a path; a ticket of another tracker, before Jira, has none. */
export function isKey(key: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]*-\d{1,18}$/.test(key);
}

/** What to send to `POST issue/KEY/transitions`. */
export interface TransitionRequest {
  readonly transition: { readonly id: string };
  readonly fields?: { readonly resolution: { readonly name: string } };
}

/**
 * How to get an issue to a status of the first category that can be reached: `new`, `indeterminate` or `done`, whatever the
 * workflow calls its statuses. A screen that requires a resolution gets one. Throws where the workflow has no such way.
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-get
 */
export async function wayTo(
  site: JiraSite,
  key: string,
  categories: readonly ('new' | 'indeterminate' | 'done')[],
): Promise<TransitionRequest> {
  const { body } = await site.ask('GET', `issue/${key}/transitions?expand=transitions.fields`);
  const { transitions } = shaped('Jira', transitionsShape, body);
  for (const category of categories) {
    const requests = transitions.filter(({ to }) => to.statusCategory.key === category).map(requestOf);
    const [first] = requests.filter((request) => request !== null);
    if (first !== undefined) return first;
  }
  throw new TrackerRefusal(
    `the workflow of Jira has no transition from the status of ${key} to ${categories.join(' or ')} ` +
      'that the account of the secret may use and whose screen requires no more than a resolution',
  );
}

/** Null where the screen requires what we cannot know. */
function requestOf({ id, fields = {} }: Transition): TransitionRequest | null {
  const required = Object.entries(fields).filter(([, field]) => field.required && field.hasDefaultValue !== true);
  if (required.length === 0) return { transition: { id } };
  const [[name, field] = ['', undefined]] = required;
  if (required.length > 1 || name !== 'resolution') return null;
  const names = (field?.allowedValues ?? [])
    .map((value): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, 'name') : null))
    .filter((value) => typeof value === 'string');
  const resolution = names.find((value) => /^(done|fixed|resolved)$/i.test(value)) ?? names[0];
  return resolution === undefined ? null : { transition: { id }, fields: { resolution: { name: resolution } } };
}
