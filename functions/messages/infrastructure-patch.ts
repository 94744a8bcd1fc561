import type { PolicyStatement, RemediationPolicy } from '../domain/decision.ts';

/**
 * The name under which a team's own code adds the policy. Never ours: the code would then own a policy that we count, expire
 * and revert as our own.
 */
export function permanentPolicyName(policy: Pick<RemediationPolicy, 'policyName'>): string {
  return policy.policyName.replace(/^ExecLog(Delivery|Prepared)/, 'ExecSessionLogs');
}

/**
 * The policy as a CloudFormation resource in YAML. `distinction` tells resources apart that end up in one template, e.g. the role's
 * name; so it does in the other languages.
 */
export function cloudFormationPatch(policy: RemediationPolicy, distinction = ''): string {
  return [
    'Resources:',
    `  ${logicalId(distinction)}Policy:`,
    '    Type: AWS::IAM::RolePolicy',
    '    Properties:',
    `      RoleName: ${yamlString(policy.roleName)}`,
    `      PolicyName: ${yamlString(permanentPolicyName(policy))}`,
    '      PolicyDocument:',
    `        Version: ${yamlString(policy.document.Version)}`,
    '        Statement:',
    ...policy.document.Statement.flatMap((statement) => indented(cloudFormationStatement(statement), 10)),
  ].join('\n');
}

/** The policy's whole list of statements in YAML, for a policy that the template of the role's stack has already. */
export function cloudFormationStatements({ document }: Pick<RemediationPolicy, 'document'>): string {
  return [
    'Statement:',
    ...document.Statement.flatMap((statement) => indented(cloudFormationStatement(statement), 2)),
  ].join('\n');
}

/** The policy as a Terraform resource. */
export function terraformPatch(policy: RemediationPolicy, distinction = ''): string {
  const resourceName = ['exec_session_logs', ...wordsOf(distinction)].join('_').toLowerCase();
  return [
    `resource "aws_iam_role_policy" ${hclString(resourceName)} {`,
    `  name = ${hclString(permanentPolicyName(policy))}`,
    `  role = ${hclString(policy.roleName)}`,
    '',
    '  policy = jsonencode({',
    `    Version = ${hclString(policy.document.Version)}`,
    '    Statement = [',
    ...policy.document.Statement.flatMap((statement) => indented(terraformStatement(statement), 6)),
    '    ]',
    '  })',
    '}',
  ].join('\n');
}

/** The policy in CDK's TypeScript, for the constructor of a stack. */
export function cdkPatch(policy: RemediationPolicy, distinction = ''): string {
  const id = logicalId(distinction);
  return [
    "import * as iam from 'aws-cdk-lib/aws-iam';",
    '',
    `new iam.Policy(this, '${id}Policy', {`,
    `  policyName: ${scriptString(permanentPolicyName(policy))},`,
    `  roles: [iam.Role.fromRoleName(this, '${id}Role', ${scriptString(policy.roleName)})],`,
    '  statements: [',
    ...policy.document.Statement.flatMap((statement) => indented(cdkStatement(statement), 4)),
    '  ],',
    '});',
  ].join('\n');
}

function cloudFormationStatement(statement: PolicyStatement): readonly string[] {
  return [
    `- Sid: ${yamlString(statement.Sid)}`,
    `  Effect: ${statement.Effect}`,
    '  Action:',
    ...statement.Action.map((action) => `    - ${yamlString(action)}`),
    '  Resource:',
    ...statement.Resource.map((resource) => `    - ${yamlString(resource)}`),
    ...conditionsOf(statement, (conditions) => [
      '  Condition:',
      '    StringEquals:',
      ...conditions.map(([key, value]) => `      ${yamlString(key)}: ${yamlString(value)}`),
    ]),
  ];
}

function terraformStatement(statement: PolicyStatement): readonly string[] {
  return [
    '{',
    `  Sid      = ${hclString(statement.Sid)}`,
    `  Effect   = ${hclString(statement.Effect)}`,
    `  Action   = [${statement.Action.map(hclString).join(', ')}]`,
    `  Resource = [${statement.Resource.map(hclString).join(', ')}]`,
    ...conditionsOf(statement, (conditions) => [
      `  Condition = { StringEquals = { ${conditions.map(([key, value]) => `${hclString(key)} = ${hclString(value)}`).join(', ')} } }`,
    ]),
    '},',
  ];
}

function cdkStatement(statement: PolicyStatement): readonly string[] {
  return [
    'new iam.PolicyStatement({',
    `  sid: ${scriptString(statement.Sid)},`,
    `  actions: [${statement.Action.map(scriptString).join(', ')}],`,
    `  resources: [${statement.Resource.map(scriptString).join(', ')}],`,
    ...conditionsOf(statement, (conditions) => [
      `  conditions: { StringEquals: { ${conditions.map(([key, value]) => `${scriptString(key)}: ${scriptString(value)}`).join(', ')} } },`,
    ]),
    '}),',
  ];
}

/** The statement's context keys with their values; `StringEquals` is the only operator that our policies use. */
function conditionsOf(
  { Condition }: PolicyStatement,
  lines: (conditions: readonly (readonly [string, string])[]) => readonly string[],
): readonly string[] {
  const conditions = Object.entries<string>(Condition?.StringEquals ?? {});
  return conditions.length === 0 ? [] : lines(conditions);
}

/** Letters and digits are all that a logical id may have. */
function logicalId(distinction: string): string {
  const words = wordsOf(distinction).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return ['ExecSessionLogs', ...words].join('');
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[A-Za-z0-9]+/g) ?? [];
}

function indented(lines: readonly string[], spaces: number): readonly string[] {
  return lines.map((line) => `${' '.repeat(spaces)}${line}`);
}

/** YAML's double-quoted scalar: nothing in it is a type, an alias or a comment. */
function yamlString(text: string): string {
  return `"${asciiOnly(quoted(text, '"'), (code) => `\\U${hex(code, 8)}`)}"`;
}

/** HCL's string: `${` and `%{` would begin a template. */
function hclString(text: string): string {
  const literal = quoted(text, '"').replace(/[$%](?=\{)/g, '$&$&');
  return `"${asciiOnly(literal, (code) => `\\U${hex(code, 8)}`)}"`;
}

function scriptString(text: string): string {
  return `'${asciiOnly(quoted(text, "'"), (code) => `\\u{${hex(code, 1)}}`)}'`;
}

function quoted(text: string, quote: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
}

/** No character of a name can hide or reorder the code around it. */
function asciiOnly(text: string, escapeCode: (codePoint: number) => string): string {
  return text
    .replace(/\p{Cs}/gu, '\u{FFFD}')
    .replace(/[^ -~]/gu, (character) => escapeCode(character.codePointAt(0) ?? 0));
}

function hex(codePoint: number, digits: number): string {
  return codePoint.toString(16).toUpperCase().padStart(digits, '0');
}
