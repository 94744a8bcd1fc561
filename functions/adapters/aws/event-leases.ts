import type { EventLeases } from '../../ports.ts';
import { expiryAfter, type Table } from './table.ts';
import { TABLE_KEYS, TABLE_PREFIXES } from './table-keys.ts';

/** Longer than any queue of ours keeps an event, dead letters aside. */
const EVENT_DAYS = 7;

const IN_PROGRESS = 'in-progress';
const DONE = 'done';

const NAMES = { '#state': 'state', '#owner': 'owner' };

const keyOf = (eventId: string) => `${TABLE_PREFIXES.event}${eventId}`;

/** Leases in DynamoDB. An event is free if nobody has it, if its lease has run out, or if the lease is the caller's own. */
export function createEventLeases(table: Table): EventLeases {
  return {
    async claim(eventId, owner, now, leaseSeconds) {
      const lease = {
        state: IN_PROGRESS,
        owner,
        leaseUntil: now.getTime() + leaseSeconds * 1000,
        [TABLE_KEYS.ttl]: expiryAfter(now, EVENT_DAYS),
      };
      const written = await table.put(keyOf(eventId), lease, {
        expression: 'attribute_not_exists(#pk) OR (#state = :inProgress AND (#leaseUntil <= :now OR #owner = :owner))',
        names: { ...NAMES, '#pk': TABLE_KEYS.partitionKey, '#leaseUntil': 'leaseUntil' },
        values: { ':inProgress': IN_PROGRESS, ':now': now.getTime(), ':owner': owner },
      });
      if (written === 'written') return 'claimed';
      const row = await table.read(keyOf(eventId));
      switch (row?.['state']) {
        case DONE:
          return 'done';
        // A row that vanished since was given back: the queue delivers the event again.
        case undefined:
        case IN_PROGRESS:
          return 'in-progress';
        default:
          throw new Error(`The lease of event ${eventId} in the table is malformed.`);
      }
    },

    async complete(eventId, owner, now) {
      // A lease that ran out and went to somebody else is theirs to complete.
      await table.update(
        keyOf(eventId),
        { state: DONE, [TABLE_KEYS.ttl]: expiryAfter(now, EVENT_DAYS) },
        { expression: '#owner = :owner', names: { '#owner': 'owner' }, values: { ':owner': owner } },
      );
    },

    async release(eventId, owner) {
      await table.remove(keyOf(eventId), {
        expression: '#owner = :owner AND #state = :inProgress',
        names: NAMES,
        values: { ':owner': owner, ':inProgress': IN_PROGRESS },
      });
    },
  };
}
