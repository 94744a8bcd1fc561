import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, resourcesOf, statementsOf, templateOf } from './deployed.ts';

let template: Template;

beforeAll(async () => {
  template = await templateOf(aCeiling('attach'));
});

const ofTable = (role: string) =>
  statementsOf(template, role)
    .filter(({ Action }) => Action.some((action) => action.startsWith('dynamodb:')))
    .map(({ Effect, Action, Resource, Condition }) => ({ Effect, Action, Resource, Condition }));

/** A statement on the rows whose keys begin so. */
const onRows = (Action: readonly string[], ...prefixes: string[]) => ({
  Effect: 'Allow',
  Action,
  Resource: ['<Table.Arn>'],
  Condition: {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  },
});

const READ = ['dynamodb:GetItem'];
const PUT = ['dynamodb:PutItem'];
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

describe('given the table that four functions share', () => {
  it('lets the recorder add sessions and open their verdicts', () => {
    expect(ofTable('RecorderRole')).toEqual([
      onRows(READ, 'SESSION#*', 'VERDICT#*'),
      onRows(PUT, 'SESSION#*', 'VERDICT#*'),
    ]);
  });

  it('lets the remediator read what it decides by, and write neither sessions nor verdicts nor acceptances', () => {
    const own = ['CASE#*', 'EVENT#*', 'POLICY#*', 'WRITES#*', 'DENIAL#*', 'TICKET#*', 'PROPOSAL#*', 'DIGEST#*'];
    expect(ofTable('RemediatorRole')).toEqual([
      onRows(READ, 'SESSION#*', 'VERDICT#*', ...own),
      onRows(WRITE, ...own),
      onRows(['dynamodb:DeleteItem'], 'EVENT#*'),
    ]);
  });

  it('lets the auditor read the ledger and the indexes, and write verdicts and its progress', () => {
    expect(ofTable('AuditorRole')).toEqual([
      onRows(READ, 'SESSION#*', 'VERDICT#*', 'DENIAL#*', 'CASE#*', 'POLICY#*', 'AUDIT#*'),
      {
        Effect: 'Allow',
        Action: ['dynamodb:Query'],
        Resource: ['<Table.Arn>/index/work', '<Table.Arn>/index/day'],
        Condition: undefined,
      },
      onRows(WRITE, 'VERDICT#*', 'AUDIT#*'),
    ]);
  });

  it('lets the acceptor read what it judges by, and add acceptances', () => {
    expect(ofTable('AcceptorRole')).toEqual([onRows(READ, 'VERDICT#*', 'ACCEPTED#*'), onRows(PUT, 'ACCEPTED#*')]);
  });

  it('lets nobody scan, and nobody write in batches or past the keys', () => {
    const roles = ['RecorderRole', 'RemediatorRole', 'AuditorRole', 'AcceptorRole'];
    const actions = roles.flatMap((role) => ofTable(role).flatMap(({ Action }) => Action));
    expect([...new Set(actions)].sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
  });
});

describe('given the auditor', () => {
  const actions = () => statementsOf(template, 'AuditorRole').flatMap(({ Action }) => Action);

  it('may do exactly this', () => {
    expect([...new Set(actions())].sort()).toEqual([
      'cloudtrail:DescribeTrails',
      'cloudtrail:GetEventSelectors',
      'cloudtrail:GetTrailStatus',
      'cloudtrail:LookupEvents',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'ecs:DescribeClusters',
      'ecs:DescribeTaskDefinition',
      'ecs:DescribeTasks',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListInstanceProfilesForRole',
      'iam:ListRolePolicies',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      's3:ListBucket',
      'sqs:SendMessage',
      'ssm:DescribeSessions',
      'ssm:GetParametersByPath',
    ]);
  });

  it('writes no IAM and reads no transcript', () => {
    expect(actions().filter((action) => action.startsWith('iam:') && !/^iam:(Get|List)/.test(action))).toEqual([]);
    expect(actions()).not.toEqual(expect.arrayContaining(['logs:GetLogEvents']));
    expect(actions()).not.toEqual(expect.arrayContaining(['logs:FilterLogEvents']));
    expect(actions()).not.toEqual(expect.arrayContaining(['s3:GetObject']));
  });

  it('lists only buckets of its own account', () => {
    expect(statementsOf(template, 'AuditorRole').find(({ Sid }) => Sid === 'FindObjects')).toEqual({
      Sid: 'FindObjects',
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: ['arn:<AWS::Partition>:s3:::*'],
      Condition: { StringEquals: { 'aws:ResourceAccount': '<AWS::AccountId>' } },
    });
  });

  it('sends to the two queues and to that of its own failures', () => {
    const sends = statementsOf(template, 'AuditorRole').filter(({ Action }) => Action.includes('sqs:SendMessage'));
    expect(sends.flatMap(({ Resource }) => Resource)).toEqual([
      '<AuditorFailures.Arn>',
      '<DenialsQueue.Arn>',
      '<SessionsQueue.Arn>',
    ]);
  });
});

describe('given who may invoke the functions', () => {
  it('lets in the schedule of the auditor, and by a policy of a function nobody else, but everybody to the approver', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(({ Properties }) => Properties);
    const names = permissions.map(({ Principal, FunctionName }) => [
      Principal,
      /Approver|Auditor/.exec(JSON.stringify(FunctionName))?.[0],
    ]);
    expect(names).toEqual([
      ['*', 'Approver'],
      ['*', 'Approver'],
      ['events.amazonaws.com', 'Auditor'],
    ]);
  });
});
