/** Preflight subjects of every kind, readable or not. */
import * as fc from 'fast-check';
import type { LogTarget, NoLogTarget } from '../../functions/domain/log-target.ts';
import type { ObservedKey, Reading, SimulatedCall } from '../../functions/domain/observation.ts';
import type { PreflightSubject, PreflightTask } from '../../functions/domain/preflight/subject.ts';
import { absent, aCluster, aLogGroup, aRole, aTrustPolicy, EXECUTION_ROLE_ARN, ROLE_ARN } from './builders.ts';
import {
  aKey,
  aNetwork,
  anOverrideTarget,
  answersFor,
  aPreflightContainer,
  aPreflightDefinition,
  aPreflightTask,
  aSubject,
  BUCKET_KEY_ARN,
  DELEGATING,
  SESSION_KEY_ARN,
  WRITE_TRAIL,
} from './preflight.ts';

function reading<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Reading<T>> {
  return fc.oneof(
    { weight: 6, arbitrary: value.map((read) => ({ kind: 'read', value: read }) as const) },
    fc.constant(absent),
    fc.string().map((because) => ({ kind: 'unreadable', because }) as const),
  );
}

const version = fc.oneof(fc.constantFrom('1.4.0', '1.3.0', '1.50.2', '1.50.1', 'LATEST'), fc.string());

const task: fc.Arbitrary<PreflightTask> = fc
  .record({
    lastStatus: fc.constantFrom('RUNNING', 'PENDING'),
    enableExecuteCommand: fc.boolean(),
    platformVersion: fc.option(version),
    execAgentStatus: fc.option(fc.constantFrom('RUNNING', 'PENDING', 'STOPPED', 'ODD')),
    containerAgentVersion: fc.option(reading(version)),
    subnetIds: fc.array(fc.constantFrom('subnet-1', 'subnet-2'), { maxLength: 2 }),
  })
  .map(aPreflightTask);

const key = (keyArn: string): fc.Arbitrary<ObservedKey> =>
  fc
    .record({
      keyArn: fc.oneof(fc.constant(keyArn), fc.string()),
      managedBy: fc.constantFrom('AWS', 'customer'),
      enabled: fc.boolean(),
      policy: reading(fc.oneof(fc.constant(DELEGATING), fc.anything())),
    })
    .map((overrides) => aKey(keyArn, overrides));

const logTarget: fc.Arbitrary<LogTarget | NoLogTarget | null> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        logging: fc.constantFrom('DEFAULT', 'OVERRIDE'),
        account: fc.constantFrom('111111111111', '222222222222'),
        logGroupName: fc.option(fc.constantFrom('/ecs/a', '/ecs/b')),
        encryptionRequired: fc.boolean(),
        bucket: fc.option(
          fc.record({
            name: fc.constant('bucket'),
            keyPrefix: fc.constantFrom('', 'exec'),
            encryptionRequired: fc.boolean(),
            keyArn: fc.constant(BUCKET_KEY_ARN),
          }),
        ),
        sessionKey: fc.option(
          fc.constantFrom(
            { kind: 'arn', arn: SESSION_KEY_ARN } as const,
            { kind: 'unresolved', keyId: 'alias/exec' } as const,
          ),
        ),
        otherRegionOption: fc.option(fc.constant('us-east-1')),
      })
      .map(anOverrideTarget),
  },
  fc.constant({ kind: 'none', because: 'logging-off', otherContainerGroups: [] } as const),
  fc.constant(null),
);

/** What the simulator may say of a call. */
export const answer: fc.Arbitrary<Partial<SimulatedCall>> = fc.record({
  allowed: fc.boolean(),
  explicitDeny: fc.boolean(),
  deniedByOrganization: fc.boolean(),
  deniedByBoundary: fc.boolean(),
  missingContextValues: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.constant(['aws:SourceVpce'])),
});

const definition = fc
  .record({
    pidMode: fc.constantFrom('host', 'task', null),
    isWindows: fc.boolean(),
    preflightContainers: fc.array(
      fc
        .record({
          name: fc.constantFrom('nginx', 'sidecar'),
          initProcessEnabled: fc.boolean(),
          readonlyRootFilesystem: fc.boolean(),
          variableNames: fc.array(fc.constantFrom('PORT', 'AWS_ACCESS_KEY_ID'), { maxLength: 2 }),
        })
        .map(aPreflightContainer),
      { maxLength: 3 },
    ),
  })
  .map(aPreflightDefinition);

/** Any subject, most of them with something that could not be read. */
export const anySubject: fc.Arbitrary<PreflightSubject> = fc
  .record({ target: logTarget, answers: fc.array(answer, { minLength: 20, maxLength: 20 }) })
  .chain(({ target, answers }) => {
    let at = 0;
    const calls = answersFor(target, () => answers[at++ % answers.length] ?? {});
    return fc.record({
      target: fc.constant(target),
      clusterArn: fc.oneof({ weight: 5, arbitrary: fc.constant(aSubject().clusterArn) }, fc.string()),
      cluster: reading(fc.constant(aCluster())),
      service: fc.option(fc.record({ serviceName: fc.string(), enableExecuteCommand: fc.boolean() })),
      taskDefinition: reading(definition),
      tasks: fc.array(task, { maxLength: 3 }),
      launchType: fc.constantFrom('FARGATE', 'EC2', 'EXTERNAL', 'MANAGED_INSTANCES', null),
      taskRoleArn: fc.constantFrom(ROLE_ARN, null),
      executionRoleArn: fc.constantFrom(ROLE_ARN, EXECUTION_ROLE_ARN, null),
      role: reading(fc.oneof(fc.constant(aTrustPolicy()), fc.anything()).map((trustPolicy) => aRole({ trustPolicy }))),
      isInstanceRole: fc.boolean(),
      logGroup: reading(fc.option(fc.string()).map((kmsKeyId) => aLogGroup({ kmsKeyId }))),
      sessionKey: reading(key(SESSION_KEY_ARN)),
      bucketEncryption: reading(fc.constant({ algorithm: 'aws:kms', keyId: BUCKET_KEY_ARN } as const)),
      bucketKey: reading(key(BUCKET_KEY_ARN)),
      calls: reading(fc.nat({ max: calls.length }).map((count) => calls.slice(count % 2 === 0 ? 0 : count))),
      network: reading(
        fc.subarray(['ssmmessages', 'logs', 's3', 'kms', 'ecr.api']).map((services) => aNetwork(...services)),
      ),
      trails: reading(fc.constantFrom([], [WRITE_TRAIL])),
    });
  })
  .map(aSubject);
