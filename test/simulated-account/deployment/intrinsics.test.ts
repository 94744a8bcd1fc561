import { startSample } from '../sample-account.ts';
import type { SimulatedAccount } from '../server.ts';
import { stackOf } from './stack.ts';

/** What `Fn::Sub` replaces. */
const placeholder = (name: string) => `$\{${name}}`;

describe("given a template's intrinsic functions", () => {
  let account: SimulatedAccount;
  beforeAll(async () => {
    account = await startSample();
  });
  afterAll(() => account.close());

  const resolved = (value: unknown, exports = new Map<string, unknown>()) => {
    const template = {
      Parameters: { Stage: { Type: 'String', Default: 'test' }, Topic: { Type: 'String' } },
      Mappings: { Runtime: { 'eu-central-1': { latest: 'nodejs24.x' } } },
      Conditions: { Yes: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
      Resources: {
        Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'denials' } },
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { RoleName: { 'Fn::Sub': `r-${placeholder('Stage')}` }, Path: '/exec-log/' },
        },
        Unnamed: { Type: 'AWS::DynamoDB::Table' },
        Under: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/exec-log/a/b', Value: value } },
      },
    };
    const [parameter] = stackOf('stack', template, account, exports).resourcesOf('AWS::SSM::Parameter');
    return parameter?.properties['Value'];
  };

  it.each<{ name: string; value: unknown; is: () => unknown }>([
    { name: 'Ref of a queue is its URL', value: { Ref: 'Queue' }, is: () => `${account.url}/111111111111/denials` },
    { name: 'Ref of an unnamed table is a made-up name', value: { Ref: 'Unnamed' }, is: () => 'stack-Unnamed' },
    {
      name: "GetAtt of a role's Arn carries its path",
      value: { 'Fn::GetAtt': ['Role', 'Arn'] },
      is: () => 'arn:aws:iam::111111111111:role/exec-log/r-test',
    },
    { name: 'GetAtt of a queue as text', value: { 'Fn::GetAtt': 'Queue.QueueName' }, is: () => 'denials' },
    {
      name: "a parameter's ARN has one slash",
      value: { 'Fn::GetAtt': ['Under', 'Arn'] },
      is: () => 'arn:aws:ssm:eu-central-1:111111111111:parameter/exec-log/a/b',
    },
    {
      name: 'Join',
      value: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sqs:', { Ref: 'AWS::Region' }]] },
      is: () => 'arn:aws:sqs:eu-central-1',
    },
    {
      name: 'Sub with own names and a literal',
      value: {
        'Fn::Sub': [`${placeholder('a')}-${placeholder('!b')}-${placeholder('Queue.Arn')}`, { a: { Ref: 'Stage' } }],
      },
      is: () => `test-${placeholder('b')}-arn:aws:sqs:eu-central-1:111111111111:denials`,
    },
    {
      name: 'Select of a Split',
      value: { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'AWS::Region' }] }] },
      is: () => 'central',
    },
    {
      name: 'If, with NoValue left out',
      value: { kept: { 'Fn::If': ['Yes', 1, 2] }, gone: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } },
      is: () => ({ kept: 1 }),
    },
    {
      name: 'FindInMap',
      value: { 'Fn::FindInMap': ['Runtime', { Ref: 'AWS::Region' }, 'latest'] },
      is: () => 'nodejs24.x',
    },
    { name: 'plain values', value: [1, 'two', { three: true }], is: () => [1, 'two', { three: true }] },
  ])('resolves: $name', ({ value, is }) => {
    expect(resolved(value)).toEqual(is());
  });

  it('resolves an import by the exports of earlier stacks', () => {
    expect(resolved({ 'Fn::ImportValue': 'table' }, new Map([['table', 'cases']]))).toBe('cases');
  });

  it.each([
    { name: 'an unknown resource', value: { Ref: 'Nobody' } },
    { name: 'an unknown export', value: { 'Fn::ImportValue': 'nobody' } },
    { name: 'an unknown function', value: { 'Fn::Cidr': ['10.0.0.0/8', 1] } },
    { name: 'an unknown attribute', value: { 'Fn::GetAtt': ['Queue', 'Colour'] } },
    { name: 'a parameter without a value', value: { Ref: 'Topic' } },
  ])('refuses $name', ({ value }) => {
    expect(() => resolved(value)).toThrow();
  });
});
