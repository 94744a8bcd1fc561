import { NOTHING_COUNTED } from '../../functions/domain/breaker.ts';
import type { Case } from '../../functions/domain/case.ts';
import { decide } from '../../functions/domain/decide.ts';
import type { Decision, GuardrailCode, GuardrailResult } from '../../functions/domain/decision.ts';
import type { Denial } from '../../functions/domain/denial.ts';
import { correlate, type Finding } from '../../functions/domain/finding.ts';
import { fingerprintOf } from '../../functions/domain/fingerprint.ts';
import { evaluateGuardrails } from '../../functions/domain/guardrails/all.ts';
import { effectiveMode, type Rules, routerMode } from '../../functions/domain/mode.ts';
import type { Observation } from '../../functions/domain/observation.ts';
import type { Approval } from '../../functions/domain/proposal.ts';
import { signalOf } from '../../functions/domain/signal.ts';
import {
  absent,
  aCluster,
  aDenial,
  aLogGroup,
  anExecSession,
  aRole,
  aTask,
  aTaskDefinition,
  NOW,
  read,
  rules,
  simulatedCalls,
} from './builders.ts';
import { digestOf } from './digest.ts';

/** All that one decision is made of. */
export interface World {
  readonly denial: Denial;
  readonly observation: Observation;
  readonly found: Case | null;
  readonly rules: Rules;
  readonly now: Date;
  /** Where a person approved. */
  readonly approval?: Approval;
}

/** What was read in the set-up `nginx-default`: without a simulation, which has to fit the planned policy. */
export function anObservation(overrides: Partial<Observation> = {}): Observation {
  return {
    session: read(anExecSession()),
    task: read(aTask()),
    cluster: read(aCluster()),
    taskDefinition: read(aTaskDefinition()),
    role: read(aRole()),
    stack: absent,
    logGroup: read(aLogGroup()),
    sessionKey: absent,
    bucketEncryption: absent,
    bucketKey: absent,
    simulation: absent,
    attachedPolicy: absent,
    writesInLastHour: 0,
    breaker: NOTHING_COUNTED,
    ...overrides,
  };
}

/** The world of `nginx-default` in which every guardrail holds, with what a test changes; a simulation that fits is supplied. */
export function aWorld(
  observed: Partial<Observation> = {},
  overrides: Partial<Omit<World, 'observation'>> = {},
): World {
  const world = { denial: aDenial(), found: null, rules: rules(), now: NOW, ...overrides };
  const complete = { ...world, observation: anObservation(observed) };
  return observed.simulation === undefined ? withFittingSimulation(complete) : complete;
}

/** The same world with a simulation of the policy that is planned in it: everything denied now, everything allowed with it. */
export function withFittingSimulation(world: World): World {
  const { repair } = findingOf(world);
  if (repair === null) {
    return { ...world, observation: { ...world.observation, simulation: absent } };
  }
  const now = simulatedCalls(repair.requiredCalls, { allowed: false });
  const simulation = read({ now, withPolicy: simulatedCalls(repair.requiredCalls) });
  return { ...world, observation: { ...world.observation, simulation } };
}

export function aFinding(observed: Partial<Observation> = {}, found: Case | null = null): Finding {
  return findingOf(aWorld(observed, { found }));
}

export function findingOf({ denial, observation, found, rules: { settings } }: Omit<World, 'now'>): Finding {
  return correlate(denial, fingerprintOf(denial, digestOf), observation, found, settings.fireLens.targets);
}

export function decisionIn(world: World): Decision {
  return decide(world.denial, findingOf(world), world.rules, world.now, world.approval);
}

/** One guardrail's result in a world; without an account it is evaluated as `explain` without `--account` does. */
export function guardrailIn(world: World, code: GuardrailCode, withAccount = true): GuardrailResult {
  const { denial, observation, rules: inForce, now, approval } = world;
  const finding = withAccount ? findingOf(world) : null;
  const tags = [observation.cluster, observation.role].map((reading) =>
    finding !== null && reading.kind === 'read' ? reading.value.tags : {},
  );
  const accountMode = effectiveMode(inForce, denial.account, tags);
  const mode = signalOf(denial) === 'router' ? routerMode(accountMode, inForce) : accountMode;
  const results = evaluateGuardrails({ denial, finding, mode, rules: inForce, now, approval });
  const result = results.find((one) => one.code === code);
  if (result === undefined) {
    throw new Error(`No guardrail has the code ${code}.`);
  }
  return result;
}
