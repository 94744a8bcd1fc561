import { Aws } from 'aws-cdk-lib';
import {
  type HubFunction,
  type MemberRole,
  memberRoleArn,
  memberSessionName,
} from '../../functions/domain/member-names.ts';
import type { Deployment } from '../deployment.ts';
import { auditGrants } from './audit.ts';
import type { Grant } from './grant.ts';
import { preparedReadGrants } from './prepared.ts';
import { observationGrants, organizationGrants, recordingGrants } from './reads.ts';
import { roleWriteGrants } from './role-writes.ts';
import { trailGrants } from './trails.ts';

const SOURCE = 'infra/permissions/hub.ts';

/**
 * What the remediator reads and writes: as itself where it stands alone, in a hub as the roles of the members and with no IAM write
 * of its own. An unusable ceiling is refused either way.
 */
export function remediationGrants(deployment: Deployment): readonly Grant[] {
  const writes = roleWriteGrants(deployment.ceiling);
  if (deployment.hub === null) {
    return [
      ...observationGrants(),
      ...preparedReadGrants(deployment.ceiling),
      ...(deployment.organization ? organizationGrants() : []),
      ...writes,
    ];
  }
  // A ceiling that permits no write permits no repair role either.
  const roles: readonly MemberRole[] = writes.length > 0 ? ['read', 'repair'] : ['read'];
  return [...organizationGrants(), memberGrant(deployment.deploymentId, deployment.hub, 'remediator', roles)];
}

/** What the auditor reads of transcripts, sessions, roles and trails, as itself or as the members' roles. */
export function auditingGrants({ deploymentId, hub, ceiling }: Deployment): readonly Grant[] {
  return hub === null
    ? [...auditGrants(), ...trailGrants(), ...preparedReadGrants(ceiling)]
    : [memberGrant(deploymentId, hub, 'auditor', ['read'])];
}

/** What the recorder resolves log targets with, as itself or as the members' roles. */
export function targetGrants({ deploymentId, hub }: Deployment): readonly Grant[] {
  return hub === null ? recordingGrants() : [memberGrant(deploymentId, hub, 'recorder', ['read'])];
}

/** In any account of the organisation, and in no other: a role of our name elsewhere is somebody else's. */
function memberGrant(
  deploymentId: string,
  organizationId: string,
  name: HubFunction,
  roles: readonly MemberRole[],
): Grant {
  return {
    sid: 'ActInMembers',
    because:
      "the accounts of the organisation change, the name of the members' roles does not; each trusts this hub alone",
    source: SOURCE,
    actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    resources: roles.map((role) => memberRoleArn(Aws.PARTITION, '*', deploymentId, role)),
    conditions: {
      StringEquals: {
        'aws:ResourceOrgID': organizationId,
        'sts:SourceIdentity': memberSessionName(deploymentId, name),
      },
    },
  };
}
