import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { createWebhookSecrets } from '../../../functions/adapters/slack/secret.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const SECRET = 'secretsmanager:exec-log/slack';
const URL_TEXT = 'https://hooks.slack.com/services/T000/B000/synthetic';
const MINUTE = 60_000;

const client = new SecretsManagerClient(CLIENT);
const secretsManager = mockClient(client);
const holds = (SecretString: string) => secretsManager.on(GetSecretValueCommand).resolves({ SecretString });
const reads = () => secretsManager.commandCalls(GetSecretValueCommand).map(({ args: [command] }) => command.input);

function someSecrets(allowLoopback = false) {
  let now = 0;
  const secrets = createWebhookSecrets({ client, clock: () => new Date(now), allowLoopback });
  return {
    ...secrets,
    after: (milliseconds: number) => {
      now += milliseconds;
      return secrets.find(SECRET);
    },
  };
}

beforeEach(() => secretsManager.reset());

describe('given a secret with a webhook', () => {
  beforeEach(() => holds(JSON.stringify({ webhookUrl: URL_TEXT })));

  it('reads it by the name after the prefix', async () => {
    await expect(someSecrets().find(SECRET)).resolves.toEqual({ kind: 'url', url: new URL(URL_TEXT) });
    expect(reads()).toEqual([{ SecretId: 'exec-log/slack' }]);
  });

  it('keeps it for five minutes', async () => {
    const secrets = someSecrets();
    await secrets.find(SECRET);
    await secrets.after(5 * MINUTE - 1);
    expect(reads()).toHaveLength(1);
    await secrets.after(1);
    expect(reads()).toHaveLength(2);
  });

  it('reads it anew when told to forget it', async () => {
    const secrets = someSecrets();
    await secrets.find(SECRET);
    secrets.forget(SECRET);
    await secrets.find(SECRET);
    expect(reads()).toHaveLength(2);
  });
});

describe('given an address that is not Slack', () => {
  const because = "the webhookUrl of the Slack secret exec-log/slack is no address of Slack's";

  it.each([
    'https://hooks.slack.com.example.com/services/T/B/x',
    'https://example.com/hooks.slack.com',
    'https://ada:secret@hooks.slack.com/services/T/B/x',
    'https://hooks.slack.com:8443/services/T/B/x',
    'http://hooks.slack.com/services/T/B/x',
    'http://127.0.0.1:8080/services/T/B/x',
    'file:///etc/passwd',
    'not a url',
  ])('does not use %s', async (webhookUrl) => {
    holds(JSON.stringify({ webhookUrl }));
    await expect(someSecrets().find(SECRET)).resolves.toEqual({ kind: 'unusable', because });
  });

  it.each(['http://127.0.0.1:8080/hook', 'http://localhost:8080/hook', 'http://[::1]:8080/hook'])(
    'uses %s only where loopback is permitted',
    async (webhookUrl) => {
      holds(JSON.stringify({ webhookUrl }));
      await expect(someSecrets(true).find(SECRET)).resolves.toEqual({ kind: 'url', url: new URL(webhookUrl) });
      await expect(someSecrets(false).find(SECRET)).resolves.toEqual({ kind: 'unusable', because });
    },
  );

  it.each(['http://example.com/hook', 'http://127.0.0.1.example.com/hook', 'https://localhost/hook'])(
    'does not use %s even where loopback is permitted',
    async (webhookUrl) => {
      holds(JSON.stringify({ webhookUrl }));
      await expect(someSecrets(true).find(SECRET)).resolves.toEqual({ kind: 'unusable', because });
    },
  );

  it('uses the government cloud of Slack', async () => {
    holds('{"webhookUrl":"https://hooks.slack-gov.com/services/T/B/x"}');
    await expect(someSecrets().find(SECRET)).resolves.toMatchObject({ kind: 'url' });
  });
});

describe('given a secret that cannot be used', () => {
  it.each(['', 'https://hooks.slack.com/services/T/B/x', '{}', 'null', '{"webhookUrl":1}', '{"botToken":"x"}'])(
    'says what it should hold and not what it holds: %s',
    async (text) => {
      holds(text);
      await expect(someSecrets().find(SECRET)).resolves.toEqual({
        kind: 'unusable',
        because: 'the Slack secret exec-log/slack is not JSON with a webhookUrl',
      });
    },
  );

  it.each([
    ['ResourceNotFoundException', 'is not there'],
    ['InvalidRequestException', 'is marked for deletion'],
    ['DecryptionFailure', 'cannot be decrypted'],
    ['AccessDeniedException', 'may not be read'],
  ])('says why on %s, and asks again the next time', async (name, why) => {
    secretsManager.on(GetSecretValueCommand).rejects(awsError(name));
    const secrets = someSecrets();
    await expect(secrets.find(SECRET)).resolves.toEqual({
      kind: 'unusable',
      because: `the Slack secret exec-log/slack ${why}`,
    });
    holds(JSON.stringify({ webhookUrl: URL_TEXT }));
    await expect(secrets.find(SECRET)).resolves.toMatchObject({ kind: 'url' });
  });

  it('throws throttling', async () => {
    secretsManager.on(GetSecretValueCommand).rejects(awsError('ThrottlingException'));
    await expect(someSecrets().find(SECRET)).rejects.toThrow('synthetic');
  });

  it('refuses a name without the prefix', async () => {
    await expect(someSecrets().find('exec-log/slack')).resolves.toEqual({
      kind: 'unusable',
      because: 'the Slack secret must be given as secretsmanager:NAME',
    });
    expect(reads()).toHaveLength(0);
  });
});
