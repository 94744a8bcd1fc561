import { parseRoleArn } from './arn.ts';
import { matchesGlob } from './glob.ts';
import { listOf, memberOf } from './unread-json.ts';

/** What a role wants of a key. */
export interface KeyUse {
  readonly keyArn: string;
  readonly actions: readonly string[];
  readonly roleArn: string;
  /** The service through which the role uses the key, e.g. `s3.eu-central-1.amazonaws.com`; null where it calls KMS itself. */
  readonly viaService: string | null;
}

/** `null` where it depends on something that is not known here. */
type Verdict = boolean | null;

/**
 * Whether a key's policy lets the role use it, given a grant by IAM: it delegates to the account or allows the role itself, for
 * each action, and denies none. False also where that is not certain: KMS needs the key's policy besides the role's.
 */
export function keyPolicyAllows(policy: unknown, use: KeyUse): boolean {
  const statements = listOf(memberOf(policy, 'Statement'));
  return (
    parseRoleArn(use.roleArn) !== null &&
    use.actions.length > 0 &&
    use.actions.every(
      (action) =>
        statements.some((statement) => effectOf(statement) === 'Allow' && applies(statement, action, use) === true) &&
        statements.every((statement) => effectOf(statement) === 'Allow' || applies(statement, action, use) === false),
    )
  );
}

/**
 * Whether a key's policy may let the role use it without any grant by IAM: a statement that may name the role itself, and not only
 * its account. True also where that is not certain; what IAM denies explicitly stays denied.
 */
export function keyPolicyMayGrant(policy: unknown, use: KeyUse): boolean {
  const role = parseRoleArn(use.roleArn);
  const delegations = [role?.account, `arn:${role?.partition}:iam::${role?.account}:root`];
  return use.actions.every((action) =>
    listOf(memberOf(policy, 'Statement')).some((statement) => {
      const named = textsOf(memberOf(memberOf(statement, 'Principal'), 'AWS'));
      const onlyDelegates = named?.every((text) => delegations.includes(text)) ?? false;
      return effectOf(statement) === 'Allow' && !onlyDelegates && applies(statement, action, use) !== false;
    }),
  );
}

function effectOf(statement: unknown): unknown {
  return memberOf(statement, 'Effect');
}

/** Whether the statement is about this action of this role on this key. */
function applies(statement: unknown, action: string, use: KeyUse): Verdict {
  return allOf([
    elementMatches(statement, 'Action', (name) => matchesGlob(name.toLowerCase(), action.toLowerCase())),
    elementMatches(statement, 'Resource', (arn) => matchesGlob(arn, use.keyArn)),
    namesRole(statement, use),
    conditionHolds(memberOf(statement, 'Condition'), use),
  ]);
}

/** `Action` and `Resource`, or their opposites; a `?` matches one character, which is not worked out here. */
function elementMatches(
  statement: unknown,
  element: 'Action' | 'Resource',
  matches: (text: string) => boolean,
): Verdict {
  const named = memberOf(statement, element);
  const excluded = memberOf(statement, `Not${element}`);
  const texts = textsOf(named ?? excluded);
  if (
    texts === null ||
    (named === undefined) === (excluded === undefined) ||
    texts.some((text) => text.includes('?'))
  ) {
    return null;
  }
  return texts.some(matches) === (excluded === undefined);
}

function namesRole(statement: unknown, { roleArn }: KeyUse): Verdict {
  const principal = memberOf(statement, 'Principal');
  if (principal === undefined || memberOf(statement, 'NotPrincipal') !== undefined) {
    return null;
  }
  if (principal === '*') {
    return true;
  }
  if (typeof principal !== 'object' || principal === null || Array.isArray(principal)) {
    return null;
  }
  const named = memberOf(principal, 'AWS');
  // A service or a federated identity is never the role.
  const texts = named === undefined ? [] : textsOf(named);
  if (texts === null) {
    return null;
  }
  const role = parseRoleArn(roleArn);
  const ours = ['*', roleArn, role?.account, `arn:${role?.partition}:iam::${role?.account}:root`];
  if (texts.some((text) => ours.includes(text))) {
    return true;
  }
  // A single session, a pattern, or a principal by its unique id: each may be the role's.
  return texts.some((text) => !text.startsWith('arn:') || /[*?]|:assumed-role\//.test(text)) ? null : false;
}

/** All conditions together; a key that is not listed here is not known. */
function conditionHolds(condition: unknown, { roleArn, viaService }: KeyUse): Verdict {
  if (condition === undefined) {
    return true;
  }
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) {
    return null;
  }
  const known: Readonly<Record<string, string | null>> = {
    'kms:calleraccount': parseRoleArn(roleArn)?.account ?? null,
    // Where the role calls KMS itself, the request carries no such key.
    'kms:viaservice': viaService,
  };
  return allOf(
    Object.entries(condition).flatMap(([operator, block]) =>
      Object.entries(Object(block)).map(([key, values]: [string, unknown]): Verdict => {
        const name = key.toLowerCase();
        const texts = textsOf(values);
        if (!Object.hasOwn(known, name) || texts === null) {
          return null;
        }
        const value = known[name] ?? null;
        switch (operator) {
          case 'StringEquals':
            return value !== null && texts.includes(value);
          case 'StringNotEquals':
            return value === null || !texts.includes(value);
          default:
            return null;
        }
      }),
    ),
  );
}

function allOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) {
    return false;
  }
  return verdicts.includes(null) ? null : true;
}

/** One text or several; null where there is anything else, or none. */
function textsOf(value: unknown): readonly string[] | null {
  const texts = listOf(value).filter((text) => typeof text === 'string');
  return texts.length > 0 && texts.length === listOf(value).length ? texts : null;
}
