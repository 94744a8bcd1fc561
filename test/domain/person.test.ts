import * as fc from 'fast-check';
import { personOf } from '../../functions/domain/person.ts';

const STS = 'arn:aws:sts::111111111111:assumed-role';
const SSO_ROLE = 'AWSReservedSSO_Developer_0123456789abcdef';
const NOBODY = { roleName: null, sessionName: null };

describe('given the ARN of a caller', () => {
  it.each([
    {
      name: 'a user of Identity Center by the role that only it can assume',
      arn: `${STS}/${SSO_ROLE}/ada@example.com`,
      person: { kind: 'sso-user', name: 'ada@example.com', roleName: SSO_ROLE, sessionName: 'ada@example.com' },
    },
    {
      name: "another role's session with the role, because its name is the caller's own choice",
      arn: `${STS}/Developer/ada@example.com`,
      person: {
        kind: 'role-session',
        name: 'Developer/ada@example.com',
        roleName: 'Developer',
        sessionName: 'ada@example.com',
      },
    },
    {
      name: "a role that only looks like Identity Center's as any other",
      arn: `${STS}/AWSReservedSSO_Developer_0123456789abcdeg/ada`,
      person: {
        kind: 'role-session',
        name: 'AWSReservedSSO_Developer_0123456789abcdeg/ada',
        roleName: 'AWSReservedSSO_Developer_0123456789abcdeg',
        sessionName: 'ada',
      },
    },
    {
      name: 'an IAM user by the last part of the path',
      arn: 'arn:aws:iam::111111111111:user/team/ada',
      person: { kind: 'iam-user', name: 'ada', ...NOBODY },
    },
    {
      name: 'the root of an account',
      arn: 'arn:aws:iam::111111111111:root',
      person: { kind: 'root', name: 'root of 111111111111', ...NOBODY },
    },
    {
      name: 'a federated user as unknown, by the whole ARN',
      arn: 'arn:aws:sts::111111111111:federated-user/ada',
      person: { kind: 'unknown', name: 'arn:aws:sts::111111111111:federated-user/ada', ...NOBODY },
    },
    {
      name: 'a session without a name as unknown',
      arn: `${STS}/Developer`,
      person: { kind: 'unknown', name: `${STS}/Developer`, ...NOBODY },
    },
    { name: 'what is no ARN as unknown', arn: 'ada', person: { kind: 'unknown', name: 'ada', ...NOBODY } },
    { name: 'nobody as unknown', arn: null, person: { kind: 'unknown', name: 'unknown', ...NOBODY } },
  ])('reads $name', ({ arn, person }) => {
    expect(personOf(arn)).toEqual(person);
  });

  it('never throws, and always has a name for a report', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ minLength: 1 })), (arn) => {
        expect(personOf(arn).name).not.toBe('');
      }),
    );
  });
});
