import { simulateCalls } from '../../functions/flow/simulate-calls.ts';
import type { IamReader } from '../../functions/ports.ts';
import { ROLE_ARN, read } from '../support/builders.ts';
import { BUCKET_KEY_ARN, KEY_ARN } from '../support/other-signals.ts';

const VIA = 's3.eu-central-1.amazonaws.com';

/** A simulation whose policies ask for these keys, whichever call is asked about: AWS lists them for all. */
const asking = (missingContextValues: readonly string[]): Pick<IamReader, 'simulate'> => ({
  simulate: async ({ pairs }) =>
    read(
      pairs.map((pair) => ({
        ...pair,
        allowed: true,
        explicitDeny: false,
        deniedByOrganization: false,
        deniedByBoundary: false,
        missingContextValues,
      })),
    ),
});

describe('given a policy that asks for kms:ViaService', () => {
  const calls = [
    { action: 'kms:Decrypt', resource: KEY_ARN },
    { action: 'kms:GenerateDataKey', resource: BUCKET_KEY_ARN, viaService: VIA },
  ];
  const missed = async (missing: readonly string[]) => {
    const answer = await simulateCalls(
      calls,
      { roleArn: ROLE_ARN, context: {}, additionalPolicy: null },
      asking(missing),
    );
    return answer.kind === 'read' ? answer.value.map((call) => call.missingContextValues) : answer;
  };

  it("does not miss it in the role's own call, which has none", async () => {
    expect(await missed(['kms:ViaService'])).toEqual([[], ['kms:ViaService']]);
  });

  it('misses every other key', async () => {
    expect(await missed(['kms:ViaService', 'aws:SourceVpc'])).toEqual([
      ['aws:SourceVpc'],
      ['kms:ViaService', 'aws:SourceVpc'],
    ]);
  });
});
