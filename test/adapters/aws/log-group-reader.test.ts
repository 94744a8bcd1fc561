import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { createLogGroupReader } from '../../../functions/adapters/aws/log-group-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const NAME = '/ecs/web';
const ARN = `arn:aws:logs:eu-central-1:111111111111:log-group:${NAME}`;

const client = new CloudWatchLogsClient(CLIENT);
const logs = mockClient(client);
const reader = createLogGroupReader(client);
const find = (withTags: boolean) => reader.findLogGroup({ logGroupName: NAME, withTags });

beforeEach(() => logs.reset());

describe('given a log group', () => {
  it('finds the one of exactly this name on a later page, without asking for tags', async () => {
    logs
      .on(DescribeLogGroupsCommand)
      .resolvesOnce({ logGroups: [{ logGroupName: `${NAME}-2` }], nextToken: 'page-2' })
      .resolvesOnce({ logGroups: [{ logGroupName: NAME, kmsKeyId: 'arn:aws:kms:key' }], nextToken: 'page-3' });
    await expect(find(false)).resolves.toEqual({
      kind: 'read',
      value: { name: NAME, kmsKeyId: 'arn:aws:kms:key', tags: {} },
    });
    expect(logs.commandCalls(DescribeLogGroupsCommand).map(({ args: [command] }) => command.input)).toEqual([
      { logGroupNamePrefix: NAME, limit: 50 },
      { logGroupNamePrefix: NAME, limit: 50, nextToken: 'page-2' },
    ]);
    expect(logs.commandCalls(ListTagsForResourceCommand)).toHaveLength(0);
  });

  it.each([
    ['with the ARN made for tags', { logGroupName: NAME, arn: `${ARN}:*`, logGroupArn: ARN }],
    ['with the older ARN only', { logGroupName: NAME, arn: `${ARN}:*` }],
  ])('reads its tags %s', async (_, group) => {
    logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [group] });
    logs.on(ListTagsForResourceCommand).resolves({ tags: { owner: 'shop' } });
    await expect(find(true)).resolves.toEqual({
      kind: 'read',
      value: { name: NAME, kmsKeyId: null, tags: { owner: 'shop' } },
    });
    expect(logs.commandCalls(ListTagsForResourceCommand).map(({ args: [command] }) => command.input)).toEqual([
      { resourceArn: ARN },
    ]);
  });

  it.each([
    ['ResourceNotFoundException', { kind: 'absent' }],
    [
      'AccessDeniedException',
      { kind: 'unreadable', because: 'logs:ListTagsForResource is not permitted (AccessDenied)' },
    ],
  ])('reads %s of its tags', async (name, reading) => {
    logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [{ logGroupName: NAME, logGroupArn: ARN }] });
    logs.on(ListTagsForResourceCommand).rejects(awsError(name));
    await expect(find(true)).resolves.toEqual(reading);
  });
});

describe('given no such log group', () => {
  it('is absent where only longer names begin with it', async () => {
    logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [{ logGroupName: `${NAME}-2` }] });
    await expect(find(true)).resolves.toEqual({ kind: 'absent' });
  });

  it('is unreadable after five pages with more to come', async () => {
    logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [], nextToken: 'more' });
    await expect(find(true)).resolves.toEqual({
      kind: 'unreadable',
      because: 'more than 5 pages of log groups begin with this name',
    });
    expect(logs.commandCalls(DescribeLogGroupsCommand)).toHaveLength(5);
  });

  it('is unreadable where groups may not be described', async () => {
    logs.on(DescribeLogGroupsCommand).rejects(awsError('AccessDeniedException'));
    await expect(find(true)).resolves.toEqual({
      kind: 'unreadable',
      because: 'logs:DescribeLogGroups is not permitted (AccessDenied)',
    });
  });

  it('throws throttling', async () => {
    logs.on(DescribeLogGroupsCommand).rejects(awsError('ThrottlingException'));
    await expect(find(true)).rejects.toThrow('synthetic');
  });
});
