import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { type Ceiling, NO_CEILING } from '../functions/domain/settings.ts';
import { MemberStack } from './member-stack.ts';
import { DeploymentInputError } from './settings.ts';
import { withSubstitutions } from './substitutions.ts';

/** `TemplateBody` of `CreateStackSet`. */
const LONGEST_BODY = 51_200;

export interface MemberRequest {
  /** How its repairs are made and which tag roles opt in with; without it by inline policies, and with the tag `exec-log-repair`. */
  readonly ceiling?: Ceiling;
  /** Keeps the assembly there; else only the template survives. */
  readonly outdir?: string;
  readonly checked?: boolean;
}

/**
 * The text of the template of a member, the same for every account and Region. A ceiling that it cannot carry throws a
 * DeploymentInputError; a finding of cdk-nag throws too.
 */
export function synthesiseMember({ ceiling = NO_CEILING, outdir, checked = true }: MemberRequest = {}): string {
  const folder = outdir ?? mkdtempSync(join(tmpdir(), 'exec-log-member-'));
  try {
    mkdirSync(folder, { recursive: true });
    const app = new App({
      outdir: folder,
      autoSynth: false,
      analyticsReporting: false,
      treeMetadata: false,
      builtinCloudFormationValidation: checked,
    });
    if (checked) {
      // The reasons of its acknowledgements stand in the README: the template has to stay small.
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    }
    const stack = new MemberStack(app, ceiling);
    app.synth();
    const file = join(folder, `${stack.artifactId}.template.json`);
    const template = inLines(withSubstitutions(JSON.parse(readFileSync(file, 'utf8'))));
    checkLength(template);
    writeFileSync(file, template);
    return template;
  } finally {
    if (outdir === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** A stack set takes more only from a bucket, and nobody should need one. */
function checkLength({ length }: string): void {
  if (length > LONGEST_BODY) {
    const expectation = `expected fewer groups: a stack set takes a template of ${LONGEST_BODY} bytes`;
    throw new DeploymentInputError('The ceiling', [{ path: 'preparedGroups', value: `${length} bytes`, expectation }]);
  }
}

/** One line for each parameter, condition and resource: the indentation of the CDK is half the size of a template. */
function inLines(template: unknown): string {
  const sections = Object.entries(template ?? {}).map(([name, section]) => {
    if (typeof section !== 'object' || section === null) return line(name, section);
    const entries = Object.entries(section).map(([id, one]) => line(id, one));
    return `${JSON.stringify(name)}:{\n${entries.join(',\n')}\n}`;
  });
  return `{\n${sections.join(',\n')}\n}\n`;
}

function line(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
