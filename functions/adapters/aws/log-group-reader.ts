import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import type { ObservedLogGroup, Reading } from '../../domain/observation.ts';
import type { LogGroupReader } from '../../ports.ts';
import { ABSENT, read, readingOf, unreadable } from './errors.ts';

/** AWS sorts groups by name, so the one asked for comes first among those that begin with its name. */
const MAX_PAGES = 5;

/** CloudWatch Logs' groups of this account and Region. */
export function createLogGroupReader(client: CloudWatchLogsClient): LogGroupReader {
  return {
    async findLogGroup({ logGroupName, withTags }) {
      const group = await readingOf(askForGroup(client, logGroupName), { call: 'logs:DescribeLogGroups' });
      if (group.kind !== 'read') return group;
      const kmsKeyId = group.value.kmsKeyId ?? null;
      if (!withTags) return read({ name: logGroupName, kmsKeyId, tags: {} });
      const expected = { call: 'logs:ListTagsForResource', absent: ['ResourceNotFound'] };
      return readingOf(askForTags(client, group.value, { name: logGroupName, kmsKeyId }), expected);
    },
  };
}

async function askForGroup(client: CloudWatchLogsClient, name: string): Promise<Reading<LogGroup>> {
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 50, nextToken }));
    const found = answer.logGroups?.find((group) => group.logGroupName === name);
    if (found !== undefined) return read(found);
    nextToken = answer.nextToken;
    if (nextToken === undefined) return ABSENT;
  }
  return unreadable(`more than ${MAX_PAGES} pages of log groups begin with this name`);
}

async function askForTags(
  client: CloudWatchLogsClient,
  group: LogGroup,
  found: Omit<ObservedLogGroup, 'tags'>,
): Promise<Reading<ObservedLogGroup>> {
  // `arn` ends in `:*`, which the tagging calls refuse; `logGroupArn` does not, and old answers lack it.
  const resourceArn = group.logGroupArn ?? group.arn?.replace(/:\*$/, '');
  if (resourceArn === undefined) return unreadable('CloudWatch Logs shows the group without its ARN');
  const { tags = {} } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
  return read({ ...found, tags });
}
