import type { RemediationPolicy } from '../domain/decision.ts';
import { markdownBlock, markdownCode } from './escape.ts';
import { cdkPatch, cloudFormationPatch, terraformPatch } from './infrastructure-patch.ts';

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

/** The policy in every language that has room in `max` characters; half a policy would be worse than none, so none is ever cut. */
export function patchesOf(policy: RemediationPolicy, stackName: string | null, max: number): string {
  const heading = ['## The permission as code', whereItBelongs(policy, stackName)].join('\n');
  let text = heading;
  const left: string[] = [];
  for (const patch of PATCHES) {
    const block = `\n\n${patch.title}:\n${markdownBlock(patch.language, patch.render(policy))}`;
    if (text.length + block.length + ROOM_FOR_NOTE <= max) {
      text += block;
    } else {
      left.push(patch.title);
    }
  }
  const note = left.length === 0 ? '' : `\n\nToo long to show here: ${left.join(', ')}.`;
  const whole = `${text}${note}`;
  return whole.length <= max ? whole : '';
}

/** The longest note that something was left out. */
const ROOM_FOR_NOTE = 60;

function whereItBelongs(policy: RemediationPolicy, stackName: string | null): string {
  const role = markdownCode(policy.roleName, 100);
  return stackName === null
    ? `For the code that owns the role ${role}. If that code lists the role's inline policies itself, add the statements there.`
    : `The role ${role} belongs to stack ${markdownCode(stackName, 200)}: add the statements to a policy of the role in that ` +
        "stack's own template, not beside it; a policy that the stack does not know blocks the stack's deletion.";
}
