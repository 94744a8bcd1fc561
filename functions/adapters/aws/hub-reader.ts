import { DescribeEventBusCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { ObservedAudit } from '../../domain/hub-diagnosis.ts';
import type { Reading } from '../../domain/observation.ts';
import { createAuditProgressStore } from './audit-progress.ts';
import { createAuditedPlaces } from './audited-places.ts';
import { ABSENT, errorName, read, readingOf, unreadable } from './errors.ts';
import { inLots } from './lots.ts';
import type { Table } from './table.ts';

/** The ARN of a bus by its name. */
export function readEventBus(client: EventBridgeClient, name: string): Promise<Reading<string>> {
  const ask = async () => {
    const { Arn } = await client.send(new DescribeEventBusCommand({ Name: name }));
    return Arn === undefined ? ABSENT : read(Arn);
  };
  return readingOf(ask(), { call: 'events:DescribeEventBus', absent: ['ResourceNotFound'] });
}

/** Items are small, and a hub may have thousands. */
const ROWS_AT_ONCE = 16;

/** The places that a hub knows, and when the audit of each ended last; absent before the first audit. A malformed list throws. */
export async function readAudits(table: Table, deploymentId: string): Promise<Reading<readonly ObservedAudit[]>> {
  const known = await createAuditedPlaces(table, deploymentId).readPlaces();
  if (known === undefined) return ABSENT;
  const readAudit = async (place: { readonly account: string; readonly region: string }): Promise<ObservedAudit> => {
    // The hub's own place is no exception: the row of the deployment is that of what is done once for all.
    const progress = createAuditProgressStore(table, deploymentId, { account: place.account, place });
    return { ...place, finishedAt: await finishedAt(progress) };
  };
  return read(await inLots(known.places, ROWS_AT_ONCE, (lot) => Promise.all(lot.map(readAudit))));
}

async function finishedAt(progress: ReturnType<typeof createAuditProgressStore>): Promise<ObservedAudit['finishedAt']> {
  try {
    return read((await progress.readProgress())?.finishedAt ?? null);
  } catch (error) {
    // One row that is malformed says nothing about the other places.
    return unreadable(error instanceof Error ? error.message : errorName(error));
  }
}
