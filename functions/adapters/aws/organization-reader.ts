import {
  ListParentsCommand,
  ListTagsForResourceCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { Reading, Tags } from '../../domain/observation.ts';
import type { OrganizationReader } from '../../ports.ts';
import { read, readingOf, unreadable } from './errors.ts';
import { allPages } from './lots.ts';

/** AWS nests units five deep; more steps than that lead nowhere. */
const MAX_UNITS = 5;

/** Who may not be asked, or cannot answer. `AWSOrganizationsNotInUse`: settings that name units expect an organisation. */
const UNREADABLE = ['AWSOrganizationsNotInUse', 'UnsupportedAPIEndpoint', 'InvalidInput'];

export interface OrganizationReaderOptions {
  /** Asks for the parent of each unit once, for a run that looks at many accounts and ends. */
  readonly keepsUnits?: boolean;
}

/** Finds accounts in the organisation by walking up from them; AWS answers to the management account and its delegates only. */
export function createOrganizationReader(
  client: OrganizationsClient,
  { keepsUnits = false }: OrganizationReaderOptions = {},
): OrganizationReader {
  const known = new Map<string, Promise<Reading<string>>>();
  const parentOfUnit = (unit: string) => {
    const answer = known.get(unit) ?? findParent(client, unit);
    if (keepsUnits && !known.has(unit)) {
      known.set(unit, answer);
      answer.catch(() => known.delete(unit));
    }
    return answer;
  };
  return {
    async findPlace(account) {
      const [path, tags] = await Promise.all([findPath(client, account, parentOfUnit), findTags(client, account)]);
      if (path.kind !== 'read') return path;
      if (tags.kind !== 'read') return tags;
      return read({ path: path.value, tags: tags.value });
    },
  };
}

/** From the root to the account; absent where there is no such account. */
async function findPath(
  client: OrganizationsClient,
  account: string,
  parentOfUnit: (unit: string) => Promise<Reading<string>>,
): Promise<Reading<readonly string[]>> {
  const above = await findParent(client, account);
  if (above.kind !== 'read') return above;
  const path = [above.value, account];
  for (let units = 0; units <= MAX_UNITS; units += 1) {
    const [top = ''] = path;
    if (top.startsWith('r-')) return read(path);
    const parent = await parentOfUnit(top);
    // A unit that is gone says nothing about the account, which was moved meanwhile.
    if (parent.kind === 'absent')
      return unreadable(`organizations:ListParents does not know ${top}, named as a parent`);
    if (parent.kind !== 'read') return parent;
    path.unshift(parent.value);
  }
  return unreadable('organizations:ListParents leads to no root');
}

function findParent(client: OrganizationsClient, ChildId: string): Promise<Reading<string>> {
  const call = 'organizations:ListParents';
  const ask = async () => {
    // AWS may send an empty page before the one that holds the only parent.
    const parents = await allPages(async (NextToken) => {
      const answer = await client.send(new ListParentsCommand({ ChildId, NextToken }));
      return { items: (answer.Parents ?? []).flatMap(({ Id }) => Id ?? []), next: answer.NextToken };
    });
    const [parent] = parents;
    return parent === undefined || parents.length > 1
      ? unreadable(`${call} gave ${parents.length} parents`)
      : read(parent);
  };
  return readingOf(ask(), { call, absent: ['ChildNotFound'], unreadable: UNREADABLE });
}

function findTags(client: OrganizationsClient, ResourceId: string): Promise<Reading<Tags>> {
  const ask = async () => {
    const tags = await allPages(async (NextToken) => {
      const answer = await client.send(new ListTagsForResourceCommand({ ResourceId, NextToken }));
      return { items: answer.Tags ?? [], next: answer.NextToken };
    });
    return read(Object.fromEntries(tags.flatMap(({ Key, Value = '' }) => (Key === undefined ? [] : [[Key, Value]]))));
  };
  return readingOf(ask(), {
    call: 'organizations:ListTagsForResource',
    absent: ['TargetNotFound'],
    unreadable: UNREADABLE,
  });
}
