import * as fc from 'fast-check';
import { decideApproved } from '../../functions/domain/decide-approved.ts';
import { planHashOf } from '../../functions/domain/proposal.ts';
import { DEFAULT_SETTINGS, lowerMode } from '../../functions/domain/settings.ts';
import { anyWorld } from '../support/arbitrary-world.ts';
import { aCase } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { aProposalOfCase } from '../support/proposals.ts';
import { decisionIn, findingOf, type World } from '../support/world.ts';

const RUNS = { numRuns: 500 };

/** The same world in mode propose at most, for log routers too. */
function proposingIn(world: World): World {
  const { settings } = world.rules;
  const defaultMode = lowerMode('propose', settings.defaultMode);
  return { ...world, rules: { ...world.rules, settings: { ...settings, defaultMode } } };
}

/** As long as a proposal lasts, ending at a moment before or after now. */
const ending = fc.integer({ min: -200, max: 200 }).map((hours) => ({ now }: World) => ({
  proposedAt: now.toISOString(),
  expiresAt: new Date(now.getTime() + hours * 3_600_000).toISOString(),
}));

function planIn(world: World): string | null {
  const { repair, observation } = findingOf(world);
  return repair === null || observation.role.kind !== 'read'
    ? null
    : planHashOf(observation.role.value.roleId, repair.policy, digestOf);
}

describe('given any world in mode propose', () => {
  it('never attaches, and proposes only if every guardrail holds', () => {
    let proposed = 0;
    let decided = 0;
    fc.assert(
      fc.property(anyWorld.map(proposingIn), (world) => {
        const { disposition, guardrails, policy, mode } = decisionIn(world);
        const allHold = guardrails.length === 18 && guardrails.every(({ holds }) => holds === true);
        expect(disposition).not.toBe('attach-policy');
        expect(disposition === 'propose-policy').toBe(allHold && mode === 'propose');
        expect(policy !== null).toBe(disposition === 'propose-policy');
        decided += 1;
        proposed += disposition === 'propose-policy' ? 1 : 0;
      }),
      RUNS,
    );
    expect(proposed / decided).toBeGreaterThan(0.2);
  });

  it('plans the same policy as mode attach would', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const attached = decisionIn(world);
        fc.pre(attached.disposition === 'attach-policy');
        const { disposition, policy } = decisionIn(proposingIn(world));
        expect([disposition, policy]).toEqual(['propose-policy', attached.policy]);
      }),
      RUNS,
    );
  });
});

describe('given an approval', () => {
  it('attaches the plan that was shown, before the end of the proposal, or nothing', () => {
    let attached = 0;
    fc.assert(
      fc.property(anyWorld, ending, fc.boolean(), (given, end, isOther) => {
        const world = proposingIn(given);
        const plan = planIn(world);
        const planHash = isOther || plan === null ? '0'.repeat(64) : plan;
        const proposal = { ...end(world), planHash };
        const approved = { proposal, digest: digestOf };
        const decision = decideApproved(world.denial, findingOf(world), world.rules, world.now, approved);
        if (decision.disposition !== 'attach-policy') {
          expect(decision.policy).toBeNull();
          return;
        }
        attached += 1;
        expect(planHash).toBe(plan);
        expect(Date.parse(proposal.expiresAt)).toBeGreaterThan(world.now.getTime());
        expect(decision.mode === 'propose' || decision.mode === 'attach').toBe(true);
        expect(decision.guardrails.every(({ holds }) => holds === true)).toBe(true);
      }),
      RUNS,
    );
    expect(attached).toBeGreaterThan(50);
  });

  it('is worth nothing beyond the age of the denial', () => {
    fc.assert(
      fc.property(anyWorld, (given) => {
        const world = proposingIn(given);
        const asked = decisionIn(world);
        const maxEventAgeHours = DEFAULT_SETTINGS.limits.maxEventAgeHours;
        const isFresh = asked.guardrails.some(({ code, holds }) => code === 'fresh' && holds === true);
        fc.pre(isFresh && maxEventAgeHours > 0);
        const approval = { proposedAt: world.now.toISOString(), expiresAt: '2099-01-01T00:00:00Z' };
        const approved = decisionIn({ ...world, approval });
        expect(approved.disposition === 'attach-policy').toBe(asked.disposition === 'propose-policy');
      }),
      RUNS,
    );
  });
});

describe('given a case whose repair a person rejected', () => {
  it('neither attaches nor proposes, in no mode and with no approval', () => {
    fc.assert(
      fc.property(anyWorld, ending, fc.boolean(), fc.boolean(), (given, end, isApproved, isProposing) => {
        const found = { ...(given.found ?? aCase()), proposal: aProposalOfCase({ state: 'rejected' }) };
        const world = { ...(isProposing ? proposingIn(given) : given), found };
        const decision = decisionIn(isApproved ? { ...world, approval: end(world) } : world);
        expect(['attach-policy', 'propose-policy']).not.toContain(decision.disposition);
        expect(decision.policy).toBeNull();
      }),
      RUNS,
    );
  });
});
