import type { Terminal } from './terminal.ts';

const QUIET_MILLISECONDS = 2000;
const INTERVAL_MILLISECONDS = 250;

/** Tells a person how far a run has come, once it has taken two seconds; silent in a pipe. */
export function progressOn({ stderr }: Pick<Terminal, 'stderr'>): { step(): void; end(): void } {
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
      stderr.redraw(`${count} inputs in ${Math.round((now - startedAt) / 1000)} s`);
    },
    end() {
      if (isShown) stderr.redraw('');
    },
  };
}
