import { plainText } from '../messages/escape.ts';
import { invalidDocument, type UsageError } from './failures.ts';
import type { Terminal } from './terminal.ts';

const PATH_MAX = 200;

/** What the reader of account files refused, as the user's mistake. */
export function invalidAccountFile(
  file: string,
  { path, value, expectation }: { readonly path: string; readonly value: unknown; readonly expectation: string },
): UsageError {
  const found = (JSON.stringify(value) ?? 'nothing').slice(0, 80);
  return invalidDocument(`The account file ${file}`, [{ path, value: found, expectation: `expected ${expectation}` }]);
}

/** Names the keys of an account file that are not read. No error: a newer capture may hold more than this version reads. */
export function warnOfUnknownKeys(
  file: string,
  unknown: readonly { readonly path: string; readonly known: readonly string[] }[],
  { stderr }: Pick<Terminal, 'stderr'>,
): void {
  for (const { path, known } of unknown) {
    stderr.write(
      `exec-log: ${file}: ${plainText(path, PATH_MAX)} is not known and not read; known are ${known.join(', ')}\n`,
    );
  }
}
