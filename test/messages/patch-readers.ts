import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';

/** What a pasted patch makes: the role, the policy's name and its document. */
export interface ReadPatch {
  readonly roleName: unknown;
  readonly policyName: unknown;
  readonly document: unknown;
}

/** Puts the pasted template through CDK's own reader of CloudFormation YAML. */
export function readCloudFormation(template: string): ReadPatch {
  const id = /^ {2}(\w+):$/m.exec(template)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'patch-'));
  try {
    const templateFile = join(folder, 'template.yaml');
    writeFileSync(templateFile, template);
    const stack = new Stack();
    const pasted = new CfnInclude(stack, 'Pasted', { templateFile }).getResource(id);
    if (!(pasted instanceof iam.CfnRolePolicy)) throw new Error(`not a role's policy: ${pasted.cfnResourceType}`);
    const { roleName, policyName, policyDocument } = pasted;
    return stack.resolve({ roleName, policyName, document: policyDocument });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts a list of statements where a template has them: into the document of a policy that is there already. */
export function readStatements(statements: string): unknown {
  const template = [
    'Resources:',
    '  Standing:',
    '    Type: AWS::IAM::RolePolicy',
    '    Properties:',
    '      RoleName: role',
    '      PolicyName: policy',
    '      PolicyDocument:',
    ...statements.split('\n').map((line) => `        ${line}`),
  ];
  const { document } = readCloudFormation(template.join('\n'));
  return typeof document === 'object' && document !== null ? Reflect.get(document, 'Statement') : undefined;
}

/** Runs the pasted lines in the constructor of a stack. */
export function runAsCdk(patch: string): ReadPatch {
  const lines = patch.split('\n').filter((line) => !line.startsWith('//'));
  const [importLine = '', ...rest] = lines;
  expect(importLine).toBe("import * as iam from 'aws-cdk-lib/aws-iam';");
  const stack = new Stack();
  new Function('iam', rest.join('\n')).call(stack, iam);
  const made = stack.node.children.map(({ node }) => node.defaultChild).find((child) => child instanceof iam.CfnPolicy);
  if (!(made instanceof iam.CfnPolicy)) throw new Error('the patch makes no policy');
  const { policyName, policyDocument } = made;
  const roles: unknown = stack.resolve(made.roles);
  const [roleName] = Array.isArray(roles) && roles.length === 1 ? roles : [];
  return { roleName, ...stack.resolve({ policyName, document: policyDocument }) };
}

/** A document as CDK writes it: a list of one is that one. */
export function asCdkWrites<T extends { readonly Statement: readonly object[] }>(document: T): object {
  const single = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value);
  return {
    ...document,
    Statement: document.Statement.map((statement) =>
      Object.fromEntries(
        Object.entries(statement).map(([name, value]) => [
          name,
          name === 'Action' || name === 'Resource' ? single(value) : value,
        ]),
      ),
    ),
  };
}

/** Reads the one resource of a pasted patch in the part of HCL that it is written in. */
export function readTerraform(patch: string): ReadPatch {
  const tokens = hclTokens(patch);
  const take = (wanted?: string): string => {
    const token = tokens.shift() ?? '';
    if (wanted !== undefined && token !== wanted) throw new Error(`expected ${wanted}, found ${token}`);
    return token;
  };
  const value = (): unknown => {
    const token = take();
    switch (token) {
      case '{':
        return members('}');
      case '[': {
        const items: unknown[] = [];
        while (tokens[0] !== ']') {
          items.push(value());
          if (tokens[0] === ',') take();
        }
        take(']');
        return items;
      }
      case 'jsonencode': {
        take('(');
        const encoded = value();
        take(')');
        return encoded;
      }
      default:
        return hclText(token);
    }
  };
  const members = (end: string): Record<string, unknown> => {
    const found: Record<string, unknown> = {};
    while (tokens[0] !== end) {
      const name = take();
      take('=');
      found[name.startsWith('"') ? hclText(name) : name] = value();
      if (tokens[0] === ',') take();
    }
    take(end);
    return found;
  };
  take('resource');
  take('"aws_iam_role_policy"');
  expect(hclText(take())).toMatch(/^[a-z_][a-z0-9_-]*$/);
  take('{');
  const { name, role, policy } = members('}');
  if (tokens.length > 0) throw new Error(`more than one resource: ${tokens[0]}`);
  return { roleName: role, policyName: name, document: policy };
}

function hclTokens(text: string): string[] {
  const code = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  return [...code.matchAll(/"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|[{}[\](),=]|\S/g)].map(([token]) => token);
}

function hclText(token: string): string {
  if (!/^".*"$/.test(token)) throw new Error(`no text: ${token}`);
  const inner = token.slice(1, -1);
  if (/(^|[^$%])(\$\$|%%)*[$%]\{/.test(inner.replace(/\$\$\{|%%\{/g, ''))) throw new Error(`a template: ${token}`);
  return inner
    .replace(/([$%])\1\{/g, '$1{')
    .replace(/\\U([0-9A-F]{8})|\\(["\\])/g, (_, code: string | undefined, plain: string | undefined) =>
      code === undefined ? (plain ?? '') : String.fromCodePoint(Number.parseInt(code, 16)),
    );
}
