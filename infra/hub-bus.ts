import { Aws } from 'aws-cdk-lib';
import { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { hubBusName, memberRoleArn } from '../functions/domain/member-names.ts';
import type { Deployment } from './deployment.ts';
import { regionalArn } from './permissions/grant.ts';

/**
 * The bus to which members forward. It takes what a rule of a member forwards with the member's forwarding role, from accounts of
 * the organisation and of AWS's own sources, and nothing else. Who calls PutEvents cannot pass for that: EventBridge marks its own
 * forwards (`events:eventBusInvocation`), sets the account of an event itself and refuses `aws.*` sources from everybody else.
 */
export class HubBus extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { deploymentId }: Deployment, organizationId: string) {
    super(scope, id);
    const name = hubBusName(deploymentId);
    const bus = new CfnEventBus(this, 'Bus', {
      name,
      description: 'exec-log: what the rules of the members forward',
      policy: { Version: '2012-10-17', Statement: statements(name, deploymentId, organizationId) },
    });
    // The reference, so that its rules wait for it.
    this.name = bus.ref;
  }
}

function statements(name: string, deploymentId: string, organizationId: string): readonly object[] {
  const put = {
    Principal: { AWS: '*' },
    Action: 'events:PutEvents',
    Resource: regionalArn('events', `event-bus/${name}`),
  };
  return [
    {
      Sid: 'OnlyForwardedByMembers',
      Effect: 'Allow',
      ...put,
      Condition: {
        StringEquals: { 'aws:PrincipalOrgID': organizationId },
        ArnLike: { 'aws:PrincipalArn': memberRoleArn(Aws.PARTITION, '*', deploymentId, 'forward') },
        Bool: { 'events:eventBusInvocation': 'true' },
        // One call of PutEvents may carry several sources.
        'ForAllValues:StringLike': { 'events:source': AWS_SOURCES },
        // ForAllValues also holds where a request names no source at all.
        Null: { 'events:source': 'false' },
      },
    },
    {
      // Principals of the hub's own account need no permission from here: this stands before whatever their policies allow.
      Sid: 'NothingButAwsSources',
      Effect: 'Deny',
      ...put,
      Condition: { 'ForAnyValue:StringNotLike': { 'events:source': AWS_SOURCES } },
    },
  ];
}

const AWS_SOURCES = 'aws.*';
