import { z } from 'zod';
import type { Window } from '../../calendar/window.ts';
import { ProviderError } from '../errors.ts';

/**
 * Where the next round starts. `delta`: Graph's link. `view`: delta does not end on this calendar, so every round lists the window until a
 * full round tries delta again. The window is frozen in Graph's token; it is kept beside it for the way back to listing.
 */
export type Cursor =
  | { readonly kind: 'delta'; readonly link: string; readonly window: Window; readonly pageSize: number }
  | { readonly kind: 'view'; readonly window: Window };

const window = z.object({ start: z.number(), end: z.number() });
const cursorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('delta'), link: z.string(), window, pageSize: z.number().int() }),
  z.object({ kind: z.literal('view'), window }),
]);

export function cursorToText(cursor: Cursor): string {
  return JSON.stringify(cursor);
}

/** @throws expired-cursor when the text is not a cursor of this provider */
export function cursorFromText(text: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ProviderError('expired-cursor', 'The stored cursor cannot be read.', {
      code: 'unreadable-cursor',
      cause,
    });
  }
}
