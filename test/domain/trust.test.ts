import { type Trust, trustOf } from '../../functions/domain/trust.ts';
import { ACCOUNT, aTrustPolicy } from '../support/builders.ts';

const principal = (Principal: unknown, fields: object = {}): object => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...fields,
});
const only = (statement: unknown): unknown => ({ Version: '2012-10-17', Statement: [statement] });
const ECS = { Service: 'ecs-tasks.amazonaws.com' };
const OIDC = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;

describe('trustOf', () => {
  it.each<{ name: string; policy: unknown; trust: Trust }>([
    { name: 'the usual policy', policy: aTrustPolicy(), trust: 'ecs-tasks' },
    { name: 'one statement without a list', policy: { Statement: principal(ECS) }, trust: 'ecs-tasks' },
    {
      name: 'a list of services',
      policy: only(principal({ Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] })),
      trust: 'ecs-tasks',
    },
    {
      name: 'a list of actions',
      policy: only(principal(ECS, { Action: ['sts:TagSession', 'STS:assumerole'] })),
      trust: 'ecs-tasks',
    },
    {
      name: 'a condition, which the session proves',
      policy: only(principal(ECS, { Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } })),
      trust: 'ecs-tasks',
    },
    {
      name: 'a Deny for everybody besides',
      policy: aTrustPolicy({ Effect: 'Deny', Principal: '*', Action: '*' }),
      trust: 'ecs-tasks',
    },
    {
      name: 'its own account besides',
      policy: aTrustPolicy(principal({ AWS: `arn:aws:iam::${ACCOUNT}:root` })),
      trust: 'ecs-tasks',
    },
    {
      name: 'its own account by number besides',
      policy: aTrustPolicy(principal({ AWS: ACCOUNT })),
      trust: 'ecs-tasks',
    },
    {
      name: 'a deleted principal besides',
      policy: aTrustPolicy(principal({ AWS: 'AROAXXXXXXXXXXXXXXXXX' })),
      trust: 'ecs-tasks',
    },
    {
      name: 'an identity provider besides',
      policy: aTrustPolicy(principal({ Federated: OIDC }, { Action: 'sts:AssumeRoleWithWebIdentity' })),
      trust: 'ecs-tasks',
    },
    { name: 'everybody besides', policy: aTrustPolicy(principal('*')), trust: 'wide' },
    { name: 'everybody as AWS besides', policy: aTrustPolicy(principal({ AWS: '*' })), trust: 'wide' },
    {
      name: 'a wildcard in an ARN besides',
      policy: aTrustPolicy(principal({ AWS: [`arn:aws:iam::${ACCOUNT}:role/*`] })),
      trust: 'wide',
    },
    {
      name: 'a foreign account besides',
      policy: aTrustPolicy(principal({ AWS: [ACCOUNT, 'arn:aws:iam::222222222222:root'] })),
      trust: 'wide',
    },
    {
      name: 'a foreign account by number besides',
      policy: aTrustPolicy(principal({ AWS: '222222222222' })),
      trust: 'wide',
    },
    {
      name: 'an ARN without an account besides',
      policy: aTrustPolicy(principal({ AWS: 'arn:aws:iam:::user/x' })),
      trust: 'wide',
    },
    { name: 'a principal that is no text besides', policy: aTrustPolicy(principal({ AWS: [7] })), trust: 'wide' },
    { name: 'a canonical user besides', policy: aTrustPolicy(principal({ CanonicalUser: 'abc' })), trust: 'wide' },
    { name: 'any service besides', policy: aTrustPolicy(principal({ Service: '*' })), trust: 'wide' },
    { name: 'any identity provider besides', policy: aTrustPolicy(principal({ Federated: '*' })), trust: 'wide' },
    {
      name: 'everybody but one',
      policy: aTrustPolicy({ Effect: 'Allow', NotPrincipal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }),
      trust: 'wide',
    },
    { name: 'another service', policy: only(principal({ Service: 'ec2.amazonaws.com' })), trust: 'not-ecs-tasks' },
    {
      name: 'a service of a like name',
      policy: only(principal({ Service: 'ecs-tasks.amazonaws.com.evil.example' })),
      trust: 'not-ecs-tasks',
    },
    { name: 'ECS, not its tasks', policy: only(principal({ Service: 'ecs.amazonaws.com' })), trust: 'not-ecs-tasks' },
    { name: 'a Deny for tasks', policy: only(principal(ECS, { Effect: 'Deny' })), trust: 'not-ecs-tasks' },
    { name: 'another action', policy: only(principal(ECS, { Action: 'sts:TagSession' })), trust: 'not-ecs-tasks' },
    { name: 'no action', policy: only({ Effect: 'Allow', Principal: ECS }), trust: 'not-ecs-tasks' },
    { name: 'no policy', policy: null, trust: 'unreadable' },
    { name: 'a text', policy: 'allow', trust: 'unreadable' },
    { name: 'no statements', policy: { Statement: [] }, trust: 'unreadable' },
    { name: 'a statement that is none besides', policy: aTrustPolicy([]), trust: 'unreadable' },
    {
      name: 'an effect that does not exist besides',
      policy: aTrustPolicy(principal(ECS, { Effect: 'allow' })),
      trust: 'unreadable',
    },
    {
      name: 'an Allow without a principal besides',
      policy: aTrustPolicy({ Effect: 'Allow', Action: '*' }),
      trust: 'unreadable',
    },
  ])('says $trust of $name', ({ policy, trust }) => {
    expect(trustOf(policy, ACCOUNT)).toBe(trust);
  });

  it('takes every account for foreign where its own is not known', () => {
    expect(trustOf(aTrustPolicy(principal({ AWS: ACCOUNT })), '')).toBe('wide');
  });
});
