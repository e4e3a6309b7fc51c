import type { Clock } from '../platform/clock.ts';
import { isProviderError, ProviderError } from '../providers/errors.ts';
import type { PasswordIdentity } from './needs.ts';

/** So many wrong passwords of one name reach the service within an hour. */
const MOST = 5;
const FORGOTTEN_AFTER_MS = 3_600_000;
/** Names that are remembered, at most. */
const MOST_NAMES = 10_000;

/**
 * Anybody may try passwords here, and repeated failures can lock the account at its service: beyond a few the service is not asked. Each
 * instance counts for itself, in memory.
 */
export function withLimitedTries(identity: PasswordIdentity, clock: Clock): PasswordIdentity {
  /** Epoch ms of tries that failed or are under way, by name. */
  const tries = new Map<string, number[]>();

  function begun(name: string, now: number): void {
    const recent = (tries.get(name) ?? []).filter((at) => now - at < FORGOTTEN_AFTER_MS);
    if (recent.length >= MOST) {
      throw new ProviderError('throttled', 'Too many wrong passwords of one name.', { code: 'too-many-tries' });
    }
    tries.delete(name);
    tries.set(name, [...recent, now]);
    const [oldest] = tries.keys();
    if (tries.size > MOST_NAMES && oldest !== undefined) tries.delete(oldest);
  }

  /** It says nothing about the password that the service was out of reach. */
  function undone(name: string, at: number): void {
    const others = tries.get(name) ?? [];
    const index = others.indexOf(at);
    if (index >= 0) tries.set(name, others.toSpliced(index, 1));
  }

  return {
    async checkPassword(given, password) {
      const name = given.trim().toLowerCase();
      const now = clock.now();
      begun(name, now);
      try {
        const grant = await identity.checkPassword(given, password);
        tries.delete(name);
        return grant;
      } catch (error) {
        if (!isProviderError(error, 'revoked')) undone(name, now);
        throw error;
      }
    },
  };
}
