import { once } from '../../functions/cli/memoised-ports.ts';

describe('given a question that is asked often', () => {
  it('is answered once, also for those who ask at the same time', async () => {
    const asked: unknown[] = [];
    const ask = once(async (query: { readonly role: string }) => {
      asked.push(query);
      return query.role.length;
    });
    expect(await Promise.all([ask({ role: 'web' }), ask({ role: 'web' }), ask({ role: 'worker' })])).toEqual([3, 3, 6]);
    expect(await ask({ role: 'web' })).toBe(3);
    expect(asked).toEqual([{ role: 'web' }, { role: 'worker' }]);
  });

  it('is asked again after a failure', async () => {
    let attempts = 0;
    const ask = once(async (_question: string) => {
      attempts += 1;
      if (attempts === 1) throw new Error('throttled');
      return attempts;
    });
    await expect(ask('role')).rejects.toThrow('throttled');
    expect(await ask('role')).toBe(2);
  });
});
