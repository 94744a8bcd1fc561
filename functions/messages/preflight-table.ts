import type { PreflightCheck, PreflightResult, PreflightStatus } from '../domain/preflight/check.ts';
import { PREFLIGHT_CODES } from '../domain/preflight/codes.ts';
import { byCluster, type ClusterResults, countsOf, STATUS_RANKS } from '../domain/preflight/result-order.ts';
import { plainText } from './escape.ts';
import { clusterNameOf, containerPathOf, roleNameOf } from './preflight-names.ts';
import { counted, numberText } from './report-words.ts';
import type { Paint } from './terminal-card.ts';

const NAME_MAX = 60;
const VALUE_MAX = 1100;
/** So that a thousand containers stay readable: the rest is a number. */
const GROUPS_MAX = 3;
const NAMES_MAX = 3;
const INDENT = ' '.repeat(10);

/** The preflight for a person at a terminal: counts, then each cluster with its findings, one entry a code, folded where it is the same. */
export function preflightTable(
  results: readonly PreflightResult[],
  paint: Paint,
  { all }: { /** Green checks too. */ readonly all: boolean },
): string {
  const clusters = byCluster(results);
  const sections = [
    [headline(results, clusters.length, paint)],
    ...clusters.map((cluster) => clusterLines(cluster, paint, all)),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headline(results: readonly PreflightResult[], clusters: number, paint: Paint): string {
  if (results.length === 0) return 'No container was found: nothing was checked.';
  const where = `${counted(results.length, 'container')} in ${counted(clusters, 'cluster')}`;
  return `${paint.bold(where)}: ${countsText(results, paint)}`;
}

function countsText(results: readonly PreflightResult[], paint: Paint): string {
  const counts = countsOf(results);
  return STATUSES.map((status) => {
    const text = `${numberText(counts[status])} ${status}`;
    return counts[status] === 0 ? paint.dim(text) : paint[status](text);
  }).join(', ');
}

const STATUSES = ['red', 'yellow', 'green'] as const;

function clusterLines({ clusterArn, results }: ClusterResults, paint: Paint, all: boolean): readonly string[] {
  const name = plainText(clusterNameOf(clusterArn), NAME_MAX);
  return [
    `${paint.bold(`cluster ${name}`)}: ${countsText(results, paint)} ${paint.dim(plainText(clusterArn, VALUE_MAX))}`,
    ...findingsOf(results)
      .filter(({ status }) => all || status !== 'green')
      .flatMap((finding) => findingLines(finding, paint)),
  ];
}

/** A code and a status with all containers of one cluster that have it. */
interface Finding {
  readonly code: string;
  readonly status: PreflightStatus;
  readonly whatToDo: string;
  readonly places: readonly Place[];
}

interface Place {
  readonly result: PreflightResult;
  readonly check: PreflightCheck;
}

/** Worst first, then what concerns most containers, then in the order in which the checks are made. */
function findingsOf(results: readonly PreflightResult[]): readonly Finding[] {
  const places = results.flatMap((result) => result.checks.map((check) => ({ result, check })));
  return groupsOf(places, ({ check }) => `${check.status} ${check.code}`)
    .map((group) => ({ ...group[0].check, places: group }))
    .sort(
      (left, right) =>
        STATUS_RANKS[left.status] - STATUS_RANKS[right.status] ||
        containersIn(right.places) - containersIn(left.places),
    );
}

/** One container may have a code twice, for each of its keys. */
const containersIn = (places: readonly Place[]): number => new Set(places.map(({ result }) => result)).size;

function findingLines({ code, status, whatToDo, places }: Finding, paint: Paint): readonly string[] {
  const containers = containersIn(places);
  const count = containers === 1 ? '' : ` (${counted(containers, 'container')})`;
  const head = `  ${paint[status](status.padEnd(6))}  ${paint.bold(plainText(code, NAME_MAX))}${count}`;
  if (status === 'green') return [head];
  const meaning = meaningOf(code);
  const groups = groupsOf(places, ({ check }) => addedTo(meaning, check));
  const hidden = containersIn(groups.slice(GROUPS_MAX).flat());
  return [
    head,
    ...(meaning === '' ? [] : [`${INDENT}${meaning}`]),
    ...groups.slice(0, GROUPS_MAX).map((group) => groupLine(group, meaning, paint)),
    ...(hidden === 0 ? [] : [`${INDENT}${paint.dim(`and ${counted(hidden, 'more container')}`)}`]),
    ...(whatToDo === '' ? [] : [`${INDENT}${paint.dim('do')}  ${paint.cyan(plainText(whatToDo, VALUE_MAX))}`]),
  ];
}

/** `containers, roles: what the check adds`, said once for all to whom it says the same. */
function groupLine(group: Group<Place>, meaning: string, paint: Paint): string {
  const roles = group.map(({ result }) => roleNameOf(result.roleArn)).filter((name) => name !== null);
  const where = [
    someOf(group.map(({ result }) => containerPathOf(result))),
    ...(roles.length === 0 ? [] : [`${new Set(roles).size === 1 ? 'role' : 'roles'} ${someOf(roles)}`]),
  ];
  const more = plainText(addedTo(meaning, group[0].check), VALUE_MAX);
  return `${INDENT}${paint.dim(`in  ${where.join(', ')}`)}${more === '' ? '' : `: ${more}`}`;
}

/** The first few of these names, and how many more there are. */
function someOf(names: readonly string[]): string {
  const distinct = [...new Set(names.map((name) => plainText(name, NAME_MAX)))];
  const hidden = distinct.length - NAMES_MAX;
  return `${distinct.slice(0, NAMES_MAX).join(', ')}${hidden > 0 ? ` and ${numberText(hidden)} more` : ''}`;
}

function meaningOf(code: string): string {
  const known = Object.entries(PREFLIGHT_CODES).find(([name]) => name === code);
  return known?.[1].meaning ?? '';
}

/** What the check says beyond its code's sentence. */
function addedTo(meaning: string, { detail }: PreflightCheck): string {
  return (detail.startsWith(meaning) ? detail.slice(meaning.length) : detail).trim();
}

/** At least one. */
type Group<T> = readonly [T, ...T[]];

/** In the order in which the keys come first. */
function groupsOf<T>(items: readonly T[], keyOf: (item: T) => string): readonly Group<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
