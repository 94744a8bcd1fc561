import { readSettingsText } from '../../../functions/adapters/settings/settings-file.ts';

describe('given the text of a settings file', () => {
  it('fills every key that is not there', () => {
    expect(readSettingsText('{"defaultMode":"ticket"}')).toMatchObject({
      kind: 'valid',
      value: { defaultMode: 'ticket', attachToManagedRoles: false, limits: { writesPerHour: 20 } },
    });
  });

  it.each([
    ['what is no JSON', ' defaultMode: attach ', '(the whole document)', 'defaultMode: attach', 'expected JSON'],
    [
      'a cut document with a webhook in it',
      '{"slack":{"secret":"https://hooks.slack.com/services/T/B/x',
      '(the whole document)',
      '(not shown)',
      'expected JSON',
    ],
    ['no text', '', '(the whole document)', '', 'expected JSON'],
    [
      'an unknown mode',
      '{"defaultMode":"all"}',
      'defaultMode',
      '"all"',
      'expected one of observe, ticket, propose, attach',
    ],
  ])('names path, value and expectation of %s', (_, text, path, value, expectation) => {
    expect(readSettingsText(text)).toEqual({ kind: 'invalid', problems: [{ path, value, expectation }] });
  });
});
