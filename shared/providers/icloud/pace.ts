/** Apple's Retry-After is "routinely shorter than the throttle" (keeper.sh), so it is a lower bound. Ms. */
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 64_000;

/** How long an account is to be left alone: longer with each throttled answer in a row. In memory only. */
export interface Pace {
  /**
   * Notes an answer.
   * @param retryAfter the header, seconds or an HTTP date
   * @param now epoch ms
   * @returns ms to wait; undefined where the answer asks for no wait
   */
  after(accountId: string, status: number, retryAfter: string | null, now: number): number | undefined;
}

export function createPace(): Pace {
  const strikes = new Map<string, { count: number; until: number }>();
  return {
    after(accountId, status, retryAfter, now) {
      if (status !== 429 && status !== 503) {
        strikes.delete(accountId);
        return undefined;
      }
      const before = strikes.get(accountId) ?? { count: 0, until: 0 };
      // Requests that were under way together are one strike.
      const count = now < before.until ? before.count : before.count + 1;
      const wait = Math.max(Math.min(FIRST_WAIT_MS * 2 ** (count - 1), LONGEST_WAIT_MS), asked(retryAfter, now));
      strikes.set(accountId, { count, until: Math.max(before.until, now + wait) });
      return wait;
    },
  };
}

function asked(retryAfter: string | null, now: number): number {
  if (!retryAfter) return 0;
  if (/^\d{1,6}$/.test(retryAfter.trim())) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
