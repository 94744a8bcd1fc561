import type { Reading } from '../../../functions/domain/observation.ts';
import type { AccountPlace } from '../../../functions/domain/organization-mode.ts';
import type { OrganizationReader } from '../../../functions/ports.ts';

/** An organisation whose accounts stand where a test puts them; it does not know any other. */
export class FakeOrganization implements OrganizationReader {
  readonly places = new Map<string, Reading<AccountPlace>>();

  async findPlace(account: string): Promise<Reading<AccountPlace>> {
    return this.places.get(account) ?? { kind: 'absent' };
  }
}
