import { type Approver, approverObjection, type Opener, permittedPeople } from '../../functions/domain/people.ts';
import { ACCOUNT, rules } from '../support/builders.ts';

const SSO = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef`;
const ADA = `arn:aws:iam::${ACCOUNT}:user/ada`;
const BOB = `${SSO}/bob@example.com`;
const GRACE = 'U0GRACE00';

const opened = (personArn: string | null, sourceIdentity: string | null = null): Opener => ({
  personArn,
  sourceIdentity,
});

/** What speaks against Grace, who works as these principals, answering for a session that Ada opened. */
function objectionTo(principals: readonly string[], parts: Partial<Approver> = {}) {
  const approver = { slackUserId: GRACE, opener: opened(ADA), otherOpeners: [], ...parts };
  return approverObjection(approver, [{ slack: GRACE, principals: [...principals] }])?.code ?? null;
}

describe('a person who answers a proposal', () => {
  it('is somebody whom the settings map', () => {
    expect(objectionTo([`arn:aws:iam::${ACCOUNT}:user/grace`])).toBeNull();
    expect(objectionTo([`arn:aws:iam::${ACCOUNT}:user/grace`], { slackUserId: 'U0OTHER00' })).toBe('approver-unmapped');
    expect(approverObjection({ slackUserId: GRACE, opener: opened(ADA), otherOpeners: [] }, [])).toEqual({
      code: 'approver-unmapped',
      detail: 'the settings map this Slack user to no principal of AWS',
    });
  });

  it.each([
    ['the same user', ADA],
    ['a pattern that matches the user', `arn:aws:iam::${ACCOUNT}:user/a*`],
    ['a pattern in other letters', `arn:aws:iam::${ACCOUNT}:USER/ADA*`],
    ['a pattern that matches everybody', 'arn:*'],
    ['a user of the same name elsewhere', 'arn:aws:iam::222222222222:user/ada'],
    ['the same name under any role', `arn:aws:sts::${ACCOUNT}:assumed-role/*/ada`],
    ['the same name in other letters', `arn:aws:sts::${ACCOUNT}:assumed-role/*/ADA`],
  ])('is not who opened the session: %s', (_, principal) => {
    expect(objectionTo([principal])).toBe('own-session');
    expect(objectionTo([`arn:aws:iam::${ACCOUNT}:user/grace`, principal])).toBe('own-session');
  });

  it.each([
    ['another user', `arn:aws:iam::${ACCOUNT}:user/adam`],
    ['a pattern that ends before the name does', `arn:aws:iam::${ACCOUNT}:user/*/ada2`],
    ['another name under any role', `arn:aws:sts::${ACCOUNT}:assumed-role/*/grace`],
  ])('may be %s', (_, principal) => {
    expect(objectionTo([principal])).toBeNull();
  });

  it('is not a user of Identity Center under another permission set', () => {
    const principal = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_ReadOnly_*/bob@example.com`;
    expect(objectionTo([principal], { opener: opened(BOB) })).toBe('own-session');
    expect(objectionTo([principal.replace('bob', 'grace')], { opener: opened(BOB) })).toBeNull();
  });

  it('is not who works under the same role, whose session names prove nothing', () => {
    const opener = opened(`arn:aws:sts::${ACCOUNT}:assumed-role/Developer/ada@example.com`);
    expect(objectionTo([`arn:aws:sts::${ACCOUNT}:assumed-role/Developer/grace`], { opener })).toBe('own-session');
    expect(objectionTo([`arn:aws:sts::${ACCOUNT}:assumed-role/Operator/grace`], { opener })).toBeNull();
  });

  it.each([
    ['any account', 'arn:aws:sts::*:assumed-role/Developer/grace'],
    ['a role that is a pattern', `arn:aws:sts::${ACCOUNT}:assumed-role/Dev*/grace`],
    ['any role', `arn:aws:sts::${ACCOUNT}:assumed-role/*/grace`],
    ['any role, in other letters', `ARN:aws:sts::${ACCOUNT}:ASSUMED-ROLE/*/Grace`.replace('ARN', 'arn')],
    ['a pattern over role and name at once', `arn:aws:sts::${ACCOUNT}:assumed-role/*grace`],
    ['the role itself', `arn:aws:iam::${ACCOUNT}:role/Developer`],
    ['the role with its path', `arn:aws:iam::${ACCOUNT}:role/teams/web/Developer`],
    ['the role in any account', 'arn:aws:iam::*:role/Dev*'],
    ['the role without a session', `arn:aws:sts::${ACCOUNT}:assumed-role/Developer`],
  ])('is not who may have taken the session name of another: %s', (_, principal) => {
    const opener = opened(`arn:aws:sts::${ACCOUNT}:assumed-role/Developer/ci-4711`);
    expect(objectionTo([principal], { opener })).toBe('own-session');
  });

  it.each([
    ['another role of any account', 'arn:aws:sts::*:assumed-role/Operator/grace'],
    ['a longer role', 'arn:aws:sts::*:assumed-role/Developers/grace'],
    ['a shorter role', 'arn:aws:sts::*:assumed-role/Devel/grace'],
    ['another role itself', `arn:aws:iam::${ACCOUNT}:role/Operator`],
    ['the same role elsewhere', 'arn:aws:iam::222222222222:role/Developer'],
    ['a user, in any service', 'arn:aws:*:user/grace'],
    ['a user whose path is a pattern', `arn:aws:iam::${ACCOUNT}:user/*/grace`],
  ])('may work as %s', (_, principal) => {
    const opener = opened(`arn:aws:sts::${ACCOUNT}:assumed-role/Developer/ci-4711`);
    expect(objectionTo([principal], { opener })).toBeNull();
  });

  it('is known by name under any permission set, and is everybody who works under one that stands for itself', () => {
    expect(objectionTo(['arn:aws:sts::*:assumed-role/AWSReservedSSO_*/grace'], { opener: opened(BOB) })).toBeNull();
    const set = SSO.replace(':sts:', ':iam:').replace('assumed-role', 'role/aws-reserved/sso.amazonaws.com');
    expect(objectionTo([set], { opener: opened(BOB) })).toBe('own-session');
  });

  it('is not who stands behind the session by its source identity', () => {
    const opener = opened(`arn:aws:sts::${ACCOUNT}:assumed-role/Deploy/ci`, 'grace');
    expect(objectionTo([`arn:aws:iam::${ACCOUNT}:user/grace`], { opener })).toBe('own-session');
    expect(objectionTo(['arn:aws:sts::*:assumed-role/*/grace'], { opener })).toBe('own-session');
  });

  it('is not who opened another session of the case', () => {
    const otherOpeners = [opened(null), opened(BOB)];
    expect(objectionTo([`${SSO.replace('Admin', '*')}/bob@example.com`], { otherOpeners })).toBe('own-session');
    expect(objectionTo([`${SSO.replace('Admin', '*')}/grace@example.com`], { otherOpeners })).toBeNull();
  });

  it('is nobody at all where nobody knows who opened the session', () => {
    const grace = [`arn:aws:iam::${ACCOUNT}:user/grace`];
    expect(objectionTo(grace, { opener: opened(null) })).toBe('person-unknown');
    expect(objectionTo(grace, { opener: opened('nobody') })).toBe('person-unknown');
    expect(objectionTo(grace, { opener: opened(`arn:aws:sts::${ACCOUNT}:federated-user/ada`) })).toBe('person-unknown');
  });

  it("may be anybody mapped for a log router's denial, which is of no session", () => {
    expect(objectionTo([ADA], { opener: null })).toBeNull();
    expect(objectionTo([ADA], { opener: null, otherOpeners: [opened(ADA)] })).toBe('own-session');
    expect(objectionTo([ADA], { opener: null, slackUserId: 'U0OTHER00' })).toBe('approver-unmapped');
  });

  it('is judged by every entry of the settings under the same Slack user', () => {
    const approver = { slackUserId: GRACE, opener: opened(ADA), otherOpeners: [] };
    const people = [
      { slack: GRACE, principals: [`arn:aws:iam::${ACCOUNT}:user/grace`] },
      { slack: GRACE, principals: [ADA] },
    ];
    expect(approverObjection(approver, people)?.code).toBe('own-session');
  });
});

describe('the people who may answer at all', () => {
  const listed = [GRACE, 'U0OTHER00'].map((slack) => ({ slack, principals: [ADA] }));
  const under = (approvers: readonly string[] | null) => {
    const { settings, ceiling } = rules({ people: listed });
    return permittedPeople({
      settings,
      ceiling: { ...ceiling, approvers: approvers === null ? null : [...approvers] },
    });
  };

  it('are those of the settings, where the deployment leaves it to them', () => {
    expect(under(null)).toEqual(listed);
  });

  it('are of these only whom the deployment names as well', () => {
    expect(under(['U0OTHER00', 'U0NOBODY0'])).toEqual(listed.slice(1));
    expect(under([])).toEqual([]);
  });
});
