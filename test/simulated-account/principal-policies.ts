import type { PolicyDetail } from '@aws-sdk/client-iam';
import type { AccountRole, AccountState, JsonObject, PolicyLevel } from './account-state.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import { isObject } from './schema-check.ts';

/** A decision that cannot be made from what the account file holds. It is neither an allow nor a denial. */
export class UndecidableError extends Error {
  override readonly name = 'UndecidableError';
}

interface NamedPolicy {
  readonly name: string;
  readonly arn: string | null;
  readonly document: JsonObject;
}

/** Every policy that bears on a role's own calls, as IAM sees it at the moment. */
export interface PrincipalPolicies {
  readonly identity: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | null;
  readonly controlLevels: readonly PolicyLevel[];
}

/** Gathers a role's policies; an attached policy or boundary whose document is unknown makes every decision undecidable. */
export function policiesOf(state: AccountState, role: AccountRole, inline: readonly PolicyDetail[]): PrincipalPolicies {
  const boundaryArn = role.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    identity: [
      ...inline.map(({ PolicyName = '', PolicyDocument = '' }) => ({
        name: PolicyName,
        arn: null,
        document: parsedDocument(PolicyDocument, `inline policy ${PolicyName} of ${role.RoleName}`),
      })),
      ...(role.AttachedManagedPolicies ?? []).map(({ PolicyArn = '' }) => managedPolicy(state, PolicyArn)),
    ],
    boundary: boundaryArn === undefined ? null : managedPolicy(state, boundaryArn),
    // Service-linked roles are exempt from SCPs. A level that lists nothing still has AWS's own FullAWSAccess.
    controlLevels: role.Path?.startsWith('/aws-service-role/')
      ? []
      : state.organizations.serviceControlPolicies.filter((level) => level.policies.length > 0),
  };
}

/** The document of a managed policy: the account's capture first, then the published text of a few AWS policies. */
function managedPolicy(state: AccountState, arn: string): NamedPolicy {
  const own = state.iam.policies.find((policy) => policy.Arn === arn);
  const version = own?.PolicyVersionList?.find(
    (candidate) => candidate.IsDefaultVersion || candidate.VersionId === own.DefaultVersionId,
  );
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  if (version?.Document !== undefined) return { name, arn, document: parsedDocument(version.Document, arn) };
  const document = awsManagedPolicy(arn);
  if (document === null) throw new UndecidableError(`the document of ${arn} is not in the account file`);
  return { name, arn, document };
}

/** Reads a policy's JSON text; text that IAM would never have stored makes decisions undecidable. */
export function parsedDocument(text: string, what: string): JsonObject {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // Reported below, with the name of the policy.
  }
  throw new UndecidableError(`${what} is not a policy document`);
}
