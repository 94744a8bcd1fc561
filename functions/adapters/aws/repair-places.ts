import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { type Jurisdiction, type Place, rowScopeOf } from '../../domain/jurisdiction.ts';
import type { BucketReader, CaseStore, CauseDigests, DeniedSessions, RolePolicyWriter } from '../../ports.ts';
import { createCaseStore } from './case-store.ts';
import { createCauseDigests } from './cause-digests.ts';
import type { ClientSettings } from './client-settings.ts';
import { createDeniedSessions } from './denied-sessions.ts';
import { createMemberCredentials } from './member-credentials.ts';
import { createMemberPolicyWriter } from './member-policy-writer.ts';
import {
  createPlaceReaders,
  type PlaceConfiguration,
  type PlaceReaderOptions,
  type PlaceReaders,
} from './place-readers.ts';
import { rememberedByPlace } from './remembered-by-place.ts';
import { createRepairWriter } from './repair-way.ts';
import type { Table } from './table.ts';

export interface RepairPlacesOptions extends PlaceReaderOptions {
  readonly configuration: ClientSettings;
  readonly table: Table;
  readonly deploymentId: string;
  /** null for a deployment that serves its own account and Region, with its own credentials. */
  readonly organizationId: string | null;
  /** Below `propose`, no template gives an IAM write; the code then holds no way to one either. */
  readonly mayWrite: boolean;
}

/** What the remediator reads, keeps and writes of one place. */
export interface RepairPlace extends Omit<PlaceReaders, 'bucketsOf'> {
  readonly buckets: BucketReader;
  readonly cases: CaseStore;
  readonly digests: CauseDigests;
  readonly denied: DeniedSessions;
  readonly writer: RolePolicyWriter | null;
  /** Of a hub: where orders about its rows are to be carried out. */
  readonly orderPlace?: { readonly account: string; readonly region: string };
  /** Of a hub: the member whose breaker it is; absent for the hub's own account. */
  readonly breakerAccount?: string;
}

/**
 * The places that a remediator works at. A single deployment has one, whose clients are built at once. A hub has as many as its
 * organisation has accounts and Regions: each is read with the read role of its account alone, and written with its repair role.
 */
export function createRepairPlaces(
  options: RepairPlacesOptions,
): (jurisdiction: Jurisdiction, place: Place) => RepairPlace {
  const { configuration, table, deploymentId, organizationId, mayWrite, preparedGroups, pace, digest } = options;
  const { clock } = pace;
  if (organizationId === null) {
    const { bucketsOf, ...readers } = createPlaceReaders(configuration, options);
    const shared = {
      ...readers,
      cases: createCaseStore(table, deploymentId, clock),
      digests: createCauseDigests(table, deploymentId),
      denied: createDeniedSessions(table, clock),
      writer: mayWrite ? createRepairWriter(new IAMClient(configuration), digest, preparedGroups) : null,
    };
    return (_jurisdiction, { account }) => ({ ...shared, buckets: bucketsOf(account) });
  }
  const sts = new STSClient(configuration);
  const sessions = createMemberCredentials({ client: sts, deploymentId, functionName: 'remediator', clock });
  const memberOf = rememberedByPlace((place) => {
    const { partition, account, region } = place;
    const reading: PlaceConfiguration = { ...configuration, region, credentials: sessions.reading(place) };
    const repairing: PlaceConfiguration = { ...configuration, region, credentials: sessions.repairing(place) };
    const { bucketsOf, ...readers } = createPlaceReaders(reading, options);
    const writerWith = (member: PlaceConfiguration) =>
      createRepairWriter(new IAMClient(member), digest, preparedGroups);
    return {
      ...readers,
      buckets: bucketsOf(account),
      writer: mayWrite
        ? createMemberPolicyWriter({ account, partition, reader: writerWith(reading), repairer: writerWith(repairing) })
        : null,
    };
  });
  return (jurisdiction, place) => {
    const scope = rowScopeOf(jurisdiction, place);
    const { account, region } = place;
    return {
      ...memberOf(place),
      orderPlace: { account, region },
      ...(scope.account !== null && { breakerAccount: scope.account }),
      cases: createCaseStore(table, deploymentId, clock, scope),
      digests: createCauseDigests(table, deploymentId, scope),
      denied: createDeniedSessions(table, clock, scope),
    };
  };
}
