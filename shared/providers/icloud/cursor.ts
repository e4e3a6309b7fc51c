import { z } from 'zod';
import type { Window } from '../../calendar/window.ts';
import { ProviderError } from '../errors.ts';

const cursor = z.object({
  version: z.literal(1),
  token: z.string().min(1),
  window: z.object({ start: z.number(), end: z.number() }),
});

/** Where a round starts: the calendar's sync token, and the window that series are expanded in. */
export interface Position {
  readonly token: string;
  readonly window: Window;
}

export function cursorFrom({ token, window }: Position): string {
  return JSON.stringify({ version: 1, token, window });
}

/** @throws expired-cursor for a cursor that another version wrote */
export function positionOf(text: string): Position {
  try {
    return cursor.parse(JSON.parse(text));
  } catch (cause) {
    throw new ProviderError('expired-cursor', 'The cursor was not made by this version.', {
      code: 'foreign-cursor',
      cause,
    });
  }
}
