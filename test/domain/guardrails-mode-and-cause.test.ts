import { parseCeiling } from '../../functions/domain/settings.ts';
import { ACCOUNT, aCluster, aDenial, aRole, read, rules, unreadable } from '../support/builders.ts';
import { absentRow, itJudges, unreadableRow, withoutAccountRow } from '../support/guardrail-rows.ts';
import { aWorld, type World } from '../support/world.ts';

const APPROVAL = { proposedAt: '2023-02-11T06:36:00Z', expiresAt: '2023-02-14T06:36:00Z' };
const tagged = (value: string) => ({ 'exec-log-remediation': value });

function underCeiling(document: object): World {
  const ceiling = parseCeiling(document);
  if (ceiling.kind === 'invalid') {
    throw new Error('The ceiling of the test is not valid.');
  }
  return aWorld({}, { rules: rules({}, { ceiling: ceiling.value }) });
}

describe('mode-allows-attach', () => {
  itJudges('mode-allows-attach', [
    { name: 'mode attach', world: aWorld(), holds: true, detail: 'the settings say attach' },
    {
      name: 'the account says attach',
      world: aWorld({}, { rules: rules({ defaultMode: 'observe', accounts: { [ACCOUNT]: { mode: 'attach' } } }) }),
      holds: true,
      detail: 'the settings say attach for this account',
    },
    {
      name: 'mode propose',
      world: aWorld({}, { rules: rules({ defaultMode: 'propose' }) }),
      holds: true,
      detail: 'mode propose: a person approves',
    },
    {
      name: 'mode propose, approved',
      world: aWorld({}, { rules: rules({ defaultMode: 'propose' }), approval: APPROVAL }),
      holds: true,
      detail: 'mode propose: a person approved',
    },
    {
      name: 'mode attach, approved',
      world: aWorld({}, { approval: APPROVAL }),
      holds: true,
      detail: 'the settings say attach',
    },
    {
      name: 'mode ticket since the approval',
      world: aWorld({}, { rules: rules({ defaultMode: 'ticket' }), approval: APPROVAL }),
      holds: false,
    },
    { name: 'mode ticket', world: aWorld({}, { rules: rules({ defaultMode: 'ticket' }) }), holds: false },
    { name: 'mode observe', world: aWorld({}, { rules: rules({ defaultMode: 'observe' }) }), holds: false },
    {
      name: 'another account says attach',
      world: aWorld({}, { rules: rules({ defaultMode: 'ticket', accounts: { '222222222222': { mode: 'attach' } } }) }),
      holds: false,
    },
    {
      name: 'a ceiling that permits it',
      world: underCeiling({ mode: 'attach', accounts: [ACCOUNT] }),
      holds: true,
    },
    {
      name: 'a ceiling of mode ticket',
      world: underCeiling({ mode: 'ticket', accounts: [ACCOUNT] }),
      holds: false,
      cause: 'not-permitted-by-deployment',
      detail: 'the settings say attach, the deployment permits ticket',
    },
    {
      name: 'a ceiling of mode propose',
      world: underCeiling({ mode: 'propose', accounts: [ACCOUNT] }),
      holds: true,
      detail: 'mode propose: a person approves',
    },
    {
      name: 'a ceiling without this account',
      world: underCeiling({ mode: 'attach', accounts: ['222222222222'] }),
      holds: false,
      cause: 'not-permitted-by-deployment',
    },
    {
      name: 'the default ceiling',
      world: underCeiling({}),
      holds: false,
      cause: 'not-permitted-by-deployment',
    },
    {
      name: 'a tag of the cluster that lowers',
      world: aWorld({ cluster: read(aCluster({ tags: tagged('ticket') })) }),
      holds: false,
      detail: 'mode ticket: the settings say attach; the tag exec-log-remediation lowers it to ticket',
    },
    {
      name: 'a tag of the role that lowers',
      world: aWorld({ role: read(aRole({ tags: tagged('propose') })) }),
      holds: true,
      detail: 'mode propose: a person approves',
    },
    { name: 'a tag that would raise', world: aWorld({ role: read(aRole({ tags: tagged('attach') })) }), holds: false },
    {
      name: 'no account in the record',
      world: { ...aWorld(), denial: aDenial({ account: null }), rules: rules({}, { ceiling: rules().ceiling }) },
      holds: false,
      cause: 'not-permitted-by-deployment',
    },
    {
      name: 'mode propose with unread tags',
      world: aWorld({ cluster: unreadable }, { rules: rules({ defaultMode: 'propose' }), approval: APPROVAL }),
      holds: null,
    },
    unreadableRow('role'),
    unreadableRow('cluster'),
    absentRow('cluster', null),
    withoutAccountRow(),
  ]);
});

describe('identity-policy-missing', () => {
  const denied = (fields: Parameters<typeof aDenial>[0]) => aWorld({}, { denial: aDenial(fields) });

  itJudges('identity-policy-missing', [
    { name: 'implicit, identity-based', world: aWorld(), holds: true },
    {
      name: 'explicit, identity-based',
      world: denied({ denialKind: 'explicit' }),
      holds: false,
      cause: 'denied-explicitly',
    },
    {
      name: 'explicit, no type named',
      world: denied({ denialKind: 'explicit', policyType: null }),
      holds: false,
      cause: 'denied-explicitly',
    },
    {
      name: 'a permissions boundary',
      world: denied({ policyType: 'permissions-boundary' }),
      holds: false,
      cause: 'denied-by-boundary',
    },
    { name: 'an SCP, implicit', world: denied({ policyType: 'scp' }), holds: false, cause: 'denied-by-scp' },
    {
      name: 'an SCP, explicit',
      world: denied({ policyType: 'scp', denialKind: 'explicit' }),
      holds: false,
      cause: 'denied-by-scp',
    },
    {
      name: 'an RCP',
      world: denied({ policyType: 'rcp', denialKind: 'explicit' }),
      holds: false,
      cause: 'denied-by-rcp',
    },
    {
      name: 'a session policy',
      world: denied({ policyType: 'session' }),
      holds: false,
      cause: 'denied-by-session-policy',
    },
    {
      name: 'an endpoint policy',
      world: denied({ policyType: 'vpc-endpoint' }),
      holds: false,
      cause: 'denied-by-vpc-endpoint',
    },
    {
      name: 'a resource policy',
      world: denied({ policyType: 'resource-based' }),
      holds: false,
      cause: 'denied-by-resource-policy',
    },
    {
      name: 'no reason given',
      world: denied({ denialKind: 'unknown', policyType: null }),
      holds: null,
      cause: 'cause-unknown',
    },
    { name: 'a cut reason', world: denied({ denialKind: 'unknown' }), holds: null, cause: 'cause-unknown' },
    { name: 'implicit, no type named', world: denied({ policyType: null }), holds: null, cause: 'cause-unknown' },
    withoutAccountRow(true),
  ]);
});
