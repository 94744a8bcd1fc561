import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIGNAL_RULE_NAMES } from '../../functions/domain/rules.ts';
import { type Ceiling, type Mode, NO_CEILING } from '../../functions/domain/settings.ts';
import { type SynthesisRequest, synthesise } from '../synthesise.ts';
import { synthesiseMember } from '../synthesise-member.ts';
import { type RoleStatement, roleStatements } from './statements.ts';

/** Every way to deploy that gives somebody other permissions, by the name that the README's table calls it. */
const DEPLOYMENTS = {
  observe: alone(ceilingOf('observe')),
  ticket: alone(ceilingOf('ticket')),
  propose: alone(ceilingOf('propose')),
  attach: alone(ceilingOf('attach')),
  roleTag: alone(ceilingOf('attach', { roles: [], roleTag: { key: 'exec-log-repair', value: 'yes' } })),
  requireBoundary: alone(ceilingOf('attach', { requireBoundary: 'arn:aws:iam::*:policy/task-boundary' })),
  neverRoles: alone(ceilingOf('attach', { neverRoles: ['arn:aws:iam::*:role/ci-*'] })),
  'managed-policy': alone(ceilingOf('attach', { repair: 'managed-policy', preparedGroups: ['/ecs/web'] })),
  ticketBus: alone(ceilingOf('attach'), { ticketBus: 'tickets' }),
  organization: alone(ceilingOf('attach'), { organization: true }),
  signals: alone(ceilingOf('attach'), { signals: SIGNAL_RULE_NAMES }),
  approverUrl: alone(ceilingOf('attach'), { approverUrl: 'none', approverConcurrency: null }),
  'hub, observe': alone(ceilingOf('observe'), { hub: 'o-exampleorg1' }),
  'hub, attach': alone(ceilingOf('attach'), { hub: 'o-exampleorg1' }),
  'hub, managed-policy': alone(ceilingOf('attach', { repair: 'managed-policy', preparedGroups: ['/ecs/web'] }), {
    hub: 'o-exampleorg1',
  }),
  member: member(NO_CEILING),
  'member, managed-policy': member({ ...NO_CEILING, repair: 'managed-policy', preparedGroups: ['/ecs/web'] }),
  'member, requireBoundary': member({ ...NO_CEILING, requireBoundary: 'arn:aws:iam::*:policy/task-boundary' }),
  'member, neverRoles': member({ ...NO_CEILING, neverRoles: ['arn:aws:iam::*:role/ci-*'] }),
} satisfies Readonly<Record<string, (folder: string) => void>>;

export type DeploymentName = keyof typeof DEPLOYMENTS;

export const DEPLOYMENT_NAMES = Object.keys(DEPLOYMENTS) as readonly DeploymentName[];

/** The statements of one way to deploy, from its synthesised template. The bundles must have been built. */
export function statementsIn(name: DeploymentName): readonly RoleStatement[] {
  const folder = mkdtempSync(join(tmpdir(), 'exec-log-permissions-'));
  try {
    DEPLOYMENTS[name](folder);
    return roleStatements(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ceilingOf(mode: Mode, more: Partial<Ceiling> = {}): Ceiling {
  return { ...NO_CEILING, mode, roles: ['arn:aws:iam::*:role/sandbox-*'], ...more };
}

function alone(ceiling: Ceiling, more: Partial<SynthesisRequest> = {}): (outdir: string) => void {
  return (outdir) => synthesise({ ceiling, checked: false, outdir, ...more });
}

function member(ceiling: Ceiling): (outdir: string) => void {
  return (outdir) => synthesiseMember({ ceiling, checked: false, outdir });
}
