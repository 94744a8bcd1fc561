/**
 * Writes the table of README "Permissions": `npm run permissions`. Every way to deploy is synthesised offline, and every statement of
 * every function's role becomes a line; a statement that lets a function raise its own permissions is refused (exit code 1).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFunctions } from './build.ts';
import { escalationsOf } from './permissions/escalation.ts';
import { DEPLOYMENT_NAMES, statementsIn } from './permissions/every-deployment.ts';
import { permissionsTable, withTable } from './permissions/readme-table.ts';
import { repositoryRoot } from './repository.ts';

async function main(): Promise<void> {
  await buildFunctions();
  const permissions = new Map(DEPLOYMENT_NAMES.map((name) => [name, statementsIn(name)] as const));
  const escalations = [...permissions.values()].flatMap(escalationsOf);
  if (escalations.length > 0) throw new Error([...new Set(escalations)].join('\n'));
  const file = join(repositoryRoot(), 'README.md');
  const table = permissionsTable(permissions);
  writeFileSync(file, withTable(readFileSync(file, 'utf8'), table));
  console.log(`Wrote ${table.length - 2} statements of ${DEPLOYMENT_NAMES.length} ways to deploy into README.md.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
