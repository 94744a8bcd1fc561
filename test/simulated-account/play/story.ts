import type { Mode } from '../../../functions/domain/settings.ts';
import { SCENARIO_NAMES } from './choose-account.ts';
import type { PlayStep } from './steps.ts';
import type { StoryPaint } from './story-lines.ts';
import { chapterOfPeople } from './story-of-people.ts';
import { chapterOfRouters } from './story-of-routers.ts';
import { chapterOfSessions } from './story-of-sessions.ts';
import { chapterOfSystem } from './story-of-system.ts';

export type { StoryPaint } from './story-lines.ts';

/** Tells a play as a story: each step numbered, one thought each. */
export function createStory(paint: StoryPaint): (step: PlayStep) => string {
  let number = 0;
  let scenario = '';
  let mode: Mode = 'attach';
  return (step) => {
    if (step.step === 'deployment') ({ scenario, mode } = step);
    if (isEnding(step)) return ending(step, scenario, mode, paint);
    number += 1;
    const { title, lines } = chapterOf(step, paint);
    return [
      paint.bold(`${String(number).padStart(2)}  ${title}`),
      ...lines.map((line) => (line === '' ? '' : `    ${line}`)),
      '',
    ].join('\n');
  };
}

type Ending = Extract<PlayStep, { step: 'promise' | 'result' | 'router-result' | 'ledger-result' }>;

function isEnding(step: PlayStep): step is Ending {
  return step.step === 'promise' || step.step.endsWith('result');
}

function chapterOf(step: Exclude<PlayStep, Ending>, paint: StoryPaint) {
  switch (step.step) {
    case 'flushes':
    case 'next-flush':
      return chapterOfRouters(step, paint);
    case 'preflight':
    case 'session':
    case 'loss':
    case 'next-session':
    case 'ledger-session':
    case 'audit':
    case 'report':
      return chapterOfSessions(step, paint);
    case 'message':
    case 'click':
      return chapterOfPeople(step, paint);
    default:
      return chapterOfSystem(step, paint);
  }
}

function ending(step: Ending, scenario: string, mode: Mode, paint: StoryPaint): string {
  switch (step.step) {
    case 'promise':
      return step.kept ? paint.green(`✓ ${step.detail}`) : paint.red(`✗ ${step.detail}`);
    case 'ledger-result':
      return tryNext([
        ['npm start -- --scenario ledger --mode observe', 'nothing is repaired: the last session is lost too'],
        ['npm run --silent exec-log -- report --help', 'the report of a deployment, or of an account file'],
      ]);
    case 'router-result':
      return [
        paint.dim(`  ${step.disposition}, logs ${step.logs}`),
        '',
        tryNext([
          step.disposition === 'open-ticket'
            ? ['npm start -- --scenario firelens', 'the same, with settings that declare the target of the router']
            : ['npm start -- --scenario firelens --mode ticket', 'one ticket for all denials; no role is changed'],
          ['npm start -- --scenario nginx-default', 'an exec session that loses its transcript'],
        ]),
      ].join('\n');
    case 'result':
      return [
        paint.dim(`  ${step.disposition}, transcript ${step.transcript}`),
        '',
        tryNext([
          step.disposition === 'open-ticket'
            ? [`npm start -- ${optionOf(scenario)}--mode attach`, 'the same, with the repair']
            : [`npm start -- ${optionOf(scenario)}--mode ticket`, 'the same, without a permission to write to IAM'],
          ...(mode === 'attach'
            ? ([
                [`npm start -- ${optionOf(scenario)}--mode propose`, 'the same, once a person approves in Slack'],
              ] as const)
            : []),
          ['npm start -- --scenario <name>', `another set-up: ${othersThan(scenario)}`],
          ['npm start -- events/20-unexpected-target.json', 'a container that asks for a group of its own choice'],
          ['npm run --silent exec-log -- explain events/*.json', 'what each kind of denial means'],
        ]),
      ].join('\n');
  }
}

/** How the scenario is named again; nothing for the one that is played unasked, or for a given account. */
function optionOf(scenario: string): string {
  return scenario !== DEFAULT_SCENARIO && SCENARIO_NAMES.includes(scenario) ? `--scenario ${scenario} ` : '';
}

const othersThan = (scenario: string) => SCENARIO_NAMES.filter((name) => name !== scenario).join(', ');

const DEFAULT_SCENARIO = 'nginx-default';

function tryNext(commands: readonly (readonly [command: string, what: string])[]): string {
  return ['Try next:', ...commands.map(([command, what]) => `  ${command.padEnd(56)}  ${what}`), ''].join('\n');
}
