import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { sha256 } from '../adapters/digest.ts';
import { captureAccount } from '../flow/capture.ts';
import { maskAccount } from '../flow/capture-mask.ts';
import { asciiJson } from '../messages/escape.ts';
import { readIdentity } from './capture-identity.ts';
import { createCaptureSources } from './capture-sources.ts';
import { configuredRegion } from './configured-region.ts';
import { messageOf, UsageError } from './failures.ts';
import { progressOn } from './progress.ts';
import { readPeriod } from './report-period.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface CaptureOptions {
  readonly cluster?: readonly string[];
  readonly region?: string;
  readonly since?: string;
  readonly out?: string;
  readonly mask?: boolean;
}

/** As far back as CloudTrail's event history goes. */
const HISTORY_DAYS = 90;
const DAY_MILLISECONDS = 24 * 3_600_000;
const SALT_BYTES = 32;

/** Writes the account of the standard credential chain, in one Region, as an account file. Done also where something had to be left out. */
export async function capture(options: CaptureOptions, terminal: Terminal): Promise<number> {
  const now = new Date();
  const yesterday = (until: Date) => new Date(until.getTime() - DAY_MILLISECONDS);
  const { since, until } = readPeriod({ since: options.since }, yesterday, now, HISTORY_DAYS);
  const region = await configuredRegion(options.region);
  const identity = await readIdentity(region);
  const endpointUrl = terminal.environment['AWS_ENDPOINT_URL'] || process.env['AWS_ENDPOINT_URL'];
  const progress = progressOn(terminal, 'readings');
  const sources = createCaptureSources({ region, account: identity.account, endpointUrl, step: progress.step });
  let captured: Awaited<ReturnType<typeof captureAccount>>;
  try {
    const wanted = {
      ...identity,
      region,
      clusters: options.cluster ?? null,
      from: new Date(since),
      to: new Date(until),
    };
    captured = await captureAccount(wanted, sources, progress.step);
  } finally {
    progress.end();
  }
  for (const line of captured.gaps) terminal.stderr.write(`exec-log: ${line}\n`);
  const file =
    options.mask === true ? maskAccount(captured.file, sha256, randomBytes(SALT_BYTES).toString('hex')) : captured.file;
  await write(`${asciiJson(file, 2)}\n`, options.out, terminal);
  return EXIT.done;
}

async function write(text: string, file: string | undefined, { stdout }: Terminal): Promise<void> {
  if (file === undefined) {
    stdout.write(text);
    return;
  }
  try {
    // Names and policies of an account are for the person who captured them.
    await writeFile(file, text, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`--out: cannot write ${file}: ${messageOf(error)}`);
  }
}
