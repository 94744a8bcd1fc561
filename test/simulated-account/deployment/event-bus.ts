import { matchesPattern } from '../../../functions/domain/event-pattern.ts';
import type { JsonObject } from '../account-state.ts';
import { envelopeOf } from '../cloudtrail-log.ts';
import type { SimulatedAccount } from '../server.ts';
import { lastOf } from './deploy-stores.ts';
import { DEFAULT_BUS, type Forward, forward, forwardOf, shareBuses } from './forwarding.ts';
import type { Stack } from './stack.ts';
import { listOf, objectOf } from './template.ts';

/** What goes wrong between CloudTrail and the queue: delivery is best effort, at least once and in no order. */
export interface DeliveryFaults {
  /** How often each event arrives; 1 is once. */
  copies: number;
  /** Events that wait for the next `settle` arrive the last one first. */
  reversed: boolean;
  /** Events that never arrive. */
  lost: (event: JsonObject) => boolean;
}

interface BusRule {
  readonly name: string;
  readonly pattern: unknown;
  readonly state: string;
  readonly busName: string;
  readonly queues: readonly string[];
  /** Buses of other accounts, and the roles to forward with. */
  readonly forwards: readonly Forward[];
}

interface Waiting {
  readonly event: JsonObject;
  readonly busName: string;
}

/** The account's buses with the stacks' rules: management records in, messages on the targets' queues and other accounts' buses out. */
export class EventBus {
  readonly faults: DeliveryFaults = { copies: 1, reversed: false, lost: () => false };
  private readonly rules: BusRule[] = [];
  /** Events that another account's bus refused. */
  readonly undelivered: JsonObject[] = [];
  private waiting: Waiting[] = [];
  private readonly unsubscribe: () => void;

  constructor(private readonly account: SimulatedAccount) {
    this.unsubscribe = account.on('record', (record) => {
      if (this.reachesBus(record)) this.put(envelopeOf(record));
    });
  }

  addRules(stack: Stack): void {
    shareBuses(stack, this.account.runtime, (event, busName) => this.put(event, busName));
    for (const { logicalId, properties } of stack.resourcesOf('AWS::Events::Rule')) {
      const name = stack.resources.nameOf(logicalId);
      const targets = listOf(properties['Targets']).map(objectOf);
      const state = String(properties['State'] ?? 'ENABLED');
      const { EventPattern, ScheduleExpression } = properties;
      const busName = String(properties['EventBusName'] ?? DEFAULT_BUS).replace(/^.*event-bus\//, '');
      this.account.stores.rules.set(name, {
        rule: {
          Name: name,
          State: state as 'ENABLED',
          ...(busName === DEFAULT_BUS ? {} : { EventBusName: busName }),
          ...(EventPattern === undefined ? {} : { EventPattern: JSON.stringify(EventPattern) }),
          ...(ScheduleExpression === undefined ? {} : { ScheduleExpression: String(ScheduleExpression) }),
        },
        targets: targets.map(({ Id, Arn }) => ({ Id: String(Id), Arn: String(Arn) })),
      });
      // A schedule hears no event; it is the deployment's to run.
      if (EventPattern === undefined) continue;
      const queues = targets.map(({ Arn }) => String(Arn)).filter((arn) => arn.split(':')[2] === 'sqs');
      const forwards = targets.flatMap(forwardOf);
      this.rules.push({ name, pattern: EventPattern, state, busName, queues: queues.map(lastOf), forwards });
    }
  }

  /** Puts an event on the bus as if AWS had delivered it: no record is written, the rules decide. */
  put(event: JsonObject, busName = DEFAULT_BUS): void {
    this.waiting.push({ event, busName });
  }

  /** The names of the rules that an event matches. */
  matchingRules(event: JsonObject): readonly string[] {
    return this.matching({ event, busName: DEFAULT_BUS }).map(({ name }) => name);
  }

  /** Delivers what waits; answers whether there was anything. */
  async flush(): Promise<boolean> {
    const waiting = this.faults.reversed ? this.waiting.toReversed() : this.waiting;
    this.waiting = [];
    for (const one of waiting) {
      if (this.faults.lost(one.event)) continue;
      const body = JSON.stringify(one.event);
      const rules = this.matching(one);
      for (const queue of rules.flatMap((rule) => rule.queues)) {
        const target = this.account.queues.get(queue);
        if (target === undefined) throw new Error(`a rule's target ${queue} does not exist`);
        for (let copy = 0; copy < this.faults.copies; copy += 1) target.send(body);
      }
      for (const to of rules.flatMap((rule) => rule.forwards)) {
        if (!(await forward(one.event, to, this.account.runtime))) this.undelivered.push(one.event);
      }
    }
    return waiting.length > 0;
  }

  close(): void {
    this.unsubscribe();
  }

  private matching({ event, busName }: Waiting): readonly BusRule[] {
    // Read-only calls reach only rules in the state that asks for all management events.
    const readOnly = objectOf(event['detail'])['readOnly'] === true;
    return this.rules.filter(
      ({ pattern, state, ...rule }) =>
        rule.busName === busName &&
        state !== 'DISABLED' &&
        (!readOnly || state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') &&
        matchesPattern(pattern, event),
    );
  }

  /** A record is delivered in its own Region, and only while a trail logs such events. */
  private reachesBus(record: JsonObject): boolean {
    // What a trail logs of data has been decided when it was recorded.
    const isDataEvent = record['managementEvent'] === false;
    const wanted = record['readOnly'] === true ? 'ReadOnly' : 'WriteOnly';
    return (
      record['awsRegion'] === this.account.state.region &&
      (isDataEvent ||
        this.account.stores.trails.some(
          ({ isLogging, managementEvents }) => isLogging && (managementEvents === 'All' || managementEvents === wanted),
        ))
    );
  }
}
