import type { PolicyDocument } from '../domain/decision.ts';
import { asciiJson } from './escape.ts';

/** The change of one policy document, line by line: `+ ` added, `- ` removed, two spaces kept. Null is no policy. */
export function policyDiff(before: PolicyDocument | null, after: PolicyDocument | null): string[] {
  return lineDiff(linesOf(before), linesOf(after));
}

function linesOf(document: PolicyDocument | null): readonly string[] {
  return document === null ? [] : asciiJson(document, 2).split('\n');
}

/** By the longest common subsequence; a policy has a few hundred lines at most (10,240 characters). */
function lineDiff(before: readonly string[], after: readonly string[]): string[] {
  const common = commonLengths(before, after);
  const lines: string[] = [];
  let left = 0;
  let right = 0;
  while (left < before.length || right < after.length) {
    if (left < before.length && right < after.length && before[left] === after[right]) {
      lines.push(`  ${before[left]}`);
      left += 1;
      right += 1;
    } else if (
      left < before.length &&
      (right >= after.length || lengthAt(common, left + 1, right) >= lengthAt(common, left, right + 1))
    ) {
      lines.push(`- ${before[left]}`);
      left += 1;
    } else {
      lines.push(`+ ${after[right]}`);
      right += 1;
    }
  }
  return lines;
}

/** For each pair of positions, how many lines the two rests have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  const rows: number[][] = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let left = before.length - 1; left >= 0; left -= 1) {
    const row = rows[left] ?? [];
    for (let right = after.length - 1; right >= 0; right -= 1) {
      row[right] =
        before[left] === after[right]
          ? lengthAt(rows, left + 1, right + 1) + 1
          : Math.max(lengthAt(rows, left + 1, right), lengthAt(rows, left, right + 1));
    }
  }
  return rows;
}

function lengthAt(rows: readonly (readonly number[])[], left: number, right: number): number {
  return rows[left]?.[right] ?? 0;
}
