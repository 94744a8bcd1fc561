import { parseArn, parseAssumedRoleArn, parseRoleArn } from './arn.ts';
import type { CloudTrailRecord, Envelope, UserIdentity } from './cloudtrail-record.ts';
import type { DenialSentence } from './denial-sentence.ts';
import type { Refusal } from './refusal.ts';

/** Whether two of the values are given and differ; what is not given disagrees with nothing. */
const disagree = (...values: readonly (string | null | undefined)[]): boolean =>
  new Set(values.filter((value) => value !== null && value !== undefined && value !== '')).size > 1;

function principalsDisagree({ principal }: DenialSentence, identity: UserIdentity): boolean {
  if (principal.kind === 'arn') return disagree(principal.arn, identity.arn);
  // A sentence that names no ARN is about a caller that has none.
  return principal.kind !== 'account' && identity.arn !== null;
}

/** T7: a record that crosses accounts is never one that this account's role may be changed for. */
function accountsDisagree({ principal }: DenialSentence, record: CloudTrailRecord, envelope: Envelope | null): boolean {
  const { identity } = record;
  return disagree(
    principal.kind === 'account' ? principal.account : null,
    principal.kind === 'arn' ? parseArn(principal.arn)?.account : null,
    identity.accountId,
    identity.issuer?.accountId,
    parseArn(identity.issuer?.arn ?? '')?.account,
    record.recipientAccount,
    envelope?.account,
  );
}

/** The role's name, id and session stand in up to three places of an assumed role's identity. */
function roleDisagrees(identity: UserIdentity): boolean {
  if (identity.type !== 'AssumedRole') return false;
  const { issuer } = identity;
  const session = parseAssumedRoleArn(identity.arn ?? '');
  const [roleId, sessionName] = (identity.principalId ?? '').split(':');
  return (
    disagree(issuer?.userName, parseRoleArn(issuer?.arn ?? '')?.roleName, session?.roleName) ||
    disagree(issuer?.principalId, roleId) ||
    disagree(sessionName, session?.sessionName)
  );
}

/**
 * CloudWatch Logs names its permissions as its calls. Elsewhere they differ (HeadObject needs s3:GetObject), and any call may be
 * denied for another service's permission (GetObject for kms:Decrypt): then the sentence's action is the one that was missing.
 */
function actionsDisagree({ action }: DenialSentence, record: CloudTrailRecord): boolean {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  const own = record.eventName.toLowerCase();
  if (!action.includes(':')) return service !== own;
  return record.eventSource === 'logs.amazonaws.com' && service === 'logs' && name !== own;
}

/** What sentence, record and envelope say of the same thing must be the same; otherwise none of them is believed. */
export function findMismatch(
  sentence: DenialSentence,
  record: CloudTrailRecord,
  envelope: Envelope | null,
): Refusal | null {
  const { resource } = sentence;
  const partitions = [
    resource.partition,
    parseArn(record.identity.arn ?? '')?.partition,
    parseArn(record.identity.issuer?.arn ?? '')?.partition,
  ];
  const principalArn = sentence.principal.kind === 'arn' ? parseArn(sentence.principal.arn) : null;
  const ownService = record.eventSource.split('.')[0];
  // A bucket's call may concern a key of another Region; only what the called service itself prints is in the call's Region.
  const region = sentence.action.toLowerCase().startsWith(`${ownService}:`) ? resource.region : null;
  const checks: readonly (readonly [boolean, string])[] = [
    [principalsDisagree(sentence, record.identity), 'principal'],
    [accountsDisagree(sentence, record, envelope), 'account'],
    [disagree(principalArn?.partition, ...partitions), 'partition'],
    [disagree(region, record.region) || disagree(envelope?.region, record.region), 'Region'],
    [roleDisagrees(record.identity), 'role'],
    [actionsDisagree(sentence, record), 'action'],
  ];
  const failed = checks.find(([disagrees]) => disagrees);
  if (failed === undefined) return null;
  return {
    code: 'mismatch',
    detail: `The error message and the record around it name different values of: ${failed[1]}.`,
  };
}
