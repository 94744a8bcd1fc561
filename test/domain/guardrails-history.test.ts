import { NOTHING_COUNTED } from '../../functions/domain/breaker.ts';
import type { AttachedPolicy } from '../../functions/domain/observation.ts';
import { NO_CEILING } from '../../functions/domain/settings.ts';
import {
  aCase,
  aDenial,
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  NOW,
  POLICY_NAME,
  read,
  rules,
} from '../support/builders.ts';
import { itJudges, unreadableRow, withoutAccountRow } from '../support/guardrail-rows.ts';
import { aProposalOfCase } from '../support/proposals.ts';
import { aFinding, aWorld, type World } from '../support/world.ts';

const { fingerprint, repair } = aFinding();
const document = repair?.policy.document ?? { Version: '2012-10-17', Statement: [] };
const standing = read(aRole({ inlinePolicies: [anInlinePolicy(POLICY_NAME, document)] }));

function recorded(record: Partial<AttachedPolicy>, role: World['observation']['role'] = standing): World {
  return aWorld({ role, attachedPolicy: read(anAttachedPolicy(document, record)) });
}

describe('first-time', () => {
  const bare = read(aRole());
  const ours = { fingerprints: [fingerprint] };

  itJudges('first-time', [
    { name: 'nothing of ours yet', world: aWorld(), holds: true, detail: 'this cause was never repaired before' },
    { name: 'a case that was only ticketed', world: aWorld({}, { found: aCase() }), holds: true },
    {
      name: 'a case that was repaired',
      world: aWorld({}, { found: aCase({ repairedAt: '2023-01-01T00:00:00Z' }) }),
      holds: false,
      cause: 'recurrence',
    },
    {
      name: 'a repair that a person rejected',
      world: aWorld({}, { found: aCase({ proposal: aProposalOfCase({ state: 'rejected' }) }) }),
      holds: false,
      cause: 'proposal-rejected',
      detail: 'a person rejected the repair of this cause',
    },
    ...(['open', 'approved', 'expired', 'replaced'] as const).map((state) => ({
      name: `a proposal that is ${state}`,
      world: aWorld({}, { found: aCase({ proposal: aProposalOfCase({ state }) }) }),
      holds: true,
    })),
    { name: 'repaired for another cause', world: recorded({ fingerprints: ['other'] }), holds: true },
    { name: 'repaired for this cause', world: recorded(ours), holds: false, cause: 'recurrence' },
    { name: 'announced and never written', world: recorded({ ...ours, confirmedAt: null }, bare), holds: true },
    {
      name: 'written and never confirmed',
      world: recorded({ ...ours, confirmedAt: null }),
      holds: false,
      cause: 'recurrence',
    },
    {
      name: 'removed by somebody else',
      world: recorded({ fingerprints: ['other'] }, bare),
      holds: false,
      cause: 'policy-removed',
    },
    {
      name: 'removed during an unfinished second write',
      world: recorded({ fingerprints: ['other'], confirmedAt: null, previousHash: 'h' }, bare),
      holds: false,
      cause: 'policy-removed',
    },
    {
      name: 'reverted by us, for this cause',
      world: recorded({ ...ours, revertedAt: '2023-02-11T06:34:30Z' }, bare),
      holds: false,
      cause: 'policy-reverted',
    },
    {
      name: 'reverted by us, for another cause',
      world: recorded({ fingerprints: ['other'], revertedAt: '2023-02-11T06:34:30Z' }, bare),
      holds: true,
    },
    {
      name: 'a denial of another cause',
      world: { ...recorded(ours), denial: aDenial({ denialKind: 'explicit' }) },
      holds: true,
    },
    unreadableRow('attachedPolicy'),
    withoutAccountRow(),
  ]);
});

const MINUTE = 60_000;

describe('breaker-closed', () => {
  const written = (writesInLastHour: number, limit = 20, ceiling = 20): World =>
    aWorld(
      { writesInLastHour },
      { rules: rules({ limits: { writesPerHour: limit } }, { ceiling: { ...NO_CEILING, writesPerHour: ceiling } }) },
    );

  const stormed = (causes: number, reclosedAt: Date | null = null): World => {
    const reclosed =
      reclosedAt === null ? null : { at: reclosedAt.toISOString(), by: 'arn', reason: 'one broken boundary' };
    const at = NOW.toISOString();
    const cases = Array.from({ length: causes }, (_, index) => ({ id: `cause-${index}`, at }));
    return aWorld({ breaker: { ...NOTHING_COUNTED, cases, reclosed } }, { rules: rules() });
  };
  const held = (milliseconds: number): World => {
    const at = new Date(NOW.getTime() - milliseconds).toISOString();
    return aWorld({ breaker: { ...NOTHING_COUNTED, opened: { at, because: 'cases' } } });
  };

  itJudges('breaker-closed', [
    {
      name: 'one write less than allowed',
      world: written(19),
      holds: true,
      detail: '19 of 20 writes in the last hour',
    },
    {
      name: 'as many writes as allowed',
      world: written(20),
      holds: false,
      detail: '20 writes in the last hour, at most 20 are allowed',
    },
    { name: 'the lower limit of the settings', world: written(5, 5), holds: false },
    { name: 'the lower limit of the deployment', world: written(5, 1000, 5), holds: false },
    { name: 'no writes allowed', world: written(0, 0), holds: false },
    { name: 'one new cause less than opens it', world: stormed(19), holds: true },
    {
      name: 'as many new causes as open it',
      world: stormed(20),
      holds: false,
      detail: '20 new causes within an hour: nothing is written until the storm is over or a person closes the breaker',
    },
    { name: 'the last millisecond of the hour that it holds', world: held(59 * MINUTE + 59_999), holds: false },
    { name: 'the hour after it opened', world: held(60 * MINUTE), holds: true },
    { name: 'a person who closed it', world: stormed(20, NOW), holds: true },
    { name: 'a count that is no number', world: written(Number.NaN), holds: false },
    withoutAccountRow(),
  ]);
});
