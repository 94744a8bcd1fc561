import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf } from './failures.ts';
import { type Input, inputsIn } from './inputs.ts';
import type { Terminal } from './terminal.ts';

const unzip = promisify(gunzip);

/** A trail file holds some megabytes; what unpacks to more than this is none. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

/**
 * The inputs of all files in order, `-` being standard input. A file that cannot be read is an unreadable input like any other;
 * `warn` hears of it, and of a file without inputs, in one line each.
 */
export async function* readInputs(
  files: readonly string[],
  stdin: Terminal['stdin'],
  warn: (line: string) => void,
): AsyncGenerator<Input> {
  for (const file of files) {
    let text: string;
    try {
      text = textOf(await unpacked(file === '-' ? await standardInput(stdin) : await readFile(file)));
    } catch (error) {
      const detail = `cannot read file: ${messageOf(error)}`;
      warn(`${file}: ${detail}`);
      yield { name: file, kind: 'refusal', refusal: { code: 'not-json', detail } };
      continue;
    }
    let count = 0;
    for (const input of inputsIn(file, text)) {
      count += 1;
      yield input;
    }
    if (count === 0) warn(`${file}: holds an empty list, nothing to explain`);
  }
}

async function standardInput(stdin: Terminal['stdin']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** CloudTrail stores its files compressed. */
async function unpacked(bytes: Buffer): Promise<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? unzip(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }) : bytes;
}

/** PowerShell's `>` writes UTF-16 with a byte order mark. */
function textOf(bytes: Buffer): string {
  return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8');
}
