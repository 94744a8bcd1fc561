/** What AWS printed about one thing, as its CLI prints it. */
export type Printed = Readonly<Record<string, unknown>>;

/** An answer of the SDK as the CLI prints it: times as text, without what is undefined and what is about the request itself. */
export function printed(answer: object): Printed {
  const { $metadata, ...rest } = Object.assign({ $metadata: undefined }, answer);
  const plain: unknown = JSON.parse(JSON.stringify(rest));
  return isPrinted(plain) ? plain : {};
}

function isPrinted(value: unknown): value is Printed {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
