import { type ManagedPolicyDetail, ManagedPolicyDetail$, type RoleDetail, RoleDetail$ } from '@aws-sdk/client-iam';
import { documentText, type Element, elements, refuseMorePages, section, shaped, text } from './account-file-input.ts';
import type { AccountRole, AccountState } from './account-state.ts';
import { isObject } from './schema-check.ts';

/**
 * Reads the IAM section: `RoleDetailList` and `Policies`, or the whole output of get-account-authorization-details.
 * The CLI prints documents as objects, the API as URL-encoded text; both become plain JSON text.
 */
export function readIam(value: unknown): AccountState['iam'] {
  const iam = Array.isArray(value) ? { RoleDetailList: value } : section(value, 'iam');
  refuseMorePages(iam, 'iam');
  return {
    roles: elements(iam['RoleDetailList'], 'RoleDetailList', 'iam.RoleDetailList').map((element) => readRole(element)),
    policies: elements(iam['Policies'], 'Policies', 'iam.Policies').map((element) => readPolicy(element)),
  };
}

function readRole(element: Element): AccountRole {
  const raw = section(element.value, element.path);
  const detail = shaped<RoleDetail>(RoleDetail$, {
    path: element.path,
    value: {
      ...raw,
      ...withDocument(raw, 'AssumeRolePolicyDocument', element.path),
      InstanceProfileList: readProfiles(raw['InstanceProfileList'], `${element.path}.InstanceProfileList`),
      RolePolicyList: elements(raw['RolePolicyList'], 'RolePolicyList', `${element.path}.RolePolicyList`).map(
        (policy) => {
          const inline = section(policy.value, policy.path);
          return {
            PolicyName: text(inline['PolicyName'], `${policy.path}.PolicyName`),
            PolicyDocument: documentText(inline['PolicyDocument'], `${policy.path}.PolicyDocument`),
          };
        },
      ),
    },
  });
  return {
    ...detail,
    RoleName: text(detail.RoleName, `${element.path}.RoleName`),
    Arn: text(detail.Arn, `${element.path}.Arn`),
    // Absent in files written by hand: it then equals no event's role id, and every check of it fails closed.
    RoleId: detail.RoleId ?? '',
    Path: detail.Path ?? '/',
  };
}

/** Profiles print their roles with the trust document once more. */
function readProfiles(value: unknown, path: string): unknown[] {
  return elements(value, 'InstanceProfileList', path).map((element) => {
    const profile = section(element.value, element.path);
    const roles = elements(profile['Roles'], 'Roles', `${element.path}.Roles`).map((role) => {
      const raw = section(role.value, role.path);
      return { ...raw, ...withDocument(raw, 'AssumeRolePolicyDocument', role.path) };
    });
    return { ...profile, Roles: roles };
  });
}

function readPolicy(element: Element): ManagedPolicyDetail {
  const raw = section(element.value, element.path);
  const versions = elements(raw['PolicyVersionList'], 'PolicyVersionList', `${element.path}.PolicyVersionList`);
  const policy = shaped<ManagedPolicyDetail>(ManagedPolicyDetail$, {
    path: element.path,
    value: {
      ...raw,
      PolicyVersionList: versions.map((version) =>
        isObject(version.value)
          ? { ...version.value, ...withDocument(version.value, 'Document', version.path) }
          : version.value,
      ),
    },
  });
  text(policy.Arn, `${element.path}.Arn`);
  return policy;
}

function withDocument(holder: Record<string, unknown>, key: string, path: string): Record<string, string> {
  const document = holder[key];
  return document === undefined || document === null ? {} : { [key]: documentText(document, `${path}.${key}`) };
}
