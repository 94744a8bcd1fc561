import { type CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { HistoryQuery } from '../../ports.ts';

/** One page of CloudTrail's event history. */
export interface HistoryPage {
  /** Records as CloudTrail writes them, unread, the newest first. */
  readonly records: readonly unknown[];
  readonly nextToken: string | undefined;
}

/**
 * Asks for one page by `LookupEvents`, of at most 50 records. A record that is no JSON is left out: one that cannot be read does
 * not stop the scan of the others.
 */
export async function readHistoryPage(
  client: CloudTrailClient,
  { attribute, value, from, to }: Pick<HistoryQuery, 'attribute' | 'value' | 'from' | 'to'>,
  nextToken: string | undefined,
): Promise<HistoryPage> {
  const answer = await client.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }],
      StartTime: from,
      EndTime: to,
      MaxResults: 50,
      NextToken: nextToken,
    }),
  );
  return { records: (answer.Events ?? []).flatMap(recordsOf), nextToken: answer.NextToken };
}

function recordsOf({ CloudTrailEvent }: Event): readonly unknown[] {
  if (CloudTrailEvent === undefined) return [];
  try {
    return [JSON.parse(CloudTrailEvent)];
  } catch {
    return [];
  }
}
