import {
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  ECSClient,
  ListContainerInstancesCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { aRole, clientOf, failureOf, REGION, roleArn, sampleAccountFile, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const ecsArn = (rest: string) => `arn:aws:ecs:${REGION}:111111111111:${rest}`;
const serviceArns = Array.from({ length: 12 }, (_, index) => ecsArn(`service/prod/web-${index}`));
const instanceArn = ecsArn('container-instance/prod/abc');

describe('given the services and instances of a simulated account', () => {
  let account: SimulatedAccount;
  let client: ECSClient;

  beforeAll(async () => {
    const { ecs } = Object(sampleAccountFile());
    const definition = (family: string, revision: number, status = 'ACTIVE') => ({
      taskDefinition: { taskDefinitionArn: ecsArn(`task-definition/${family}:${revision}`), family, revision, status },
    });
    account = await startSample({
      iam: { RoleDetailList: [aRole('web-task')], Policies: [] },
      ecs: {
        ...ecs,
        tasks: [
          { ...ecs.tasks[0], group: 'service:web-1', launchType: 'EC2', containerInstanceArn: instanceArn },
          {
            ...ecs.tasks[0],
            taskArn: ecsArn(`task/prod/${'b'.repeat(32)}`),
            group: 'family:web',
            launchType: 'FARGATE',
          },
        ],
        services: [
          ...serviceArns.map((serviceArn, index) => ({
            serviceArn,
            serviceName: `web-${index}`,
            clusterArn: ecsArn('cluster/prod'),
            launchType: index === 0 ? 'EC2' : 'FARGATE',
            enableExecuteCommand: true,
            tags: [{ key: 'team', value: 'web' }],
          })),
          { serviceArn: ecsArn('service/other/elsewhere') },
        ],
        containerInstances: {
          containerInstances: [
            {
              containerInstanceArn: instanceArn,
              ec2InstanceId: 'i-1',
              versionInfo: { agentVersion: '1.86.3' },
              registeredAt: 1_700_000_000,
            },
          ],
        },
        taskDefinitions: [
          definition('web', 10),
          definition('web', 9),
          definition('api', 1),
          definition('web', 8, 'INACTIVE'),
        ],
      },
    });
    client = new ECSClient(clientOf(account));
  });
  afterAll(() => account.close());

  it('lists the services of a cluster, ten at a time unless more are asked for', async () => {
    const first = await client.send(new ListServicesCommand({ cluster: 'prod' }));
    const rest = await client.send(new ListServicesCommand({ cluster: 'prod', nextToken: first.nextToken }));
    const all = await client.send(new ListServicesCommand({ cluster: 'prod', maxResults: 100 }));
    const onEc2 = await client.send(new ListServicesCommand({ cluster: 'prod', launchType: 'EC2' }));

    expect([first.serviceArns, rest.serviceArns, all.serviceArns, onEc2.serviceArns]).toEqual([
      serviceArns.slice(0, 10),
      serviceArns.slice(10),
      serviceArns,
      serviceArns.slice(0, 1),
    ]);
  });

  it('describes ten services at a time, by name or ARN, with their tags if asked', async () => {
    const services = ['web-1', ecsArn('service/prod/web-2'), 'gone'];
    const plain = await client.send(new DescribeServicesCommand({ cluster: 'prod', services }));
    const tagged = await client.send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['web-1'], include: ['TAGS'] }),
    );
    const few = await client.send(new DescribeServicesCommand({ cluster: 'prod', services: serviceArns.slice(0, 10) }));
    const tooMany = await failureOf(
      client.send(new DescribeServicesCommand({ cluster: 'prod', services: serviceArns.slice(0, 11) })),
    );

    expect([
      plain.services?.map(({ serviceName, tags }) => [serviceName, tags]),
      plain.failures,
      tagged.services?.[0]?.tags,
      few.services?.length,
      tooMany,
    ]).toEqual([
      [
        ['web-1', undefined],
        ['web-2', undefined],
      ],
      [{ arn: ecsArn('service/prod/gone'), reason: 'MISSING' }],
      [{ key: 'team', value: 'web' }],
      10,
      { name: 'InvalidParameterException', message: 'Services cannot have more than 10 elements.' },
    ]);
  });

  it("describes container instances with their agent's version and their instance", async () => {
    const { containerInstanceArns } = await client.send(new ListContainerInstancesCommand({ cluster: 'prod' }));
    const described = await client.send(
      new DescribeContainerInstancesCommand({ cluster: 'prod', containerInstances: [instanceArn, 'gone'] }),
    );

    expect([containerInstanceArns, described.containerInstances, described.failures]).toEqual([
      [instanceArn],
      [
        {
          containerInstanceArn: instanceArn,
          ec2InstanceId: 'i-1',
          versionInfo: { agentVersion: '1.86.3' },
          registeredAt: new Date(1_700_000_000_000),
        },
      ],
      [{ arn: ecsArn('container-instance/prod/gone'), reason: 'MISSING' }],
    ]);
  });

  it.each([
    [{ serviceName: 'web-1' }, 1],
    [{ serviceName: 'web-2' }, 0],
    [{ launchType: 'FARGATE' as const }, 1],
    [{ containerInstance: instanceArn }, 1],
    [{ containerInstance: 'other' }, 0],
    [{}, 2],
  ])('lists the tasks of %j', async (filter, count) => {
    const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'prod', ...filter }));

    expect(taskArns).toHaveLength(count);
  });

  it('knows no tasks of a service that is not there', async () => {
    const gone = client.send(new ListTasksCommand({ cluster: 'prod', serviceName: 'gone' }));

    expect(await failureOf(gone)).toEqual({ name: 'ServiceNotFoundException', message: 'Service not found.' });
  });

  it('lists active task definitions by family and revision', async () => {
    const all = await client.send(new ListTaskDefinitionsCommand({}));
    const web = await client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'web', sort: 'DESC' }));
    const names = (arns: readonly string[] = []) => arns.map((arn) => arn.split('/').at(-1));

    expect([names(all.taskDefinitionArns), names(web.taskDefinitionArns)]).toEqual([
      ['api:1', 'web:9', 'web:10'],
      ['web:10', 'web:9'],
    ]);
  });

  it.each([
    ['ListServices', new ListServicesCommand({ cluster: 'prod' })],
    ['DescribeServices', new DescribeServicesCommand({ cluster: 'prod', services: ['web-1'] })],
    ['ListContainerInstances', new ListContainerInstancesCommand({ cluster: 'prod' })],
    ['ListTaskDefinitions', new ListTaskDefinitionsCommand({})],
  ])('denies %s to a role without it', async (name, command) => {
    const role = new ECSClient(clientOf(account, roleArn('web-task')));
    const { message } = await failureOf(role.send(command as ListServicesCommand));

    expect(message).toContain(`is not authorized to perform: ecs:${name} on resource: `);
  });
});
