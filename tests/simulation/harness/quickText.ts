import * as real from '../../../shared/calendar/text.ts';
import { remembering } from './remember.ts';

/** `shared/calendar/text.ts` with a memory: its functions are pure, and runs ask for the same few texts over and over. */
export const { escapeHtml } = real;
export const richFromHtml = remembering(real.richFromHtml);
export const richFromPlain = remembering(real.richFromPlain);
export const richFromMixed = remembering(real.richFromMixed);
export const plainFromRich = remembering(real.plainFromRich);
