import * as z from 'zod/mini';
import type { Clock } from '../../ports.ts';
import type { TicketClaim, TicketRow, TicketRows } from '../tickets/tracked-tickets.ts';
import { type Condition, expiryAfter, NOT_THERE, type Row, type Table } from './table.ts';
import { TABLE_KEYS, TABLE_PREFIXES } from './table-keys.ts';

/** Tickets are remembered as long as the cases that they are about. */
const TICKET_DAYS = 400;

/** What another worker is given where two took the row in the same moment. */
const RACE_MILLISECONDS = 1000;

/** No claim: DynamoDB compares numbers, and every moment is later than this one. */
const FREE = 0;

const filled = z.string().check(z.minLength(1));
const milliseconds = z.int().check(z.minimum(0));

const ticketSchema = z.object({
  ticketId: filled,
  url: z.nullable(z.string()),
  digest: filled,
  severity: z.enum(['high', 'medium', 'low']),
  facts: z.record(z.string(), z.string()),
});

const rowSchema = z.object({
  fingerprint: filled,
  // Missing in a row that was claimed and never written.
  ticket: z._default(z.nullable(ticketSchema), null),
  openingUntil: z._default(z.nullable(milliseconds), null),
  owner: filled,
  claimUntil: milliseconds,
});

/**
 * Remembered tickets in DynamoDB, one item a fingerprint. `system` names the tracker and the project in it (for example
 * `jira example.atlassian.net OPS`), so that another tracker's ids are never taken for this one's. A malformed item throws: a
 * guess would open a second ticket.
 */
export function createTicketRows(table: Table, clock: Clock, system: string): TicketRows {
  const keyOf = (fingerprint: string) => `${TABLE_PREFIXES.ticket}${system}#${fingerprint}`;
  const find = async (fingerprint: string) => {
    const row = await table.read(keyOf(fingerprint));
    return row === undefined ? undefined : ticketRowOf(row, fingerprint);
  };
  const put = async (row: TicketRow, { owner }: TicketClaim, claimUntil: number) => {
    const { fingerprint, ticket, openingUntil } = row;
    const item = {
      fingerprint,
      ticket,
      openingUntil: openingUntil?.getTime() ?? null,
      owner,
      claimUntil,
      [TABLE_KEYS.ttl]: expiryAfter(clock(), TICKET_DAYS),
    };
    const written = await table.put(keyOf(fingerprint), item, ownerIs(owner));
    return written === 'written' ? 'saved' : 'lost';
  };
  return {
    async read(fingerprint) {
      return (await find(fingerprint))?.row;
    },

    async claim(fingerprint, { owner, until }, now) {
      const before = await find(fingerprint);
      const isTaken = before !== undefined && before.owner !== owner && before.claimUntil > now.getTime();
      if (isTaken) return { kind: 'busy', until: new Date(before.claimUntil) };
      const taken = await table.update(
        keyOf(fingerprint),
        {
          fingerprint,
          owner,
          claimUntil: until.getTime(),
          [TABLE_KEYS.ttl]: expiryAfter(now, TICKET_DAYS),
        },
        before === undefined ? orOwnerIs(NOT_THERE, owner) : orOwnerIs(isStill(before), owner),
      );
      if (taken === 'refused') return { kind: 'busy', until: new Date(now.getTime() + RACE_MILLISECONDS) };
      // The claim's last owner may have written until we took it.
      const after = await find(fingerprint);
      if (after === undefined) throw new Error(`The ticket of ${fingerprint} vanished from the table.`);
      return { kind: 'claimed', row: after.row, afterExpiry: (before?.claimUntil ?? FREE) !== FREE };
    },

    save: (row, claim) => put(row, claim, claim.until.getTime()),

    release: (row, claim) => put(row, claim, FREE),
  };
}

function ticketRowOf(row: Row, fingerprint: string) {
  const read = z.safeParse(rowSchema, row);
  if (!read.success || read.data.fingerprint !== fingerprint) {
    throw new Error(`The ticket of ${fingerprint} in the table is malformed.`);
  }
  const { ticket, openingUntil, owner, claimUntil } = read.data;
  const found: TicketRow = {
    fingerprint,
    ticket,
    openingUntil: openingUntil === null ? null : new Date(openingUntil),
  };
  return { row: found, owner, claimUntil };
}

function ownerIs(owner: string): Condition {
  return { expression: '#owner = :owner', names: { '#owner': 'owner' }, values: { ':owner': owner } };
}

/** Each claim has an owner of its own, so that owner and end together are what was read. */
function isStill({ owner, claimUntil }: { readonly owner: string; readonly claimUntil: number }): Condition {
  return {
    expression: '#owner = :seenOwner AND #claimUntil = :seenUntil',
    names: { '#owner': 'owner', '#claimUntil': 'claimUntil' },
    values: { ':seenOwner': owner, ':seenUntil': claimUntil },
  };
}

/** Also where a lost answer makes the client repeat a write that was carried out. */
function orOwnerIs(condition: Condition, owner: string): Condition {
  return {
    expression: `(${condition.expression}) OR #owner = :owner`,
    names: { ...condition.names, '#owner': 'owner' },
    values: { ...condition.values, ':owner': owner },
  };
}
