/**
 * Synthesises the template: `npm run synth -- [-c ceiling=FILE] [-c deploymentId=ID] [-c alarmTopicArn=ARN]
 * [-c auditMinutes=N] [-c signals=NAME,NAME] [-c ticketBus=NAME] [-c approverConcurrency=N|none] [-c approverUrl=none]
 * [-c organization=yes] [-c hub=ORGANIZATION]`, or the template of a hub's members: `npm run synth -- -c member=yes [-c ceiling=FILE]`.
 * Deployed with `npx cdk deploy --app cdk.out`, or by the CDK's own command line with this script as its app.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Ceiling } from '../functions/domain/settings.ts';
import { buildFunctions } from './build.ts';
import { approverUrlNamed, DEFAULT_DEPLOYMENT_ID, hubNamed, signalsNamed, yesOrNo } from './deployment.ts';
import { repositoryRoot } from './repository.ts';
import { DEFAULT_CEILING_FILE, DeploymentInputError, readCeiling, settingsJsonSchema } from './settings.ts';
import { synthesise } from './synthesise.ts';
import { synthesiseMember } from './synthesise-member.ts';

const CONTEXT_KEYS = [
  'ceiling',
  'deploymentId',
  'alarmTopicArn',
  'auditMinutes',
  'signals',
  'ticketBus',
  'organization',
  'approverConcurrency',
  'approverUrl',
  'hub',
  'member',
] as const;

type Context = Partial<Record<(typeof CONTEXT_KEYS)[number], string>>;

/** Exit code 2: the input is not usable. */
class UsageError extends Error {}

function contextOf(args: readonly string[], fromCdk: string | undefined): Context {
  const context: Context = {};
  // The CDK's command line hands its context over as JSON, with keys of its own among it.
  const given: unknown = JSON.parse(fromCdk ?? '{}');
  for (const key of CONTEXT_KEYS) {
    const value: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, key) : undefined;
    if (typeof value === 'string') context[key] = value;
  }
  for (let at = 0; at < args.length; at += 2) {
    const [key = '', ...value] = (args[at + 1] ?? '').split('=');
    const known = CONTEXT_KEYS.find((name) => name === key);
    if (!['-c', '--context'].includes(args[at] ?? '') || known === undefined || value.length === 0) {
      throw new UsageError(`usage: infra/app.ts [${CONTEXT_KEYS.map((name) => `-c ${name}=VALUE`).join('] [')}]`);
    }
    context[known] = value.join('=');
  }
  return context;
}

/** The CDK's command line owns its folder; ours is emptied, so that no template of another deployment stays behind. */
function outputFolder(ofCdk: string | undefined): string {
  if (ofCdk !== undefined) return resolve(ofCdk);
  const own = join(repositoryRoot(), 'cdk.out');
  rmSync(own, { recursive: true, force: true });
  return own;
}

async function main(): Promise<void> {
  const context = contextOf(process.argv.slice(2), process.env['CDK_CONTEXT_JSON']);
  const ceilingFile = context.ceiling ?? DEFAULT_CEILING_FILE;
  const ceiling = readCeiling(context.ceiling === undefined ? join(repositoryRoot(), ceilingFile) : ceilingFile);
  if (yesOrNo('member', context.member || 'no')) return member(context, ceiling);
  // An empty list chooses none. Before the build, which takes its time.
  const signals = signalsNamed(context.signals ? context.signals.split(',').map((name) => name.trim()) : []);
  const organization = yesOrNo('organization', context.organization || 'no');
  const approverUrl = approverUrlNamed(context.approverUrl ?? 'public');
  // An empty one would be no hub in silence.
  const hub = context.hub === undefined ? {} : { hub: hubNamed(context.hub) };
  await buildFunctions();
  const outdir = outputFolder(process.env['CDK_OUTDIR']);
  const deploymentId = context.deploymentId ?? DEFAULT_DEPLOYMENT_ID;
  synthesise({
    ceiling,
    deploymentId,
    outdir,
    ...(context.alarmTopicArn !== undefined && { alarmTopicArn: context.alarmTopicArn }),
    // Number('') is 0 and out of bounds; what is no number is refused as NaN.
    ...(context.auditMinutes !== undefined && { auditMinutes: Number(context.auditMinutes) }),
    signals,
    // An empty name grants none.
    ...(context.ticketBus ? { ticketBus: context.ticketBus } : {}),
    organization,
    ...(context.approverConcurrency !== undefined && {
      approverConcurrency: context.approverConcurrency === 'none' ? null : Number(context.approverConcurrency),
    }),
    approverUrl,
    ...hub,
  });
  writeFileSync(join(outdir, 'settings.schema.json'), `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
  console.log(`Synthesised ${deploymentId} into ${outdir} under the ceiling ${ceiling.mode} (${ceilingFile}).`);
  for (const line of emptyListsOf(ceiling)) console.log(line);
}

/** Whatever else a member is told it is told as a parameter of its stack. */
function member(context: Context, ceiling: Ceiling): void {
  const strange = Object.keys(context).find((key) => key !== 'member' && key !== 'ceiling');
  if (strange !== undefined) {
    throw new UsageError(`A member takes -c ceiling=FILE and no ${strange}: the rest are parameters of its template.`);
  }
  const outdir = outputFolder(process.env['CDK_OUTDIR']);
  const { length } = synthesiseMember({ outdir, ceiling });
  console.log(`Synthesised the template of members into ${outdir} (${length} bytes, no assets).`);
}

/** An empty list allows nothing, which is worth a line to somebody who deploys a mode that writes. */
function emptyListsOf({ mode, accounts, roles, roleTag, logGroups }: Ceiling): readonly string[] {
  if (mode !== 'attach' && mode !== 'propose') return [];
  const empty = { accounts: accounts.length, roles: roleTag === null ? roles.length : 1, logGroups: logGroups.length };
  return Object.entries(empty)
    .filter(([, length]) => length === 0)
    .map(([name]) => `Note: the ceiling's ${name} are empty, so nothing above a ticket will happen.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError || error instanceof DeploymentInputError ? 2 : 1;
});
