import type {
  CreateLogGroupRequest,
  CreateLogStreamRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  LogStream,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateLogGroup$,
  CreateLogStream$,
  DescribeLogGroups$,
  DescribeLogStreams$,
  GetLogEvents$,
  ListTagsForResource$,
  PutLogEvents$,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AccountRuntime } from '../account-runtime.ts';
import { operation, page, type Service, ServiceError } from '../service.ts';
import { streamKey } from '../stores.ts';

const invalid = (message: string) => new ServiceError('InvalidParameterException', message);
const badToken = () => invalid('The specified nextToken is invalid.');

/** A group by its name or by an ARN, which may end in `:*`. */
function groupName(asked = ''): string {
  return asked.startsWith('arn:') ? (asked.split(':')[6] ?? '') : asked;
}

function streamsOf(runtime: AccountRuntime, group: string): LogStream[] {
  if (!runtime.state.logs.logGroups.some((candidate) => candidate.logGroupName === group)) {
    throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
  }
  const streams = runtime.state.logs.logStreams.get(group) ?? [];
  runtime.state.logs.logStreams.set(group, streams);
  return streams;
}

function streamOf(runtime: AccountRuntime, group: string, name = ''): LogStream {
  const stream = streamsOf(runtime, group).find((candidate) => candidate.logStreamName === name);
  if (stream === undefined) {
    throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }
  return stream;
}

function streamArn(runtime: AccountRuntime, group: string | undefined, stream = ''): string {
  return runtime.arn('logs', `log-group:${groupName(group)}:log-stream:${stream}`);
}

const describeLogGroups = operation<DescribeLogGroupsRequest, DescribeLogGroupsResponse>(DescribeLogGroups$, {
  // Evaluated on an empty group name, whatever prefix is asked for: no group's own ARN can match.
  demands: (_, { runtime }) => [{ resource: streamArn(runtime, '') }],
  run: ({ logGroupNamePrefix = '', logGroupNamePattern = '', nextToken, limit }, { runtime }) => {
    const groups = runtime.state.logs.logGroups
      .filter(({ logGroupName = '' }) => logGroupName.startsWith(logGroupNamePrefix))
      .filter(({ logGroupName = '' }) => logGroupName.toLowerCase().includes(logGroupNamePattern.toLowerCase()))
      .sort((a, b) => ((a.logGroupName ?? '') < (b.logGroupName ?? '') ? -1 : 1))
      .map((group) => ({
        ...group,
        arn: group.arn ?? runtime.arn('logs', `log-group:${group.logGroupName}:*`),
        logGroupArn: group.logGroupArn ?? runtime.arn('logs', `log-group:${group.logGroupName}`),
      }));
    const { items, next } = page(groups, nextToken, runtime.pageLimit(limit, 50), badToken);
    return { logGroups: items, ...(next === undefined ? {} : { nextToken: next }) };
  },
});

const describeLogStreams = operation<DescribeLogStreamsRequest, DescribeLogStreamsResponse>(DescribeLogStreams$, {
  demands: (input, { runtime }) => [{ resource: streamArn(runtime, input.logGroupName ?? input.logGroupIdentifier) }],
  run: (input, { runtime }) => {
    const group = groupName(input.logGroupName ?? input.logGroupIdentifier);
    const byTime = input.orderBy === 'LastEventTime';
    if (byTime && input.logStreamNamePrefix !== undefined) {
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const key = (stream: LogStream) => (byTime ? (stream.lastEventTimestamp ?? 0) : (stream.logStreamName ?? ''));
    const streams = streamsOf(runtime, group)
      .filter(({ logStreamName = '' }) => logStreamName.startsWith(input.logStreamNamePrefix ?? ''))
      .sort((a, b) => (key(a) < key(b) ? -1 : 1));
    if (input.descending) streams.reverse();
    const { items, next } = page(streams, input.nextToken, runtime.pageLimit(input.limit, 50), badToken);
    return { logStreams: items, ...(next === undefined ? {} : { nextToken: next }) };
  },
});

const listTags = operation<ListTagsForResourceRequest, ListTagsForResourceResponse>(ListTagsForResource$, {
  demands: ({ resourceArn = '' }) => [{ resource: resourceArn }],
  run: ({ resourceArn }, { runtime }) => {
    const group = groupName(resourceArn);
    streamsOf(runtime, group);
    return { tags: runtime.stores.logGroupTags.get(group) ?? {} };
  },
});

const createLogGroup = operation<CreateLogGroupRequest, Record<string, never>>(CreateLogGroup$, {
  demands: ({ logGroupName }, { runtime }) => [{ resource: streamArn(runtime, logGroupName) }],
  run: ({ logGroupName = '', kmsKeyId, tags }, { runtime, now }) => {
    const { logGroups } = runtime.state.logs;
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName)) {
      throw invalid(
        "1 validation error detected: Value at 'logGroupName' failed to satisfy constraint: [\\.\\-_/#A-Za-z0-9]+",
      );
    }
    if (logGroups.some((group) => group.logGroupName === logGroupName)) {
      throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    const key = kmsKeyId === undefined ? {} : { kmsKeyId };
    logGroups.push({ logGroupName, creationTime: now.getTime(), storedBytes: 0, ...key });
    if (tags !== undefined) runtime.stores.logGroupTags.set(logGroupName, tags);
    return {};
  },
});

const createLogStream = operation<CreateLogStreamRequest, Record<string, never>>(CreateLogStream$, {
  demands: ({ logGroupName, logStreamName }, { runtime }) => [
    { resource: streamArn(runtime, logGroupName, logStreamName) },
  ],
  run: ({ logGroupName, logStreamName = '' }, { runtime, now }) => {
    if (!/^[^:*]{1,512}$/.test(logStreamName)) {
      throw invalid("1 validation error detected: Value at 'logStreamName' failed to satisfy constraint: [^:*]*");
    }
    const group = groupName(logGroupName);
    const streams = streamsOf(runtime, group);
    if (streams.some((stream) => stream.logStreamName === logStreamName)) {
      throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    const arn = streamArn(runtime, group, logStreamName);
    streams.push({ logStreamName, creationTime: now.getTime(), arn, storedBytes: 0 });
    return {};
  },
});

const putLogEvents = operation<PutLogEventsRequest, PutLogEventsResponse>(PutLogEvents$, {
  // A data event: no default trail has it, so that its denial is invisible, as in AWS.
  recording: 'never',
  demands: ({ logGroupName, logStreamName }, { runtime }) => [
    { resource: streamArn(runtime, logGroupName, logStreamName) },
  ],
  run: ({ logGroupName, logStreamName, logEvents = [] }, { runtime, now }) => {
    const group = groupName(logGroupName);
    const stream = streamOf(runtime, group, logStreamName);
    if (logEvents.length === 0) throw invalid('Log events list cannot be empty.');
    const times = logEvents.map((event) => event.timestamp ?? 0);
    if (times.some((time, index) => time < (times[index - 1] ?? 0))) {
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    }
    const key = streamKey(group, stream.logStreamName ?? '');
    const known = runtime.stores.logEvents.get(key) ?? [];
    const added = logEvents.map((event) => ({ ...event, ingestionTime: now.getTime() }));
    runtime.stores.logEvents.set(key, [...known, ...added]);
    stream.firstEventTimestamp ??= times[0];
    stream.lastEventTimestamp = times.at(-1);
    stream.lastIngestionTime = now.getTime();
    return { nextSequenceToken: String(known.length + added.length) };
  },
});

const getLogEvents = operation<GetLogEventsRequest, GetLogEventsResponse>(GetLogEvents$, {
  recording: 'never',
  demands: (input, { runtime }) => [
    { resource: streamArn(runtime, input.logGroupName ?? input.logGroupIdentifier, input.logStreamName) },
  ],
  run: (input, { runtime }) => {
    const group = groupName(input.logGroupName ?? input.logGroupIdentifier);
    const stream = streamOf(runtime, group, input.logStreamName);
    const known = runtime.stores.logEvents.get(streamKey(group, stream.logStreamName ?? '')) ?? [];
    const events = known
      .filter(({ timestamp = 0 }) => timestamp >= (input.startTime ?? 0))
      .filter(({ timestamp = 0 }) => timestamp < (input.endTime ?? Number.POSITIVE_INFINITY));
    const size = runtime.pageLimit(input.limit, 10_000);
    const offset = input.nextToken === undefined ? (input.startFromHead ? 0 : Math.max(0, events.length - size)) : -1;
    const start = offset >= 0 ? offset : Number(input.nextToken?.slice(2));
    if (!Number.isInteger(start)) throw badToken();
    // The end of a stream is known by the token that comes back unchanged.
    const end = Math.min(events.length, start + size);
    return {
      events: events.slice(start, end),
      nextForwardToken: `f/${end}`,
      nextBackwardToken: `b/${Math.max(0, start - size)}`,
    };
  },
});

export const logs: Service = {
  signingName: 'logs',
  iamPrefix: 'logs',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.cloudwatchlogs',
  eventSource: 'logs.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [
    describeLogGroups,
    describeLogStreams,
    listTags,
    createLogGroup,
    createLogStream,
    putLogEvents,
    getLogEvents,
  ],
};
