import type { RemediationPolicy } from '../domain/decision.ts';
import { plainText } from './escape.ts';
import {
  cdkPatch,
  cloudFormationPatch,
  cloudFormationStatements,
  permanentPolicyName,
  terraformPatch,
} from './infrastructure-patch.ts';

/** The languages in which a repair is given, in the order in which they are printed. */
export const PATCH_LANGUAGES = ['cloudformation', 'terraform', 'cdk'] as const;

export type PatchLanguage = (typeof PATCH_LANGUAGES)[number];

/** What a role lacks, and the CloudFormation stack that owns the role, where one is known. */
export interface RoleRepair {
  readonly policy: RemediationPolicy;
  readonly stackName: string | null;
}

const STACK_MAX = 200;
const ROLE_MAX = 64;

interface Language {
  readonly title: string;
  readonly comment: string;
  readonly extension: string;
  readonly render: (repair: RoleRepair) => string;
}

const LANGUAGES: Readonly<Record<PatchLanguage, Language>> = {
  cloudformation: {
    title: 'CloudFormation',
    comment: '#',
    extension: 'yaml',
    // A policy beside the stack's own would be one more owner of the role's permissions.
    render: ({ policy, stackName }) =>
      stackName === null ? cloudFormationPatch(policy, distinctionOf(policy)) : cloudFormationStatements(policy),
  },
  terraform: {
    title: 'Terraform',
    comment: '#',
    extension: 'tf',
    render: ({ policy }) => terraformPatch(policy, distinctionOf(policy)),
  },
  cdk: {
    title: 'CDK (TypeScript)',
    comment: '//',
    extension: 'ts',
    render: ({ policy }) => cdkPatch(policy, distinctionOf(policy)),
  },
};

/** The repair as code of one language, under comments that say where it belongs. Ends with a line feed, as a file does. */
export function patchIn(language: PatchLanguage, repair: RoleRepair): string {
  const { title, comment, render } = LANGUAGES[language];
  const heading = [`${title}: ${whoseCode(repair)}`, ...whereItGoes(language, repair)];
  return [...heading.map((line) => `${comment} ${line}`), render(repair), ''].join('\n');
}

/** The file that the patch is written to: the same for the same role, Region and language. */
export function patchFileName(language: PatchLanguage, { policy }: Pick<RoleRepair, 'policy'>): string {
  // What IAM allows in a role's name, and nothing that a path could be made of.
  const safe = policy.roleName.replace(/[^\w+=,.@-]/g, '_');
  return `${safe}.${permanentPolicyName(policy)}.${LANGUAGES[language].extension}`;
}

function distinctionOf(policy: RemediationPolicy): string {
  return `${policy.roleName} ${permanentPolicyName(policy).replace(/^ExecSessionLogs-/, '')}`;
}

function whoseCode({ policy }: RoleRepair): string {
  return `what the role ${plainText(policy.roleName, ROLE_MAX)} lacks to deliver its logs.`;
}

function whereItGoes(language: PatchLanguage, { stackName }: RoleRepair): readonly string[] {
  if (stackName === null)
    return ['If the code of the role lists its inline policies itself, add the statements there.'];
  const stack = `The role belongs to stack ${plainText(stackName, STACK_MAX)}:`;
  return language === 'cloudformation'
    ? [
        `${stack} append the statements to the PolicyDocument of a policy of the role in that stack's`,
        "template (an AWS::IAM::Policy or AWS::IAM::RolePolicy, or an entry of the role's Policies), not beside it.",
      ]
    : [`${stack} use this only if that stack is made by this code; otherwise change the stack's template.`];
}
