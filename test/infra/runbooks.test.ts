import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNAL_RULE_NAMES } from '../../functions/domain/rules.ts';
import { FIRST_STEPS } from '../../infra/dashboard-texts.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, resourcesOf, templateOf } from './deployed.ts';

const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

/** The sections of README "Runbooks" with their text. */
const runbooks = new Map(
  (/\n## Runbooks\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? '')
    .split('\n### ')
    .slice(1)
    .map((section): [string, string] => {
      const [title = '', ...lines] = section.split('\n');
      return [title, lines.join('\n')];
    }),
);

/** Which alarms name which section. */
function named(template: Template): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::CloudWatch::Alarm') continue;
    const [, runbook = ''] = /\(README, runbook "([^"]+)"\)$/.exec(String(Properties['AlarmDescription'])) ?? [];
    names.set(runbook, [...(names.get(runbook) ?? []), id.replace(/Alarm[0-9A-F]{8}$/, '')]);
  }
  return names;
}

let everything: Template;

beforeAll(async () => {
  everything = await templateOf(aCeiling('attach'), { signals: SIGNAL_RULE_NAMES });
});

describe('given the alarms of a deployment with everything', () => {
  it('has a section for each runbook that an alarm names, and an alarm for each section', () => {
    expect([...runbooks.keys()].sort()).toEqual([...named(everything).keys()].sort());
  });

  it('names in each section the alarms that lead to it', () => {
    const missing = [...named(everything)].flatMap(([title, alarms]) =>
      alarms.filter((alarm) => !(runbooks.get(title) ?? '').includes(`\`${alarm}\``)),
    );
    expect(missing).toEqual([]);
  });

  it.each(['What happened', 'Look', 'Mend', 'Well again'])('says in each section: %s', (part) => {
    expect([...runbooks].filter(([, text]) => !text.includes(`**${part}:**`)).map(([title]) => title)).toEqual([]);
  });

  it('has an exact command in each section', () => {
    expect(
      [...runbooks].filter(([, text]) => !/`(aws|exec-log|lines) [^`]+`/.test(text)).map(([title]) => title),
    ).toEqual([]);
  });
});

describe('given the first steps on the dashboard', () => {
  it('names only runbooks that there are', () => {
    const texts = Object.values(FIRST_STEPS).flatMap(({ steps }) => steps.join(' '));
    const titles = texts.flatMap((text) =>
      [...text.matchAll(/\(runbooks? ("[^)]+)\)/g)].flatMap(([, list = '']) =>
        [...list.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
      ),
    );
    expect(titles.length).toBeGreaterThan(5);
    expect(titles.filter((title) => !runbooks.has(title))).toEqual([]);
  });

  it('stands on the dashboard, a text beside each row', () => {
    const [dashboard, ...others] = resourcesOf(everything, 'AWS::CloudWatch::Dashboard');
    expect(others).toEqual([]);
    const body = JSON.stringify(dashboard?.Properties['DashboardBody']);
    expect(Object.values(FIRST_STEPS).filter(({ title }) => !body.includes(`## ${title}`))).toEqual([]);
  });
});
