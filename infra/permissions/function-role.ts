import { Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { OWN_ROLE_PATH } from '../../functions/domain/settings.ts';
import { type Grant, noteGrants } from './grant.ts';

export interface FunctionRoleProps {
  readonly description: string;
  readonly grants: readonly Grant[];
  /** Where others must know its name beforehand; without it CloudFormation chooses one. */
  readonly roleName?: string;
}

/**
 * A role with exactly these statements: no managed policy, and nothing that a construct adds later. Its path marks it as our own,
 * which no repair touches.
 */
export function functionRole(scope: Construct, id: string, { description, grants, roleName }: FunctionRoleProps): Role {
  const role = new Role(scope, id, {
    path: OWN_ROLE_PATH,
    ...(roleName !== undefined && { roleName }),
    description,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { ExecLog: policyOf(grants) },
  });
  acknowledgeWildcards(role, grants);
  noteGrants(role, grants);
  return role;
}

/** A policy of exactly these statements. */
export function policyOf(grants: readonly Grant[]): PolicyDocument {
  return new PolicyDocument({ statements: grants.map(statementOf) });
}

/** One statement as CDK writes it. */
export function statementOf({ sid, actions, resources, effect, conditions }: Grant): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: effect === 'deny' ? Effect.DENY : Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions !== undefined && { conditions }),
  });
}

/** cdk-nag reports each resource pattern by itself; a pattern is acknowledged with the reason of its own statement. */
export function acknowledgeWildcards(
  role: Construct,
  grants: readonly Pick<Grant, 'because' | 'resources' | 'effect'>[],
): void {
  const stack = Stack.of(role);
  for (const { because, resources, effect } of grants) {
    for (const resource of effect === 'deny' ? [] : resources) {
      const flat = flattened(stack.resolve(resource));
      if (flat.includes('*')) {
        Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${flat}]`, reason: because });
        // The pack for serverless reports a role once, whichever its patterns are.
        Validations.of(role).acknowledge({ id: 'Serverless-LambdaStarPermissions', reason: EACH_PATTERN });
      }
    }
  }
}

const EACH_PATTERN = 'Each pattern is acknowledged with its own reason under AwsSolutions-IAM5.';

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
