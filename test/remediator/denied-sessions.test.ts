import { anExecSession, SESSION_ID } from '../support/builders.ts';
import { aDenialRecord, delivered } from '../support/records.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const EVENT_ID = '95a42f28-d6de-406c-91df-e24980696995';
const notes = (world: RemediatorWorld) => [...world.audited.denied.values()];

describe('given the denial of a session', () => {
  it('notes to which case it belongs, so that the auditor need not search', async () => {
    const world = new RemediatorWorld();
    await world.deliver(delivered(aDenialRecord({})));
    const [fingerprint] = [...world.cases.cases.keys()];
    expect(notes(world)).toEqual([{ sessionId: SESSION_ID, fingerprint, eventId: EVENT_ID }]);
  });

  it('notes it before the case is saved: a retry would only be counted', async () => {
    const world = new RemediatorWorld();
    world.failing = (call) => (call === 'noteDeniedSession' ? new Error('throttled') : null);
    expect(await world.deliver(delivered(aDenialRecord({})))).toEqual(['m0']);
    expect(world.cases.cases.size).toBe(0);
    world.failing = () => null;
    await world.deliver(delivered(aDenialRecord({})));
    expect(notes(world)).toHaveLength(1);
  });

  it("notes nothing where the session is another task's", async () => {
    const world = new RemediatorWorld();
    world.ledger.set(SESSION_ID, anExecSession({ taskId: '0'.repeat(32) }));
    await world.deliver(delivered(aDenialRecord({})));
    expect({ notes: notes(world), cases: world.cases.cases.size }).toEqual({ notes: [], cases: 1 });
  });
});
