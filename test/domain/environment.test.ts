import { describeEnvironmentProblems, parseFunctionEnvironment } from '../../functions/domain/environment.ts';

const COMPLETE = {
  SETTINGS_PATH: '/exec-log/settings',
  CEILING: '{"mode":"ticket"}',
  TABLE_NAME: 'exec-log',
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111111111111/denials',
  DEPLOYMENT_ID: 'exec-log-eu-central-1',
  LOG_LEVEL: 'DEBUG',
};

const ALL = ['settingsPath', 'ceiling', 'tableName', 'queueUrl', 'deploymentId'] as const;

describe('given a complete environment', () => {
  it('reads every variable in its final type', () => {
    expect(parseFunctionEnvironment(COMPLETE, ALL)).toEqual({
      kind: 'valid',
      value: {
        settingsPath: '/exec-log/settings',
        ceiling: '{"mode":"ticket"}',
        tableName: 'exec-log',
        queueUrl: 'https://sqs.eu-central-1.amazonaws.com/111111111111/denials',
        deploymentId: 'exec-log-eu-central-1',
        logLevel: 'DEBUG',
      },
    });
  });
});

describe('given a function that requires little', () => {
  it('gives it no more, and INFO where no level is set', () => {
    const { LOG_LEVEL: _, ...rest } = COMPLETE;
    expect(parseFunctionEnvironment(rest, ['tableName'])).toEqual({
      kind: 'valid',
      value: { tableName: 'exec-log', logLevel: 'INFO' },
    });
  });

  it('does not complain of what it does not require', () => {
    expect(parseFunctionEnvironment({ TABLE_NAME: 'exec-log', QUEUE_URL: 'nonsense' }, ['tableName']).kind).toBe(
      'valid',
    );
  });
});

describe('given a function that may be of a hub', () => {
  it.each([
    ['nothing', undefined, null],
    ['an empty text', '', null],
    ['an organisation', 'o-exampleorg1', 'o-exampleorg1'],
  ])('reads %s', (_, value, organizationId) => {
    expect(parseFunctionEnvironment({ ORGANIZATION_ID: value }, ['organizationId'])).toEqual({
      kind: 'valid',
      value: { organizationId, logLevel: 'INFO' },
    });
  });

  it('takes a mistake for neither a hub nor a deployment of its own', () => {
    const parsed = parseFunctionEnvironment({ ORGANIZATION_ID: 'exampleorg1' }, ['organizationId']);
    expect(parsed.kind === 'invalid' && parsed.problems.map(({ path }) => path)).toEqual(['ORGANIZATION_ID']);
  });
});

describe('given an unusable environment', () => {
  it('reports all mistakes together', () => {
    const parsed = parseFunctionEnvironment(
      { CEILING: '{"mode":"atach","x":1}', LOG_LEVEL: 'verbose', QUEUE_URL: '' },
      ALL,
    );
    expect(parsed.kind === 'invalid' && parsed.problems.map((problem) => problem.path)).toEqual([
      'SETTINGS_PATH',
      'TABLE_NAME',
      'QUEUE_URL',
      'DEPLOYMENT_ID',
      'LOG_LEVEL',
    ]);
  });

  it.each([undefined, '', '{'])('hands on %p as a ceiling, which then permits to observe', (CEILING) => {
    expect(parseFunctionEnvironment({ ...COMPLETE, CEILING }, ['ceiling'])).toEqual({
      kind: 'valid',
      value: { ceiling: CEILING ?? '', logLevel: 'DEBUG' },
    });
  });

  it('describes the mistakes without repeating a value', () => {
    const parsed = parseFunctionEnvironment({ TABLE_NAME: 'a secret?' }, ['tableName']);
    expect(parsed.kind === 'invalid' && describeEnvironmentProblems(parsed.problems)).toBe(
      "The function's environment is not usable: TABLE_NAME: expected the name of a DynamoDB table",
    );
  });
});
