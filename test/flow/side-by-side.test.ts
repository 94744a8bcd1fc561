import { sideBySide } from '../../functions/flow/side-by-side.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function run(items: readonly number[], atOnce: number, fails: number | null = null) {
  let asking = 0;
  let most = 0;
  const answers: number[] = [];
  const ask = async (item: number) => {
    asking += 1;
    most = Math.max(most, asking);
    await pause(10 - item);
    asking -= 1;
    if (item === fails) throw new Error(`broken at ${item}`);
    return item * 2;
  };
  try {
    for await (const answer of sideBySide(items, atOnce, ask)) answers.push(answer);
  } catch (error) {
    return { answers, most, error: error instanceof Error ? error.message : '' };
  }
  return { answers, most, error: null };
}

describe('given more questions than may be asked at once', () => {
  it('answers in their order, however long each takes', async () => {
    expect(await run([1, 2, 3, 4, 5], 3)).toEqual({ answers: [2, 4, 6, 8, 10], most: 3, error: null });
  });

  it('asks one after the other where only one may be asked', async () => {
    expect((await run([1, 2, 3], 1)).most).toBe(1);
  });

  it('throws what fails, in its turn', async () => {
    expect(await run([1, 2, 3, 4], 4, 3)).toEqual({ answers: [2, 4], most: 4, error: 'broken at 3' });
  });

  it('answers nothing about nothing', async () => {
    expect(await run([], 3)).toEqual({ answers: [], most: 0, error: null });
  });
});
