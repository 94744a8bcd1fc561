import { keyPolicyAllows } from '../../functions/domain/key-policy.ts';
import { ACCOUNT, REGION, ROLE_ARN, ROLE_NAME } from '../support/builders.ts';
import { delegatingTo, KEY_ARN } from '../support/other-signals.ts';

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const THROUGH_S3 = `s3.${REGION}.amazonaws.com`;

type Fields = Readonly<Record<string, unknown>>;

const allow = (fields: Fields = {}): Fields => ({
  Effect: 'Allow',
  Principal: { AWS: ROOT },
  Action: 'kms:*',
  Resource: '*',
  ...fields,
});
const deny = (fields: Fields = {}): Fields => allow({ Effect: 'Deny', Principal: '*', ...fields });
const { Action: _, ...withoutAction } = allow();
const { Resource: __, ...withoutResource } = allow();
const { Principal: ___, ...withoutPrincipal } = allow();

function allows(
  statements: readonly Fields[],
  overrides: Partial<Parameters<typeof keyPolicyAllows>[1]> = {},
): boolean {
  const use = { keyArn: KEY_ARN, actions: ['kms:Decrypt'], roleArn: ROLE_ARN, viaService: null, ...overrides };
  return keyPolicyAllows({ Version: '2012-10-17', Statement: statements }, use);
}

const when = (operator: string, key: string, value: unknown): Fields => ({
  Condition: { [operator]: { [key]: value } },
});

describe("a key's policy", () => {
  it.each<[string, readonly Fields[], boolean]>([
    ['delegates to the account', [allow()], true],
    ['delegates by the account id', [allow({ Principal: { AWS: ACCOUNT } })], true],
    ['delegates among others', [allow({ Principal: { AWS: ['arn:aws:iam::222222222222:root', ROOT] } })], true],
    ['allows the role itself', [allow({ Principal: { AWS: ROLE_ARN } })], true],
    ['allows everybody', [allow({ Principal: '*' })], true],
    ['allows every AWS principal', [allow({ Principal: { AWS: '*' } })], true],
    ['allows another account', [allow({ Principal: { AWS: 'arn:aws:iam::222222222222:root' } })], false],
    ['allows another role', [allow({ Principal: { AWS: `${ROLE_ARN}2` } })], false],
    ['allows a service', [allow({ Principal: { Service: 's3.amazonaws.com' } })], false],
    ['allows a deleted principal', [allow({ Principal: { AWS: 'AROAXXXXXXXXXXXXXXXXX' } })], false],
    ['names no principal', [withoutPrincipal], false],
    ['allows all but some', [{ ...withoutPrincipal, NotPrincipal: { AWS: ROLE_ARN } }], false],
    ['allows just the action', [allow({ Action: ['kms:Encrypt', 'KMS:decrypt'] })], true],
    ['allows by a pattern', [allow({ Action: 'kms:Dec*' })], true],
    ['allows another action', [allow({ Action: 'kms:Encrypt' })], false],
    ['allows by a question mark', [allow({ Action: 'kms:Decryp?' })], false],
    ['allows all other actions', [{ ...withoutAction, NotAction: 'kms:Encrypt' }], true],
    ['allows all actions but this', [{ ...withoutAction, NotAction: 'kms:Decrypt' }], false],
    ['names no action', [withoutAction], false],
    ['names this key', [allow({ Resource: KEY_ARN })], true],
    ['names another key', [allow({ Resource: `${KEY_ARN}2` })], false],
    ['names no resource', [withoutResource], false],
    ['has no statement', [], false],
    ['has another effect', [allow({ Effect: 'allow' })], false],
    ['has an action that is no text', [allow({ Action: [1] })], false],
  ])('%s: %s %s', (_name, statements, expected) => {
    expect(allows(statements)).toBe(expected);
  });

  it.each<[string, readonly Fields[], boolean]>([
    ['for callers of this account', [allow(when('StringEquals', 'kms:CallerAccount', ACCOUNT))], true],
    ['whatever the case of the key', [allow(when('StringEquals', 'KMS:calleraccount', [ACCOUNT, 'x']))], true],
    ['for callers of another account', [allow(when('StringEquals', 'kms:CallerAccount', '222222222222'))], false],
    ['for callers of other accounts', [allow(when('StringNotEquals', 'kms:CallerAccount', ACCOUNT))], false],
    ['for callers not of another account', [allow(when('StringNotEquals', 'kms:CallerAccount', '2'))], true],
    ['under an operator that is not worked out', [allow(when('StringLike', 'kms:CallerAccount', ACCOUNT))], false],
    ['under a key that is not known', [allow(when('StringEquals', 'aws:PrincipalOrgID', 'o-1'))], false],
    [
      'under another value of a key that is not known',
      [allow(when('StringNotEquals', 'aws:SourceVpc', 'vpc-1'))],
      false,
    ],
    ['under no condition at all', [allow({ Condition: {} })], true],
    ['under a condition that is none', [allow({ Condition: 'x' })], false],
    ['through S3 only', [allow(when('StringEquals', 'kms:ViaService', THROUGH_S3))], false],
  ])('allows %s', (_name, statements, expected) => {
    expect(allows(statements)).toBe(expected);
  });

  it.each<[string, Fields, boolean]>([
    ['through S3 of this Region', when('StringEquals', 'kms:ViaService', THROUGH_S3), true],
    ['through S3 of another Region', when('StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com'), false],
    ['through anything but S3', when('StringNotEquals', 'kms:ViaService', THROUGH_S3), false],
    [
      'through S3 for callers of this account, as for the key that AWS manages',
      { Condition: { StringEquals: { 'kms:ViaService': THROUGH_S3, 'kms:CallerAccount': ACCOUNT } } },
      true,
    ],
  ])("of a bucket's key allows %s", (_name, condition, expected) => {
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    expect(allows([allow(condition)], { actions, viaService: THROUGH_S3 })).toBe(expected);
  });

  it.each<[string, Fields, boolean]>([
    ['everything', deny(), false],
    ['this action', deny({ Action: 'kms:Decrypt' }), false],
    ['another action', deny({ Action: 'kms:ScheduleKeyDeletion' }), true],
    ['what may be this action by a question mark', deny({ Action: 'kms:Decryp?' }), false],
    ['all but this action', deny({ Action: undefined, NotAction: 'kms:Decrypt' }), true],
    ['the account', deny({ Principal: { AWS: ROOT } }), false],
    ['another role', deny({ Principal: { AWS: `${ROLE_ARN}2` } }), true],
    ['a service', deny({ Principal: { Service: 'x.amazonaws.com' } }), true],
    ['all but some', deny({ Principal: undefined, NotPrincipal: { AWS: ROLE_ARN } }), false],
    ['a session', deny({ Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE_NAME}/x` } }), false],
    ['a principal by its id', deny({ Principal: { AWS: 'AROAXXXXXXXXXXXXXXXXX' } }), false],
    ['other accounts', deny(when('StringNotEquals', 'kms:CallerAccount', ACCOUNT)), true],
    ['this account', deny(when('StringEquals', 'kms:CallerAccount', ACCOUNT)), false],
    ['whoever comes not through S3', deny(when('StringNotEquals', 'kms:ViaService', THROUGH_S3)), false],
    ['one value of a key that is not known', deny(when('StringEquals', 'aws:SourceVpc', 'vpc-1')), false],
    ['something that is not known', deny(when('Bool', 'aws:SecureTransport', 'false')), false],
    [
      'something not known of other accounts',
      deny({ Condition: { Bool: { 'aws:x': 'y' }, StringNotEquals: { 'kms:CallerAccount': ACCOUNT } } }),
      true,
    ],
    ['another key', deny({ Resource: `${KEY_ARN}2` }), true],
  ])('that denies %s besides: %s', (_name, statement, expected) => {
    expect(allows([allow(), statement])).toBe(expected);
  });

  it('allows every action of the use, or not at all', () => {
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    expect(allows([allow({ Action: 'kms:Decrypt' })], { actions })).toBe(false);
    expect(allows([allow({ Action: 'kms:Decrypt' }), allow({ Action: 'kms:GenerateDataKey' })], { actions })).toBe(
      true,
    );
    expect(allows([allow()], { actions: [] })).toBe(false);
  });

  it('may hold one statement that stands in no list', () => {
    const use = { keyArn: KEY_ARN, actions: ['kms:Decrypt'], roleArn: ROLE_ARN, viaService: null };
    expect(keyPolicyAllows({ Statement: allow() }, use)).toBe(true);
    expect(keyPolicyAllows(delegatingTo(ACCOUNT), { ...use, roleArn: 'x' })).toBe(false);
  });

  it.each([null, undefined, 'x', 1, [], {}, { Statement: null }, { Statement: ['x', null] }])(
    'of %j allows nothing',
    (policy) => {
      const use = { keyArn: KEY_ARN, actions: ['kms:Decrypt'], roleArn: ROLE_ARN, viaService: null };
      expect(keyPolicyAllows(policy, use)).toBe(false);
    },
  );
});
