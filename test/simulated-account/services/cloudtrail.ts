import type {
  DescribeTrailsRequest,
  DescribeTrailsResponse,
  Event,
  GetEventSelectorsRequest,
  GetEventSelectorsResponse,
  GetTrailStatusRequest,
  GetTrailStatusResponse,
  LookupAttribute,
  LookupAttributeKey,
  LookupEventsRequest,
  LookupEventsResponse,
} from '@aws-sdk/client-cloudtrail';
import { DescribeTrails$, GetEventSelectors$, GetTrailStatus$, LookupEvents$ } from '@aws-sdk/client-cloudtrail';
import type { AccountRuntime } from '../account-runtime.ts';
import type { JsonObject } from '../account-state.ts';
import { isObject } from '../schema-check.ts';
import { operation, page, type Service, ServiceError } from '../service.ts';
import type { SimulatedTrail } from '../stores.ts';

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The name that Event history shows as the user: the session's name for a role, else the user's. */
function userName(record: JsonObject): string | undefined {
  const identity = isObject(record['userIdentity']) ? record['userIdentity'] : {};
  const session = textOf(identity['principalId'])?.split(':')[1];
  return identity['type'] === 'AssumedRole' ? session : textOf(identity['userName']);
}

function accessKey(record: JsonObject): string | undefined {
  return isObject(record['userIdentity']) ? textOf(record['userIdentity']['accessKeyId']) : undefined;
}

function attributeOf(record: JsonObject, key: LookupAttributeKey | undefined): string | undefined {
  switch (key) {
    case 'EventId':
      return textOf(record['eventID']);
    case 'EventName':
      return textOf(record['eventName']);
    case 'EventSource':
      return textOf(record['eventSource']);
    case 'ReadOnly':
      return String(record['readOnly'] ?? false);
    case 'Username':
      return userName(record);
    case 'AccessKeyId':
      return accessKey(record);
    default:
      return undefined;
  }
}

// Event history derives the resources of a call from its parameters; these are the ones that this account's calls name.
const resourceTypes: Readonly<Record<string, string>> = {
  roleName: 'AWS::IAM::Role',
  cluster: 'AWS::ECS::Cluster',
  logGroupName: 'AWS::Logs::LogGroup',
};

function resourcesOf(record: JsonObject): { ResourceType: string; ResourceName: string }[] {
  const parameters = isObject(record['requestParameters']) ? record['requestParameters'] : {};
  return Object.entries(resourceTypes).flatMap(([key, ResourceType]) => {
    const ResourceName = textOf(parameters[key]);
    return ResourceName === undefined ? [] : [{ ResourceType, ResourceName }];
  });
}

function matches(record: JsonObject, { AttributeKey, AttributeValue }: LookupAttribute): boolean {
  if (AttributeKey === 'ResourceName' || AttributeKey === 'ResourceType') {
    return resourcesOf(record).some((resource) => resource[AttributeKey] === AttributeValue);
  }
  return attributeOf(record, AttributeKey) === AttributeValue;
}

function lookedUp(record: JsonObject): Event {
  return {
    EventId: textOf(record['eventID']),
    EventName: textOf(record['eventName']),
    ReadOnly: String(record['readOnly'] ?? false),
    AccessKeyId: accessKey(record),
    EventTime: new Date(Date.parse(String(record['eventTime'])) || 0),
    EventSource: textOf(record['eventSource']),
    Username: userName(record),
    Resources: resourcesOf(record),
    CloudTrailEvent: JSON.stringify(record),
  };
}

const lookupTimes = new WeakMap<AccountRuntime, number[]>();

function throttleLookups(runtime: AccountRuntime, now: number): void {
  const recent = (lookupTimes.get(runtime) ?? []).filter((time) => now - time < 1000);
  if (recent.length >= 2) throw new ServiceError('ThrottlingException', 'Rate exceeded');
  lookupTimes.set(runtime, [...recent, now]);
}

const lookupEvents = operation<LookupEventsRequest, LookupEventsResponse>(LookupEvents$, {
  demands: () => [{ resource: '*' }],
  run: ({ LookupAttributes = [], StartTime, EndTime, MaxResults, NextToken }, { runtime, now }) => {
    if (runtime.throttleLookups) throttleLookups(runtime, now.getTime());
    if (LookupAttributes.length > 1) {
      throw new ServiceError('InvalidLookupAttributesException', 'You can provide only one lookup attribute.');
    }
    if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime) {
      throw new ServiceError('InvalidTimeRangeException', 'The start time is after the end time.');
    }
    if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > 50)) {
      throw new ServiceError('InvalidMaxResultsException', 'MaxResults must be between 1 and 50.');
    }
    const [wanted] = LookupAttributes;
    const events = runtime.trail
      .history()
      .filter((record) => wanted === undefined || matches(record, wanted))
      .map((record) => lookedUp(record))
      .filter(({ EventTime = new Date(0) }) => EventTime >= (StartTime ?? new Date(0)))
      .filter(({ EventTime = new Date(0) }) => EndTime === undefined || EventTime <= EndTime);
    // Records written while somebody pages come before the first page: the token pins the list to its old length.
    const [token, length = String(events.length)] = NextToken?.split('.') ?? [];
    const pinned = events.slice(Math.max(0, events.length - Number(length)));
    const invalid = () => new ServiceError('InvalidNextTokenException', 'Invalid token.');
    const { items, next } = page(pinned, token, runtime.pageLimit(MaxResults, 50), invalid);
    return { Events: items, ...(next === undefined ? {} : { NextToken: `${next}.${length}` }) };
  },
});

function trailNamed(runtime: AccountRuntime, name = ''): SimulatedTrail {
  const trail = runtime.stores.trails.find(
    (candidate) => candidate.name === name || trailArn(runtime, candidate) === name,
  );
  if (trail === undefined) throw new ServiceError('TrailNotFoundException', `Unknown trail: ${name}`);
  return trail;
}

function trailArn(runtime: AccountRuntime, trail: SimulatedTrail): string {
  return runtime.arn('cloudtrail', `trail/${trail.name}`);
}

const describeTrails = operation<DescribeTrailsRequest, DescribeTrailsResponse>(DescribeTrails$, {
  demands: () => [{ resource: '*' }],
  run: ({ trailNameList = [] }, { runtime }) => ({
    trailList: runtime.stores.trails
      .filter(({ name }) => trailNameList.length === 0 || trailNameList.some((asked) => asked.endsWith(name)))
      .map((trail) => ({
        Name: trail.name,
        TrailARN: trailArn(runtime, trail),
        HomeRegion: runtime.state.region,
        IsMultiRegionTrail: trail.isMultiRegion,
        IncludeGlobalServiceEvents: true,
        IsOrganizationTrail: false,
        HasCustomEventSelectors: trail.managementEvents !== 'All' || trail.s3DataEvents !== undefined,
        S3BucketName: `cloudtrail-${runtime.state.account}`,
      })),
  }),
});

const getTrailStatus = operation<GetTrailStatusRequest, GetTrailStatusResponse>(GetTrailStatus$, {
  demands: ({ Name }, { runtime }) => [{ resource: trailArn(runtime, trailNamed(runtime, Name)) }],
  run: ({ Name }, { runtime }) => ({ IsLogging: trailNamed(runtime, Name).isLogging }),
});

function dataResourcesOf({ state }: AccountRuntime, { s3DataEvents }: SimulatedTrail) {
  if (s3DataEvents === undefined) return [];
  const all = `arn:${state.partition}:s3`;
  const Values = s3DataEvents === 'all' ? [all] : s3DataEvents.map((bucket) => `${all}:::${bucket}/`);
  return [{ Type: 'AWS::S3::Object', Values }];
}

const getEventSelectors = operation<GetEventSelectorsRequest, GetEventSelectorsResponse>(GetEventSelectors$, {
  demands: ({ TrailName }, { runtime }) => [{ resource: trailArn(runtime, trailNamed(runtime, TrailName)) }],
  run: ({ TrailName }, { runtime }) => {
    const trail = trailNamed(runtime, TrailName);
    return {
      TrailARN: trailArn(runtime, trail),
      EventSelectors: [
        {
          ReadWriteType: trail.managementEvents === 'None' ? 'All' : trail.managementEvents,
          IncludeManagementEvents: trail.managementEvents !== 'None',
          DataResources: dataResourcesOf(runtime, trail),
          ExcludeManagementEventSources: [...trail.excludedSources],
        },
      ],
    };
  },
});

export const cloudtrail: Service = {
  signingName: 'cloudtrail',
  iamPrefix: 'cloudtrail',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.cloudtrail',
  eventSource: 'cloudtrail.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [lookupEvents, describeTrails, getTrailStatus, getEventSelectors],
};
