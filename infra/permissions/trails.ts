import { Aws } from 'aws-cdk-lib';
import type { Grant } from './grant.ts';
import { UNSCOPED_ACTIONS } from './unscoped.ts';

const SOURCE = 'infra/permissions/trails.ts';

/** What the auditor reads to know whether a trail delivers calls to EventBridge; in a hub as the members' read roles. */
export function trailGrants(): readonly Grant[] {
  return [
    {
      sid: 'ListTrails',
      because: `without a trail no rule hears of anything: cloudtrail:DescribeTrails, ${UNSCOPED_ACTIONS['cloudtrail:DescribeTrails']}`,
      source: SOURCE,
      actions: ['cloudtrail:DescribeTrails'],
      resources: ['*'],
    },
    {
      sid: 'ReadTrails',
      because:
        "whether a trail logs, and what it selects; the trail that covers a Region may be of another one, and the organisation's is of another account",
      source: SOURCE,
      actions: ['cloudtrail:GetEventSelectors', 'cloudtrail:GetTrailStatus'],
      resources: [`arn:${Aws.PARTITION}:cloudtrail:*:*:trail/*`],
    },
  ];
}
