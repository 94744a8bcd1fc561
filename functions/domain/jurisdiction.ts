import { isAccountId, isRegion } from './arn.ts';

/** One account and Region of a partition. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/**
 * Whose denials and sessions a deployment answers for. A single one answers for the place it runs in; a hub for every account and
 * Region of its organisation that stand in its own partition.
 */
export type Jurisdiction =
  | { readonly kind: 'single'; readonly home: Place }
  | { readonly kind: 'hub'; readonly home: Place; readonly organizationId: string };

/** What a record says of where it was made; null is what it does not say. */
export interface ClaimedPlace {
  readonly partition: string | null;
  readonly account: string | null;
  readonly region: string | null;
}

/** What EventBridge and CloudTrail say of the same event, beside the claim itself. */
export interface Delivered {
  /** The account that EventBridge took the event from: nobody but AWS can set it, and forwarding keeps it. */
  readonly envelopeAccount: string | null;
  readonly envelopeRegion: string | null;
  /** The account whose trail the record is of. */
  readonly recipientAccount: string | null;
}

/** A place that the jurisdiction covers, or why it does not; the detail lacks its subject (`the denial`, `the session`). */
export type PlaceRuling =
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'mismatch'; readonly detail: string };

/** The id of an organisation, as AWS makes them. */
export const isOrganizationId = (text: string): boolean => /^o-[a-z0-9]{10,32}$/.test(text);

/** `organizationId` is null for a deployment of its own. */
export function jurisdictionOf(home: Place, organizationId: string | null): Jurisdiction {
  return organizationId === null ? { kind: 'single', home } : { kind: 'hub', home, organizationId };
}

/**
 * Where a claim is acted upon. A single deployment takes its own place alone. A hub takes any of its partition, and only where
 * envelope, recipient and claim name the same account, and envelope and claim the same Region: there is nothing else that keeps
 * one member from speaking for another.
 */
export function rulingOn(jurisdiction: Jurisdiction, claimed: ClaimedPlace, delivered: Delivered): PlaceRuling {
  const { home } = jurisdiction;
  const { partition, account, region } = claimed;
  if (jurisdiction.kind === 'single') {
    return partition === home.partition && account === home.account && region === home.region
      ? { kind: 'place', place: home }
      : mismatch('is of another account, Region or partition than this deployment');
  }
  if (partition !== home.partition) return mismatch('is of another partition than this hub');
  if (account === null || !isAccountId(account)) return mismatch('names no account');
  if (region === null || !isRegion(region)) return mismatch('names no Region');
  if (delivered.envelopeAccount !== account) return mismatch('is of another account than the event was delivered from');
  if (delivered.recipientAccount !== account)
    return mismatch('is of another account than the trail it was recorded by');
  if (delivered.envelopeRegion !== region) return mismatch('is of another Region than the event was delivered from');
  return { kind: 'place', place: { partition, account, region } };
}

/** A place that a row of our own names; `home` where the row names none that a hub can serve, or the deployment is no hub. */
export function placeOfRow(
  jurisdiction: Jurisdiction,
  row: { readonly account: string; readonly region: string } | null | undefined,
): Place {
  const { home } = jurisdiction;
  if (jurisdiction.kind === 'single' || row == null || !isAccountId(row.account) || !isRegion(row.region)) return home;
  return { partition: home.partition, account: row.account, region: row.region };
}

/** How the rows of a place are told apart from those of the place that a deployment runs in, whose keys never change. */
export interface RowScope {
  /** In the keys of what is counted for each account; null for the deployment's own account. */
  readonly account: string | null;
  /** In the keys of what is kept for each account and Region; null for the deployment's own place. */
  readonly place: { readonly account: string; readonly region: string } | null;
}

/** The scope of the only place of a single deployment, and of a hub's own. */
export const HOME_ROWS: RowScope = { account: null, place: null };

/** The scope of a place: a single deployment that becomes a hub finds the rows of its own account and Region where they were. */
export function rowScopeOf({ home }: Jurisdiction, { account, region }: Place): RowScope {
  return {
    account: account === home.account ? null : account,
    place: account === home.account && region === home.region ? null : { account, region },
  };
}

function mismatch(detail: string): PlaceRuling {
  return { kind: 'mismatch', detail };
}
