import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { Reading } from '../../domain/observation.ts';
import type { CallHistory, HistoryQuery, HistoryRecords } from '../../ports.ts';
import { read, readingOf } from './errors.ts';
import { readHistoryPage } from './history-page.ts';
import { createPace, type PaceOptions } from './pace.ts';

/** Answers that are kept at once; one of 20 pages is a few megabytes. */
const MAX_REMEMBERED = 8;
/** Shorter than the pause between two audits: the next one sees what the history did not show yet. */
const REMEMBERED_MILLISECONDS = 5 * 60_000;

/** AWS refuses these for good: the time lies before the 90 days that the history holds, or the value is no name. */
const UNREADABLE = ['ResourceNotFound', 'InvalidTimeRange', 'InvalidLookupAttributes', 'UnsupportedOperation'];

const EXPECTED = { call: 'cloudtrail:LookupEvents', unreadable: UNREADABLE };

/**
 * CloudTrail's event history by `LookupEvents`. The same question within five minutes is asked once: sessions of one task ask
 * alike. Only what was read is remembered; what was refused or failed is asked again.
 */
export function createCallHistory(client: CloudTrailClient, options: PaceOptions): CallHistory {
  const pace = createPace(options);
  const remembered = new Map<string, { readonly at: number; readonly answer: Promise<Reading<HistoryRecords>> }>();

  function forget(key: string, answer: Promise<Reading<HistoryRecords>>): void {
    if (remembered.get(key)?.answer === answer) remembered.delete(key);
  }

  return {
    findRecords(query) {
      const key = JSON.stringify([query.attribute, query.value, query.from, query.to, query.maxPages]);
      const now = options.clock().getTime();
      const known = remembered.get(key);
      if (known !== undefined && now - known.at < REMEMBERED_MILLISECONDS) return known.answer;
      const answer = readingOf(search(client, query, pace), EXPECTED);
      remembered.delete(key);
      remembered.set(key, { at: now, answer });
      const [oldest = key] = remembered.keys();
      if (remembered.size > MAX_REMEMBERED) remembered.delete(oldest);
      answer.then(
        ({ kind }) => (kind === 'read' ? undefined : forget(key, answer)),
        () => forget(key, answer),
      );
      return answer;
    },
  };
}

async function search(
  client: CloudTrailClient,
  query: HistoryQuery,
  pace: () => Promise<void>,
): Promise<Reading<HistoryRecords>> {
  const records: unknown[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < query.maxPages; page += 1) {
    await pace();
    const answer = await readHistoryPage(client, query, nextToken);
    records.push(...answer.records);
    nextToken = answer.nextToken;
    if (nextToken === undefined) return read({ records, complete: true });
  }
  return read({ records, complete: false });
}
