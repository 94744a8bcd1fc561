import {
  type BreakerLimits,
  type BreakerRecord,
  breakerAt,
  NOTHING_COUNTED,
  withCase,
  withWrite,
} from '../../../functions/domain/breaker.ts';
import type { Case } from '../../../functions/domain/case.ts';
import type { AttachedPolicy } from '../../../functions/domain/observation.ts';
import type { CaseStore } from '../../../functions/ports.ts';

/** A case store that keeps its state in memory, with the same conditional writes as the table. */
export class FakeCaseStore implements CaseStore {
  readonly cases = new Map<string, Case>();
  readonly policies = new Map<string, AttachedPolicy>();
  breaker: BreakerRecord = NOTHING_COUNTED;
  saves = 0;

  async findCase(fingerprint: string) {
    return this.cases.get(fingerprint);
  }

  async saveCase(found: Case, expectedVersion: number | null) {
    this.saves += 1;
    if ((this.cases.get(found.fingerprint)?.version ?? null) !== expectedVersion) {
      return 'conflict' as const;
    }
    this.cases.set(found.fingerprint, found);
    return 'saved' as const;
  }

  async findAttachedPolicy(roleId: string) {
    return this.policies.get(roleId);
  }

  async saveAttachedPolicy(policy: AttachedPolicy, expectedVersion: number | null) {
    if ((this.policies.get(policy.roleId)?.version ?? null) !== expectedVersion) {
      return 'conflict' as const;
    }
    this.policies.set(policy.roleId, policy);
    return 'saved' as const;
  }

  async readBreaker() {
    return this.breaker;
  }

  async reserveWrite({ at, limit, reservationId }: { at: Date; limit: number; reservationId: string }) {
    const limits = { writesPerHour: limit, casesPerHour: Number.POSITIVE_INFINITY };
    if (this.breaker.writes.some(({ id }) => id === reservationId)) return 'reserved' as const;
    if (limit < 1 || breakerAt(this.breaker, limits, at).kind === 'open') return 'over-limit' as const;
    this.breaker = withWrite(this.breaker, reservationId, limits, at);
    return 'reserved' as const;
  }

  async countCase({ fingerprint, at, limits }: { fingerprint: string; at: Date; limits: BreakerLimits }) {
    this.breaker = withCase(this.breaker, fingerprint, limits, at);
    return this.breaker;
  }
}
