import type { Clock } from '../../platform/clock.ts';
import { isProviderError, ProviderError } from '../errors.ts';
import type { CredentialStore } from '../provider.ts';
import type { AccessToken, MicrosoftIdentity } from './identity.ts';

/** Access tokens, in memory only. */
export interface Tokens {
  /** A token that is valid for some minutes yet. @throws as `MicrosoftIdentity.refresh` */
  get(accountId: string): Promise<string>;
  /** Another token than the one that Graph turned down. */
  getOtherThan(accountId: string, rejected: string): Promise<string>;
  /** Has the account been connected again since it got this token? Then what Graph says to the token is of the past. */
  reconnectedSince(accountId: string, token: string): Promise<boolean>;
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
  /** What was stored when it was fetched. */
  readonly credential: string;
}

export function createTokens(needs: {
  readonly identity: MicrosoftIdentity;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
}): Tokens {
  const { identity, credentials, clock } = needs;
  const kept = new Map<string, Kept>();
  const underway = new Map<string, Promise<string>>();

  async function stored(accountId: string): Promise<string> {
    const credential = await credentials.read(accountId);
    if (credential !== undefined) return credential;
    throw new ProviderError('revoked', 'No Microsoft credential is stored for the account.', { code: 'no-credential' });
  }

  /** A grant that ended while its successor was being stored says nothing about the successor. */
  async function refreshed(accountId: string): Promise<{ fresh: AccessToken; credential: string }> {
    const credential = await stored(accountId);
    try {
      return { fresh: await identity.refresh(credential), credential };
    } catch (error) {
      const now = isProviderError(error, 'revoked') ? await stored(accountId) : credential;
      if (now === credential) throw error;
      return { fresh: await identity.refresh(now), credential: now };
    }
  }

  async function refresh(accountId: string): Promise<string> {
    const { fresh, credential } = await refreshed(accountId);
    // Whoever reconnected meanwhile stored a newer grant; the rotated token of the old one must not replace it.
    if ((await credentials.read(accountId)) === credential) await credentials.write(accountId, fresh.credential);
    kept.delete(accountId);
    kept.set(accountId, {
      token: fresh.token,
      until: clock.now() + fresh.lifetimeMs,
      credential: fresh.credential,
    });
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
    async reconnectedSince(accountId, token) {
      const known = kept.get(accountId);
      return known?.token !== token || (await credentials.read(accountId)) !== known.credential;
    },
    forget: (accountId) => void kept.delete(accountId),
  };
}
