import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIGNAL_RULE_NAMES } from '../../functions/domain/rules.ts';
import { parseSettings } from '../../functions/domain/settings.ts';
import { settingsJsonSchema } from '../../infra/settings.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, templateOf } from './deployed.ts';

interface Acknowledged {
  readonly id: string;
  readonly reason: string;
}

/** What cdk-nag found and a person acknowledged, from the metadata that the check leaves in the template. */
function acknowledgedIn(template: Template): readonly Acknowledged[] {
  return Object.values(template.Resources).flatMap(({ Metadata }) => {
    const nag = Metadata?.['cdk_nag'] as { readonly rules_to_suppress: readonly Acknowledged[] } | undefined;
    return nag?.rules_to_suppress ?? [];
  });
}

describe.each(['observe', 'propose', 'attach'] as const)('given the checks of cdk-nag and the CDK under %s', (mode) => {
  let template: Template;
  beforeAll(async () => {
    // A finding that nobody acknowledged throws.
    template = await templateOf(aCeiling(mode), { checked: true, signals: SIGNAL_RULE_NAMES });
  }, 60_000);

  it('leaves only findings that are acknowledged with a reason', () => {
    const acknowledged = acknowledgedIn(template);
    expect([...new Set(acknowledged.map(({ id }) => id.replace(/\[.*$/, '')))].sort()).toEqual([
      'AwsSolutions-IAM5',
      'AwsSolutions-SQS3',
      'Serverless-EventBusDLQ',
      'Serverless-LambdaDLQ',
      'Serverless-LambdaEventSourceMappingDestination',
      'Serverless-LambdaStarPermissions',
      'Serverless-LambdaTracing',
      'Serverless-SQSRedrivePolicy',
    ]);
    expect(acknowledged.filter(({ reason }) => reason.length < 20)).toEqual([]);
  });
});

describe('given the same deployment twice', () => {
  it('is the same template, byte for byte', async () => {
    const [first, second] = [await templateOf(aCeiling('attach')), await templateOf(aCeiling('attach'))];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });
});

describe('given a folder for the cloud assembly', () => {
  it('holds the template and the code, without the account of the bundler', async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'exec-log-assembly-'));
    try {
      await templateOf(aCeiling('observe'), { outdir });
      const files = readdirSync(outdir, { recursive: true }).map(String);
      expect(files).toContain('exec-log.template.json');
      expect(files.filter((file) => file.endsWith('index.cjs'))).toHaveLength(4);
      expect(files.filter((file) => file.endsWith('meta.json'))).toEqual([]);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });
});

describe('given the published schema of the settings', () => {
  it('knows every key, none of which is required, and no other', () => {
    const defaults = parseSettings({});
    const keys = defaults.kind === 'valid' ? Object.keys(defaults.value) : [];
    const schema: { properties?: object; required?: unknown; additionalProperties?: unknown } = settingsJsonSchema();
    expect(Object.keys(schema.properties ?? {})).toEqual(keys);
    expect({ required: schema.required, additional: schema.additionalProperties }).toEqual({
      required: undefined,
      additional: false,
    });
  });
});
