import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../functions/cli/program.ts';

// As the program does, before the first command loads the SDK.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process and keeps all that it wrote. */
export async function runCli(
  argv: readonly string[],
  options: { readonly stdin?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const code = await run(argv, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    stdin: chunksOf(options.stdin ?? ''),
    environment: options.environment ?? {},
  });
  return { code, ...written };
}

async function* chunksOf(text: string): AsyncGenerator<string> {
  yield text;
}

/** The lines of a `--json` run; throws on a line that is not JSON. */
export function linesOf(stdout: string): readonly unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

/** The value at a path of keys. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    value,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'exec-log-cli-'));
let count = 0;

/** A file with this content (JSON unless it is text or bytes) under a name of its own. */
export function aFile(content: unknown, name = 'input.json'): string {
  count += 1;
  const path = join(folder, `${count}-${name}`);
  writeFileSync(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
}
