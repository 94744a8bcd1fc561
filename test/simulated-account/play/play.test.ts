import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../account-state.ts';
import { nginxDefaultFile } from '../scenarios/nginx-default.ts';
import { play } from './play.ts';
import type { PlayRequest, PlayStep } from './steps.ts';
import { createStory } from './story.ts';

const asRequested: PlayRequest = { mode: 'attach', scenario: 'nginx-default', event: null, account: null };
const event = (name: string): JsonObject =>
  JSON.parse(readFileSync(join(__dirname, '../../../events', `${name}.json`), 'utf8'));

async function played(request: Partial<PlayRequest>): Promise<readonly PlayStep[]> {
  const steps: PlayStep[] = [];
  for await (const step of play({ ...asRequested, ...request })) steps.push(step);
  return steps;
}

const names = (steps: readonly PlayStep[]) => steps.map(({ step }) => step);
/** The result, and whether the mode's promise was kept. */
function resultOf(steps: readonly PlayStep[]) {
  const [promise, last] = steps.slice(-2);
  if (promise?.step !== 'promise' || last?.step !== 'result')
    throw new Error('the last steps are no promise and result');
  const { transcript, disposition } = last;
  return { transcript, disposition, kept: promise.kept };
}

describe('given the scenario nginx-default', () => {
  it('plays from the lost transcript to the recorded one', async () => {
    const steps = await played({});

    expect([names(steps), resultOf(steps)]).toEqual([
      ['deployment', 'session', 'loss', 'event', 'decision', 'policy', 'message', 'next-session', 'promise', 'result'],
      { transcript: 'recorded', disposition: 'attach-policy', kept: true },
    ]);
  });

  it.each([
    { mode: 'ticket', writes: ['ticket', 'message'], disposition: 'open-ticket' },
    { mode: 'observe', writes: ['message'], disposition: 'observe' },
  ] as const)('keeps the promise of mode $mode', async ({ mode, writes, disposition }) => {
    const steps = await played({ mode });

    expect([names(steps), resultOf(steps)]).toEqual([
      ['deployment', 'session', 'loss', 'event', 'decision', ...writes, 'next-session', 'promise', 'result'],
      { transcript: 'lost', disposition, kept: true },
    ]);
  });

  it('asks somebody in mode propose, repairs once they approve, and takes a second click for nothing', async () => {
    const steps = await played({ mode: 'propose' });
    const clicks = steps.flatMap((step) =>
      step.step === 'click' ? [[step.person, step.button, step.status, step.again, step.policyWrites]] : [],
    );
    const shown = steps.flatMap((step) => (step.step === 'message' ? [JSON.stringify(step.blocks)] : []));

    expect([names(steps), resultOf(steps)]).toEqual([
      [
        ...['deployment', 'session', 'loss', 'event', 'decision', 'message', 'click', 'policy', 'message', 'click'],
        ...['next-session', 'promise', 'result'],
      ],
      { transcript: 'recorded', disposition: 'attach-policy', kept: true },
    ]);
    expect(clicks).toEqual([
      ['mara', 'Approve', 200, false, 1],
      ['mara', 'Approve', 200, true, 0],
    ]);
    expect(shown.map((text) => [text.includes('"button"'), text.includes('<@U0MARA>')])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('tells the buttons and who clicks as text', async () => {
    const plain = (text: string) => text;
    const tell = createStory({ bold: plain, dim: plain, red: plain, green: plain, yellow: plain });
    const story = (await played({ mode: 'propose' })).map(tell).join('\n');

    expect(story).toContain('[ Approve ]  [ Reject ]');
    expect(story).toContain('mara clicks Approve: Slack signs the click');
    expect(story).toContain('✓ Nothing was written until somebody approved. The next session was recorded.');
  });

  it('is told in numbered steps, each once, without colours where there are none', async () => {
    const plain = (text: string) => text;
    const tell = createStory({ bold: plain, dim: plain, red: plain, green: plain, yellow: plain });
    const story = (await played({})).map(tell).join('\n');

    expect(story.match(/^ ?\d+ {2}\S/gm)).toHaveLength(8);
    expect(story).toContain('✓ The next session was recorded.');
  });
});

describe('given an event to play', () => {
  it('plays the published one with its record of 2023 as if it had happened now', async () => {
    const steps = await played({ event: event('01-published-nginx-default') });

    expect([names(steps), resultOf(steps)]).toEqual([
      ['deployment', 'event', 'decision', 'policy', 'message', 'next-session', 'promise', 'result'],
      { transcript: 'recorded', disposition: 'attach-policy', kept: true },
    ]);
  });

  it.each([
    { name: '09-explicit-deny-of-the-role', steps: ['decision', 'ticket', 'message'], disposition: 'open-ticket' },
    { name: '14-firelens-look-alike', steps: ['decision', 'ticket', 'message'], disposition: 'open-ticket' },
    { name: '18-forged-source', steps: [], disposition: 'not-applicable' },
    { name: '20-unexpected-target', steps: ['decision', 'ticket', 'message'], disposition: 'open-ticket' },
    { name: '22-session-that-nobody-opened', steps: ['decision', 'ticket', 'message'], disposition: 'open-ticket' },
  ])('says that mode attach did not keep its promise: $name', async ({ name, steps, disposition }) => {
    const all = await played({ event: event(name) });

    expect([names(all), resultOf(all)]).toEqual([
      ['deployment', 'event', ...steps, 'next-session', 'promise', 'result'],
      { transcript: 'lost', disposition, kept: false },
    ]);
  });

  it('keeps the promise of mode ticket for an event that becomes one', async () => {
    const steps = await played({ event: event('20-unexpected-target'), mode: 'ticket' });

    expect(resultOf(steps)).toEqual({ transcript: 'lost', disposition: 'open-ticket', kept: true });
  });

  it('takes a bare record, and a given account', async () => {
    const { detail } = event('01-published-nginx-default');
    const steps = await played({ event: Object(detail), account: nginxDefaultFile });

    expect(resultOf(steps)).toEqual({ transcript: 'recorded', disposition: 'attach-policy', kept: true });
  });

  it('does not call a call that succeeded denied', async () => {
    const plain = (text: string) => text;
    const tell = createStory({ bold: plain, dim: plain, red: plain, green: plain, yellow: plain });
    const story = (await played({ event: event('02-execute-command-opens-a-session') })).map(tell).join('\n');

    expect(story).toContain('CloudTrail records the call\n');
    expect(story).not.toContain('error message');
    expect(story).toContain('✗ Not repaired: nothing was decided on this event, so the next transcript is lost too.');
  });

  it.each([
    { name: 'an event of an account that no scenario plays in', request: { event: event('06-partition-aws-cn') } },
    {
      name: 'an event of another account than the given one',
      request: { event: event('06-partition-aws-cn'), account: nginxDefaultFile },
    },
    { name: 'an unknown scenario', request: { scenario: 'nginx' } },
    {
      name: 'an account without the role of its task',
      request: { account: { ...Object(nginxDefaultFile), iam: null } },
    },
    {
      name: 'an account without the cluster of its task',
      request: { account: { ...Object(nginxDefaultFile), ecs: { ...Object(nginxDefaultFile).ecs, clusters: [] } } },
    },
    {
      name: 'an account without the definition of its task',
      request: {
        account: { ...Object(nginxDefaultFile), ecs: { ...Object(nginxDefaultFile).ecs, taskDefinitions: [] } },
      },
    },
    { name: 'an account without a task', request: { account: { account: '111111111111', region: 'eu-west-1' } } },
  ])('refuses $name', async ({ request }) => {
    await expect(played(request)).rejects.toThrow(expect.objectContaining({ name: 'PlayInputError' }));
  });
});
