import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { AccountRuntime } from './account-runtime.ts';
import type { JsonObject } from './account-state.ts';
import { parsedDocument } from './principal-policies.ts';
import type { Caller } from './principals.ts';
import { isObject } from './schema-check.ts';
import { ServiceError } from './service.ts';

/** The longest session that AWS gives to who was assumed itself. */
const LONGEST_CHAINED_SECONDS = 3600;

/**
 * A session of a role of any account of the organisation, if the caller's policies and the role's trust allow it, the source identity
 * included. A role that is not there answers as one that does not trust.
 */
export async function assumeRole(
  { RoleArn = '', RoleSessionName = '', SourceIdentity, DurationSeconds = 3600 }: AssumeRoleRequest,
  runtime: AccountRuntime,
  caller: Caller,
): Promise<AssumeRoleResponse> {
  const target = runtime.membership?.accountOf(RoleArn.split(':')[4] ?? '') ?? runtime;
  const role = target.state.iam.roles.find((candidate) => candidate.Arn === RoleArn);
  if (role === undefined || caller.kind !== 'role') throw refused(caller, RoleArn);
  if (DurationSeconds > LONGEST_CHAINED_SECONDS) {
    throw new ServiceError('ValidationError', 'The requested DurationSeconds exceeds the 1 hour session limit.');
  }
  const actions = ['sts:AssumeRole', ...(SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity'])];
  for (const action of actions) {
    const decision = await runtime.decide({
      principalRole: caller.roleArn,
      sessionName: caller.sessionName,
      action,
      resource: RoleArn,
      resourcePolicy: trustAsResourcePolicy(role.AssumeRolePolicyDocument ?? '{}', caller),
      context: {
        'aws:RequestedRegion': 'us-east-1',
        'aws:ResourceAccount': target.state.account,
        'sts:RoleSessionName': RoleSessionName,
        ...(SourceIdentity === undefined ? {} : { 'sts:SourceIdentity': SourceIdentity }),
        ...(target.membership === null ? {} : { 'aws:ResourceOrgID': target.membership.organizationId }),
      },
    });
    if (!decision.allowed) throw refused(caller, RoleArn);
  }
  const { accessKeyId, secretAccessKey, sessionToken } = target.principals.credentialsFor(
    RoleArn,
    RoleSessionName,
    SourceIdentity,
  );
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(runtime.clock.now().getTime() + DurationSeconds * 1000),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${role.RoleId}:${RoleSessionName}`,
      Arn: `arn:${target.state.partition}:sts::${target.state.account}:assumed-role/${role.RoleName}/${RoleSessionName}`,
    },
    ...(SourceIdentity === undefined ? {} : { SourceIdentity }),
  };
}

function refused({ arn }: Caller, roleArn: string): ServiceError {
  return new ServiceError(
    'AccessDenied',
    `User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    403,
  );
}

/** A session's ARN has lost its role's path, so that the simulator could not find the role by it: the caller's own role is replaced. */
function trustAsResourcePolicy(text: string, caller: Extract<Caller, { kind: 'role' }>): JsonObject {
  const trust = parsedDocument(text, 'a trust policy');
  const statements = Array.isArray(trust['Statement']) ? trust['Statement'] : [trust['Statement']];
  return {
    ...trust,
    Statement: statements.filter(isObject).map((statement) => {
      const principal = isObject(statement['Principal']) ? statement['Principal'] : {};
      const named = [principal['AWS'] ?? []].flat().map((arn) => (arn === caller.roleArn ? caller.arn : arn));
      return { ...statement, Principal: { ...principal, ...(named.length > 0 && { AWS: named }) } };
    }),
  };
}
