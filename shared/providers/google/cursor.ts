import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Window } from '../../calendar/window.ts';
import { ProviderError } from '../errors.ts';

/**
 * What every listing of events asks, from nothing and from a sync token alike: Google calls it undefined behaviour when they differ. Never
 * `orderBy`: with it no sync token comes (https://github.com/googleapis/google-api-ruby-client/issues/312).
 */
export const standingQuery = { singleEvents: true, maxResults: 2500 } as const;

const queryHash = createHash('sha256').update(JSON.stringify(standingQuery)).digest('base64url').slice(0, 8);

const cursor = z.object({
  version: z.literal(1),
  query: z.literal(queryHash),
  syncToken: z.string().min(1),
  window: z.object({ start: z.number(), end: z.number() }),
});

/** Where a round starts: the sync token, and the window of the full round that it goes back to. */
export interface Position {
  readonly syncToken: string;
  readonly window: Window;
}

export function cursorFrom({ syncToken, window }: Position): string {
  return JSON.stringify({ version: 1, query: queryHash, syncToken, window });
}

/** @throws expired-cursor for a cursor that another version wrote, or that asked something else */
export function positionOf(text: string): Position {
  try {
    return cursor.parse(JSON.parse(text));
  } catch (cause) {
    throw new ProviderError('expired-cursor', 'The cursor was not made by this version for this query.', {
      code: 'foreign-cursor',
      cause,
    });
  }
}
