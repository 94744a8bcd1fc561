import type { RoleStatement } from './statements.ts';

/** From where an action is known as a way to raise one's permissions. */
const SOURCES = {
  rhino: 'https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation',
  pathfinding: 'https://pathfinding.cloud/paths',
  aws: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html',
} as const;

/**
 * Actions by which a principal raises its own permissions or takes on another's, by where they are listed: the methods of Rhino
 * Security Labs, the paths of pathfinding.cloud that cloudsplaining added to them, and the rest of what AWS counts as permissions
 * management in IAM. Of a method that takes several actions, those without which it does not work.
 */
const ESCALATION_ACTIONS = {
  rhino: [
    'iam:AddUserToGroup',
    'iam:AttachGroupPolicy',
    'iam:AttachRolePolicy',
    'iam:AttachUserPolicy',
    'iam:CreateAccessKey',
    'iam:CreateLoginProfile',
    'iam:CreatePolicyVersion',
    'iam:PassRole',
    'iam:PutGroupPolicy',
    'iam:PutRolePolicy',
    'iam:PutUserPolicy',
    'iam:SetDefaultPolicyVersion',
    'iam:UpdateAssumeRolePolicy',
    'iam:UpdateLoginProfile',
    'sts:AssumeRole',
    'cloudformation:CreateStack',
    'codestar:AssociateTeamMember',
    'codestar:CreateProject',
    'codestar:CreateProjectFromTemplate',
    'datapipeline:CreatePipeline',
    'datapipeline:PutPipelineDefinition',
    'ec2:RunInstances',
    'glue:CreateDevEndpoint',
    'glue:UpdateDevEndpoint',
    'lambda:AddPermission',
    'lambda:CreateEventSourceMapping',
    'lambda:CreateFunction',
    'lambda:InvokeFunction',
    'lambda:UpdateFunctionCode',
    'lambda:UpdateFunctionConfiguration',
    'sagemaker:CreateNotebookInstance',
    'sagemaker:CreatePresignedNotebookInstanceUrl',
  ],
  pathfinding: [
    'apprunner:CreateService',
    'bedrock-agentcore:CreateCodeInterpreter',
    'bedrock-agentcore:InvokeCodeInterpreter',
    'bedrock-agentcore:StartCodeInterpreterSession',
    'cloudformation:CreateChangeSet',
    'cloudformation:CreateStackInstances',
    'cloudformation:CreateStackSet',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:UpdateStackSet',
    'codebuild:CreateProject',
    'codebuild:StartBuild',
    'codebuild:StartBuildBatch',
    'ec2-instance-connect:SendSSHPublicKey',
    'ec2:CreateLaunchTemplateVersion',
    'ec2:ModifyInstanceAttribute',
    'ec2:ModifyLaunchTemplate',
    'ec2:RequestSpotInstances',
    'ecs:CreateService',
    'ecs:ExecuteCommand',
    'ecs:RegisterTaskDefinition',
    'ecs:RunTask',
    'ecs:StartTask',
    'glue:CreateJob',
    'glue:CreateTrigger',
    'glue:StartJobRun',
    'glue:UpdateJob',
    'iam:DeleteAccessKey',
    'sagemaker:CreateNotebookInstanceLifecycleConfig',
    'sagemaker:CreateProcessingJob',
    'sagemaker:CreateTrainingJob',
    'sagemaker:UpdateNotebookInstance',
  ],
  aws: [
    'iam:CreatePolicy',
    'iam:DeleteAccountPasswordPolicy',
    'iam:DeleteGroupPolicy',
    'iam:DeletePolicy',
    'iam:DeletePolicyVersion',
    'iam:DeleteRolePermissionsBoundary',
    'iam:DeleteRolePolicy',
    'iam:DeleteUserPermissionsBoundary',
    'iam:DeleteUserPolicy',
    'iam:DetachGroupPolicy',
    'iam:DetachRolePolicy',
    'iam:DetachUserPolicy',
    'iam:PutRolePermissionsBoundary',
    'iam:PutUserPermissionsBoundary',
  ],
} as const satisfies Readonly<Record<keyof typeof SOURCES, readonly string[]>>;

const LISTED = new Map(
  Object.entries(ESCALATION_ACTIONS).flatMap(([list, actions]) =>
    actions.map((action): [string, string] => [action.toLowerCase(), Reflect.get(SOURCES, list)]),
  ),
);

/** A listed action that a statement may allow after all, and what has to bound it there. */
interface Exception {
  readonly actions: readonly string[];
  readonly roles: readonly string[];
  readonly because: string;
  readonly isBounded: (statement: Pick<RoleStatement, 'resources' | 'conditions'>) => boolean;
}

const REPAIRERS = ['remediator', 'member: repair'];

/** All that is allowed of the listed actions. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  WriteRepairPolicy: {
    actions: ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
    roles: REPAIRERS,
    because: 'the repair: on the roles that the ceiling or the member names, or that carry its opt-in tag',
    isBounded: isOnNamedRoles,
  },
  AttachPreparedPolicy: {
    actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    roles: REPAIRERS,
    because: 'the repair by prepared policies: on the same roles, and with the policies of the template alone',
    isBounded: (statement) => isOnNamedRoles(statement) && isWithOwnPolicies(statement.conditions),
  },
  ActInMembers: {
    actions: ['sts:AssumeRole'],
    roles: ['remediator', 'recorder', 'auditor'],
    because: "a hub acts as its members' roles, of its own organisation and by their names",
    isBounded: ({ resources, conditions }) =>
      resources.every((resource) => /:role\/exec-log\/[\w-]+-(read|repair)$/.test(resource)) &&
      conditions.some((condition) => /^StringEquals aws:ResourceOrgID = o-\w+$/.test(condition)),
  },
};

/** Roles by a name or path with at least three letters in one run, by a member's parameter, or by an opt-in tag. */
function isOnNamedRoles({ resources, conditions }: Pick<RoleStatement, 'resources' | 'conditions'>): boolean {
  return (
    conditions.some((condition) => /^StringEquals aws:ResourceTag\/.+ = .+$/.test(condition)) ||
    resources.every((resource) => /:role\/(<RolePatterns>$|.*[A-Za-z0-9]{3})/.test(resource))
  );
}

/** With policies under our own path and with no other, in both branches where the template decides. */
function isWithOwnPolicies(conditions: readonly string[]): boolean {
  const own = conditions.filter((condition) => {
    const [, policies] = /Arn(?:Equals|Like) iam:PolicyARN = (.+)$/.exec(condition) ?? [];
    return policies?.split(', ').every((policy) => policy.includes(':policy/exec-log/ExecLogPrepared-')) ?? false;
  });
  const isIn = (begin: string) => own.some((condition) => condition.startsWith(begin));
  return isIn('Arn') || (isIn('if not ') && own.some((condition) => /^if (?!not )/.test(condition)));
}

/** What lets a function raise its permissions, each as a sentence; nothing where all is bounded as it has to be. */
export function escalationsOf(statements: readonly RoleStatement[]): readonly string[] {
  return statements
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap((statement) => {
      const where = `${statement.role}: ${statement.sid}`;
      if (statement.isInverted) return [`${where} allows all but what it names`];
      return statement.actions.flatMap((action) => {
        if (/[*?]/.test(action)) return [`${where} allows a pattern of actions, ${action}`];
        const source = LISTED.get(action.toLowerCase());
        return source === undefined || isExcepted(statement, action)
          ? []
          : [`${where} allows ${action} on ${statement.resources.join(', ')}, see ${source}`];
      });
    });
}

function isExcepted(statement: RoleStatement, action: string): boolean {
  const exception = Object.hasOwn(EXCEPTIONS, statement.sid) ? EXCEPTIONS[statement.sid] : undefined;
  return (
    exception?.actions.includes(action) === true &&
    exception.roles.includes(statement.role) &&
    exception.isBounded(statement)
  );
}
