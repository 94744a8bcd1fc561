/**
 * The actions that may stand on resource `*`, each because AWS evaluates it on no narrower one (Service Authorization Reference). A
 * test compares the template with this list.
 */
export const UNSCOPED_ACTIONS: Readonly<Record<string, string>> = {
  'cloudtrail:DescribeTrails': 'AWS defines no resource for this action',
  'cloudtrail:LookupEvents': 'the event history has no resource',
  'ecs:DescribeTaskDefinition': 'AWS defines no resource for this action',
  'ecs:ListClusters': 'AWS defines no resource for this action',
  'ssm:CreateOpsItem': 'an OpsItem has no ARN before it exists',
  'ssm:DescribeSessions': 'AWS defines no resource for this action',
};
