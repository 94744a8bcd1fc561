import type { GuardrailCode } from '../../functions/domain/decision.ts';
import { absent, unreadable } from './builders.ts';
import { aWorld, guardrailIn, type World } from './world.ts';
import type { ReadingName } from './world-mutations.ts';

/** A world and what one guardrail says in it. */
export interface Row {
  readonly name: string;
  readonly world: World;
  readonly holds: boolean | null;
  readonly cause?: string;
  /** Where the sentence matters; else any. */
  readonly detail?: string;
  readonly withAccount?: boolean;
}

/** One test for each row. */
export function itJudges(code: GuardrailCode, rows: readonly Row[]): void {
  it.each(rows)('$name: $holds $cause', ({ world, holds, cause, detail, withAccount }) => {
    expect(guardrailIn(world, code, withAccount)).toEqual({
      code,
      holds,
      detail: detail ?? expect.stringMatching(/^.{8,}$/),
      ...(cause === undefined ? {} : { cause }),
    });
  });
}

/** The row of a reading that we were not allowed to make: never evaluable. */
export function unreadableRow(name: ReadingName): Row {
  return { name: `${name} unreadable`, world: aWorld({ [name]: unreadable }), holds: null };
}

/** The row of a reading that AWS answers with "there is none". */
export function absentRow(name: ReadingName, holds: boolean | null, cause?: string): Row {
  return {
    name: `${name} absent`,
    world: aWorld({ [name]: absent }),
    holds,
    ...(cause === undefined ? {} : { cause }),
  };
}

/** The row without any account, as `explain` evaluates it. */
export function withoutAccountRow(holds: boolean | null = null): Row {
  return { name: 'without an account', world: aWorld(), holds, withAccount: false };
}
