import type { NoLogTargetReason } from '../log-target.ts';
import type { PreflightCode } from './codes.ts';

/** What may be found about the transcript's way: target, permissions, keys and trail. */
export const DELIVERY_CODES = {
  'target-derived': { status: 'green', meaning: 'The transcript has a destination.', whatToDo: '' },
  'logging-off': {
    status: 'red',
    meaning: "The cluster's exec logging is NONE: sessions leave no transcript.",
    whatToDo: "set the cluster's exec logging to OVERRIDE or DEFAULT",
  },
  'container-unknown': {
    status: 'red',
    meaning: 'Logging is DEFAULT, and the task definition holds no container of this name.',
    whatToDo: 'set the logging to OVERRIDE, which does not ask the task definition',
  },
  'no-awslogs-driver': {
    status: 'red',
    meaning: 'Logging is DEFAULT, and the container has no awslogs driver: the session is not logged.',
    whatToDo: 'set the logging to OVERRIDE with a log group or bucket, or give the container the awslogs driver',
  },
  'awslogs-group-missing': {
    status: 'red',
    meaning: "Logging is DEFAULT, and the container's awslogs driver names no group.",
    whatToDo: 'set awslogs-group on the container, or the logging to OVERRIDE',
  },
  'override-without-target': {
    status: 'red',
    meaning: 'Logging is OVERRIDE, and names neither a log group nor a bucket.',
    whatToDo: "name a log group or a bucket in the cluster's logConfiguration",
  },
  'log-group-unreadable': {
    status: 'red',
    meaning: 'The configured log group is no name that CloudWatch Logs accepts.',
    whatToDo: "correct the group's name",
  },
  'cluster-unreadable': {
    status: 'yellow',
    meaning: 'The cluster, or what runs in it, could not be read.',
    whatToDo: 'allow ecs:DescribeClusters and the reading of services and tasks, and run the preflight again',
  },
  'target-unknown': {
    status: 'yellow',
    meaning: 'Where the transcript would go is not known.',
    whatToDo: 'read what the preflight could not, and run it again',
  },
  'target-elsewhere': {
    status: 'yellow',
    meaning:
      "The log group is configured by an ARN of another place, and the agent calls the task's own Region and account.",
    whatToDo: "name a group of the task's account and Region",
  },
  'cluster-group-ignored': {
    status: 'yellow',
    meaning:
      "Logging is DEFAULT: the cluster's logConfiguration is ignored, and the transcript goes to the container's group.",
    whatToDo: 'set the logging to OVERRIDE, or remove the logConfiguration',
  },
  'awslogs-region-ignored': {
    status: 'yellow',
    meaning: "The container's awslogs-region is another Region, and the agent writes to the task's own.",
    whatToDo: "look for the transcript in the task's Region, or set the logging to OVERRIDE",
  },
  'log-group-found': { status: 'green', meaning: "The log group exists in the task's Region.", whatToDo: '' },
  'log-group-encrypted': {
    status: 'green',
    meaning:
      "The log group has a customer key, whose policy must allow CloudWatch Logs: the group owner's matter, not checked.",
    whatToDo: '',
  },
  'log-group-missing': {
    status: 'red',
    meaning: "The log group does not exist in the task's Region, and the agent never creates it.",
    whatToDo: "create the log group in the task's Region",
  },
  'log-group-unknown': {
    status: 'yellow',
    meaning: 'Whether the log group exists could not be looked at.',
    whatToDo: 'allow logs:DescribeLogGroups, and run the preflight again',
  },
  'log-group-not-encrypted': {
    status: 'red',
    meaning:
      'The cluster demands an encrypted log group, and this one has no customer key: the agent refuses the session.',
    whatToDo: 'associate a KMS key with the log group, or unset cloudWatchEncryptionEnabled',
  },
  'bucket-found': { status: 'green', meaning: 'The bucket exists and encrypts what is put there.', whatToDo: '' },
  'bucket-missing': {
    status: 'red',
    meaning: 'The bucket does not exist, and the agent never creates it.',
    whatToDo: "create the bucket, or correct its name in the cluster's logConfiguration",
  },
  'bucket-encryption-unreadable': {
    status: 'yellow',
    meaning: "The bucket's encryption could not be read, so that neither the bucket nor its key is known.",
    whatToDo: "allow s3:GetEncryptionConfiguration; another account's bucket has to be checked there",
  },
  'calls-allowed': { status: 'green', meaning: "The role may make all of the session's calls.", whatToDo: '' },
  'calls-unreadable': {
    status: 'yellow',
    meaning: "The role's permissions could not be simulated.",
    whatToDo: 'allow iam:SimulatePrincipalPolicy and the reading of the role, and run the preflight again',
  },
  'calls-incomplete': {
    status: 'yellow',
    meaning: "The simulation did not answer for all of the session's calls.",
    whatToDo: 'run the preflight again',
  },
  'context-missing': {
    status: 'yellow',
    meaning: "The role's policies ask for request values that nobody knows beforehand.",
    whatToDo: 'open a session and look for its transcript, or remove the conditions',
  },
  'call-not-granted': {
    status: 'red',
    meaning: 'No policy of the role allows a call that the session needs.',
    whatToDo:
      'attach the whole policy of README "The policy" and the four ssmmessages actions to the role, never in steps',
  },
  'call-denied-explicitly': {
    status: 'red',
    meaning: "A policy of the role's denies a call that the session needs.",
    whatToDo: 'ask whoever wrote the Deny to except this call; no grant changes it',
  },
  'call-denied-by-boundary': {
    status: 'red',
    meaning: "The role's permissions boundary does not allow a call that the session needs.",
    whatToDo: 'ask the owner of the boundary to allow the call there; no grant changes it',
  },
  'call-denied-by-organization': {
    status: 'red',
    meaning: 'A policy of the organisation, often one about aws:RequestedRegion, denies a call that the session needs.',
    whatToDo:
      'ask the owner of the organisation to except the call; if the policy has conditions, IAM may simulate it wrongly: open a session',
  },
  'partial-grant': {
    status: 'red',
    meaning:
      'The role may create a stream and not write to it: the agent tries for ever, and two such sessions block the container.',
    whatToDo: 'grant logs:PutLogEvents together with logs:CreateLogStream, or neither',
  },
  'advisory-call-denied': {
    status: 'yellow',
    meaning: 'The role may not make a call that AWS documents, without which this transcript still arrives.',
    whatToDo: 'grant it too: encryption flags and other agents need it',
  },
  'large-transcript-denied': {
    status: 'yellow',
    meaning:
      "The role may not decrypt with the bucket's key through S3: transcripts over 5 MiB, sent in parts, are lost.",
    whatToDo: "grant kms:Decrypt on the bucket's key with kms:ViaService",
  },
  'key-usable': {
    status: 'green',
    meaning: 'The key is enabled, and its policy lets IAM grant its use.',
    whatToDo: '',
  },
  'key-missing': {
    status: 'red',
    meaning: 'The key does not exist.',
    whatToDo: 'name an existing key where this one is configured',
  },
  'key-disabled': {
    status: 'red',
    meaning: 'The key is disabled or pending deletion.',
    whatToDo: 'ask the owner of the key to enable it, or name another',
  },
  'key-unreadable': {
    status: 'yellow',
    meaning: 'The key could not be read.',
    whatToDo: "allow kms:DescribeKey; another account's key has to be checked there",
  },
  'key-elsewhere': {
    status: 'yellow',
    meaning: 'The key belongs to another account or Region, where its policy and state are not known.',
    whatToDo: "name a key of the task's account and Region, or check it there",
  },
  'key-policy-unreadable': {
    status: 'yellow',
    meaning: "The key's policy, or the role that it should allow, could not be read.",
    whatToDo: 'allow kms:GetKeyPolicy and the reading of the role, and run the preflight again',
  },
  'key-not-delegating': {
    status: 'yellow',
    meaning:
      "The key's policy neither delegates to the account nor certainly allows the role, and then only a KMS grant helps.",
    whatToDo: 'ask the owner of the key to delegate to the account, or to allow the role',
  },
  'trail-logs-writes': {
    status: 'green',
    meaning: 'A trail logs write management events, so that a denial is seen.',
    whatToDo: '',
  },
  'trail-missing': {
    status: 'yellow',
    meaning: 'No trail logs write management events: a denied delivery would reach nobody.',
    whatToDo: 'create a trail that logs write management events',
  },
  'trail-unknown': {
    status: 'yellow',
    meaning: 'Whether a trail logs write management events is not known.',
    whatToDo: 'allow cloudtrail:DescribeTrails, GetTrailStatus and GetEventSelectors, and run the preflight again',
  },
} as const satisfies Readonly<Record<NoLogTargetReason, PreflightCode>> & Readonly<Record<string, PreflightCode>>;
