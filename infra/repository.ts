import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGE = 'exec-log';

/**
 * The directory of this clone: upwards from this file where the module system says where it lies (CommonJS and the terminal's
 * bundle), else from the working directory. Throws outside a clone.
 */
export function repositoryRoot(): string {
  const start = typeof __dirname === 'string' ? __dirname : process.cwd();
  for (let folder = start; ; folder = dirname(folder)) {
    if (isRoot(folder)) return folder;
    if (dirname(folder) === folder) throw new Error(`No clone of ${PACKAGE} lies at or above ${start}.`);
  }
}

function isRoot(folder: string): boolean {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest) || !existsSync(join(folder, 'infra'))) return false;
  const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof content === 'object' && content !== null && Reflect.get(content, 'name') === PACKAGE;
}
