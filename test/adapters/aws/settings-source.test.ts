import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { createSettingsSource } from '../../../functions/adapters/aws/settings-source.ts';
import { sha256 } from '../../../functions/adapters/digest.ts';
import { NO_CEILING, parseSettings } from '../../../functions/domain/settings.ts';
import { type CeilingInForce, ceilingOf } from '../../../functions/domain/settings-in-force.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const PATH = '/exec-log/settings';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ATTACH = {
  defaultMode: 'attach',
  accounts: { '111111111111': { mode: 'attach' }, '222222222222': { mode: 'observe' } },
};

const client = new SSMClient(CLIENT);
const ssm = mockClient(client);

const settingsOf = (document: unknown) => {
  const parsed = parseSettings(document);
  return parsed.kind === 'valid' ? parsed.value : null;
};

const parameter = (name: string, document: unknown, Version = 1) => ({
  Name: `${PATH}/${name}`,
  Value: JSON.stringify(document),
  Version,
});
const holds = (...Parameters: ReturnType<typeof parameter>[]) =>
  ssm.on(GetParametersByPathCommand).resolves({ Parameters });
const fails = (name: string) => ssm.on(GetParametersByPathCommand).rejects(awsError(name));

function aSource(ceiling: CeilingInForce = { ceiling: NO_CEILING, problems: [] }) {
  let now = Date.parse('2026-08-20T10:00:00Z');
  const source = createSettingsSource({ client, path: PATH, ceiling, clock: () => new Date(now), digest: sha256 });
  return {
    current: () => source.current(),
    after: (milliseconds: number) => {
      now += milliseconds;
      return source.current();
    },
  };
}

const valid = (document: unknown, settingsVersion: unknown = expect.stringMatching(/^[0-9a-f]{12}$/)) => ({
  rules: { settings: settingsOf(document), ceiling: NO_CEILING, settingsVersion },
  state: 'valid',
  problems: [],
  clipped: [],
});

beforeEach(() => ssm.reset());

describe('given valid settings', () => {
  it('merges the documents of all pages in the order of their names', async () => {
    ssm
      .on(GetParametersByPathCommand)
      .resolvesOnce({
        Parameters: [parameter('20-team', { defaultMode: 'ticket', language: 'ja' })],
        NextToken: 'page-2',
      })
      .resolvesOnce({ Parameters: [parameter('10-base', { defaultMode: 'attach' })] });
    await expect(aSource().current()).resolves.toEqual(valid({ defaultMode: 'ticket', language: 'ja' }));
    const input = { Path: PATH, Recursive: true, WithDecryption: true, MaxResults: 10 };
    expect(ssm.commandCalls(GetParametersByPathCommand).map(({ args: [command] }) => command.input)).toEqual([
      input,
      { ...input, NextToken: 'page-2' },
    ]);
  });

  it('reads them again after a minute and not before, and once for callers that come together', async () => {
    holds(parameter('a', { defaultMode: 'ticket' }));
    const source = aSource();
    await Promise.all([source.current(), source.current()]);
    await source.after(MINUTE - 1);
    expect(ssm.commandCalls(GetParametersByPathCommand)).toHaveLength(1);
    holds(parameter('a', ATTACH));
    await expect(source.after(1)).resolves.toEqual(valid(ATTACH));
  });

  it('names another version when a value or its version changes, and the same one otherwise', async () => {
    const versionOf = async (...parameters: ReturnType<typeof parameter>[]) => {
      holds(...parameters);
      return (await aSource().current()).rules.settingsVersion;
    };
    const first = await versionOf(parameter('a', {}));
    await expect(versionOf(parameter('a', {}))).resolves.toBe(first);
    await expect(versionOf(parameter('a', {}, 2))).resolves.not.toBe(first);
    await expect(versionOf(parameter('a', { language: 'ja' }))).resolves.not.toBe(first);
  });

  it('names what the ceiling clips', async () => {
    holds(parameter('a', { defaultMode: 'attach' }));
    await expect(aSource(ceilingOf('{"mode":"ticket"}')).current()).resolves.toMatchObject({
      state: 'valid',
      problems: [],
      clipped: ['defaultMode is attach, the deployment permits ticket'],
    });
  });

  it('holds them under the most careful ceiling where the ceiling is unreadable', async () => {
    holds(parameter('a', { defaultMode: 'attach' }));
    await expect(aSource(ceilingOf('{')).current()).resolves.toMatchObject({
      rules: { ceiling: { mode: 'observe', writesPerHour: 0 } },
      state: 'valid',
      problems: ['the ceiling is no JSON'],
    });
  });
});

describe('given settings that were valid and are not any more', () => {
  const secret = 'https://hooks.slack.com/services/T/B/synthetic';
  const rows: [string, () => unknown, string][] = [
    ['absent', () => holds(), `there are no settings under ${PATH}`],
    ['unreadable', () => fails('AccessDeniedException'), `${PATH} cannot be read (AccessDenied)`],
    ['throttled', () => fails('ThrottlingException'), `${PATH} cannot be read (Throttling)`],
    ['no JSON', () => holds({ ...parameter('a', {}), Value: secret }), `${PATH}/a is no JSON`],
    ['of an unknown key', () => holds(parameter('a', { webhook: secret })), 'webhook: unknown key webhook'],
    [
      'without end',
      () => ssm.on(GetParametersByPathCommand).resolves({ Parameters: [], NextToken: 'more' }),
      `there are more than 20 pages of settings under ${PATH}`,
    ],
  ];

  it.each(rows)(
    'holds the last valid ones for an hour when they are %s, and quotes no value',
    async (_, spoil, problem) => {
      holds(parameter('a', ATTACH));
      const source = aSource();
      const { rules } = await source.current();
      spoil();
      const lastValid = { rules, state: 'last-valid', problems: [problem], clipped: [] };
      await expect(source.after(MINUTE)).resolves.toEqual(lastValid);
      await expect(source.after(HOUR - MINUTE - 1)).resolves.toEqual(lastValid);
    },
  );

  it('lowers the default and every account to a ticket after an hour, even within the minute of a read', async () => {
    holds(parameter('a', ATTACH));
    const source = aSource();
    const { rules } = await source.current();
    fails('AccessDeniedException');
    await source.after(HOUR - 1);
    const lowered = {
      defaultMode: 'ticket',
      accounts: { '111111111111': { mode: 'ticket' }, '222222222222': { mode: 'observe' } },
    };
    await expect(source.after(1)).resolves.toEqual({
      ...valid(lowered, `${rules.settingsVersion}-lowered`),
      state: 'lowered',
      problems: [`${PATH} cannot be read (AccessDenied)`],
    });
  });

  it('holds valid ones again as soon as they are read', async () => {
    holds(parameter('a', ATTACH));
    const source = aSource();
    await source.current();
    fails('ThrottlingException');
    await source.after(2 * HOUR);
    holds(parameter('a', ATTACH));
    await expect(source.after(MINUTE)).resolves.toEqual(valid(ATTACH));
  });
});

describe('given settings that were never valid', () => {
  it.each([() => holds(), () => fails('AccessDeniedException'), () => holds(parameter('a', { defaultMode: 'all' }))])(
    'observes and says so',
    async (arrange) => {
      arrange();
      await expect(aSource().current()).resolves.toEqual({
        ...valid({}, 'none'),
        state: 'unknown',
        problems: [expect.any(String)],
      });
    },
  );

  it.each(['ThrottlingException', 'TimeoutError', 'InternalServerError'])(
    'throws %s to be asked again, and is asked again at once',
    async (name) => {
      fails(name);
      const source = aSource();
      await expect(source.current()).rejects.toThrow();
      holds(parameter('a', ATTACH));
      await expect(source.current()).resolves.toEqual(valid(ATTACH));
    },
  );
});
