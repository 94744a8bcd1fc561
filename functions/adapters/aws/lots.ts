/** The answers to all asked, in their order, asked in lots of a size one after the other. */
export async function inLots<Asked, Answer>(
  asked: readonly Asked[],
  size: number,
  ask: (lot: readonly Asked[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < asked.length; start += size)
    answers.push(...(await ask(asked.slice(start, start + size))));
  return answers;
}

/** The items of every page, by AWS's token for the next one. */
export async function allPages<Item>(
  page: (token: string | undefined) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const answer = await page(token);
    items.push(...answer.items);
    token = answer.next || undefined;
  } while (token !== undefined);
  return items;
}
