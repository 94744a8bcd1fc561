import type { TicketClaim, TicketRow, TicketRows } from '../../../functions/adapters/tickets/tracked-tickets.ts';

/** Remembered tickets in memory, with the conditions of the ones in the table. */
export function memoryTicketRows(): TicketRows {
  const kept = new Map<string, { readonly row: TicketRow; readonly owner: string; readonly until: Date | null }>();
  const put = (row: TicketRow, { owner }: TicketClaim, until: Date | null) => {
    if (kept.get(row.fingerprint)?.owner !== owner) return 'lost';
    kept.set(row.fingerprint, { row, owner, until });
    return 'saved';
  };
  return {
    read: async (fingerprint) => kept.get(fingerprint)?.row,
    async claim(fingerprint, { owner, until }, now) {
      const before = kept.get(fingerprint);
      const held = before?.until ?? null;
      if (before?.owner !== owner && held !== null && held > now) return { kind: 'busy', until: held };
      const row = before?.row ?? { fingerprint, ticket: null, openingUntil: null };
      kept.set(fingerprint, { row, owner, until });
      return { kind: 'claimed', row, afterExpiry: held !== null };
    },
    save: async (row, claim) => put(row, claim, claim.until),
    release: async (row, claim) => put(row, claim, null),
  };
}
