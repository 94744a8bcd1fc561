import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundledInputs, writeBuilt } from './build-output.ts';
import { repositoryRoot } from './repository.ts';

/** A Lambda bundle on disk. Its handler is `index.handler`. */
export interface BuiltFunction {
  /** The folder under `functions/`. */
  readonly name: string;
  /** What the template takes as the code, absolute. */
  readonly directory: string;
  readonly file: string;
  /** esbuild's account of what went in, as JSON; not deployed. */
  readonly metafile: string;
  readonly bytes: number;
  /** The source files of which something is in it, relative to the root. */
  readonly inputs: readonly string[];
}

/** The terminal has an `index.ts` too, and is no Lambda. */
const NOT_A_LAMBDA = new Set(['cli']);

const CREDENTIALS = 'infra/environment-credentials.ts';

/**
 * Bundles the Lambda functions into `dist/functions/<name>/index.cjs`: those named, else all that are there. The same source gives
 * the same bytes, so an unchanged function is not deployed again. A name without an entry file is an error.
 */
export async function buildFunctions(options: { readonly names?: readonly string[] } = {}): Promise<BuiltFunction[]> {
  const root = repositoryRoot();
  const names = options.names ?? functionNames(root);
  return Promise.all(names.map((name) => buildFunction(root, name)));
}

function functionNames(root: string): string[] {
  return readdirSync(join(root, 'functions'))
    .filter((name) => !NOT_A_LAMBDA.has(name) && existsSync(join(root, entryOf(name))))
    .sort();
}

function entryOf(name: string): string {
  return `functions/${name}/index.ts`;
}

async function buildFunction(root: string, name: string): Promise<BuiltFunction> {
  if (!existsSync(join(root, entryOf(name)))) {
    throw new Error(`There is no ${entryOf(name)} to build.`);
  }
  const directory = join(root, 'dist', 'functions', name);
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entryOf(name)],
    outfile: `dist/functions/${name}/index.cjs`,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    // A static ESM import of `node:http` costs 30 ms of every cold start.
    format: 'cjs',
    // The SDK's ES modules can be shaken, its CommonJS cannot: half the bytes. `conditions` stays unset: naming any would take
    // the `module` condition away.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    // Lambda gives credentials in the environment; SSO, profiles, processes and metadata services are dead weight there.
    alias: { '@aws-sdk/credential-provider-node': join(root, CREDENTIALS) },
    logLevel: 'silent',
  });
  const code = result.outputFiles[0];
  if (code === undefined) throw new Error(`esbuild gave no output for ${entryOf(name)}.`);
  const file = join(directory, 'index.cjs');
  const metafile = join(directory, 'meta.json');
  writeBuilt(file, code.contents);
  writeBuilt(metafile, Buffer.from(`${JSON.stringify(result.metafile)}\n`));
  return {
    name,
    directory,
    file,
    metafile,
    bytes: code.contents.byteLength,
    inputs: bundledInputs(result.metafile),
  };
}
