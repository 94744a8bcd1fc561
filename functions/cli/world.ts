import type { Case } from '../domain/case.ts';
import type { Denial } from '../domain/denial.ts';
import type { ObservationPorts } from '../ports.ts';
import type { Terminal } from './terminal.ts';

/** An account to look into: a simulated one from a file, or a real one. */
export interface World {
  /**
   * The readers for a denial's Region, built when the first denial of that Region asks; null where the world is another account
   * than the denial's, so that nothing of the one is taken for the other's.
   */
  portsFor(place: Pick<Denial, 'account' | 'region'>): Promise<ObservationPorts | null>;
  /** The case of a denial so far, where cases are known. */
  caseOf(fingerprint: string, denial: Denial): Promise<Case | null>;
  close(): Promise<void>;
}

/** Says, once for each account, that its denials are decided without reading, since what can be read is another account's. */
export function foreignAccounts({ stderr }: Pick<Terminal, 'stderr'>): (account: string, readable: string) => void {
  const warned = new Set<string>();
  return (account, readable) => {
    if (warned.has(account)) return;
    warned.add(account);
    stderr.write(`exec-log: a denial is of account ${account}, ${readable}: decided without reading\n`);
  };
}

/** The value of each key, made once. */
export function lazily<Value>(make: (key: string) => Value): (key: string) => Value {
  const values = new Map<string, Value>();
  return (key) => {
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    values.set(key, value);
    return value;
  };
}
