import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLE_INDEXES, TABLE_PREFIXES, WORK_LISTS } from '../functions/adapters/aws/table-keys.ts';
import { GUARDRAIL_CODES } from '../functions/domain/decision.ts';
import { INCIDENT_CODES } from '../functions/domain/incident.ts';
import { SESSION_STATES } from '../functions/domain/ledger.ts';
import { PREFLIGHT_CODES } from '../functions/domain/preflight/codes.ts';
import { policyDocumentFor } from '../functions/domain/remediation-policy.ts';
import { SIGNAL_RULE_NAMES } from '../functions/domain/rules.ts';
import { SESSION_CAUSE_CODES } from '../functions/domain/session-causes.ts';
import { ceilingSchema, ENVIRONMENT, settingsSchema } from '../functions/domain/settings.ts';
import { LOG_CODES } from '../functions/telemetry/log-codes.ts';
import { METRICS } from '../functions/telemetry/metric-names.ts';

const root = join(__dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const missing = (words: readonly string[]) => words.filter((word) => !readme.includes(`\`${word}\``));

/** The literals of one position in the sources of a folder, e.g. the third argument of `fails`. */
function literals(folder: string, pattern: RegExp): readonly string[] {
  const sources = readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));
  return [...new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1] ?? '')))];
}

const reasonCodesIn = (path: string) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/\bcode: '([a-z]+(?:-[a-z]+)*)'/g)].map(
    (match) => match[1] ?? '',
  );

describe('given the README', () => {
  it('has a row for every guardrail', () => {
    const rows = GUARDRAIL_CODES.map((code) => readme.indexOf(`\n| \`${code}\` |`));
    expect(rows).not.toContain(-1);
    expect(rows).toEqual([...rows].sort((left, right) => left - right));
  });

  it('explains every more specific reason code of the guardrails', () => {
    const causes = literals(
      'functions/domain/guardrails',
      /(?:,\s*|cause: )'([a-z]+(?:-[a-z]+)+)',?\s*(?:\)| \}|,\n {4}\})/g,
    );
    expect(causes.length).toBeGreaterThan(30);
    expect(missing(causes)).toEqual([]);
  });

  it('has a row for every signal, in the order of the catalogue', () => {
    const [, section = ''] = /\n## Further signals\n([\s\S]*?)\n### /.exec(readme) ?? [];
    expect([...section.matchAll(/\n\| `([a-z-]+)` \|/g)].map(([, name]) => name)).toEqual(SIGNAL_RULE_NAMES);
  });

  it('multiplies and adds up what a Fluent Bit day costs', () => {
    const [, section = ''] = /\n### A Fluent Bit day\n([\s\S]*?)\n## /.exec(readme) ?? [];
    const parts = [...section.matchAll(/ \| \$(\d+\.\d{3}) \|/g)].map(([, dollars]) => Number(dollars));
    const millions = 43.2;
    const batches = (millions * 1e6) / 2000;
    const products = [
      millions * 0.4,
      (millions / 10) * 0.4,
      (millions / 10) * 0.4,
      (batches / 1e6) * 0.2,
      batches * 0.5 * 0.0000133334,
      (batches / 1e6) * (4 * 0.155 + 14 * 0.78),
      ((batches * 1.2) / 1e6) * 0.5,
    ];
    expect(parts).toEqual(products.map((product) => Number(product.toFixed(3))));
    const sum = products.reduce((total, product) => total + product, 0);
    expect(section).toContain(`| **together** | **$${sum.toFixed(2)}** |`);
  });

  it('explains every reason that is given before the guardrails', () => {
    const codes = ['decide', 'mode'].flatMap((name) => reasonCodesIn(`functions/domain/${name}.ts`));
    expect(codes).toEqual(expect.arrayContaining(['already-repaired', 'awslogs-driver', 'tag-off']));
    expect(missing(codes)).toEqual([]);
  });

  it('explains every reason that an order leads to, and every incident', () => {
    const codes = ['review-policy', 'confirm-delivery'].flatMap((name) => reasonCodesIn(`functions/flow/${name}.ts`));
    expect(codes).toEqual(expect.arrayContaining(['fixed-in-code', 'policy-removed', 'transcript-delivered']));
    const simulated = reasonCodesIn('functions/domain/incident-repair.ts');
    expect(simulated).toEqual(['simulated-denied']);
    expect(missing([...codes, ...simulated, ...INCIDENT_CODES])).toEqual([]);
  });

  it('explains why people are not asked, why their answer is refused, and what comes of it', () => {
    const codes = [
      ...literals('functions/flow', /lowered\('([a-z]+(?:-[a-z]+)+)'/g),
      ...['people', 'decide-approved', 'click-objection'].flatMap((name) =>
        reasonCodesIn(`functions/domain/${name}.ts`),
      ),
      ...['approve', 'finish-proposal', 'lapse'].flatMap((name) => reasonCodesIn(`functions/flow/${name}.ts`)),
    ];
    expect(codes).toEqual(expect.arrayContaining(['nobody-to-ask', 'own-session', 'plan-changed']));
    expect(missing(codes)).toEqual([]);
  });

  it('has a row for every state of a session and for every cause', () => {
    const rows = [...SESSION_STATES, ...SESSION_CAUSE_CODES].filter((code) => !readme.includes(`\n| \`${code}\` |`));
    expect(rows).toEqual([]);
  });

  it('has a row for every code of the preflight, in its words', () => {
    const rows = Object.entries(PREFLIGHT_CODES).map(
      ([code, { status, meaning, whatToDo }]) => `\n| \`${code}\` | ${status} | ${meaning} | ${whatToDo || '–'} |\n`,
    );
    expect(rows.filter((row) => !readme.includes(row))).toEqual([]);
  });

  it('names every prefix and index of the table', () => {
    const prefixes = Object.values(TABLE_PREFIXES).filter((prefix) => !readme.includes(`\n| \`${prefix}<`));
    expect(prefixes).toEqual([]);
    expect(missing([...Object.values(WORK_LISTS), ...Object.values(TABLE_INDEXES).map(({ name }) => name)])).toEqual(
      [],
    );
  });

  it('explains every refusal', () => {
    const refusals = literals('functions/domain', /^ {2}\| '([a-z]+(?:-[a-z]+)*)'/gm).filter((code) =>
      readFileSync(join(root, 'functions/domain/refusal.ts'), 'utf8').includes(`'${code}'`),
    );
    expect(refusals).toHaveLength(8);
    expect(missing(refusals)).toEqual([]);
  });

  it('shows the policy that is written, in the appendix', () => {
    const shown = /## Appendix[^`]*```json\n([^`]*)```/.exec(readme)?.[1] ?? '';
    const region = 'ap-southeast-1';
    const account = '123456789012';
    const document = policyDocumentFor({
      kind: 'target',
      logging: 'OVERRIDE',
      partition: 'aws',
      account,
      region,
      logGroupName: '/aws/ecs/ecs-exec-demo',
      encryptionRequired: false,
      bucket: {
        name: 'ecs-exec-demo-output-3637495736',
        keyPrefix: 'exec-output',
        encryptionRequired: false,
        keyArn: `arn:aws:kms:${region}:${account}:key/4321dcba-21ba-43dc-65fe-ba0987654321`,
      },
      sessionKey: { kind: 'arn', arn: `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab` },
      otherRegionOption: null,
      otherContainerGroups: [],
    });
    expect(JSON.parse(shown)).toEqual(document);
  });

  it('lists every log code, metric and environment variable', () => {
    expect(missing([...Object.values(LOG_CODES), ...Object.values(METRICS), ...Object.values(ENVIRONMENT)])).toEqual(
      [],
    );
  });

  it('lists every key of the settings and of the ceiling', () => {
    const keys = Object.keys(settingsSchema.shape).filter((key) => !readme.includes(`| \`${key}`));
    // Stands in the row of the buckets.
    expect(keys).toEqual(['keys']);
    expect(readme).toContain('`buckets.allow`, `keys.allow`');
    const ceiling = Object.keys(ceilingSchema.shape);
    expect(missing(ceiling)).toEqual([]);
  });

  it('names only files and folders that are there', () => {
    const paths = [
      ...readme.matchAll(
        /\]\(((?:infra|test|functions|events|LICENSE)[^)#]*)\)|`((?:infra|functions|test|events)\/[\w./-]+)`/g,
      ),
    ];
    const named = paths.map((match) => match[1] ?? match[2] ?? match[3] ?? '');
    expect(named.length).toBeGreaterThan(5);
    const gone = named.filter((path) => !existsSync(join(root, path)));
    expect(gone).toEqual([]);
  });
});
