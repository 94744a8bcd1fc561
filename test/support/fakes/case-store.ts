import type { Case } from '../../../functions/domain/case.ts';
import type { AttachedPolicy } from '../../../functions/domain/observation.ts';
import type { CaseStore } from '../../../functions/ports.ts';

/** A case store that keeps its state in memory, with the same conditional writes as the table. */
export class FakeCaseStore implements CaseStore {
  readonly cases = new Map<string, Case>();
  readonly policies = new Map<string, AttachedPolicy>();
  readonly reservations = new Map<string, number>();
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

  async countWritesSince(since: Date) {
    return [...this.reservations.values()].filter((at) => at > since.getTime()).length;
  }

  async reserveWrite(request: { at: Date; since: Date; limit: number; reservationId: string }) {
    if (this.reservations.has(request.reservationId)) {
      return 'reserved' as const;
    }
    if ((await this.countWritesSince(request.since)) >= request.limit) {
      return 'over-limit' as const;
    }
    this.reservations.set(request.reservationId, request.at.getTime());
    return 'reserved' as const;
  }
}
