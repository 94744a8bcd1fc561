import type { Denial } from '../../functions/domain/denial.ts';
import { guardrailsOf } from '../../functions/domain/guardrails/all.ts';
import {
  ACCOUNT,
  absent,
  aContainer,
  aLogGroup,
  aRole,
  aTask,
  EXECUTION_ROLE_ARN,
  REGION,
  ROLE_ARN,
  ROLE_NAME,
  read,
  rules,
  unreadable,
} from '../support/builders.ts';
import { itJudges } from '../support/guardrail-rows.ts';
import {
  aRoutedContainer,
  aRouterDenial,
  aRouterTaskDefinition,
  aRouterWorld,
  LOG_ROUTER,
  ROUTER_GROUP,
} from '../support/other-signals.ts';
import { decisionIn, type World } from '../support/world.ts';

const routed = (options: Record<string, string>, overrides: Partial<Denial> = {}): World =>
  aRouterWorld(
    { taskDefinition: read(aRouterTaskDefinition([aRoutedContainer(options)])) },
    { denial: aRouterDenial(overrides) },
  );
const denied = (overrides: Partial<Denial>): World => aRouterWorld({}, { denial: aRouterDenial(overrides) });
const withDefinition = (...of: Parameters<typeof aRouterTaskDefinition>): World =>
  aRouterWorld({ taskDefinition: read(aRouterTaskDefinition(...of)) });
const inAttach = (document: object) => rules({ ...document, fireLens: { mode: 'attach' } });

describe("given a router's denial", () => {
  it('attaches the policy of its group where every guardrail of its signal holds', () => {
    const { disposition, guardrails, policy } = decisionIn(aRouterWorld());
    expect(disposition).toBe('attach-policy');
    expect(guardrails.map(({ code }) => code)).toEqual(guardrailsOf('router'));
    expect(policy?.document).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ExecLogDeliveryRouter',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          Resource: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${ROUTER_GROUP}:*`],
        },
      ],
    });
  });

  it('is judged by a running task in the place of a session', () => {
    const codes = guardrailsOf('router');
    expect(codes).toEqual(
      guardrailsOf('exec-delivery').map((code) => (code === 'real-session' ? 'real-router' : code)),
    );
    expect(codes).toHaveLength(18);
  });
});

describe('real-router', () => {
  itJudges('real-router', [
    { name: 'a running task with a router', world: aRouterWorld(), holds: true },
    { name: 'no running task', world: aRouterWorld({ task: absent }), holds: false, cause: 'task-not-found' },
    { name: 'no task that may be read', world: aRouterWorld({ task: unreadable }), holds: null },
    {
      name: 'no task definition',
      world: aRouterWorld({ taskDefinition: absent }),
      holds: false,
      cause: 'task-definition-not-found',
    },
    { name: 'no task definition that may be read', world: aRouterWorld({ taskDefinition: unreadable }), holds: null },
    ...['PENDING', 'DEACTIVATING', 'STOPPED'].map((lastStatus) => ({
      name: `a task that is ${lastStatus}`,
      world: aRouterWorld({ task: read(aTask({ lastStatus })) }),
      holds: false,
      cause: 'task-not-found',
    })),
    { name: 'a task without a status', world: aRouterWorld({ task: read(aTask({ lastStatus: null })) }), holds: null },
    { name: 'another task', world: denied({ sessionName: 'b9112a0a96ed445cbc93a90807e34e37' }), holds: null },
    { name: 'another task definition', world: withDefinition(undefined, { taskDefinitionArn: 'x' }), holds: null },
    {
      name: 'a task with another role',
      world: withDefinition(undefined, { taskRoleArn: `${ROLE_ARN}2` }),
      holds: false,
      cause: 'not-the-task-role',
    },
    {
      name: "a task with another account's role of that name",
      world: withDefinition(undefined, { taskRoleArn: ROLE_ARN.replace(ACCOUNT, '222222222222') }),
      holds: false,
      cause: 'not-the-task-role',
    },
    {
      name: 'a task without a role',
      world: withDefinition(undefined, { taskRoleArn: null }),
      holds: false,
      cause: 'not-the-task-role',
    },
    {
      name: 'a task whose override is the role',
      world: aRouterWorld({
        task: read(aTask({ taskRoleArnOverride: ROLE_ARN })),
        taskDefinition: read(aRouterTaskDefinition(undefined, { taskRoleArn: null })),
      }),
      holds: true,
    },
    {
      name: 'a task without a router',
      world: withDefinition(undefined, { containers: [aRoutedContainer()] }),
      holds: false,
      cause: 'no-log-router',
    },
    { name: 'without an account', world: aRouterWorld(), holds: null, withAccount: false },
  ]);
});

describe("target-confirmed, of a router's", () => {
  const creating = aRouterTaskDefinition([aRoutedContainer({ auto_create_group: 'true' })]);
  const unexpected = { holds: false, cause: 'target-unexpected' } as const;
  const elsewhere = { holds: false, cause: 'target-elsewhere' } as const;
  const inPlace = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${ROUTER_GROUP}:log-stream:x`;

  itJudges('target-confirmed', [
    {
      name: 'the group of the task definition',
      world: aRouterWorld(),
      holds: true,
      detail: `the task definition says that the router delivers to ${ROUTER_GROUP}, which exists`,
    },
    { name: 'another group', world: denied({ logGroupName: '/ecs/other' }), ...unexpected },
    {
      name: 'a group that it does not make',
      world: denied({ action: 'logs:CreateLogGroup' }),
      holds: false,
      cause: 'router-creates-group',
    },
    {
      name: 'a group that it makes',
      world: aRouterWorld(
        { taskDefinition: read(creating) },
        { denial: aRouterDenial({ action: 'logs:CreateLogGroup' }) },
      ),
      holds: true,
    },
    { name: 'no group', world: denied({ logGroupName: null }), ...unexpected },
    { name: 'no resource', world: denied({ resource: null }), holds: null },
    {
      name: 'a group of another account',
      world: denied({ resource: inPlace.replace(ACCOUNT, '222222222222') }),
      ...elsewhere,
    },
    {
      name: 'a group of another Region',
      world: denied({ resource: inPlace.replace(REGION, 'us-east-1') }),
      ...elsewhere,
    },
    {
      name: 'a group that does not exist',
      world: aRouterWorld({ logGroup: absent }),
      holds: false,
      cause: 'log-group-missing',
    },
    {
      name: 'a group that the router will make',
      world: aRouterWorld({ logGroup: absent, taskDefinition: read(creating) }),
      holds: true,
      detail: `the task definition says that the router delivers to ${ROUTER_GROUP} and creates it`,
    },
    {
      name: 'a group that it would make, not to be read',
      world: aRouterWorld({ logGroup: unreadable, taskDefinition: read(creating) }),
      holds: null,
    },
    { name: 'another group read', world: aRouterWorld({ logGroup: read(aLogGroup({ name: 'x' })) }), holds: null },
    ...['template', 'other-role', 'region-elsewhere', 'baked-in'].map((what) => ({
      name: what,
      world: routed(
        {
          template: { log_group_template: 'x' },
          'other-role': { role_arn: ROLE_ARN },
          'region-elsewhere': { region: 'us-east-1' },
          'baked-in': { Name: 's3' },
        }[what] ?? {},
      ),
      holds: false,
      cause: /^(template|baked-in)$/.test(what) ? `router-target-${what}` : `router-${what}`,
    })),
    { name: 'unreadable', world: routed({ log_group_name: '*' }), holds: false, cause: 'router-group-unreadable' },
    {
      name: 'no router',
      world: withDefinition(undefined, { containers: [aContainer()] }),
      holds: false,
      cause: 'no-log-router',
    },
    { name: 'no task', world: aRouterWorld({ task: absent }), holds: false, cause: 'task-not-found' },
    { name: 'no task definition', world: aRouterWorld({ taskDefinition: unreadable }), holds: null },
    { name: 'another task', world: denied({ sessionName: 'b9112a0a96ed445cbc93a90807e34e37' }), holds: null },
    { name: 'without an account', world: aRouterWorld(), holds: null, withAccount: false },
  ]);
});

describe('the output that the settings declare', () => {
  const bakedIn = read(aRouterTaskDefinition([aRoutedContainer({}, { logOptions: {} })]));
  const declared = (role: string): World =>
    aRouterWorld(
      { taskDefinition: bakedIn },
      { rules: rules({ fireLens: { mode: 'attach', targets: [{ role, logGroup: ROUTER_GROUP }] } }) },
    );

  itJudges('target-confirmed', [
    {
      name: 'for this role',
      world: declared(ROLE_ARN),
      holds: true,
      detail: `the settings say that the router delivers to ${ROUTER_GROUP}, which exists`,
    },
    { name: 'for another role', world: declared(`${ROLE_ARN}2`), holds: false, cause: 'router-target-baked-in' },
  ]);
});

describe("the other guardrails, of a router's", () => {
  itJudges('role-confirmed', [
    { name: 'the effective task role', world: aRouterWorld(), holds: true },
    {
      name: 'the execution role too',
      world: withDefinition(undefined, { executionRoleArn: ROLE_ARN }),
      holds: false,
      cause: 'shared-with-execution-role',
    },
    {
      name: 'the execution role alone',
      world: withDefinition(undefined, { taskRoleArn: EXECUTION_ROLE_ARN }),
      holds: false,
      cause: 'not-the-task-role',
    },
    {
      name: 'a role in an instance profile',
      world: aRouterWorld({ role: read(aRole({ instanceProfileNames: [ROLE_NAME] })) }),
      holds: false,
      cause: 'in-instance-profile',
    },
  ]);

  itJudges('group-allowed', [
    { name: 'on the default list', world: aRouterWorld(), holds: true },
    {
      name: 'beside the list',
      world: aRouterWorld({}, { rules: inAttach({ logGroups: { allow: ['/ecs/nginx'] } }) }),
      holds: false,
    },
    {
      name: 'built in',
      world: routed({ log_group_name: '/aws/lambda/x' }, { logGroupName: '/aws/lambda/x' }),
      holds: false,
      cause: 'group-built-in-denied',
    },
  ]);

  itJudges('bucket-allowed', [
    { name: 'none', world: aRouterWorld(), holds: true, detail: 'the target has no bucket' },
  ]);
  itJudges('key-allowed', [
    { name: 'none', world: aRouterWorld(), holds: true, detail: 'sessions are not encrypted with a key' },
  ]);
  itJudges('names-safe', [
    { name: 'a plain group', world: aRouterWorld(), holds: true },
    {
      name: 'a template',
      world: withDefinition([LOG_ROUTER, aRoutedContainer({ log_group_template: 'x' })]),
      holds: null,
    },
  ]);
  itJudges('fresh', [
    { name: 'an hour old', world: denied({ eventTime: '2023-02-11T05:36:04Z' }), holds: true },
    { name: 'a day old', world: denied({ eventTime: '2023-02-10T05:36:04Z' }), holds: false },
  ]);
});
