#!/usr/bin/env node
/** The program: wires a process to `run`. The only place of the terminal that reads the process's environment. */
import { run } from './program.ts';

// `exec-log explain ... | head` is no error: whoever reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
// The SDK warns about Node 20 on every start.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const { stdout, stderr, stdin, env: environment } = process;
process.exitCode = await run(process.argv.slice(2), { stdout, stderr, stdin, environment });
