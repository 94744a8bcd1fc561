import type { Settings } from './settings.ts';

/** What people are told in. */
export type Language = Settings['language'];
