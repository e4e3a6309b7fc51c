import type { Clock } from '../platform/clock.ts';
import type { Keyring } from '../platform/keyring.ts';
import { isProviderError, ProviderError } from '../providers/errors.ts';
import type { Tries } from '../stores/consentStores.ts';
import { triesKey } from './limits.ts';
import type { PasswordIdentity } from './needs.ts';

/** So many wrong passwords of one name reach the service within an hour. */
const MOST = 5;
const FORGOTTEN_AFTER_MS = 3_600_000;

/**
 * Anybody may try passwords here, and repeated failures can lock the account at its service: beyond a few the service is not asked. One count
 * for all processes, wherever the tries come from.
 */
export function withLimitedTries(
  identity: PasswordIdentity,
  { clock, keyring, tries }: { readonly clock: Clock; readonly keyring: Keyring; readonly tries: Tries },
): PasswordIdentity {
  return {
    async checkPassword(given, password) {
      const key = triesKey(keyring, 'password', given.trim().toLowerCase());
      if (!(await tries.take(key, clock.now(), FORGOTTEN_AFTER_MS, MOST))) {
        throw new ProviderError('throttled', 'Too many wrong passwords of one name.', { code: 'too-many-tries' });
      }
      try {
        const grant = await identity.checkPassword(given, password);
        await tries.forget(key);
        return grant;
      } catch (error) {
        // It says nothing about the password that the service was out of reach.
        if (!isProviderError(error, 'revoked')) await tries.undo(key);
        throw error;
      }
    },
  };
}
