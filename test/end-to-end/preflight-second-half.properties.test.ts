import { agreementOver, HALF_OF_THE_ACCOUNTS } from './preflight-agreement.ts';

describe('given the second half of 1,000 generated accounts', () => {
  it('agrees with the call order of a session: green arrives everywhere, red does not', async () => {
    const said = await agreementOver(HALF_OF_THE_ACCOUNTS, 5);
    // Without many of both, the agreement says nothing.
    expect(said.green).toBeGreaterThan(HALF_OF_THE_ACCOUNTS / 5);
    expect(said.red).toBeGreaterThan(HALF_OF_THE_ACCOUNTS / 4);
  }, 300_000);
});
