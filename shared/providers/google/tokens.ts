import { isProviderError, ProviderError } from '../errors.ts';
import { credentialFrom, refreshTokenIn } from './credential.ts';
import type { GoogleNeeds } from './settings.ts';
import { requestTokens, revokeToken } from './tokenEndpoint.ts';

/** A token that ends sooner than this, ms, is replaced before it is used. */
const MARGIN_MS = 5 * 60_000;

interface Held {
  readonly token: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Access tokens by account, in memory only. */
export interface AccessTokens {
  /** A token that is good for some minutes. @throws revoked, misconfigured, throttled, unavailable, malformed */
  of(accountId: string): Promise<string>;
  /** Another token than the one that Google just refused. @throws as `of` */
  insteadOf(accountId: string, refused: string): Promise<string>;
  /** Takes the grant back and forgets its token; a grant already gone is fine. @throws throttled, unavailable */
  revoke(accountId: string): Promise<void>;
}

export function createAccessTokens(needs: GoogleNeeds): AccessTokens {
  const held = new Map<string, Held>();
  const refreshing = new Map<string, Promise<string>>();

  async function read(accountId: string): Promise<{ stored: string | undefined; refreshToken: string }> {
    const stored = await needs.credentials.read(accountId);
    const refreshToken = refreshTokenIn(stored);
    if (refreshToken) return { stored, refreshToken };
    throw new ProviderError('revoked', 'There is no Google grant stored for this account.', { code: 'no-credential' });
  }

  const request = (refreshToken: string) =>
    requestTokens(needs, { grant_type: 'refresh_token', refresh_token: refreshToken });

  /** A grant that ended while its successor was being stored says nothing about the successor. */
  async function refreshed(accountId: string) {
    const grant = await read(accountId);
    try {
      return { ...grant, fresh: await request(grant.refreshToken) };
    } catch (error) {
      const now = isProviderError(error, 'revoked') ? await read(accountId) : grant;
      if (now.stored === grant.stored) throw error;
      return { ...now, fresh: await request(now.refreshToken) };
    }
  }

  async function refresh(accountId: string): Promise<string> {
    const { stored, refreshToken, fresh } = await refreshed(accountId);
    // Google does not rotate refresh tokens as a rule: the old one stays where no new one comes.
    // Whoever reconnected meanwhile stored a newer grant, which the old one's must not replace.
    const rotated = fresh.refresh_token && fresh.refresh_token !== refreshToken ? fresh.refresh_token : undefined;
    if (rotated && (await needs.credentials.read(accountId)) === stored) {
      await needs.credentials.write(accountId, credentialFrom(rotated));
    }
    const now = needs.clock.now();
    for (const [id, { expiresAt }] of held) if (expiresAt <= now) held.delete(id);
    held.set(accountId, { token: fresh.access_token, expiresAt: now + fresh.expires_in * 1000 });
    return fresh.access_token;
  }

  /** Callers that ask while a refresh is under way share it. */
  function refreshOnce(accountId: string): Promise<string> {
    const running = refreshing.get(accountId);
    if (running) return running;
    const started = refresh(accountId).finally(() => refreshing.delete(accountId));
    refreshing.set(accountId, started);
    return started;
  }

  return {
    async of(accountId) {
      const known = held.get(accountId);
      if (known && known.expiresAt - MARGIN_MS > needs.clock.now()) return known.token;
      return refreshOnce(accountId);
    },

    async insteadOf(accountId, refused) {
      const known = held.get(accountId);
      if (known && known.token !== refused) return known.token;
      held.delete(accountId);
      return refreshOnce(accountId);
    },

    async revoke(accountId) {
      const refreshToken = refreshTokenIn(await needs.credentials.read(accountId));
      held.delete(accountId);
      if (refreshToken) await revokeToken(needs, refreshToken);
    },
  };
}
