import type { ObservedContainerDefinition } from '../../functions/domain/observation.ts';
import { type DeclaredRouterTarget, resolveRouterTarget } from '../../functions/domain/router-target.ts';
import { ACCOUNT, aContainer, REGION, ROLE_ARN } from '../support/builders.ts';
import { aRoutedContainer, aRouterTaskDefinition, ROUTER_GROUP } from '../support/other-signals.ts';

const PLACE = { partition: 'aws', account: ACCOUNT, region: REGION };

interface Given {
  readonly containers?: readonly ObservedContainerDefinition[];
  readonly deniedGroup?: string | null;
  readonly declared?: readonly DeclaredRouterTarget[];
  readonly roleArn?: string | null;
}

const resolved = ({ containers, deniedGroup = ROUTER_GROUP, declared = [], roleArn = ROLE_ARN }: Given) =>
  resolveRouterTarget(aRouterTaskDefinition(containers), PLACE, deniedGroup, declared, roleArn);

const withOptions = (options: Record<string, string>): Given => ({ containers: [aRoutedContainer(options)] });
const bare = (logOptions: Record<string, string>): Given => ({ containers: [aRoutedContainer({}, { logOptions })] });
const target = (overrides: object = {}): object => ({
  kind: 'router-target',
  ...PLACE,
  logGroupName: ROUTER_GROUP,
  createsGroup: false,
  origin: 'task-definition',
  routerName: 'log_router',
  ...overrides,
});
const none = (because: string): object => ({ kind: 'no-router-target', because, routerName: 'log_router' });
const declaration = (overrides: Partial<DeclaredRouterTarget> = {}): DeclaredRouterTarget => ({
  role: ROLE_ARN,
  logGroup: ROUTER_GROUP,
  createsGroup: false,
  ...overrides,
});

describe('where a log router delivers', () => {
  it.each<[string, Given, object]>([
    ['the C plugin', withOptions({ Name: 'cloudwatch_logs' }), target()],
    ['the Go plugin', withOptions({ Name: 'cloudwatch' }), target()],
    ['a name in other cases', withOptions({ Name: 'CloudWatch_Logs' }), target()],
    ['keys in other cases', bare({ NAME: 'cloudwatch', REGION, Log_Group_Name: ROUTER_GROUP }), target()],
    ["no Region, which is the task's", bare({ Name: 'cloudwatch', log_group_name: ROUTER_GROUP }), target()],
    ['a group that the router creates', withOptions({ auto_create_group: 'true' }), target({ createsGroup: true })],
    ['the same in another case', withOptions({ auto_create_group: 'On' }), target({ createsGroup: true })],
    ['a group that it does not create', withOptions({ auto_create_group: 'false' }), target()],
    ['record accessors', withOptions({ log_group_name: '/ecs/$kubernetes' }), none('router-target-template')],
    [
      "the Go plugin's accessors",
      withOptions({ log_group_name: '/ecs/$(ecs_cluster)' }),
      none('router-target-template'),
    ],
    [
      'a variable of the environment',
      withOptions({ log_group_name: '$'.concat('{GROUP}') }),
      none('router-target-template'),
    ],
    ['a template beside the group', withOptions({ log_group_template: 'x' }), none('router-target-template')],
    ['a blank template', withOptions({ log_group_template: ' ' }), target()],
    ['another role', withOptions({ role_arn: ROLE_ARN }), none('router-other-role')],
    ['another Region', withOptions({ region: 'us-east-1' }), none('router-region-elsewhere')],
    ['no group', bare({ Name: 'cloudwatch', region: REGION }), none('router-group-unreadable')],
    ['an ARN for a group', withOptions({ log_group_name: 'arn:aws:logs:x' }), none('router-group-unreadable')],
    ['a pattern for a group', withOptions({ log_group_name: '/ecs/*' }), none('router-group-unreadable')],
    ['two groups', withOptions({ LOG_GROUP_NAME: '/ecs/other' }), none('router-group-unreadable')],
    ['another plugin', withOptions({ Name: 'kinesis' }), none('router-target-baked-in')],
    ['no plugin', bare({ log_group_name: ROUTER_GROUP }), none('router-target-baked-in')],
    ['no container that writes through it', { containers: [aContainer()] }, none('router-target-baked-in')],
  ])('by its options: %s', (_, given, expected) => {
    expect(resolved(given)).toEqual(expected);
  });

  it('is nowhere without a log router', () => {
    const definition = aRouterTaskDefinition([], { containers: [aRoutedContainer()] });
    expect(resolveRouterTarget(definition, PLACE, ROUTER_GROUP, [declaration()], ROLE_ARN)).toEqual({
      kind: 'no-router-target',
      because: 'no-log-router',
      routerName: null,
    });
  });

  it.each<[string, readonly DeclaredRouterTarget[], string | null, object]>([
    ['for this role', [declaration()], ROLE_ARN, target({ origin: 'settings' })],
    [
      'for this role, which creates the group',
      [declaration({ createsGroup: true })],
      ROLE_ARN,
      target({ origin: 'settings', createsGroup: true }),
    ],
    [
      'several, of which the denied one is taken',
      [declaration({ logGroup: '/ecs/a' }), declaration()],
      ROLE_ARN,
      target({ origin: 'settings' }),
    ],
    [
      'others only, of which the first is taken',
      [declaration({ logGroup: '/ecs/a' }), declaration({ logGroup: '/ecs/b' })],
      ROLE_ARN,
      target({ origin: 'settings', logGroupName: '/ecs/a' }),
    ],
    ['for another role', [declaration({ role: `${ROLE_ARN}2` })], ROLE_ARN, none('router-target-baked-in')],
    ['for a role that the task has not', [declaration()], null, none('router-target-baked-in')],
  ])('by the settings: %s', (_, declared, roleArn, expected) => {
    expect(resolved({ ...bare({}), declared, roleArn })).toEqual(expected);
  });

  it('is the one of several outputs that was denied', () => {
    const containers = [aRoutedContainer({ log_group_name: '/ecs/other' }), aRoutedContainer({}, { name: 'second' })];
    expect(resolved({ containers })).toEqual(target());
    expect(resolved({ containers, deniedGroup: '/ecs/other' })).toEqual(target({ logGroupName: '/ecs/other' }));
    expect(resolved({ containers, deniedGroup: '/ecs/third' })).toEqual(target({ logGroupName: '/ecs/other' }));
    expect(resolved({ containers, deniedGroup: null })).toEqual(target({ logGroupName: '/ecs/other' }));
  });

  it('is created where one of several outputs to it is to', () => {
    const containers = [aRoutedContainer(), aRoutedContainer({ auto_create_group: 'true' }, { name: 'second' })];
    expect(resolved({ containers })).toEqual(target({ createsGroup: true }));
  });

  it('is by the options before the settings, where both know the group', () => {
    expect(resolved({ declared: [declaration({ createsGroup: true })] })).toEqual(target());
  });

  it('is by the settings where the options know another group only', () => {
    const given = withOptions({ log_group_name: '/ecs/other' });
    expect(resolved({ ...given, declared: [declaration()] })).toEqual(target({ origin: 'settings' }));
  });

  it('says why an output cannot be resolved, where no other was denied', () => {
    const template = aRoutedContainer({ log_group_template: 'x' }, { name: 'second' });
    expect(resolved({ containers: [aRoutedContainer(), template] })).toEqual(target());
    expect(resolved({ containers: [aRoutedContainer(), template], deniedGroup: '/ecs/third' })).toEqual(
      none('router-target-template'),
    );
  });
});
