import { approvalMessage } from '../../functions/flow/approval-message.ts';
import { orderMessage } from '../../functions/flow/own-messages.ts';
import type { SimulatedAccount } from '../simulated-account/index.ts';
import { anExecSession } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { anExecuteCommandEvent } from '../support/session-events.ts';
import { asAws } from './live-account.ts';
import { ROLE_ARN } from './nginx-account.ts';
import { linesOf, type Ran, runCli } from './run-cli.ts';

const DENIAL = JSON.stringify(delivered(aDenialRecord()));
const SESSION = JSON.stringify(anExecuteCommandEvent(anExecSession()));
const CLICK = approvalMessage({ body: 'c2VjcmV0LXBhcnQ=', timestamp: '1', signature: 'v0=secret-part' });
const RUN = JSON.stringify({
  requestContext: { condition: 'RetriesExhausted' },
  responsePayload: { errorMessage: 'no table' },
});

/** The queues of a deployment without routers; `account.queues` holds the dead letters' sources as the template has them. */
function deploy({ queues }: SimulatedAccount, id = 'exec-log'): void {
  for (const way of ['denials', 'sessions', 'approvals']) {
    queues.create(`${id}-${way}-dead-letters`);
    queues.create(`${id}-${way}`, { redrive: { deadLetterQueue: `${id}-${way}-dead-letters`, maxReceiveCount: 8 } });
  }
  for (const way of ['denials', 'sessions']) queues.create(`${id}-${way}-undelivered`);
  queues.create(`${id}-auditor-failures`);
}

const bodiesIn = ({ queues }: SimulatedAccount, name: string) =>
  (queues.get(name)?.all() ?? []).map(({ body }) => body);
const put = ({ queues }: SimulatedAccount, name: string, ...bodies: readonly string[]) => {
  for (const body of bodies) queues.get(name)?.send(body);
};
const states = ({ stdout }: Ran) =>
  linesOf(stdout).map((line) => {
    const { queue, state, messages, putBack } = line as Record<string, unknown>;
    return [queue, state, messages, putBack];
  });
const ran = (...argv: readonly string[]) => runCli(['redrive', ...argv]);

describe('given a deployment in which nothing failed', () => {
  it('says so of each queue that is there, and ends with 0', async () => {
    await asAws(async (account) => {
      deploy(account);
      const done = await ran('--json');
      expect([done.code, done.stderr]).toEqual([0, '']);
      expect(states(done)).toEqual(
        [
          ...['denials-dead-letters', 'denials-undelivered', 'sessions-dead-letters', 'sessions-undelivered'],
          ...['approvals-dead-letters', 'auditor-failures'],
        ].map((suffix) => [`exec-log-${suffix}`, 'empty', 0, 0]),
      );
    });
  });
});

describe('given dead letters and undelivered events', () => {
  it('shows them in a dry run, ends with 1 and leaves everything where it is', async () => {
    await asAws(async (account) => {
      deploy(account);
      put(account, 'exec-log-denials-dead-letters', DENIAL, orderMessage({ kind: 'review', roleId: 'AROA1' }), '{');
      put(account, 'exec-log-sessions-undelivered', SESSION);
      const before = account.calls.length;
      const { code, stdout } = await ran('--dry-run');
      expect(code).toBe(1);
      expect(stdout).toMatch(/! exec-log-denials-dead-letters {2}3 messages, the oldest of 3 shown sent 0 min ago/);
      expect(stdout).toContain(
        'denial of logs:CreateLogStream on /ecs/nginx-sample/nginx by role nginx-sample-task-nginx-role (111111111111, ap-northeast-1) at 2023-02-11T06:35:04Z',
      );
      expect(stdout).toContain('order review about AROA1');
      expect(stdout).toContain('not readable: not-json');
      expect(stdout).toContain('redrive puts them back into exec-log-denials');
      expect(stdout).toContain(`session ${anExecSession().sessionId} in `);
      expect(stdout).not.toContain('secret-word');
      expect(bodiesIn(account, 'exec-log-denials-dead-letters')).toHaveLength(3);
      const called = new Set(account.calls.slice(before).map(({ operation }) => operation));
      expect([...called].sort()).toEqual(['GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage']);
      // Shown, and still there for whoever asks next.
      expect((await ran('--dry-run')).stdout).toBe(stdout);
    });
  });

  it('puts them back where they belong, and ends with 0', async () => {
    await asAws(async (account) => {
      deploy(account);
      put(account, 'exec-log-denials-dead-letters', DENIAL);
      put(account, 'exec-log-sessions-undelivered', SESSION, SESSION.replace('"version":"0"', '"version": "0"'));
      const done = await ran('--json');
      expect(done.code).toBe(0);
      expect(states(done).filter(([, state]) => state !== 'empty')).toEqual([
        ['exec-log-denials-dead-letters', 'put-back', 1, 1],
        ['exec-log-sessions-undelivered', 'put-back', 2, 2],
      ]);
      expect(bodiesIn(account, 'exec-log-denials')).toEqual([DENIAL]);
      expect(bodiesIn(account, 'exec-log-sessions')).toHaveLength(2);
      expect(bodiesIn(account, 'exec-log-sessions-undelivered')).toEqual([]);
      expect((await ran()).code).toBe(0);
      expect(bodiesIn(account, 'exec-log-denials')).toEqual([DENIAL]);
    });
  });

  it('shows ten of more, and puts all of them back', async () => {
    await asAws(async (account) => {
      deploy(account);
      put(account, 'exec-log-denials-undelivered', ...Array.from({ length: 23 }, () => DENIAL));
      const { code, stdout } = await ran('--queue', 'denials-undelivered');
      expect(code).toBe(0);
      expect(stdout.match(/denial of /g)).toHaveLength(10);
      expect(stdout).toContain('and about 13 more');
      expect(stdout).toContain('23 sent to exec-log-denials');
      expect(bodiesIn(account, 'exec-log-denials')).toHaveLength(23);
    });
  });

  it.each([
    ['denials', ['exec-log-denials-dead-letters', 'exec-log-denials-undelivered']],
    ['sessions-dead-letters', ['exec-log-sessions-dead-letters']],
  ])('looks only at what --queue %s names', async (name, queues) => {
    await asAws(async (account) => {
      deploy(account);
      expect(states(await ran('--json', '--queue', name)).map(([queue]) => queue)).toEqual(queues);
    });
  });
});

describe('given what nobody may put back', () => {
  it.each([
    ['approvals-dead-letters', CLICK, "a person's answer in Slack", 'ask who answered to click again'],
    ['auditor-failures', RUN, 'a run that failed (RetriesExhausted): no table', 'the next audit does the work'],
  ])('leaves it, ends with 1 and says what to do instead: %s', async (suffix, body, what, instead) => {
    await asAws(async (account) => {
      deploy(account);
      put(account, `exec-log-${suffix}`, body);
      const { code, stdout } = await ran();
      expect(code).toBe(1);
      expect(stdout).toContain(what);
      expect(stdout).toContain(instead);
      expect(stdout).not.toMatch(/secret-part|c2VjcmV0/);
      expect(bodiesIn(account, `exec-log-${suffix}`)).toEqual([body]);
    });
  });
});

describe('given something that goes wrong', () => {
  it('ends with 3 where a move fails, and goes on with the other queues', async () => {
    await asAws(async (account) => {
      deploy(account);
      // Nothing names it as its dead-letter queue, so that SQS has no place to move to.
      account.queues.create('exec-log-denials');
      put(account, 'exec-log-denials-dead-letters', DENIAL);
      put(account, 'exec-log-denials-undelivered', DENIAL);
      const done = await ran('--json');
      expect(done.code).toBe(3);
      expect(states(done).slice(0, 2)).toEqual([
        ['exec-log-denials-dead-letters', 'failed', 1, 0],
        ['exec-log-denials-undelivered', 'put-back', 1, 1],
      ]);
    });
  });

  it('watches a move that runs already, and starts no second one', async () => {
    await asAws(async (account) => {
      deploy(account);
      const queue = account.queues.get('exec-log-denials-dead-letters');
      put(account, 'exec-log-denials-dead-letters', DENIAL);
      queue?.moves.unshift({ id: 'm', startedAt: 0, status: 'RUNNING', moved: 1, toMove: 2 });
      const looks = () => account.calls.filter(({ operation }) => operation === 'ListMessageMoveTasks').length;
      const ending = setInterval(() => {
        // Once before it would start one, and once while it watches.
        if (looks() >= 2)
          queue?.moves.splice(0, 1, { id: 'm', startedAt: 0, status: 'COMPLETED', moved: 2, toMove: 2 });
      }, 10);
      const done = await ran('--json', '--queue', 'denials-dead-letters');
      clearInterval(ending);
      expect([done.code, states(done)]).toEqual([0, [['exec-log-denials-dead-letters', 'put-back', 1, 2]]]);
      expect(account.calls.filter(({ operation }) => operation === 'StartMessageMoveTask')).toEqual([]);
    });
  });

  it('ends with 1 where a redrive that broke off still holds messages, which come back by themselves', async () => {
    await asAws(async (account) => {
      deploy(account);
      put(account, 'exec-log-denials-undelivered', DENIAL);
      account.queues.get('exec-log-denials-undelivered')?.receive(10, 60);
      const { code, stdout } = await ran();
      expect(code).toBe(1);
      expect(stdout).toContain("exec-log-denials-undelivered  empty, 1 in somebody's hands");
    });
  });

  it('ends with 1 where a queue may not be read, and says what is missing', async () => {
    await asAws(async (account) => {
      deploy(account);
      const { accessKeyId, secretAccessKey, sessionToken } = account.credentialsFor(ROLE_ARN);
      Object.assign(process.env, {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      });
      const { code, stdout } = await ran('--queue', 'denials-dead-letters');
      expect(code).toBe(1);
      expect(stdout).toContain('exec-log-denials-dead-letters  cannot be read');
      expect(stdout).toContain('sqs:ReceiveMessage is not permitted (AccessDenied)');
    });
  });

  it('ends with 2 on a queue that there is none of, and names those that there are', async () => {
    const { code, stderr } = await ran('--queue', 'denial');
    expect(code).toBe(2);
    expect(stderr).toContain('--queue: expected some of denials, denials-dead-letters, denials-undelivered, sessions');
  });

  it('ends with 3 where there is no such deployment', async () => {
    await asAws(async (account) => {
      deploy(account);
      const { code, stderr } = await ran('--deployment-id', 'other');
      expect([code, stderr.includes('no such queue of a deployment "other"')]).toEqual([3, true]);
    });
  });
});
