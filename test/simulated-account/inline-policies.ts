import type { PolicyDetail } from '@aws-sdk/client-iam';
import type { AccountRole } from './account-state.ts';
import type { SimulatedClock } from './simulated-clock.ts';

type Version = { readonly visibleAt: number; readonly policies: readonly PolicyDetail[] };

/** The inline policies of the account's roles, with IAM's eventual consistency: a write is seen only after `lagMs`. */
export class InlinePolicies {
  lagMs = 0;
  private readonly history = new WeakMap<AccountRole, Version[]>();

  constructor(private readonly clock: SimulatedClock) {}

  /** What reads and decisions see at the moment. */
  visible(role: AccountRole): readonly PolicyDetail[] {
    const now = this.clock.now().getTime();
    const seen = this.versions(role).findLast((version) => version.visibleAt <= now);
    return seen?.policies ?? [];
  }

  /** What is stored, whether or not reads see it yet: limits and replacements go by this. */
  stored(role: AccountRole): readonly PolicyDetail[] {
    return role.RolePolicyList ?? [];
  }

  replace(role: AccountRole, policies: readonly PolicyDetail[]): void {
    const versions = this.versions(role);
    role.RolePolicyList = [...policies];
    versions.push({ visibleAt: this.clock.now().getTime() + this.lagMs, policies: role.RolePolicyList });
  }

  private versions(role: AccountRole): Version[] {
    const known = this.history.get(role);
    // A test that edits the state directly wants its edit seen at once.
    if (known !== undefined && known.at(-1)?.policies === role.RolePolicyList) return known;
    role.RolePolicyList = [...(role.RolePolicyList ?? [])];
    const versions: Version[] = [{ visibleAt: Number.NEGATIVE_INFINITY, policies: role.RolePolicyList }];
    this.history.set(role, versions);
    return versions;
  }
}
