import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createDelayQueue } from '../adapters/aws/delay-queue.ts';
import { createSettingsSource } from '../adapters/aws/settings-source.ts';
import { sha256 } from '../adapters/digest.ts';
import { createRequestGate, type RequestGate } from '../adapters/slack/request-gate.ts';
import { createSlackSecrets } from '../adapters/slack/secrets.ts';
import { describeEnvironmentProblems, parseFunctionEnvironment } from '../domain/environment.ts';
import { ceilingOf } from '../domain/settings-in-force.ts';
import type { DelayQueue, SettingsSource } from '../ports.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';

/** All that the approver works with: it can read the settings and Slack's secret, and send to one queue. */
export interface ApproverDependencies {
  readonly settings: SettingsSource;
  readonly gate: RequestGate;
  /** The approvals queue. */
  readonly queue: DelayQueue;
  readonly telemetry: Telemetry;
}

/** Slack shows an error after three seconds; whoever clicked clicks again. */
const ATTEMPTS = 2;

/** The approver's clients, built once per cold start; throws with every mistake of the environment at once. */
export function createDependencies(variables: Readonly<Record<string, string | undefined>>): ApproverDependencies {
  const environment = parseFunctionEnvironment(variables, ['settingsPath', 'approvalsQueueUrl']);
  if (environment.kind === 'invalid') {
    throw new Error(describeEnvironmentProblems(environment.problems));
  }
  const { settingsPath: path, approvalsQueueUrl, logLevel } = environment.value;
  const configuration = clientSettings(ATTEMPTS);
  const clock = () => new Date();
  const secrets = createSlackSecrets({
    client: new SecretsManagerClient(configuration),
    clock,
    // A webhook has no signing secret: wherever it points, nothing is verified with it.
    allowLoopback: false,
  });
  return {
    settings: createSettingsSource({
      client: new SSMClient(configuration),
      path,
      // It decides nothing, and takes the name of Slack's secret from the settings alone.
      ceiling: ceilingOf(''),
      clock,
      digest: sha256,
    }),
    gate: createRequestGate({ secrets, clock }),
    queue: createDelayQueue(new SQSClient(configuration), approvalsQueueUrl),
    telemetry: createTelemetry('approver', logLevel),
  };
}
