import * as fc from 'fast-check';
import { sha256 } from '../../functions/adapters/digest.ts';
import { captureAccount } from '../../functions/flow/capture.ts';
import { maskAccount } from '../../functions/flow/capture-mask.ts';
import { recordWithoutSecrets, withoutSecrets } from '../../functions/flow/capture-secrets.ts';
import type { CaptureSources } from '../../functions/flow/capture-sources.ts';

const absent = async () => ({ kind: 'absent' }) as const;
const read = <T>(value: T) => ({ kind: 'read', value }) as const;

/** Text that stands nowhere else in a file. */
const secret = fc.stringMatching(/^S[A-Za-z0-9/+]{15,30}$/).map((text) => `${text}!`);

const CLUSTER = 'arn:aws:ecs:eu-central-1:111111111111:cluster/web';

/** A task definition with the secret wherever people put one. */
const definitionWith = (hidden: string) => ({
  taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111111111111:task-definition/web:1',
  volumes: [{ name: 'data', dockerVolumeConfiguration: { driverOpts: { password: hidden }, labels: { a: hidden } } }],
  containerDefinitions: [
    {
      name: 'web',
      environment: [{ name: 'PASSWORD', value: hidden }],
      command: ['--password', hidden],
      entryPoint: ['sh', '-c', hidden],
      healthCheck: { command: ['CMD-SHELL', `curl -H ${hidden}`] },
      dockerLabels: { token: hidden },
      logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': hidden, 'awslogs-group': '/ecs/web' } },
    },
  ],
});

const taskWith = (hidden: string) => ({
  taskArn: 'arn:aws:ecs:eu-central-1:111111111111:task/web/0123456789abcdef0123456789abcdef',
  taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111111111111:task-definition/web:1',
  stoppedReason: `exec: ${hidden}`,
  overrides: {
    containerOverrides: [{ name: 'web', command: [hidden], environment: [{ name: 'PASSWORD', value: hidden }] }],
  },
});

const recordWith = (eventName: string, hidden: string) => ({
  eventName,
  eventTime: '2026-01-31T06:00:00Z',
  userIdentity: { type: 'IAMUser', accessKeyId: hidden, userName: 'alice' },
  requestParameters: {
    cluster: 'web',
    target: 'ecs:web_0123456789abcdef0123456789abcdef_1',
    command: hidden,
    reason: hidden,
    parameters: { command: [hidden] },
  },
  responseElements: {
    clusterArn: CLUSTER,
    session: { sessionId: 'ecs-execute-command-1', streamUrl: `wss://x?token=${hidden}`, tokenValue: hidden },
    sessionId: 'alice-1',
    streamUrl: hidden,
    tokenValue: hidden,
  },
  additionalEventData: { note: hidden },
});

/** An account of one task, with the secret wherever people put one. */
const sourcesWith = (hidden: string): CaptureSources => ({
  ecs: {
    clusters: async () => read([{ clusterArn: CLUSTER, clusterName: 'web' }]),
    tasks: async () => read([taskWith(hidden)]),
    services: async () => read([{ serviceName: 'web', events: [{ message: hidden }] }]),
    containerInstances: async () => read([]),
    taskDefinition: async () => read({ taskDefinition: definitionWith(hidden), tags: [] }),
  },
  iam: { role: absent, managedPolicy: absent },
  instanceRoles: async () => new Map(),
  logs: { logGroup: absent, execStreams: absent },
  bucket: absent,
  key: absent,
  stackResources: absent,
  network: { subnets: absent, vpcEndpoints: absent, instances: absent },
  controlPolicies: absent,
  history: {
    findRecords: async ({ value }) => read({ records: [recordWith(value, hidden)], complete: true }),
  },
});

describe('given secrets wherever people put them', () => {
  it('captures none, masked or not', async () => {
    await fc.assert(
      fc.asyncProperty(secret, async (hidden) => {
        const place = { account: '111111111111', partition: 'aws', region: 'eu-central-1', clusters: null };
        const wanted = { ...place, from: new Date(0), to: new Date() };
        const { file, gaps } = await captureAccount(wanted, sourcesWith(hidden), () => undefined);
        expect(gaps).toEqual([]);
        expect(JSON.stringify(file)).toContain('PASSWORD');
        expect(JSON.stringify(file)).not.toContain(hidden.slice(0, -1));
        expect(JSON.stringify(maskAccount(file, sha256, 'salt'))).not.toContain(hidden.slice(0, -1));
      }),
      { numRuns: 50 },
    );
  });
});

describe('given what ECS prints', () => {
  it('keeps names, and what says where logs go', () => {
    expect(withoutSecrets(definitionWith('hunter2'))).toEqual({
      taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111111111111:task-definition/web:1',
      volumes: [{ name: 'data', dockerVolumeConfiguration: { driverOpts: { password: '***' }, labels: { a: '***' } } }],
      containerDefinitions: [
        {
          name: 'web',
          environment: [{ name: 'PASSWORD', value: '***' }],
          command: ['***', '***'],
          entryPoint: ['***', '***', '***'],
          healthCheck: { command: ['***', '***'] },
          dockerLabels: { token: '***' },
          logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': '***', 'awslogs-group': '/ecs/web' } },
        },
      ],
    });
  });
});

describe('given a record of CloudTrail', () => {
  it('keeps who opened which session, and neither command nor token', () => {
    expect(recordWithoutSecrets(recordWith('ExecuteCommand', 'hunter2'))).toEqual({
      eventName: 'ExecuteCommand',
      eventTime: '2026-01-31T06:00:00Z',
      userIdentity: { type: 'IAMUser', userName: 'alice' },
      requestParameters: {
        cluster: 'web',
        target: 'ecs:web_0123456789abcdef0123456789abcdef_1',
        command: '***',
      },
      responseElements: {
        clusterArn: CLUSTER,
        session: { sessionId: 'ecs-execute-command-1', streamUrl: '***', tokenValue: '***' },
      },
    });
  });
});
