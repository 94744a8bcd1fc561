import type { ObservedPrepared, Reading } from '../../domain/observation.ts';
import type { IamReader } from '../../ports.ts';
import { read, readingOf } from './errors.ts';
import type { ManagedPolicies } from './prepared-policies.ts';

/**
 * A reader that also looks which prepared policies a role has, for a deployment that repairs by them. A role whose attached policies
 * may not be read, or one of ours among them, is unreadable as a whole.
 */
export function withPreparedPolicies(
  reader: IamReader,
  policies: Pick<ManagedPolicies, 'readAttached'>,
  groups: readonly string[],
): IamReader {
  return {
    simulate: (query) => reader.simulate(query),
    async findRole(roleName) {
      const [role, prepared] = await Promise.all([reader.findRole(roleName), readPrepared(policies, roleName, groups)]);
      if (role.kind !== 'read') return role;
      return prepared.kind === 'read' ? read({ ...role.value, prepared: prepared.value }) : prepared;
    },
  };
}

/** What a role has of the prepared policies of these groups; absent where there is no such role. */
export function readPrepared(
  policies: Pick<ManagedPolicies, 'readAttached'>,
  roleName: string,
  groups: readonly string[],
): Promise<Reading<ObservedPrepared>> {
  const ask = async () => read({ groups, ...(await policies.readAttached(roleName)) });
  return readingOf(ask(), { call: 'reading the attached policies', absent: ['NoSuchEntity'] });
}
