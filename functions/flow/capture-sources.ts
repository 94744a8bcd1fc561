import type { Reading } from '../domain/observation.ts';
import type { CallHistory } from '../ports.ts';

/** What AWS printed about one thing. */
export type Printed = Readonly<Record<string, unknown>>;

/** Everything that a capture reads, each thing as the AWS CLI prints it. Throttling and failures are thrown. */
export interface CaptureSources {
  readonly ecs: {
    clusters(names: readonly string[] | null): Promise<Reading<readonly Printed[]>>;
    tasks(cluster: string): Promise<Reading<readonly Printed[]>>;
    services(cluster: string): Promise<Reading<readonly Printed[]>>;
    containerInstances(cluster: string): Promise<Reading<readonly Printed[]>>;
    taskDefinition(arn: string): Promise<Reading<Printed>>;
  };
  readonly iam: {
    role(roleName: string): Promise<Reading<Printed>>;
    managedPolicy(arn: string): Promise<Reading<Printed>>;
  };
  readonly instanceRoles: (ids: readonly string[]) => Promise<ReadonlyMap<string, Reading<string>>>;
  readonly logs: {
    logGroup(name: string): Promise<Reading<Printed>>;
    execStreams(group: string): Promise<Reading<{ readonly streams: readonly Printed[]; readonly complete: boolean }>>;
  };
  readonly bucket: (name: string) => Promise<Reading<Printed>>;
  readonly key: (
    keyId: string,
  ) => Promise<Reading<{ readonly arn: string; readonly key: Printed; readonly partial: string | null }>>;
  readonly stackResources: (physicalId: string) => Promise<Reading<readonly Printed[]>>;
  readonly network: {
    subnets(ids: readonly string[]): Promise<Reading<readonly Printed[]>>;
    vpcEndpoints(vpcIds: readonly string[]): Promise<Reading<readonly Printed[]>>;
    instances(ids: readonly string[]): Promise<Reading<readonly Printed[]>>;
  };
  readonly controlPolicies: (account: string) => Promise<Reading<readonly Printed[]>>;
  readonly history: CallHistory;
}

/** What of the account could not be captured, by what is decided otherwise because of it. */
export interface Gaps {
  /** Keeps what was read; notes the gap where AWS refused. What is not there is no gap. */
  take<T>(reading: Reading<T>, what: string, consequence: string): T | undefined;
  note(what: string, because: string, consequence: string): void;
  /** One line for each kind of gap, with how many there are of it. */
  lines(): readonly string[];
}

export function newGaps(): Gaps {
  const gaps = new Map<
    string,
    { readonly what: string; readonly because: string; readonly consequence: string; count: number }
  >();
  const note: Gaps['note'] = (what, because, consequence) => {
    const known = gaps.get(`${what}\n${because}`);
    if (known === undefined) gaps.set(`${what}\n${because}`, { what, because, consequence, count: 1 });
    else known.count += 1;
  };
  return {
    note,
    take(reading, what, consequence) {
      if (reading.kind === 'unreadable') note(what, reading.because, consequence);
      return reading.kind === 'read' ? reading.value : undefined;
    },
    lines: () =>
      [...gaps.values()].map(
        ({ what, because, consequence, count }) =>
          `left out: ${what}${count > 1 ? ` (${count})` : ''}: ${because}; ${consequence}`,
      ),
  };
}

/** One capture on its way. */
export interface Capturing {
  readonly sources: CaptureSources;
  readonly gaps: Gaps;
  /** Tells of a thing that was read. */
  readonly step: () => void;
}

/** Asks side by side, a few at a time, and keeps the order: quick, and no account's request bucket is drained. */
export async function inParallel<Asked, Answer>(
  asked: readonly Asked[],
  ask: (one: Asked) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const AT_ONCE = 4;
  const answers: Answer[] = [];
  for (let start = 0; start < asked.length; start += AT_ONCE) {
    answers.push(...(await Promise.all(asked.slice(start, start + AT_ONCE).map(ask))));
  }
  return answers;
}
