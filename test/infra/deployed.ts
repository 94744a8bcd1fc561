import { type Ceiling, type Mode, parseCeiling } from '../../functions/domain/settings.ts';
import { buildFunctions } from '../../infra/build.ts';
import { type SynthesisRequest, synthesise, type Template, type TemplateResource } from '../../infra/synthesise.ts';

/** One statement of a policy with its ARNs as text: `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*`, `<Table.Arn>`. */
export interface FlatStatement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition: unknown;
}

/** A valid ceiling of this mode; in the modes that write, one sandbox pattern. */
export function aCeiling(mode: Mode, overrides: Partial<Ceiling> = {}): Ceiling {
  const ceiling = parseCeiling({ mode, accounts: ['*'], roles: ['arn:aws:iam::*:role/sandbox-*'], ...overrides });
  if (ceiling.kind === 'invalid') throw new Error(JSON.stringify(ceiling.problems));
  return ceiling.value;
}

/** The template of a ceiling, from bundles as they are now. Unchecked, because the checks have a test of their own. */
export async function templateOf(ceiling: Ceiling, more: Partial<SynthesisRequest> = {}): Promise<Template> {
  built ??= buildFunctions();
  await built;
  return synthesise({ ceiling, checked: false, ...more });
}

let built: Promise<unknown> | undefined;

export function resourcesOf(template: Template, type: string): readonly TemplateResource[] {
  return Object.values(template.Resources).filter((resource) => resource.Type === type);
}

/** The properties of the one resource of a type whose logical id begins so. */
export function propertiesOf(template: Template, type: string, begin: string): Readonly<Record<string, unknown>> {
  const found = Object.entries(template.Resources).filter(([id, one]) => one.Type === type && id.startsWith(begin));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} begin with ${begin}`);
  return flat(only[1].Properties) as Record<string, unknown>;
}

/** All statements of the role whose logical id begins so. */
export function statementsOf(template: Template, begin: string): readonly FlatStatement[] {
  const policies = propertiesOf(template, 'AWS::IAM::Role', begin)['Policies'];
  if (!Array.isArray(policies)) throw new Error(`The role ${begin} has no inline policy.`);
  return policies.flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.map((statement: FlatStatement) => ({
      ...statement,
      Action: [statement.Action].flat(),
      Resource: [statement.Resource].flat(),
    })),
  );
}

export function statement(template: Template, begin: string, sid: string): FlatStatement | undefined {
  return statementsOf(template, begin).find((one) => one.Sid === sid);
}

/** A part of a template with its intrinsic functions as text; the hash behind a logical id is cut off. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, inner] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (name === 'Ref') return `<${withoutHash(String(inner))}>`;
    if (name === 'Fn::GetAtt') return `<${withoutHash(String(inner[0]))}.${inner[1]}>`;
    if (name === 'Fn::Join') return inner[1].map(flat).join(inner[0]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, flat(one)]));
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
