import * as z from 'zod/mini';

/** What rules on the bus match: `{"source": ["exec-log"], "detail-type": ["exec-log ticket"]}`. */
export const TICKET_EVENT = { source: 'exec-log', detailType: 'exec-log ticket' } as const;

const filled = z.string().check(z.minLength(1));

const identity = {
  /** Raised when a consumer of this version would misread the next one; new fields alone do not raise it. */
  version: z.literal('1'),
  /** Of the cause. */
  fingerprint: filled,
  /** The same for every event of a fingerprint: events come at least once and in any order, and repeating one is harmless. */
  ticketId: filled,
};

const filedSchema = z.object({
  ...identity,
  /** A `changed` ticket that was `closed` is open again: a regression. */
  change: z.enum(['opened', 'changed']),
  /** One line. */
  title: filled,
  /** Markdown; the whole ticket, not what changed of it. */
  body: z.string(),
  severity: z.enum(['high', 'medium', 'low']),
  /** For filters: account, Region, role, number of denials and the like, by name. */
  facts: z.record(z.string(), z.string()),
  /** Markdown: what changed; null where the ticket is new. */
  comment: z.nullable(z.string()),
});

const closedSchema = z.object({
  ...identity,
  change: z.literal('closed'),
  title: z.null(),
  body: z.null(),
  severity: z.null(),
  facts: z.null(),
  /** Markdown: the evidence. */
  comment: z.string(),
});

/** The detail of a ticket's event, version 1. A consumer ignores fields that it does not know. */
export const ticketEventSchema = z.discriminatedUnion('change', [filedSchema, closedSchema]);

export type TicketEvent = z.output<typeof ticketEventSchema>;
