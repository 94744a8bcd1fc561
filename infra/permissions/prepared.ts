import { Aws } from 'aws-cdk-lib';
import { preparedGroupsOf, preparedPolicyFor } from '../../functions/domain/prepared-policy.ts';
import { type Ceiling, OWN_ROLE_PATH } from '../../functions/domain/settings.ts';
import { type Grant, roleArn } from './grant.ts';

const SOURCE = 'infra/permissions/prepared.ts';

/** A place of the right form, whose names give way to those of the deployment's own. */
const ANYWHERE = { partition: 'aws', account: '000000000000', region: 'xx-anywhere-1' };

/** The policy prepared for a log group: the document that the functions plan with, made by the same code, in the stack's own place. */
export function preparedDocument(logGroupName: string): unknown {
  const prepared = preparedPolicyFor(logGroupName, ANYWHERE);
  return JSON.parse(inPlaceOfStack(JSON.stringify(prepared?.document ?? null)));
}

/** The ARN of the policy prepared for a log group in the stack's own Region, or in another one or those of a pattern. */
export function preparedArn(logGroupName: string, region: string = Aws.REGION): string {
  return inPlaceOfStack(preparedPolicyFor(logGroupName, ANYWHERE)?.arn ?? '', region);
}

function inPlaceOfStack(text: string, ofStack: string = Aws.REGION): string {
  const { partition, account, region } = ANYWHERE;
  return text
    .replaceAll(`arn:${partition}:`, `arn:${Aws.PARTITION}:`)
    .replaceAll(account, Aws.ACCOUNT_ID)
    .replaceAll(region, ofStack);
}

/** What repairing by prepared policies reads of them; nothing where a deployment repairs by inline ones. */
export function preparedReadGrants(ceiling: Ceiling): readonly Grant[] {
  if (preparedGroupsOf(ceiling) === null) return [];
  return [
    {
      sid: 'ReadAttachments',
      because: 'which prepared policies a role has, and how many managed ones in all, is looked up on the role',
      source: SOURCE,
      actions: ['iam:ListAttachedRolePolicies'],
      resources: [roleArn('*')],
    },
    {
      sid: 'ReadPreparedPolicies',
      because: 'a prepared policy that does not hold what the template says is not attached',
      source: SOURCE,
      actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
      resources: [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:policy${OWN_ROLE_PATH}*`],
    },
  ];
}
