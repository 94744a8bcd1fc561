import fc from 'fast-check';
import { aDenialRecord, delivered } from '../support/records.ts';
import { at, linesOf, runCli } from './run-cli.ts';

const record = aDenialRecord();

/** Documents that look like what AWS gives, down to some depth, and are not. */
const hostile = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(record, delivered(record)),
    fc.record({ ...Object.fromEntries(Object.keys(record).map((key) => [key, fc.jsonValue({ maxDepth: 1 })])) }),
    fc.array(tie('document'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('Records', 'Events', 'Messages', 'detail', 'source', 'detail-type', '__proto__'),
      tie('document'),
    ),
    tie('document').map((inner) => ({ body: JSON.stringify(inner) })),
    tie('document').map((inner) => ({ CloudTrailEvent: JSON.stringify(inner) })),
  ),
})).document;

const explained = async (stdin: string) => {
  const { code, stdout } = await runCli(['explain', '-', '--json', '--mode', 'attach'], { stdin });
  return { code, lines: linesOf(stdout) };
};

describe('given any input', () => {
  it('is done or refuses, never fails: each line is one whole explanation, without a policy', async () => {
    const text = fc.oneof(
      hostile.map((document) => JSON.stringify(document) ?? ''),
      fc.array(hostile, { maxLength: 4 }).map((documents) => documents.map((one) => JSON.stringify(one)).join('\n')),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(text, async (stdin) => {
        const { code, lines } = await explained(stdin);
        const refused = lines.some((line) => at(line, 'refusal') !== null);
        expect(code).toBe(refused ? 2 : 0);
        for (const line of lines) {
          expect(Object.keys(Object(line))).toEqual([
            'input',
            'matchesRule',
            'denial',
            'refusal',
            'finding',
            'decision',
          ]);
          expect((at(line, 'denial') === null) === (at(line, 'refusal') !== null)).toBe(true);
          expect(at(line, 'decision', 'policy')).toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });
});
