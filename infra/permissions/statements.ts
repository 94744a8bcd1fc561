import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { GRANT_NOTES, type GrantNote } from './grant.ts';
import { conditionTexts, templateText } from './template-text.ts';

/** One statement of a synthesised role as people read it, with its reason and the file that makes it. */
export interface RoleStatement extends GrantNote {
  /** `remediator`; a member's role is `member: read`. */
  readonly role: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly string[];
  /** It speaks of all but what it names. */
  readonly isInverted: boolean;
}

/**
 * Every statement of every role in the cloud assembly of this folder. Throws for what has no reason, and for permissions that a role
 * has from elsewhere: a table that leaves something out is worse than none.
 */
export function roleStatements(folder: string): readonly RoleStatement[] {
  return new CloudAssembly(folder).stacks.flatMap((stack) => {
    const paths = new Map(
      stack.findMetadataByType('aws:cdk:logicalId').map(({ path, data }) => [String(data), path] as const),
    );
    const notes = new Map(stack.findMetadataByType(GRANT_NOTES).map(({ path, data }) => [path, data] as const));
    return Object.entries(objectIn(stack.template, 'Resources')).flatMap(([id, resource]) => {
      const type = memberOf(resource, 'Type');
      if (isAttachedFromElsewhere(type, resource)) {
        throw new Error(`${id} gives a role permissions that its grants do not name.`);
      }
      if (type !== 'AWS::IAM::Role') return [];
      const path = (paths.get(id) ?? '').replace(/\/Resource$/, '');
      return statementsOf(objectIn(resource, 'Properties'), path, notesIn(notes.get(path)));
    });
  });
}

/** A managed policy that names no role is one that is prepared; whoever attaches it is seen by that grant. */
function isAttachedFromElsewhere(type: unknown, resource: unknown): boolean {
  return (
    type === 'AWS::IAM::Policy' ||
    type === 'AWS::IAM::RolePolicy' ||
    (type === 'AWS::IAM::ManagedPolicy' && memberOf(objectIn(resource, 'Properties'), 'Roles') !== undefined)
  );
}

function statementsOf(role: object, path: string, notes: readonly GrantNote[]): readonly RoleStatement[] {
  if (memberOf(role, 'ManagedPolicyArns') !== undefined) throw new Error(`${path} has a managed policy.`);
  return listOf(memberOf(role, 'Policies'))
    .flatMap((policy) => listOf(memberOf(objectIn(policy, 'PolicyDocument'), 'Statement')))
    .map((statement) => {
      const sid = String(memberOf(statement, 'Sid'));
      const note = notes.find((one) => one.sid === sid);
      if (note === undefined) throw new Error(`${path}: the statement ${sid} has no reason.`);
      const texts = (...keys: readonly string[]) =>
        unique(keys.flatMap((key) => listOf(memberOf(statement, key))).map(templateText));
      return {
        role: roleOf(path),
        ...note,
        effect: String(memberOf(statement, 'Effect')),
        actions: texts('Action', 'NotAction'),
        resources: texts('Resource', 'NotResource'),
        conditions: conditionTexts(memberOf(statement, 'Condition')),
        isInverted: ['NotAction', 'NotResource'].some((key) => memberOf(statement, key) !== undefined),
      };
    });
}

/** `/exec-log/Remediator/Role` is the remediator's, `/exec-log-member/ReadRole` the read role of a member. */
function roleOf(path: string): string {
  const [, , construct = '', id] = path.split('/');
  return id === undefined ? `member: ${construct.replace(/Role$/, '').toLowerCase()}` : construct.toLowerCase();
}

function notesIn(data: unknown): readonly GrantNote[] {
  return listOf(data).map((note) => ({
    sid: String(memberOf(note, 'sid')),
    because: String(memberOf(note, 'because')),
    source: String(memberOf(note, 'source')),
  }));
}

function objectIn(value: unknown, key: string): object {
  const member = memberOf(value, key);
  return typeof member === 'object' && member !== null ? member : {};
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** IAM takes one value in the place of a list of one. */
function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
