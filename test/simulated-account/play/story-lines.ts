type Paint = (text: string) => string;

/** How emphasis is shown; identity functions where there is no colour. */
export interface StoryPaint {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

/** One numbered chapter of a story; the lines are not yet indented. */
export interface Chapter {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A line of a chapter that says one thing. */
export const fact = (paint: StoryPaint, label: string, value: string) => `${paint.dim(label.padEnd(11))}${value}`;

/** The calls of an agent or a router, one a line. */
export function callLines(
  paint: StoryPaint,
  label: string,
  calls: readonly { readonly name: string; readonly outcome: string }[],
): readonly string[] {
  return calls.map(({ name, outcome }) =>
    fact(paint, label, `${name.padEnd(19)} ${outcome === 'ok' ? paint.green('ok') : paint.red(outcome)}`),
  );
}

/** A quoted line. */
export const quoted = (paint: StoryPaint, line: string) => `${paint.dim('│')} ${line}`;

/** The last part of a name with slashes. */
export const short = (name: string) => name.slice(name.lastIndexOf('/') + 1);

/** At most 100 characters a line; a name longer than that stays whole. */
export function wrapped(text: string): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    const line = lines[last] ?? '';
    if (line !== '' && line.length + word.length + 1 > 100) lines.push(word);
    else lines[last] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
