import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import cfnOverride from '../simulated-account/scenarios/cfn-override.account.json';
import demoOverride from '../simulated-account/scenarios/demo-override.account.json';
import execClients from '../simulated-account/scenarios/exec-clients.account.json';
import firelens from '../simulated-account/scenarios/firelens.account.json';
import nginxDefault from '../simulated-account/scenarios/nginx-default.account.json';

const session02 = JSON.parse(
  readFileSync(join(__dirname, '../../events/02-execute-command-opens-a-session.json'), 'utf8'),
).detail;

/** The scenario in another partition. */
const moved = (partition: string, region: string, account: string) =>
  JSON.parse(
    JSON.stringify({ ...nginxDefault, partition })
      .replaceAll('arn:aws:', `arn:${partition}:`)
      .replaceAll('ap-northeast-1', region)
      .replaceAll('111111111111', account),
  );

/** The accounts that the events are looked into with, by name: the scenario, and what differs from it. */
export const eventAccounts = {
  none: null,
  'nginx-default': nginxDefault,
  'demo-override': demoOverride,
  'cfn-override': cfnOverride,
  'exec-clients': execClients,
  firelens,
  'with the session of 02': {
    ...nginxDefault,
    cloudtrail: { records: [session02] },
  },
  'role with a path': {
    ...nginxDefault,
    ...JSON.parse(
      JSON.stringify({ iam: nginxDefault.iam, ecs: nginxDefault.ecs }).replaceAll(
        'role/nginx-sample-task-nginx-role',
        'role/service/web/nginx-sample-task-nginx-role',
      ),
    ),
  },
  'in aws-cn': moved('aws-cn', 'cn-north-1', '222222222222'),
  'in aws-us-gov': moved('aws-us-gov', 'us-gov-west-1', '333333333333'),
  'with a sidecar': {
    ...nginxDefault,
    ecs: {
      ...nginxDefault.ecs,
      taskDefinitions: nginxDefault.ecs.taskDefinitions.map(({ taskDefinition }) => ({
        ...taskDefinition,
        containerDefinitions: [
          ...taskDefinition.containerDefinitions,
          {
            name: 'sidecar',
            logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/nginx-sample/sidecar' } },
          },
        ],
      })),
    },
  },
} as const;
