import { type StackResource, StackResource$ } from '@aws-sdk/client-cloudformation';
import { type LogGroup, LogGroup$, type LogStream, LogStream$ } from '@aws-sdk/client-cloudwatch-logs';
import { readBuckets } from './account-file-buckets.ts';
import { readNetwork } from './account-file-ec2.ts';
import { readEcs } from './account-file-ecs.ts';
import { readIam } from './account-file-iam.ts';
import { type Element, elements, refuse, refuseMorePages, section, shaped, text } from './account-file-input.ts';
import { readKeys } from './account-file-kms.ts';
import { readOrganizations } from './account-file-organizations.ts';
import type { AccountState, JsonObject } from './account-state.ts';
import { isObject } from './schema-check.ts';

export { AccountFileError } from './account-file-input.ts';
export { type UnknownKey, unknownKeysIn } from './account-file-keys.ts';

/**
 * Reads an account as the AWS CLI prints it; every section is optional and whole outputs stand for their elements.
 * A file that cannot be read throws an AccountFileError that names the place, and never anything else.
 */
export function readAccountFile(json: unknown): AccountState {
  try {
    return readSections(json);
  } catch (error) {
    // A file nested many thousand levels deep exhausts the stack of every reader of JSON.
    if (error instanceof RangeError)
      return refuse('account file', 'deeper', 'at most a few thousand levels of nesting');
    throw error;
  }
}

function readSections(json: unknown): AccountState {
  const file = isObject(json) ? json : refuse('account file', json, 'a JSON object');
  const ecs = readEcs(file['ecs']);
  const logs = section(file['logs'], 'logs');
  refuseMorePages(logs, 'logs');
  const iam = readIam(file['iam']);
  const example = (ecs.clusters[0]?.clusterArn ?? iam.roles[0]?.Arn ?? '').split(':');
  return {
    account: accountId(file['account'], example[4]),
    partition: optionalText(file['partition'], 'partition') ?? (example[1] || 'aws'),
    region: optionalText(file['region'], 'region') ?? (example[3] || 'us-east-1'),
    iam,
    ecs,
    logs: {
      logGroups: elements(logs['logGroups'], 'logGroups', 'logs.logGroups').map((element) => readLogGroup(element)),
      logStreams: new Map(
        Object.entries(section(logs['logStreams'], 'logs.logStreams')).map(([group, streams]) => [
          group,
          readLogStreams(streams, `logs.logStreams.${group}`),
        ]),
      ),
    },
    s3: readBuckets(file['s3']),
    kms: readKeys(file['kms']),
    ...readNetwork(file['ec2']),
    cloudformation: { stackResources: readStackResources(file['cloudformation']) },
    cloudtrail: { records: readRecords(file['cloudtrail']) },
    organizations: readOrganizations(file['organizations']),
    cases: readCases(file['cases']),
  };
}

function accountId(value: unknown, inferred: string | undefined): string {
  if (value === undefined || value === null) return inferred || '111111111111';
  return typeof value === 'string' && /^\d{12}$/.test(value)
    ? value
    : refuse('account', value, 'twelve digits as text');
}

function optionalText(value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : text(value, path);
}

function readLogGroup(element: Element): LogGroup {
  const group = shaped<LogGroup>(LogGroup$, element);
  text(group.logGroupName, `${element.path}.logGroupName`);
  return group;
}

function readLogStreams(value: unknown, path: string): LogStream[] {
  return elements(value, 'logStreams', path).map((element) => {
    const stream = shaped<LogStream>(LogStream$, element);
    text(stream.logStreamName, `${element.path}.logStreamName`);
    return stream;
  });
}

function readStackResources(value: unknown): StackResource[] {
  // The CLI's key is capitalised, the section's is not: the whole output may stand in either place.
  const list = Array.isArray(value) ? value : (section(value, 'cloudformation')['stackResources'] ?? value);
  if (isObject(list) && !Array.isArray(list['StackResources'])) return [];
  return elements(list, 'StackResources', 'cloudformation.stackResources').map((element) =>
    shaped<StackResource>(StackResource$, element),
  );
}

function readRecords(value: unknown): JsonObject[] {
  if (isObject(value)) refuseMorePages(value, 'cloudtrail');
  const whole = isObject(value) ? (value['records'] ?? value['Records'] ?? value['Events'] ?? []) : value;
  return recordsIn(whole, 'cloudtrail.records');
}

function recordsIn(value: unknown, path: string, isLastPage = true): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => recordsIn(element, `${path}[${index}]`, index === value.length - 1));
  }
  if (!isObject(value)) return refuse(path, value, 'a CloudTrail record');
  for (const key of ['Records', 'Events']) {
    if (!Array.isArray(value[key])) continue;
    if (isLastPage) refuseMorePages(value, path);
    return recordsIn(value[key], `${path}.${key}`);
  }
  if (isObject(value['detail'])) return [value['detail']];
  const embedded = value['CloudTrailEvent'];
  return embedded === undefined ? [value] : [embeddedRecord(embedded, `${path}.CloudTrailEvent`)];
}

function embeddedRecord(value: unknown, path: string): JsonObject {
  if (isObject(value)) return value;
  try {
    const record: unknown = JSON.parse(text(value, path));
    if (isObject(record)) return record;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return refuse(path, value, 'a CloudTrail record as JSON text');
}

function readCases(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : refuse('cases', value, 'a list');
}
