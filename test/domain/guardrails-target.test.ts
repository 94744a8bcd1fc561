import {
  aCluster,
  aContainer,
  aDenial,
  aLogGroup,
  anExecConfiguration,
  anExecSession,
  aTask,
  aTaskDefinition,
  GROUP,
  read,
} from '../support/builders.ts';
import { absentRow, itJudges, unreadableRow, withoutAccountRow } from '../support/guardrail-rows.ts';
import { aWorld, type World } from '../support/world.ts';

const configured = (fields: Parameters<typeof anExecConfiguration>[0], group = GROUP): World =>
  aWorld(
    {
      cluster: read(aCluster({ execConfiguration: anExecConfiguration(fields) })),
      logGroup: read(aLogGroup({ name: group })),
    },
    { denial: aDenial({ logGroupName: group }) },
  );

const containers = (...list: Parameters<typeof aContainer>[0][]): World =>
  aWorld({ taskDefinition: read(aTaskDefinition({ containers: list.map(aContainer) })) });

const denied = (fields: Parameters<typeof aDenial>[0]): World => aWorld({}, { denial: aDenial(fields) });

const deniedOn = (resource: string | null): World => denied({ resource });

describe('target-confirmed', () => {
  itJudges('target-confirmed', [
    {
      name: 'DEFAULT, whatever group the cluster names',
      world: aWorld(),
      holds: true,
      detail: `DEFAULT sends the transcript to ${GROUP}, which exists`,
    },
    { name: 'OVERRIDE', world: configured({ logging: 'OVERRIDE', cloudWatchLogGroupName: GROUP }), holds: true },
    { name: 'never configured', world: aWorld({ cluster: read(aCluster({ execConfiguration: null })) }), holds: true },
    {
      name: 'DEFAULT, and the denial names the group of the cluster',
      world: denied({ logGroupName: '/ecs/nginx-sample/nginx-ecs-exec' }),
      holds: false,
      cause: 'target-unexpected',
    },
    { name: 'a longer group', world: denied({ logGroupName: `${GROUP}2` }), holds: false, cause: 'target-unexpected' },
    { name: 'no group in the denial', world: denied({ logGroupName: null }), holds: false, cause: 'target-unexpected' },
    {
      name: 'the group of another container',
      world: aWorld(
        {
          taskDefinition: read(
            aTaskDefinition({
              containers: [aContainer(), aContainer({ name: 'side', logOptions: { 'awslogs-group': '/ecs/side' } })],
            }),
          ),
        },
        { denial: aDenial({ logGroupName: '/ecs/side' }) },
      ),
      holds: false,
      cause: 'target-other-container',
      detail: '/ecs/side is the log group of another container of the same task',
    },
    {
      name: 'a group that two containers share',
      world: containers({}, { name: 'side' }),
      holds: true,
    },
    {
      name: 'a bucket only',
      world: configured({ logging: 'OVERRIDE', cloudWatchLogGroupName: null, s3BucketName: 'audit' }),
      holds: false,
      cause: 'target-unexpected',
    },
    {
      name: "the group's ARN of another account",
      world: configured({
        logging: 'OVERRIDE',
        cloudWatchLogGroupName: `arn:aws:logs:ap-northeast-1:222222222222:log-group:${GROUP}`,
      }),
      holds: false,
      cause: 'target-elsewhere',
    },
    {
      name: "the group's ARN of another Region",
      world: configured({
        logging: 'OVERRIDE',
        cloudWatchLogGroupName: `arn:aws:logs:eu-central-1:111111111111:log-group:${GROUP}`,
      }),
      holds: false,
      cause: 'target-elsewhere',
    },
    {
      name: "the group's ARN of another partition",
      world: configured({
        logging: 'OVERRIDE',
        cloudWatchLogGroupName: `arn:aws-cn:logs:ap-northeast-1:111111111111:log-group:${GROUP}`,
      }),
      holds: false,
      cause: 'target-elsewhere',
    },
    {
      name: 'a group of that name in another account',
      world: deniedOn(`arn:aws:logs:ap-northeast-1:222222222222:log-group:${GROUP}:log-stream:x`),
      holds: false,
      cause: 'target-elsewhere',
    },
    {
      name: 'a group of that name in another Region',
      world: deniedOn(`arn:aws:logs:eu-central-1:111111111111:log-group:${GROUP}:log-stream:x`),
      holds: false,
      cause: 'target-elsewhere',
    },
    { name: 'no readable resource', world: deniedOn(null), holds: null },
    { name: 'logging NONE', world: configured({ logging: 'NONE' }), holds: false, cause: 'logging-off' },
    {
      name: 'a container that is gone',
      world: containers({ name: 'web' }),
      holds: false,
      cause: 'target-other-container',
    },
    { name: 'a container that is unknown', world: containers(), holds: false, cause: 'container-unknown' },
    { name: 'awsfirelens', world: containers({ logDriver: 'awsfirelens' }), holds: false, cause: 'no-awslogs-driver' },
    { name: 'no awslogs-group', world: containers({ logOptions: {} }), holds: false, cause: 'awslogs-group-missing' },
    {
      name: 'an awslogs-group that is no group name',
      world: containers({ logOptions: { 'awslogs-group': '/ecs/*' } }),
      holds: false,
      cause: 'log-group-unreadable',
    },
    {
      name: 'OVERRIDE without a target',
      world: configured({ logging: 'OVERRIDE', cloudWatchLogGroupName: null }),
      holds: false,
      cause: 'override-without-target',
    },
    {
      name: 'a cluster of another session',
      world: aWorld({
        cluster: read(aCluster({ clusterArn: 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/other' })),
      }),
      holds: null,
    },
    {
      name: 'a task of another session',
      world: aWorld({
        session: read(anExecSession()),
        task: read(
          aTask({ taskArn: 'arn:aws:ecs:ap-northeast-1:111111111111:task/c/b9112a0a96ed445cbc93a90807e34e37' }),
        ),
      }),
      holds: null,
    },
    {
      name: 'another task definition',
      world: aWorld({
        taskDefinition: read(
          aTaskDefinition({
            taskDefinitionArn: 'arn:aws:ecs:ap-northeast-1:111111111111:task-definition/nginx-sample:8',
          }),
        ),
      }),
      holds: null,
    },
    {
      name: 'another log group than the target',
      world: aWorld({ logGroup: read(aLogGroup({ name: `${GROUP}-2` })) }),
      holds: null,
    },
    absentRow('logGroup', false, 'log-group-missing'),
    absentRow('task', false, 'task-not-found'),
    absentRow('cluster', false, 'cluster-not-found'),
    absentRow('taskDefinition', false, 'task-definition-not-found'),
    absentRow('session', null),
    unreadableRow('logGroup'),
    unreadableRow('task'),
    unreadableRow('cluster'),
    unreadableRow('taskDefinition'),
    unreadableRow('session'),
    withoutAccountRow(),
  ]);
});
