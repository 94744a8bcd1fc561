import { Aws, type CfnCondition } from 'aws-cdk-lib';
import { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { matchesAnyGlob } from '../functions/domain/glob.ts';
import { preparedGroupsOf, preparedPolicyName } from '../functions/domain/prepared-policy.ts';
import { type Ceiling, OWN_ROLE_PATH, type SettingsProblem } from '../functions/domain/settings.ts';
import { acknowledgeWildcards } from './permissions/function-role.ts';
import { preparedDocument } from './permissions/prepared.ts';
import { DeploymentInputError } from './settings.ts';

/** The log groups whose policies a template makes: none under a ceiling that repairs otherwise, or not at all. */
export function groupsToPrepare(ceiling: Ceiling): readonly string[] {
  const isRepairing = ceiling.mode === 'attach' || ceiling.mode === 'propose';
  return isRepairing ? (preparedGroupsOf(ceiling) ?? []) : [];
}

/** The managed policies with which a ceiling of `managed-policy` repairs, one for each log group; under a condition, if there is one. */
export class PreparedPolicies extends Construct {
  constructor(scope: Construct, id: string, groups: readonly string[], condition: CfnCondition | null = null) {
    super(scope, id);
    for (const group of groups) {
      // The document goes as it is: a construct of the CDK would shorten its lists, and it would no longer be what the functions plan.
      const policy = new CfnManagedPolicy(this, group, {
        managedPolicyName: preparedPolicyName(Aws.REGION, group),
        path: OWN_ROLE_PATH,
        description: `exec-log: delivers ECS Exec transcripts to ${group}`,
        policyDocument: preparedDocument(group),
      });
      if (condition !== null) policy.cfnOptions.condition = condition;
      acknowledgeWildcards(policy, [
        {
          because:
            'the streams of sessions bear ids that nobody knows beforehand, and AWS evaluates the listings on all groups',
          resources: resourcesOf(preparedDocument(group)),
        },
      ]);
    }
  }
}

function resourcesOf(document: unknown): readonly string[] {
  return JSON.stringify(document)
    .split('"')
    .filter((text) => text.startsWith('arn:'));
}

/** Throws a DeploymentInputError for a ceiling whose prepared policies IAM would refuse, or that would never be attached. */
export function checkPrepared(ceiling: Ceiling): void {
  const { repair = 'inline-policy', preparedGroups = [], logGroups } = ceiling;
  const problems: SettingsProblem[] = [];
  const problem = (path: string, value: string, expectation: string) => problems.push({ path, value, expectation });
  if (repair === 'inline-policy') {
    if (preparedGroups.length > 0)
      problem('preparedGroups', 'a list', 'expected only beside "repair": "managed-policy"');
  } else if (preparedGroups.length === 0) {
    problem('preparedGroups', 'nothing', 'expected at least one log group: without, nothing is ever repaired');
  }
  preparedGroups.forEach((group, index) => {
    const path = `preparedGroups.${index}`;
    if (preparedGroups.findIndex((other) => other.toLowerCase() === group.toLowerCase()) < index) {
      problem(path, JSON.stringify(group), 'expected each name once: IAM does not tell upper from lower case');
    }
    if (!matchesAnyGlob(logGroups, group)) {
      problem(path, JSON.stringify(group), "expected a group that the ceiling's logGroups permit");
    }
  });
  if (problems.length > 0) throw new DeploymentInputError('The ceiling', problems);
}
