import * as z from 'zod/mini';
import type { CauseDigest } from '../../domain/cause-digest.ts';
import { HOME_ROWS, type RowScope } from '../../domain/jurisdiction.ts';
import type { CauseDigests } from '../../ports.ts';
import { expiryAfter, type Table, versionIs } from './table.ts';
import { accountKey, TABLE_KEYS, TABLE_PREFIXES } from './table-keys.ts';

/** An opening holds an hour at least; what nobody could be shown for so long is shown no more. */
const EXPIRY_DAYS = 30;

const filled = z.string().check(z.minLength(1));
const moment = z.iso.datetime();
const count = z.int().check(z.minimum(0));

const digestSchema = z.object({
  account: filled,
  region: filled,
  openedAt: moment,
  because: z.enum(['writes', 'cases']),
  until: moment,
  causes: count,
  recentCauses: z.string(),
  lines: z.array(
    z.object({
      fingerprint: filled,
      roleArn: z.string(),
      clusterArn: z.nullable(z.string()),
      ticketId: z.nullable(z.string()),
      ticketUrl: z.optional(z.string()),
    }),
  ),
  chatChannel: z.nullable(filled),
  chat: z.nullable(z.object({ channel: filled, ts: filled })),
  shownCauses: z.nullable(count),
  turn: count,
  dueAt: moment,
  closedAt: z.nullable(moment),
  version: count,
});

/** The digests of a deployment, or of one account of a hub's, in DynamoDB: one row for each opening of its breaker. */
export function createCauseDigests(table: Table, deploymentId: string, scope: RowScope = HOME_ROWS): CauseDigests {
  const keyOf = (openedAt: string) => `${TABLE_PREFIXES.digest}${accountKey(scope, deploymentId)}#${openedAt}`;
  return {
    async findDigest(openedAt) {
      const row = await table.read(keyOf(openedAt));
      return row === undefined ? undefined : digestOfRow(row, openedAt);
    },

    async saveDigest(digest, expectedVersion) {
      const row = {
        ...digest,
        // 1,000 list elements cost more than what is in them.
        recentCauses: digest.recentCauses.join(' '),
        [TABLE_KEYS.ttl]: expiryAfter(new Date(digest.openedAt), EXPIRY_DAYS),
      };
      const written = await table.put(keyOf(digest.openedAt), row, versionIs(expectedVersion));
      return written === 'written' ? 'saved' : 'conflict';
    },
  };
}

function digestOfRow(row: unknown, openedAt: string): CauseDigest {
  const read = z.safeParse(digestSchema, row);
  if (!read.success || read.data.openedAt !== openedAt) {
    throw new Error(`The digest of ${openedAt} in the table is malformed.`);
  }
  const recentCauses = read.data.recentCauses.split(' ').filter((cause) => cause !== '');
  return { ...read.data, recentCauses };
}
