import type { Rules } from '../domain/mode.ts';
import { parseClusterArn } from '../domain/task.ts';
import { asciiJson, plainText } from '../messages/escape.ts';
import { PATCH_LANGUAGES, type PatchLanguage, patchFileName, patchIn } from '../messages/fix-code-patch.ts';
import { FailureError, UsageError } from './failures.ts';
import { fixOfDenial } from './fix-code-denials.ts';
import { type CodeFile, writeCodeFiles } from './fix-code-files.ts';
import { mergedByRole, type RoleFix } from './fix-code-repair.ts';
import { type AskedTask, fixOfTask } from './fix-code-task.ts';
import { type FixCodeWorld, openFixCodeWorld } from './fix-code-world.ts';
import { progressOn } from './progress.ts';
import { readInputs } from './read-files.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { readRules } from './terminal-rules.ts';

export interface FixCodeOptions {
  readonly account?: string;
  readonly live?: boolean;
  readonly cluster?: string;
  readonly task?: string;
  readonly container?: string;
  readonly settings?: string;
  readonly format: 'all' | PatchLanguage;
  readonly write?: string;
  readonly json?: boolean;
}

const MILLISECONDS_PER_MINUTE = 60_000;
const TEXT_MAX = 500;

/** What was found, and the worst exit code on the way to it. */
interface Found {
  readonly fixes: readonly RoleFix[];
  readonly exitCode: number;
}

/**
 * Prints, or writes into files, what the code of each role should say. Findings where somebody else has to act, where there is
 * nothing to be found, or where a file holds something else.
 */
export async function fixCode(files: readonly string[], options: FixCodeOptions, terminal: Terminal): Promise<number> {
  const asked = askedTask(files, options);
  const cluster = asked === null ? null : parseClusterArn(asked.cluster);
  // The mode says what exec-log may do; what a team's own code may do, it does not.
  const rules = await readRules({ ...options, mode: 'attach' }, terminal.environment);
  const opened = await openFixCodeWorld(options, cluster?.region, terminal);
  let found: Found;
  try {
    found =
      asked === null
        ? await fromDenials(files, rules, options, opened, terminal)
        : await fromTask(asked, rules, opened);
  } finally {
    await opened.world.close();
  }
  const fixes = mergedByRole(found.fixes);
  for (const fix of fixes) {
    if (options.json !== true) say(fix, terminal);
  }
  const isEveryFileRight = await deliver(fixes, options, terminal);
  const isForOthers = fixes.some(({ kind }) => kind === 'not-by-policy');
  return found.exitCode === EXIT.done && (isForOthers || !isEveryFileRight) ? EXIT.findings : found.exitCode;
}

function askedTask(files: readonly string[], options: FixCodeOptions): AskedTask | null {
  const { cluster, task, container } = options;
  if (options.account === undefined && options.live !== true) {
    throw new UsageError('pass --account FILE or --live: what a role lacks stands in the account, not in the denial');
  }
  if (cluster === undefined && task === undefined && container === undefined) {
    if (files.length > 0) return null;
    throw new UsageError('pass the files of denials, or --cluster and --task');
  }
  if (files.length > 0) throw new UsageError('pass either files of denials, or --cluster and --task');
  if (cluster === undefined || task === undefined) throw new UsageError('pass --cluster and --task together');
  return { cluster, task, container };
}

async function fromTask(asked: AskedTask, { settings }: Rules, { world, place }: FixCodeWorld): Promise<Found> {
  const ports = await world.portsFor(await place());
  if (ports === null) throw new FailureError('the account cannot be looked into');
  return { fixes: [await fixOfTask(asked, ports, settings.fireLens.targets)], exitCode: EXIT.done };
}

async function fromDenials(
  files: readonly string[],
  rules: Rules,
  options: FixCodeOptions,
  { world }: FixCodeWorld,
  terminal: Terminal,
): Promise<Found> {
  const startedAt = new Date();
  const warn = (line: string) => terminal.stderr.write(`exec-log: ${line}\n`);
  const progress = progressOn(terminal);
  const fixes: RoleFix[] = [];
  let exitCode: number = EXIT.done;
  try {
    for await (const input of readInputs(files, terminal.stdin, warn)) {
      const result = await fixOfDenial(input, {
        rules,
        world,
        nowOf: ({ eventTime }) =>
          options.live === true || eventTime === null
            ? startedAt
            : new Date(Date.parse(eventTime) + MILLISECONDS_PER_MINUTE),
      });
      progress.step();
      if (result.kind === 'fix') {
        fixes.push(result.fix);
        continue;
      }
      warn(`${input.name}: ${result.because}`);
      exitCode = Math.max(exitCode, result.kind === 'unreadable' ? EXIT.usage : EXIT.findings);
    }
  } finally {
    progress.end();
  }
  return { fixes, exitCode };
}

/** What there is no code for, for a person. */
function say(fix: RoleFix, { stderr }: Terminal): void {
  const role = fix.roleArn ?? 'the task';
  if (fix.kind === 'nothing-missing') {
    stderr.write(
      `exec-log: ${plainText(role, TEXT_MAX)} lacks nothing: IAM allows every call that the delivery needs\n`,
    );
  }
  if (fix.kind === 'not-by-policy') {
    const { what, owner, code } = fix;
    stderr.write(
      `exec-log: ${plainText(role, TEXT_MAX)}: no policy repairs this. ${plainText(what, TEXT_MAX)} Has to act: ${owner} (${code})\n`,
    );
  }
}

/** Whether every file stands as it should; without `--write` there is none. */
async function deliver(fixes: readonly RoleFix[], options: FixCodeOptions, terminal: Terminal): Promise<boolean> {
  const { stdout, stderr } = terminal;
  const languages = options.format === 'all' ? PATCH_LANGUAGES : [options.format];
  if (options.json === true) for (const fix of fixes) stdout.write(`${asciiJson(asJson(fix, languages))}\n`);
  const code = fixes.flatMap((fix) => (fix.kind === 'patch' ? languages.map((language) => codeOf(fix, language)) : []));
  if (options.write === undefined) {
    if (options.json !== true) stdout.write(code.map(({ text }) => text).join('\n'));
    return true;
  }
  const { written, kept, different } = await writeCodeFiles(options.write, code);
  const tell = (what: string, paths: readonly string[]) => {
    for (const path of paths) stderr.write(`exec-log: ${what} ${path}\n`);
  };
  tell('wrote', written);
  tell('is so already:', kept);
  tell('holds something else and was not touched:', different);
  return different.length === 0;
}

function codeOf(fix: Extract<RoleFix, { kind: 'patch' }>, language: PatchLanguage): CodeFile {
  return { name: patchFileName(language, fix), text: patchIn(language, fix) };
}

function asJson(fix: RoleFix, languages: readonly PatchLanguage[]): object {
  const { roleArn } = fix;
  switch (fix.kind) {
    case 'patch': {
      const { stackName, policy } = fix;
      const patches = Object.fromEntries(languages.map((language) => [language, patchIn(language, fix)]));
      return { roleArn, stackName, policy, patches, cause: null };
    }
    case 'nothing-missing':
      return { roleArn, stackName: null, policy: null, patches: null, cause: null };
    case 'not-by-policy': {
      const { code, what, owner } = fix;
      return { roleArn, stackName: null, policy: null, patches: null, cause: { code, what, owner } };
    }
  }
}
