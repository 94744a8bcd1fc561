import { documentText, type Element, elements, refuse, section, text } from './account-file-input.ts';
import type { AccountState, OrganizationAccount, OrganizationUnit, PolicyLevel } from './account-state.ts';
import { isObject } from './schema-check.ts';

/** Reads the section `organizations`: the control policies by level and, where it lists them, units and accounts by their parents. */
export function readOrganizations(value: unknown): AccountState['organizations'] {
  const organizations = section(value, 'organizations');
  const { units, accounts } = organizations;
  return {
    serviceControlPolicies: readPolicyLevels(organizations),
    ...(units === undefined ? {} : { units: elements(units, 'units', 'organizations.units').map(readUnit) }),
    ...(accounts === undefined
      ? {}
      : { accounts: elements(accounts, 'accounts', 'organizations.accounts').map(readAccount) }),
  };
}

function readUnit({ value, path }: Element): OrganizationUnit {
  const unit = section(value, path);
  return {
    id: text(unit['id'], `${path}.id`),
    name: text(unit['name'], `${path}.name`),
    parent: text(unit['parent'], `${path}.parent`),
  };
}

function readAccount(element: Element): OrganizationAccount {
  const path = `${element.path}.tags`;
  const tags = Object.entries(section(section(element.value, element.path)['tags'], path));
  return {
    ...readUnit(element),
    tags: Object.fromEntries(
      tags.map(([key, one]) => [key, typeof one === 'string' ? one : refuse(`${path}.${key}`, one, 'text')]),
    ),
  };
}

function readPolicyLevels(organizations: Record<string, unknown>): PolicyLevel[] {
  const levels = organizations['serviceControlPolicies'];
  return elements(levels, 'serviceControlPolicies', 'organizations.serviceControlPolicies').map((element) => {
    const level = section(element.value, element.path);
    return {
      target: text(level['target'], `${element.path}.target`),
      policies: elements(level['policies'], 'policies', `${element.path}.policies`).map((policy, index) =>
        readControlPolicy(policy, index),
      ),
    };
  });
}

function readControlPolicy(element: Element, index: number): PolicyLevel['policies'][number] {
  const policy = isObject(element.value) ? element.value : {};
  // `describe-policy` prints the document as text in Content, beside a PolicySummary with its name and ARN.
  const described = isObject(policy['Policy']) ? policy['Policy'] : policy;
  const summary = isObject(described['PolicySummary']) ? described['PolicySummary'] : {};
  const document: unknown = JSON.parse(documentText(described['Content'] ?? element.value, element.path));
  return {
    name: typeof summary['Name'] === 'string' ? summary['Name'] : `policy-${index + 1}`,
    arn: typeof summary['Arn'] === 'string' ? summary['Arn'] : null,
    document: isObject(document) ? document : refuse(element.path, element.value, 'a policy document'),
  };
}
