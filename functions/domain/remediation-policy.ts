import { parseArn, parseLogGroupArn } from './arn.ts';
import type { PolicyDocument, PolicyStatement } from './decision.ts';
import type { LogTarget } from './log-target.ts';
import { unsafeName } from './names-safe.ts';
import { bucketServiceOf, logsArnIn, order, readOwnDocument, SESSION, SID } from './own-document.ts';
import type { RouterTarget } from './router-target.ts';

/** One call that the agent or the router has to make, with the resource that AWS evaluates. Without a required one the logs are lost. */
export interface RequiredCall {
  readonly action: string;
  readonly resource: string;
  /** The service that makes the call on the role's behalf, e.g. `s3.eu-central-1.amazonaws.com`; absent where none does. */
  readonly viaService?: string;
}

/** IAM's limit for all inline policies of a role together, white space not counted. */
export const INLINE_POLICY_LIMIT_CHARACTERS = 10_240;
/** So that one deployment cannot use up a role's inline policy space. */
export const MAX_TARGETS = 5;

/** One policy per role and Region: roles are global, deployments are regional. */
export function policyNameFor(region: string): string {
  return `ExecLogDelivery-${region}`;
}

/**
 * The policy of README "The policy" for one derived target: all statements together, never in steps, since a role that may
 * create a stream and not write to it blocks the agent's session workers. Null for a target with an unresolved session key or
 * with a name that must not enter a policy. One without a log group is for people's code alone: it names no place by which
 * `isOwnDocument` could know it again, so that it must not be attached by itself.
 */
export function policyDocumentFor(target: LogTarget | RouterTarget): PolicyDocument | null {
  if (unsafeName(target) !== null) {
    return null;
  }
  const statements = target.kind === 'router-target' ? routerStatements(target) : sessionStatements(target);
  return statements.length === 0 ? null : { Version: '2012-10-17', Statement: statements };
}

/** Streams take the router's own names, which nothing but its configuration tells: the group is what can be granted. */
function routerStatements(target: RouterTarget): readonly PolicyStatement[] {
  const group = `${logsArn(target)}${target.logGroupName}:*`;
  const router = statement('Router', ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], group);
  return target.createsGroup ? [router, statement('RouterGroups', ['logs:CreateLogGroup'], group)] : [router];
}

function sessionStatements(target: LogTarget): readonly PolicyStatement[] {
  if (target.sessionKey?.kind === 'unresolved') {
    return [];
  }
  const logs = logsArn(target);
  const group = `${logs}${target.logGroupName}`;
  const statements: PolicyStatement[] = [];
  if (target.logGroupName !== null) {
    statements.push(
      statement('Streams', ['logs:CreateLogStream', 'logs:PutLogEvents'], `${group}:log-stream:${SESSION}`),
      statement('DescribeStreams', ['logs:DescribeLogStreams'], `${group}:*`),
      // AWS evaluates `log-group::log-stream:`, which no group's own ARN matches.
      statement('DescribeGroups', ['logs:DescribeLogGroups'], `${logs}*`),
    );
  }
  if (target.bucket !== null) {
    const bucket = `arn:${target.partition}:s3:::${target.bucket.name}`;
    statements.push(
      ownedBy(
        target.account,
        statement('Objects', ['s3:PutObject'], `${bucket}/${objectPrefix(target.bucket.keyPrefix)}${SESSION}`),
      ),
      ownedBy(target.account, statement('BucketEncryption', ['s3:GetEncryptionConfiguration'], bucket)),
    );
  }
  if (target.sessionKey !== null) {
    statements.push(statement('SessionKey', ['kms:Decrypt'], target.sessionKey.arn));
  }
  if (target.bucket?.keyArn !== undefined) {
    const bucketKey = statement('BucketKey', ['kms:Decrypt', 'kms:GenerateDataKey'], target.bucket.keyArn);
    const viaService = viaBucket(target, target.bucket.keyArn);
    statements.push({ ...bucketKey, Condition: { StringEquals: { 'kms:ViaService': viaService } } });
  }
  return statements;
}

/** The bucket uses its key in its own Region, which is the key's. */
function viaBucket({ partition, region }: LogTarget, keyArn: string): string {
  return bucketServiceOf({ partition, region: parseArn(keyArn)?.region || region });
}

/** An S3 ARN names no account; without this, whoever takes a bucket's name would be sent the transcripts. */
function ownedBy(account: string, own: PolicyStatement): PolicyStatement {
  return { ...own, Condition: { StringEquals: { 'aws:ResourceAccount': account } } };
}

/**
 * Our own earlier document of this role and Region with the new target added. Null where the earlier text is not of the form
 * that `policyDocumentFor` writes: what we cannot read we do not carry on.
 */
export function mergedWithEarlier(earlierText: string, added: PolicyDocument): PolicyDocument | null {
  // A bucket alone names no place of CloudWatch Logs: there the earlier document's own counts.
  const earlier = readOwnDocument(earlierText, logsArnIn(added.Statement) || null);
  if (earlier === null) {
    return null;
  }
  const statements = earlier.map((own) => {
    const extra = added.Statement.find((candidate) => candidate.Sid === own.Sid);
    return extra === undefined ? own : { ...own, Resource: [...new Set([...own.Resource, ...extra.Resource])].sort() };
  });
  const missing = added.Statement.filter((candidate) => !earlier.some((own) => own.Sid === candidate.Sid));
  return { Version: '2012-10-17', Statement: [...statements, ...missing].sort((a, b) => order(a) - order(b)) };
}

/** Whether a policy's text has exactly the form that `policyDocumentFor` writes. Form only: it does not prove who wrote it. */
export function isOwnDocument(text: string): boolean {
  return readOwnDocument(text, null) !== null;
}

/** The names that a document of ours grants, those of earlier targets included: all of them are granted anew. */
export interface GrantedNames {
  readonly logGroups: readonly string[];
  readonly buckets: readonly string[];
  readonly keys: readonly string[];
}

export function grantedNames(document: PolicyDocument): GrantedNames {
  const resources = (sid: string) => document.Statement.find((own) => own.Sid === `${SID}${sid}`)?.Resource ?? [];
  return {
    logGroups: [...resources('Streams'), ...resources('Router')].map(
      (arn) => parseLogGroupArn(arn)?.logGroupName ?? arn,
    ),
    buckets: resources('BucketEncryption').map((arn) => arn.slice(arn.lastIndexOf(':') + 1)),
    keys: [...resources('SessionKey'), ...resources('BucketKey')],
  };
}

/** Targets that a document of ours grants, of sessions and of routers: each has its group. */
export function targetCount(document: PolicyDocument): number {
  return grantedNames(document).logGroups.length;
}

/**
 * The calls that decide whether the next logs arrive, with a stream that no earlier grant can name: a policy for one
 * dead stream must not pass for a repair.
 */
export function requiredCalls(target: LogTarget | RouterTarget): readonly RequiredCall[] {
  return target.kind === 'router-target' ? routerCalls(target) : sessionCalls(target);
}

function routerCalls(target: RouterTarget): readonly RequiredCall[] {
  const group = `${logsArn(target)}${target.logGroupName}:*`;
  const actions = routerStatements(target).flatMap(({ Action }) => Action);
  return actions.map((action) => ({ action, resource: routerProbe(action, group) }));
}

/** What AWS evaluates for a router's call, of the pattern that is granted: a stream for two of them, else the group's ARN. */
export function routerProbe(action: string, granted: string): string {
  const ofStream = action === 'logs:CreateLogStream' || action === 'logs:PutLogEvents';
  return granted.replace(/\*$/, ofStream ? 'log-stream:exec-log-probe' : 'log-stream:');
}

function sessionCalls(target: LogTarget): readonly RequiredCall[] {
  const calls: RequiredCall[] = [];
  if (target.logGroupName !== null) {
    const stream = `${logsArn(target)}${target.logGroupName}:log-stream:ecs-execute-command-probe`;
    calls.push({ action: 'logs:CreateLogStream', resource: stream }, { action: 'logs:PutLogEvents', resource: stream });
    if (target.encryptionRequired) {
      calls.push({ action: 'logs:DescribeLogGroups', resource: `${logsArn(target)}:log-stream:` });
    }
  }
  if (target.bucket !== null) {
    const bucket = `arn:${target.partition}:s3:::${target.bucket.name}`;
    const key = `${objectPrefix(target.bucket.keyPrefix)}ecs-execute-command-probe.log`;
    calls.push({ action: 's3:PutObject', resource: `${bucket}/${key}` });
    if (target.bucket.encryptionRequired) {
      calls.push({ action: 's3:GetEncryptionConfiguration', resource: bucket });
    }
  }
  if (target.sessionKey?.kind === 'arn') {
    calls.push({ action: 'kms:Decrypt', resource: target.sessionKey.arn });
  }
  if (target.bucket?.keyArn !== undefined) {
    const { keyArn } = target.bucket;
    const viaService = viaBucket(target, keyArn);
    calls.push(
      { action: 'kms:GenerateDataKey', resource: keyArn, viaService },
      { action: 'kms:Decrypt', resource: keyArn, viaService },
    );
  }
  return calls;
}

function statement(name: string, actions: readonly string[], resource: string): PolicyStatement {
  return { Sid: `${SID}${name}`, Effect: 'Allow', Action: actions, Resource: [resource] };
}

function logsArn(target: Pick<LogTarget, 'partition' | 'region' | 'account'>): string {
  return `arn:${target.partition}:logs:${target.region}:${target.account}:log-group:`;
}

function objectPrefix(keyPrefix: string): string {
  return keyPrefix === '' ? '' : `${keyPrefix}/`;
}
