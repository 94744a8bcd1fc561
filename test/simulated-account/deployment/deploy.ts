import type { SimulatedAccount } from '../server.ts';
import { deployRoles } from './deploy-roles.ts';
import {
  deployParameters,
  deployQueuePolicies,
  deployQueues,
  deployStackRecord,
  deployTables,
  lastOf,
} from './deploy-stores.ts';
import { Deployment } from './deployment.ts';
import { DeploymentRefusedError } from './deployment-refused.ts';
import { EventBus } from './event-bus.ts';
import type { EventSource } from './event-source.ts';
import { FunctionUrl, urlAccessOf } from './function-url.ts';
import { type Schedule, schedulesOf, standsOnSchedule } from './schedule.ts';
import { SimulatedFunction } from './simulated-function.ts';
import { type Stack, stackOf } from './stack.ts';
import { listOf, objectOf, readTemplate, type TemplateResource, textOf } from './template.ts';

/** A built function: its folder's name and its bundle, as `infra/build.ts` gives them. */
export interface Bundle {
  readonly name: string;
  readonly file: string;
}

export interface DeployOptions {
  readonly account: SimulatedAccount;
  /** Synthesised templates by stack name, in the order of their imports. */
  readonly templates: Readonly<Record<string, unknown>>;
  readonly bundles: readonly Bundle[];
  /** Replaces the settings that the template brings; text is written as it stands, so that it may be invalid. */
  readonly settings?: unknown;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Variables that no template sets: where other services are played. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Deploys synthesised templates to the simulated account: roles, queues, tables, parameters, rules, functions and what feeds them. */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const functionUrls: FunctionUrl[] = [];
  try {
    return await deployed(options, functionUrls);
  } catch (error) {
    // A server that listens keeps the process alive for ever.
    await Promise.all(functionUrls.map((one) => one.close()));
    throw error;
  }
}

async function deployed(options: DeployOptions, functionUrls: FunctionUrl[]): Promise<Deployment> {
  const { account } = options;
  const exports = new Map<string, unknown>();
  const bus = new EventBus(account);
  const functions = new Map<string, SimulatedFunction>();
  const sources: EventSource[] = [];
  const schedules: Schedule[] = [];
  const told: Record<string, string> = {};
  for (const [name, template] of Object.entries(options.templates)) {
    const served = await serveUrls(template, account);
    functionUrls.push(...served.values());
    const urls = new Map([...served].map(([logicalId, { url }]) => [logicalId, url]));
    const stack = stackOf(name, template, account, exports, options.parameters, urls);
    deployRoles(stack, account);
    deployQueues(stack, account);
    deployQueuePolicies(stack, account);
    await deployTables(stack, account);
    for (const [bundle, fn] of deployFunctions(stack, options)) {
      functions.set(bundle, fn);
      Object.assign(told, fn.setup.environment);
    }
    deployParameters(stack, account, told['SETTINGS_PATH'], options.settings);
    bus.addRules(stack);
    sources.push(...(await deploySources(stack, account, [...functions.values()])));
    schedules.push(...schedulesOf(stack, [...functions.values()]));
    connectUrls(stack, served, [...functions.values()]);
    deployStackRecord(stack, account);
    for (const [exported, value] of stack.exports()) exports.set(exported, value);
  }
  return new Deployment({
    account,
    bus,
    functions,
    sources,
    schedules,
    functionUrls,
    tableName: told['TABLE_NAME'] ?? null,
    settingsPath: told['SETTINGS_PATH'] ?? null,
  });
}

/** The URLs of a template are known before anything refers to them, as AWS makes them up. */
async function serveUrls(template: unknown, account: SimulatedAccount): Promise<ReadonlyMap<string, FunctionUrl>> {
  const urls = readTemplate(template).resources.filter(({ type }) => type === 'AWS::Lambda::Url');
  return new Map(
    await Promise.all(urls.map(async ({ logicalId }) => [logicalId, await FunctionUrl.open(account)] as const)),
  );
}

function connectUrls(
  stack: Stack,
  served: ReadonlyMap<string, FunctionUrl>,
  functions: readonly SimulatedFunction[],
): void {
  for (const { logicalId, properties } of stack.resourcesOf('AWS::Lambda::Url')) {
    const target = functions.find(({ setup }) =>
      [setup.name, setup.arn].includes(String(properties['TargetFunctionArn'])),
    );
    served.get(logicalId)?.connect(target, urlAccessOf(stack, properties['AuthType'], target));
  }
}

function deployFunctions(
  stack: Stack,
  { account, bundles, environment }: DeployOptions,
): readonly (readonly [string, SimulatedFunction])[] {
  return stack.resourcesOf('AWS::Lambda::Function').map((resource) => {
    const { logicalId, properties } = resource;
    const name = stack.resources.nameOf(logicalId);
    const bundle = bundleOf(resource, name, bundles);
    const variables = objectOf(objectOf(properties['Environment'])['Variables']);
    const fn = new SimulatedFunction(
      {
        name,
        arn: stack.resources.arnOf(logicalId),
        roleArn: String(properties['Role']),
        handler: textOf(properties['Handler']) ?? 'index.handler',
        bundle: bundle.file,
        timeoutSeconds: Number(properties['Timeout'] ?? 3),
        memoryMegabytes: Number(properties['MemorySize'] ?? 128),
        environment: {
          ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
          ...environment,
        },
        withoutPauses: standsOnSchedule(stack, stack.resources.arnOf(logicalId)),
      },
      account,
    );
    return [bundle.name, fn] as const;
  });
}

/** Which bundle a function runs: the one whose folder its name or logical id carries. */
function bundleOf({ logicalId }: TemplateResource, name: string, bundles: readonly Bundle[]): Bundle {
  const bundle = bundles.find((candidate) =>
    `${name} ${logicalId}`.toLowerCase().includes(candidate.name.toLowerCase()),
  );
  if (bundle === undefined) throw new Error(`no bundle was built for the function ${name} (${logicalId})`);
  return bundle;
}

async function deploySources(
  stack: Stack,
  account: SimulatedAccount,
  functions: readonly SimulatedFunction[],
): Promise<readonly EventSource[]> {
  const mappings = stack
    .resourcesOf('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties['Enabled'] !== false);
  return Promise.all(
    mappings.map(async ({ properties }) => {
      const queue = account.queues.get(lastOf(String(properties['EventSourceArn'])));
      const target = functions.find(({ setup }) =>
        [setup.name, setup.arn].includes(String(properties['FunctionName'])),
      );
      if (queue === undefined || target === undefined)
        throw new Error('an event source mapping names no queue or function of the stack');
      await mayRead(account, target, queue.arn);
      return {
        queue,
        target,
        batchSize: Number(properties['BatchSize'] ?? 10),
        maximumConcurrency: Number(objectOf(properties['ScalingConfig'])['MaximumConcurrency'] ?? 5),
        windowMs: Number(properties['MaximumBatchingWindowInSeconds'] ?? 0) * 1000,
        partialAnswers: listOf(properties['FunctionResponseTypes']).includes('ReportBatchItemFailures'),
      };
    }),
  );
}

/** Lambda polls with the function's own role, and refuses a mapping whose role may not. */
async function mayRead(account: SimulatedAccount, { setup }: SimulatedFunction, queueArn: string): Promise<void> {
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
    const decision = await account.decide({ principalRole: setup.roleArn, action, resource: queueArn });
    if (!decision.allowed)
      throw new DeploymentRefusedError(
        `the role of ${setup.name} lacks ${action} on ${queueArn}: Lambda would refuse the mapping`,
      );
  }
}
