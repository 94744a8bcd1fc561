import { Worker } from 'node:worker_threads';
import { isObject } from '../schema-check.ts';

/** How one invocation of a function ended. */
export type Invocation =
  | { readonly kind: 'returned'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: { readonly name: string; readonly message: string } }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'killed' };

export interface WorkerSetup {
  /** The built bundle, an absolute path of a CommonJS file. */
  readonly bundle: string;
  readonly exportName: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How far the account's clock is ahead of the machine's, in milliseconds; read at each look at the time. */
  readonly clockOffset: SharedArrayBuffer;
  /** Pauses end at once: for a function that paces its calls to AWS by the second. */
  readonly withoutPauses: boolean;
  readonly onOutput: (text: string) => void;
}

/**
 * What runs inside the thread before the bundle. As text, so that it works from a bundle, from jest and from tsx alike.
 * Only the time, the output and for some the pauses are replaced: the bundle is the one that is deployed.
 */
const runtimeSource = `
const { parentPort, workerData } = require('node:worker_threads');
const offset = new Float64Array(workerData.clockOffset);
const MachineDate = Date;
const now = () => Math.round(MachineDate.now() + offset[0]);
globalThis.Date = new Proxy(MachineDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new MachineDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
if (workerData.withoutPauses) require('node:timers/promises').setTimeout = async (milliseconds, value) => value;
const write = (chunk, encoding, callback) => {
  parentPort.postMessage({ kind: 'output', text: String(chunk) });
  const done = typeof encoding === 'function' ? encoding : callback;
  if (done) done();
  return true;
};
process.stdout.write = write;
process.stderr.write = write;
const handler = require(workerData.bundle)[workerData.exportName];
parentPort.on('message', async ({ event, context, deadline }) => {
  try {
    const remaining = () => Math.max(0, deadline - MachineDate.now());
    const result = await handler(event, { ...context, getRemainingTimeInMillis: remaining });
    parentPort.postMessage({ kind: 'returned', result: JSON.parse(JSON.stringify(result ?? null)) });
  } catch (error) {
    parentPort.postMessage({ kind: 'failed', error: { name: String(error?.name), message: String(error?.stack ?? error) } });
  }
});
`;

/** One execution environment of a function: a thread with its own environment, module state and clock. */
export class LambdaWorker {
  private readonly worker: Worker;
  private finish: ((invocation: Invocation) => void) | undefined;
  /** False once the environment is gone; the next invocation needs a new one. */
  alive = true;

  constructor(setup: WorkerSetup) {
    this.worker = new Worker(runtimeSource, {
      eval: true,
      env: { ...setup.environment },
      // The parent's loaders (tsx, jest) are none of the function's business.
      execArgv: [],
      workerData: {
        bundle: setup.bundle,
        exportName: setup.exportName,
        clockOffset: setup.clockOffset,
        withoutPauses: setup.withoutPauses,
      },
    });
    this.worker.on('message', (message: unknown) => this.receive(message, setup.onOutput));
    this.worker.on('error', (error: unknown) => {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.end({ kind: 'failed', error: { name, message } });
    });
    this.worker.on('exit', () => this.end({ kind: 'killed' }));
  }

  /** Runs the handler once. A function that is still running after the time-out loses its environment, as in AWS. */
  invoke(event: unknown, context: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<Invocation> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end({ kind: 'timed-out' }), timeoutMs);
      this.finish = (invocation) => {
        clearTimeout(timer);
        this.finish = undefined;
        resolve(invocation);
      };
      if (!this.alive) this.finish({ kind: 'killed' });
      this.worker.postMessage({ event, context, deadline: Date.now() + timeoutMs });
    });
  }

  /** Ends the environment at once, in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.end({ kind: 'killed' });
    await this.worker.terminate();
  }

  private receive(message: unknown, onOutput: (text: string) => void): void {
    if (!isObject(message)) return;
    if (message['kind'] === 'output') onOutput(String(message['text']));
    if (message['kind'] === 'returned') this.finish?.({ kind: 'returned', result: message['result'] });
    if (message['kind'] === 'failed' && isObject(message['error'])) {
      const { name, message: text } = message['error'];
      this.finish?.({ kind: 'failed', error: { name: String(name), message: String(text) } });
    }
  }

  private end(invocation: Invocation): void {
    this.alive = false;
    this.finish?.(invocation);
    this.worker.terminate().catch(() => undefined);
  }
}
