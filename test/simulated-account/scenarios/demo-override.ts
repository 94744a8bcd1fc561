import file from './demo-override.account.json';
import type { ExecScenario } from './scenario.ts';

const session = {
  cluster: 'ecs-exec-demo-cluster',
  task: '3b3b695a6d104ef5ae31fdb596f27429',
  container: 'nginx',
  person: 'alice',
} as const;

/** Where the transcripts of the demo go. */
export const demoTarget = {
  role: 'ecs-exec-demo-task-role',
  logGroupName: '/aws/ecs/ecs-exec-demo',
  bucketName: 'ecs-exec-demo-output-3637495736',
  keyPrefix: 'exec-output',
  keyArn: 'arn:aws:kms:ap-southeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
} as const;

/** Logging OVERRIDE to a group and a bucket, and a session key; the role may use none of them. */
export const demoOverride: ExecScenario = {
  kind: 'exec',
  file,
  settings: () => ({ buckets: { allow: ['ecs-exec-demo-output-*'] }, keys: { allow: [demoTarget.keyArn] } }),
  sessions: [session],
  next: session,
  stackName: null,
  toldPreflight: false,
};
