import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { createStackReader } from '../../../functions/adapters/aws/stack-reader.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const client = new CloudFormationClient(CLIENT);
const cloudFormation = mockClient(client);
const reader = createStackReader(client);

const resource = (
  PhysicalResourceId: string,
  ResourceStatus: 'CREATE_COMPLETE' | 'DELETE_COMPLETE' | 'DELETE_SKIPPED',
) => ({
  StackName: 'shop',
  StackId: 'arn:aws:cloudformation:eu-central-1:111111111111:stack/shop/1',
  PhysicalResourceId,
  ResourceStatus,
  LogicalResourceId: 'Role',
  ResourceType: 'AWS::IAM::Role',
  Timestamp: new Date(0),
});
const owned = {
  kind: 'read',
  value: { stackName: 'shop' },
};

beforeEach(() => cloudFormation.reset());

describe('given a role that CloudFormation may own', () => {
  it.each([
    ['the stack that owns it', [resource('other', 'CREATE_COMPLETE'), resource('web', 'CREATE_COMPLETE')], owned],
    ['a large stack, of which AWS shows only a part', [resource('other', 'CREATE_COMPLETE')], owned],
    ['a stack that deleted it', [resource('web', 'DELETE_COMPLETE')], { kind: 'absent' }],
    ['a stack that let go of it', [resource('web', 'DELETE_SKIPPED')], { kind: 'absent' }],
    [
      'a stack that deleted one and made one anew',
      [resource('web', 'DELETE_COMPLETE'), resource('web', 'CREATE_COMPLETE')],
      owned,
    ],
    ['no resources', [], { kind: 'absent' }],
  ])('answers for %s', async (_, StackResources, reading) => {
    cloudFormation.on(DescribeStackResourcesCommand).resolves({ StackResources });
    await expect(reader.findOwningStack('web')).resolves.toEqual(reading);
    expect(
      cloudFormation.commandCalls(DescribeStackResourcesCommand).map(({ args: [command] }) => command.input),
    ).toEqual([{ PhysicalResourceId: 'web' }]);
  });

  it.each([
    ['failed to delete', 'web', 'DELETE_FAILED', 'AWS::IAM::Role', owned],
    ['still tries to delete', 'web', 'DELETE_IN_PROGRESS', 'AWS::IAM::Role', { kind: 'absent' }],
    ['holds', 'web', 'CREATE_COMPLETE', 'AWS::IAM::Role', { kind: 'absent' }],
    ['failed to delete, where it is none', 'web', 'DELETE_FAILED', 'AWS::ECS::Cluster', { kind: 'absent' }],
    ['failed to delete beside another one', 'other', 'DELETE_FAILED', 'AWS::IAM::Role', { kind: 'absent' }],
  ] as const)('knows a role that its stack %s', async (_, physicalId, ResourceStatus, ResourceType, reading) => {
    const StackResources = [{ ...resource(physicalId, 'CREATE_COMPLETE'), ResourceStatus, ResourceType }];
    cloudFormation.on(DescribeStackResourcesCommand).resolves({ StackResources });
    await expect(reader.findFailedDeletion({ roleName: 'web', logicalId: 'Role' })).resolves.toEqual(reading);
    expect(
      cloudFormation.commandCalls(DescribeStackResourcesCommand).map(({ args: [command] }) => command.input),
    ).toEqual([{ PhysicalResourceId: 'web', LogicalResourceId: 'Role' }]);
  });

  it('knows no deletion of a role that CloudFormation does not know, and says where it may not ask', async () => {
    const asked = { roleName: 'web', logicalId: 'Role' };
    cloudFormation
      .on(DescribeStackResourcesCommand)
      .rejectsOnce(awsError('ValidationError', 'Stack for web does not exist'))
      .rejectsOnce(awsError('AccessDenied'));
    await expect(reader.findFailedDeletion(asked)).resolves.toEqual({ kind: 'absent' });
    await expect(reader.findFailedDeletion(asked)).resolves.toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    [awsError('ValidationError', 'Stack for web does not exist'), { kind: 'absent' }],
    [
      awsError('AccessDenied'),
      { kind: 'unreadable', because: 'cloudformation:DescribeStackResources is not permitted (AccessDenied)' },
    ],
  ])('reads %s', async (error, reading) => {
    cloudFormation.on(DescribeStackResourcesCommand).rejects(error);
    await expect(reader.findOwningStack('web')).resolves.toEqual(reading);
  });

  it.each([awsError('ValidationError', 'malformed request'), awsError('Throttling', 'Rate exceeded')])(
    'throws %s',
    async (error) => {
      cloudFormation.on(DescribeStackResourcesCommand).rejects(error);
      await expect(reader.findOwningStack('web')).rejects.toThrow(error.message);
    },
  );
});
