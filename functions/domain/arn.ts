/** An ARN in its five parts after `arn`; `region` and `account` are empty where the service has none. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

export interface LogGroupName {
  readonly name: string;
  /** Given only by an ARN; a bare name says nothing of them. */
  readonly partition: string | null;
  readonly region: string | null;
  readonly account: string | null;
}

export interface RoleArn {
  readonly partition: string;
  readonly account: string;
  /** `/` or `/team/`. */
  readonly path: string;
  readonly roleName: string;
}

export interface AssumedRoleArn {
  readonly partition: string;
  readonly account: string;
  readonly roleName: string;
  readonly sessionName: string;
}

const MAX_ARN_LENGTH = 2048;

/** 12 digits as text: a number would lose leading zeros. */
export const isAccountId = (text: string): boolean => /^\d{12}$/.test(text);

/** `eu-central-1`, `us-gov-west-1`, `us-isob-east-1`, `eusc-de-east-1`; not `eu-central`, not `EU-CENTRAL-1`. */
export const isRegion = (text: string): boolean =>
  text.length <= 40 && /^[a-z]{2,}-[a-z][a-z-]*-\d{1,2}$/.test(text) && !text.includes('--');

/** AWS's own character set; a colon, an asterisk, a space or a quote never stands in a group name. */
export const isLogGroupName = (text: string): boolean => /^[.\-_/#A-Za-z0-9]{1,512}$/.test(text);

/** Anything but `:` and `*`, up to 512: spaces, dots, slashes, `[$LATEST]` and English sentences are legal. */
export const isLogStreamName = (text: string): boolean => /^[^:*]{1,512}$/.test(text);

/** The characters of IAM role and session names. */
export const isRoleName = (text: string): boolean => /^[\w+=,.@-]{1,64}$/.test(text);

/** Reads an ARN of any service and partition; null for anything else, never a half-read one. */
export function parseArn(text: string): Arn | null {
  if (text.length > MAX_ARN_LENGTH || !text.startsWith('arn:')) return null;
  const [, partition = '', service = '', region = '', account = '', ...rest] = text.split(':');
  const resource = rest.join(':');
  if (resource === '' || !/^aws[a-z-]*$/.test(partition) || !/^[a-z0-9-]+$/.test(service)) return null;
  if (region !== '' && !isRegion(region)) return null;
  // AWS-managed policies stand in account `aws`, CloudFront's origin identities in account `cloudfront`.
  if (account !== '' && !isAccountId(account) && account !== 'aws' && account !== 'cloudfront') return null;
  return { partition, service, region, account, resource };
}

/**
 * Reads a log group's ARN with whatever AWS lets follow the name: nothing, `:`, `:*`, `:log-stream:` and a stream.
 * Null when the group's name is empty or not one that CloudWatch Logs accepts; an unreadable stream is null.
 */
export function parseLogGroupArn(
  text: string,
): { partition: string; region: string; account: string; logGroupName: string; logStreamName: string | null } | null {
  const arn = parseArn(text);
  if (arn?.service !== 'logs' || arn.region === '' || !isAccountId(arn.account)) return null;
  const [kind, name = '', marker = '', stream = '', ...more] = arn.resource.split(':');
  if (kind !== 'log-group' || !isLogGroupName(name)) return null;
  if (marker !== '' && marker !== '*' && marker !== 'log-stream') return null;
  if (marker !== 'log-stream' && stream !== '') return null;
  const streamIsReadable = more.length === 0 && isLogStreamName(stream);
  const { partition, region, account } = arn;
  return { partition, region, account, logGroupName: name, logStreamName: streamIsReadable ? stream : null };
}

/** The group's name in what configurations give for one: a name, an ARN, either with a trailing `:*`. */
export function logGroupNameOf(text: string): LogGroupName | null {
  if (text.startsWith('arn:')) {
    const arn = parseLogGroupArn(text);
    if (arn === null) return null;
    return { name: arn.logGroupName, partition: arn.partition, region: arn.region, account: arn.account };
  }
  const name = text.endsWith(':*') ? text.slice(0, -2) : text;
  return isLogGroupName(name) ? { name, partition: null, region: null, account: null } : null;
}

/** Reads an IAM role's ARN; the name is the last segment, everything between it and `role` is the path. */
export function parseRoleArn(text: string): RoleArn | null {
  const arn = parseArn(text);
  if (arn?.service !== 'iam' || arn.region !== '' || !isAccountId(arn.account)) return null;
  if (!arn.resource.startsWith('role/')) return null;
  const cut = arn.resource.lastIndexOf('/') + 1;
  const path = arn.resource.slice('role'.length, cut);
  const roleName = arn.resource.slice(cut);
  if (!isRoleName(roleName) || path === '//' || !/^[!-~]{1,512}$/.test(path)) return null;
  return { partition: arn.partition, account: arn.account, path, roleName };
}

/** Reads the STS ARN of a role's session; it carries the role's name but has lost its path. */
export function parseAssumedRoleArn(text: string): AssumedRoleArn | null {
  const arn = parseArn(text);
  if (arn?.service !== 'sts' || arn.region !== '' || !isAccountId(arn.account)) return null;
  const [kind, roleName = '', sessionName = '', ...more] = arn.resource.split('/');
  if (kind !== 'assumed-role' || more.length > 0 || !isRoleName(roleName) || !isRoleName(sessionName)) return null;
  return { partition: arn.partition, account: arn.account, roleName, sessionName };
}
