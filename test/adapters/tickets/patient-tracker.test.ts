import { patientTracker } from '../../../functions/adapters/tickets/patient-tracker.ts';
import { type Tracker, TrackerLater } from '../../../functions/adapters/tickets/tracker.ts';

let now = 0;
let asked = 0;
let answer: () => Promise<null>;

const tracker: Tracker = {
  find: () => {
    asked += 1;
    return answer();
  },
  open: async () => ({ ticketId: 'OPS-1', url: null, isOpen: true, digest: 'd' }),
  update: async () => 'updated',
  close: async () => 'closed',
};

beforeEach(() => {
  now = 0;
  asked = 0;
  answer = async () => {
    throw new TrackerLater('Jira answered 503', 60);
  };
});

it('does not ask a vendor again before the moment that it named, whatever is wanted of it', async () => {
  const patient = patientTracker(tracker, () => new Date(now));
  await expect(patient.find('one')).rejects.toMatchObject({ message: 'Jira answered 503', afterSeconds: 60 });
  now = 20_000;
  await expect(patient.find('another')).rejects.toMatchObject({ name: 'TrackerLater', afterSeconds: 40 });
  await expect(patient.close('OPS-1', 'evidence')).rejects.toMatchObject({ name: 'TrackerLater', afterSeconds: 40 });
  expect(asked).toBe(1);
  now = 60_000;
  answer = async () => null;
  await expect(patient.find('another')).resolves.toBeNull();
});

it('asks again at once after any other error', async () => {
  const patient = patientTracker(tracker, () => new Date(now));
  answer = async () => {
    throw new Error('refused');
  };
  await expect(patient.find('one')).rejects.toThrow('refused');
  answer = async () => null;
  await expect(patient.find('one')).resolves.toBeNull();
});
