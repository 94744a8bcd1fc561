/** One call that was made to the account. */
export interface SentCall {
  readonly name: string;
  /** `ok`, or the error's name. */
  readonly outcome: string;
}

/** Where a client's middleware gives a call its user agent: after the SDK has written its own. */
export const NAMING = { step: 'finalizeRequest', priority: 'low', name: 'userAgent' } as const;

/** The call with this user agent in place of the SDK's. */
export function underName<T extends { readonly request: unknown }>(userAgent: string, call: T): T {
  Object.assign(Object(Object(call.request).headers), { 'user-agent': userAgent });
  return call;
}

/** The calls of one program, in order, with what became of each. */
export class SentCalls {
  readonly made: SentCall[] = [];

  /** Makes a call; null is one that failed. */
  async send<T>(name: string, call: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await call();
      this.made.push({ name, outcome: 'ok' });
      return answer;
    } catch (error) {
      this.made.push({ name, outcome: outcomeOf(error) });
      return null;
    }
  }

  /** What became of the last call. */
  get lastOutcome(): string {
    return this.made.at(-1)?.outcome ?? 'ok';
  }
}

/** The error's name. An answer to HEAD has no body that could name it, so that the program's SDK names it by its status. */
function outcomeOf(error: unknown): string {
  const { name, $metadata } = Object(error);
  const byStatus = new Map([
    [403, 'Forbidden'],
    [404, 'NotFound'],
  ]);
  return (name === 'Unknown' ? byStatus.get($metadata?.httpStatusCode) : undefined) ?? String(name ?? 'Error');
}
