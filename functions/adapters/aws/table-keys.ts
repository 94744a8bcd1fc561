import type { RowScope } from '../../domain/jurisdiction.ts';

/** The attributes of the table that mean something to DynamoDB; `infra/` creates the table with them. */
export const TABLE_KEYS = { partitionKey: 'pk', sortKey: 'sk', ttl: 'expiresAt' } as const;

/**
 * The two indexes. `work` is sparse: a row stands in it only while something is left to do, in one of the `WORK_LISTS`, in the
 * order of its `workOrder`. `day` files verdicts and acceptances under the UTC day of the session's start, for reports.
 */
export const TABLE_INDEXES = {
  work: {
    name: 'work',
    partitionKey: 'workList',
    sortKey: 'workOrder',
    /**
     * DynamoDB takes 20 at most, so that what key and `workOrder` say already is not among them. A case's long lists stay out:
     * they would double what a storm of denials costs.
     */
    attributes: [
      'sessionId',
      'account',
      'region',
      'clusterArn',
      'taskArn',
      'taskRoleArn',
      'personArn',
      'sourceIdentity',
      'startedAt',
      'state',
      'exempt',
      'causes',
      'proof',
      'loggingChange',
      'endedAt',
      'dueAt',
      'settledAt',
      'version',
      'logGroupName',
    ],
  },
  /** Verdicts stand under the day itself, acceptances under `ACCEPTED#` and the day, so that reading one is not reading both. */
  day: { name: 'day', partitionKey: 'day', sortKey: 'sessionId' },
} as const;

export type TableIndex = (typeof TABLE_INDEXES)[keyof typeof TABLE_INDEXES];

/** Sessions that are not settled (by when they are due), policies that stand (by role id), cases that are open (by role ARN). */
export const WORK_LISTS = { sessions: 'SESSIONS', attachedPolicies: 'POLICIES', cases: 'CASES' } as const;

/**
 * How partition keys begin. `dynamodb:LeadingKeys` keeps the writers apart by them: the recorder writes sessions and opens their
 * verdicts, the auditor settles verdicts, the remediator writes cases and policies, the acceptor acceptances; nobody can forge
 * what another one vouches for.
 */
export const TABLE_PREFIXES = {
  session: 'SESSION#',
  case: 'CASE#',
  event: 'EVENT#',
  attachedPolicy: 'POLICY#',
  writes: 'WRITES#',
  /** Which case a session's denial belongs to; written by the remediator. */
  denial: 'DENIAL#',
  /** What the ticket of a cause says in which tracker; written by the remediator. */
  ticket: 'TICKET#',
  /** What somebody is asked to approve, and the answer; written by the remediator. */
  proposal: 'PROPOSAL#',
  /** What the breaker's digest says; written by the remediator. */
  digest: 'DIGEST#',
  verdict: 'VERDICT#',
  acceptance: 'ACCEPTED#',
  /** How far the auditor has come: one row a deployment. */
  audit: 'AUDIT#',
} as const;

/** What is kept for each account and Region, by its own id; in the deployment's own place the id alone, as it was before hubs. */
export function placedKey({ place }: RowScope, id: string): string {
  return place === null ? id : `${place.account}#${place.region}#${id}`;
}

/** Whether a key made by `placedKey` is of this scope: no id begins with the 12 digits of an account. */
export function isOfScope(scope: RowScope, key: string): boolean {
  return scope.place === null ? !/^\d{12}#/.test(key) : key.startsWith(placedKey(scope, ''));
}

/** What is kept for each deployment, or each account of a hub's: the deployment's own account is the deployment. */
export function accountKey({ account }: RowScope, deploymentId: string): string {
  return account === null ? deploymentId : `${deploymentId}#${account}`;
}

/** Each partition holds one item; the sort key leaves room for more. */
export const ONLY_ITEM = 'ITEM';
