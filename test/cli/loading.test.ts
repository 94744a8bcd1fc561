import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { VERSION } from '../../functions/cli/version.ts';
import { at } from './run-cli.ts';

const TOP = resolve(__dirname, '../..');
const STATIC_IMPORT = /^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)';/gm;

/** Everything that loading a module loads with it: files by their path from the top, packages by their name. */
function loadedWith(path: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(path)) return known;
  known.add(path);
  for (const [, specifier = ''] of readFileSync(join(TOP, path), 'utf8').matchAll(STATIC_IMPORT)) {
    if (specifier.startsWith('.')) loadedWith(relative(TOP, join(TOP, dirname(path), specifier)), known);
    else known.add(specifier);
  }
  return known;
}

const sdk = (loaded: ReadonlySet<string>) =>
  [...loaded].filter((name) => /^@(aws-sdk|smithy|aws-lambda-powertools)\//.test(name));

describe('given the start of the program', () => {
  it.each(['index', 'program', 'explain'])('loads neither SDK nor simulated account with %s', (name) => {
    const loaded = loadedWith(`functions/cli/${name}.ts`);
    expect([sdk(loaded), [...loaded].filter((path) => path.startsWith('test/'))]).toEqual([[], []]);
    expect(loaded.size).toBeGreaterThan(4);
  });

  it('sees an SDK where there is one', () => {
    expect(sdk(loadedWith('functions/cli/live.ts'))).toContain('@aws-sdk/client-iam');
  });

  it('knows the version of the package', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8'));
    expect(at(manifest, 'version')).toBe(VERSION);
  });
});

describe('given the live account', () => {
  it('is read-only by construction: nothing that writes to AWS is loaded but the table of the ledger', () => {
    const writers = [...loadedWith('functions/cli/live.ts')].filter(
      (path) =>
        existsSync(join(TOP, path)) &&
        /new (Put|Delete|Update|Create|Send|Attach)\w*Command/.test(readFileSync(join(TOP, path), 'utf8')),
    );
    // The table writes and reads; the ports that `live.ts` takes of it only read.
    expect(writers).toEqual(['functions/adapters/aws/table.ts']);
  });
});
