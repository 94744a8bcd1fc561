import * as z from 'zod/mini';
import type { Case, CaseProposal, CaseSignal, CaseState } from '../../domain/case.ts';
import type { Disposition } from '../../domain/decision.ts';
import type { CompanionCall } from '../../domain/denial.ts';
import { HOME_ROWS, type RowScope } from '../../domain/jurisdiction.ts';
import type { AttachedPolicy } from '../../domain/observation.ts';
import { isMutedBySettings } from '../../domain/suppression.ts';
import type { OpenCase } from '../../ports.ts';
import { expiryAfter, type Row } from './table.ts';
import { placedKey, TABLE_KEYS, TABLE_PREFIXES, WORK_LISTS } from './table-keys.ts';

/** Cases are kept as long as the sessions that they are about. */
const CASE_DAYS = 400;

const text = z.string();
const filled = z.string().check(z.minLength(1));
const moment = z.iso.datetime();
const version = z.int().check(z.minimum(0));

// Written so that a state or disposition added to the domain does not compile until it stands here too.
const state = z.enum({
  observed: 'observed',
  suppressed: 'suppressed',
  ticketed: 'ticketed',
  proposed: 'proposed',
  repaired: 'repaired',
  unverified: 'unverified',
  closed: 'closed',
  verified: 'verified',
} as const satisfies { [State in CaseState]: State });

const disposition = z.enum({
  'attach-policy': 'attach-policy',
  'propose-policy': 'propose-policy',
  'open-ticket': 'open-ticket',
  observe: 'observe',
  suppress: 'suppress',
  'not-applicable': 'not-applicable',
} as const satisfies { [Name in Disposition]: Name });

/** Also of the notes of denied sessions. */
export const companionSchema = z.enum({
  'describe-log-groups': 'describe-log-groups',
  'bucket-encryption': 'bucket-encryption',
  'session-key': 'session-key',
  object: 'object',
} as const satisfies { [Name in CompanionCall]: Name });

const signal = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exec-companion'), companion: companionSchema, bucketName: z.optional(text) }),
  z.object({ kind: z.literal('router'), routerName: z.nullable(text), createsGroup: z.boolean() }),
  z.object({ kind: z.literal('awslogs-driver') }),
]) satisfies z.ZodMiniType<CaseSignal>;

const proposal = z.object({
  proposalId: filled,
  state: z.enum(['open', 'approved', 'rejected', 'expired', 'replaced']),
  expiresAt: moment,
  personArn: z.optional(z.nullable(text)),
  containerName: z.optional(z.nullable(text)),
  statements: z.array(z.object({ actions: z.array(text), resources: z.array(text) })),
  answeredBy: z.nullable(filled),
  answeredAt: z.nullable(moment),
}) satisfies z.ZodMiniType<CaseProposal>;

const caseSchema = z.object({
  fingerprint: filled,
  state,
  disposition,
  reasons: z.array(z.object({ code: filled, detail: text })),
  count: z.int().check(z.minimum(0)),
  firstSeenAt: moment,
  lastSeenAt: moment,
  decidedAt: moment,
  sessionIds: z.array(text),
  account: text,
  region: text,
  roleArn: text,
  roleId: text,
  logGroupName: z.nullable(text),
  clusterArn: z.nullable(text),
  signal: z.optional(signal),
  ticketId: z.nullable(text),
  ticketUrl: z.optional(text),
  // Rows of versions before the approver lack it.
  proposal: z.optional(z.nullable(proposal)),
  repairedAt: z.nullable(moment),
  attachesPrepared: z.optional(z.literal(true)),
  settingsVersion: text,
  sessionDependent: z.boolean(),
  decidedFor: text,
  recentEvents: z.array(text),
  // Rows of versions before the bot lack them.
  chatChannel: z.optional(z.nullable(filled)),
  chat: z.optional(z.nullable(z.object({ channel: filled, ts: filled, shownAt: moment }))),
  firstTold: z.optional(z.enum(['webhook', 'digest'])),
  outbox: z.array(
    z.object({
      noticeId: filled,
      state,
      createdAt: moment,
      announcedAt: moment,
      quiet: z.optional(z.literal(true)),
      shown: z.optional(z.literal(true)),
      claim: z.optional(z.object({ owner: filled, until: moment })),
    }),
  ),
  version,
});

const attachedPolicySchema = z.object({
  roleId: filled,
  roleArn: filled,
  policyName: filled,
  documentHash: filled,
  previousHash: z.nullable(text),
  attachedAt: moment,
  confirmedAt: z.nullable(moment),
  revertedAt: z.nullable(moment),
  // Rows of versions before the auditor lack them.
  provedBy: z._default(z.nullable(text), null),
  warnedAt: z._default(z.nullable(moment), null),
  removalAt: z.optional(moment),
  removalArns: z.optional(z.array(filled)),
  removedByOthers: z.optional(z.literal(true)),
  fingerprints: z.array(text),
  owner: text,
  version,
});

/** The states in which a case waits for the next recorded session of its role. */
const OPEN_STATES: ReadonlySet<CaseState> = new Set(['ticketed', 'proposed', 'repaired', 'unverified']);

/** From when on the proposal of a case is to be ended: at its end or, where an answer was not carried out, at once. */
function dueAtOf({ state, proposal }: Case): string | null {
  if (state !== 'proposed' || proposal == null) return null;
  return proposal.state === 'open' ? proposal.expiresAt : (proposal.answeredAt ?? proposal.expiresAt);
}

/** Behind the role's ARN, so that the cases of a role stand together. */
const caseOrderSuffix = (fingerprint: string) => `#${fingerprint}`;

/** The item of a case. One that we ever repaired never expires: its policy may still stand, also behind a later ticket. */
export function rowOfCase(found: Case, now: Date): Row {
  const dueAt = dueAtOf(found);
  const row = {
    ...found,
    // 1,000 list elements cost more than the digests in them; a digest is hex and holds no space.
    recentEvents: found.recentEvents.join(' '),
    ...((OPEN_STATES.has(found.state) || isMutedBySettings(found)) && {
      workList: WORK_LISTS.cases,
      workOrder: `${found.roleArn}${caseOrderSuffix(found.fingerprint)}`,
    }),
    ...(dueAt !== null && { dueAt }),
  };
  return found.repairedAt !== null ? row : { ...row, [TABLE_KEYS.ttl]: expiryAfter(now, CASE_DAYS) };
}

/** Reads a case back; throws on an item that is none, because guessing would repair or notify anew. */
export function caseOfRow(row: Row, fingerprint: string): Case {
  const { recentEvents } = row;
  const digests = typeof recentEvents === 'string' ? recentEvents.split(' ').filter((digest) => digest !== '') : null;
  const read = z.safeParse(caseSchema, { ...row, recentEvents: digests });
  if (!read.success || read.data.fingerprint !== fingerprint) {
    throw new Error(`The case ${fingerprint} in the table is malformed.`);
  }
  return read.data;
}

/** The item of an attached policy, under `workOrder` in the list of those that stand. It expires only after we removed the policy. */
export function rowOfAttachedPolicy(policy: AttachedPolicy, now: Date, workOrder: string = policy.roleId): Row {
  return policy.revertedAt === null
    ? { ...policy, workList: WORK_LISTS.attachedPolicies, workOrder }
    : { ...policy, [TABLE_KEYS.ttl]: expiryAfter(now, CASE_DAYS) };
}

/** Reads an attached policy back; throws on an item that is none. */
export function attachedPolicyOfRow(row: Row, roleId: string): AttachedPolicy {
  const read = z.safeParse(attachedPolicySchema, row);
  if (!read.success || read.data.roleId !== roleId) {
    throw new Error(`The attached policy of role ${roleId} in the table is malformed.`);
  }
  return read.data;
}

const openCaseSchema = z.object({
  [TABLE_KEYS.partitionKey]: filled,
  workOrder: filled,
  logGroupName: z.nullable(text),
  state,
  dueAt: z.optional(moment),
});

/** Reads a row of the index of open cases; throws on one that is none, because a case left out stays open for ever. */
export function openCaseOfRow(row: Row): OpenCase {
  const read = z.safeParse(openCaseSchema, row);
  const key = String(row[TABLE_KEYS.partitionKey]);
  const fingerprint = key.slice(TABLE_PREFIXES.case.length);
  if (!read.success || key !== `${TABLE_PREFIXES.case}${fingerprint}`) throw malformedWork(key);
  const { workOrder, logGroupName, state, dueAt } = read.data;
  const suffix = caseOrderSuffix(fingerprint);
  if (!workOrder.endsWith(suffix)) throw malformedWork(key);
  const due = dueAt === undefined ? {} : { proposalExpiresAt: dueAt };
  return { fingerprint, roleArn: workOrder.slice(0, -suffix.length), logGroupName, state, ...due };
}

/** Reads a row of the index of attached policies of a scope; throws on one that is none. */
export function attachedRoleOfRow(row: Row, scope: RowScope = HOME_ROWS): { readonly roleId: string } {
  const { [TABLE_KEYS.partitionKey]: key, workOrder } = row;
  if (typeof workOrder !== 'string' || key !== `${TABLE_PREFIXES.attachedPolicy}${workOrder}`) {
    throw malformedWork(String(key));
  }
  return { roleId: workOrder.slice(placedKey(scope, '').length) };
}

const malformedWork = (key: string) => new Error(`The row of ${key} in the index of unfinished work is malformed.`);
