import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mode } from '../../../functions/domain/settings.ts';
import { runCli } from '../../cli/run-cli.ts';
import type { JsonObject } from '../account-state.ts';
import { SCENARIO_NAMES } from './choose-account.ts';
import { play } from './play.ts';
import type { PlayStep } from './steps.ts';
import { createStory } from './story.ts';

async function played(scenario: string, mode: Mode, event: JsonObject | null = null): Promise<readonly PlayStep[]> {
  const steps: PlayStep[] = [];
  for await (const step of play({ mode, scenario, event, account: null })) steps.push(step);
  return steps;
}

function told(steps: readonly PlayStep[]): string {
  const same = (text: string) => text;
  return steps.map(createStory({ bold: same, dim: same, red: same, green: same, yellow: same })).join('\n');
}

/** What happened between the deployment and the end. */
const names = (steps: readonly PlayStep[]) => steps.slice(1, -2).map(({ step }) => step);

/** The end, and whether the mode's promise was kept. */
function endOf(steps: readonly PlayStep[]) {
  const [promise, last] = steps.slice(-2);
  if (promise?.step !== 'promise') throw new Error('the last step but one is no promise');
  if (last?.step === 'result') return [promise.kept, last.disposition, last.transcript];
  if (last?.step === 'router-result') return [promise.kept, last.disposition, last.logs];
  throw new Error('the last step is no result');
}

const clients = ['preflight', 'session', 'session', 'session', 'loss', 'event', 'decision'];
const refused = ['session', 'loss', 'event', 'audit', 'decision'];
const lost = ['session', 'loss', 'event', 'decision'];
const answered = ['message', 'click', 'policy', 'message', 'click'];
const flushed = ['flushes', 'event', 'decision'];

const event = (name: string): JsonObject =>
  JSON.parse(readFileSync(join(__dirname, '../../../events', `${name}.json`), 'utf8'));

describe('given a published scenario', () => {
  it.each<{ scenario: string; mode: Mode; steps: readonly string[]; end: readonly [string, string] }>([
    {
      scenario: 'demo-override',
      mode: 'attach',
      steps: [...refused, 'policy', 'message', 'next-session'],
      end: ['attach-policy', 'recorded'],
    },
    {
      scenario: 'demo-override',
      mode: 'ticket',
      steps: [...refused, 'ticket', 'message', 'next-session'],
      end: ['open-ticket', 'lost'],
    },
    {
      scenario: 'demo-override',
      mode: 'observe',
      steps: [...refused, 'message', 'next-session'],
      end: ['observe', 'lost'],
    },
    {
      scenario: 'cfn-override',
      mode: 'attach',
      steps: [...lost, 'ticket', 'message', 'stack-deployment', 'next-session'],
      end: ['open-ticket', 'recorded'],
    },
    {
      scenario: 'cfn-override',
      mode: 'ticket',
      steps: [...lost, 'ticket', 'message', 'stack-deployment', 'next-session'],
      end: ['open-ticket', 'recorded'],
    },
    {
      scenario: 'cfn-override',
      mode: 'observe',
      steps: [...lost, 'message', 'next-session'],
      end: ['observe', 'lost'],
    },
    {
      scenario: 'exec-clients',
      mode: 'attach',
      steps: [...clients, 'policy', 'message', 'next-session'],
      end: ['attach-policy', 'recorded'],
    },
    {
      scenario: 'exec-clients',
      mode: 'ticket',
      steps: [...clients, 'ticket', 'message', 'next-session'],
      end: ['open-ticket', 'lost'],
    },
    {
      scenario: 'firelens',
      mode: 'attach',
      steps: [...flushed, 'policy', 'message', 'next-flush'],
      end: ['attach-policy', 'delivered'],
    },
    {
      scenario: 'firelens',
      mode: 'ticket',
      steps: [...flushed, 'ticket', 'message', 'next-flush'],
      end: ['open-ticket', 'lost'],
    },
    {
      scenario: 'demo-override',
      mode: 'propose',
      steps: [...refused, ...answered, 'next-session'],
      end: ['attach-policy', 'recorded'],
    },
    {
      scenario: 'exec-clients',
      mode: 'propose',
      steps: [...clients, ...answered, 'next-session'],
      end: ['attach-policy', 'recorded'],
    },
    {
      scenario: 'cfn-override',
      mode: 'propose',
      steps: [...lost, 'ticket', 'message', 'stack-deployment', 'next-session'],
      end: ['open-ticket', 'recorded'],
    },
    {
      scenario: 'firelens',
      mode: 'propose',
      steps: [...flushed, ...answered, 'next-flush'],
      end: ['attach-policy', 'delivered'],
    },
    { scenario: 'firelens', mode: 'observe', steps: [...flushed, 'message', 'next-flush'], end: ['observe', 'lost'] },
  ])('keeps the promise of mode $mode for $scenario', async ({ scenario, mode, steps, end }) => {
    const all = await played(scenario, mode);

    expect([names(all), endOf(all)]).toEqual([steps, [true, ...end]]);
  });

  it('tells that nothing heard of the refused session but the auditor, and where its repair shows', async () => {
    const story = told(await played('demo-override', 'attach'));

    expect(story).toContain('The agent refuses the session: nothing is recorded');
    expect(story).toContain('No rule matches it: no function is invoked.');
    expect(story).toContain('The task role was denied kms:Decrypt with the session key.');
    expect(story).toMatch(
      /object {5}s3:\/\/ecs-exec-demo-output-3637495736\/exec-output\/ecs-execute-command-\w+\.log/,
    );
  });

  it("tells whose code repairs a stack's role, and that nothing else was written to it", async () => {
    const story = told(await played('cfn-override', 'attach'));

    expect(story).toContain('stack ecs-exec owns the role');
    expect(story).toContain("The stack ecs-exec deploys the ticket's code: policy ExecSessionLogs-ap-northeast-1");
    expect(story).toContain('✓ One ticket, and no write of ours to the role of stack ecs-exec');
  });

  it('tells what the preflight sees where the checker is green, and that the client does not matter', async () => {
    const story = told(await played('exec-clients', 'attach'));

    expect(story).toContain('checker    ok The running tasks were started with exec enabled.');
    expect(story).toContain('checker    ok The role may make the calls that open the shell');
    expect(story).toContain('preflight  red call-not-granted');
    expect(story).toContain('dave opens a shell with Copilot');
    expect(story).toContain('opened by alice with AWS CLI');
  });

  it("tells of a router's denials as one case, and of the flush that is delivered", async () => {
    const story = told(await played('firelens', 'attach'));

    expect(story).toContain('counted    30 denials in this case');
    expect(story).toContain('router     CreateLogGroup      ok');
    expect(story).toContain("✓ The router's next flush was delivered.");
  });
});

describe('given an event of a published scenario', () => {
  it.each([
    { name: '28-demo-override-session-key-denied', signals: ['session-key'], end: [true, 'attach-policy', 'recorded'] },
    {
      name: '29-demo-override-transcript-denied-in-the-bucket',
      signals: ['bucket-objects'],
      end: [true, 'attach-policy', 'recorded'],
    },
    { name: '30-demo-override-log-stream-denied', signals: [], end: [true, 'attach-policy', 'recorded'] },
    { name: '31-cfn-override-log-stream-denied', signals: [], end: [false, 'open-ticket', 'lost'] },
    { name: '36-exec-clients-log-stream-denied', signals: [], end: [true, 'attach-policy', 'recorded'] },
    {
      name: '40-firelens-log-group-denied-to-cloudwatch',
      signals: ['firelens'],
      end: [true, 'attach-policy', 'delivered'],
    },
  ])('plays $name with the opt-in rules that match it: $signals', async ({ name, signals, end }) => {
    const all = await played('nginx-default', 'attach', event(name));
    const [first] = all;

    expect([first?.step === 'deployment' ? first.signals : null, endOf(all)]).toEqual([signals, end]);
  });
});

it('lists every scenario in the help of the command', async () => {
  const { stdout } = await runCli(['play', '--help']);

  expect(SCENARIO_NAMES.filter((name) => !stdout.includes(name))).toEqual([]);
});
