import type { AccountRuntime } from '../account-runtime.ts';
import type { JsonObject } from '../account-state.ts';
import type { Stack } from './stack.ts';
import { listOf, objectOf } from './template.ts';

export const DEFAULT_BUS = 'default';

/** A rule's target in another account, and the role that EventBridge forwards with. */
export interface Forward {
  readonly busArn: string;
  readonly roleArn: string;
}

/** The bus that a target is, if it is one. */
export function forwardOf({ Arn, RoleArn }: JsonObject): readonly Forward[] {
  const busArn = String(Arn);
  return /^arn:[^:]+:events:[^:]+:\d{12}:event-bus\//.test(busArn) ? [{ busArn, roleArn: String(RoleArn) }] : [];
}

/** Makes the buses of a stack known to the organisation, each with its policy. */
export function shareBuses(
  stack: Stack,
  { membership, stores }: AccountRuntime,
  put: (event: JsonObject, busName: string) => void,
): void {
  for (const { logicalId, properties } of stack.resourcesOf('AWS::Events::EventBus')) {
    const name = stack.resources.nameOf(logicalId);
    const statements = listOf(objectOf(properties['Policy'])['Statement']).map(objectOf);
    stores.buses.add(name);
    membership?.buses.set(stack.resources.arnOf(logicalId), { statements, put: (event) => put(event, name) });
  }
}

/** Forwards an event as EventBridge does, if the role's policy and the policy of the bus allow it; answers whether they did. */
export async function forward(event: JsonObject, { busArn, roleArn }: Forward, from: AccountRuntime): Promise<boolean> {
  const bus = from.membership?.buses.get(busArn);
  if (bus === undefined) return false;
  const decision = await from.decide({
    principalRole: roleArn,
    sessionName: 'forwarding',
    action: 'events:PutEvents',
    resource: busArn,
    resourcePolicy: { Version: '2012-10-17', Statement: bus.statements },
    context: { 'events:source': [String(event['source'])], 'events:eventBusInvocation': 'true' },
  });
  if (decision.allowed) bus.put(event);
  return decision.allowed;
}
