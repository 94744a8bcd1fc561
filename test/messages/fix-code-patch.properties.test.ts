import * as fc from 'fast-check';
import type { RemediationPolicy } from '../../functions/domain/decision.ts';
import { PATCH_LANGUAGES, patchFileName, patchIn } from '../../functions/messages/fix-code-patch.ts';
import { permanentPolicyName } from '../../functions/messages/infrastructure-patch.ts';
import { validWorld } from '../support/arbitrary-world.ts';
import { findingOf } from '../support/world.ts';
import { asCdkWrites, readCloudFormation, readStatements, readTerraform, runAsCdk } from './patch-readers.ts';

// Each run synthesises two stacks.
const RUNS = { numRuns: 60 };

/** The planned repair of whatever finding, with the place that it is for. */
const anyRepair = validWorld
  .map((world) => ({ policy: findingOf(world).repair?.policy ?? null, denial: world.denial }))
  .filter(({ policy }) => policy !== null);

const policyOf = ({ policy }: { readonly policy: RemediationPolicy | null }): RemediationPolicy => {
  if (policy === null) throw new Error('no repair');
  return policy;
};

/** What a patch grants, as action and resource. */
function grantsOf(document: unknown): readonly string[] {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
  const member = (value: unknown, name: string) => list(Reflect.get(Object(value), name));
  return member(document, 'Statement').flatMap((statement) =>
    member(statement, 'Action').flatMap((action) =>
      member(statement, 'Resource').map((resource) => `${String(action)} ${String(resource)}`),
    ),
  );
}

describe('given the repair of any finding', () => {
  it('says in each language exactly what the repair says', () => {
    fc.assert(
      fc.property(anyRepair, (found) => {
        const policy = policyOf(found);
        const repair = { policy, stackName: null };
        const made = { roleName: policy.roleName, policyName: permanentPolicyName(policy), document: policy.document };
        expect(readCloudFormation(patchIn('cloudformation', repair))).toEqual(made);
        expect(readTerraform(patchIn('terraform', repair))).toEqual(made);
        expect(runAsCdk(patchIn('cdk', repair))).toEqual({ ...made, document: asCdkWrites(policy.document) });
        const owned = patchIn('cloudformation', { policy, stackName: 'stack' });
        expect(readStatements(owned)).toEqual(policy.document.Statement);
      }),
      RUNS,
    );
  });

  it('grants the listed actions in the account, Region and partition of the denial, and nothing else', () => {
    fc.assert(
      fc.property(anyRepair, (found) => {
        const repair = { policy: policyOf(found), stackName: null };
        const { partition, region, account } = found.denial;
        const allowed = new RegExp(
          `^(logs:(CreateLogStream|PutLogEvents|DescribeLogStreams|DescribeLogGroups|CreateLogGroup) ` +
            `arn:${partition}:logs:${region}:${account}:log-group:([^*?$:]+:(log-stream:ecs-execute-command-)?)?[*]` +
            `|s3:PutObject arn:${partition}:s3:::[^*?$:]+/ecs-execute-command-[*]` +
            `|s3:GetEncryptionConfiguration arn:${partition}:s3:::[^*?$:/]+` +
            `|kms:(Decrypt|GenerateDataKey) arn:${partition}:kms:${region}:${account}:key/[^*?$:/]+)$`,
        );
        const documents = [
          readCloudFormation(patchIn('cloudformation', repair)),
          readTerraform(patchIn('terraform', repair)),
          runAsCdk(patchIn('cdk', repair)),
        ].map(({ document }) => document);
        for (const grant of documents.flatMap(grantsOf)) expect(grant).toMatch(allowed);
      }),
      RUNS,
    );
  });

  it('goes into a file of its own for each language, whose name is no path', () => {
    fc.assert(
      fc.property(anyRepair, (found) => {
        const names = PATCH_LANGUAGES.map((language) => patchFileName(language, { policy: policyOf(found) }));
        expect(new Set(names).size).toBe(PATCH_LANGUAGES.length);
        expect(names.filter((name) => !/^[\w+=,.@-]+$/.test(name))).toEqual([]);
      }),
      RUNS,
    );
  });
});
