import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf, violationsOf } from './support/house-rules.ts';

const TOP = join(__dirname, '..');

const ALLOWED_AT_TOP = new Set([
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  'functions',
  'infra',
  'test',
  'events',
  'README.md',
  'LICENSE',
  // Made by npm and by our own scripts, never committed.
  'node_modules',
  'dist',
  'cdk.out',
  'coverage',
  'reports',
]);

/** Drawers: names that say nothing of what is inside. */
const DRAWER = /^(utils?|helpers?|commons?|shared|types?|constants?|misc)(\.|$)/i;

const pathsBelow = (folder: string): string[] =>
  readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
    join(folder, path).replaceAll('\\', '/'),
  );

const paths = ['functions', 'infra', 'test'].flatMap(pathsBelow);
const sources = paths.filter((path) => /\.[cm]?tsx?$/.test(path) && !path.endsWith('.d.ts'));

describe('given the files of the house', () => {
  it('finds them', () => {
    expect(sources).toEqual(expect.arrayContaining(['functions/ports.ts', 'test/house.test.ts']));
  });

  it('keeps the top level to what the owner fixed', () => {
    const atTop = readdirSync(TOP).filter((name) => !name.startsWith('.') && !name.endsWith('.log'));
    expect(atTop.filter((name) => !ALLOWED_AT_TOP.has(name))).toEqual([]);
  });

  it('has no drawers', () => {
    expect(paths.filter((path) => path.split('/').some((segment) => DRAWER.test(segment)))).toEqual([]);
  });

  it('imports in one direction, and reads clock and environment only where it may', () => {
    expect(sources.flatMap((path) => violationsOf(path, readFileSync(join(TOP, path), 'utf8')))).toEqual([]);
  });
});

describe('given a source that breaks a rule', () => {
  it.each([
    { path: 'functions/domain/a.ts', source: "import { b } from '../flow/b.ts';" },
    { path: 'functions/domain/a.ts', source: "import type { B } from '../ports.ts';" },
    { path: 'functions/domain/a.ts', source: "import * as z from 'zod';" },
    { path: 'functions/domain/a.ts', source: "import { createHash } from 'node:crypto';" },
    { path: 'functions/domain/a.ts', source: 'const now = new Date();' },
    { path: 'functions/domain/a.ts', source: 'const now = Date.now();' },
    { path: 'functions/domain/a.ts', source: 'const mode = process.exitCode;' },
    { path: 'functions/domain/a.ts', source: "const late = await import('node:fs');" },
    { path: 'functions/flow/a.ts', source: "import { b } from '../adapters/aws/b.ts';" },
    { path: 'functions/flow/a.ts', source: "import { LOG_CODES } from '../telemetry/log-codes.ts';" },
    { path: 'functions/flow/a.ts', source: "import { IAMClient } from '@aws-sdk/client-iam';" },
    { path: 'functions/messages/a.ts', source: "import { b } from '../flow/b.ts';" },
    { path: 'functions/adapters/aws/a.ts', source: "export { b } from '../../flow/b.ts';" },
    { path: 'functions/adapters/aws/a.ts', source: "const region = process.env['AWS_REGION'];" },
    { path: 'functions/adapters/aws/a.ts', source: 'const { env } = process;' },
    { path: 'functions/recorder/handler.ts', source: "import { b } from '../adapters/aws/b.ts';" },
    { path: 'functions/recorder/handler.ts', source: "import { createDependencies } from './dependencies.ts';" },
    { path: 'functions/recorder/handler.ts', source: "import { handler } from './index.ts';" },
    { path: 'functions/recorder/handler.ts', source: "import { b } from '../remediator/report.ts';" },
    { path: 'functions/recorder/dependencies.ts', source: "import { createHandler } from './handler.ts';" },
    { path: 'functions/recorder/index.ts', source: "import { b } from '../adapters/aws/b.ts';" },
    { path: 'functions/cli/explain.ts', source: "const { b } = await import('../../test/simulated-account/b.ts');" },
    { path: 'functions/cli/explain.ts', source: "import { createHandler } from '../remediator/handler.ts';" },
    { path: 'functions/cli/explain.ts', source: "import { b } from '@cloud-copilot/iam-simulate';" },
    { path: 'functions/domain/a.ts', source: "import { b } from '../../infra/b.ts';" },
    { path: 'infra/a.ts', source: "import { b } from '../functions/flow/b.ts';" },
    { path: 'infra/a.ts', source: "import { b } from '../test/b.ts';" },
    { path: 'test/a.test.ts', source: "import { handler } from '../functions/recorder/index.ts';" },
    { path: 'functions/loose.ts', source: '' },
  ])('names it: $path with $source', ({ path, source }) => {
    expect(violationsOf(path, source)).toHaveLength(1);
  });
});

describe('given a source that keeps the rules', () => {
  it.each([
    { path: 'functions/domain/a.ts', source: "import * as z from 'zod/mini';\nconst then = new Date(time);" },
    { path: 'functions/domain/a.ts', source: '/** Never new Date() or process.env here. */\n// Date.now() neither\n' },
    { path: 'functions/flow/a.ts', source: "import type { Journal } from '../ports.ts';" },
    { path: 'functions/recorder/handler.ts', source: "import { type RecorderDependencies } from './dependencies.ts';" },
    { path: 'functions/recorder/index.ts', source: 'const environment = process.env;' },
    { path: 'functions/cli/simulated.ts', source: "await import('../../test/simulated-account/b.ts');" },
    { path: 'infra/a.ts', source: "import { METRICS } from '../functions/telemetry/metric-names.ts';" },
    { path: 'infra/a.ts', source: "import { TABLE_KEYS } from '../functions/adapters/aws/table-keys.ts';" },
  ])('accepts $path with $source', ({ path, source }) => {
    expect(violationsOf(path, source)).toEqual([]);
  });

  it('reads every form of import', () => {
    const source = [
      "import a, {\n  b,\n} from './a.ts';",
      "import type { C } from './c.ts';",
      "import { type D, type E } from './d.ts';",
      "export * from './e.ts';",
      "import './f.ts';",
      "const g = import('./g.ts');",
    ].join('\n');
    expect(importsOf(source)).toEqual([
      { specifier: './a.ts', typeOnly: false },
      { specifier: './c.ts', typeOnly: true },
      { specifier: './d.ts', typeOnly: true },
      { specifier: './e.ts', typeOnly: false },
      { specifier: './f.ts', typeOnly: false },
      { specifier: './g.ts', typeOnly: false },
    ]);
  });
});
