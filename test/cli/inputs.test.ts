import { inputsIn } from '../../functions/cli/inputs.ts';
import { asDelivered } from '../../functions/domain/delivered-event.ts';
import { aDenialRecord, delivered } from '../support/records.ts';

const record = aDenialRecord();
const event = delivered(record);
const text = (value: unknown) => JSON.stringify(value);

/** Each input's name with its value, or with the code of its refusal. */
const read = (content: string) =>
  [...inputsIn('in', content)].map((input) => [input.name, input.kind === 'value' ? input.value : input.refusal.code]);

describe('given one document', () => {
  const rows: readonly { name: string; content: string; inputs: readonly unknown[] }[] = [
    { name: 'an EventBridge event', content: text(event), inputs: [['in', event]] },
    { name: 'a bare record', content: text(record), inputs: [['in', record]] },
    { name: 'a pretty-printed event', content: JSON.stringify(event, null, 2), inputs: [['in', event]] },
    { name: 'an event after a byte order mark', content: `\uFEFF${text(event)}`, inputs: [['in', event]] },
    {
      name: 'a list',
      content: text([event, record]),
      inputs: [
        ['in#0', event],
        ['in#1', record],
      ],
    },
    {
      name: 'a trail file',
      content: text({ Records: [record, record] }),
      inputs: [
        ['in#0', record],
        ['in#1', record],
      ],
    },
    {
      name: 'lookup-events output',
      content: text({ Events: [{ EventId: 'x', CloudTrailEvent: text(record) }], NextToken: 'more' }),
      inputs: [['in#0', record]],
    },
    {
      name: 'one element of lookup-events',
      content: text({ CloudTrailEvent: text(record) }),
      inputs: [['in', record]],
    },
    {
      name: 'an SQS message as Lambda gets it',
      content: text({ messageId: '1', body: text(event) }),
      inputs: [['in', event]],
    },
    {
      name: 'an SQS message as the CLI prints it',
      content: text({ MessageId: '1', Body: text(event) }),
      inputs: [['in', event]],
    },
    { name: 'receive-message output', content: text({ Messages: [{ Body: text(event) }] }), inputs: [['in#0', event]] },
    {
      name: "a Lambda's SQS event",
      content: text({
        Records: [
          { messageId: '1', body: text(event) },
          { messageId: '2', body: '{' },
        ],
      }),
      inputs: [
        ['in#0', event],
        ['in#1', 'not-json'],
      ],
    },
    {
      name: 'a message of our own that waits for its session',
      content: text({ body: text({ kind: 'deferred-denial', attempt: 1, event, folded: null }) }),
      inputs: [['in', event]],
    },
    {
      name: 'a list of trail files',
      content: text([{ Records: [record] }, { Records: [event] }]),
      inputs: [
        ['in#0', record],
        ['in#1', event],
      ],
    },
    { name: 'an empty list', content: '[]', inputs: [] },
    { name: 'a number', content: '42', inputs: [['in', 42]] },
    {
      name: 'an event that has a list Records too',
      content: text({ ...event, Records: [] }),
      inputs: [['in', { ...event, Records: [] }]],
    },
    { name: 'nothing', content: '', inputs: [['in', 'not-json']] },
    { name: 'no JSON', content: 'hello', inputs: [['in', 'not-json']] },
    {
      name: 'a pretty-printed event that was cut',
      content: JSON.stringify(event, null, 2).slice(0, 900),
      inputs: [['in', 'not-json']],
    },
  ];

  it.each(rows)('reads $name', ({ content, inputs }) => {
    expect(read(content)).toEqual(inputs);
  });
});

describe('given JSON Lines', () => {
  it('names each line, and goes on after one that is no JSON', () => {
    expect(read(`${text(event)}\n{"cut":\r\n\n${text({ Records: [record] })}\n`)).toEqual([
      ['in:1', event],
      ['in:2', 'not-json'],
      ['in:4#0', record],
    ]);
  });

  it('names each line where none can be read', () => {
    expect(read('{"cut":\n{"cut":')).toEqual([
      ['in:1', 'not-json'],
      ['in:2', 'not-json'],
    ]);
  });

  it('goes on after a first line that is no JSON', () => {
    expect(read(`[INFO] start\n${text(event)}`)).toEqual([
      ['in:1', 'not-json'],
      ['in:2', event],
    ]);
  });
});

describe('given pretty-printed documents one after another', () => {
  const pretty = JSON.stringify(event, null, 2);
  const detailsOf = (content: string) =>
    [...inputsIn('in', content)].map((input) => (input.kind === 'refusal' ? input.refusal.detail : input.value));

  it.each([
    { name: 'on lines of their own', content: `${pretty}\n\n${pretty}\n` },
    { name: 'with Windows line ends', content: `${pretty}\n${pretty}`.replaceAll('\n', '\r\n') },
    { name: 'end to end', content: `${pretty}${pretty}` },
  ])('says in which form several are read: $name', ({ content }) => {
    expect(detailsOf(content)).toEqual(['The text is not JSON (several documents must be JSON Lines: one a line).']);
  });

  it('says nothing of it about one that was cut', () => {
    expect(detailsOf(pretty.slice(0, 900))).toEqual(['The text is not JSON.']);
  });
});

describe('given hostile JSON', () => {
  it('refuses an event that is longer than any of EventBridge', () => {
    expect(read(text({ ...event, padding: 'x'.repeat(262_144) }))).toEqual([['in', 'over-limit']]);
  });

  it('refuses only the element of a list that is too long', () => {
    expect(read(text([event, { ...event, padding: 'x'.repeat(262_144) }]))).toEqual([
      ['in#0', event],
      ['in#1', 'over-limit'],
    ]);
  });

  it('unfolds lists in lists only so deep', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect([...inputsIn('in', deep)].map(({ name }) => name)).toEqual(['in#0']);
  });

  it('unwraps messages in messages only so deep', () => {
    let message = text(event);
    for (let depth = 0; depth < 12; depth += 1) message = text({ body: message });
    expect([...inputsIn('in', message)]).toHaveLength(1);
  });
});

describe('given a record without an envelope', () => {
  it('wraps it as AWS delivers it', () => {
    expect(asDelivered(record)).toEqual({ ...event, id: undefined });
  });

  it('leaves an event and anything else alone', () => {
    expect([event, 42, null, {}].map(asDelivered)).toEqual([event, 42, null, {}]);
  });
});
