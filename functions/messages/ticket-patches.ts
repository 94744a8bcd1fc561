import type { RemediationPolicy } from '../domain/decision.ts';
import { markdownBlock, markdownCode } from './escape.ts';
import { cdkPatch, cloudFormationPatch, terraformPatch } from './infrastructure-patch.ts';
import type { PatchPhrases, Phrases } from './phrases/phrases.ts';

interface Patch {
  readonly title: string;
  readonly language: string;
  readonly render: (policy: RemediationPolicy) => string;
}

const PATCHES: readonly Patch[] = [
  { title: 'CloudFormation', language: 'yaml', render: cloudFormationPatch },
  { title: 'Terraform', language: 'hcl', render: terraformPatch },
  { title: 'CDK', language: 'ts', render: cdkPatch },
];

const STACK_MAX = 200;

/** The policy in every language that has room in `max` characters; half a policy would be worse than none, so none is ever cut. */
export function patchesOf(
  policy: RemediationPolicy,
  stackName: string | null,
  max: number,
  { patches: words }: Phrases,
): string {
  let text = [`## ${words.heading}`, whereItBelongs(policy, stackName, words)].join('\n');
  const left: string[] = [];
  for (const patch of PATCHES) {
    const block = `\n\n${patch.title}:\n${markdownBlock(patch.language, patch.render(policy))}`;
    if (text.length + block.length + ROOM_FOR_NOTE <= max) {
      text += block;
    } else {
      left.push(patch.title);
    }
  }
  const note = left.length === 0 ? '' : `\n\n${words.tooLong(left.join(', '))}`;
  const whole = `${text}${note}`;
  return whole.length <= max ? whole : '';
}

/** The longest note that something was left out. */
const ROOM_FOR_NOTE = 60;

function whereItBelongs({ roleName }: RemediationPolicy, stackName: string | null, words: PatchPhrases): string {
  const role = markdownCode(roleName, 100);
  return stackName === null ? words.ofRole(role) : words.ofStack(role, markdownCode(stackName, STACK_MAX));
}

/** Of a policy of ours that stands: which code of others takes it off again, and which trips over it. */
export function exclusiveWarningOf(stackName: string | null, isPrepared: boolean, { patches: words }: Phrases): string {
  // A role of a stack is not Terraform's as well.
  const lines =
    stackName === null
      ? [isPrepared ? words.terraformAttached : words.terraform, words.cloudFormation(null)]
      : [words.cloudFormation(markdownCode(stackName, STACK_MAX))];
  return [`## ${words.exclusive}`, ...lines.map((line) => `- ${line}`)].join('\n');
}

/** Of a policy of ours that somebody else took off: who it was, most likely, and where that can be seen. */
export function removalCauseOf(stackName: string | null, isPrepared: boolean, { patches: words }: Phrases): string {
  const [terraform, resource, event] = isPrepared
    ? [words.likelyTerraformAttached, '`aws_iam_role_policy_attachments_exclusive`', '`DetachRolePolicy`']
    : [words.likelyTerraform, '`aws_iam_role_policies_exclusive`', '`DeleteRolePolicy`'];
  const likely = stackName === null ? terraform : words.likelyOfStack(markdownCode(stackName, STACK_MAX), resource);
  return [`## ${words.likelyCause}`, likely, words.whoRemoved(event)].join('\n');
}
