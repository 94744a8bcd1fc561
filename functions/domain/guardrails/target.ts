import { parseArn } from '../arn.ts';
import type { GuardrailCode, GuardrailResult } from '../decision.ts';
import { isDeniedInPlaceOf } from '../finding.ts';
import { matchesAnyGlob } from '../glob.ts';
import type { LogTarget, NoLogTargetReason } from '../log-target.ts';
import { unsafeName } from '../names-safe.ts';
import { type GrantedNames, grantedNames } from '../remediation-policy.ts';
import { type Evidence, fails, type Guardrail, holds, missing, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';

const NO_TARGET: Readonly<Record<NoLogTargetReason, string>> = {
  'logging-off': 'the cluster records no sessions (logging NONE)',
  'container-unknown': "the session's container is not in the task definition",
  'no-awslogs-driver': 'logging is DEFAULT and the container has no awslogs driver, so nothing is recorded',
  'awslogs-group-missing': 'logging is DEFAULT and the container names no awslogs-group',
  'override-without-target': 'logging is OVERRIDE and names neither log group nor bucket',
  'log-group-unreadable': 'the configured log group is no log group name',
};

/** The denied group is the one that the cluster and the task definition say, and it exists where the agent looks for it. */
export const targetConfirmed: Guardrail = ({ denial, finding }: Evidence) => {
  const code = 'target-confirmed';
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { cluster, task, taskDefinition, logGroup } = finding.observation;
  const { target } = finding;
  if (target === null) {
    if (task.kind !== 'read') {
      return missing(code, 'the task', task, 'task-not-found');
    }
    if (cluster.kind !== 'read') {
      return missing(code, 'the cluster', cluster, 'cluster-not-found');
    }
    if (taskDefinition.kind !== 'read') {
      return missing(code, 'the task definition', taskDefinition, 'task-definition-not-found');
    }
    return notEvaluable(code, 'without a session of this task in this cluster, container and target are unknown');
  }
  if (
    denial.logGroupName !== null &&
    target.otherContainerGroups.includes(denial.logGroupName) &&
    !isTargetGroup(target, denial.logGroupName)
  ) {
    return fails(
      code,
      `${denial.logGroupName} is the log group of another container of the same task`,
      'target-other-container',
    );
  }
  if (target.kind === 'none') {
    return fails(code, NO_TARGET[target.because], target.because);
  }
  if (target.logGroupName === null || target.logGroupName !== denial.logGroupName) {
    const derived = target.logGroupName === null ? 'no log group, only a bucket' : target.logGroupName;
    return fails(code, `the session's target is ${derived}, the denied call went elsewhere`, 'target-unexpected');
  }
  const isHere = isDeniedInPlaceOf(target, denial);
  if (isHere === null) {
    return notEvaluable(code, 'the record does not show which log group was denied');
  }
  if (!isHere) {
    return fails(code, 'the target or the denied group lies in another account or Region', 'target-elsewhere');
  }
  if (logGroup.kind !== 'read') {
    return missing(code, `log group ${target.logGroupName} in ${target.region}`, logGroup, 'log-group-missing');
  }
  if (logGroup.value.name !== target.logGroupName) {
    return notEvaluable(code, 'another log group was read than the target');
  }
  return holds(code, `${target.logging} sends the transcript to ${target.logGroupName}, which exists`);
};

function isTargetGroup(target: { kind: string } | LogTarget, group: string): boolean {
  return 'logGroupName' in target && target.logGroupName === group;
}

// Groups of AWS services and of audit itself; no setting removes these.
function isBuiltInDenied(group: string): boolean {
  return (
    (group.startsWith('/aws/') && !group.startsWith('/aws/ecs/')) ||
    group.startsWith('/aws/ecs/containerinsights/') ||
    group.startsWith('aws-cloudtrail-logs-')
  );
}

/**
 * Whoever may register a task definition chooses the group, so the list of groups that may be granted is not theirs. Groups that
 * our policy holds from earlier are granted anew, and must still be allowed.
 */
export const groupAllowed: Guardrail = ({ finding, rules }: Evidence) => {
  const code = 'group-allowed';
  return withTarget(code, finding, (target, granted) => {
    if (target.logGroupName === null) {
      return fails(code, 'the target has no log group');
    }
    const { allow, deny } = rules.settings.logGroups;
    return everyName(code, 'the settings allow', [target.logGroupName, ...granted.logGroups], (group) => {
      if (isBuiltInDenied(group)) {
        return fails(code, `${group} is on the built-in deny-list`, 'group-built-in-denied');
      }
      if (matchesAnyGlob(deny, group) || !matchesAnyGlob(allow, group)) {
        return fails(code, `the settings do not allow ${group}`);
      }
      return matchesAnyGlob(rules.ceiling.logGroups, group) ? null : notPermitted(code, group);
    });
  });
};

/** Buckets are global names, and nobody but the settings can say that one is ours; the policy's condition holds them to it. */
export const bucketAllowed: Guardrail = ({ finding, rules }: Evidence) => {
  const code = 'bucket-allowed';
  return withTarget(code, finding, ({ bucket }, granted) => {
    const buckets = [...(bucket === null ? [] : [bucket.name]), ...granted.buckets];
    if (buckets.length === 0) {
      return holds(code, 'the target has no bucket');
    }
    return everyName(code, 'the settings list bucket', buckets, (name) => {
      if (!matchesAnyGlob(rules.settings.buckets.allow, name)) {
        return fails(code, `the settings do not list bucket ${name}`);
      }
      return matchesAnyGlob(rules.ceiling.buckets, name) ? null : notPermitted(code, `bucket ${name}`);
    });
  });
};

/** A session key can be granted by its ARN only, in this account and Region, and only if the settings list it. */
export const keyAllowed: Guardrail = ({ finding, rules }: Evidence) => {
  const code = 'key-allowed';
  return withTarget(code, finding, ({ sessionKey, partition, account, region }, granted) => {
    if (sessionKey?.kind === 'unresolved') {
      return fails(code, 'the session key is configured by id or alias, not by ARN', 'key-unresolved');
    }
    const keys = [...(sessionKey === null ? [] : [sessionKey.arn]), ...granted.keys];
    if (keys.length === 0) {
      return holds(code, 'sessions are not encrypted with a key');
    }
    return everyName(code, 'the settings list key', keys, (key) => {
      const arn = parseArn(key);
      if (arn === null || arn.partition !== partition || arn.account !== account || arn.region !== region) {
        return fails(code, 'the session key belongs to another account or Region', 'key-elsewhere');
      }
      if (!matchesAnyGlob(rules.settings.keys.allow, key)) {
        return fails(code, `the settings do not list key ${key}`);
      }
      return matchesAnyGlob(rules.ceiling.keys, key) ? null : notPermitted(code, `key ${key}`);
    });
  });
};

/** Holds where no name is objected to; the first name is the target's own and the one to speak of. */
function everyName(
  code: GuardrailCode,
  praise: string,
  names: readonly string[],
  objection: (name: string) => GuardrailResult | null,
): GuardrailResult {
  return names.map(objection).find((result) => result !== null) ?? holds(code, `${praise} ${names[0] ?? ''}`);
}

function notPermitted(code: GuardrailCode, what: string): GuardrailResult {
  return fails(code, `the deployment does not permit ${what}`, 'not-permitted-by-deployment');
}

/** A wildcard or a variable in a name would widen the policy beyond its target. */
export const namesSafe: Guardrail = ({ finding }: Evidence) => {
  const code = 'names-safe';
  return withTarget(code, finding, (target) => {
    const unsafe = unsafeName(target);
    return unsafe === null
      ? holds(code, "every name is of AWS's own character set")
      : fails(code, `the ${unsafe} holds characters that must not enter a policy`);
  });
};

function withTarget(
  code: GuardrailCode,
  finding: Evidence['finding'],
  judge: (target: LogTarget, granted: GrantedNames) => GuardrailResult,
): GuardrailResult {
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { target, repair } = finding;
  return target?.kind === 'target'
    ? judge(target, repair === null ? NOTHING_GRANTED : grantedNames(repair.policy.document))
    : notEvaluable(code, 'no target was derived');
}

const NOTHING_GRANTED: GrantedNames = { logGroups: [], buckets: [], keys: [] };
