import { createServiceNow } from '../../../functions/adapters/tickets/service-now.ts';
import type { ServiceNowSettings } from '../../../functions/adapters/tickets/service-now-table.ts';
import type { TicketDraft } from '../../../functions/ports.ts';
import { ServiceNowServer } from '../../support/vendors/service-now-server.ts';

const DRAFT: TicketDraft = {
  fingerprint: 'f00d',
  title: 'A transcript\nwas lost',
  body: '# What happened\n\nA **denial** of `web\\_role`: \\*.\n\n```sh\naws iam get-role --role-name `x`\n```',
  severity: 'high',
  facts: { role: 'web' },
};
const TEXT = 'What happened\n\nA denial of web\\_role: *.\n\naws iam get-role --role-name `x`';
const BASIC = { username: 'exec-log', password: 'synthetic-password' };
const LONG = 'a'.repeat(4001);

let instance: ServiceNowServer;
let url: string;
beforeEach(async () => {
  instance = new ServiceNowServer();
  url = await instance.start();
});
afterEach(() => instance.stop());

function aTracker(settings: Partial<ServiceNowSettings> = {}, secrets: readonly unknown[] = [BASIC]) {
  let turn = 0;
  const secret = {
    read: async () => secrets[Math.min(turn, secrets.length - 1)],
    forget: () => {
      turn += 1;
    },
  };
  return createServiceNow({
    settings: { instance: url, ...settings },
    secret,
    allowLoopback: true,
    timeoutMilliseconds: 10_000,
  });
}

const ticket = (number: string, overrides = {}) => ({
  ticketId: number,
  url: `${url}/nav_to.do?uri=incident.do%3Fsys_id%3D${String(Number(number.slice(3)) - 10_000).padStart(32, '0')}`,
  isOpen: true,
  digest: 'd1',
  ...overrides,
});

describe('given a ticket to open', () => {
  it('inserts an incident with its fields', async () => {
    await expect(aTracker({ assignmentGroup: 'g1', callerId: 'c1' }).open(DRAFT, 'd1')).resolves.toEqual(
      ticket('INC0010001'),
    );
    expect(instance.requests.map(({ body }) => body)).toEqual([
      {
        short_description: 'A transcript was lost',
        description: TEXT,
        urgency: '1',
        impact: '2',
        correlation_id: 'f00d',
        correlation_display: 'exec-log d1',
        assignment_group: 'g1',
        caller_id: 'c1',
      },
    ]);
  });

  it.each([
    ['high', { urgency: '1', impact: '2' }],
    ['medium', { urgency: '2', impact: '2' }],
    ['low', { urgency: '2', impact: '3' }],
  ] as const)('gives severity %s its urgency and impact', async (severity, fields) => {
    await aTracker().open({ ...DRAFT, severity }, 'd1');
    expect(instance.recordOf('INC0010001')).toMatchObject(fields);
  });

  it('keeps to the columns with texts of every length', async () => {
    await aTracker().open({ ...DRAFT, title: 'a'.repeat(160), body: 'a'.repeat(4000) }, 'd'.repeat(64));
    await aTracker().open({ ...DRAFT, title: 'a'.repeat(161), body: LONG }, 'd'.repeat(64));
    const [just, cut] = instance.records;
    expect([just?.['short_description'], cut?.['short_description']]).toEqual(['a'.repeat(160), `${'a'.repeat(159)}…`]);
    expect([just?.['description'], cut?.['description']?.length]).toEqual(['a'.repeat(4000), 4000]);
    expect(cut?.['description']).toMatch(/a…\n\n\(The whole text is in the work notes\.\)$/);
    expect([...instance.notes]).toEqual([['INC0010002', [LONG]]]);
    expect(instance.cut).toEqual([]);
  });

  it.each([
    ['HTML in a note', 'x [code]<b>[/code] [ CODE ]', 'x [\u2060code]<b>[\u2060/code] [\u2060 CODE ]'],
    ['a mention', 'x @[Abel Tuter]', 'x @\u2060[Abel Tuter]'],
    ['what is hidden', 'x \u202eabc\u0007', 'x abc'],
  ])('makes %s inert', async (_, body, description) => {
    await aTracker().open({ ...DRAFT, title: body, body }, 'd1');
    expect(instance.recordOf('INC0010001')).toMatchObject({ description, short_description: description });
  });
});

describe('given a fingerprint to find', () => {
  it('finds the newest incident, open or not', async () => {
    const tracker = aTracker();
    await tracker.open(DRAFT, 'd1');
    await tracker.open(DRAFT, 'd2');
    await tracker.open({ ...DRAFT, fingerprint: 'beef' }, 'd3');
    await expect(tracker.find('f00d')).resolves.toEqual(ticket('INC0010002', { digest: 'd2' }));
    instance.change('INC0010002', { state: '6' });
    await expect(tracker.find('f00d')).resolves.toEqual(ticket('INC0010002', { digest: 'd2', isOpen: false }));
  });

  it.each([
    ['1', true],
    ['2', true],
    ['3', true],
    ['6', false],
    ['7', false],
    ['8', false],
  ])('reads state %s as open: %s', async (state, isOpen) => {
    await aTracker().open(DRAFT, 'd1');
    instance.change('INC0010001', { state });
    await expect(aTracker().find('f00d')).resolves.toMatchObject({ isOpen });
  });

  it('finds nothing where there is none, also where the instance says so with 404', async () => {
    await expect(aTracker().find('f00d')).resolves.toBeNull();
    instance.troubles = [
      { status: 404, body: { error: { message: 'No Record found', detail: null }, status: 'failure' } },
    ];
    await expect(aTracker().find('f00d')).resolves.toBeNull();
  });

  it('takes no foreign incident where the instance dropped the query', async () => {
    await aTracker().open({ ...DRAFT, fingerprint: 'beef' }, 'd1');
    const { records } = instance;
    instance.troubles = [{ status: 200, body: { result: records } }];
    await expect(aTracker().find('f00d')).resolves.toBeNull();
  });

  it('is refused where its fields may not be read, for every ticket would be opened anew', async () => {
    instance.troubles = [{ status: 200, body: { result: [{ sys_id: '0'.repeat(32) }] } }];
    await expect(aTracker().find('f00d')).rejects.toMatchObject({ name: 'TrackerRefusal' });
  });

  it.each(['f00d^ORnumber=INC1', 'f00d\nx', 'f00d=1', 'a'.repeat(101), ''])(
    'never puts %j into a query',
    async (fingerprint) => {
      await expect(aTracker().find(fingerprint)).rejects.toMatchObject({ name: 'TrackerRefusal' });
      expect(instance.requests).toEqual([]);
    },
  );
});

describe('given a ticket to update', () => {
  const update = (draft = DRAFT) => aTracker().update(ticket('INC0010001'), draft, 'd2', 'Denials: `1` → `2`');

  it('writes the fields anew with the comment, and leaves the state', async () => {
    await aTracker().open(DRAFT, 'd1');
    instance.change('INC0010001', { state: '3' });
    await expect(update({ ...DRAFT, title: 'Again', severity: 'low' })).resolves.toBe('updated');
    expect(instance.recordOf('INC0010001')).toMatchObject({
      short_description: 'Again',
      impact: '3',
      correlation_display: 'exec-log d2',
      state: '3',
    });
    expect(instance.notes.get('INC0010001')).toEqual(['Denials: 1 → 2']);
  });

  it('opens a resolved one again, with the whole text where the description is cut', async () => {
    await aTracker().open(DRAFT, 'd1');
    instance.change('INC0010001', { state: '6' });
    await expect(update({ ...DRAFT, body: LONG })).resolves.toBe('updated');
    expect(instance.recordOf('INC0010001')).toMatchObject({ state: '2' });
    expect(instance.notes.get('INC0010001')).toEqual([`Denials: 1 → 2\n\n${LONG}`]);
  });

  it.each(['7', '8'])('is gone in state %s, which nobody can reopen', async (state) => {
    await aTracker().open(DRAFT, 'd1');
    instance.change('INC0010001', { state });
    await expect(update()).resolves.toBe('gone');
  });

  it('is gone where somebody deleted it, before or after we looked', async () => {
    await aTracker().open(DRAFT, 'd1');
    const [record] = instance.records;
    instance.remove('INC0010001');
    await expect(update()).resolves.toBe('gone');
    instance.troubles = [{ status: 200, body: { result: [record] } }];
    await expect(update()).resolves.toBe('gone');
  });

  it.each(['OPS-1', 'exec-log-f00d', '#12^number=INC0010001'])(
    'is gone with the id of another system: %s',
    async (id) => {
      await expect(aTracker().update(ticket(id), DRAFT, 'd2', 'x')).resolves.toBe('gone');
    },
  );

  it('never writes an incident that we did not open', async () => {
    await aTracker().open(DRAFT, 'd1');
    instance.change('INC0010001', { correlation_display: 'PagerDuty' });
    await expect(update()).resolves.toBe('gone');
    await expect(aTracker().close('INC0010001', 'x')).resolves.toBe('gone');
  });
});

describe('given a ticket to close', () => {
  it('resolves it with what the table demands, once', async () => {
    await aTracker().open(DRAFT, 'd1');
    await expect(aTracker().close('INC0010001', 'The next `session` was recorded.')).resolves.toBe('closed');
    await expect(aTracker().close('INC0010001', 'Again')).resolves.toBe('closed');
    expect(instance.recordOf('INC0010001')).toMatchObject({
      state: '6',
      close_code: 'Solution provided',
      close_notes: 'The next session was recorded.',
    });
    expect(instance.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });

  it('uses the close code of the settings, and tells where the instance has another', async () => {
    await aTracker().open(DRAFT, 'd1');
    await expect(aTracker({ closeCode: 'Fixed' }).close('INC0010001', 'x')).rejects.toThrow(
      'Resolution code is invalid',
    );
    await expect(aTracker({ closeCode: 'Resolved by change' }).close('INC0010001', '')).resolves.toBe('closed');
  });

  it('puts evidence that is too long for the close notes into the work notes', async () => {
    await aTracker().open(DRAFT, 'd1');
    await aTracker().close('INC0010001', LONG);
    expect(instance.recordOf('INC0010001')?.['close_notes']).toHaveLength(4000);
    expect(instance.notes.get('INC0010001')).toEqual([LONG]);
  });

  it('is gone where somebody deleted it', async () => {
    await expect(aTracker().close('INC0010001', 'x')).resolves.toBe('gone');
  });
});
