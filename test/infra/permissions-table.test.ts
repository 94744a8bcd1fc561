import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFunctions } from '../../infra/build.ts';
import { escalationsOf } from '../../infra/permissions/escalation.ts';
import { DEPLOYMENT_NAMES, type DeploymentName, statementsIn } from '../../infra/permissions/every-deployment.ts';
import { permissionsTable, tableIn, withTable } from '../../infra/permissions/readme-table.ts';
import type { RoleStatement } from '../../infra/permissions/statements.ts';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

let permissions: ReadonlyMap<DeploymentName, readonly RoleStatement[]>;

beforeAll(async () => {
  await buildFunctions();
  permissions = new Map(DEPLOYMENT_NAMES.map((name) => [name, statementsIn(name)]));
}, 60_000);

const all = () => [...permissions.values()].flat();
const found = (name: DeploymentName, role: string, sid: string) =>
  permissions.get(name)?.find((one) => one.role === role && one.sid === sid);

describe('given every way to deploy', () => {
  it('is what the README says, statement by statement', () => {
    const [shown, made] = [tableIn(readme), permissionsTable(permissions)];
    const difference = [
      ...shown.filter((line) => !made.includes(line)).map((line) => `- ${line}`),
      ...made.filter((line) => !shown.includes(line)).map((line) => `+ ${line}`),
    ];
    // Of two tables with the same lines, the order tells.
    const isSame = withTable(readme, made) === readme;
    expect(isSame ? [] : [...difference, 'the README is behind the templates: npm run permissions']).toEqual([]);
  });

  it('lets no function raise its own permissions', () => {
    expect([...new Set(escalationsOf(all()))]).toEqual([]);
  });

  it('gives a reason for every statement, and the file that makes it', () => {
    expect(all().filter(({ because }) => because.length < 20)).toEqual([]);
    const sources = [...new Set(all().flatMap(({ source }) => source.split(', ')))];
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
  });

  it('denies every write to its own roles, to those of AWS and to those that are never written to', () => {
    const role = (name: string) => `arn:<partition>:iam::<account>:role/${name}`;
    const own = ['exec-log/*', 'aws-service-role/*', 'aws-reserved/*'].map(role);
    const ci = 'arn:aws:iam::<account>:role/ci-*';
    expect(found('attach', 'remediator', 'NeverOwnRoles')).toMatchObject({ effect: 'Deny', resources: own });
    expect(found('neverRoles', 'remediator', 'NeverOwnRoles')).toMatchObject({
      effect: 'Deny',
      resources: [...own, ci],
      conditions: [],
    });
    expect(found('member, neverRoles', 'member: repair', 'NeverOwnRoles')).toMatchObject({
      effect: 'Deny',
      actions: ['iam:*'],
      resources: expect.arrayContaining([...own, ci]),
    });
  });

  it('asks for the permissions boundary in every write that a ceiling with one permits', () => {
    const asked = 'StringEquals iam:PermissionsBoundary = arn:aws:iam::<account>:policy/task-boundary';
    expect(found('attach', 'remediator', 'WriteRepairPolicy')?.conditions).toEqual([]);
    expect(found('requireBoundary', 'remediator', 'WriteRepairPolicy')?.conditions).toEqual([asked]);
    expect(found('member, requireBoundary', 'member: repair', 'WriteRepairPolicy')?.conditions).toEqual([
      'if WantsTag: StringEquals aws:ResourceTag/exec-log-repair = <RoleTagValue>',
      `if WantsTag: ${asked}`,
      `if not WantsTag: ${asked}`,
    ]);
  });
});
