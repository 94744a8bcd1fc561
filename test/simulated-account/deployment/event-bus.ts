import { matchesPattern } from '../../../functions/domain/event-pattern.ts';
import type { JsonObject } from '../account-state.ts';
import { envelopeOf } from '../cloudtrail-log.ts';
import type { SimulatedAccount } from '../server.ts';
import { lastOf } from './deploy-stores.ts';
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
  readonly queues: readonly string[];
}

/** The account's default bus with the stacks' rules: management records in, messages on the targets' queues out. */
export class EventBus {
  readonly faults: DeliveryFaults = { copies: 1, reversed: false, lost: () => false };
  private readonly rules: BusRule[] = [];
  private waiting: JsonObject[] = [];
  private readonly unsubscribe: () => void;

  constructor(private readonly account: SimulatedAccount) {
    this.unsubscribe = account.on('record', (record) => {
      if (this.reachesBus(record)) this.waiting.push(envelopeOf(record));
    });
  }

  addRules(stack: Stack): void {
    for (const { logicalId, properties } of stack.resourcesOf('AWS::Events::Rule')) {
      const name = stack.resources.nameOf(logicalId);
      const targets = listOf(properties['Targets']).map(objectOf);
      const state = String(properties['State'] ?? 'ENABLED');
      const { EventPattern, ScheduleExpression } = properties;
      this.account.stores.rules.set(name, {
        rule: {
          Name: name,
          State: state as 'ENABLED',
          ...(EventPattern === undefined ? {} : { EventPattern: JSON.stringify(EventPattern) }),
          ...(ScheduleExpression === undefined ? {} : { ScheduleExpression: String(ScheduleExpression) }),
        },
        targets: targets.map(({ Id, Arn }) => ({ Id: String(Id), Arn: String(Arn) })),
      });
      // A schedule hears no event; it is the deployment's to run.
      if (EventPattern === undefined) continue;
      const queues = targets.map(({ Arn }) => String(Arn)).filter((arn) => arn.split(':')[2] === 'sqs');
      this.rules.push({ name, pattern: EventPattern, state, queues: queues.map(lastOf) });
    }
  }

  /** Puts an event on the bus as if AWS had delivered it: no record is written, the rules decide. */
  put(event: JsonObject): void {
    this.waiting.push(event);
  }

  /** The names of the rules that an event matches. */
  matchingRules(event: JsonObject): readonly string[] {
    return this.matching(event).map(({ name }) => name);
  }

  /** Delivers what waits; answers whether there was anything. */
  flush(): boolean {
    const events = this.faults.reversed ? this.waiting.toReversed() : this.waiting;
    this.waiting = [];
    for (const event of events) {
      if (this.faults.lost(event)) continue;
      const body = JSON.stringify(event);
      for (const queue of this.matching(event).flatMap((rule) => rule.queues)) {
        const target = this.account.queues.get(queue);
        if (target === undefined) throw new Error(`a rule's target ${queue} does not exist`);
        for (let copy = 0; copy < this.faults.copies; copy += 1) target.send(body);
      }
    }
    return events.length > 0;
  }

  close(): void {
    this.unsubscribe();
  }

  private matching(event: JsonObject): readonly BusRule[] {
    // Read-only calls reach only rules in the state that asks for all management events.
    const readOnly = objectOf(event['detail'])['readOnly'] === true;
    return this.rules.filter(
      ({ pattern, state }) =>
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
