import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { STSClient } from '@aws-sdk/client-sts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createEcsReader } from '../adapters/aws/ecs-reader.ts';
import { createMemberCredentials } from '../adapters/aws/member-credentials.ts';
import { rememberedByPlace } from '../adapters/aws/remembered-by-place.ts';
import { createSessionRecorder } from '../adapters/aws/session-ledger.ts';
import { createTable } from '../adapters/aws/table.ts';
import { describeEnvironmentProblems, parseFunctionEnvironment } from '../domain/environment.ts';
import type { Place } from '../domain/jurisdiction.ts';
import type { Clock, EcsReader, SessionRecorder } from '../ports.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';

/** All that the recorder works with. */
export interface RecorderDependencies {
  readonly recorder: SessionRecorder;
  /** ECS of a place, with the credentials of its account. */
  readonly ecsOf: (place: Place) => EcsReader;
  /** The organisation that a hub serves; null for a deployment that serves the place it runs in. */
  readonly organizationId: string | null;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** The recorder's clients, built once per cold start; throws with every mistake of the environment at once. */
export function createDependencies(variables: Readonly<Record<string, string | undefined>>): RecorderDependencies {
  const environment = parseFunctionEnvironment(variables, ['tableName', 'organizationId']);
  if (environment.kind === 'invalid') {
    throw new Error(describeEnvironmentProblems(environment.problems));
  }
  const { tableName, organizationId, logLevel } = environment.value;
  const clock = () => new Date();
  return {
    recorder: createSessionRecorder(createTable(new DynamoDBClient(clientSettings()), tableName)),
    ecsOf: organizationId === null ? ownEcs() : memberEcs(deploymentIdOf(variables), clock),
    organizationId,
    clock,
    telemetry: createTelemetry('recorder', logLevel),
  };
}

/** One attempt: two hung calls in a row must leave time for the line, which can do without ECS. */
const ATTEMPTS = 1;

function ownEcs(): RecorderDependencies['ecsOf'] {
  const ecs = createEcsReader(new ECSClient(clientSettings(ATTEMPTS)));
  return () => ecs;
}

function memberEcs(deploymentId: string, clock: Clock): RecorderDependencies['ecsOf'] {
  const client = new STSClient(clientSettings(ATTEMPTS));
  const sessions = createMemberCredentials({ client, deploymentId, functionName: 'recorder', clock });
  return rememberedByPlace((place) => {
    const credentials = sessions.reading(place);
    return createEcsReader(new ECSClient({ ...clientSettings(ATTEMPTS), region: place.region, credentials }));
  });
}

/** Only a hub's recorder is told it: the members' roles bear it in their names. */
function deploymentIdOf(variables: Readonly<Record<string, string | undefined>>): string {
  const environment = parseFunctionEnvironment(variables, ['deploymentId']);
  if (environment.kind === 'invalid') throw new Error(describeEnvironmentProblems(environment.problems));
  return environment.value.deploymentId;
}
