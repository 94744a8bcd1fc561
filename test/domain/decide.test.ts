import { decide } from '../../functions/domain/decide.ts';
import type { DenialSource } from '../../functions/domain/denial.ts';
import { guardrailsOf } from '../../functions/domain/guardrails/all.ts';
import { NO_CEILING } from '../../functions/domain/settings.ts';
import {
  ACCOUNT,
  aCluster,
  aDenial,
  aRole,
  GROUP,
  NOW,
  POLICY_NAME,
  REGION,
  ROLE_ARN,
  ROLE_NAME,
  read,
  rules,
  unreadable,
} from '../support/builders.ts';
import { aWorld, decisionIn, type World } from '../support/world.ts';

const LOGS = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group`;

/** Disposition, mode and codes of a decision. */
function briefly(world: World): object {
  const { disposition, mode, reasons } = decisionIn(world);
  return { disposition, mode, codes: reasons.map(({ code }) => code) };
}

const inMode = (defaultMode: string): World => aWorld({}, { rules: rules({ defaultMode }) });
const tagged = (value: string): { tags: Record<string, string> } => ({ tags: { 'exec-log-remediation': value } });

describe('given the published set-up nginx-default in mode attach', () => {
  it("attaches the scoped policy for the task definition's group, not the cluster's", () => {
    const decision = decisionIn(aWorld());
    expect(decision).toEqual({
      disposition: 'attach-policy',
      mode: 'attach',
      reasons: [{ code: 'all-guardrails-hold', detail: 'every guardrail holds' }],
      guardrails: guardrailsOf('exec-delivery').map((code) => ({ code, holds: true, detail: expect.any(String) })),
      policy: {
        roleName: ROLE_NAME,
        policyName: POLICY_NAME,
        document: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'ExecLogDeliveryStreams',
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: [`${LOGS}:${GROUP}:log-stream:ecs-execute-command-*`],
            },
            {
              Sid: 'ExecLogDeliveryDescribeStreams',
              Effect: 'Allow',
              Action: ['logs:DescribeLogStreams'],
              Resource: [`${LOGS}:${GROUP}:*`],
            },
            {
              Sid: 'ExecLogDeliveryDescribeGroups',
              Effect: 'Allow',
              Action: ['logs:DescribeLogGroups'],
              Resource: [`${LOGS}:*`],
            },
          ],
        },
      },
    });
  });

  it('opens a ticket in another account, though the cause is the same', () => {
    const accounts = { '222222222222': { mode: 'attach' } };
    expect(briefly(aWorld({}, { rules: rules({ defaultMode: 'ticket', accounts }) }))).toEqual({
      disposition: 'open-ticket',
      mode: 'ticket',
      codes: ['mode-allows-attach'],
    });
  });
});

describe('given each mode', () => {
  it.each([
    { mode: 'observe', disposition: 'observe', codes: ['mode-allows-attach'] },
    { mode: 'ticket', disposition: 'open-ticket', codes: ['mode-allows-attach'] },
    { mode: 'propose', disposition: 'propose-policy', codes: ['all-guardrails-hold'] },
    { mode: 'attach', disposition: 'attach-policy', codes: ['all-guardrails-hold'] },
  ])('$mode caps the disposition at $disposition', ({ mode, disposition, codes }) => {
    expect(briefly(inMode(mode))).toEqual({ disposition, mode, codes });
    expect(decisionIn(inMode(mode)).policy !== null).toBe(mode === 'attach' || mode === 'propose');
  });

  it('stays an observation in mode observe, whatever else fails', () => {
    const world = aWorld(
      { session: unreadable, role: unreadable, stack: unreadable },
      { rules: rules({ defaultMode: 'observe' }) },
    );
    expect(decisionIn(world)).toMatchObject({ disposition: 'observe', policy: null });
  });

  it('clips what the deployment does not permit', () => {
    const ceiling = { ...NO_CEILING, mode: 'ticket' } as const;
    expect(briefly(aWorld({}, { rules: rules({}, { ceiling }) }))).toEqual({
      disposition: 'open-ticket',
      mode: 'ticket',
      codes: ['mode-allows-attach', 'not-permitted-by-deployment'],
    });
  });
});

describe('given the tag exec-log-remediation', () => {
  it.each([
    { value: 'off', disposition: 'suppress', mode: 'observe', codes: ['tag-off'] },
    { value: 'observe', disposition: 'observe', mode: 'observe', codes: ['mode-allows-attach'] },
    { value: 'ticket', disposition: 'open-ticket', mode: 'ticket', codes: ['mode-allows-attach'] },
    {
      value: 'propose',
      disposition: 'propose-policy',
      mode: 'propose',
      codes: ['all-guardrails-hold'],
    },
    { value: 'Off', disposition: 'open-ticket', mode: 'ticket', codes: ['mode-allows-attach'] },
    { value: '', disposition: 'open-ticket', mode: 'ticket', codes: ['mode-allows-attach'] },
  ])('"$value" on cluster or role lowers attach to $disposition', ({ value, ...expected }) => {
    expect(briefly(aWorld({ cluster: read(aCluster(tagged(value))) }))).toEqual(expected);
    expect(briefly(aWorld({ role: read(aRole(tagged(value))) }))).toEqual(expected);
  });

  it.each(['attach', 'propose', 'ticket'])('"%s" never raises mode observe', (value) => {
    const world = aWorld(
      { cluster: read(aCluster(tagged(value))), role: read(aRole(tagged(value))) },
      { rules: rules({ defaultMode: 'observe' }) },
    );
    expect(briefly(world)).toMatchObject({ disposition: 'observe', mode: 'observe' });
  });

  it('counts the lower of two tags', () => {
    const world = aWorld({ cluster: read(aCluster(tagged('propose'))), role: read(aRole(tagged('observe'))) });
    expect(briefly(world)).toMatchObject({ disposition: 'observe', mode: 'observe' });
  });
});

describe('given a suppression of the role', () => {
  const until = (now: string, role = ROLE_ARN): World => {
    const suppression = { role, until: '2023-02-11', reason: 'retired', owner: 'platform' };
    return aWorld({}, { now: new Date(now), rules: rules({ suppressions: [suppression] }) });
  };

  it('suppresses until the end of its day in UTC', () => {
    expect(decisionIn(until('2023-02-11T23:59:59.999Z'))).toEqual({
      disposition: 'suppress',
      mode: 'attach',
      reasons: [{ code: 'suppressed', detail: 'muted until 2023-02-11 by platform: retired' }],
      guardrails: [],
      policy: null,
    });
  });

  it('does not suppress the day after', () => {
    expect(decisionIn(until('2023-02-12T00:00:00Z')).disposition).toBe('open-ticket');
  });

  it('does not suppress another role', () => {
    expect(decisionIn(until('2023-02-11T07:00:00Z', `${ROLE_ARN}-2`)).disposition).toBe('attach-policy');
  });

  it('does not take the name of a suppressed role for the role', () => {
    expect(decisionIn(until('2023-02-11T07:00:00Z', ROLE_ARN.replace('role/', 'role/team/'))).disposition).toBe(
      'attach-policy',
    );
  });

  it('suppresses by the role that the record names where IAM was not read', () => {
    const { denial, rules: inForce, now } = until('2023-02-11T07:00:00Z');
    expect(decide(denial, null, inForce, now).disposition).toBe('suppress');
  });
});

describe('given a denial that is no lost transcript', () => {
  it.each<{ source: DenialSource; code: string }>([
    { source: 'awslogs-driver', code: 'awslogs-driver' },
    { source: 'other', code: 'not-an-exec-stream' },
  ])('is not applicable: $code', ({ source, code }) => {
    const denial = aDenial({ source });
    expect(decisionIn(aWorld({}, { denial }))).toMatchObject({
      disposition: 'not-applicable',
      reasons: [{ code }],
      guardrails: [],
      policy: null,
    });
  });

  it('is not applicable: another action', () => {
    const denial = aDenial({ action: 'logs:PutLogEvents' });
    expect(briefly(aWorld({}, { denial }))).toEqual({
      disposition: 'not-applicable',
      mode: 'attach',
      codes: ['other-action'],
    });
  });
});

describe('given no account', () => {
  it('opens a ticket, with every guardrail that needs one not evaluable', () => {
    const decision = decide(aDenial(), null, rules(), NOW);
    expect(decision.disposition).toBe('open-ticket');
    expect(decision.guardrails.filter(({ holds }) => holds === true).map(({ code }) => code)).toEqual([
      'identity-policy-missing',
      'role-allowed',
      'same-owner',
      'fresh',
    ]);
    expect(decision.guardrails.filter(({ holds }) => holds === false)).toEqual([]);
  });
});

describe('given several failed guardrails', () => {
  it('gives their codes in the order of the table, each followed by its cause', () => {
    const world = aWorld(
      {
        role: read(aRole({ instanceProfileNames: ['web'] })),
        stack: read({ stackName: 'nginx' }),
        logGroup: { kind: 'absent' },
        writesInLastHour: 20,
      },
      { denial: aDenial({ policyType: 'scp', eventTime: null }), rules: rules({ logGroups: { allow: [] } }) },
    );
    const { reasons, guardrails, ...rest } = decisionIn(world);
    expect(rest).toEqual({ disposition: 'open-ticket', mode: 'attach', policy: null });
    expect(reasons.map(({ code }) => code)).toEqual([
      'identity-policy-missing',
      'denied-by-scp',
      'target-confirmed',
      'log-group-missing',
      'role-confirmed',
      'in-instance-profile',
      'role-unmanaged',
      'stack-owned',
      'group-allowed',
      'fresh',
      'breaker-closed',
    ]);
    expect(guardrails.map(({ code }) => code)).toEqual(guardrailsOf('exec-delivery'));
  });
});
