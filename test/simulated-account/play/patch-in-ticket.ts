import type { OpsItem } from '@aws-sdk/client-ssm';
import type { JsonObject } from '../account-state.ts';
import { isObject } from '../schema-check.ts';

/** What a ticket's CloudFormation code adds to a role. */
export interface PatchInTicket {
  /** The code as it stands in the ticket. */
  readonly code: string;
  readonly roleName: string;
  readonly policyName: string;
  readonly document: JsonObject;
}

/** The whole text of a ticket: OpsCenter's description shows only its beginning. */
export function ticketText({ OperationalData = {}, Description = '' }: OpsItem): string {
  const pieces = Object.entries(OperationalData)
    .filter(([key, { Value = '-' }]) => key.startsWith('exec-log/body-') && Value !== '-')
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([, { Value = '' }]) => Value);
  return pieces.length === 0 ? Description : pieces.join('');
}

/** Reads the CloudFormation code of a ticket as the stack's team would paste it; null where the ticket carries none. */
export function patchInTicket(ticket: OpsItem): PatchInTicket | null {
  const code = /^```yaml\n([\s\S]*?)\n```$/m.exec(ticketText(ticket))?.[1] ?? '';
  const template = code === '' ? null : read(code.split('\n')).value;
  const resources = isObject(template) && isObject(template['Resources']) ? Object.values(template['Resources']) : [];
  for (const resource of resources) {
    const properties = isObject(resource) && isObject(resource['Properties']) ? resource['Properties'] : {};
    const { RoleName: roleName, PolicyName: policyName, PolicyDocument: document } = properties;
    if (typeof roleName === 'string' && typeof policyName === 'string' && isObject(document)) {
      return { code, roleName, policyName, document };
    }
  }
  return null;
}

const indentOf = (line: string) => line.length - line.trimStart().length;

/** The YAML that tickets carry: maps and lists by indentation, double-quoted or plain texts. */
function read(lines: readonly string[]): { readonly value: unknown; readonly rest: readonly string[] } {
  const [first = ''] = lines;
  return first.trimStart().startsWith('- ') ? readList(lines, indentOf(first)) : readMap(lines, indentOf(first));
}

function readList(lines: readonly string[], indent: number) {
  const value: unknown[] = [];
  let rest = lines;
  for (let [line] = rest; line !== undefined && indentOf(line) === indent; [line] = rest) {
    const item = line.slice(indent + 2);
    if (!/^[^"]\S*:( |$)|^"[^"]*":( |$)/.test(item)) {
      value.push(scalar(item));
      rest = rest.slice(1);
      continue;
    }
    // The first member of a map stands on the item's own line.
    const inner = readMap([`${' '.repeat(indent + 2)}${item}`, ...rest.slice(1)], indent + 2);
    value.push(inner.value);
    rest = inner.rest;
  }
  return { value, rest };
}

function readMap(lines: readonly string[], indent: number) {
  const value: JsonObject = {};
  let rest = lines;
  for (let [line] = rest; line !== undefined && indentOf(line) === indent; [line] = rest) {
    const [, key = '', text = ''] = /^\s*("[^"]*"|[^:]+):(?: (.*))?$/.exec(line) ?? [];
    rest = rest.slice(1);
    if (text !== '') {
      value[scalar(key)] = scalar(text);
      continue;
    }
    const inner = read(rest);
    value[scalar(key)] = inner.value;
    rest = inner.rest;
  }
  return { value, rest };
}

const scalar = (text: string): string => (text.startsWith('"') ? String(JSON.parse(text)) : text);
