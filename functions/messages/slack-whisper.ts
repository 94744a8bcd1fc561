import type { ChatMessage } from '../ports.ts';
import { slackText } from './escape.ts';
import { section } from './slack-blocks.ts';

/** Of a section's text, with room to spare. */
const TEXT_MAX = 1000;

const NOTHING_DONE = 'Nothing was changed.';

/** What a person can do about a click that answered nothing, by its code. */
const WHAT_TO_DO: Readonly<Record<string, string>> = {
  'proposal-unknown': 'This message is of another deployment, or so old that nobody remembers it.',
  'proposal-replaced':
    'The case has moved on: its message says where it stands, and has new buttons where there is still something to approve.',
  'proposal-answered': 'Somebody answered before you; the message says who, once it is brought up to date.',
  'proposal-expired': 'A ticket takes its place. If the permission is still missing, the next denial asks again.',
  'wrong-message': "Use the buttons of the case's own message in its channel.",
  'approver-unmapped':
    'Ask whoever keeps the settings of exec-log to add your Slack user and your AWS principals to `people`, then click again.',
  'own-session': 'Ask somebody who opened none of these sessions to answer.',
  'person-unknown':
    'Click again in a few minutes. If that does not help, nobody can answer: the proposal becomes a ticket at its end, with the patch for your code.',
};

/** What one person is told about a click of theirs that answered nothing: what is the matter, and what to do. */
export function refusalWhisper(code: string, detail: string): ChatMessage {
  const text = [`${sentence(detail)} ${NOTHING_DONE}`, WHAT_TO_DO[code]].filter((line) => line !== undefined);
  return whisper(text.join(' '));
}

/** What one person is told whose answer has to wait for the ticket system. */
export function waitingWhisper(): ChatMessage {
  return whisper('Your answer is stored. The ticket system is away; the rest follows by itself once it is back.');
}

function whisper(words: string): ChatMessage {
  const text = slackText(words, TEXT_MAX);
  return { text, blocks: [section(text)] };
}

function sentence(detail: string): string {
  return `${detail.slice(0, 1).toUpperCase()}${detail.slice(1)}.`;
}
