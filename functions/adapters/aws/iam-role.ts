import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { canonicalJson, type Digest } from '../../domain/canonical.ts';
import type { ObservedInlinePolicy, Tags } from '../../domain/observation.ts';
import { errorName } from './errors.ts';

/** The role itself; `GetRole` brings tags and boundary with it, `ListRoles` would not. */
export async function getRole(client: IAMClient, roleName: string): Promise<Role> {
  const { Role: role } = await client.send(new GetRoleCommand({ RoleName: roleName }));
  if (role === undefined) throw new Error('IAM answered without a role');
  return role;
}

/** All inline policies of a role, by name. One that is deleted between the two reads is left out. */
export async function readInlinePolicies(
  client: IAMClient,
  roleName: string,
  digest: Digest,
): Promise<readonly ObservedInlinePolicy[]> {
  const names = await allPages(async (Marker) => {
    const answer = await client.send(new ListRolePoliciesCommand({ RoleName: roleName, Marker }));
    return { items: answer.PolicyNames ?? [], next: answer.IsTruncated === true ? answer.Marker : undefined };
  });
  const policies = await Promise.all(names.map((name) => readInlinePolicy(client, roleName, name, digest)));
  return policies.filter((policy) => policy !== undefined);
}

/** One inline policy; undefined where role or policy is not there. */
export async function readInlinePolicy(
  client: IAMClient,
  roleName: string,
  policyName: string,
  digest: Digest,
): Promise<ObservedInlinePolicy | undefined> {
  try {
    const answer = await client.send(new GetRolePolicyCommand({ RoleName: roleName, PolicyName: policyName }));
    return observedInlinePolicy(policyName, answer.PolicyDocument ?? '', digest);
  } catch (error) {
    if (errorName(error) === 'NoSuchEntity') return undefined;
    throw error;
  }
}

export function readInstanceProfileNames(client: IAMClient, roleName: string): Promise<readonly string[]> {
  return allPages(async (Marker) => {
    const answer = await client.send(new ListInstanceProfilesForRoleCommand({ RoleName: roleName, Marker }));
    return {
      items: (answer.InstanceProfiles ?? []).flatMap(({ InstanceProfileName: name }) => name ?? []),
      next: answer.IsTruncated === true ? answer.Marker : undefined,
    };
  });
}

/** An inline policy as IAM gives it, URL-encoded. The hash of a text that is no JSON is over the text itself. */
export function observedInlinePolicy(name: string, encodedDocument: string, digest: Digest): ObservedInlinePolicy {
  const document = decoded(encodedDocument);
  const parsed = parsedDocument(document);
  return { name, document, hash: digest(parsed === null ? document : canonicalJson(parsed)) };
}

/** A policy document, URL-decoded and parsed; null where it is no JSON. */
export function parsedDocument(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** IAM encodes by RFC 3986; a text with a bare percent sign was never encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function tagsOf({ Tags = [] }: Role): Tags {
  return Object.fromEntries(Tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])));
}

/** All items of a listing, page by page. */
export async function allPages<T>(
  page: (marker: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let marker: string | undefined;
  do {
    const answer = await page(marker);
    items.push(...answer.items);
    marker = answer.next;
  } while (marker !== undefined);
  return items;
}
