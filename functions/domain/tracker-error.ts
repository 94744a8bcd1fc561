/** The ticket system cannot take it now: ask again after so long. Waiting for it is no failure of what waits. */
export class TrackerLater extends Error {
  override readonly name = 'TrackerLater';
  constructor(
    message: string,
    readonly afterSeconds: number,
  ) {
    super(message);
  }
}

/** The ticket system will never take it as it is; the message says what a person has to change. */
export class TrackerRefusal extends Error {
  override readonly name = 'TrackerRefusal';
}
