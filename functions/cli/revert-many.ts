import { parseRoleArn } from '../domain/arn.ts';
import type { AttachedPolicy } from '../domain/observation.ts';
import { plainText } from '../messages/escape.ts';
import type { WorkLists } from '../ports.ts';
import { describeFailure, FailureError, UsageError } from './failures.ts';
import { type Reverted, type RevertPorts, type RevertRequest, revertPolicy } from './revert-policy.ts';
import { paintFor, type Terminal } from './terminal.ts';

export type RevertManyRequest = Pick<RevertRequest, 'region' | 'dryRun' | 'unrecorded'>;

/** How one policy that the system attached ended. */
export interface RevertedOne {
  readonly roleArn: string;
  readonly policyName: string;
  /** `role-gone`: the role was deleted, and its policies with it. `failed`: this role could not be read or written. */
  readonly result: Reverted['result'] | 'role-gone' | 'failed';
  /** One sentence for a person. */
  readonly because: string;
}

export interface RevertSummary {
  readonly removed: number;
  /** Policies of our name that stand now. */
  readonly stand: number;
}

/** What the system attached and did not take back, from the index of unfinished work; each from its own record. */
export async function listAttached(
  { attachedPolicies }: Pick<WorkLists, 'attachedPolicies'>,
  records: RevertPorts['records'],
): Promise<readonly AttachedPolicy[]> {
  const attached: AttachedPolicy[] = [];
  for await (const page of attachedPolicies(null)) {
    for (const { roleId } of page) {
      const record = await records?.findAttachedPolicy(roleId);
      // The index follows behind: what was reverted a moment ago may still stand in it.
      if (record !== undefined && record.revertedAt === null) attached.push(record);
    }
  }
  return attached;
}

/** A policy that a hub attached in another account or Region than its own. */
export interface AttachedElsewhere {
  readonly policy: AttachedPolicy;
  readonly region: string;
}

/** What became of one that these credentials do not reach: it stands until somebody in its account takes it off. */
export function leftElsewhere({ policy: { roleArn, policyName }, region }: AttachedElsewhere): RevertedOne {
  const account = parseRoleArn(roleArn)?.account ?? 'of the role';
  const command = `exec-log revert ${roleArn} --region ${region} --unrecorded`;
  const because = `the hub attached it elsewhere: with credentials of account ${account} run ${command}`;
  return { roleArn, policyName, result: 'failed', because };
}

/**
 * Takes our policy off each role, one after the other and each by the rules of a single one. A role that cannot be read or
 * written does not keep the others from being reverted.
 * @throws whatever is wrong with more than one role: credentials, throttling, the network.
 */
export async function revertMany(
  attached: readonly AttachedPolicy[],
  request: RevertManyRequest,
  ports: RevertPorts,
  tell: (one: RevertedOne) => void,
): Promise<readonly RevertedOne[]> {
  const all: RevertedOne[] = [];
  for (const policy of attached) {
    const one = await revertOne(policy, request, ports);
    tell(one);
    all.push(one);
  }
  return all;
}

async function revertOne(
  { roleArn, policyName }: AttachedPolicy,
  request: RevertManyRequest,
  ports: RevertPorts,
): Promise<RevertedOne> {
  const role = parseRoleArn(roleArn);
  if (role === null) return { roleArn, policyName, result: 'failed', because: 'the record names no readable role' };
  const { roleName } = role;
  if ((await ports.iam.findRole(roleName)).kind === 'absent') {
    return { roleArn, policyName, result: 'role-gone', because: 'the role was deleted, and its policies with it' };
  }
  try {
    const { result, because, recordReverted } = await revertPolicy({ ...request, roleName, roleArn }, ports);
    const isRecorded = result !== 'removed' || recordReverted === true;
    const aside = isRecorded ? '' : '; its record was changed meanwhile: run the command again';
    return { roleArn, policyName, result, because: `${because}${aside}` };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof FailureError)) throw error;
    return { roleArn, policyName, result: 'failed', because: describeFailure(error) };
  }
}

/** What failed may stand: it counts as standing. */
const STANDS: ReadonlySet<RevertedOne['result']> = new Set(['refused', 'still-there', 'failed', 'would-remove']);

export function summaryOf(reverted: readonly RevertedOne[]): RevertSummary {
  const count = (counts: (one: RevertedOne) => boolean) => reverted.filter(counts).length;
  return {
    removed: count(({ result }) => result === 'removed'),
    stand: count(({ result }) => STANDS.has(result)),
  };
}

const NAME_MAX = 2048;

/** What was found attached, before anything is removed. */
export function listed(attached: readonly AttachedPolicy[], terminal: Terminal): string {
  const paint = paintFor(terminal);
  if (attached.length === 0) return 'the system has no policy attached\n';
  const lines = attached.map(
    ({ roleArn, policyName, attachedAt }) =>
      `  ${plainText(policyName, NAME_MAX)} on ${plainText(roleArn, NAME_MAX)} ${paint.dim(`since ${plainText(attachedAt, 40)}`)}`,
  );
  return `${paint.bold(`the system attached ${attached.length === 1 ? 'one policy' : `${attached.length} policies`}`)}\n${lines.join('\n')}\n\n`;
}

export function manyLine({ roleArn, result, because }: RevertedOne, terminal: Terminal): string {
  const paint = paintFor(terminal);
  const mark = STANDS.has(result) ? paint.yellow('!') : paint.green('✓');
  return `${mark} ${plainText(roleArn, NAME_MAX)}: ${paint.bold(result)} ${paint.dim(plainText(because, 1000))}\n`;
}

export function summaryText({ removed, stand }: RevertSummary, terminal: Terminal): string {
  const paint = paintFor(terminal);
  const text = `${removed} removed, ${stand === 1 ? '1 stands' : `${stand} stand`}`;
  return `${stand === 0 ? paint.green(text) : paint.yellow(text)}\n`;
}
