import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from './failures.ts';

/** A file to be written, and its text. */
export interface CodeFile {
  readonly name: string;
  readonly text: string;
}

/** What became of the files: `kept` have the text already, `different` hold something else and were not touched. */
export interface WrittenFiles {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly different: readonly string[];
}

/** Writes each file that is not there yet into a folder, which is made if need be. Never changes one that is. */
export async function writeCodeFiles(folder: string, files: readonly CodeFile[]): Promise<WrittenFiles> {
  const written: string[] = [];
  const kept: string[] = [];
  const different: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const { name, text } of files) {
      const path = join(folder, name);
      const standing = await readIfThere(path);
      if (standing === null) {
        // Fails if somebody made the file in between.
        await writeFile(path, text, { flag: 'wx' });
        written.push(path);
      } else {
        (standing === text ? kept : different).push(path);
      }
    }
  } catch (error) {
    throw new UsageError(`--write: cannot write into ${folder}: ${messageOf(error)}`);
  }
  return { written, kept, different };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // Told by its member: an error of Node's own may come from another realm.
    if (typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ENOENT') return null;
    throw error;
  }
}
