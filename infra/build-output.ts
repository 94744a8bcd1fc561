import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * Writes a built file whole or not at all, and only if it differs: tests that run side by side build the same bundles, and a
 * reader must never see half of one.
 */
export function writeBuilt(path: string, contents: Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && Buffer.compare(readFileSync(path), contents) === 0) {
    chmodSync(path, mode);
    return;
  }
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents, { mode });
  renameSync(partial, path);
}

/** The source files of which something is in the output, relative to the root; what was only looked at is not among them. */
export function bundledInputs({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return [...new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([input]) => input))].sort();
}
