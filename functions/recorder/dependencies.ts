import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createEcsReader } from '../adapters/aws/ecs-reader.ts';
import { createSessionRecorder } from '../adapters/aws/session-ledger.ts';
import { createTable } from '../adapters/aws/table.ts';
import { describeEnvironmentProblems, parseFunctionEnvironment } from '../domain/environment.ts';
import type { Clock, EcsReader, SessionRecorder } from '../ports.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';

/** All that the recorder works with. */
export interface RecorderDependencies {
  readonly recorder: SessionRecorder;
  readonly ecs: EcsReader;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** The recorder's clients, built once per cold start; throws with every mistake of the environment at once. */
export function createDependencies(variables: Readonly<Record<string, string | undefined>>): RecorderDependencies {
  const environment = parseFunctionEnvironment(variables, ['tableName']);
  if (environment.kind === 'invalid') {
    throw new Error(describeEnvironmentProblems(environment.problems));
  }
  const { tableName, logLevel } = environment.value;
  return {
    recorder: createSessionRecorder(createTable(new DynamoDBClient(clientSettings()), tableName)),
    // One attempt: two hung calls in a row must leave time for the line, which can do without ECS.
    ecs: createEcsReader(new ECSClient(clientSettings(1))),
    clock: () => new Date(),
    telemetry: createTelemetry('recorder', logLevel),
  };
}
