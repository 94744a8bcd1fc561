import { isAtLeast } from '../../../functions/domain/preflight/version.ts';

describe('a version against the least one', () => {
  it.each([
    ['1.50.2', '1.50.2', true],
    ['1.50.1', '1.50.2', false],
    ['1.50.10', '1.50.2', true],
    ['1.105.1', '1.50.2', true],
    ['0.99.9', '1.50.2', false],
    ['2.0.0', '1.50.2', true],
    ['v1.51.0', '1.50.2', true],
    ['1.4', '1.4.0', true],
    ['1.4.0.1', '1.4.0', true],
  ])('%s is at least %s: %s', (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });

  it.each([null, '', 'LATEST', '1', '1.50.2-beta', '1.50.2.3.4', '-1.0', '1.50.99999999'])(
    '%s is no version',
    (version) => {
      expect(isAtLeast(version, '1.50.2')).toBeNull();
    },
  );
});
