import { Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { OWN_ROLE_PATH } from '../../functions/domain/settings.ts';
import type { Grant } from './grant.ts';

/**
 * A role with exactly these statements: no managed policy, and nothing that a construct adds later. Its path marks it as our own,
 * which no repair touches.
 */
export function functionRole(scope: Construct, id: string, description: string, grants: readonly Grant[]): Role {
  const role = new Role(scope, id, {
    path: OWN_ROLE_PATH,
    description,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { ExecLog: new PolicyDocument({ statements: grants.map(statementOf) }) },
  });
  acknowledgeWildcards(role, grants);
  return role;
}

function statementOf({ sid, actions, resources, effect, conditions }: Grant): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: effect === 'deny' ? Effect.DENY : Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions !== undefined && { conditions }),
  });
}

/** cdk-nag reports each resource pattern by itself; a pattern is acknowledged with the reason of its own statement. */
function acknowledgeWildcards(role: Role, grants: readonly Grant[]): void {
  const stack = Stack.of(role);
  for (const { because, resources, effect } of grants) {
    for (const resource of effect === 'deny' ? [] : resources) {
      const flat = flattened(stack.resolve(resource));
      if (flat.includes('*')) {
        Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${flat}]`, reason: because });
      }
    }
  }
}

/** A resolved ARN as cdk-nag spells it: `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*`. */
function flattened(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const [name, value] = Object.entries(resolved ?? {})[0] ?? [];
  switch (name) {
    case 'Ref':
      return `<${value}>`;
    case 'Fn::GetAtt':
      return `<${value.join('.')}>`;
    case 'Fn::Join':
      return value[1].map(flattened).join(value[0]);
    default:
      return JSON.stringify(resolved);
  }
}
