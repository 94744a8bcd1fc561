import * as z from 'zod/mini';
import { type BreakerRecord, NOTHING_COUNTED } from '../domain/breaker.ts';
import type { Case } from '../domain/case.ts';
import type { Denial } from '../domain/denial.ts';
import { claimedRoleArn } from '../domain/finding.ts';
import type { AttachedPolicy } from '../domain/observation.ts';
import { policyNameFor } from '../domain/remediation-policy.ts';
import type { SettingsProblem } from '../domain/settings.ts';
import { asciiJson } from '../messages/escape.ts';

/** What an account file remembers of earlier denials. */
export interface RememberedCases {
  findCase(fingerprint: string, denial: Denial): Case | null;
  findAttachedPolicy(roleId: string, region: string): AttachedPolicy | undefined;
  /** The policies as writes; new causes are not remembered. */
  readBreaker(): BreakerRecord;
}

const text = z.string();
const optionalText = z._default(z.nullable(text), null);
const moment = z.iso.datetime();
const EPOCH = '1970-01-01T00:00:00.000Z';
const state = z.enum([
  'observed',
  'suppressed',
  'ticketed',
  'proposed',
  'repaired',
  'unverified',
  'closed',
  'verified',
]);
const disposition = z.enum(['attach-policy', 'propose-policy', 'open-ticket', 'observe', 'suppress', 'not-applicable']);

/** What people answered before decides what they are asked again. */
const proposal = z.object({
  proposalId: z._default(text, ''),
  state: z.enum(['open', 'approved', 'rejected', 'expired', 'replaced']),
  expiresAt: z._default(moment, EPOCH),
  statements: z._default(z.array(z.object({ actions: z.array(text), resources: z.array(text) })), []),
  answeredBy: optionalText,
  answeredAt: optionalText,
});

/** Written by hand as often as captured: what a decision does not look at may be missing. */
const caseSchema = z.object({
  fingerprint: z._default(text, ''),
  state: z._default(state, 'observed'),
  disposition: z._default(disposition, 'observe'),
  reasons: z._default(z.array(z.object({ code: text, detail: text })), []),
  count: z._default(z.number(), 1),
  firstSeenAt: z._default(moment, EPOCH),
  lastSeenAt: z._default(moment, EPOCH),
  decidedAt: z._default(moment, EPOCH),
  sessionIds: z._default(z.array(text), []),
  account: z._default(text, ''),
  region: z._default(text, ''),
  roleArn: z._default(text, ''),
  roleId: z._default(text, ''),
  logGroupName: optionalText,
  clusterArn: optionalText,
  ticketId: optionalText,
  proposal: z._default(z.nullable(proposal), null),
  repairedAt: z._default(z.nullable(moment), null),
  settingsVersion: z._default(text, ''),
  sessionDependent: z._default(z.boolean(), false),
  decidedFor: z._default(text, ''),
  recentEvents: z._default(z.array(text), []),
  outbox: z._default(
    z.array(z.object({ noticeId: text, state, createdAt: moment, announcedAt: z._default(moment, EPOCH) })),
    [],
  ),
  version: z._default(z.number(), 1),
});

const attachedPolicySchema = z.object({
  roleId: text,
  roleArn: z._default(text, ''),
  policyName: text,
  documentHash: text,
  previousHash: optionalText,
  attachedAt: moment,
  confirmedAt: optionalText,
  revertedAt: optionalText,
  provedBy: optionalText,
  warnedAt: optionalText,
  fingerprints: z._default(z.array(text), []),
  owner: z._default(text, ''),
  version: z._default(z.number(), 1),
});

const sectionsSchema = z.object({
  cases: z._default(z.nullable(z.array(caseSchema)), []),
  attachedPolicies: z._default(z.nullable(z.array(attachedPolicySchema)), []),
});

/** Reads the sections `cases` and `attachedPolicies` of an account file, or names every mistake in them. */
export function readRememberedCases(file: unknown): RememberedCases | readonly SettingsProblem[] {
  const read = z.safeParse(sectionsSchema, file);
  if (!read.success) {
    return read.error.issues.map((issue) => ({
      path: issue.path.map(String).join('.') || '(the whole document)',
      value: shown(valueAt(file, issue.path)),
      expectation: issue.code === 'invalid_type' ? `expected ${issue.expected}` : 'expected another value',
    }));
  }
  const cases = read.data.cases ?? [];
  const policies = read.data.attachedPolicies ?? [];
  return {
    findCase: (fingerprint, denial) =>
      cases.find((found) => found.fingerprint === fingerprint) ?? cases.find((found) => isOf(found, denial)) ?? null,
    findAttachedPolicy: (roleId, region) =>
      policies.find((policy) => policy.roleId === roleId && policy.policyName === policyNameFor(region)),
    readBreaker: () => ({
      ...NOTHING_COUNTED,
      writes: policies.map(({ roleId, attachedAt }) => ({ id: roleId, at: attachedAt })),
    }),
  };
}

/** A case that somebody wrote down without computing the fingerprint: the same role, Region and group. */
function isOf(found: Case, denial: Denial): boolean {
  return (
    found.fingerprint === '' &&
    found.roleArn === claimedRoleArn(denial) &&
    found.logGroupName === denial.logGroupName &&
    (found.region === '' || found.region === denial.region)
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : asciiJson(value).slice(0, 80);
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    document,
  );
}
