import type { Rules } from '../domain/mode.ts';
import { usesOrganization } from '../domain/organization-mode.ts';
import type { OrganizationReader } from '../ports.ts';

/** What placing an account reads. */
export interface AccountRulesPorts {
  readonly organization: OrganizationReader;
}

/**
 * The rules for one account: with its place in the organisation where its mode depends on it. Nothing is asked otherwise, nor
 * where the account is not known.
 * @throws what the port throws: throttling, time-outs, 5xx.
 */
export async function accountRules(
  rules: Rules,
  account: string | null,
  { organization }: AccountRulesPorts,
): Promise<Rules> {
  return account !== null && rules.modeOverride === undefined && usesOrganization(rules.settings)
    ? { ...rules, place: await organization.findPlace(account) }
    : rules;
}
