import { at, type Reply, serveVendor, type VendorCallReceived, type VendorServer } from './vendor-server.ts';

/** An issue as this Jira keeps it. */
interface StoredIssue {
  readonly key: string;
  fields: Record<string, unknown>;
  labels: Set<string>;
  properties: Map<string, unknown>;
  comments: unknown[];
  status: 'To Do' | 'In Progress' | 'Done';
  resolution: string | null;
  isIndexed: boolean;
}

/** A Jira Cloud site of one project `OPS`, in which a few things can differ from site to site. */
export interface JiraServer extends VendorServer {
  readonly issues: Map<string, StoredIssue>;
  /** New issues are not found before `index`. */
  hasSearchLag: boolean;
  index(): void;
  priorities: readonly string[] | null;
  /** Whether the screen of the transition to Done requires a resolution. */
  requiresResolution: boolean;
  /** Statuses that no transition leads to. */
  readonly unreachable: Set<string>;
}

export const JIRA_SECRET = { email: 'bot@example.com', apiToken: 'synthetic-token' };

const CATEGORIES = { 'To Do': 'new', 'In Progress': 'indeterminate', Done: 'done' } as const;
const STATUSES = ['To Do', 'In Progress', 'Done'] as const;
const GONE = refusal(404, {}, ['Issue does not exist or you do not have permission to see it.']);
const TOO_LONG = 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.';

function refusal(status: number, errors: Record<string, string>, errorMessages: readonly string[] = []): Reply {
  return { status, body: { errorMessages, errors } };
}

/**
 * Jira Cloud's REST API, version 3, as far as its documentation states rules:
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
 */
export async function serveJira(): Promise<JiraServer> {
  const issues = new Map<string, StoredIssue>();
  let count = 0;
  const site = {
    issues,
    hasSearchLag: false,
    priorities: ['Highest', 'High', 'Medium', 'Low', 'Lowest'] as readonly string[] | null,
    requiresResolution: false,
    unreachable: new Set<string>(),
    index: () => {
      for (const issue of issues.values()) issue.isIndexed = true;
    },
  };

  const answer = ({ method, path, headers, body }: VendorCallReceived): Reply => {
    const { email, apiToken } = JIRA_SECRET;
    if (headers.authorization !== `Basic ${Buffer.from(`${email}:${apiToken}`).toString('base64')}`) {
      return { status: 401, body: 'Client must be authenticated to access this resource.' };
    }
    const { pathname, searchParams } = new URL(path, 'http://jira');
    if (pathname === '/rest/api/3/search') {
      return refusal(410, {}, [
        'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.',
      ]);
    }
    if (pathname === '/rest/api/3/search/jql' && method === 'POST') return search(body);
    if (pathname === '/rest/api/3/issue' && method === 'POST') return create(body);
    const [, key = '', rest = ''] = /^\/rest\/api\/3\/issue\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const issue = issues.get(key);
    if (issue === undefined) return GONE;
    if (rest === 'transitions') return method === 'GET' ? transitions(issue) : transition(issue, body);
    if (method === 'PUT' && rest === '') return edit(issue, body);
    const property = searchParams.get('properties') ?? '';
    const properties = issue.properties.has(property) ? { [property]: issue.properties.get(property) } : {};
    return { status: 200, body: { id: '1', key, fields: { status: statusOf(issue.status) }, properties } };
  };

  const statusOf = (status: StoredIssue['status']) => ({ name: status, statusCategory: { key: CATEGORIES[status] } });

  const search = (body: unknown): Reply => {
    const jql = String(at(body, 'jql'));
    const [, project, label] =
      /^project = "(\w+)" AND labels = "([\w-]+)" ORDER BY created DESC, key DESC$/.exec(jql) ?? [];
    if (project === undefined) return refusal(400, {}, [`Error in the JQL Query: ${jql}`]);
    const found = [...issues.values()].filter((issue) => issue.isIndexed && issue.labels.has(label ?? '')).reverse();
    const fields = at(body, 'fields');
    // Without `fields` it answers ids alone.
    const shown = found.map(({ key }) => (Array.isArray(fields) ? { id: '1', key } : { id: '1' }));
    return { status: 200, body: { issues: shown.slice(0, Number(at(body, 'maxResults') ?? 50)), isLast: true } };
  };

  const refusedFields = (fields: Record<string, unknown>): Record<string, string> => {
    const errors: Record<string, string> = {};
    const { summary, description } = fields;
    if (typeof summary !== 'string' || summary.trim() === '')
      errors['summary'] = 'You must specify a summary of the issue.';
    else if (summary.length > 255) errors['summary'] = "Summary can't exceed 255 characters.";
    else if (/[\r\n]/.test(summary))
      errors['summary'] = 'The summary is invalid because it contains newline characters.';
    if (typeof description === 'string') errors['description'] = 'Operation value must be an Atlassian Document';
    else if (JSON.stringify(description).length > 32_767) errors['description'] = TOO_LONG;
    const priority = at(fields, 'priority', 'name');
    if (priority !== undefined && site.priorities === null) {
      errors['priority'] = "Field 'priority' cannot be set. It is not on the appropriate screen, or unknown.";
    } else if (priority !== undefined && !site.priorities?.includes(String(priority))) {
      errors['priority'] = 'The priority selected is invalid.';
    }
    return errors;
  };

  const create = (body: unknown): Reply => {
    const fields = { ...Object(at(body, 'fields')) } as Record<string, unknown>;
    const labels = Array.isArray(fields['labels']) ? fields['labels'].map(String) : [];
    const errors = refusedFields(fields);
    if (at(fields, 'project', 'key') !== 'OPS') errors['project'] = 'valid project is required';
    if (at(fields, 'issuetype', 'name') !== 'Task') errors['issuetype'] = 'Specify a valid issue type';
    const spaced = labels.find((label) => /\s/.test(label));
    if (spaced !== undefined) errors['labels'] = `The label '${spaced}' contains spaces which is invalid.`;
    if (Object.keys(errors).length > 0) return refusal(400, errors);
    count += 1;
    const key = `OPS-${count}`;
    const properties = propertiesOf(body);
    const isIndexed = !site.hasSearchLag;
    issues.set(key, {
      key,
      fields,
      labels: new Set(labels),
      properties,
      comments: [],
      status: 'To Do',
      resolution: null,
      isIndexed,
    });
    return {
      status: 201,
      body: { id: String(10_000 + count), key, self: `https://jira/rest/api/3/issue/${10_000 + count}` },
    };
  };

  const propertiesOf = (body: unknown) => {
    const given = at(body, 'properties');
    return new Map((Array.isArray(given) ? given : []).map((each) => [String(at(each, 'key')), at(each, 'value')]));
  };

  const edit = (issue: StoredIssue, body: unknown): Reply => {
    const fields = at(body, 'fields') as Record<string, unknown> | undefined;
    const errors = fields === undefined ? {} : refusedFields(fields);
    const added = at(body, 'update', 'comment');
    const comments = (Array.isArray(added) ? added : []).map((each) => at(each, 'add', 'body'));
    if (comments.some((comment) => JSON.stringify(comment).length > 32_767)) errors['comment'] = TOO_LONG;
    if (Object.keys(errors).length > 0) return refusal(400, errors);
    if (fields !== undefined) issue.fields = { ...issue.fields, ...fields };
    const labels = at(body, 'update', 'labels');
    for (const each of Array.isArray(labels) ? labels : []) issue.labels.add(String(at(each, 'add')));
    for (const [key, value] of propertiesOf(body)) issue.properties.set(key, value);
    issue.comments.push(...comments);
    return { status: 204 };
  };

  const ways = (issue: StoredIssue) =>
    STATUSES.filter((status) => status !== issue.status && !site.unreachable.has(status)).map((to) => ({
      id: String(10 * (STATUSES.indexOf(to) + 1)),
      name: `Move to ${to}`,
      to: statusOf(to),
      fields:
        to === 'Done' && site.requiresResolution
          ? {
              resolution: {
                required: true,
                hasDefaultValue: false,
                allowedValues: [{ name: "Won't Do" }, { name: 'Done' }],
              },
            }
          : {},
    }));

  const transitions = (issue: StoredIssue): Reply => ({ status: 200, body: { transitions: ways(issue) } });

  const transition = (issue: StoredIssue, body: unknown): Reply => {
    const way = ways(issue).find(({ id }) => id === at(body, 'transition', 'id'));
    if (way === undefined)
      return refusal(400, {}, ['It seems that you have tried to perform an illegal workflow operation.']);
    const resolution = at(body, 'fields', 'resolution', 'name');
    if (way.to.name === 'Done' && site.requiresResolution && resolution === undefined) {
      return refusal(400, { resolution: 'Resolution is required.' });
    }
    issue.status = way.to.name;
    issue.resolution = typeof resolution === 'string' ? resolution : null;
    return { status: 204 };
  };

  return Object.assign(site, await serveVendor(answer));
}
