import type { AccountRuntime } from '../account-runtime.ts';
import type { OrganizationAccount, OrganizationUnit, PolicyLevel } from '../account-state.ts';
import { ServiceError } from '../service.ts';

export const ORGANIZATION = 'o-simulated1';
export const MANAGEMENT_ACCOUNT = '999999999999';

/** The ARN of something of the organisation, which belongs to its management account. */
export function organizationArn({ state }: AccountRuntime, kind: string, id: string): string {
  return `arn:${state.partition}:organizations::${MANAGEMENT_ACCOUNT}:${kind}/${ORGANIZATION}/${id}`;
}

/**
 * The levels from the root down to the account, which the file may leave out. No level, unit or account at all is an account without
 * organisation, of which AWS answers no question.
 */
export function levelsIn({ state }: AccountRuntime): readonly PolicyLevel[] {
  const { serviceControlPolicies: levels, units = [], accounts = [] } = state.organizations;
  if (levels.length === 0 && units.length === 0 && accounts.length === 0) {
    throw new ServiceError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  }
  const targets = new Set([...units, ...accounts].flatMap(({ id, parent }) => [parent, id]).concat(state.account));
  const unlisted = [...targets].filter((target) => !levels.some((level) => level.target === target));
  return [...levels, ...unlisted.map((target) => ({ target, policies: [] }))];
}

/** The units; those that only levels name are called by their id. */
export function unitsOf(runtime: AccountRuntime): readonly OrganizationUnit[] {
  const line = lineOf(runtime);
  const { units = [] } = runtime.state.organizations;
  return [...units, ...line.filter(({ id }) => id.startsWith('ou-') && !units.some((unit) => unit.id === id))];
}

/** The accounts; without a list of them, the one of the file. */
export function accountsOf(runtime: AccountRuntime): readonly OrganizationAccount[] {
  const line = lineOf(runtime);
  const { accounts } = runtime.state.organizations;
  return accounts ?? line.filter(({ id }) => id === runtime.state.account).map((account) => ({ ...account, tags: {} }));
}

/** What the levels imply: each below the one before. */
function lineOf(runtime: AccountRuntime): readonly OrganizationUnit[] {
  const { serviceControlPolicies: levels } = runtime.state.organizations;
  levelsIn(runtime);
  const targets = levels.map(({ target }) => target).filter((target) => target !== runtime.state.account);
  return [...targets, runtime.state.account].map((id, index, all) => ({
    id,
    name: id,
    parent: all[index - 1] ?? 'r-root',
  }));
}

/** What stands above an account or a unit; null above the root. */
export function parentOf(runtime: AccountRuntime, child: string): string | null {
  const known = [...accountsOf(runtime), ...unitsOf(runtime)];
  const node = known.find(({ id }) => id === child);
  if (node !== undefined) return node.parent;
  if (
    child.startsWith('r-') &&
    [...known, ...lineOf(runtime)].some(({ id, parent }) => parent === child || id === child)
  ) {
    return null;
  }
  throw new ServiceError('ChildNotFoundException', 'You specified a child that does not exist.');
}

/** The tags of an account; nothing else has any here. */
export function tagsOf(runtime: AccountRuntime, id: string): Readonly<Record<string, string>> {
  const known = [...accountsOf(runtime), ...unitsOf(runtime)];
  const isKnown = id.startsWith('r-') || known.some((node) => node.id === id);
  if (!isKnown) throw new ServiceError('TargetNotFoundException', 'You specified a target that does not exist.');
  return accountsOf(runtime).find((account) => account.id === id)?.tags ?? {};
}
