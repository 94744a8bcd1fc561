import * as z from 'zod/mini';
import type { GitHubRepository } from './github-repository.ts';
import { shaped } from './vendor-shape.ts';

/** The most that one page holds. */
const PAGE = 100;

const issueShape = z.object({
  number: z.number(),
  state: z.string(),
  closed_at: z.optional(z.nullable(z.string())),
  body: z.optional(z.nullable(z.string())),
  comments: z.optional(z.number()),
  labels: z.array(z.union([z.string(), z.object({ name: z.string() })])),
  pull_request: z.optional(z.unknown()),
});
const commentsShape = z.array(z.object({ body: z.optional(z.nullable(z.string())) }));

/** An issue as it is now. */
export interface GitHubIssue {
  readonly number: number;
  readonly isOpen: boolean;
  readonly closedAt: string | null;
  readonly labels: readonly string[];
  readonly commentCount: number;
  /** What the end of the body says of us; null where somebody removed or moved it. */
  readonly own: { readonly fingerprint: string; readonly digest: string } | null;
}

/** An issue of GitHub's answer; throws a refusal where it is none. */
export function shapedIssue(body: unknown): GitHubIssue {
  return issueOf(shaped('GitHub', issueShape, body));
}

/** The issues of a label, open or not, the newest first; every pull request is an issue too, but none of ours. */
export async function listIssues(repository: GitHubRepository, label: string): Promise<readonly GitHubIssue[]> {
  const query = `labels=${encodeURIComponent(label)}&state=all&sort=created&direction=desc&per_page=${PAGE}`;
  const { body } = await repository.ask('GET', `issues?${query}`);
  return shaped('GitHub', z.array(issueShape), body)
    .filter((issue) => issue.pull_request === undefined)
    .map(issueOf);
}

/** Reads one issue. */
export async function readIssue(repository: GitHubRepository, number: number): Promise<GitHubIssue> {
  return shapedIssue((await repository.ask('GET', `issues/${number}`)).body);
}

function issueOf(issue: z.output<typeof issueShape>): GitHubIssue {
  const [, fingerprint, digest] = /<!-- exec-log (\S+) (\S+) -->\s*$/.exec(issue.body ?? '') ?? [];
  return {
    number: issue.number,
    isOpen: issue.state !== 'closed',
    closedAt: issue.closed_at ?? null,
    labels: issue.labels.map((label) => (typeof label === 'string' ? label : label.name)),
    commentCount: issue.comments ?? 0,
    own:
      fingerprint === undefined || digest === undefined
        ? null
        : { fingerprint: decoded(fingerprint), digest: decoded(digest) },
  };
}

/** A person may have written anything there. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Adds a comment, unless the last of ours among the newest says the same already: comment and issue are two requests, and either
 * may be repeated after the first. `key` is of letters and digits.
 */
export async function commentOnce(
  repository: GitHubRepository,
  { number, commentCount }: GitHubIssue,
  key: string,
  markdown: string,
): Promise<void> {
  if (markdown.trim() === '') return;
  if (commentCount > 0 && (await lastKey(repository, number, commentCount)) === key) return;
  await repository.ask('POST', `issues/${number}/comments`, { body: `${markdown}\n\n<!-- exec-log ${key} -->` });
}

/** Comments come oldest first, in pages. */
async function lastKey(repository: GitHubRepository, number: number, count: number): Promise<string | null> {
  const page = Math.ceil(count / PAGE);
  const { body } = await repository.ask('GET', `issues/${number}/comments?per_page=${PAGE}&page=${page}`);
  const keys = shaped('GitHub', commentsShape, body).map(
    (comment) => /<!-- exec-log ([0-9a-z]+) -->\s*$/.exec(comment.body ?? '')?.[1] ?? null,
  );
  return keys.findLast((key) => key !== null) ?? null;
}
