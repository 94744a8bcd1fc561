/** What the terminal plays: the only part of the simulated account that needs the template's tools. */
export { AccountFileError, unknownKeysIn } from '../account-file.ts';
export { PlayInputError } from './choose-account.ts';
export { play } from './play.ts';
export type { PlayRequest, PlayStep } from './steps.ts';
export { createStory, type StoryPaint } from './story.ts';
