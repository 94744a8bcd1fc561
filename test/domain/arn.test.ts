import {
  isRegion,
  logGroupNameOf,
  parseArn,
  parseAssumedRoleArn,
  parseLogGroupArn,
  parseRoleArn,
} from '../../functions/domain/arn.ts';

const group = 'arn:aws:logs:eu-central-1:012345678901:log-group:/ecs/app';

describe('given a text that may be an ARN', () => {
  it('reads every partition, and keeps colons in the resource', () => {
    expect(parseArn('arn:aws-us-gov:logs:us-gov-west-1:012345678901:log-group:a:*')).toEqual({
      partition: 'aws-us-gov',
      service: 'logs',
      region: 'us-gov-west-1',
      account: '012345678901',
      resource: 'log-group:a:*',
    });
    expect(parseArn('arn:aws-cn:s3:::bucket/key')?.partition).toBe('aws-cn');
    expect(parseArn('arn:aws:iam::aws:policy/ReadOnlyAccess')?.account).toBe('aws');
  });

  it.each([
    ['a partition of somebody else', 'arn:gcp:logs:eu-central-1:111111111111:x'],
    ['an account of 11 digits', 'arn:aws:logs:eu-central-1:11111111111:x'],
    ['a Region without a number', 'arn:aws:logs:eu-central:111111111111:x'],
    ['no resource', 'arn:aws:logs:eu-central-1:111111111111:'],
    ['too few parts', 'arn:aws:logs'],
    ['2 KB and more', `arn:aws:s3:::${'a'.repeat(2048)}`],
  ])('refuses %s', (_, text) => {
    expect(parseArn(text)).toBeNull();
  });

  it.each([
    ['eu-central-1', true],
    ['us-isob-east-1', true],
    ['ap-southeast-10', true],
    ['eu--central-1', false],
    ['EU-central-1', false],
    ['e-central-1', false],
    ['eu-1', false],
    ['eu-central-100', false],
  ])('tells whether %s is a Region: %s', (text, expected) => {
    expect(isRegion(text)).toBe(expected);
  });
});

describe('given what names a log group', () => {
  const named = { name: '/ecs/app', partition: 'aws', region: 'eu-central-1', account: '012345678901' };
  const bare = { name: '/ecs/app', partition: null, region: null, account: null };

  it.each([
    ['a name', '/ecs/app', bare],
    ['a name with a trailing :*', '/ecs/app:*', bare],
    ['an ARN', group, named],
    ['an ARN with a trailing :*', `${group}:*`, named],
    ['an ARN with a trailing colon', `${group}:`, named],
    ['an ARN with a stream', `${group}:log-stream:a b`, named],
    ['a name with a space', '/ecs/my app', null],
    ['a name with an asterisk', '/ecs/*', null],
    ['513 characters', 'a'.repeat(513), null],
    ['nothing', '', null],
    ['the ARN of another thing', 'arn:aws:ecs:eu-central-1:012345678901:cluster/app', null],
    ['an ARN with an unknown tail', `${group}:metric-filter:x`, null],
    ['an ARN without an account', 'arn:aws:logs:eu-central-1::log-group:/ecs/app', null],
  ])('reads %s', (_, text, expected) => {
    expect(logGroupNameOf(text)).toEqual(expected);
  });

  it('gives the stream only where it is legal', () => {
    const parts = { partition: 'aws', region: 'eu-central-1', account: '012345678901', logGroupName: '/ecs/app' };
    expect(parseLogGroupArn(`${group}:log-stream:a/[$LATEST] b`)).toEqual({ ...parts, logStreamName: 'a/[$LATEST] b' });
    expect(parseLogGroupArn(`${group}:log-stream:`)).toEqual({ ...parts, logStreamName: null });
    expect(parseLogGroupArn(`${group}:log-stream:a:b`)).toEqual({ ...parts, logStreamName: null });
    expect(parseLogGroupArn('arn:aws:logs:eu-central-1:012345678901:log-group::log-stream:')).toBeNull();
  });
});

describe('given the ARN of a role', () => {
  it.each([
    ['directly under role/', 'arn:aws:iam::012345678901:role/app', '/'],
    ['under a path', 'arn:aws:iam::012345678901:role/team/sub/app', '/team/sub/'],
  ])('separates the path of a role %s', (_, text, path) => {
    expect(parseRoleArn(text)).toEqual({ partition: 'aws', account: '012345678901', path, roleName: 'app' });
  });

  it.each([
    ['a user', 'arn:aws:iam::012345678901:user/app'],
    ['a role without a name', 'arn:aws:iam::012345678901:role/'],
    ['an empty path segment', 'arn:aws:iam::012345678901:role//app'],
    ['a session', 'arn:aws:sts::012345678901:assumed-role/app/s'],
    ['an asterisk for the name', 'arn:aws:iam::012345678901:role/*'],
  ])('refuses %s', (_, text) => {
    expect(parseRoleArn(text)).toBeNull();
  });

  it('reads the ARN of its session, and refuses one with a third name', () => {
    const text = 'arn:aws:sts::012345678901:assumed-role/app/i-0abc';
    const session = { partition: 'aws', account: '012345678901', roleName: 'app', sessionName: 'i-0abc' };
    expect(parseAssumedRoleArn(text)).toEqual(session);
    expect(parseAssumedRoleArn(`${text}/x`)).toBeNull();
  });
});
