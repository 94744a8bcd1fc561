import { parseClusterArn, parseExecTarget } from '../domain/task.ts';
import type { CallHistory, HistoryQuery } from '../ports.ts';
import { at, textsAt } from './capture-references.ts';
import { recordWithoutSecrets } from './capture-secrets.ts';

/** Sessions are what every other reading is about; denials can be a storm, and a few of each kind tell all. */
const MAX_SESSION_PAGES = 200;
const MAX_DENIAL_PAGES = 40;

const SESSION_CALLS = ['ExecuteCommand', 'StartSession'] as const;
/** The calls by whose denial logs get lost; a key's is asked for only where sessions have a key. */
const DELIVERY_CALLS = ['CreateLogStream', 'CreateLogGroup', 'DescribeLogStreams', 'DescribeLogGroups'] as const;
const BUCKET_CALLS = ['GetBucketEncryption'] as const;
const KEY_CALLS = ['Decrypt'] as const;

/** Which records are wanted. */
export interface WantedRecords {
  readonly from: Date;
  readonly to: Date;
  /** ARNs of the clusters; null where sessions of every cluster are wanted. */
  readonly clusterArns: ReadonlySet<string> | null;
  /** Names of the roles whose denials are wanted. */
  readonly roleNames: ReadonlySet<string>;
  readonly hasKey: boolean;
  readonly hasBucket: boolean;
}

export interface CapturedRecords {
  readonly records: readonly unknown[];
  /** Calls that could not be asked for, with why; and those of which there are more than were read. */
  readonly problems: readonly { readonly eventName: string; readonly because: string }[];
}

/** The sessions and the denials of a period out of CloudTrail's event history, without secrets, the newest first of each call. */
export async function captureRecords(wanted: WantedRecords, history: CallHistory): Promise<CapturedRecords> {
  const records: unknown[] = [];
  const problems: CapturedRecords['problems'][number][] = [];
  const read = async (eventName: string, maxPages: number, isWanted: (record: unknown) => boolean) => {
    const query: HistoryQuery = {
      attribute: 'EventName',
      value: eventName,
      from: wanted.from,
      to: wanted.to,
      maxPages,
    };
    const answer = await history.findRecords(query);
    if (answer.kind !== 'read') {
      problems.push({ eventName, because: answer.kind === 'absent' ? 'there is no history' : answer.because });
      return;
    }
    records.push(...answer.value.records.filter(isWanted).map(recordWithoutSecrets));
    if (!answer.value.complete) problems.push({ eventName, because: 'there are more records than are read' });
  };
  for (const call of SESSION_CALLS) await read(call, MAX_SESSION_PAGES, (record) => isWantedSession(record, wanted));
  const denied = [...DELIVERY_CALLS, ...(wanted.hasBucket ? BUCKET_CALLS : []), ...(wanted.hasKey ? KEY_CALLS : [])];
  for (const call of denied) await read(call, MAX_DENIAL_PAGES, (record) => isWantedDenial(record, wanted));
  return { records, problems };
}

/** A session on a container of a wanted cluster; a refused call names the cluster in its request alone. */
function isWantedSession(record: unknown, { clusterArns }: WantedRecords): boolean {
  const [target] = textsAt(record, 'requestParameters', 'target');
  // Sessions on instances are nobody's business here.
  if (at(record, 'eventName') === 'StartSession' && !target?.startsWith('ecs:')) return false;
  if (clusterArns === null) return true;
  const names = new Set([...clusterArns].map((arn) => parseClusterArn(arn)?.clusterName ?? arn));
  const [answered] = textsAt(record, 'responseElements', 'clusterArn');
  if (answered !== undefined) return clusterArns.has(answered);
  const asked =
    target === undefined ? textsAt(record, 'requestParameters', 'cluster')[0] : parseExecTarget(target)?.clusterName;
  return asked !== undefined && (names.has(asked) || clusterArns.has(asked));
}

function isWantedDenial(record: unknown, { roleNames }: WantedRecords): boolean {
  const [errorCode = ''] = textsAt(record, 'errorCode');
  const [roleName = ''] = textsAt(record, 'userIdentity', 'sessionContext', 'sessionIssuer', 'userName');
  return /Denied|Unauthorized|NotAuthorized|AuthorizationError/.test(errorCode) && roleNames.has(roleName);
}
