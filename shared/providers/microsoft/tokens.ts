import type { Clock } from '../../platform/clock.ts';
import { ProviderError } from '../errors.ts';
import type { CredentialStore } from '../provider.ts';
import type { MicrosoftIdentity } from './identity.ts';

/** Access tokens, in memory only. */
export interface Tokens {
  /** A token that is valid for some minutes yet. @throws as `MicrosoftIdentity.refresh` */
  get(accountId: string): Promise<string>;
  /** Another token than the one that Graph turned down. */
  getOtherThan(accountId: string, rejected: string): Promise<string>;
  forget(accountId: string): void;
}

/** A token this close to its end is not used for a new request. */
const marginMs = 5 * 60_000;
/** Tokens kept at once; the oldest goes first. */
const capacity = 10_000;

interface Kept {
  readonly token: string;
  /** Epoch ms. */
  readonly until: number;
}

export function createTokens(needs: {
  readonly identity: MicrosoftIdentity;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
}): Tokens {
  const { identity, credentials, clock } = needs;
  const kept = new Map<string, Kept>();
  const underway = new Map<string, Promise<string>>();

  async function refresh(accountId: string): Promise<string> {
    const credential = await credentials.read(accountId);
    if (credential === undefined) {
      throw new ProviderError('revoked', 'No Microsoft credential is stored for the account.', {
        code: 'no-credential',
      });
    }
    const fresh = await identity.refresh(credential);
    // Whoever reconnected meanwhile stored a newer grant; the rotated token of the old one must not replace it.
    if ((await credentials.read(accountId)) === credential) await credentials.write(accountId, fresh.credential);
    kept.delete(accountId);
    kept.set(accountId, { token: fresh.token, until: clock.now() + fresh.lifetimeMs });
    for (const oldest of kept.keys()) {
      if (kept.size <= capacity) break;
      kept.delete(oldest);
    }
    return fresh.token;
  }

  /** Calls for one account that come while a refresh is under way share its outcome. */
  function refreshOnce(accountId: string): Promise<string> {
    const shared = underway.get(accountId) ?? refresh(accountId).finally(() => underway.delete(accountId));
    underway.set(accountId, shared);
    return shared;
  }

  return {
    async get(accountId) {
      const known = kept.get(accountId);
      return known && known.until - marginMs > clock.now() ? known.token : refreshOnce(accountId);
    },
    async getOtherThan(accountId, rejected) {
      const known = kept.get(accountId);
      if (known && known.token !== rejected) return known.token;
      kept.delete(accountId);
      return refreshOnce(accountId);
    },
    forget: (accountId) => void kept.delete(accountId),
  };
}
