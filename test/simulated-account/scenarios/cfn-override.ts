import file from './cfn-override.account.json';
import type { ExecScenario } from './scenario.ts';

const session = {
  cluster: 'ecs-exec-cluster',
  task: '5c2d7f0b9e8a4d1c8b3a6f5e4d3c2b1a',
  container: 'app',
  person: 'bob',
} as const;

/** Where the stack's transcripts go, and the policy of the role that is the stack's own. */
export const stackTarget = {
  role: 'ecs-exec-task-role',
  ownPolicy: 'Ecs-exec-role',
  logGroupName: '/ecs-exec/logs',
  bucketName: 'ecs-exec-log-bucket',
} as const;

/** Everything stands in a CloudFormation stack, whose role policy `Ecs-exec-role` lacks the logging statements. */
export const cfnOverride: ExecScenario = {
  kind: 'exec',
  file,
  settings: () => ({ buckets: { allow: [stackTarget.bucketName] } }),
  sessions: [session],
  next: session,
  stackName: 'ecs-exec',
  toldPreflight: false,
};
