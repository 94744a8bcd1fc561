import { BootstraplessSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type HubFunction, memberRoleName } from '../functions/domain/member-names.ts';
import { preparedGroupsOf } from '../functions/domain/prepared-policy.ts';
import { type Ceiling, OWN_ROLE_PATH } from '../functions/domain/settings.ts';
import { type MemberConditions, type MemberParameters, memberParameters } from './member-parameters.ts';
import { acknowledgeWildcards, policyOf } from './permissions/function-role.ts';
import { noteGrants } from './permissions/grant.ts';
import {
  forwardGrants,
  hubTrust,
  memberReadGrants,
  memberRepairNotes,
  memberRepairPolicy,
  ruleTrust,
} from './permissions/member-roles.ts';
import { preparedReadGrants } from './permissions/prepared.ts';
import { checkPrepared, PreparedPolicies } from './prepared-policies.ts';
import { ForwardingRules, forwardingRuleArns } from './rules/forwarding-rules.ts';

const MEMBER_STACK_NAME = 'exec-log-member';

/**
 * What an account and Region of an organisation needs to be served by a hub, for stack sets: no code, no assets, no bootstrap,
 * parameters only. Rules forward to the hub in every Region; the roles, which are the account's, stand in its home Region.
 */
export class MemberStack extends Stack {
  /**
   * Of the ceiling it takes how repairs are made, which tag and which boundary roles carry, and which are never written to; the rest
   * is told by parameters.
   */
  constructor(scope: Construct, ceiling: Ceiling) {
    checkPrepared(ceiling);
    super(scope, MEMBER_STACK_NAME, {
      stackName: MEMBER_STACK_NAME,
      description:
        'exec-log: forwards denied exec transcripts to the hub of the organisation, which reads and repairs here',
      // The cast is for exactOptionalPropertyTypes, which the CDK's own types do not hold.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    });
    const { parameters, conditions } = memberParameters(this);
    const forward = forwardingRole(this, parameters, conditions);
    readRole(this, parameters, conditions, ceiling);
    repairRole(this, parameters, conditions, ceiling);
    new PreparedPolicies(this, 'Prepared', preparedGroupsOf(ceiling) ?? [], conditions.writes);
    new ForwardingRules(this, 'Forward', { parameters, conditions, role: forward });
  }
}

function forwardingRole(scope: Construct, parameters: MemberParameters, { isHome }: MemberConditions): CfnRole {
  const role = new CfnRole(scope, 'ForwardRole', {
    roleName: memberRoleName(parameters.deploymentId, 'forward'),
    path: OWN_ROLE_PATH,
    assumeRolePolicyDocument: ruleTrust(forwardingRuleArns(parameters.deploymentId, '*')),
    policies: [{ policyName: 'Forward', policyDocument: policyOf(forwardGrants(parameters)) }],
  });
  role.cfnOptions.condition = isHome;
  noteGrants(role, forwardGrants(parameters));
  return role;
}

const READERS: readonly HubFunction[] = ['remediator', 'recorder', 'auditor'];

function readRole(
  scope: Construct,
  parameters: MemberParameters,
  { isHome }: MemberConditions,
  ceiling: Ceiling,
): void {
  const grants = memberReadGrants(ceiling);
  const role = new CfnRole(scope, 'ReadRole', {
    roleName: memberRoleName(parameters.deploymentId, 'read'),
    path: OWN_ROLE_PATH,
    assumeRolePolicyDocument: hubTrust(parameters, READERS),
    policies: [{ policyName: 'Read', policyDocument: policyOf(grants) }],
  });
  role.cfnOptions.condition = isHome;
  acknowledgeWildcards(role, grants);
  noteGrants(role, grants);
}

function repairRole(
  scope: Construct,
  parameters: MemberParameters,
  conditions: MemberConditions,
  ceiling: Ceiling,
): void {
  const role = new CfnRole(scope, 'RepairRole', {
    roleName: memberRoleName(parameters.deploymentId, 'repair'),
    path: OWN_ROLE_PATH,
    assumeRolePolicyDocument: hubTrust(parameters, ['remediator']),
    policies: [{ policyName: 'Repair', policyDocument: memberRepairPolicy(parameters, conditions, ceiling) }],
  });
  role.cfnOptions.condition = conditions.repairs;
  acknowledgeWildcards(role, preparedReadGrants(ceiling));
  noteGrants(role, memberRepairNotes(ceiling));
}
