import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundledInputs, writeBuilt } from './build-output.ts';
import { repositoryRoot } from './repository.ts';

/** The terminal on disk. */
export interface BuiltCli {
  /** The executable, absolute. */
  readonly file: string;
  /** All its files together. */
  readonly bytes: number;
  /** The source files of which something is in it, relative to the root. */
  readonly inputs: readonly string[];
}

export const CLI_ENTRY = 'functions/cli/index.ts';

const SHEBANG = '#!/usr/bin/env node\n';

/** What only a clone has: the simulated account's simulator (AGPL, never in a bundle), its store, and the template's tools. */
const ONLY_IN_A_CLONE = ['@cloud-copilot/*', 'dynalite', 'aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'tsx'];

/** CommonJS packages in an ES module ask for `require` and for the folder that they lie in. */
const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { dirname as __dirnameOf } from 'node:path';",
  "import { fileURLToPath as __pathOf } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __pathOf(import.meta.url);',
  'const __dirname = __dirnameOf(__filename);',
].join('\n');

/**
 * Bundles the terminal into `dist/cli/exec-log.mjs` and chunks beside it, so that `explain` without an account loads no SDK and no
 * simulated account.
 */
export async function buildCli(): Promise<BuiltCli> {
  const root = repositoryRoot();
  if (!existsSync(join(root, CLI_ENTRY))) throw new Error(`There is no ${CLI_ENTRY} to build.`);
  const result = await build({
    absWorkingDir: root,
    entryPoints: { 'exec-log': CLI_ENTRY },
    outdir: 'dist/cli',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    // Names stay, so that the stack of an internal error can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    external: [...ONLY_IN_A_CLONE, ...ONLY_IN_A_CLONE.filter((name) => !name.endsWith('*')).map((name) => `${name}/*`)],
    banner: { js: BANNER },
    logLevel: 'silent',
  });
  const executable = join(root, 'dist', 'cli', 'exec-log.mjs');
  for (const { path, contents } of result.outputFiles) {
    if (path !== executable) writeBuilt(path, contents);
  }
  // Last, because it names the chunks.
  for (const { path, text } of result.outputFiles) {
    if (path === executable) writeBuilt(path, Buffer.from(`${SHEBANG}${text.replace(/^#!.*\n/, '')}`), 0o755);
  }
  removeStaleChunks(join(root, 'dist', 'cli', 'chunks'), new Set(result.outputFiles.map(({ path }) => path)));
  return {
    file: executable,
    bytes: result.outputFiles.reduce((sum, { contents }) => sum + contents.byteLength, 0),
    inputs: bundledInputs(result.metafile),
  };
}

function removeStaleChunks(folder: string, built: ReadonlySet<string>): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!built.has(path) && name.endsWith('.mjs')) rmSync(path, { force: true });
  }
}
