import { z } from 'zod';
import type { RouteOptions } from '../../stores/stores.ts';
import { Problem } from '../problem.ts';

/** The options of one direction, each of them optional. */
const options = z.strictObject({
  markPrivate: z.boolean().optional(),
  showAs: z.enum(['keep', 'busy', 'free', 'tentative', 'oof']).optional(),
  skipFree: z.boolean().optional(),
  transformIdentity: z.boolean().optional(),
});

const calendarId = z.string().min(1).max(64);

/** The body of `POST /api/pairs` and of its preview. */
export const pairRequest = z.strictObject({
  source: calendarId,
  target: calendarId,
  direction: z.enum(['one-way', 'two-way']),
  sourceToTarget: options.default({}),
  targetToSource: options.optional(),
});

/** The body of `PATCH /api/pairs/{id}`: what is not named stays. */
export const pairPatch = z.strictObject({
  sourceToTarget: options.optional(),
  targetToSource: options.optional(),
});

export type PairRequest = z.infer<typeof pairRequest>;
export type OptionsRequest = z.infer<typeof options>;

const plain: RouteOptions = { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false };

/** Options as they are after a wish: what it does not name stays as it was, or is off. */
export function withOptions(wish: OptionsRequest, before: RouteOptions = plain): RouteOptions {
  return {
    markPrivate: wish.markPrivate ?? before.markPrivate,
    showAs: wish.showAs ?? before.showAs,
    skipFree: wish.skipFree ?? before.skipFree,
    transformIdentity: wish.transformIdentity ?? before.transformIdentity,
  };
}

export function noSuchDirection(): Problem {
  return new Problem(
    422,
    'no-such-direction',
    'A one-way pair has no options for the way back.',
    'Leave targetToSource out.',
  );
}
