import { parseArn } from './arn.ts';
import { canonicalJson } from './canonical.ts';
import type { PolicyStatement } from './decision.ts';
import { memberOf } from './unread-json.ts';

/** Every Sid of ours begins with this. */
export const SID = 'ExecLogDelivery';
/** Every session's stream, and every session's object. */
export const SESSION = 'ecs-execute-command-*';

/** What a statement of ours may hold: these actions, on resources of this beginning and end with one plain name between them. */
interface Form {
  readonly actions: readonly string[];
  readonly begins: (place: Place) => string;
  readonly ends: string;
  /** Absent where the resource alone says enough. */
  readonly condition?: (place: Place) => NonNullable<PolicyStatement['Condition']>;
}

interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** `arn:<p>:logs:<r>:<a>:log-group:` */
  readonly logs: string;
  /** `arn:<p>:kms:<r>:<a>:key/` */
  readonly keys: string;
}

const s3 = ({ partition }: Place): string => `arn:${partition}:s3:::`;
const logs = (place: Place): string => place.logs;
const keys = (place: Place): string => place.keys;
/** An S3 ARN names no account; without this, whoever takes a bucket's name would be sent the transcripts. */
const ofAccount = ({ account }: Pick<Place, 'account'>) => ({ StringEquals: { 'aws:ResourceAccount': account } });
/** The role may have S3 use the bucket's key, and may not use it itself. */
const throughBucket = (place: Pick<Place, 'partition' | 'region'>) => ({
  StringEquals: { 'kms:ViaService': bucketServiceOf(place) },
});

/** What `kms:ViaService` holds where S3 uses a key for somebody. */
export function bucketServiceOf({
  partition,
  region,
}: {
  readonly partition: string;
  readonly region: string;
}): string {
  return `s3.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}

// In the order in which a document holds them.
const FORMS: Readonly<Record<string, Form>> = {
  [`${SID}Streams`]: {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    begins: logs,
    ends: `:log-stream:${SESSION}`,
  },
  [`${SID}DescribeStreams`]: { actions: ['logs:DescribeLogStreams'], begins: logs, ends: ':*' },
  [`${SID}DescribeGroups`]: { actions: ['logs:DescribeLogGroups'], begins: logs, ends: '*' },
  [`${SID}Objects`]: { actions: ['s3:PutObject'], begins: s3, ends: `/${SESSION}`, condition: ofAccount },
  [`${SID}BucketEncryption`]: {
    actions: ['s3:GetEncryptionConfiguration'],
    begins: s3,
    ends: '',
    condition: ofAccount,
  },
  [`${SID}SessionKey`]: { actions: ['kms:Decrypt'], begins: keys, ends: '' },
  [`${SID}BucketKey`]: {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    begins: keys,
    ends: '',
    condition: throughBucket,
  },
  [`${SID}Router`]: {
    actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    begins: logs,
    ends: ':*',
  },
  [`${SID}RouterGroups`]: { actions: ['logs:CreateLogGroup'], begins: logs, ends: ':*' },
};

/** Where a statement of ours stands in its document. */
export function order(own: PolicyStatement): number {
  return Object.keys(FORMS).indexOf(own.Sid);
}

/**
 * The statements of a document as this deployment writes them for the place of `logsArn` (null: for whichever place it
 * names itself), or null for anything else: another Sid, action, place, wildcard or condition. What we carry on is
 * granted anew, so the hash alone does not vouch for it.
 */
export function readOwnDocument(text: string, logsArn: string | null): readonly PolicyStatement[] | null {
  const document = parsed(text);
  const statements = memberOf(document, 'Statement');
  if (!Array.isArray(statements) || statements.length === 0 || memberOf(document, 'Version') !== '2012-10-17') {
    return null;
  }
  const arn = parseArn(logsArn ?? logsArnIn(statements));
  if (arn === null) {
    return null;
  }
  const { partition, region, account } = arn;
  const place = {
    partition,
    account,
    region,
    logs: `arn:${partition}:logs:${region}:${account}:log-group:`,
    keys: `arn:${partition}:kms:${region}:${account}:key/`,
  };
  const own = statements.map((candidate) => ownStatement(candidate, place)).filter((statement) => statement !== null);
  const sids = new Set(own.map((statement) => statement.Sid));
  return sids.size === statements.length ? own : null;
}

/** A resource of CloudWatch Logs in the document's place: an exec target describes groups, a router's names its own; empty for neither. */
export function logsArnIn(statements: readonly unknown[]): string {
  const firsts = [`${SID}DescribeGroups`, `${SID}Router`].map((sid) => {
    const resources = memberOf(
      statements.find((candidate) => memberOf(candidate, 'Sid') === sid),
      'Resource',
    );
    const first: unknown = Array.isArray(resources) ? resources[0] : null;
    return typeof first === 'string' ? first : '';
  });
  return firsts.find((first) => first !== '') ?? '';
}

function ownStatement(candidate: unknown, place: Place): PolicyStatement | null {
  const sid = memberOf(candidate, 'Sid');
  const form = typeof sid === 'string' && Object.hasOwn(FORMS, sid) ? FORMS[sid] : undefined;
  const actions = memberOf(candidate, 'Action');
  const resources = memberOf(candidate, 'Resource');
  if (typeof sid !== 'string' || form === undefined || !Array.isArray(actions) || !Array.isArray(resources)) {
    return null;
  }
  const Condition = form.condition?.(place);
  const isOurs =
    Object.keys(Object(candidate)).length === (Condition === undefined ? 4 : 5) &&
    canonicalJson(memberOf(candidate, 'Condition')) === canonicalJson(Condition) &&
    memberOf(candidate, 'Effect') === 'Allow' &&
    actions.length === form.actions.length &&
    form.actions.every((action, at) => actions[at] === action) &&
    resources.length > 0 &&
    resources.every((resource): resource is string => isOfForm(resource, form, place));
  return isOurs
    ? {
        Sid: sid,
        Effect: 'Allow',
        Action: form.actions,
        Resource: resources,
        ...(Condition === undefined ? {} : { Condition }),
      }
    : null;
}

function isOfForm(resource: unknown, { begins, ends }: Form, place: Place): resource is string {
  const beginning = begins(place);
  return (
    typeof resource === 'string' &&
    resource.length >= beginning.length + ends.length &&
    resource.startsWith(beginning) &&
    resource.endsWith(ends) &&
    /^[^*?$:]*$/.test(resource.slice(beginning.length, resource.length - ends.length))
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
