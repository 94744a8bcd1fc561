/** The attributes of the table that mean something to DynamoDB; `infra/` creates the table with them. */
export const TABLE_KEYS = { partitionKey: 'pk', sortKey: 'sk', ttl: 'expiresAt' } as const;

/**
 * How partition keys begin. `dynamodb:LeadingKeys` keeps the writers apart by them: only the recorder writes sessions, only the
 * remediator writes the rest, so that nobody else can forge a session or a case.
 */
export const TABLE_PREFIXES = {
  session: 'SESSION#',
  case: 'CASE#',
  event: 'EVENT#',
  attachedPolicy: 'POLICY#',
  writes: 'WRITES#',
} as const;

/** Each partition holds one item; the sort key leaves room for more. */
export const ONLY_ITEM = 'ITEM';
