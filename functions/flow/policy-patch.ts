import { parseArn, parseRoleArn } from '../domain/arn.ts';
import type { Case, CaseSignal } from '../domain/case.ts';
import type { PolicyDocument, RemediationPolicy } from '../domain/decision.ts';
import type { LogTarget } from '../domain/log-target.ts';
import type { AttachedPolicy } from '../domain/observation.ts';
import { readOwnDocument } from '../domain/own-document.ts';
import { mergedWithEarlier, policyDocumentFor } from '../domain/remediation-policy.ts';
import type { RouterTarget } from '../domain/router-target.ts';
import { withKeys } from '../domain/target-keys.ts';
import type { LedgerLines } from '../ports.ts';
import { type KeyPorts, observeKeys } from './observe-target.ts';

/** What is asked to put a policy together anew. */
export type PatchPorts = KeyPorts & { readonly lines: LedgerLines };

/** A session's line may be gone, or its target unresolved; an older one of the same case will do. */
const MAX_LINES_READ = 3;

/**
 * What the code of the role should say: the standing document where it is ours, else put together from the targets of the cases'
 * sessions as the ledger resolved them. A case without such a session gives its log group alone.
 */
export async function policyForCode(
  record: AttachedPolicy,
  standing: string | null,
  cases: readonly Case[],
  ports: PatchPorts,
): Promise<RemediationPolicy | null> {
  const own = standing === null ? null : readOwnDocument(standing, null);
  const document: PolicyDocument | null =
    own === null
      ? documentFor(await Promise.all(cases.map((found) => targetOf(found, ports))))
      : { Version: '2012-10-17', Statement: own };
  const roleName = parseRoleArn(record.roleArn)?.roleName;
  return document === null || roleName === undefined ? null : { roleName, policyName: record.policyName, document };
}

function documentFor(targets: readonly (LogTarget | RouterTarget | null)[]): PolicyDocument | null {
  return targets.reduce<PolicyDocument | null>((document, target) => {
    const added = target === null ? null : policyDocumentFor(target);
    if (added === null || document === null) {
      return added ?? document;
    }
    return mergedWithEarlier(JSON.stringify(document), added) ?? document;
  }, null);
}

async function targetOf(found: Case, ports: PatchPorts): Promise<LogTarget | RouterTarget | null> {
  const { signal } = found;
  if (signal?.kind === 'router') return routerTargetOf(found, signal);
  // A call beside the delivery names no group: whichever its session's was.
  const isAnyGroup = signal?.kind === 'exec-companion';
  for (const sessionId of found.sessionIds.slice(-MAX_LINES_READ).reverse()) {
    const line = await ports.lines.findLine(sessionId);
    const target = line.kind === 'read' ? line.value.target : null;
    if (target?.kind === 'target' && (isAnyGroup || target.logGroupName === found.logGroupName)) {
      // The line was written without asking KMS and S3.
      return withKeys(target, await observeKeys(target, ports));
    }
  }
  return {
    kind: 'target',
    logging: 'DEFAULT',
    ...placeOf(found),
    logGroupName: found.logGroupName,
    encryptionRequired: false,
    bucket: null,
    sessionKey: null,
    otherRegionOption: null,
    otherContainerGroups: [],
  };
}

function routerTargetOf(
  found: Case,
  { routerName, createsGroup }: Extract<CaseSignal, { kind: 'router' }>,
): RouterTarget | null {
  const { logGroupName } = found;
  const routed = { createsGroup, routerName: routerName ?? '', origin: 'task-definition' } as const;
  return logGroupName === null ? null : { kind: 'router-target', ...placeOf(found), logGroupName, ...routed };
}

const placeOf = ({ roleArn, account, region }: Case) => ({
  partition: parseArn(roleArn)?.partition ?? 'aws',
  account,
  region,
});
