import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { createSlackSecrets, webhookSecretsOf } from '../../../functions/adapters/slack/secrets.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const SECRET = 'secretsmanager:exec-log/slack';
const WEBHOOK = 'https://hooks.slack.com/services/T000/B000/synthetic';
const BOT = { botToken: 'xoxb-0000-synthetic', signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' };
const MINUTE = 60_000;

const client = new SecretsManagerClient(CLIENT);
const secretsManager = mockClient(client);
const holdsText = (SecretString: string) => secretsManager.on(GetSecretValueCommand).resolves({ SecretString });
const holds = (document: unknown) => holdsText(JSON.stringify(document));
const reads = () => secretsManager.commandCalls(GetSecretValueCommand).map(({ args: [command] }) => command.input);
const because = (why: string) => ({ kind: 'unusable', because: `the Slack secret exec-log/slack ${why}` });

let now = 0;
const someSecrets = (allowLoopback = false) =>
  createSlackSecrets({ client, clock: () => new Date(now), allowLoopback });

beforeEach(() => {
  now = 0;
  secretsManager.reset();
});

describe('given a secret of a bot', () => {
  beforeEach(() => holds(BOT));

  it('reads token and signing secret by the name after the prefix', async () => {
    await expect(someSecrets().find(SECRET)).resolves.toEqual({ kind: 'bot', ...BOT });
    expect(reads()).toEqual([{ SecretId: 'exec-log/slack' }]);
  });

  it('takes a token that rotates', async () => {
    holds({ ...BOT, botToken: 'xoxe.xoxb-1-synthetic' });
    await expect(someSecrets().find(SECRET)).resolves.toMatchObject({ botToken: 'xoxe.xoxb-1-synthetic' });
  });

  it('keeps it for five minutes', async () => {
    const secrets = someSecrets();
    await secrets.find(SECRET);
    now = 5 * MINUTE - 1;
    await secrets.find(SECRET);
    expect(reads()).toHaveLength(1);
    now = 5 * MINUTE;
    await secrets.find(SECRET);
    expect(reads()).toHaveLength(2);
  });

  it('reads it anew when told to forget it', async () => {
    const secrets = someSecrets();
    await secrets.find(SECRET);
    holds({ ...BOT, botToken: 'xoxb-1111-synthetic' });
    secrets.forget(SECRET);
    await expect(secrets.find(SECRET)).resolves.toMatchObject({ botToken: 'xoxb-1111-synthetic' });
  });

  it('keeps two secrets apart', async () => {
    const secrets = someSecrets();
    await secrets.find(SECRET);
    await secrets.find('secretsmanager:other');
    expect(reads()).toEqual([{ SecretId: 'exec-log/slack' }, { SecretId: 'other' }]);
  });

  it('is no webhook', async () => {
    await expect(webhookSecretsOf(someSecrets()).find(SECRET)).resolves.toEqual({
      kind: 'unusable',
      because: 'the Slack secret holds a botToken and no webhookUrl',
    });
  });
});

describe('given a secret of a webhook', () => {
  it.each([WEBHOOK, 'https://hooks.slack-gov.com/services/T/B/x'])('reads the address %s', async (webhookUrl) => {
    holds({ webhookUrl });
    const url = new URL(webhookUrl);
    await expect(someSecrets().find(SECRET)).resolves.toEqual({ kind: 'webhook', url });
    await expect(webhookSecretsOf(someSecrets()).find(SECRET)).resolves.toEqual({ kind: 'url', url });
  });

  it('reads it anew for who can only post to a webhook, when told to forget it', async () => {
    holds({ webhookUrl: WEBHOOK });
    const secrets = webhookSecretsOf(someSecrets());
    await secrets.find(SECRET);
    secrets.forget(SECRET);
    await secrets.find(SECRET);
    expect(reads()).toHaveLength(2);
  });

  it.each([
    'https://hooks.slack.com.example.com/services/T/B/x',
    'https://example.com/hooks.slack.com',
    'https://ada:secret@hooks.slack.com/services/T/B/x',
    'https://hooks.slack.com:8443/services/T/B/x',
    'http://hooks.slack.com/services/T/B/x',
    'http://127.0.0.1:8080/hook',
    'file:///etc/passwd',
    'not a url',
    '',
    7,
    null,
  ])('does not use %s', async (webhookUrl) => {
    holds({ webhookUrl });
    await expect(someSecrets().find(SECRET)).resolves.toEqual({
      kind: 'unusable',
      because: "the webhookUrl of the Slack secret exec-log/slack is no address of Slack's",
    });
  });

  it.each([
    ['http://127.0.0.1:8080/hook', 'webhook'],
    ['http://[::1]:8080/hook', 'webhook'],
    ['http://192.0.2.1/hook', 'unusable'],
    ['https://127.0.0.1/hook', 'unusable'],
  ])('where this machine is permitted, reads %s as %s', async (webhookUrl, kind) => {
    holds({ webhookUrl });
    await expect(someSecrets(true).find(SECRET)).resolves.toMatchObject({ kind });
  });
});

describe('given a secret that cannot be used', () => {
  const NOT_JSON = because('is not JSON with a webhookUrl, or a botToken and a signingSecret');
  const NO_TOKEN = "the botToken of the Slack secret exec-log/slack is no bot's token: it begins with xoxb-";
  const NO_SIGNING = 'the signingSecret of the Slack secret exec-log/slack is missing or not as Slack shows it';

  it.each([
    ['nothing', '', because('is empty')],
    ['blanks', ' \n', because('is empty')],
    ['a bare token', BOT.botToken, NOT_JSON],
    ['half a document', JSON.stringify(BOT).slice(0, -1), NOT_JSON],
    ['a list', JSON.stringify([BOT]), NOT_JSON],
    ['null', 'null', NOT_JSON],
    ['other keys', '{"token":"xoxb-0000-synthetic"}', NOT_JSON],
    [
      'both kinds',
      JSON.stringify({ ...BOT, webhookUrl: WEBHOOK }),
      because("holds a webhookUrl and a bot's token or secret: remove one of the two"),
    ],
  ])('says what it should hold where it holds %s', async (_, text, expected) => {
    holdsText(text);
    await expect(someSecrets().find(SECRET)).resolves.toEqual(expected);
  });

  it.each([
    ['an empty token', { ...BOT, botToken: '' }, NO_TOKEN],
    ["a person's token", { ...BOT, botToken: 'xoxp-0000-synthetic' }, NO_TOKEN],
    ['a token with a line break', { ...BOT, botToken: `${BOT.botToken}\n` }, NO_TOKEN],
    ['a token that is a number', { ...BOT, botToken: 1 }, NO_TOKEN],
    ['no token', { signingSecret: BOT.signingSecret }, NO_TOKEN],
    ['no signing secret', { botToken: BOT.botToken }, NO_SIGNING],
    ['an empty signing secret', { ...BOT, signingSecret: '' }, NO_SIGNING],
    ['a signing secret with a blank', { ...BOT, signingSecret: `${BOT.signingSecret} ` }, NO_SIGNING],
    ['a short signing secret', { ...BOT, signingSecret: 'a'.repeat(15) }, NO_SIGNING],
    ['a signing secret that is null', { ...BOT, signingSecret: null }, NO_SIGNING],
  ])('says which part is wrong of %s, and never what it holds', async (_, document, expected) => {
    holds(document);
    await expect(someSecrets().find(SECRET)).resolves.toEqual({ kind: 'unusable', because: expected });
  });

  it.each([
    ['ResourceNotFoundException', 'is not there'],
    ['InvalidRequestException', 'is marked for deletion'],
    ['InvalidParameterException', 'has a name that Secrets Manager does not take'],
    ['DecryptionFailure', 'cannot be decrypted'],
    ['AccessDeniedException', 'may not be read'],
  ])('says why on %s, and asks again the next time', async (name, why) => {
    secretsManager.on(GetSecretValueCommand).rejects(awsError(name));
    const secrets = someSecrets();
    await expect(secrets.find(SECRET)).resolves.toEqual(because(why));
    holds(BOT);
    await expect(secrets.find(SECRET)).resolves.toMatchObject({ kind: 'bot' });
  });

  it('says so of one that holds bytes', async () => {
    secretsManager.on(GetSecretValueCommand).resolves({ SecretBinary: new Uint8Array([1]) });
    await expect(someSecrets().find(SECRET)).resolves.toEqual(because('is empty'));
  });

  it('throws throttling, to be asked again', async () => {
    secretsManager.on(GetSecretValueCommand).rejects(awsError('ThrottlingException'));
    await expect(someSecrets().find(SECRET)).rejects.toThrow('synthetic');
  });

  it('refuses a name without the prefix', async () => {
    await expect(someSecrets().find('exec-log/slack')).resolves.toEqual({
      kind: 'unusable',
      because: 'the Slack secret must be given as secretsmanager:NAME',
    });
    expect(reads()).toEqual([]);
  });
});
