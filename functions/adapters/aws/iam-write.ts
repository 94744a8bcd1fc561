import type { WriteResult } from '../../ports.ts';
import { errorName, isAccessDenied } from './errors.ts';

/** What IAM refuses for good, by the error's name, and why. */
export type Refusals = Readonly<Record<string, string>>;

/**
 * What became of a write of IAM; `asGood` names the error that says that there was nothing left to do. What is no refusal is thrown
 * again. Documents are never logged: the sentences quote nothing.
 */
export async function written(
  call: string,
  answer: Promise<unknown>,
  refusals: Refusals,
  asGood: string | null = null,
): Promise<WriteResult> {
  try {
    await answer;
    return { kind: 'written' };
  } catch (error) {
    const name = errorName(error);
    if (name === asGood) return { kind: 'written' };
    const because = isAccessDenied(error) ? 'this deployment is not permitted to do it' : refusals[name];
    if (because === undefined) throw error;
    return { kind: 'refused', because: `${call} was refused (${name}): ${because}` };
  }
}
