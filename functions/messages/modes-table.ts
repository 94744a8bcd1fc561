import type { ModeSource } from '../domain/organization-mode.ts';
import { MODES, type Mode } from '../domain/settings.ts';
import { asciiJson, plainText } from './escape.ts';
import { counted, numberText } from './report-words.ts';
import type { Paint } from './terminal-card.ts';

/** The mode of one account, and why. */
export interface ShownMode {
  readonly account: string;
  /** null where the organisation does not tell. */
  readonly name: string | null;
  /** The names from the root to the unit of the account; null where nobody can tell. */
  readonly path: readonly string[] | null;
  readonly mode: Mode;
  readonly source: ModeSource;
  /** The settings ask for more than the deployment permits. */
  readonly clipped: boolean;
  readonly because: string;
}

const NAME_MAX = 50;
const PATH_MAX = 100;
const WHY_MAX = 500;
const UNKNOWN = '–';

/** The accounts for a person, those of a unit together, then how many have each mode. */
export function modesTable(shown: readonly ShownMode[], paint: Paint): string {
  const rows = shown.map(cellsOf).sort(byPlace);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return `${paint.bold(line(HEAD))}\n${rows.map((cells) => `${line(cells)}\n`).join('')}\n${summary(shown)}\n`;
}

/** One account for a machine. */
export function modeJson({ account, name, path, mode, source, clipped, because }: ShownMode): string {
  return `${asciiJson({ account, name, path, mode, source, clipped, because })}\n`;
}

const HEAD = ['account', 'name', 'path', 'mode', 'why'];

function cellsOf({ account, name, path, mode, because }: ShownMode): readonly string[] {
  return [
    account,
    name === null ? UNKNOWN : plainText(name, NAME_MAX),
    path === null ? UNKNOWN : plainText(path.join(' / '), PATH_MAX),
    mode,
    plainText(because, WHY_MAX),
  ];
}

/** By the path, then by the account; by code units, so that the order is the same everywhere. */
function byPlace(left: readonly string[], right: readonly string[]): number {
  const [one, other] = [left, right].map(([account, , path]) => `${path}\n${account}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

function summary(shown: readonly ShownMode[]): string {
  const counts = MODES.toReversed().map(
    (mode) => `${numberText(shown.filter((one) => one.mode === mode).length)} ${mode}`,
  );
  return `${counted(shown.length, 'account')}: ${counts.join(', ')}`;
}
