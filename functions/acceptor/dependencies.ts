import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAcceptanceStore } from '../adapters/aws/acceptance-store.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createTable } from '../adapters/aws/table.ts';
import { createVerdictStore } from '../adapters/aws/verdict-store.ts';
import { describeEnvironmentProblems, parseFunctionEnvironment } from '../domain/environment.ts';
import type { AcceptancePorts } from '../flow/accept-gap.ts';
import type { Clock } from '../ports.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';

/** All that the acceptor works with. */
export interface AcceptorDependencies {
  readonly ports: AcceptancePorts;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** The acceptor's clients, built once per cold start; throws with every mistake of the environment at once. */
export function createDependencies(variables: Readonly<Record<string, string | undefined>>): AcceptorDependencies {
  const environment = parseFunctionEnvironment(variables, ['tableName']);
  if (environment.kind === 'invalid') {
    throw new Error(describeEnvironmentProblems(environment.problems));
  }
  const { tableName, logLevel } = environment.value;
  const table = createTable(new DynamoDBClient(clientSettings()), tableName);
  return {
    ports: {
      verdicts: createVerdictStore(table),
      acceptances: createAcceptanceStore(table),
    },
    clock: () => new Date(),
    telemetry: createTelemetry('acceptor', logLevel),
  };
}
