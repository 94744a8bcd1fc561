/** What a person reads beside the graphs. */
export interface FirstSteps {
  readonly title: string;
  /** In Markdown; a section of README "Runbooks" is named as `runbook "..."`. */
  readonly steps: readonly string[];
}

/** What is normal in each row of the dashboard, and what to do first where it is not. */
export const FIRST_STEPS = {
  alarms: {
    title: 'Alarms',
    steps: [
      'An alarm\'s description says whom it hurts, what to do first, and which section of README "Runbooks" goes on from there.',
      '`exec-log doctor` checks trail, rules, queues, settings, table and audit at once, and only reads.',
    ],
  },
  coverage: {
    title: 'Coverage',
    steps: [
      'Normal: 100 %. Each session that is denied, refused or missing is a shell whose transcript nobody can read.',
      'First: `exec-log report` lists those sessions with their causes (runbook "Low coverage").',
      'No line at all: no session was settled, or the audit does not run (runbook "Audits unfinished").',
    ],
  },
  decisions: {
    title: 'Decisions',
    steps: [
      'Normal: a few a day, and repairs within a minute or two of the denial; most of that is the delivery by CloudTrail. An approved repair also waits for its person.',
      'Many at once: what do their causes have in common? (runbook "Breaker open")',
      'Minutes to hours: the queue is late (runbook "Late events").',
    ],
  },
  queues: {
    title: 'Queues',
    steps: [
      'Normal: nothing waits for longer than a minute or two; a denial waits up to 20 minutes for the record of its session. Nothing has failed.',
      'First: `exec-log redrive --dry-run` shows what lies in each queue of failures (runbooks "Dead letters" and "Undelivered events").',
    ],
  },
  costs: {
    title: 'Costs',
    steps: [
      'Invocations, their duration and messages are what is paid for; LookupEvents costs nothing, but an account and Region share two requests a second.',
      'A rise without more sessions: a log router or a driver is denied with every flush. Repair its role, or leave out the signal.',
    ],
  },
} as const satisfies Readonly<Record<string, FirstSteps>>;
