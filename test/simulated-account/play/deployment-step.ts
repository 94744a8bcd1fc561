import type { SignalRuleName } from '../../../functions/domain/rules.ts';
import type { Mode } from '../../../functions/domain/settings.ts';
import type { ExecLog } from '../deployment/exec-log.ts';
import type { PlayStep } from './steps.ts';

/** What was deployed, and whether it may write to IAM. */
export function deploymentStep(
  { account, deployment }: ExecLog,
  scenario: string,
  mode: Mode,
  signals: readonly SignalRuleName[],
): PlayStep {
  const ownRoles = account.state.iam.roles.filter(({ Arn }) => Arn === deployment.fn('remediator').setup.roleArn);
  return {
    step: 'deployment',
    scenario,
    mode,
    signals,
    account: account.state.account,
    region: account.state.region,
    resources: account.state.cloudformation.stackResources.filter(({ StackName }) => StackName === 'exec-log').length,
    iamWrite: JSON.stringify(ownRoles).includes('iam:PutRolePolicy'),
  };
}
