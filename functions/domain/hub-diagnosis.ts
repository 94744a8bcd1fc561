import { diagnoseAudit } from './audit-diagnosis.ts';
import { type Diagnosis, fail, ok, unknown, warn } from './diagnosis.ts';
import type { Reading } from './observation.ts';

/** A place that a hub audits, and when its audit last came to an end; null where none ever did. */
export interface ObservedAudit {
  readonly account: string;
  readonly region: string;
  readonly finishedAt: Reading<string | null>;
}

/** An account as the organisation lists it. */
export interface ObservedAccount {
  readonly id: string;
  readonly name: string;
  /** Neither being opened nor being closed, nor suspended. */
  readonly isActive: boolean;
}

/** What only a hub has. */
export interface ObservedHub {
  readonly deploymentId: string;
  readonly busName: string;
  /** Its ARN. */
  readonly bus: Reading<string>;
  readonly accounts: Reading<readonly ObservedAccount[]>;
  /** Its own among them; absent before the first audit. */
  readonly audits: Reading<readonly ObservedAudit[]>;
}

/** An organisation may have thousands: a person reads the first ones, and how many follow. */
const MOST_LINES = 20;

/**
 * The checks of a hub: its bus, whether anything was ever delivered from each active account, and the audit of each place; none where
 * the deployment is no hub (absent). The hub's own account is audited from the beginning, so that it always counts as heard of. Pure.
 */
export function diagnoseHub(hub: Reading<ObservedHub>, now: Date): readonly Diagnosis[] {
  if (hub.kind === 'absent') return [];
  if (hub.kind === 'unreadable') return [unknown('hub', `it cannot be told whether this is a hub: ${hub.because}`)];
  return [busCheck(hub.value), ...memberChecks(hub.value), ...auditChecks(hub.value.audits, now)];
}

function busCheck({ busName, bus }: ObservedHub): Diagnosis {
  const code = `bus:${busName}`;
  if (bus.kind === 'unreadable') return unknown(code, `the bus ${busName} cannot be read: ${bus.because}`);
  return bus.kind === 'absent'
    ? fail(code, `there is no bus ${busName}: nothing of the members arrives`, 'deploy the hub again')
    : ok(code, `the bus ${busName} is there`);
}

function memberChecks({ deploymentId, accounts, audits }: ObservedHub): readonly Diagnosis[] {
  const code = 'members';
  // The check of the audits says why.
  if (audits.kind !== 'read') return [];
  if (accounts.kind !== 'read') {
    const why = accounts.kind === 'unreadable' ? accounts.because : 'there is none';
    return [unknown(code, `the accounts of the organisation cannot be listed: ${why}`)];
  }
  const heardOf = new Set(audits.value.map(({ account }) => account));
  const active = accounts.value.filter(({ isActive }) => isActive);
  const silent = active.filter(({ id }) => !heardOf.has(id)).toSorted(by(({ id }) => id));
  if (silent.length === 0) return [ok(code, `each of ${counted(active.length, 'active account')} was heard of`)];
  const shown = silent.slice(0, MOST_LINES).map(({ id, name }) => {
    const detail = `nothing was ever delivered from ${id} (${name}): the hub knows neither a session nor a policy there`;
    return warn(`member:${id}`, detail, isDeployed(deploymentId, id));
  });
  const more = silent.length - shown.length;
  if (more === 0) return shown;
  const detail = `nothing was ever delivered from ${counted(more, 'more account')}`;
  return [
    ...shown,
    warn(code, detail, 'compare the stack set with the organisation: exec-log modes lists all accounts'),
  ];
}

function isDeployed(deploymentId: string, account: string): string {
  const list = `aws cloudformation list-stack-instances --stack-set-name ${deploymentId}-member`;
  return (
    `is the member stack deployed there? ${list} --stack-instance-account ${account}; if it is, nobody opened a session there ` +
    'yet. The management account is in no stack set: it needs a stack of its own'
  );
}

function auditChecks(audits: ObservedHub['audits'], now: Date): readonly Diagnosis[] {
  const code = 'audits';
  if (audits.kind === 'unreadable') return [unknown(code, `the places of the hub cannot be read: ${audits.because}`)];
  if (audits.kind === 'absent')
    return [fail(code, 'the hub knows no places: no audit ever began', "look at the auditor's errors and schedule")];
  const places = audits.value.toSorted(by(({ account, region }) => `${account} ${region}`));
  const wrong = places.map((place) => auditCheck(place, now)).filter(({ status }) => status !== 'ok');
  if (wrong.length === 0)
    return [ok(code, `the audit of each of ${counted(places.length, 'place')} ended within two hours`)];
  const [shown, more] = [wrong.slice(0, MOST_LINES), wrong.slice(MOST_LINES)];
  if (more.length === 0) return shown;
  const isFailed = more.some(({ status }) => status === 'fail');
  const detail = `the audit of ${counted(more.length, 'more place')} did not end within two hours, or cannot be read`;
  return [...shown, isFailed ? fail(code, detail, WHERE_TO_LOOK) : unknown(code, detail)];
}

const WHERE_TO_LOOK =
  "look for EXECLOG_FAILED with account and Region in the auditor's log: is the member stack there, and does it trust this hub?";

/** One place is judged as the only one of a single deployment is. */
function auditCheck({ account, region, finishedAt }: ObservedAudit, now: Date): Diagnosis {
  const judged = diagnoseAudit(finishedAt, now);
  const place = { ...judged, code: `audit:${account}:${region}`, detail: `${account} ${region}: ${judged.detail}` };
  if (judged.status !== 'fail') return place;
  const isNew = finishedAt.kind !== 'read' || finishedAt.value === null;
  return { ...place, whatToDo: isNew ? `if it is new, wait for the next audit; else ${WHERE_TO_LOOK}` : WHERE_TO_LOOK };
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const by =
  <Item>(keyOf: (item: Item) => string) =>
  (left: Item, right: Item) =>
    keyOf(left) < keyOf(right) ? -1 : 1;
