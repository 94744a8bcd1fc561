import {
  type AdvancedFieldSelector,
  type CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import type { Reading } from '../../domain/observation.ts';
import type { ObservedTrail, TrailField, TrailSelectors } from '../../domain/trail-diagnosis.ts';
import { read, readingOf } from './errors.ts';

/**
 * The trails that cover a Region, those of other Regions and of the organisation too. A trail answers only in its home Region, so
 * clients are made for each.
 */
export function readTrails(
  clientFor: (region: string) => CloudTrailClient,
  region: string,
): Promise<Reading<readonly ObservedTrail[]>> {
  const ask = async () => {
    const { trailList = [] } = await clientFor(region).send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    return read(await Promise.all(trailList.map((trail) => readTrail(clientFor(trail.HomeRegion ?? region), trail))));
  };
  return readingOf(ask(), { call: 'cloudtrail:DescribeTrails' });
}

async function readTrail(client: CloudTrailClient, { Name, TrailARN }: Trail): Promise<ObservedTrail> {
  // The organisation's trail belongs to another account, which may not show more of it than its name.
  const notShown = ['TrailNotFound', 'CloudTrailARNInvalid', 'InvalidTrailName', 'InvalidHomeRegion'];
  const status = async () => {
    const { IsLogging } = await client.send(new GetTrailStatusCommand({ Name: TrailARN ?? Name }));
    return read(IsLogging === true);
  };
  const selectors = async () => {
    return read(selectorsOf(await client.send(new GetEventSelectorsCommand({ TrailName: TrailARN ?? Name }))));
  };
  const [isLogging, selected] = await Promise.all([
    readingOf(status(), { call: 'cloudtrail:GetTrailStatus', unreadable: notShown }),
    readingOf(selectors(), { call: 'cloudtrail:GetEventSelectors', unreadable: notShown }),
  ]);
  return { name: Name ?? TrailARN ?? '', isLogging, selectors: selected };
}

function selectorsOf(answer: GetEventSelectorsCommandOutput): TrailSelectors {
  const advanced = answer.AdvancedEventSelectors ?? [];
  if (advanced.length > 0) {
    return { kind: 'advanced', selectors: advanced.map(({ FieldSelectors = [] }) => FieldSelectors.map(fieldOf)) };
  }
  // AWS's defaults, for what an answer leaves out: management events, read and write.
  const selectors = (answer.EventSelectors ?? []).map((selector) => ({
    management: selector.IncludeManagementEvents ?? true,
    readWrite: selector.ReadWriteType ?? 'All',
    excluded: selector.ExcludeManagementEventSources ?? [],
  }));
  return { kind: 'basic', selectors };
}

function fieldOf(selector: AdvancedFieldSelector): TrailField {
  const { Field = '', Equals = [], NotEquals = [], StartsWith, EndsWith, NotStartsWith, NotEndsWith } = selector;
  const others = [StartsWith, EndsWith, NotStartsWith, NotEndsWith].some((values) => (values ?? []).length > 0);
  return { field: Field, equals: Equals, notEquals: NotEquals, others };
}
