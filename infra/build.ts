/**
 * The one build of this project, shared by `npm start`, the tests, `prepare` and the template:
 * `node --import tsx infra/build.ts [cli|functions|all] [--quiet]`.
 */

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildCli, CLI_ENTRY } from './build-cli.ts';
import { buildFunctions } from './build-functions.ts';
import { repositoryRoot } from './repository.ts';

export { type BuiltCli, buildCli } from './build-cli.ts';
export { type BuiltFunction, buildFunctions } from './build-functions.ts';

const TARGETS = ['cli', 'functions', 'all'] as const;

async function main(args: readonly string[]): Promise<number> {
  const say = args.includes('--quiet') ? () => {} : (line: string) => console.log(line);
  const wanted = args.filter((argument) => argument !== '--quiet');
  const target = TARGETS.find((known) => known === (wanted[0] ?? 'all'));
  if (target === undefined || wanted.length > 1) {
    console.error(`usage: infra/build.ts [${TARGETS.join('|')}] [--quiet]`);
    return 2;
  }
  if (target !== 'cli') {
    for (const { name, bytes } of await buildFunctions()) {
      say(`Built dist/functions/${name}/index.cjs (${kilobytes(bytes)}).`);
    }
  }
  if (target === 'cli' || (target === 'all' && existsSync(join(repositoryRoot(), CLI_ENTRY)))) {
    const { bytes } = await buildCli();
    say(`Built dist/cli/exec-log.mjs (${kilobytes(bytes)}).`);
  }
  return 0;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} KB`;
}

// Neither `require.main` nor `import.meta` exists in all three module systems that load this file.
const script = process.argv[1] ?? '';
if (basename(script) === 'build.ts' && basename(dirname(script)) === 'infra') {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
