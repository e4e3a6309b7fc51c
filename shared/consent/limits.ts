import { hmac } from '../platform/hmac.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { ConsentRequest } from './answer.ts';
import { clientAddress } from './clientAddress.ts';
import type { ConsentNeeds } from './needs.ts';
import { Problem } from './problem.ts';

/** How often something may be tried from one network address; a whole office may share one. */
const limits = {
  /** Sign-ins begun. */
  'sign-in': { most: 60, spanMs: 10 * 60_000 },
  /** Returns of a sign-in: each asks its service. */
  return: { most: 60, spanMs: 10 * 60_000 },
  /** Passwords tried at iCloud, right or wrong. */
  icloud: { most: 20, spanMs: 3_600_000 },
  /** Domains looked up in DNS. */
  domain: { most: 60, spanMs: 10 * 60_000 },
} as const;

/** Where no address is known all callers share one count: it only keeps a flood away. */
const UNKNOWN_FACTOR = 10;

/** Counts this request. @throws Problem 429 `too-many-tries` where its address has had too many; one count for all processes */
export async function limitTries(
  request: ConsentRequest,
  needs: ConsentNeeds,
  what: keyof typeof limits,
): Promise<void> {
  const { most, spanMs } = limits[what];
  const address = clientAddress(request, needs);
  const allowed = address === undefined ? most * UNKNOWN_FACTOR : most;
  const key = triesKey(needs.keyring, what, address ?? 'unknown');
  if (await needs.stores.tries.take(key, needs.clock.now(), spanMs, allowed)) return;
  needs.log('too-many-tries', { what });
  throw new Problem(
    429,
    'too-many-tries',
    'There were too many tries from your network.',
    `Wait ${spanMs >= 3_600_000 ? 'an hour' : 'ten minutes'}, then try again.`,
  );
}

/** What a count is kept under: neither an address nor a name can be read from it. */
export function triesKey(keyring: Keyring, what: string, subject: string): string {
  return hmac(keyring.newest('session'), `tries\0${what}\0${subject}`).toString('base64url').slice(0, 32);
}
