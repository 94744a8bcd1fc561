import { parseSettings, type Settings, type Validated } from '../../domain/settings.ts';
import { shownText } from '../../domain/settings-problem.ts';

/** The settings in the text of one file, with all mistakes together. */
export function readSettingsText(text: string): Validated<Settings> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    const problem = { path: '(the whole document)', value: shownText(text), expectation: 'expected JSON' };
    return { kind: 'invalid', problems: [problem] };
  }
  return parseSettings(document);
}
