import type { Clock } from '../../shared/platform/clock.ts';
import { GoogleError } from './errors.ts';

const minuteMs = 60_000;

/**
 * Quota units per person in a sliding minute.
 * @see https://developers.google.com/workspace/calendar/api/guides/quota
 */
export function createQuota({ clock, unitsPerMinute }: { clock: Clock; unitsPerMinute: number }) {
  const spent = new Map<string, { at: number; units: number }[]>();
  return {
    /** @throws GoogleError 403 rateLimitExceeded; Google names no time to wait */
    spend(email: string, units: number): void {
      const now = clock.now();
      const recent = (spent.get(email) ?? []).filter(({ at }) => at > now - minuteMs);
      const sum = recent.reduce((total, one) => total + one.units, 0);
      spent.set(email, recent);
      if (sum + units > unitsPerMinute) throw userRateLimitExceeded();
      recent.push({ at: now, units });
    },
  };
}

const usage = { domain: 'usageLimits' };
export const userRateLimitExceeded = () =>
  new GoogleError(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', usage);
export const rateLimitExceeded = (status: 403 | 429) =>
  new GoogleError(status, 'rateLimitExceeded', 'Rate Limit Exceeded', usage);
export const quotaExceeded = () => new GoogleError(403, 'quotaExceeded', 'Calendar usage limits exceeded.', usage);
