import type { Mode } from '../../../functions/domain/settings.ts';
import { play } from './play.ts';
import type { PlayStep } from './steps.ts';
import { createStory } from './story.ts';

async function played(mode: Mode): Promise<readonly PlayStep[]> {
  const steps: PlayStep[] = [];
  for await (const step of play({ mode, scenario: 'ledger', event: null, account: null })) steps.push(step);
  return steps;
}

const statesIn = (steps: readonly PlayStep[]) => {
  const last = steps.at(-1);
  return last?.step === 'ledger-result' ? Object.values(last.states).sort() : [];
};
const percentIn = (steps: readonly PlayStep[]) =>
  steps.flatMap((step) => (step.step === 'report' ? [step.percent] : []));
const keptIn = (steps: readonly PlayStep[]) => steps.flatMap((step) => (step.step === 'promise' ? [step.kept] : []));

describe('given the scenario ledger', () => {
  it('plays a recorded, a refused, a missing and a denied session, and the one that proves the repair', async () => {
    const steps = await played('attach');

    expect(steps.map(({ step }) => step)).toEqual([
      'deployment',
      ...Array.from({ length: 4 }, () => 'ledger-session'),
      'audit',
      'ledger-session',
      'audit',
      'report',
      'promise',
      'ledger-result',
    ]);
    expect([statesIn(steps), percentIn(steps), keptIn(steps)]).toEqual([
      ['denied', 'missing', 'recorded', 'recorded', 'refused'],
      [40],
      [true],
    ]);
  });

  it('finds the same without a repair, and no transcript of the last session', async () => {
    const steps = await played('observe');

    expect([statesIn(steps), percentIn(steps), keptIn(steps)]).toEqual([
      ['denied', 'denied', 'missing', 'recorded', 'refused'],
      [20],
      [true],
    ]);
  });

  it('is told as a story', async () => {
    const same = (text: string) => text;
    const tell = createStory({ bold: same, dim: same, red: same, green: same, yellow: same });
    const story = (await played('attach')).map(tell).join('\n');

    expect(story).toContain('carol opens a shell in batch: lost');
    expect(story).toContain('45 minutes later the auditor has looked at every session');
    expect(story).toContain('✓ Every session ended in its state: recorded, refused, missing, denied.');
  });
});
