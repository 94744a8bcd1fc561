import { ProposeWorld, SECRET, type ShownMessage } from './propose-world.ts';
import { nothing, repaired, ticketFor } from './whole-end.ts';

const STILL_ASKS: readonly ShownMessage[] = [{ word: 'Approval', buttons: ['Approve', 'Reject'] }];
const unanswered = {
  ...nothing,
  cases: [{ state: 'proposed', disposition: 'propose-policy', reasons: ['all-guardrails-hold'], count: 1 }],
};

let world: ProposeWorld;
afterEach(() => world.close());

const asked = async (settings: Readonly<Record<string, unknown>> = {}) => {
  world = await ProposeWorld.start(settings);
  await world.proposed();
};
/** Nothing reached the remediator, and the question stands. */
const isUntouched = async () => {
  expect(await world.end()).toEqual(unanswered);
  expect([world.shown(), world.waiting(), world.whisperedTo()]).toEqual([STILL_ASKS, 0, []]);
  expect(world.logged('EXECLOG_APPROVAL_REFUSED')).toEqual([]);
};

describe('given the click of a person who may not answer', () => {
  it.each([
    { name: 'whom the settings do not name', user: 'U0EVE', reason: 'approver-unmapped' },
    { name: 'who ran exec', user: 'U0ALICE', reason: 'own-session' },
  ])('leaves the question as it is for somebody $name, and tells that person alone', async ({ user, reason }) => {
    await asked();
    expect(await world.click(user)).toEqual([200]);

    expect(await world.end()).toEqual(unanswered);
    expect([world.shown(), world.whisperedTo(), world.waiting()]).toEqual([STILL_ASKS, [user], 0]);
    expect(world.logged('EXECLOG_APPROVAL_REFUSED')).toEqual([
      expect.stringMatching(new RegExp(`"code":"${reason}".*${user}|${user}.*"code":"${reason}"`)),
    ]);
    expect(world.play.system.deployment.fn('remediator').metric('ApprovalsRefused', { code: reason })).toBe(1);
  });

  it('lets neither of them reject', async () => {
    await asked();
    await world.click('U0EVE', 'reject');
    await world.click('U0ALICE', 'reject');

    expect(await world.end()).toEqual(unanswered);
  });

  it('counts a second session of the case: who opened it may not answer either', async () => {
    await asked();
    await world.play.session({ person: 'mara' });
    await world.later(60_000);
    await world.click('U0MARA');

    expect(await world.end()).toMatchObject({ policyWrites: 0, cases: [{ state: 'proposed', count: 2 }] });
    await world.click('U0NOAH');
    expect(await world.end()).toMatchObject({ policyWrites: 1, cases: [{ state: 'repaired' }] });
  });

  it('asks nobody where nobody is named: a ticket says so', async () => {
    await asked({ people: [] });

    expect(await world.end()).toEqual({ ...ticketFor('nobody-to-ask'), posts: [] });
    expect(world.shown()).toEqual([{ word: 'Ticket', buttons: [] }]);
  });
});

describe('given a request that Slack did not sign, or not now', () => {
  it.each([
    { name: 'signed with another secret', manner: { wrongly: true } },
    { name: 'signed 301 seconds ago', manner: { secondsAgo: 301 } },
    { name: 'signed for 302 seconds from now', manner: { secondsAgo: -302 } },
  ])('answers 401 to one $name, and sends nothing', async ({ manner }) => {
    await asked();

    expect(await world.click('U0MARA', 'approve', manner)).toEqual([401]);
    await isUntouched();
  });

  it('takes one that was signed 290 seconds ago', async () => {
    await asked();

    expect(await world.click('U0MARA', 'approve', { secondsAgo: 290 })).toEqual([200]);
    expect(await world.end()).toEqual({ ...repaired(), posts: [] });
  });

  it('takes nothing without the headers, and nothing but POST', async () => {
    await asked();
    const { body } = world.clickToCome('U0MARA');
    const statuses = [
      (await fetch(world.approver, { method: 'POST', body })).status,
      (await fetch(world.approver)).status,
    ];

    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
    await isUntouched();
  });
});

describe('given a Slack secret that is of no use', () => {
  it.each([
    { name: 'gone', document: null },
    { name: 'empty', document: { botToken: SECRET.botToken, signingSecret: '' } },
    { name: "a webhook's", document: { webhookUrl: 'https://hooks.slack.com/services/T0/B0/x' } },
  ])('answers 500 to a signed click and does nothing where it is $name', async ({ document }) => {
    await asked();
    const click = world.clickToCome('U0MARA');
    world.holds(document);

    expect(await world.slack.send(world.approver, click)).toBe(500);
    await world.later(60_000);
    expect(await world.end()).toMatchObject({ policies: {}, policyWrites: 0, cases: [{ state: 'proposed' }] });
    expect(world.waiting()).toBe(0);
  });
});

it('takes clicks again a minute after the secret was rotated', async () => {
  await asked();
  world.holds({ ...SECRET, signingSecret: 'the0secret0of0the0time0before000' });
  expect(await world.click('U0MARA')).toEqual([401]);
  world.holds(SECRET);
  await world.later(60_000);

  expect(await world.click('U0MARA')).toEqual([200]);
  expect(await world.end()).toEqual({ ...repaired(), posts: [] });
});

describe('given whoever took over the approver', () => {
  it('may send to its own queue, and to nothing else', async () => {
    await asked();
    const { account, deployment } = world.play.system;
    const { roleArn } = deployment.fn('approver').setup;
    const may = async (word: string) => {
      const resource = deployment.queueOf('remediator', word).arn;
      return (await account.decide({ principalRole: roleArn, action: 'sqs:SendMessage', resource })).allowed;
    };

    expect([await may('approvals'), await may('denials')]).toEqual([true, false]);
  });

  it('reaches no order by its queue, and its approvals count in no other queue', async () => {
    await asked();
    const { deployment, ledger } = world.play.system;
    const [found] = await ledger.cases();
    const approvals = deployment.queueOf('remediator', 'approvals');
    approvals.send(JSON.stringify({ kind: 'lapse', fingerprint: found?.fingerprint }));
    approvals.send(JSON.stringify(world.play.lastDenial()));
    await world.later(60_000);
    expect(await world.end()).toMatchObject({ tickets: 0, cases: [{ state: 'proposed', count: 1 }] });

    const { body, headers } = world.clickToCome('U0MARA');
    const forwarded = {
      kind: 'approval',
      body: Buffer.from(body).toString('base64'),
      timestamp: headers['X-Slack-Request-Timestamp'],
      signature: headers['X-Slack-Signature'],
    };
    deployment.queueOf('remediator', 'denials').send(JSON.stringify(forwarded));
    await world.later(60_000);
    expect(await world.end()).toMatchObject({ policyWrites: 0, cases: [{ state: 'proposed' }] });
  });
});
