import { ECSClient, ExecuteCommandCommand } from '@aws-sdk/client-ecs';
import type { JsonObject } from './account-state.ts';
import {
  ACCOUNT,
  allowing,
  aRole,
  channels,
  clientOf,
  denying,
  REGION,
  sampleAccountFile,
  startSample,
  TASK_ID,
} from './sample-account.ts';

const CHANNELS = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map(
  (name) => `ssmmessages:${name}`,
);
const agent = (lastStatus: string) => ({
  containers: [{ name: 'app', managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus }] }],
});

/** Whether ECS opens a session to the sample's container. */
async function opens({
  role = { channels },
  task = {},
  container = {},
  sections = {},
}: Partial<Record<string, JsonObject>>) {
  const { ecs } = Object(sampleAccountFile());
  const [definition] = ecs.taskDefinitions;
  const account = await startSample({
    iam: { RoleDetailList: [aRole('web-task', Object(role))], Policies: [] },
    ...sections,
    ecs: {
      ...ecs,
      ...Object(sections['ecs']),
      tasks: [{ ...ecs.tasks[0], ...task }],
      taskDefinitions: [
        {
          ...definition,
          taskDefinition: {
            ...definition.taskDefinition,
            ...Object(sections['definition']),
            containerDefinitions: [{ name: 'app', ...container }],
          },
        },
      ],
    },
  });
  const command = new ExecuteCommandCommand({ cluster: 'prod', task: TASK_ID, command: 'sh', interactive: true });
  const outcome = await new ECSClient(clientOf(account)).send(command).then(
    () => 'open',
    (error: Error) => error.name,
  );
  await account.close();
  return outcome;
}

describe('given an ExecuteCommand, which needs a connected agent', () => {
  it.each(CHANNELS)('opens nothing if the role lacks %s', async (missing) => {
    const role = { channels: allowing(CHANNELS.filter((action) => action !== missing)) };

    expect([await opens({}), await opens({ role })]).toEqual(['open', 'TargetNotConnectedException']);
  });

  it('opens nothing under an explicit denial of a channel, or if the role is gone', async () => {
    const denied = await opens({ role: { channels, no: denying('ssmmessages:OpenDataChannel') } });
    const gone = await opens({ sections: { iam: { RoleDetailList: [aRole('other')], Policies: [] } } });

    expect([denied, gone]).toEqual(['TargetNotConnectedException', 'TargetNotConnectedException']);
  });

  it.each<[string, JsonObject]>([
    ['1.3.0', { platformVersion: '1.3.0', platformFamily: 'Linux' }],
    ['1.4.0', { platformVersion: '1.4.0', platformFamily: 'Linux' }],
    ['LATEST', { platformVersion: 'LATEST' }],
    ['1.0.0 for Windows', { platformVersion: '1.0.0', platformFamily: 'WINDOWS_SERVER_2022_CORE' }],
  ])('knows exec on the platform version %s', async (version, task) => {
    expect(await opens({ task })).toBe(version === '1.3.0' ? 'TargetNotConnectedException' : 'open');
  });

  it('opens nothing to an agent that has stopped, and to one that runs or is not shown', async () => {
    expect([await opens({ task: agent('STOPPED') }), await opens({ task: agent('RUNNING') }), await opens({})]).toEqual(
      ['TargetNotConnectedException', 'open', 'open'],
    );
  });

  it('opens nothing in a container whose root is read-only', async () => {
    const readonly = [true, false].map((readonlyRootFilesystem) => opens({ container: { readonlyRootFilesystem } }));

    expect(await Promise.all(readonly)).toEqual(['TargetNotConnectedException', 'open']);
  });

  it("falls back to the instance's role if the task has none", async () => {
    const containerInstanceArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:container-instance/prod/abc`;
    const Arn = `arn:aws:iam::${ACCOUNT}:instance-profile/ecs`;
    const profile = { InstanceProfileList: [{ InstanceProfileName: 'ecs', Arn, Roles: [] }] };
    const onInstance = (role: Record<string, JsonObject>) =>
      opens({
        task: { containerInstanceArn },
        sections: {
          definition: { taskRoleArn: null },
          iam: { RoleDetailList: [aRole('instance', role, profile)], Policies: [] },
          ecs: { containerInstances: [{ containerInstanceArn, ec2InstanceId: 'i-1' }] },
          ec2: { instances: [{ InstanceId: 'i-1', IamInstanceProfile: { Arn } }] },
        },
      });

    expect([await onInstance({ channels }), await onInstance({})]).toEqual(['open', 'TargetNotConnectedException']);
  });
});
