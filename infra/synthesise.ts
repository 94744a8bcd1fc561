import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, DefaultStackSynthesizer, type IStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Ceiling } from '../functions/domain/settings.ts';
import {
  DEFAULT_APPROVER_CONCURRENCY,
  DEFAULT_AUDIT_MINUTES,
  DEFAULT_DEPLOYMENT_ID,
  type Deployment,
  signalsNamed,
} from './deployment.ts';
import { RemediatorStack } from './remediator-stack.ts';

/** One resource of a template, intrinsic functions unresolved. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** A CloudFormation template as JSON. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface SynthesisRequest {
  readonly ceiling: Ceiling;
  readonly deploymentId?: string;
  readonly alarmTopicArn?: string;
  readonly auditMinutes?: number;
  /** Names of opt-in rules (README "Further signals"); none without it. */
  readonly signals?: readonly string[];
  /** The EventBridge bus that tickets may be sent to as events; none without it. */
  readonly ticketBus?: string;
  /** Lets the remediator ask AWS Organizations for the places of accounts. */
  readonly organization?: boolean;
  /** How many approvers may run at once; null: no number of their own. Five without it. */
  readonly approverConcurrency?: number | null;
  /** The approver has a public URL without it. */
  readonly approverUrl?: Deployment['approverUrl'];
  /** The organisation whose hub it is; without it, it serves its own account and Region. */
  readonly hub?: string;
  /** Keeps the whole cloud assembly there; else only the template survives. */
  readonly outdir?: string;
  /** The checks of cdk-nag and of the CDK cost ten times the synthesis; the simulated account can do without. */
  readonly checked?: boolean;
}

/**
 * The template of a deployment, made in this process and offline. The bundles must have been built (`buildFunctions`). A ceiling that
 * would let the function write to every role, or a signal that there is none of, throws a DeploymentInputError; a finding of cdk-nag throws too.
 */
export function synthesise(request: SynthesisRequest): Template {
  const outdir = request.outdir ?? mkdtempSync(join(tmpdir(), 'exec-log-template-'));
  try {
    mkdirSync(outdir, { recursive: true });
    return synthesiseInto(outdir, request);
  } finally {
    if (request.outdir === undefined) rmSync(outdir, { recursive: true, force: true });
  }
}

function synthesiseInto(outdir: string, request: SynthesisRequest): Template {
  const checked = request.checked ?? true;
  const app = new App({
    outdir,
    autoSynth: false,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: checked,
  });
  if (checked) {
    // The acknowledgements and their reasons stand in the template, where an auditor looks for them.
    Validations.of(app).addPlugins(
      new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }),
      new ServerlessChecks(app, { writeSuppressionsToCloudFormation: true }),
    );
  }
  const stack = new RemediatorStack(
    app,
    {
      deploymentId: request.deploymentId ?? DEFAULT_DEPLOYMENT_ID,
      ceiling: request.ceiling,
      alarmTopicArn: request.alarmTopicArn ?? null,
      auditMinutes: request.auditMinutes ?? DEFAULT_AUDIT_MINUTES,
      signals: signalsNamed(request.signals ?? []),
      ticketBus: request.ticketBus ?? null,
      organization: request.organization ?? false,
      approverConcurrency:
        request.approverConcurrency === undefined ? DEFAULT_APPROVER_CONCURRENCY : request.approverConcurrency,
      approverUrl: request.approverUrl ?? 'public',
      hub: request.hub ?? null,
    },
    { synthesizer: synthesizer() },
  );
  app.synth();
  return JSON.parse(readFileSync(join(outdir, `${stack.artifactId}.template.json`), 'utf8'));
}

/** The bundles go to the bucket that `cdk bootstrap` made. */
function synthesizer(): IStackSynthesizer {
  // Without the rule and its parameter, which nothing offline can resolve; `cdk deploy` checks the bootstrap version by itself.
  // The cast is for exactOptionalPropertyTypes, which the CDK's own types do not hold.
  return new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer;
}
