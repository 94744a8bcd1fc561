import {
  type ClaimedPlace,
  type Delivered,
  isOrganizationId,
  type Jurisdiction,
  jurisdictionOf,
  placeOfRow,
  rowScopeOf,
  rulingOn,
} from '../../functions/domain/jurisdiction.ts';

const HOME = { partition: 'aws', account: '111111111111', region: 'eu-central-1' };
const ELSEWHERE = { partition: 'aws', account: '222222222222', region: 'ap-northeast-1' };
const SINGLE: Jurisdiction = { kind: 'single', home: HOME };
const HUB: Jurisdiction = { kind: 'hub', home: HOME, organizationId: 'o-exampleorg1' };

const deliveredFrom = ({ account, region }: ClaimedPlace): Delivered => ({
  envelopeAccount: account,
  envelopeRegion: region,
  recipientAccount: account,
});

describe('given a deployment of its own', () => {
  it('is single without an organisation, and a hub with one', () => {
    expect(jurisdictionOf(HOME, null)).toEqual(SINGLE);
    expect(jurisdictionOf(HOME, 'o-exampleorg1')).toEqual(HUB);
  });

  it('takes what is of its own place', () => {
    expect(rulingOn(SINGLE, HOME, deliveredFrom(HOME))).toEqual({ kind: 'place', place: HOME });
  });

  it.each([
    ['account', { ...HOME, account: '222222222222' }],
    ['Region', { ...HOME, region: 'eu-west-1' }],
    ['partition', { ...HOME, partition: 'aws-cn' }],
  ])('takes nothing of another %s', (_, claimed) => {
    expect(rulingOn(SINGLE, claimed, deliveredFrom(claimed))).toEqual({
      kind: 'mismatch',
      detail: 'is of another account, Region or partition than this deployment',
    });
  });
});

describe('given a hub', () => {
  it.each([
    ['its own place', HOME],
    ['a member', ELSEWHERE],
    ['another Region of its own account', { ...HOME, region: 'eu-west-1' }],
  ])('takes what is of %s', (_, claimed) => {
    expect(rulingOn(HUB, claimed, deliveredFrom(claimed))).toEqual({ kind: 'place', place: claimed });
  });

  it.each<[string, ClaimedPlace, Partial<Delivered>, string]>([
    ['claims another partition', { ...ELSEWHERE, partition: 'aws-cn' }, {}, 'is of another partition than this hub'],
    ['claims no partition', { ...ELSEWHERE, partition: null }, {}, 'is of another partition than this hub'],
    ['claims no account', { ...ELSEWHERE, account: null }, {}, 'names no account'],
    ['claims what is no account', { ...ELSEWHERE, account: '22222222222' }, {}, 'names no account'],
    ['claims no Region', { ...ELSEWHERE, region: null }, {}, 'names no Region'],
    [
      'was delivered from another account',
      ELSEWHERE,
      { envelopeAccount: '333333333333' },
      'is of another account than the event was delivered from',
    ],
    [
      'was delivered from nobody knows where',
      ELSEWHERE,
      { envelopeAccount: null },
      'is of another account than the event was delivered from',
    ],
    [
      'was recorded by the trail of another account',
      ELSEWHERE,
      { recipientAccount: '333333333333' },
      'is of another account than the trail it was recorded by',
    ],
    [
      'was recorded by no trail',
      ELSEWHERE,
      { recipientAccount: null },
      'is of another account than the trail it was recorded by',
    ],
    [
      'was delivered from another Region',
      ELSEWHERE,
      { envelopeRegion: 'eu-west-1' },
      'is of another Region than the event was delivered from',
    ],
    [
      'was delivered from no Region',
      ELSEWHERE,
      { envelopeRegion: null },
      'is of another Region than the event was delivered from',
    ],
  ])('refuses what %s', (_, claimed, lies, detail) => {
    expect(rulingOn(HUB, claimed, { ...deliveredFrom(claimed), ...lies })).toEqual({ kind: 'mismatch', detail });
  });

  it('works where its own rows say, and at home where they say nothing that is a place', () => {
    expect(placeOfRow(HUB, { account: '222222222222', region: 'ap-northeast-1' })).toEqual(ELSEWHERE);
    expect(placeOfRow(HUB, undefined)).toEqual(HOME);
    expect(placeOfRow(HUB, { account: '', region: 'ap-northeast-1' })).toEqual(HOME);
    expect(placeOfRow(HUB, { account: '222222222222', region: 'nowhere' })).toEqual(HOME);
    expect(placeOfRow(SINGLE, { account: '222222222222', region: 'ap-northeast-1' })).toEqual(HOME);
  });

  it('keeps the rows of its own place where they were before it was a hub', () => {
    expect(rowScopeOf(HUB, HOME)).toEqual({ account: null, place: null });
    expect(rowScopeOf(HUB, { ...HOME, region: 'eu-west-1' })).toEqual({
      account: null,
      place: { account: '111111111111', region: 'eu-west-1' },
    });
    expect(rowScopeOf(HUB, ELSEWHERE)).toEqual({
      account: '222222222222',
      place: { account: '222222222222', region: 'ap-northeast-1' },
    });
  });
});

describe('given the id of an organisation', () => {
  it.each([
    ['o-exampleorg', true],
    ['o-0123456789', true],
    [`o-${'a'.repeat(32)}`, true],
    ['o-012345678', false],
    [`o-${'a'.repeat(33)}`, false],
    ['r-exampleorg', false],
    ['o-ExampleOrg1', false],
  ])('knows %s as one: %s', (text, expected) => {
    expect(isOrganizationId(text)).toBe(expected);
  });
});
