import { isRoleName, parseArn } from './arn.ts';
import type { ClaimedPlace, Delivered } from './jurisdiction.ts';
import { memberOf } from './unread-json.ts';

/** A role that its stack could not delete, by CloudFormation's own word. It only says where to look. */
export interface FailedDeletion {
  readonly roleName: string;
  /** The role's name in the template. */
  readonly logicalId: string;
  readonly claimed: ClaimedPlace;
  /** CloudFormation sends its events itself: no trail records them, so that the envelope alone speaks for the account. */
  readonly delivered: Delivered;
}

/** What CloudFormation takes as a logical id. */
export function isLogicalId(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9]{1,255}$/.test(text);
}

/** Reads a delivered event of `STACK_DELETION_RULE_PATTERN`; null for anything else, and for one that names no role or no stack. */
export function readFailedDeletion(event: unknown): FailedDeletion | null {
  const detail = memberOf(event, 'detail');
  const [roleName, logicalId, stackId] = ['physical-resource-id', 'logical-resource-id', 'stack-id'].map((name) =>
    memberOf(detail, name),
  );
  const isFailure =
    memberOf(event, 'source') === 'aws.cloudformation' &&
    memberOf(event, 'detail-type') === 'CloudFormation Resource Status Change' &&
    memberOf(detail, 'resource-type') === 'AWS::IAM::Role' &&
    memberOf(memberOf(detail, 'status-details'), 'status') === 'DELETE_FAILED';
  const stack = typeof stackId === 'string' ? parseArn(stackId) : null;
  if (!isFailure || typeof roleName !== 'string' || !isRoleName(roleName) || !isLogicalId(logicalId)) return null;
  if (stack?.service !== 'cloudformation') return null;
  const { partition, account, region } = stack;
  const [envelopeAccount, envelopeRegion] = [textOf(event, 'account'), textOf(event, 'region')];
  return {
    roleName,
    logicalId,
    claimed: { partition, account, region },
    delivered: { envelopeAccount, envelopeRegion, recipientAccount: envelopeAccount },
  };
}

function textOf(event: unknown, name: string): string | null {
  const value = memberOf(event, name);
  return typeof value === 'string' ? value : null;
}
