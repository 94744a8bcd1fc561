import { rememberingPlaces } from '../../../functions/adapters/aws/remembered-places.ts';
import type { Reading } from '../../../functions/domain/observation.ts';
import type { AccountPlace } from '../../../functions/domain/organization-mode.ts';
import { awsError } from '../aws-error.ts';

const ACCOUNT = '111111111111';
const SECOND = 1000;
const MINUTE = 60 * SECOND;

const placeIn = (unit: string): Reading<AccountPlace> => ({
  kind: 'read',
  value: { path: ['r-ab12', unit, ACCOUNT], tags: {} },
});
const HERE = placeIn('ou-ab12-sandbox1');
const THERE = placeIn('ou-ab12-prodprod');
const DENIED = { kind: 'unreadable', because: 'AccessDenied' } as const;
const ABSENT = { kind: 'absent' } as const;
const THROTTLED = awsError('TooManyRequestsException');

/** An organisation that answers as it is told, a clock that a test moves, and who was asked about. */
class Asked {
  answer: Reading<AccountPlace> | Error = HERE;
  readonly accounts: string[] = [];
  private now = 0;
  readonly reader = rememberingPlaces(
    {
      findPlace: async (account) => {
        this.accounts.push(account);
        if (this.answer instanceof Error) throw this.answer;
        return this.answer;
      },
    },
    () => new Date(this.now),
  );

  /** What is answered so long after the beginning, and whether the organisation was asked. */
  async at(milliseconds: number, answer = this.answer) {
    this.now = milliseconds;
    this.answer = answer;
    const before = this.accounts.length;
    const place = await this.reader.findPlace(ACCOUNT);
    return { place, asked: this.accounts.length > before };
  }
}

describe('given the place of an account', () => {
  it('is remembered for 15 minutes', async () => {
    const asked = new Asked();
    expect([
      await asked.at(0),
      await asked.at(15 * MINUTE - 1, THERE),
      await asked.at(15 * MINUTE),
      await asked.at(30 * MINUTE - 1, HERE),
    ]).toEqual([
      { place: HERE, asked: true },
      { place: HERE, asked: false },
      { place: THERE, asked: true },
      { place: THERE, asked: false },
    ]);
  });

  it.each([
    ['unreadable', DENIED],
    ['absent', ABSENT],
  ])('is asked for again after a minute where it was %s', async (_, answer) => {
    const asked = new Asked();
    expect([await asked.at(0, answer), await asked.at(MINUTE - 1, HERE), await asked.at(MINUTE)]).toEqual([
      { place: answer, asked: true },
      { place: answer, asked: false },
      { place: HERE, asked: true },
    ]);
  });

  it('is unreadable at once where it was read before and may not be any more', async () => {
    const asked = new Asked();
    await asked.at(0);
    expect([await asked.at(15 * MINUTE, DENIED), await asked.at(16 * MINUTE - 1)]).toEqual([
      { place: DENIED, asked: true },
      { place: DENIED, asked: false },
    ]);
    await expect(asked.at(17 * MINUTE, THROTTLED)).rejects.toBe(THROTTLED);
  });

  it.each([
    ['throttles', THROTTLED],
    ['fails', awsError('ServiceException', 'synthetic', { $metadata: { httpStatusCode: 500 } })],
    ['does not answer in time', awsError('TimeoutError')],
  ])('holds for an hour while the organisation %s, and is asked for every minute', async (_, error) => {
    const asked = new Asked();
    await asked.at(0);
    expect([
      await asked.at(15 * MINUTE, error),
      await asked.at(16 * MINUTE - 1),
      await asked.at(16 * MINUTE),
      await asked.at(60 * MINUTE - 1),
    ]).toEqual([
      { place: HERE, asked: true },
      { place: HERE, asked: false },
      { place: HERE, asked: true },
      { place: HERE, asked: true },
    ]);
    await expect(asked.at(60 * MINUTE)).rejects.toBe(error);
    expect(await asked.at(60 * MINUTE, THERE)).toEqual({ place: THERE, asked: true });
  });

  it('is thrown for where it was never read, or the failure does not pass by itself', async () => {
    const asked = new Asked();
    await expect(asked.at(0, THROTTLED)).rejects.toBe(THROTTLED);
    await asked.at(0, HERE);
    const expired = awsError('ExpiredTokenException', 'synthetic', { $metadata: { httpStatusCode: 400 } });
    await expect(asked.at(20 * MINUTE, expired)).rejects.toBe(expired);
  });

  it('is asked for once by all who come together, and for each account by itself', async () => {
    const asked = new Asked();
    const places = await Promise.all([ACCOUNT, ACCOUNT, '222222222222'].map((one) => asked.reader.findPlace(one)));
    expect([places, asked.accounts]).toEqual([
      [HERE, HERE, HERE],
      [ACCOUNT, '222222222222'],
    ]);
  });
});
