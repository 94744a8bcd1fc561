import file from './firelens.account.json';
import type { RouterScenario } from './scenario.ts';

/** What the settings declare, because no AWS API shows it. */
export const declaredTarget = {
  role: 'arn:aws:iam::555555555555:role/sample-test-task-role',
  logGroup: '/ecs/logs/sample-test',
  createsGroup: true,
} as const;

/** A Fluent Bit router whose output stands in its image, where no AWS API shows it; the role may write to another group only. */
export const firelens: RouterScenario = {
  kind: 'router',
  file,
  signals: ['firelens'],
  settings: (mode) => ({ fireLens: { mode, targets: [declaredTarget] } }),
  router: {
    plugin: 'cloudwatch_logs',
    task: 'a4f3e2d1c0b94a8796857463524130ff',
    routerName: 'log_router',
    container: 'webapp',
    logGroupName: '/ecs/logs/sample-test',
    streamName: 'webapp',
    createsGroup: true,
  },
};
