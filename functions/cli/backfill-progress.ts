import type { Terminal } from './terminal.ts';

const QUIET_MILLISECONDS = 2000;
const INTERVAL_MILLISECONDS = 500;

/** Tells a person how far a long run has come and how long it will take, once it has taken two seconds; silent in a pipe. */
export function progressWithEstimate({ stderr }: Pick<Terminal, 'stderr'>) {
  let phase = '';
  let startedAt = 0;
  let doneBefore = 0;
  let shownAt = 0;
  return {
    /** `done` of `of` in a phase, in whatever unit; a resumed phase begins where it was left. */
    step(name: string, done: number, of: number): void {
      const now = Date.now();
      if (name !== phase)
        [phase, startedAt, doneBefore, shownAt] = [name, now, done, now + QUIET_MILLISECONDS - INTERVAL_MILLISECONDS];
      if (stderr.isTTY !== true || now - shownAt < INTERVAL_MILLISECONDS || of <= 0) return;
      shownAt = now;
      const percent = Math.min(100, Math.floor((done * 100) / of));
      const perUnit = done > doneBefore ? (now - startedAt) / (done - doneBefore) : null;
      const left = perUnit === null ? '' : `, about ${durationText((of - done) * perUnit)} left`;
      stderr.redraw(`${name}: ${percent} %${left}`);
    },
    end(): void {
      if (stderr.isTTY === true) stderr.redraw('');
    },
  };
}

/** `45 s`, `12 min`, `1 h 05 min`. */
function durationText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
