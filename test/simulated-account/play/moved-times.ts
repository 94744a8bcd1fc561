import type { AccountState, JsonObject } from '../account-state.ts';
import { isObject } from '../schema-check.ts';

/** CloudTrail delivers within seconds. */
const DELIVERY_MS = 5000;

/**
 * An event as if it had just been delivered, and the account's history moved by as much: what happened half an hour before the
 * event still happened half an hour before it.
 */
export function movedToNow(event: JsonObject, account: AccountState, now: Date): JsonObject {
  const detail = isObject(event['detail']) ? event['detail'] : {};
  const time = Date.parse(String(detail['eventTime'] ?? event['time']));
  if (Number.isNaN(time)) return event;
  const by = now.getTime() - DELIVERY_MS - time;
  account.cloudtrail.records = account.cloudtrail.records.map((record) => movedRecord(record, by));
  return { ...event, time: moved(event['time'], by), detail: movedRecord(detail, by) };
}

function movedRecord(record: JsonObject, by: number): JsonObject {
  const identity = isObject(record['userIdentity']) ? record['userIdentity'] : null;
  const context = isObject(identity?.['sessionContext']) ? identity['sessionContext'] : null;
  const attributes = isObject(context?.['attributes']) ? context['attributes'] : null;
  return {
    ...record,
    eventTime: moved(record['eventTime'], by),
    ...(attributes === null
      ? {}
      : {
          userIdentity: {
            ...identity,
            sessionContext: {
              ...context,
              attributes: { ...attributes, creationDate: moved(attributes['creationDate'], by) },
            },
          },
        }),
  };
}

/** What is no time stays as it is. */
function moved(value: unknown, by: number): unknown {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? value : `${new Date(time + by).toISOString().slice(0, 19)}Z`;
}
