import * as z from 'zod/mini';
import { expectedKeyOf, problemsOf, type SettingsProblem } from './settings-problem.ts';
import { slackSchema } from './slack-settings.ts';
import { ticketSchema } from './ticket-settings.ts';

export type { SettingsProblem } from './settings-problem.ts';

/** The environment variables of every function, named here once; `infra/` sets them by these names. */
export const ENVIRONMENT = {
  settingsPath: 'SETTINGS_PATH',
  ceiling: 'CEILING',
  tableName: 'TABLE_NAME',
  queueUrl: 'QUEUE_URL',
  sessionsQueueUrl: 'SESSIONS_QUEUE_URL',
  approvalsQueueUrl: 'APPROVALS_QUEUE_URL',
  deploymentId: 'DEPLOYMENT_ID',
  /** Only in a hub: the organisation whose accounts it serves. */
  organizationId: 'ORGANIZATION_ID',
  logLevel: 'LOG_LEVEL',
} as const;

/** Where the terminal looks for settings when no `--settings` is given. Ignored inside Lambda. */
export const SETTINGS_FILE_VARIABLE = 'SETTINGS_FILE';

/** The tag on a cluster or role that may lower the mode. */
export const MODE_TAG = 'exec-log-remediation';

/** The IAM path of this system's own roles, which it never repairs. */
export const OWN_ROLE_PATH = '/exec-log/';

/** From the most careful to the most powerful; a mode caps what may be done. */
export const MODES = ['observe', 'ticket', 'propose', 'attach'] as const;

export type Mode = (typeof MODES)[number];

/** The more careful of the two. */
export function lowerMode(left: Mode, right: Mode): Mode {
  return MODES.indexOf(left) <= MODES.indexOf(right) ? left : right;
}

const mode = z.enum(MODES);
const globs = z.array(z.string().check(z.minLength(1), z.maxLength(2048)));
const accountId = z.string().check(z.regex(/^\d{12}$/));
/** `r-ab12`, `ou-ab12-cd34ef56`; not `ou-ab12`. */
const unitId = z.string().check(z.regex(/^(?:r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/));
const date = z.iso.date();
/** A whole ARN; `*` in the place of the account is whichever account a role lives in. */
const boundary = z.string().check(z.regex(/^arn:aws[a-z-]*:iam::(?:\*|aws|\d{12}):policy\/[\w+=,.@/-]+$/));

const suppression = z.strictObject({
  role: z.string().check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/)),
  until: date,
  reason: z.string().check(z.minLength(1)),
  owner: z.string().check(z.minLength(1)),
});

const slackUserId = z.string().check(z.regex(/^[UW][A-Z0-9]{2,30}$/));

/** A person of Slack, by the id that Slack signs for, and the principals of AWS under which the same person works. */
const person = z.strictObject({
  slack: slackUserId,
  /** Whole-string globs over the ARNs of callers, as `ExecuteCommand` records name them. */
  principals: z.array(z.string().check(z.regex(/^arn:/), z.maxLength(2048))).check(z.minLength(1)),
});

/** One role and one group, both in full: what is granted is what somebody declared, no pattern of it. */
const routerTarget = z.strictObject({
  role: z.string().check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/)),
  logGroup: z.string().check(z.regex(/^[.\-_/#A-Za-z0-9]{1,512}$/)),
  createsGroup: z._default(z.boolean(), false),
});

/** The settings of README "Settings"; every key has a default, `{}` is valid, an unknown key is an error. */
export const settingsSchema = z.strictObject({
  defaultMode: z._default(mode, 'observe'),
  accounts: z._default(z.record(accountId, z.strictObject({ mode })), {}),
  /** By the id of a unit or of the root; inherited by everything below. */
  organizationalUnits: z._default(z.record(unitId, z.strictObject({ mode })), {}),
  /** The tag on the account in AWS Organizations whose value is its mode. */
  accountTag: z._default(z.nullable(z.strictObject({ key: z.string().check(z.minLength(1), z.maxLength(128)) })), null),
  roles: z.prefault(z.strictObject({ allow: z._default(globs, ['*']), deny: z._default(globs, []) }), {}),
  attachToManagedRoles: z._default(z.boolean(), false),
  logGroups: z.prefault(
    z.strictObject({
      allow: z._default(globs, ['/ecs/*', '/ecs-exec/*', '/aws/ecs/*']),
      deny: z._default(globs, []),
    }),
    {},
  ),
  buckets: z.prefault(z.strictObject({ allow: z._default(globs, []) }), {}),
  keys: z.prefault(z.strictObject({ allow: z._default(globs, []) }), {}),
  ownerTag: z._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(128))), null),
  suppressions: z._default(z.array(suppression), []),
  ticket: z.prefault(ticketSchema, {}),
  slack: z._default(z.nullable(slackSchema), null),
  /** Who may answer a proposal. */
  people: z._default(z.array(person), []),
  language: z._default(z.enum(['en', 'ja']), 'en'),
  limits: z.prefault(
    z.strictObject({
      maxEventAgeHours: z._default(z.number().check(z.positive(), z.maximum(168)), 6),
      writesPerHour: z._default(z.int().check(z.minimum(0), z.maximum(1000)), 20),
      /** New causes in an hour, after which people get one digest and nothing is written. */
      casesPerHour: z._default(z.int().check(z.minimum(1), z.maximum(1000)), 20),
      policyTtlDays: z._default(z.int().check(z.minimum(1), z.maximum(365)), 30),
      proposalTtlHours: z._default(z.int().check(z.minimum(1), z.maximum(336)), 72),
    }),
    {},
  ),
  fireLens: z.prefault(
    z.strictObject({
      /** Caps the account's mode for log routers: more than a ticket only if somebody asks for it. */
      mode: z._default(mode, 'ticket'),
      /** Outputs that no AWS API shows, because they stand in the image of the router; several of one role are several targets. */
      targets: z._default(z.array(routerTarget), []),
    }),
    {},
  ),
  /** Denials of the execution role: never repaired. */
  awslogsDriver: z._default(z.enum(['ignore', 'ticket']), 'ignore'),
  audit: z.prefault(
    z.strictObject({
      minimumCoveragePercent: z._default(z.number().check(z.minimum(0), z.maximum(100)), 100),
      /** ARN patterns of clusters whose logging is NONE on purpose. */
      unloggedClusters: z._default(globs, []),
    }),
    {},
  ),
});

export type Settings = z.infer<typeof settingsSchema>;

/** What `{}` says. */
export const DEFAULT_SETTINGS: Settings = z.parse(settingsSchema, {});

/**
 * What the deployment permits at most, carried by the template: whoever may write a parameter must not thereby write IAM
 * (README "The ceiling").
 */
export const ceilingSchema = z.strictObject({
  mode: z._default(mode, 'observe'),
  /** Accounts in which a policy may be written; elsewhere the mode is at most `ticket`. */
  accounts: z._default(globs, []),
  /** Role ARN patterns. */
  roles: z._default(globs, []),
  /** Write only to roles that carry this tag: an opt-in by the role's owner. */
  roleTag: z._default(z.nullable(z.strictObject({ key: z.string().check(z.minLength(1)), value: z.string() })), null),
  /** Role ARN patterns that nothing is ever written to, whatever else permits it; none where it is absent. */
  neverRoles: z.optional(globs),
  /** The permissions boundary that a role must carry to be written to; any or none where it is absent or null. */
  requireBoundary: z.optional(z.nullable(boundary)),
  logGroups: z._default(globs, []),
  buckets: z._default(globs, []),
  keys: z._default(globs, []),
  writesPerHour: z._default(z.int().check(z.minimum(0), z.maximum(1000)), 20),
  /** How a role is repaired: by an inline policy, also where this is absent, or by a managed one that the template prepared. */
  repair: z.optional(z.enum(['inline-policy', 'managed-policy'])),
  /** The log groups that the template prepares a policy for. More, or longer ones, fit neither the environment nor IAM's names. */
  preparedGroups: z.optional(z.array(z.string().check(z.regex(/^[.\-_/#A-Za-z0-9]{1,90}$/))).check(z.maxLength(20))),
  /** The Slack users who may answer a proposal, whoever the settings list; null leaves that to the settings. */
  approvers: z._default(z.nullable(z.array(slackUserId)), null),
});

export type Ceiling = z.infer<typeof ceilingSchema>;

/** No ceiling: for the terminal, which writes nothing. Never the default of a function. */
export const NO_CEILING: Ceiling = {
  mode: 'attach',
  accounts: ['*'],
  roles: ['*'],
  roleTag: null,
  logGroups: ['*'],
  buckets: ['*'],
  keys: ['*'],
  writesPerHour: 1000,
  approvers: null,
};

export type Validated<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'invalid'; readonly problems: readonly SettingsProblem[] };

/** Reads the merged settings document and reports all mistakes together. */
export function parseSettings(document: unknown): Validated<Settings> {
  const result = validated(settingsSchema, document);
  if (result.kind === 'invalid' || !isObject(document)) return result;
  // zod leaves this key out of a record without a word, and an unknown key is an error.
  const problems = KEYED.filter((key) => hasPrototypeKey(document[key])).map((key) => ({
    path: `${key}.__proto__`,
    value: 'something',
    expectation: expectedKeyOf(key),
  }));
  return problems.length > 0 ? { kind: 'invalid', problems } : result;
}

/** The objects whose keys are ids. */
const KEYED = ['accounts', 'organizationalUnits'] as const;

function hasPrototypeKey(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, '__proto__');
}

/** Reads a ceiling document and reports all mistakes together. */
export function parseCeiling(document: unknown): Validated<Ceiling> {
  return validated(ceilingSchema, document);
}

/**
 * Several documents as one, in the given order: objects are merged key by key, lists are joined, and of two other values
 * the later one holds. One parameter holds 4 KB, so long lists are spread over several.
 *
 * A document that is not valid by itself is given back alone: merged, its mistake could be hidden by a later document, and
 * with it the deny-list of an earlier one.
 */
export function mergeDocuments(documents: readonly unknown[]): unknown {
  const wrong = documents.findIndex((document) => parseSettings(document).kind === 'invalid');
  return wrong === -1 ? documents.reduce(merged, {}) : documents[wrong];
}

function merged(left: unknown, right: unknown): unknown {
  if (Array.isArray(left) && Array.isArray(right)) {
    return [...left, ...right];
  }
  if (isObject(left) && isObject(right)) {
    // A null prototype: a key named __proto__ stays an ordinary, unknown key and is refused as such.
    const both: Record<string, unknown> = Object.assign(Object.create(null), left);
    for (const [key, value] of Object.entries(right)) {
      both[key] = key in both ? merged(both[key], value) : value;
    }
    return both;
  }
  return right;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function validated<T>(schema: z.ZodMiniType<T>, document: unknown): Validated<T> {
  const result = z.safeParse(schema, document);
  if (result.success) {
    return { kind: 'valid', value: result.data };
  }
  return { kind: 'invalid', problems: problemsOf(result.error.issues, document) };
}
