import { at, type Reply, serveVendor, type VendorCallReceived, type VendorServer } from './vendor-server.ts';

/** An issue as this GitHub keeps it. */
interface StoredGitHubIssue {
  readonly number: number;
  title: string;
  body: string;
  labels: string[];
  comments: string[];
  state: 'open' | 'closed';
  state_reason: string | null;
  closed_at: string | null;
  isPullRequest: boolean;
}

/** A GitHub with one repository `acme/ops`, under the path of an Enterprise Server. */
export interface GitHubServer extends VendorServer {
  readonly apiUrl: string;
  /** By number; `deleted` where somebody deleted it. */
  readonly issues: Map<number, StoredGitHubIssue | 'deleted'>;
  readonly labels: Set<string>;
  /** Whether the token may label: without it GitHub drops labels and makes none. */
  mayWrite: boolean;
  /** Closes an issue as a person would. */
  closeByHand(number: number): void;
}

export const GITHUB_SECRET = { token: 'ghp_synthetic' };
/** Where every request is documented to come from. */
const DOCUMENTATION = 'https://docs.github.com/rest';
const MAX_BODY = 65_536;

function refusal(status: number, message: string, errors?: readonly unknown[]): Reply {
  return { status, body: { message, ...(errors === undefined ? {} : { errors }), documentation_url: DOCUMENTATION } };
}

function tooLong(resource: string, field: string, max: number): Reply {
  const message = `${field} is too long (maximum is ${max} characters)`;
  return refusal(422, 'Validation Failed', [{ resource, code: 'custom', field, message }]);
}

/** GitHub's REST API, version 2022-11-28, as far as its documentation states rules: https://docs.github.com/rest/issues */
export async function serveGitHub(): Promise<GitHubServer> {
  const issues = new Map<number, StoredGitHubIssue | 'deleted'>();
  const labels = new Set<string>();
  let clock = 0;
  const now = () => new Date(Date.UTC(2026, 0, 1) + 1000 * ++clock).toISOString();
  const hub = {
    issues,
    labels,
    mayWrite: true,
    closeByHand(number: number) {
      const issue = issues.get(number);
      if (issue !== undefined && issue !== 'deleted')
        Object.assign(issue, { state: 'closed', state_reason: 'not_planned', closed_at: now() });
    },
  };

  const answer = (call: VendorCallReceived): Reply => {
    const { method, path, headers, body } = call;
    if (headers['user-agent'] === undefined) return { status: 403, body: 'Request forbidden by administrative rules.' };
    if (headers.authorization !== `Bearer ${GITHUB_SECRET.token}`) return refusal(401, 'Bad credentials');
    const { pathname, searchParams } = new URL(path, 'http://github');
    const [, rest] = /^\/api\/v3\/repos\/acme\/ops\/(.*)$/.exec(pathname) ?? [];
    if (rest === undefined) return refusal(404, 'Not Found');
    if (rest === 'labels' && method === 'POST') return makeLabel(String(at(body, 'name')));
    if (rest === 'issues') return method === 'POST' ? create(body) : list(searchParams);
    const [, number = '', part = ''] = /^issues\/(\d+)(?:\/(comments))?$/.exec(rest) ?? [];
    const issue = issues.get(Number(number));
    if (issue === undefined) return refusal(404, 'Not Found');
    if (issue === 'deleted') return refusal(410, 'This issue was deleted');
    if (method === 'GET') return part === '' ? { status: 200, body: shown(issue) } : comments(issue, searchParams);
    if (!hub.mayWrite) return refusal(403, 'Resource not accessible by personal access token');
    return part === '' ? edit(issue, body) : comment(issue, body);
  };

  const makeLabel = (name: string): Reply => {
    if (!hub.mayWrite) return refusal(403, 'Resource not accessible by personal access token');
    if (name.length > 50) return tooLong('Label', 'name', 50);
    if (labels.has(name))
      return refusal(422, 'Validation Failed', [{ resource: 'Label', code: 'already_exists', field: 'name' }]);
    labels.add(name);
    return { status: 201, body: { name } };
  };

  const shown = ({ isPullRequest, comments: said, labels: named, ...issue }: StoredGitHubIssue) => ({
    ...issue,
    comments: said.length,
    labels: named.map((name) => ({ id: 1, name })),
    ...(isPullRequest ? { pull_request: { url: '' } } : {}),
  });

  const list = (query: URLSearchParams): Reply => {
    const wanted = (query.get('labels') ?? '').split(',');
    const state = query.get('state') ?? 'open';
    const found = [...issues.values()]
      .filter((issue) => issue !== 'deleted')
      .filter(
        (issue) => (state === 'all' || issue.state === state) && wanted.every((name) => issue.labels.includes(name)),
      );
    return {
      status: 200,
      body: found
        .reverse()
        .slice(0, Number(query.get('per_page') ?? 30))
        .map(shown),
    };
  };

  const refusedTexts = (body: unknown): Reply | null => {
    if (String(at(body, 'title') ?? '').length > 256) return tooLong('Issue', 'title', 256);
    if (String(at(body, 'body') ?? '').length > MAX_BODY) return tooLong('Issue', 'body', MAX_BODY);
    const named = at(body, 'labels');
    const long = (Array.isArray(named) ? named : []).some((name) => String(name).length > 50);
    return long ? refusal(422, 'Validation Failed', [{ resource: 'Label', code: 'invalid', field: 'name' }]) : null;
  };

  const create = (body: unknown): Reply => {
    const refused = refusedTexts(body);
    if (refused !== null) return refused;
    if (String(at(body, 'title') ?? '') === '') {
      return refusal(422, 'Validation Failed', [{ resource: 'Issue', code: 'missing_field', field: 'title' }]);
    }
    const named = at(body, 'labels');
    const number = issues.size + 1;
    const issue: StoredGitHubIssue = {
      number,
      title: String(at(body, 'title')),
      body: String(at(body, 'body') ?? ''),
      labels: hub.mayWrite && Array.isArray(named) ? named.map(String) : [],
      comments: [],
      state: 'open',
      state_reason: null,
      closed_at: null,
      isPullRequest: false,
    };
    issues.set(number, issue);
    return { status: 201, body: shown(issue) };
  };

  const edit = (issue: StoredGitHubIssue, body: unknown): Reply => {
    const refused = refusedTexts(body);
    if (refused !== null) return refused;
    Object.assign(issue, body);
    const state = at(body, 'state');
    if (state !== undefined) issue.closed_at = state === 'closed' ? now() : null;
    return { status: 200, body: shown(issue) };
  };

  const comment = (issue: StoredGitHubIssue, body: unknown): Reply => {
    const text = String(at(body, 'body') ?? '');
    if (text.length > MAX_BODY) return tooLong('IssueComment', 'data', MAX_BODY);
    issue.comments.push(text);
    return { status: 201, body: { id: issue.comments.length, body: text } };
  };

  const comments = (issue: StoredGitHubIssue, query: URLSearchParams): Reply => {
    const size = Number(query.get('per_page') ?? 30);
    const from = (Number(query.get('page') ?? 1) - 1) * size;
    return { status: 200, body: issue.comments.slice(from, from + size).map((body) => ({ id: 1, body })) };
  };

  const server = await serveVendor(answer);
  return Object.assign(hub, server, { apiUrl: `${server.origin}/api/v3` });
}
