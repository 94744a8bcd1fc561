import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsFor } from '../../infra/package.ts';

const textOf = (file: string) => readFileSync(join(__dirname, '..', '..', file), 'utf8');
const README = textOf('README.md');
const sectionOf = (title: string) => README.split(`\n${title}\n`)[1]?.split(/\n#{2,3} /)[0] ?? '';
const rowsOf = (section: string) => [...section.matchAll(/^\| `([A-Za-z]+)[=`]/gm)].map(([, name]) => name);

describe('given the README on deployments', () => {
  it('has a row for every option of the synthesis, and no other', () => {
    const [, keys = ''] = /const CONTEXT_KEYS = \[([^\]]*)\]/.exec(textOf('infra/app.ts')) ?? [];
    const options = [...keys.matchAll(/'(\w+)'/g)].map(([, name]) => name);
    expect(options.length).toBeGreaterThan(0);
    expect([...rowsOf(sectionOf('### Options'))].sort()).toEqual([...options].sort());
  });

  it('has the parameters and the very commands of the package', () => {
    const section = sectionOf('## Deployment');
    const packaged = { stackName: 'exec-log', template: 'dist/package/exec-log.template.json', zips: [] };
    expect(rowsOf(section)).toEqual(['CodeBucket', 'CodePrefix']);
    expect(section).toContain(commandsFor(packaged).join('\n'));
  });
});
