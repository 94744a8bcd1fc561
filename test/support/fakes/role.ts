import { canonicalJson } from '../../../functions/domain/canonical.ts';
import type { RemediationPolicy } from '../../../functions/domain/decision.ts';
import type { ObservedInlinePolicy, ObservedRole, Reading } from '../../../functions/domain/observation.ts';
import type {
  IamReader,
  RolePolicyWriter,
  RoleSnapshot,
  SimulationQuery,
  WriteResult,
} from '../../../functions/ports.ts';
import { digestOf } from '../digest.ts';

/** One role with state, read by the observer and written by the act step. */
export class FakeRole implements IamReader, RolePolicyWriter {
  role: ObservedRole;
  /** What AWS answers to the next writes; written where empty. */
  readonly writeAnswers: WriteResult[] = [];
  puts: RemediationPolicy[] = [];
  deletes: string[] = [];
  /** The ARN of the role that each write was asked for. */
  readonly writtenTo: string[] = [];
  /** Reads that still see the state before the last write: IAM is eventually consistent. */
  staleReads = 0;
  beforeSnapshot: () => unknown = () => undefined;

  constructor(role: ObservedRole) {
    this.role = role;
  }

  async findRole(): Promise<Reading<ObservedRole>> {
    return { kind: 'read', value: this.role };
  }

  /** Denied unless some inline policy or the additional one names the action and a prefix of the resource. */
  async simulate({ pairs, additionalPolicy, namesPolicies }: SimulationQuery) {
    const documents = [...this.role.inlinePolicies.map((policy) => policy.document), additionalPolicy ?? ''];
    return {
      kind: 'read' as const,
      value: pairs.map(({ action, resource }) => ({
        action,
        resource,
        allowed: documents.some((document) => document.includes(`"${action}"`)),
        explicitDeny: false,
        deniedByOrganization: false,
        deniedByBoundary: false,
        missingContextValues: [],
        ...(namesPolicies && { matchedPolicies: this.policiesNaming(action) }),
      })),
    };
  }

  /** As IAM names them. */
  private policiesNaming(action: string): readonly string[] {
    const { roleName, inlinePolicies } = this.role;
    return inlinePolicies
      .filter(({ document }) => document.includes(`"${action}"`))
      .map(({ name }) => `role_${roleName}_${name}`);
  }

  async readRole(): Promise<Reading<RoleSnapshot>> {
    this.beforeSnapshot();
    return { kind: 'read', value: this.role };
  }

  async readPolicy(_roleName: string, policyName: string): Promise<Reading<ObservedInlinePolicy>> {
    if (this.staleReads > 0) {
      this.staleReads -= 1;
      return { kind: 'absent' };
    }
    const policy = this.role.inlinePolicies.find((candidate) => candidate.name === policyName);
    return policy === undefined ? { kind: 'absent' } : { kind: 'read', value: policy };
  }

  async putPolicy(policy: RemediationPolicy, roleArn = ''): Promise<WriteResult> {
    this.writtenTo.push(roleArn);
    const answer = this.writeAnswers.shift() ?? { kind: 'written' };
    if (answer.kind === 'written') {
      this.puts.push(policy);
      this.replace(policy.policyName, JSON.stringify(policy.document));
    }
    return answer;
  }

  async deletePolicy(_roleName: string, policyName: string, roleArn = ''): Promise<WriteResult> {
    this.writtenTo.push(roleArn);
    this.deletes.push(policyName);
    this.role = { ...this.role, inlinePolicies: this.role.inlinePolicies.filter(({ name }) => name !== policyName) };
    return { kind: 'written' };
  }

  /** What somebody else, or IAM, makes of an inline policy. */
  replace(name: string, document: string): void {
    const hash = digestOf(canonicalJson(JSON.parse(document)));
    const others = this.role.inlinePolicies.filter((policy) => policy.name !== name);
    this.role = { ...this.role, inlinePolicies: [...others, { name, document, hash }] };
  }
}
