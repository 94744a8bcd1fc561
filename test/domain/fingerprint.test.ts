import type { CompanionCall, Denial } from '../../functions/domain/denial.ts';
import { fingerprintOf } from '../../functions/domain/fingerprint.ts';
import { aDenial } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aCompanionDenial, aRouterDenial, BUCKET_ARN, BUCKET_KEY_ARN } from '../support/other-signals.ts';

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
    { source: 'firelens' },
    { source: 'awslogs-driver' },
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

describe("the fingerprint of a companion's denial", () => {
  const ofCompanion = (companion: CompanionCall, overrides: Partial<Denial> = {}): string =>
    fingerprintOf(aCompanionDenial(companion, overrides), digestOf);

  it('tells the calls apart, each from the delivery', () => {
    const calls = ['describe-log-groups', 'bucket-encryption', 'session-key', 'object'] as const;
    expect(new Set([of({ logGroupName: null }), ...calls.map((companion) => ofCompanion(companion))]).size).toBe(5);
  });

  it('is by the bucket, never by the object', () => {
    const upload = (resource: string) => ofCompanion('object', { resource });
    expect(upload(`${BUCKET_ARN}/a/ecs-execute-command-1.log`)).toBe(upload(`${BUCKET_ARN}/ecs-execute-command-2.log`));
    expect(upload(`${BUCKET_ARN}2/ecs-execute-command-2.log`)).not.toBe(
      upload(`${BUCKET_ARN}/ecs-execute-command-2.log`),
    );
  });

  it('is by the key', () => {
    expect(ofCompanion('session-key', { resource: BUCKET_KEY_ARN })).not.toBe(ofCompanion('session-key'));
  });

  it('is the same however the groups were named, in one account and Region', () => {
    expect(ofCompanion('describe-log-groups', { resource: null })).toBe(ofCompanion('describe-log-groups'));
  });
});

describe("the fingerprint of a router's denial", () => {
  it('is the same whichever call was denied', () => {
    const calls = ['logs:CreateLogStream', 'logs:CreateLogGroup', 'logs:DescribeLogStreams'];
    const all = calls.map((action) => fingerprintOf(aRouterDenial({ action, logStreamName: null }), digestOf));
    expect(new Set(all).size).toBe(1);
  });

  it('differs by its group', () => {
    const ofGroup = (logGroupName: string) => fingerprintOf(aRouterDenial({ logGroupName }), digestOf);
    expect(ofGroup('/ecs/a')).not.toBe(ofGroup('/ecs/b'));
  });
});
