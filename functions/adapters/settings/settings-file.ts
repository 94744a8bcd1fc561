import { parseSettings, type Settings, type Validated } from '../../domain/settings.ts';

/** The settings in the text of one file, with all mistakes together. */
export function readSettingsText(text: string): Validated<Settings> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    const problem = { path: '(the whole document)', value: text.trim().slice(0, 80), expectation: 'expected JSON' };
    return { kind: 'invalid', problems: [problem] };
  }
  return parseSettings(document);
}
