/** A section of `mrkdwn`; its text is escaped and bounded already. */
export function section(text: string): object {
  return { type: 'section', text: mrkdwn(text) };
}

/** `verbatim`: Slack must not make links and mentions of its own out of plain words. */
export function mrkdwn(text: string): object {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Text without markup; its entities are escaped already, as Slack wants them here too. */
export function plainObject(text: string): object {
  return { type: 'plain_text', text, emoji: true };
}
