import { Aws } from 'aws-cdk-lib';
import { type Grant, regionalArn, roleArn } from './grant.ts';
import { UNSCOPED_ACTIONS } from './unscoped.ts';

const SOURCE = 'infra/permissions/reads.ts';

/**
 * All that observing one denial reads. The names come from the denial, so that the account and the Region are the scope; a member's
 * role, of which there is one in an account, reads in all Regions (`*`).
 */
export function observationGrants(region: string = Aws.REGION): readonly Grant[] {
  return [
    tasksAndClusters(region),
    unscopedGrant(['cloudtrail:LookupEvents', 'ecs:DescribeTaskDefinition', 'ecs:ListClusters']),
    {
      sid: 'ReadRoles',
      because: 'role id, trust, tags, inline policies and instance profiles decide whether a role may be repaired',
      source: SOURCE,
      actions: [
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListInstanceProfilesForRole',
        'iam:ListRolePolicies',
        'iam:SimulatePrincipalPolicy',
      ],
      resources: [roleArn('*')],
    },
    {
      sid: 'ReadOwningStack',
      because: 'a role that a stack owns is not touched; asked by its physical id, AWS evaluates every stack',
      source: SOURCE,
      actions: ['cloudformation:DescribeStackResources'],
      resources: [regionalArn('cloudformation', 'stack/*/*', region)],
    },
    {
      sid: 'ReadLogGroups',
      because:
        'the target group must exist, and its owner tag may count; AWS evaluates the listing on an empty group name',
      source: SOURCE,
      actions: ['logs:DescribeLogGroups', 'logs:ListTagsForResource'],
      resources: [regionalArn('logs', 'log-group:*', region)],
    },
    {
      sid: 'ReadKeys',
      because:
        'an id or alias becomes a key ARN, and a key whose policy does not let IAM decide gets a ticket; AWS evaluates an alias on its key',
      source: SOURCE,
      actions: ['kms:DescribeKey', 'kms:GetKeyPolicy'],
      resources: [regionalArn('kms', 'key/*', region)],
    },
    {
      sid: 'ReadBucketEncryption',
      because: 'who encrypts the transcripts in whatever bucket its cluster names; only buckets of this account',
      source: SOURCE,
      actions: ['s3:GetEncryptionConfiguration'],
      resources: [`arn:${Aws.PARTITION}:s3:::*`],
      conditions: { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
    },
  ];
}

/** What resolving the log target of a session reads when it is recorded. */
export function recordingGrants(): readonly Grant[] {
  return [tasksAndClusters(), unscopedGrant(['ecs:DescribeTaskDefinition'])];
}

/** The task, its role and the exec configuration of its cluster. */
export function tasksAndClusters(region: string = Aws.REGION): Grant {
  return {
    sid: 'ReadTasksAndClusters',
    because: 'the task, its effective role and the exec configuration of its cluster are derived, never believed',
    source: SOURCE,
    actions: ['ecs:DescribeClusters', 'ecs:DescribeTasks'],
    resources: [regionalArn('ecs', 'cluster/*', region), regionalArn('ecs', 'task/*', region)],
  };
}

/** Where an account stands in its organisation: the deployment runs in the management account or a delegate, and nobody else is answered. */
export function organizationGrants(): readonly Grant[] {
  // The ARNs bear the ids of the management account and of the organisation, which the template does not know.
  const arn = (kind: string) => `arn:${Aws.PARTITION}:organizations::*:${kind}/o-*/*`;
  return [
    {
      sid: 'PlaceAccounts',
      because: 'settings may give modes to units and to all accounts below them; asked upwards from the account',
      source: SOURCE,
      actions: ['organizations:ListParents'],
      resources: [arn('account'), arn('ou')],
    },
    {
      sid: 'ReadAccountTags',
      because: "settings may take an account's mode from its tag in the organisation",
      source: SOURCE,
      actions: ['organizations:ListTagsForResource'],
      resources: [arn('account')],
    },
  ];
}

/** Reads that AWS evaluates on no resource, each with its reason. */
export function unscopedGrant(actions: readonly string[]): Grant {
  return {
    sid: 'ReadWhatHasNoResource',
    because: `AWS scopes none of these reads: ${sentenceOf(actions)}`,
    source: SOURCE,
    actions,
    resources: ['*'],
  };
}

/** The settings of the deployment. */
export function settingsGrant(settingsPath: string): Grant {
  const parameter = `parameter${settingsPath}`;
  return {
    sid: 'ReadSettings',
    because: 'settings may change without a deployment',
    source: SOURCE,
    actions: ['ssm:GetParametersByPath'],
    resources: [regionalArn('ssm', parameter), regionalArn('ssm', `${parameter}/*`)],
  };
}

/** The secret of the channel in which people are told. */
export function slackGrant(): Grant {
  return {
    sid: 'ReadSlackSecret',
    because:
      'the settings name the secrets of the Slack channel and of the ticket system; only secrets under our own prefix can be read',
    source: SOURCE,
    actions: ['secretsmanager:GetSecretValue'],
    resources: [regionalArn('secretsmanager', 'secret:exec-log/*')],
  };
}

/** Slack's secret, for who only compares signatures with it. */
export function signingSecretGrant(): Grant {
  return {
    ...slackGrant(),
    because: 'the settings name the secret that Slack signs with; secrets of ticket systems are out of its reach',
    resources: [regionalArn('secretsmanager', 'secret:exec-log/slack*')],
  };
}

/** The tickets. `bus` is the name or the ARN of the EventBridge bus that tickets may go to as events; null where there is none. */
export function ticketGrants(bus: string | null): readonly Grant[] {
  return [
    ...(bus === null ? [] : [ticketBusGrant(bus)]),
    {
      sid: 'OpenTickets',
      because: `a ticket is an OpsItem: ${sentenceOf(['ssm:CreateOpsItem'])}`,
      source: SOURCE,
      actions: ['ssm:CreateOpsItem'],
      resources: ['*'],
    },
    {
      sid: 'RefreshTickets',
      because: 'a repeated denial brings its open ticket up to date',
      source: SOURCE,
      actions: ['ssm:UpdateOpsItem'],
      resources: [regionalArn('ssm', 'opsitem/*')],
    },
  ];
}

function ticketBusGrant(bus: string): Grant {
  return {
    sid: 'PutTicketEvents',
    because: 'the settings may name a bus for tickets, and whoever may change them must not thereby reach another one',
    source: SOURCE,
    actions: ['events:PutEvents'],
    resources: [bus.startsWith('arn:') ? bus : regionalArn('events', `event-bus/${bus}`)],
  };
}

function sentenceOf(actions: readonly string[]): string {
  return actions.map((action) => `${action}, ${UNSCOPED_ACTIONS[action]}`).join('; ');
}
