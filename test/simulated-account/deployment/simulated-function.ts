import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../account-state.ts';
import { isObject } from '../schema-check.ts';
import type { SimulatedAccount } from '../server.ts';
import { type Invocation, LambdaWorker } from './lambda-worker.ts';

/** A function as its template describes it, and where its built code lies. */
export interface FunctionSetup {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly handler: string;
  readonly bundle: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** It stands on a schedule and paces its calls by the second, which nobody wants to wait for. */
  readonly withoutPauses: boolean;
}

/** One line of a function's output. */
export interface LogLine {
  readonly text: string;
  /** The line as JSON, where it is an object. */
  readonly json: JsonObject | null;
}

/** A deployed function: its environments are kept warm until they are ended, and each runs one event at a time. */
export class SimulatedFunction {
  readonly logs: LogLine[] = [];
  readonly invocations: Invocation[] = [];
  private readonly idle: LambdaWorker[] = [];
  private readonly busy = new Set<LambdaWorker>();
  private readonly offset = new SharedArrayBuffer(8);

  constructor(
    readonly setup: FunctionSetup,
    private readonly account: SimulatedAccount,
  ) {}

  /** Invokes the function in a warm environment if there is one; Lambda chooses the id. */
  async invoke(event: unknown, awsRequestId: string = randomUUID()): Promise<Invocation> {
    this.followClock();
    const worker = this.idle.pop() ?? this.coldStart();
    this.busy.add(worker);
    const { name, arn, memoryMegabytes, timeoutSeconds } = this.setup;
    const context = {
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMegabytes),
      awsRequestId,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'simulated',
      callbackWaitsForEmptyEventLoop: true,
    };
    const invocation = await worker.invoke(event, context, timeoutSeconds * 1000);
    this.busy.delete(worker);
    if (worker.alive) this.idle.push(worker);
    this.invocations.push(invocation);
    return invocation;
  }

  /** Starts environments ahead of the first event, so that they load while something else happens. */
  prewarm(): void {
    this.followClock();
    this.idle.push(this.coldStart());
  }

  /** Ends every environment, in the middle of whatever it does; the next event is a cold start. */
  async kill(): Promise<void> {
    const all = [...this.idle.splice(0), ...this.busy];
    this.busy.clear();
    await Promise.all(all.map((worker) => worker.kill()));
  }

  /** Tells every environment the account's time; called whenever the account's clock was moved. */
  followClock(): void {
    new Float64Array(this.offset)[0] = this.account.clock.now().getTime() - Date.now();
  }

  /** The lines with this code, of the telemetry's catalogue. */
  linesWithCode(code: string): readonly JsonObject[] {
    return this.logs.flatMap(({ json }) => (json?.['message'] === code || json?.['code'] === code ? [json] : []));
  }

  /** The sum of a metric over all its embedded-metric lines; with dimensions, of the lines that carry them. */
  metric(name: string, dimensions: Readonly<Record<string, string>> = {}): number {
    return this.logs.reduce((sum, { json }) => {
      if (json === null || !isObject(json['_aws'])) return sum;
      if (Object.entries(dimensions).some(([key, value]) => json[key] !== value)) return sum;
      return (
        sum + [json[name]].flat().reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0)
      );
    }, 0);
  }

  private coldStart(): LambdaWorker {
    const { accessKeyId, secretAccessKey, sessionToken } = this.account.credentialsFor(
      this.setup.roleArn,
      this.setup.name,
    );
    const [, exportName = 'handler'] = this.setup.handler.split('.');
    return new LambdaWorker({
      bundle: this.setup.bundle,
      exportName,
      clockOffset: this.offset,
      withoutPauses: this.setup.withoutPauses,
      environment: {
        ...this.setup.environment,
        AWS_REGION: this.account.state.region,
        AWS_DEFAULT_REGION: this.account.state.region,
        AWS_LAMBDA_FUNCTION_NAME: this.setup.name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(this.setup.memoryMegabytes),
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_ENDPOINT_URL: this.account.url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        // The simulation runs on older Nodes than the deployed runtime; the SDK's warning would only stand in the logs.
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        TZ: ':UTC',
      },
      onOutput: (text) => this.logs.push(...text.split('\n').filter(Boolean).map(logLine)),
    });
  }
}

function logLine(text: string): LogLine {
  try {
    const json: unknown = JSON.parse(text);
    return { text, json: isObject(json) ? json : null };
  } catch {
    return { text, json: null };
  }
}
