const SLACK_HOSTS: ReadonlySet<string> = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The address of an incoming webhook; null for anything but Slack's hosts: whoever may change the secret must not send the
 * messages elsewhere. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function webhookUrlOf(text: string, allowLoopback: boolean): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return null;
  if (url.protocol === 'https:' && url.port === '' && SLACK_HOSTS.has(url.hostname)) return url;
  return allowLoopback && isLoopback(url) ? url : null;
}

/** Whether an address is plain `http` to this machine itself. */
export function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOOPBACK_HOSTS.has(hostname);
}
