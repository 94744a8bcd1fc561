import type { Terminal } from './terminal.ts';

const QUIET_MILLISECONDS = 2000;
const INTERVAL_MILLISECONDS = 250;

/** Tells a person how many inputs, or what else is counted, a run has come through, once it has taken two seconds; silent in a pipe. */
export function progressOn({ stderr }: Pick<Terminal, 'stderr'>, counted = 'inputs'): { step(): void; end(): void } {
  const startedAt = Date.now();
  let shownAt = startedAt + QUIET_MILLISECONDS - INTERVAL_MILLISECONDS;
  let count = 0;
  let isShown = false;
  return {
    step() {
      count += 1;
      const now = Date.now();
      if (stderr.isTTY !== true || now - shownAt < INTERVAL_MILLISECONDS) return;
      shownAt = now;
      isShown = true;
      stderr.redraw(`${count} ${counted} in ${Math.round((now - startedAt) / 1000)} s`);
    },
    end() {
      if (isShown) stderr.redraw('');
    },
  };
}
