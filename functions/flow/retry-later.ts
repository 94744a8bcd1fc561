/** Thrown for one reason only: the queue shall ask again. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}
