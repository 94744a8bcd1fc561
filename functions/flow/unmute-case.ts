import { parseRoleArn } from '../domain/arn.ts';
import type { Case } from '../domain/case.ts';
import { type CaseNews, withNews } from '../domain/case-outcome.ts';
import type { Reason } from '../domain/decision.ts';
import { isIncident } from '../domain/incident.ts';
import {
  type EffectiveMode,
  effectiveMode,
  isSuppressionOver,
  mutedBecause,
  type Rules,
  routerMode,
} from '../domain/mode.ts';
import type { ObservedCluster, ObservedRole, Reading, Tags } from '../domain/observation.ts';
import { isMutedBySettings } from '../domain/suppression.ts';
import { unmutedTicket } from '../messages/unmuted-ticket.ts';
import type { CaseStore, EcsReader, IamReader, TicketSystem } from '../ports.ts';
import { type AccountRulesPorts, accountRules } from './account-rules.ts';
import { channelOfCase } from './case-channel.ts';
import { type ChangePorts, changeCase } from './change-case.ts';
import { ended, type OrderEnd } from './order-end.ts';
import type { Order } from './own-messages.ts';

export interface UnmutePorts extends ChangePorts, AccountRulesPorts {
  readonly cases: Pick<CaseStore, 'findCase' | 'saveCase'>;
  readonly tickets: TicketSystem;
  readonly iam: Pick<IamReader, 'findRole'>;
  readonly ecs: Pick<EcsReader, 'findCluster'>;
  readonly deploymentId: string;
}

/** What carries the tags; null where it is not looked at. */
interface Look {
  readonly role: Reading<ObservedRole> | null;
  readonly cluster: Reading<ObservedCluster> | null;
}

/** What a case is raised to, and whether nobody is to be told. */
interface Raised {
  readonly news: CaseNews;
  readonly isQuiet: boolean;
}

/**
 * Raises a case that the settings mute no more: a ticket as the mode and the tags allow, and a notice. Nothing is repaired: what
 * was denied back then is judged by the next denial. The case is saved last, so that a killed Lambda leaves nothing untold.
 */
export async function unmuteCase(
  { fingerprint }: Extract<Order, { kind: 'unmute' }>,
  rules: Rules,
  ports: UnmutePorts,
): Promise<OrderEnd> {
  const found = await ports.cases.findCase(fingerprint);
  if (found === undefined || !isMutedBySettings(found)) {
    // Only a notice that was never announced may be left to do.
    await changeCase(fingerprint, () => null, ports);
    return ended('void', 'the settings mute no such case');
  }
  if (!isSuppressionOver(rules, found.roleArn, ports.clock())) {
    return ended('void', 'the role is still suppressed, or the settings are not known');
  }
  const look = await lookAt(found, ports);
  const { news, isQuiet } = raised(found, look, await accountRules(rules, found.account, ports), ports.clock());
  const ticket =
    news.state === 'ticketed'
      ? await ports.tickets.fileTicket(unmutedTicket(found, news.reasons, ports.deploymentId, rules.settings.language))
      : null;
  const told = ticket === null ? news : { ...news, ticketId: ticket.ticketId, ticketUrl: ticket.ticketUrl };
  // The routes of the settings may have changed since it was muted.
  const chatChannel = channelOfCase(rules, { account: found.account, ...look }, found);
  await changeCase(
    fingerprint,
    (current, now) =>
      current === null || !isMutedBySettings(current)
        ? null
        : withNews({ ...current, chatChannel }, told, now, rules.settingsVersion, isQuiet),
    ports,
  );
  return ended(END_OF[news.state] ?? 'reported', news.reasons.map(({ code }) => code).join(', '), {
    ticketsOpened: ticket?.opened === true ? [ticket.ticketId] : [],
  });
}

const END_OF: Readonly<Partial<Record<Case['state'], OrderEnd['result']>>> = {
  ticketed: 'ticketed',
  closed: 'closed',
  suppressed: 'kept',
};

function raised(found: Case, look: Look, rules: Rules, now: Date): Raised {
  const own = found.reasons.filter(({ code }) => code !== 'suppressed');
  if (look.role !== null && isGone(found, look.role)) {
    const detail = 'the role of the case is gone, and the suppression of it has ended';
    return closed({ code: 'role-gone', detail }, false);
  }
  if (found.signal?.kind === 'awslogs-driver' && rules.settings.awslogsDriver === 'ignore') {
    return closed(
      { code: 'awslogs-driver', detail: 'the settings leave the denials of execution roles to others' },
      true,
    );
  }
  const mode = modeOf(found, effectiveMode(rules, found.account, tagSetsOf(look)), rules);
  const muted = mutedBecause(rules, mode, found.roleArn, now);
  if (muted !== null) {
    return {
      news: { state: 'suppressed', disposition: 'suppress', reasons: [...own, muted] },
      isQuiet: true,
    };
  }
  const isObserved = mode.mode === 'observe';
  return {
    news: {
      state: isObserved ? 'observed' : 'ticketed',
      disposition: isObserved ? 'observe' : 'open-ticket',
      // Behind the codes by which an incident or news of a policy is known.
      reasons: [...own, overReason(found)],
    },
    isQuiet: false,
  };
}

function closed(reason: Reason, isQuiet: boolean): Raised {
  return { news: { state: 'closed', disposition: 'not-applicable', reasons: [reason] }, isQuiet };
}

/** With what the suppression said: who muted it, until when, and why. */
function overReason({ reasons }: Case): Reason {
  const said = reasons.find(({ code }) => code === 'suppressed')?.detail ?? '';
  return { code: 'suppression-expired', detail: `no suppression holds any more (${said})` };
}

function modeOf({ signal }: Case, mode: EffectiveMode, rules: Rules): EffectiveMode {
  return signal?.kind === 'router' ? routerMode(mode, rules) : mode;
}

/** Not for an incident: as for its first report, tags of cluster and role do not mute what is outside the record. */
async function lookAt(found: Case, { iam, ecs }: UnmutePorts): Promise<Look> {
  const roleName = parseRoleArn(found.roleArn)?.roleName;
  if (isIncident(found) || roleName === undefined) return { role: null, cluster: null };
  const { clusterArn } = found;
  const [role, cluster] = await Promise.all([
    iam.findRole(roleName),
    clusterArn === null ? null : ecs.findCluster(clusterArn),
  ]);
  return { role, cluster };
}

/** A role of the same name is another one. */
function isGone({ roleId }: Case, role: Reading<ObservedRole>): boolean {
  return role.kind === 'absent' || (role.kind === 'read' && roleId !== '' && role.value.roleId !== roleId);
}

/** What cannot be read mutes nothing: a ticket too many is looked at, one too few is not. */
function tagSetsOf({ cluster, role }: Look): readonly Tags[] {
  return [
    ...(cluster?.kind === 'read' ? [cluster.value.tags] : []),
    ...(role?.kind === 'read' ? [role.value.tags] : []),
  ];
}
