import fc from 'fast-check';
import { AuditorWorld, anExecRecord } from '../support/auditor.ts';
import { aCluster, anExecConfiguration, anExecSession, GROUP, read } from '../support/builders.ts';
import { fakeEcs } from '../support/fakes/ecs.ts';
import { aDenialRecord } from '../support/records.ts';
import { aTarget, BUCKET } from '../support/session-evidence.ts';

/** What becomes of a session at its end, and the one state that it may have then. */
const STATE_OF = {
  'in the stream': 'recorded',
  'in the bucket': 'recorded',
  'in both': 'recorded',
  'denied, and in the bucket': 'recorded',
  denied: 'denied',
  'denied, and never delivered': 'denied',
  'a stream without events': 'missing',
  nothing: 'missing',
  'logging is off': 'off',
  'past ECS Exec': 'outside-exec',
} as const;

type Fate = keyof typeof STATE_OF;

interface Story {
  readonly fate: Fate;
  readonly startsAt: number;
  readonly lasts: number;
  /** Whether EventBridge delivers the session, and whether Systems Manager tells of its end. */
  readonly isDelivered: boolean;
  readonly isToldOf: boolean;
}

const story: fc.Arbitrary<Story> = fc.record({
  fate: fc.constantFrom(...(Object.keys(STATE_OF) as Fate[])),
  startsAt: fc.integer({ min: 0, max: 600 }),
  lasts: fc.integer({ min: 0, max: 300 }),
  isDelivered: fc.boolean(),
  isToldOf: fc.boolean(),
});

/** A run of the auditor at a minute: clean, killed before one of its calls, failing at one of them, or two at once. */
const run = fc.record({
  at: fc.integer({ min: 0, max: 1000 }),
  fault: fc.constantFrom('none', 'killed', 'failing', 'two'),
  call: fc.integer({ min: 0, max: 60 }),
});

const BEGIN = Date.parse('2023-02-11T00:00:00Z');
const isoAt = (minute: number): string => new Date(BEGIN + minute * 60_000).toISOString();
const nameOf = (index: number): string => `ecs-execute-command-${index}`;
const TARGET = aTarget({ logging: 'OVERRIDE', bucket: { ...BUCKET, encryptionRequired: false } });
const cluster = read(
  aCluster({
    execConfiguration: anExecConfiguration({
      logging: 'OVERRIDE',
      cloudWatchLogGroupName: GROUP,
      s3BucketName: BUCKET.name,
      s3KeyPrefix: BUCKET.keyPrefix,
    }),
  }),
);

async function begin(world: AuditorWorld, index: number, { fate, startsAt, isDelivered }: Story): Promise<void> {
  const session = anExecSession({ sessionId: nameOf(index), startedAt: isoAt(startsAt) });
  // What is not written by ECS Exec has no record of it that could be swept here.
  if (fate === 'past ECS Exec') await world.open({ session, kind: 'outside-exec', target: UNRESOLVED });
  else if (fate === 'logging is off') await world.open({ session, target: OFF });
  else if (isDelivered) await world.open({ session, target: TARGET });
  else world.records.push(anExecRecord(session));
  world.lifetimes.set(session.sessionId, { kind: 'running' });
}

const UNRESOLVED = { kind: 'unresolved', because: 'nothing is written' } as const;
const OFF = { kind: 'none', because: 'logging-off', otherContainerGroups: [] } as const;

async function end(world: AuditorWorld, index: number, { fate, startsAt, lasts, isToldOf }: Story): Promise<void> {
  const sessionId = nameOf(index);
  const at = isoAt(startsAt + lasts);
  if (isToldOf) world.end(sessionId, at);
  else world.lifetimes.delete(sessionId);
  const inBucket = () => world.objects.set(`exec/${sessionId}.log`, { sizeBytes: 9, lastModifiedAt: at });
  if (fate === 'in the stream' || fate === 'in both') world.deliverTranscript(sessionId, at);
  if (fate === 'in the bucket' || fate === 'in both' || fate === 'denied, and in the bucket') inBucket();
  if (fate === 'a stream without events') {
    world.streams.set(sessionId, { createdAt: at, firstEventAt: null, lastIngestedAt: null });
  }
  if (fate === 'denied' || fate === 'denied, and in the bucket') {
    await world.ledger.noteDeniedSession({ sessionId, fingerprint: 'f1', eventId: 'e1' });
  }
  if (fate === 'denied, and never delivered') {
    world.records.push(aDenialRecord({ logStreamName: sessionId, eventTime: at, eventId: `denial-${index}` }));
  }
}

async function audit(world: AuditorWorld, fault: string, call: number): Promise<void> {
  const begun = world.calls.length;
  const fails = (index: number) => (fault === 'killed' ? index >= begun + call : index === begun + call);
  world.failing = (_, index) =>
    (fault === 'killed' || fault === 'failing') && fails(index) ? new Error('a fault') : null;
  await Promise.all(fault === 'two' ? [world.audit(), world.audit()] : [world.audit()]);
  world.failing = () => null;
  await world.record();
}

it('ends every session in exactly one state, and as recorded if and only if its transcript lies there', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(story, { minLength: 1, maxLength: 6 }),
      fc.array(run, { maxLength: 8 }),
      async (stories, runs) => {
        const world = new AuditorWorld();
        world.ecs = fakeEcs({ cluster });
        const steps = [
          ...stories.flatMap((told, index) => [
            { at: told.startsAt, act: () => begin(world, index, told) },
            { at: told.startsAt + told.lasts + 0.5, act: () => end(world, index, told) },
          ]),
          ...runs.map(({ at, fault, call }) => ({ at, act: () => audit(world, fault, call) })),
          ...[1020, 1200, 2000, 3000, 4000].map((at) => ({ at, act: () => audit(world, 'none', 0) })),
        ].sort((left, right) => left.at - right.at);
        for (const { at, act } of steps) {
          world.now = new Date(BEGIN + at * 60_000);
          await act();
        }
        const states = stories.map((_, index) => world.stateOf(nameOf(index)));
        expect(states).toEqual(stories.map(({ fate }) => STATE_OF[fate]));
        const lies = (index: number) => {
          const stream = world.streams.get(nameOf(index));
          return (stream?.firstEventAt ?? null) !== null || world.objects.has(`exec/${nameOf(index)}.log`);
        };
        expect(states.map((state) => state === 'recorded')).toEqual(stories.map((_, index) => lies(index)));
        expect(world.counted('SessionsSettled')).toBe(stories.length);
      },
    ),
    { numRuns: 200 },
  );
});
