import { keyPolicyMayGrant } from '../../../functions/domain/key-policy.ts';
import { checkSubject } from '../../../functions/domain/preflight/check-subject.ts';
import type { PreflightSubject } from '../../../functions/domain/preflight/subject.ts';
import { ACCOUNT, absent, ROLE_ARN, read } from '../../support/builders.ts';
import { aKey, anOverrideTarget, answersFor, aSubject, SESSION_KEY_ARN } from '../../support/preflight.ts';

const allowing = (AWS: unknown, rest: object = {}) => ({
  Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*', ...rest }],
});
const NAMES_ROLE = allowing(ROLE_ARN);
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;

describe('given the policy of a key', () => {
  const use = { keyArn: SESSION_KEY_ARN, actions: ['kms:Decrypt'], roleArn: ROLE_ARN, viaService: null };

  it.each<[string, unknown, boolean]>([
    ['names the role', NAMES_ROLE, true],
    ['names the role beside the account', allowing([ROOT, ROLE_ARN]), true],
    ['names everybody', allowing('*'), true],
    [
      'names the role under a condition that nobody knows',
      allowing(ROLE_ARN, { Condition: { Bool: { x: 'y' } } }),
      true,
    ],
    ['delegates to the account only', allowing([ROOT, ACCOUNT]), false],
    ['names another role', allowing(`${ROLE_ARN}-other`), false],
    ['names the role for another action', allowing(ROLE_ARN, { Action: 'kms:Encrypt' }), false],
    [
      'names the role through another service only',
      allowing(ROLE_ARN, { Condition: { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } } }),
      false,
    ],
    ['denies the role', { Statement: [{ ...NAMES_ROLE.Statement[0], Effect: 'Deny' }] }, false],
    ['is none', null, false],
  ])('sees whether one that %s may grant without IAM', (_, policy, expected) => {
    expect(keyPolicyMayGrant(policy, use)).toBe(expected);
  });
});

describe('given a role that IAM does not grant the session key', () => {
  const target = anOverrideTarget();
  const isDecrypt = ({ action, viaService }: { action: string; viaService?: string }) =>
    action === 'kms:Decrypt' && viaService === undefined;
  const troublesOf = (sessionKey: PreflightSubject['sessionKey'], denial: object = {}) => {
    const calls = read(answersFor(target, (call) => (isDecrypt(call) ? { allowed: false, ...denial } : {})));
    return checkSubject(aSubject({ target, sessionKey, calls }))
      .checks.filter(({ status }) => status !== 'green')
      .map(({ status, code }) => `${status} ${code}`);
  };

  it.each<[string, PreflightSubject['sessionKey'], readonly string[]]>([
    ['delegates to the account', read(aKey(SESSION_KEY_ARN)), ['red call-not-granted']],
    ['names the role', read(aKey(SESSION_KEY_ARN, { policy: read(NAMES_ROLE) })), ['yellow call-not-granted']],
    [
      'has a policy that may not be read',
      read(aKey(SESSION_KEY_ARN, { policy: absent })),
      ['yellow call-not-granted', 'yellow key-policy-unreadable'],
    ],
    ['is gone', absent, ['red call-not-granted', 'red key-missing']],
  ])('is red only where the key that %s certainly does not grant it either', (_, sessionKey, expected) => {
    expect(troublesOf(sessionKey)).toEqual(expected);
  });

  it.each([{ explicitDeny: true }, { deniedByBoundary: true }, { deniedByOrganization: true }])(
    'stays red where IAM says %j, whatever the key says',
    (denial) => {
      const [worst] = troublesOf(read(aKey(SESSION_KEY_ARN, { policy: read(NAMES_ROLE) })), denial);
      expect(worst).toMatch(/^red call-denied-/);
    },
  );
});
