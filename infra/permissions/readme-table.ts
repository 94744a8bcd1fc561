import { DEPLOYMENT_NAMES, type DeploymentName } from './every-deployment.ts';
import type { RoleStatement } from './statements.ts';

/** Between these two lines of the README stands what the script makes. */
const MARKERS = {
  begin: '<!-- Made by npm run permissions: -->',
  end: '<!-- as far as here. -->',
};

/** What each way to deploy grants. */
export type PermissionsByDeployment = ReadonlyMap<DeploymentName, readonly RoleStatement[]>;

/** One line for each statement of each function, with the ways to deploy in which it stands exactly so; no statement is left out. */
export function permissionsTable(permissions: PermissionsByDeployment): readonly string[] {
  const rows = new Map<string, { readonly of: string; readonly names: DeploymentName[] }>();
  for (const [name, statements] of permissions) {
    for (const statement of statements) {
      const row = cellsOf(statement);
      const known = rows.get(row);
      if (known === undefined) rows.set(row, { of: `${statement.role} ${statement.sid}`, names: [name] });
      else known.names.push(name);
    }
  }
  // By function, and what has one name next to each other, each in the order of its first appearance.
  const firsts = [...permissions.values()].flat();
  const roles = [...new Set(firsts.map(({ role }) => role))];
  const order = [
    ...new Set(
      roles.flatMap((role) => firsts.filter((one) => one.role === role)).map((one) => `${one.role} ${one.sid}`),
    ),
  ];
  return [
    '| function | statement | actions | resources | conditions | when | why | made in |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...order
      .flatMap((of) => [...rows].filter(([, row]) => row.of === of))
      .map(([row, { names }]) => row.replace(WHEN, () => whenOf(names))),
  ];
}

/** The README with this table between the markers; throws where they are not there. */
export function withTable(readme: string, table: readonly string[]): string {
  const [begin, end] = positions(readme);
  return `${readme.slice(0, begin)}\n\n${table.join('\n')}\n\n${readme.slice(end)}`;
}

/** The table that the README shows. */
export function tableIn(readme: string): readonly string[] {
  return readme
    .slice(...positions(readme))
    .trim()
    .split('\n');
}

function positions(readme: string): [number, number] {
  const [begin, end] = [readme.indexOf(MARKERS.begin), readme.indexOf(MARKERS.end)];
  if (begin < 0 || end < begin) throw new Error(`README.md does not hold ${MARKERS.begin} and ${MARKERS.end}.`);
  return [begin + MARKERS.begin.length, end];
}

/** Holds the place of a cell that is known only when all rows are; no cell can say so. */
const WHEN = '\u0000';

function cellsOf({ role, sid, effect, actions, resources, conditions, because, source }: RoleStatement): string {
  const cells = [
    role,
    effect === 'Deny' ? `**Deny** ${sid}` : sid,
    ...[actions, resources, conditions].map(codes),
    WHEN,
    because,
    codes(source.split(', ')),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function codes(texts: readonly string[]): string {
  return texts.length === 0 ? '–' : texts.map((text) => `\`${text}\``).join(', ');
}

const isMember = (name: DeploymentName) => name.startsWith('member');
const isHub = (name: DeploymentName) => name.startsWith('hub');
const writes = (name: DeploymentName) => !['observe', 'ticket', 'hub, observe'].includes(name);

/** Names for many at once, the widest first. */
const GROUPS: Readonly<Record<string, readonly DeploymentName[]>> = {
  always: DEPLOYMENT_NAMES.filter((name) => !isMember(name)),
  'without a hub': DEPLOYMENT_NAMES.filter((name) => !isMember(name) && !isHub(name)),
  'with a write': DEPLOYMENT_NAMES.filter((name) => !isMember(name) && writes(name)),
  'with a write, without a hub': DEPLOYMENT_NAMES.filter((name) => !isMember(name) && !isHub(name) && writes(name)),
  'every hub': DEPLOYMENT_NAMES.filter(isHub),
  'every member': DEPLOYMENT_NAMES.filter(isMember),
};

/** How many of a group may be named as exceptions before its members are named one by one. */
const MOST_EXCEPTIONS = 4;

/** Exactly these ways to deploy in few words. */
function whenOf(names: readonly DeploymentName[]): string {
  const candidates = Object.entries(GROUPS).map(([group, members]) => ({
    group,
    without: members.filter((name) => !names.includes(name)),
    beside: names.filter((name) => !members.includes(name)),
    covers: members.some((name) => names.includes(name)),
  }));
  const [best] = candidates
    .filter(({ covers, without }) => covers && without.length <= MOST_EXCEPTIONS)
    .map(({ group, without, beside }) => ({
      length: 1 + without.length + beside.length,
      text: [
        `${group}${without.length > 0 ? ` but ${codes(without)}` : ''}`,
        ...(beside.length > 0 ? [codes(beside)] : []),
      ].join('; '),
    }))
    .sort((left, right) => left.length - right.length);
  return best === undefined || best.length >= names.length + 1 ? codes(names) : best.text;
}
