import { type Coverage, type CoverageReport, unrecordedIn } from '../domain/coverage.ts';
import { htmlText } from './html.ts';
import { counted, numberText, percentText } from './report-words.ts';

/** As many columns as can still be told apart on a phone and on paper. */
const MOST_COLUMNS = 92;

/** One column of the timeline: a day, or several days together where the period is long. */
interface Column {
  readonly from: string;
  readonly to: string;
  readonly recorded: number;
  readonly unrecorded: number;
  /** Open and exempt: what the percentage does not count. */
  readonly uncounted: number;
  readonly percent: number | null;
}

/**
 * Coverage and sessions over time as two inline drawings with one axis. They are stretched to the width that there is, so that
 * nothing in them but lines and areas would keep its shape: the labels are text around them.
 */
export function timelineFigure({ days }: Pick<CoverageReport, 'days'>): string {
  const columns = columnsOf(days);
  const [first, last] = [columns[0], columns.at(-1)];
  if (first === undefined || last === undefined) return '';
  const middle = columns.length > 2 ? (columns[Math.floor(columns.length / 2)]?.from ?? '') : '';
  const floor = floorOf(columns);
  const most = Math.max(1, ...columns.map(heightOf));
  const each = days.length > columns.length ? `${Math.ceil(days.length / columns.length)} days` : 'day';
  return `<figure class="timeline">
<figcaption><span>Each column is one ${each} (UTC).</span> <span class="key"><i class="swatch recorded"></i>recorded</span> <span class="key"><i class="swatch unrecorded"></i>unrecorded</span> <span class="key"><i class="swatch open"></i>open or exempt</span></figcaption>
<div class="plot"><div class="scale" aria-hidden="true"><span>100 %</span><span>${floor} %</span></div>
${drawing('coverage', columns, 'Percentage of settled sessions that were recorded, over time', coverageMarks(columns, floor))}</div>
<div class="plot low"><div class="scale" aria-hidden="true"><span>${numberText(most)}</span><span>0</span></div>
${drawing('volume', columns, 'Number of sessions, recorded and unrecorded, over time', volumeMarks(columns, most))}</div>
<div class="axis" aria-hidden="true"><span>${htmlText(first.from)}</span><span>${htmlText(middle)}</span><span>${htmlText(last.to)}</span></div>
</figure>`;
}

function columnsOf(days: CoverageReport['days']): readonly Column[] {
  const span = Math.max(1, Math.ceil(days.length / MOST_COLUMNS));
  const columns: Column[] = [];
  for (let index = 0; index < days.length; index += span) {
    const part = days.slice(index, index + span);
    const sum = (of: (coverage: Coverage) => number) => part.reduce((total, day) => total + of(day), 0);
    const [recorded, unrecorded] = [sum(({ counts }) => counts.recorded), sum(unrecordedIn)];
    const settled = recorded + unrecorded;
    columns.push({
      from: part[0]?.day ?? '',
      to: part.at(-1)?.day ?? '',
      recorded,
      unrecorded,
      uncounted: sum(({ counts, exempt }) => counts.open + exempt),
      percent: settled === 0 ? null : Math.floor((recorded * 10_000) / settled) / 100,
    });
  }
  return columns;
}

/** Where the percentage's axis begins: 0, unless everything lies far above it. The scale says so. */
function floorOf(columns: readonly Column[]): number {
  const lowest = Math.min(100, ...columns.flatMap(({ percent }) => (percent === null ? [] : [percent])));
  return [90, 50].find((floor) => lowest >= floor + (100 - floor) / 4) ?? 0;
}

const heightOf = ({ recorded, unrecorded, uncounted }: Column): number => recorded + unrecorded + uncounted;

function drawing(name: string, columns: readonly Column[], title: string, marks: string): string {
  const hits = columns.map(
    (column, index) =>
      `<rect class="hit" x="${index}" y="0" width="1" height="100"><title>${told(column)}</title></rect>`,
  );
  return `<svg class="${name}" viewBox="0 0 ${columns.length} 100" preserveAspectRatio="none" role="img" aria-label="${htmlText(title)}">${marks}${hits.join('')}</svg>`;
}

function told(column: Column): string {
  const when = column.from === column.to ? column.from : `${column.from} to ${column.to}`;
  const unrecorded = column.unrecorded === 0 ? '' : `, ${counted(column.unrecorded, 'unrecorded', 'unrecorded')}`;
  return htmlText(`${when}: ${percentText(column.percent)} of ${counted(heightOf(column), 'session')}${unrecorded}`);
}

function coverageMarks(columns: readonly Column[], floor: number): string {
  const y = (percent: number) => shortened(96 - ((percent - floor) / (100 - floor)) * 92);
  const grid = [100, (100 + floor) / 2, floor].map((at) => line('grid', `M0 ${y(at)}H${columns.length}`));
  const points = columns.flatMap(({ percent }, index) =>
    percent === null ? [] : [{ index, x: index + 0.5, y: y(percent), isWhole: percent === 100 }],
  );
  // A day without settled sessions is no day of full coverage, nor of none: the line spans it, and no point stands there.
  const path = points.map(({ x, y: at }, place) => `${place === 0 ? 'M' : 'L'}${x} ${at}`).join('');
  const dots = points.map(({ x, y: at, isWhole }) => line(isWhole ? 'dot' : 'dot bad', `M${x} ${at}h0`));
  return `${grid.join('')}${points.length > 1 ? line('trend', path) : ''}${dots.join('')}`;
}

function volumeMarks(columns: readonly Column[], most: number): string {
  const bars = columns.flatMap((column, index) => {
    let top = 100;
    return (['recorded', 'uncounted', 'unrecorded'] as const).flatMap((part) => {
      if (column[part] === 0) return [];
      // One lost session among thousands has to be seen.
      const height = Math.max((column[part] / most) * 96, part === 'unrecorded' ? 3 : 0.5);
      top -= height;
      const name = part === 'uncounted' ? 'open' : part;
      return [
        `<rect class="${name}" x="${shortened(index + 0.1)}" y="${shortened(Math.max(top, 0))}" width="0.8" height="${shortened(height)}"/>`,
      ];
    });
  });
  return `${line('grid', `M0 100H${columns.length}`)}${bars.join('')}`;
}

const line = (name: string, path: string): string => `<path class="${name}" d="${path}"/>`;

const shortened = (value: number): number => Math.round(value * 100) / 100;
