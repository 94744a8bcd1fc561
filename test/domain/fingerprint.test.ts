import type { Denial } from '../../functions/domain/denial.ts';
import { fingerprintOf } from '../../functions/domain/fingerprint.ts';
import { aDenial } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';

const of = (overrides: Partial<Denial>): string => fingerprintOf(aDenial(overrides), digestOf);

describe('the fingerprint of a denial', () => {
  it('is 32 hex digits', () => {
    expect(of({})).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each<Partial<Denial>>([
    { account: '222222222222' },
    { region: 'eu-central-1' },
    { roleId: 'AROAYYYYYYYYYYYYYYYYY' },
    { logGroupName: '/ecs/nginx-sample/nginx2' },
    { logGroupName: null },
    { policyType: 'scp' },
    { policyType: null },
    { denialKind: 'explicit' },
  ])('differs by %j', (overrides) => {
    expect(of(overrides)).not.toBe(of({}));
  });

  it.each<Partial<Denial>>([
    { eventId: 'other' },
    { eventTime: '2024-01-01T00:00:00Z' },
    { logStreamName: 'ecs-execute-command-1' },
    { sessionName: 'other' },
    { principalArn: 'arn:aws:sts::111111111111:assumed-role/x/other' },
    { roleName: 'renamed' },
    { policyArn: 'arn:aws:iam::111111111111:policy/x' },
    { resource: null },
    { source: 'firelens' },
  ])('is the same for %j', (overrides) => {
    expect(of(overrides)).toBe(of({}));
  });

  it('tells principals without a role apart by their ARNs', () => {
    const user = (name: string): string => of({ roleId: null, principalArn: `arn:aws:iam::111111111111:user/${name}` });
    expect(user('a')).not.toBe(user('b'));
    expect(user('a')).toBe(user('a'));
  });

  it('cannot be brought about by moving text from one field to the next', () => {
    expect(of({ account: 'a","b', region: 'c' })).not.toBe(of({ account: 'a', region: 'b","c' }));
  });
});
