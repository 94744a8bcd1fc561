/** The answers for all items in their order, as they come; no more than so many are asked at once. */
export async function* sideBySide<Item, Answer>(
  items: Iterable<Item>,
  atOnce: number,
  ask: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const asked: Promise<Answer>[] = [];
  for (const item of items) {
    const answer = ask(item);
    // Whoever waits for an earlier one hears of this failure in its turn.
    answer.catch(() => undefined);
    asked.push(answer);
    const [first] = asked;
    if (asked.length >= atOnce && first !== undefined) {
      asked.shift();
      yield await first;
    }
  }
  for (const answer of asked) yield await answer;
}
