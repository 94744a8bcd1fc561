import { Worker } from 'node:worker_threads';
import type { SimulatedFunction } from '../simulated-account/deployment/simulated-function.ts';
import type { SimulatedAccount } from '../simulated-account/index.ts';

/**
 * Runs a deployed bundle once in a thread whose heap is its own, with garbage collected before each look at it: what is left is
 * what the function holds. Pauses end at once.
 */
const source = `
const { parentPort, workerData } = require('node:worker_threads');
const v8 = require('node:v8');
v8.setFlagsFromString('--expose-gc');
const collect = require('node:vm').runInNewContext('gc');
require('node:timers/promises').setTimeout = async (milliseconds, value) => value;
const held = () => { collect(); return v8.getHeapStatistics().used_heap_size; };
let highest = 0;
const looking = setInterval(() => { highest = Math.max(highest, held()); }, workerData.everyMilliseconds);
const { handler } = require(workerData.bundle);
const context = { ...workerData.context, getRemainingTimeInMillis: () => 600000 };
handler({ 'detail-type': 'Scheduled Event' }, context).then(() => {
  clearInterval(looking);
  parentPort.postMessage(Math.max(highest, held()));
});
`;

/** The most memory that one run of the function holds at any look, in bytes. */
export function highestHeap(fn: SimulatedFunction, account: SimulatedAccount): Promise<number> {
  const { setup } = fn;
  const { accessKeyId, secretAccessKey, sessionToken } = account.credentialsFor(setup.roleArn, setup.name);
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, {
      eval: true,
      execArgv: [],
      stdout: true,
      stderr: true,
      env: {
        ...setup.environment,
        AWS_REGION: account.state.region,
        AWS_ENDPOINT_URL: account.url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      workerData: {
        bundle: setup.bundle,
        context: { awsRequestId: 'scale', invokedFunctionArn: setup.arn, functionName: setup.name },
        everyMilliseconds: 500,
      },
    });
    // What nobody reads would be kept for the reader, in the very heap that is looked at.
    worker.stdout.resume();
    worker.stderr.resume();
    worker.once('message', (bytes: number) => {
      worker.terminate().catch(() => undefined);
      resolve(bytes);
    });
    worker.once('error', reject);
  });
}
