import type { JsonObject } from '../account-state.ts';
import {
  allowing,
  aRole,
  GROUP,
  logsArn,
  roleArn,
  sampleAccountFile,
  startSample,
  TASK_ID,
} from '../sample-account.ts';
import { startAwslogsDriver } from './awslogs-driver.ts';
import { type RouterOutput, routeLogs } from './log-router.ts';

const NEW_GROUP = '/ecs/new';
const on = (group: string, ...actions: string[]) => ({
  [actions.join()]: allowing(
    actions.map((action) => `logs:${action}`),
    logsArn(`log-group:${group}:*`),
  ),
});

/** A task whose role may do this, and what its log router then does. */
async function routed(role: Record<string, JsonObject>, output: Partial<RouterOutput> = {}) {
  const account = await startSample({ iam: { RoleDetailList: [aRole('web-task', role)], Policies: [] } });
  const records: JsonObject[] = [];
  account.on('record', (record) => records.push(record));
  const result = await routeLogs(account, {
    task: TASK_ID,
    plugin: 'cloudwatch_logs',
    logGroupName: GROUP,
    streamPrefix: 'web-',
    createsGroup: false,
    flushes: 1,
    ...output,
  });
  await account.close();
  const calls = result.calls.map(({ name, outcome }) => `${name} ${outcome}`);
  return { ...result, calls, records, events: account.stores.logEvents };
}

const outcomeOf = async (...parameters: Parameters<typeof routed>) => {
  const { delivered, calls } = await routed(...parameters);
  return [delivered, ...calls];
};

describe('given the C plugin of Fluent Bit', () => {
  it('makes the stream once and then only writes', async () => {
    const { delivered, calls, logStreamName, events } = await routed(on(GROUP, 'CreateLogStream', 'PutLogEvents'), {
      flushes: 2,
    });

    expect([delivered, calls, logStreamName]).toEqual([
      true,
      ['CreateLogStream ok', 'PutLogEvents ok', 'PutLogEvents ok'],
      `web-app-firelens-${TASK_ID}`,
    ]);
    expect(events.get(`${GROUP}:${logStreamName}`)?.map(({ message }) => message)).toEqual(['line 1', 'line 2']);
  });

  it('makes a missing group if it is told to, and the stream in it', async () => {
    const role = on(NEW_GROUP, 'CreateLogStream', 'CreateLogGroup', 'PutLogEvents');
    const made = await outcomeOf(role, { logGroupName: NEW_GROUP, createsGroup: true });
    const not = await outcomeOf(role, { logGroupName: NEW_GROUP });

    expect([made, not]).toEqual([
      [true, 'CreateLogStream ResourceNotFoundException', 'CreateLogGroup ok', 'CreateLogStream ok', 'PutLogEvents ok'],
      [false, 'CreateLogStream ResourceNotFoundException'],
    ]);
  });

  it('tries again with each flush, under the session of the task and its own user agent', async () => {
    const { delivered, calls, records } = await routed({}, { flushes: 3, streamName: 'webapp' });
    const [first] = records;

    expect([delivered, calls]).toEqual([false, Array(3).fill('CreateLogStream AccessDeniedException')]);
    expect(records).toHaveLength(3);
    expect(first).toEqual(
      expect.objectContaining({
        errorCode: 'AccessDenied',
        errorMessage: `User: arn:aws:sts::111111111111:assumed-role/web-task/${TASK_ID} is not authorized to perform: logs:CreateLogStream on resource: ${logsArn(`log-group:${GROUP}:log-stream:webapp`)} because no identity-based policy allows the logs:CreateLogStream action`,
        userAgent: 'aws-fluent-bit-plugin-ecs',
        requestParameters: null,
      }),
    );
  });

  it('is denied the group in the words of AWS', async () => {
    const { records } = await routed(on(NEW_GROUP, 'CreateLogStream'), { logGroupName: NEW_GROUP, createsGroup: true });

    expect(records.at(-1)).toEqual(
      expect.objectContaining({
        eventName: 'CreateLogGroup',
        errorMessage: `User: arn:aws:sts::111111111111:assumed-role/web-task/${TASK_ID} is not authorized to perform: logs:CreateLogGroup on resource: ${logsArn(`log-group:${NEW_GROUP}:log-stream:`)} because no identity-based policy allows the logs:CreateLogGroup action`,
      }),
    );
  });
});

describe('given the Go plugin', () => {
  const plugin = 'cloudwatch' as const;
  const three = on(GROUP, 'DescribeLogStreams', 'CreateLogStream', 'PutLogEvents');

  it('looks for the stream before it makes it', async () => {
    expect([await outcomeOf(three, { plugin }), await outcomeOf({}, { plugin })]).toEqual([
      [true, 'DescribeLogStreams ok', 'CreateLogStream ok', 'PutLogEvents ok'],
      [false, 'DescribeLogStreams AccessDeniedException'],
    ]);
  });

  it('makes the group first if it is told to, whether it is there or not', async () => {
    const four = { ...three, ...on(GROUP, 'CreateLogGroup') };
    const made = await outcomeOf(four, { plugin, createsGroup: true });
    const denied = await routed(three, { plugin, createsGroup: true });

    expect([made, denied.calls]).toEqual([
      [
        true,
        'CreateLogGroup ResourceAlreadyExistsException',
        'DescribeLogStreams ok',
        'CreateLogStream ok',
        'PutLogEvents ok',
      ],
      ['CreateLogGroup AccessDeniedException'],
    ]);
    expect(denied.records[0]?.['userAgent']).toMatch(/^aws-fluent-bit-plugin \(linux\) aws-sdk-go\//);
  });
});

describe('given the awslogs driver of a container', () => {
  const { ecs } = Object(sampleAccountFile());
  const started = async (role: Record<string, JsonObject>) => {
    const [definition] = ecs.taskDefinitions;
    const options = { 'awslogs-group': GROUP, 'awslogs-stream-prefix': 'web' };
    const taskDefinition = {
      ...definition.taskDefinition,
      executionRoleArn: roleArn('starter'),
      containerDefinitions: [{ name: 'app', logConfiguration: { logDriver: 'awslogs', options } }],
    };
    const account = await startSample({
      iam: { RoleDetailList: [aRole('web-task'), aRole('starter', role)], Policies: [] },
      ecs: { ...ecs, taskDefinitions: [{ ...definition, taskDefinition }] },
    });
    const { calls, started: hasStarted } = await startAwslogsDriver(account, { task: TASK_ID, container: 'app' });
    await account.close();
    return { calls, hasStarted, record: account.state.cloudtrail.records.at(-1) };
  };

  it('makes its stream under the execution role, in a session that the task names', async () => {
    const denied = await started({});
    const allowed = await started(on(GROUP, 'CreateLogStream'));

    expect([denied.hasStarted, denied.calls, allowed.hasStarted]).toEqual([
      false,
      [{ name: 'CreateLogStream', outcome: 'AccessDeniedException' }],
      true,
    ]);
    expect(denied.record?.['errorMessage']).toBe(
      `User: arn:aws:sts::111111111111:assumed-role/starter/${TASK_ID} is not authorized to perform: logs:CreateLogStream on resource: ${logsArn(`log-group:${GROUP}:log-stream:web/app/${TASK_ID}`)} because no identity-based policy allows the logs:CreateLogStream action`,
    );
  });
});
