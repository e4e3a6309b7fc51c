import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/platform/clock.ts';
import { newId, type Random } from '../../shared/platform/random.ts';

/** An application registered in Entra. */
export interface MicrosoftClient {
  readonly id: string;
  readonly secret: string;
  /** Where people may be sent back to; `*` as the port of a loopback address stands for any. */
  readonly redirectUris: readonly string[];
}

export interface Grant {
  readonly clientId: string;
  readonly email: string;
  /** As they were asked for. */
  readonly scopes: readonly string[];
  /** `common`, `organizations`, `consumers` or a tenant's id. */
  readonly authority: string;
}

export interface CodeGrant extends Grant {
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly nonce?: string | undefined;
  /** A challenge that this sign-in answers. */
  readonly claims?: string | undefined;
}

/** A failure of the token endpoint: OAuth error, AADSTS number, maybe a suberror. */
export class TokenError extends Error {
  readonly error: string;
  readonly number: number;
  readonly suberror: string | undefined;
  readonly claims: string | undefined;
  constructor(error: string, number: number, message: string, more: { suberror?: string; claims?: string } = {}) {
    super(message);
    this.error = error;
    this.number = number;
    this.suberror = more.suberror;
    this.claims = more.claims;
  }
}

const codeLifetimeMs = 10 * 60_000;
const refreshLifetimeMs = 90 * 24 * 60 * 60_000;
export const accessLifetimeSeconds = 3_900;

/** What conditional access asks for: a policy that the next sign-in has to satisfy. */
const policy = '00000000-0000-0000-0000-000000000001';
const challengeClaims = `{"access_token":{"capolids":{"essential":true,"values":["${policy}"]}}}`;

export function claimsChallenge(): TokenError {
  const more = { suberror: 'basic_action', claims: challengeClaims };
  return new TokenError('interaction_required', 50076, 'You must use multi-factor authentication.', more);
}

const invalidGrant = (number: number, message: string, suberror?: string) =>
  new TokenError('invalid_grant', number, message, suberror === undefined ? {} : { suberror });

/**
 * Codes and tokens, in memory. A refresh brings a new refresh token; the old one goes on working until the person's grants are revoked.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens
 */
export function createGrants({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
  const codes = new Map<string, CodeGrant & { expiresAt: number; used: boolean }>();
  const refresh = new Map<string, Grant & { usedAt: number; revoked: boolean }>();
  const access = new Map<string, Grant & { readonly expiresAt: number }>();
  /** People of whom conditional access wants more, in lower case. */
  const challenged = new Set<string>();
  const unanswered = ({ email }: Grant) => challenged.has(email.toLowerCase());
  const fresh = () => `${newId(random)}${newId(random)}`;

  function issueAccess(grant: Grant): string {
    for (const [token, old] of access) if (old.expiresAt <= clock.now()) access.delete(token);
    const token = `EwB4A8l6${fresh()}`;
    access.set(token, { ...grant, expiresAt: clock.now() + accessLifetimeSeconds * 1000 });
    return token;
  }

  function issueRefresh(grant: Grant): string | undefined {
    if (!grant.scopes.includes('offline_access')) return undefined;
    const token = `M.C5${fresh()}`;
    refresh.set(token, { ...grant, usedAt: clock.now(), revoked: false });
    return token;
  }

  const issue = (grant: Grant) => ({ grant, accessToken: issueAccess(grant), refreshToken: issueRefresh(grant) });

  return {
    authorize(grant: CodeGrant): string {
      if (grant.claims?.includes(policy)) challenged.delete(grant.email.toLowerCase());
      const code = `0.A${fresh()}`;
      codes.set(code, { ...grant, expiresAt: clock.now() + codeLifetimeMs, used: false });
      return code;
    },

    /** @throws TokenError */
    redeem(request: { clientId: string; code: string; redirectUri: string; verifier: string; authority: string }) {
      const grant = codes.get(request.code);
      if (!grant || grant.clientId !== request.clientId) {
        throw invalidGrant(9002313, 'Invalid request. Request is malformed or invalid.');
      }
      if (grant.used) throw invalidGrant(54005, 'OAuth2 Authorization code was already redeemed.');
      if (grant.expiresAt <= clock.now()) throw invalidGrant(70008, 'The provided authorization code has expired.');
      if (grant.authority !== request.authority) {
        throw invalidGrant(
          700005,
          'Provided Authorization Code is intended to use against other tenant, thus rejected.',
        );
      }
      if (grant.redirectUri !== request.redirectUri) {
        throw invalidGrant(500112, 'The reply address does not match the one of the authorization request.');
      }
      const challenge = createHash('sha256').update(request.verifier).digest('base64url');
      if (!/^[\w.~-]{43,128}$/.test(request.verifier) || challenge !== grant.codeChallenge) {
        throw invalidGrant(501481, 'The Code_Verifier does not match the code_challenge supplied in the request.');
      }
      grant.used = true;
      if (unanswered(grant)) throw claimsChallenge();
      return { ...issue(grant), nonce: grant.nonce };
    },

    /**
     * @param scopes as asked for now; none means those of the grant
     * @throws TokenError
     */
    refresh(clientId: string, token: string, scopes: readonly string[]) {
      const grant = refresh.get(token);
      if (!grant || grant.clientId !== clientId)
        throw invalidGrant(70000, 'The provided grant is invalid or malformed.');
      if (grant.revoked) {
        throw invalidGrant(50173, 'The provided grant has expired due to it being revoked.', 'bad_token');
      }
      if (grant.usedAt + refreshLifetimeMs <= clock.now()) {
        throw invalidGrant(700082, 'The refresh token has expired due to inactivity.');
      }
      if (unanswered(grant)) throw claimsChallenge();
      grant.usedAt = clock.now();
      const { usedAt, revoked, ...same } = grant;
      return issue({ ...same, scopes: scopes.length > 0 ? scopes : grant.scopes });
    },

    /** Whose token this is, or undefined for one that is unknown or expired. */
    check(token: string): Grant | undefined {
      const grant = access.get(token);
      return grant && grant.expiresAt > clock.now() ? grant : undefined;
    },

    /** As when sessions are revoked: refreshes fail from now on, access tokens live to their end. */
    revoke(email: string): void {
      for (const grant of refresh.values()) {
        if (grant.email.toLowerCase() === email.toLowerCase()) grant.revoked = true;
      }
    },
    /** Conditional access wants more of this person: no token until a sign-in brings the challenge along. */
    challenge(email: string): void {
      challenged.add(email.toLowerCase());
    },

    /** Ends every access token that is out. */
    expireAccess(): void {
      access.clear();
    },
  };
}

export type Grants = ReturnType<typeof createGrants>;
