import { randomUUID } from 'node:crypto';
import type { SimulatedAccount } from '../server.ts';
import { DeploymentRefusedError } from './deployment-refused.ts';
import type { Invocation } from './lambda-worker.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import type { Stack } from './stack.ts';
import { listOf, objectOf } from './template.ts';

/** A function that a rule invokes by the clock. */
export interface Schedule {
  readonly ruleArn: string;
  /** `rate(15 minutes)`. */
  readonly expression: string;
  readonly target: SimulatedFunction;
}

/** The stack's scheduled rules. One whose function does not let it in is refused, because AWS would drop its invocations. */
export function schedulesOf(stack: Stack, functions: readonly SimulatedFunction[]): readonly Schedule[] {
  return scheduledRules(stack)
    .filter(({ properties }) => properties['State'] !== 'DISABLED')
    .flatMap(({ logicalId, properties }) => {
      const ruleArn = stack.resources.arnOf(logicalId);
      return listOf(properties['Targets']).map((target) => {
        const arn = String(objectOf(target)['Arn']);
        const fn = functions.find(({ setup }) => setup.arn === arn);
        if (fn === undefined) throw new Error(`the schedule ${ruleArn} names no function of the stack`);
        if (!letsIn(stack, fn, ruleArn)) {
          throw new DeploymentRefusedError(`${fn.setup.name} does not let ${ruleArn} invoke it`);
        }
        return { ruleArn, expression: String(properties['ScheduleExpression']), target: fn };
      });
    });
}

/** Whether a scheduled rule of the stack invokes the function. */
export function standsOnSchedule(stack: Stack, functionArn: string): boolean {
  return scheduledRules(stack).some(({ properties }) =>
    listOf(properties['Targets']).some((target) => objectOf(target)['Arn'] === functionArn),
  );
}

function scheduledRules(stack: Stack) {
  return stack.resourcesOf('AWS::Events::Rule').filter(({ properties }) => 'ScheduleExpression' in properties);
}

function letsIn(stack: Stack, { setup }: SimulatedFunction, ruleArn: string): boolean {
  return stack
    .resourcesOf('AWS::Lambda::Permission')
    .some(
      ({ properties }) =>
        properties['Action'] === 'lambda:InvokeFunction' &&
        properties['Principal'] === 'events.amazonaws.com' &&
        [setup.arn, setup.name].includes(String(properties['FunctionName'])) &&
        [ruleArn, undefined].includes(properties['SourceArn'] as string | undefined),
    );
}

/**
 * Invokes the function once, with the event of its schedule. AWS would repeat a run that failed a minute later; here the next run
 * of the schedule is that repetition, so that a test can look at what a killed one left.
 */
export function runScheduled({ ruleArn, target }: Schedule, account: SimulatedAccount): Promise<Invocation> {
  return target.invoke({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: account.state.account,
    time: `${account.clock.now().toISOString().slice(0, 19)}Z`,
    region: account.state.region,
    resources: [ruleArn],
    detail: {},
  });
}
