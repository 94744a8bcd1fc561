import { Aws, Fn } from 'aws-cdk-lib';
import { type HubFunction, hubBusName, hubRoleArn, memberSessionName } from '../../functions/domain/member-names.ts';
import { preparedGroupsOf } from '../../functions/domain/prepared-policy.ts';
import type { Ceiling } from '../../functions/domain/settings.ts';
import type { MemberConditions, MemberParameters } from '../member-parameters.ts';
import { auditGrants } from './audit.ts';
import { statementOf } from './function-role.ts';
import { type Grant, type GrantNote, roleArn } from './grant.ts';
import { preparedArn, preparedReadGrants } from './prepared.ts';
import { observationGrants, unscopedGrant } from './reads.ts';
import { boundaryCondition, neverOwnRoles, repairWrite } from './role-writes.ts';
import { trailGrants } from './trails.ts';

const SOURCE = 'infra/permissions/member-roles.ts';

/** The tag by whose value roles opt in, where the ceiling names no other. */
const DEFAULT_ROLE_TAG_KEY = 'exec-log-repair';

/** The roles with which others run an account: of its organisation, of Control Tower, of StackSets and of the CDK's deployments. */
const ROLES_OF_OPERATORS = [
  'OrganizationAccountAccessRole',
  'AWSControlTowerExecution',
  'AWSCloudFormationStackSetExecutionRole',
  'stacksets-exec-*',
  'cdk-*-role-*',
];

/** The whole of the read role: what the hub's functions read where they stand alone, in all Regions of the member. */
export function memberReadGrants(ceiling: Ceiling): readonly Grant[] {
  const merged = new Map<string, Grant>();
  // A stack set's template has to stay small: what both read on the same resources is one statement.
  for (const grant of [
    ...observationGrants('*'),
    ...auditGrants('*'),
    ...trailGrants(),
    ...preparedReadGrants(ceiling),
  ]) {
    const key = JSON.stringify([grant.resources, grant.conditions]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? grant : both(known, grant));
  }
  return [...merged.values()];
}

function both(known: Grant, other: Grant): Grant {
  const actions = [...new Set([...known.actions, ...other.actions])].sort();
  if (known.resources.includes('*')) return unscopedGrant(actions);
  const joined = (key: 'because' | 'source', separator: string) =>
    [...new Set([known[key], other[key]])].join(separator);
  return { ...known, actions, because: joined('because', '; '), source: joined('source', ', ') };
}

/** The whole of the repair role: two calls on the named roles, around which the same denials stand as everywhere. */
export function memberRepairPolicy(
  { rolePatterns, roleTagValue }: MemberParameters,
  { wantsTag }: MemberConditions,
  ceiling: Ceiling,
): object {
  const groups = preparedGroupsOf(ceiling);
  const boundary = boundaryCondition(ceiling);
  const tag = { [`aws:ResourceTag/${ceiling.roleTag?.key ?? DEFAULT_ROLE_TAG_KEY}`]: roleTagValue };
  const always = {
    ...(Object.keys(boundary).length > 0 && { StringEquals: boundary }),
    // Every Region of the account makes its own; nothing but the Region is left open.
    ...(groups && { ArnLike: { 'iam:PolicyARN': groups.map((group) => preparedArn(group, '*')) } }),
  };
  const { sid, actions } = repairWrite(ceiling);
  return documentOf([
    {
      Sid: sid,
      Effect: 'Allow',
      Action: actions,
      Resource: rolePatterns.map(roleArn),
      Condition: Fn.conditionIf(
        wantsTag.logicalId,
        { ...always, StringEquals: { ...tag, ...boundary } },
        Object.keys(always).length > 0 ? always : Aws.NO_VALUE,
      ),
    },
    ...besideTheWrite(ceiling).map(statementJson),
  ]);
}

function besideTheWrite(ceiling: Ceiling): readonly Grant[] {
  return [
    // What is attached is read as whoever attaches it, in the same breath.
    ...preparedReadGrants(ceiling),
    neverOwnRoles({ ceiling, more: ROLES_OF_OPERATORS, actions: ['iam:*'] }),
  ];
}

/** Why the statements of the repair role stand in it. */
export function memberRepairNotes(ceiling: Ceiling): readonly GrantNote[] {
  return [repairWrite(ceiling), ...besideTheWrite(ceiling)];
}

/** What EventBridge may do with the forwarding role. */
export function forwardGrants({ hubAccount, hubRegion, deploymentId }: MemberParameters): readonly Grant[] {
  return [
    {
      sid: 'PutOnTheHubsBus',
      because: 'the rules of this account forward to one bus',
      source: SOURCE,
      actions: ['events:PutEvents'],
      resources: [busArn(hubAccount, hubRegion, deploymentId)],
    },
  ];
}

/** The bus of the hub. */
export function busArn(hubAccount: string, hubRegion: string, deploymentId: string): string {
  return `arn:${Aws.PARTITION}:events:${hubRegion}:${hubAccount}:event-bus/${hubBusName(deploymentId)}`;
}

/**
 * Who may become a role of the member: these functions of the hub, each by the exact ARN of its role, from the same organisation and
 * under its own source identity, which stands in every line of this account's trail.
 */
export function hubTrust(
  { hubAccount, organizationId, deploymentId }: MemberParameters,
  functions: readonly HubFunction[],
): object {
  return documentOf(
    functions.map((name) => ({
      Sid: name.replace(/^./, (letter) => letter.toUpperCase()),
      Effect: 'Allow',
      Principal: { AWS: hubRoleArn(Aws.PARTITION, hubAccount, deploymentId, name) },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Condition: {
        StringEquals: {
          'aws:PrincipalOrgID': organizationId,
          'sts:SourceIdentity': memberSessionName(deploymentId, name),
        },
      },
    })),
  );
}

/** EventBridge, for the forwarding rules of this account alone. */
export function ruleTrust(ruleArns: string): object {
  return documentOf([
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': ruleArns } },
    },
  ]);
}

function statementJson(grant: Grant): object {
  return statementOf(grant).toStatementJson();
}

function documentOf(statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}
