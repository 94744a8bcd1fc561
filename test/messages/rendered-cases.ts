import { NOTHING_COUNTED } from '../../functions/domain/breaker.ts';
import type { Case, Notice } from '../../functions/domain/case.ts';
import { afterOutcome, type CaseFacts, type Outcome, openCase } from '../../functions/domain/case-outcome.ts';
import { decide } from '../../functions/domain/decide.ts';
import type { Decision } from '../../functions/domain/decision.ts';
import type { Denial } from '../../functions/domain/denial.ts';
import { correlate, type Finding } from '../../functions/domain/finding.ts';
import type { Rules } from '../../functions/domain/mode.ts';
import type { Observation, SimulatedCall } from '../../functions/domain/observation.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import { type Mode, NO_CEILING, parseSettings } from '../../functions/domain/settings.ts';
import { anExecSession } from '../support/exec-sessions.ts';
import { aDenialRecord, type DenialParts, delivered } from '../support/records.ts';

const ACCOUNT = '111111111111';
const REGION = 'ap-northeast-1';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/nginx-sample-task-nginx-role`;
const GROUP = '/ecs/nginx-sample/nginx';
const NOW = new Date('2023-02-11T06:36:00Z');
const FINGERPRINT = '0123456789abcdef0123456789abcdef';

export function denialOf(parts: Partial<DenialParts> = {}): Denial {
  const parsed = parseDenial(delivered(aDenialRecord(parts)));
  if (parsed.kind !== 'denial') {
    throw new Error(parsed.refusal.detail);
  }
  return parsed.denial;
}

function simulated(action: string, resource: string, allowed: boolean): SimulatedCall {
  return {
    action,
    resource,
    allowed,
    explicitDeny: false,
    deniedByOrganization: false,
    deniedByBoundary: false,
    missingContextValues: [],
  };
}

/** The published case: logging DEFAULT, and a task role with nothing for logs. */
export function anObservation(overrides: Partial<Observation> = {}): Observation {
  const session = anExecSession();
  const stream = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}:log-stream:ecs-execute-command-probe`;
  const taskDefinitionArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/nginx-sample:1`;
  const calls = (allowed: boolean) =>
    ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => simulated(action, stream, allowed));
  return {
    session: { kind: 'read', value: session },
    task: {
      kind: 'read',
      value: {
        taskArn: session.taskArn,
        clusterArn: session.clusterArn,
        taskDefinitionArn,
        taskRoleArnOverride: null,
        executionRoleArnOverride: null,
        lastStatus: 'RUNNING',
        containers: [{ name: 'nginx', runtimeId: null }],
      },
    },
    cluster: {
      kind: 'read',
      value: { clusterArn: session.clusterArn, clusterName: 'nginx-sample', execConfiguration: null, tags: {} },
    },
    taskDefinition: {
      kind: 'read',
      value: {
        taskDefinitionArn,
        taskRoleArn: ROLE_ARN,
        executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/execution`,
        containers: [{ name: 'nginx', logDriver: 'awslogs', logOptions: { 'awslogs-group': GROUP } }],
      },
    },
    role: {
      kind: 'read',
      value: {
        roleArn: ROLE_ARN,
        roleName: 'nginx-sample-task-nginx-role',
        path: '/',
        roleId: 'AROAXXXXXXXXXXXXXXXXX',
        trustPolicy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        tags: {},
        permissionsBoundaryArn: null,
        inlinePolicies: [],
        instanceProfileNames: [],
      },
    },
    stack: { kind: 'absent' },
    logGroup: { kind: 'read', value: { name: GROUP, kmsKeyId: null, tags: {} } },
    simulation: { kind: 'read', value: { now: calls(false), withPolicy: calls(true) } },
    sessionKey: { kind: 'absent' },
    bucketEncryption: { kind: 'absent' },
    bucketKey: { kind: 'absent' },
    attachedPolicy: { kind: 'absent' },
    writesInLastHour: 0,
    breaker: NOTHING_COUNTED,
    ...overrides,
  };
}

export function rulesOf(mode: Mode): Rules {
  const settings = parseSettings({ defaultMode: mode });
  if (settings.kind === 'invalid') {
    throw new Error('the settings of this test are invalid');
  }
  return { settings: settings.value, ceiling: NO_CEILING, settingsVersion: 'v1' };
}

interface Played {
  readonly finding: Finding;
  readonly decision: Decision;
  readonly found: Case;
  readonly notice: Notice;
}

/** Plays a denial through the domain up to the case that is stored, and the notice that people get. */
export function played(options: {
  readonly mode: Mode;
  readonly outcome: Outcome;
  readonly parts?: Partial<DenialParts>;
  readonly observation?: Partial<Observation>;
  readonly before?: Partial<Case>;
  readonly overrides?: Partial<Case>;
}): Played {
  const denial = denialOf(options.parts);
  const rules = rulesOf(options.mode);
  const facts: CaseFacts = {
    fingerprint: FINGERPRINT,
    account: ACCOUNT,
    region: REGION,
    roleArn: ROLE_ARN,
    roleId: 'AROAXXXXXXXXXXXXXXXXX',
    logGroupName: GROUP,
    clusterArn: anExecSession().clusterArn,
    decidedFor: '',
    sessionDependent: false,
  };
  const sighting = { event: 'e1', sessionId: denial.logStreamName, seenAt: denial.eventTime ?? '' };
  const unread = correlate(denial, FINGERPRINT, anObservation(options.observation), null);
  const first = decide(denial, unread, rules, NOW);
  const before = options.before === undefined ? null : { ...openCase(facts, [], first, NOW, 'v1'), ...options.before };
  const finding = { ...unread, found: before };
  const decision = decide(denial, finding, rules, NOW);
  const counted = { ...openCase(facts, [sighting], decision, NOW, 'v1'), ...options.before };
  const found = {
    ...afterOutcome(counted, before === null, decision, options.outcome, facts, NOW, 'v1'),
    ...options.overrides,
  };
  const [notice] = found.outbox;
  if (notice === undefined) {
    throw new Error('nobody would be told');
  }
  return { finding, decision, found, notice };
}

export const REPAIRED = { mode: 'attach', outcome: { kind: 'attached', attachedAt: NOW.toISOString() } } as const;
export const TICKETED = {
  mode: 'ticket',
  outcome: { kind: 'ticketed', ticketId: 'oi-0123456789ab', opened: true },
} as const;
export const OBSERVED = { mode: 'observe', outcome: { kind: 'observed' } } as const;
/** A new session is denied an hour after the repair. */
export const RECURRED = {
  mode: 'attach',
  outcome: TICKETED.outcome,
  before: { state: 'repaired', repairedAt: '2023-02-11T05:00:00.000Z', sessionIds: ['ecs-execute-command-earlier'] },
} as const;
