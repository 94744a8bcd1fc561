import { Aws } from 'aws-cdk-lib';
import { type Grant, regionalArn, roleArn } from './grant.ts';
import { UNSCOPED_ACTIONS } from './unscoped.ts';

/** All that observing one denial reads. The names come from the denial, so that the account and the Region are the scope. */
export function observationGrants(): readonly Grant[] {
  return [
    tasksAndClusters(),
    unscopedGrant(['cloudtrail:LookupEvents', 'ecs:DescribeTaskDefinition', 'ecs:ListClusters']),
    {
      sid: 'ReadRoles',
      because: 'role id, trust, tags, inline policies and instance profiles decide whether a role may be repaired',
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
      actions: ['cloudformation:DescribeStackResources'],
      resources: [regionalArn('cloudformation', 'stack/*/*')],
    },
    {
      sid: 'ReadLogGroups',
      because:
        'the target group must exist, and its owner tag may count; AWS evaluates the listing on an empty group name',
      actions: ['logs:DescribeLogGroups', 'logs:ListTagsForResource'],
      resources: [regionalArn('logs', 'log-group:*')],
    },
    {
      sid: 'ReadKeys',
      because:
        'an id or alias becomes a key ARN, and a key whose policy does not let IAM decide gets a ticket; AWS evaluates an alias on its key',
      actions: ['kms:DescribeKey', 'kms:GetKeyPolicy'],
      resources: [regionalArn('kms', 'key/*')],
    },
    {
      sid: 'ReadBucketEncryption',
      because: 'who encrypts the transcripts in whatever bucket its cluster names; only buckets of this account',
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
export function tasksAndClusters(): Grant {
  return {
    sid: 'ReadTasksAndClusters',
    because: 'the task, its effective role and the exec configuration of its cluster are derived, never believed',
    actions: ['ecs:DescribeClusters', 'ecs:DescribeTasks'],
    resources: [regionalArn('ecs', 'cluster/*'), regionalArn('ecs', 'task/*')],
  };
}

/** Reads that AWS evaluates on no resource, each with its reason. */
export function unscopedGrant(actions: readonly string[]): Grant {
  return {
    sid: 'ReadWhatHasNoResource',
    because: `AWS scopes none of these reads: ${sentenceOf(actions)}`,
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
      actions: ['ssm:CreateOpsItem'],
      resources: ['*'],
    },
    {
      sid: 'RefreshTickets',
      because: 'a repeated denial brings its open ticket up to date',
      actions: ['ssm:UpdateOpsItem'],
      resources: [regionalArn('ssm', 'opsitem/*')],
    },
  ];
}

function ticketBusGrant(bus: string): Grant {
  return {
    sid: 'PutTicketEvents',
    because: 'the settings may name a bus for tickets, and whoever may change them must not thereby reach another one',
    actions: ['events:PutEvents'],
    resources: [bus.startsWith('arn:') ? bus : regionalArn('events', `event-bus/${bus}`)],
  };
}

function sentenceOf(actions: readonly string[]): string {
  return actions.map((action) => `${action}, ${UNSCOPED_ACTIONS[action]}`).join('; ');
}
