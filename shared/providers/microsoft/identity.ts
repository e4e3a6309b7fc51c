import type { ConfidentialClientApplication } from '@azure/msal-node';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { ProviderError } from '../errors.ts';
import { isNationalHost, isOfNationalCloud, issuerHost } from './clouds.ts';
import { loadMsal } from './loadMsal.ts';
import { publicAuthority, type TokenEndpoint, tokenEndpoint, tokenFailure } from './tokenEndpoint.ts';

export interface MicrosoftSettings {
  /** Origin of the sign-in service, without a slash at the end. */
  readonly authority: string;
  /** Origin of Graph, without version and without a slash at the end. */
  readonly graphRoot: string;
  readonly clientId: string;
  /** Read at each use, so that a rotated secret is picked up; undefined where none is set. */
  readonly clientSecret: () => string | undefined;
}

/** The one permission Hetk asks for. MSAL adds openid, profile and offline_access; email comes with the id token. */
const calendarScope = 'Calendars.ReadWrite';
const scopes = [calendarScope, 'email'];

export interface SignIn {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** base64url SHA-256 of the PKCE verifier. */
  readonly codeChallenge: string;
  readonly loginHint?: string;
  /** A conditional-access challenge (JSON), as a `revoked` error carried it. */
  readonly claims?: string;
}

export interface Redemption {
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly nonce: string;
}

export interface ConnectedIdentity {
  /** `<oid>.<tid>`: stable, and the same in every tenant the person is a guest of. */
  readonly subject: string;
  readonly email: string;
  /** What the credential store keeps: MSAL's cache without access tokens. */
  readonly credential: string;
  readonly missingScopes: readonly string[];
}

export interface AccessToken {
  readonly token: string;
  /** How long it is valid from now, ms. */
  readonly lifetimeMs: number;
  /** The credential with the refresh token that came with it; the next refresh uses that one. */
  readonly credential: string;
}

export interface MicrosoftIdentity {
  signInUrl(request: SignIn): Promise<string>;
  /** Does this address belong to a government or China cloud? False also when nobody knows. */
  isElsewhere(email: string): Promise<boolean>;
  /** @throws revoked for a code that is wrong, used or expired; misconfigured; unavailable; refused `national-cloud` */
  redeem(request: Redemption): Promise<ConnectedIdentity>;
  /** @throws revoked (with claims where there are), misconfigured, throttled, unavailable, malformed */
  refresh(credential: string): Promise<AccessToken>;
}

const cacheSchema = z.looseObject({
  AccessToken: z.record(
    z.string(),
    z.looseObject({ secret: z.string(), cached_at: z.coerce.number(), expires_on: z.coerce.number() }),
  ),
});

const idClaims = z.object({
  email: z.string().optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
});

export function createMicrosoftIdentity(needs: {
  readonly settings: MicrosoftSettings;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
}): MicrosoftIdentity {
  const { settings, clock } = needs;

  /** One application per use: MSAL's in-memory cache must never hold two people at once. */
  async function application(): Promise<{ msal: ConfidentialClientApplication; endpoint: TokenEndpoint }> {
    const clientSecret = settings.clientSecret();
    if (!settings.clientId || !clientSecret) {
      const message = 'Set HETK_MICROSOFT_CLIENT_ID and the client secret of its registration in Entra.';
      throw new ProviderError('misconfigured', message, { code: 'no-client-secret' });
    }
    const endpoint = tokenEndpoint(settings.authority, needs.fetch, () => clock.now());
    const { ConfidentialClientApplication: Application } = await loadMsal();
    const msal = new Application({
      auth: { clientId: settings.clientId, clientSecret, authority: `${publicAuthority}/common` },
      system: { networkClient: endpoint, disableInternalRetries: true },
    });
    return { msal, endpoint };
  }

  return {
    async signInUrl({ redirectUri, state, nonce, codeChallenge, loginHint, claims }) {
      const { msal } = await application();
      const url = await msal.getAuthCodeUrl({
        scopes,
        redirectUri,
        state,
        nonce,
        codeChallenge,
        codeChallengeMethod: 'S256',
        responseMode: 'query',
        ...(loginHint ? { loginHint } : { prompt: 'select_account' }),
        ...(claims ? { claims } : {}),
      });
      return url.replace(publicAuthority, settings.authority);
    },

    isElsewhere: (email) => isOfNationalCloud(settings.authority, needs.fetch, email),

    async redeem({ code, codeVerifier, redirectUri, nonce }) {
      const { msal, endpoint } = await application();
      const result = await msal
        .acquireTokenByCode({ code, codeVerifier, redirectUri, scopes, nonce })
        .catch((cause: unknown) => Promise.reject(tokenFailure(endpoint.last(), cause)));
      believeOnlySuccess(endpoint);
      const { account } = result;
      if (!account) throw new ProviderError('malformed', "Microsoft's sign-in service named no account.");
      if (isNationalHost(issuerHost(account.idTokenClaims?.iss))) {
        const message = 'The account belongs to a government or China cloud, which is not supported.';
        throw new ProviderError('refused', message, { code: 'national-cloud' });
      }
      const claims = idClaims.parse(account.idTokenClaims ?? {});
      return {
        subject: account.homeAccountId,
        email: claims.email ?? claims.preferred_username ?? account.username,
        credential: withoutAccessTokens(msal.getTokenCache().serialize()).credential,
        missingScopes: granted(result.scopes, calendarScope) ? [] : [calendarScope],
      };
    },

    async refresh(credential) {
      const { msal, endpoint } = await application();
      const cache = msal.getTokenCache();
      if (!isStoredCache(credential)) {
        throw new ProviderError('revoked', 'The stored credential cannot be read.', { code: 'credential-unreadable' });
      }
      try {
        cache.deserialize(credential);
        const [account] = await cache.getAllAccounts();
        if (!account)
          throw new ProviderError('revoked', 'The stored credential names no account.', { code: 'no-account' });
        const result = await msal.acquireTokenSilent({ account, scopes, forceRefresh: true });
        believeOnlySuccess(endpoint);
        const stored = withoutAccessTokens(cache.serialize());
        const lifetimeMs = stored.lifetimes.get(result.accessToken);
        if (lifetimeMs === undefined) throw new ProviderError('malformed', "Microsoft's token answer has no lifetime.");
        return { token: result.accessToken, lifetimeMs, credential: stored.credential };
      } catch (cause) {
        if (cause instanceof ProviderError) throw cause;
        if (isMissingToken(cause)) {
          throw new ProviderError('revoked', 'The stored credential holds no refresh token.', {
            code: 'no-refresh-token',
            cause,
          });
        }
        throw tokenFailure(endpoint.last(), cause);
      }
    },
  };
}

function isStoredCache(credential: string): boolean {
  try {
    return cacheSchema.safeParse(JSON.parse(credential)).success;
  } catch {
    return false;
  }
}

/** MSAL's own finding before it asks anybody: there is nothing to refresh with. */
function isMissingToken(error: unknown): boolean {
  return error instanceof Error && 'errorCode' in error && error.errorCode === 'no_tokens_found';
}

/** MSAL takes a failure whose body is not JSON for a success without a token. */
function believeOnlySuccess(endpoint: TokenEndpoint): void {
  const answer = endpoint.last();
  if (!answer || answer.status < 200 || answer.status > 299) throw tokenFailure(answer, undefined);
}

function granted(scopesGranted: readonly string[], wanted: string): boolean {
  return scopesGranted.some((scope) => scope.toLowerCase().split('/').at(-1) === wanted.toLowerCase());
}

/**
 * The cache as it is stored: access tokens live in memory only. Their lifetimes (ms) are told apart, by token: the difference of two times
 * in the cache, so that it holds under any clock.
 */
function withoutAccessTokens(serialized: string): { credential: string; lifetimes: ReadonlyMap<string, number> } {
  const cache = cacheSchema.parse(JSON.parse(serialized));
  const entries = Object.values(cache.AccessToken);
  const lifetimes = new Map(
    entries.map((entry) => [entry.secret, (entry.expires_on - entry.cached_at) * 1000] as const),
  );
  return { credential: JSON.stringify({ ...cache, AccessToken: {} }), lifetimes };
}
