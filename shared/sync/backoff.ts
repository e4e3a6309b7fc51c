import { fraction, type Random } from '../platform/random.ts';

const FIRST_MS = 30_000;
const LONGEST_MS = 3_600_000;
/** A service that asks for more than this, ms, is asked again all the same. */
const LONGEST_ASKED_MS = 6 * 3_600_000;

/**
 * How long work waits before it is tried again, ms: what the service asked for, but at least 30 s doubled with each failed attempt up to an hour,
 * spread by a quarter so that many accounts do not return at once.
 */
export function backoffMs(attempt: number, retryAfterMs: number | undefined, random: Random): number {
  const asked = retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, LONGEST_ASKED_MS);
  if (attempt === 0 && asked !== undefined) return Math.max(1_000, asked);
  const own = Math.min(FIRST_MS * 2 ** attempt, LONGEST_MS) * (1 + fraction(random) / 4);
  return Math.round(Math.max(own, asked ?? 0));
}
