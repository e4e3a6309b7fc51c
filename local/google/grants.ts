import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/platform/clock.ts';
import { newId, type Random } from '../../shared/platform/random.ts';

/** An application registered at Google. */
export interface GoogleClient {
  readonly id: string;
  readonly secret: string;
  /** Where people may be sent back to; `*` as the port of a loopback address stands for any. */
  readonly redirectUris: readonly string[];
}

export const signInScopes = ['openid', 'email', 'profile'];
export const calendarScope = 'https://www.googleapis.com/auth/calendar';
export const listScope = 'https://www.googleapis.com/auth/calendar.calendarlist.readonly';
export const eventsScope = 'https://www.googleapis.com/auth/calendar.events';

/** What a person agreed to on the sign-in page. */
interface Consent {
  readonly clientId: string;
  readonly email: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly offline: boolean;
  readonly prompted: boolean;
  readonly nonce?: string | undefined;
  /** S256 challenge; Google also takes `plain`, which nobody should send and this one refuses. */
  readonly codeChallenge?: string | undefined;
}

export interface AccessGrant {
  readonly clientId: string;
  readonly email: string;
  readonly scopes: readonly string[];
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly grant: AccessGrant;
  readonly nonce?: string | undefined;
}

const codeLifetimeMs = 10 * 60_000;
export const accessLifetimeSeconds = 3599;
/** Google drops the oldest silently beyond this. @see https://developers.google.com/identity/protocols/oauth2#expiration */
const refreshTokensPerClient = 100;

/** The only failures of the token endpoint that depend on a code or token. */
export class GrantError extends Error {
  readonly code: 'invalid_grant' | 'redirect_uri_mismatch';
  constructor(code: 'invalid_grant' | 'redirect_uri_mismatch', message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes, refresh and access tokens, and what each person granted each application. In memory. */
export function createGrants({ clock, random }: { clock: Clock; random: Random }) {
  const codes = new Map<string, Consent & { readonly expiresAt: number }>();
  const access = new Map<string, AccessGrant & { readonly expiresAt: number }>();
  /** In order of issue. */
  const refresh = new Map<string, AccessGrant>();
  const granted = new Map<string, Set<string>>();
  const keyOf = (grant: { clientId: string; email: string }) => `${grant.clientId}\n${grant.email}`;

  function issueAccess(grant: AccessGrant): string {
    for (const [token, old] of access) if (old.expiresAt <= clock.now()) access.delete(token);
    const token = `ya29.${newId(random)}${newId(random)}`;
    access.set(token, { ...grant, expiresAt: clock.now() + accessLifetimeSeconds * 1000 });
    return token;
  }

  function issueRefresh(grant: AccessGrant): string {
    const same = [...refresh].filter(([, old]) => keyOf(old) === keyOf(grant));
    for (const [token] of same.slice(0, Math.max(0, same.length + 1 - refreshTokensPerClient))) refresh.delete(token);
    const token = `1//0${newId(random)}${newId(random)}`;
    refresh.set(token, grant);
    return token;
  }

  function drop(matches: (grant: AccessGrant) => boolean): void {
    for (const [token, grant] of access) if (matches(grant)) access.delete(token);
    for (const [token, grant] of refresh) if (matches(grant)) refresh.delete(token);
  }

  return {
    /** A code for the redirect; good once, for ten minutes. */
    authorize(consent: Consent): string {
      const code = `4/0A${newId(random)}${newId(random)}`;
      codes.set(code, { ...consent, expiresAt: clock.now() + codeLifetimeMs });
      return code;
    },

    scopesOf: (clientId: string, email: string): readonly string[] => [
      ...(granted.get(keyOf({ clientId, email })) ?? []),
    ],

    /**
     * Redeems a code. A refresh token comes only for offline access, and after the first consent only where consent was prompted for again.
     * @throws GrantError
     */
    redeem(client: GoogleClient, code: string, redirectUri: string, verifier: string | undefined): Tokens {
      const consent = codes.get(code);
      codes.delete(code);
      if (!consent || consent.clientId !== client.id) throw new GrantError('invalid_grant', 'Malformed auth code.');
      if (consent.expiresAt <= clock.now()) throw new GrantError('invalid_grant', 'Bad Request');
      if (consent.redirectUri !== redirectUri) throw new GrantError('redirect_uri_mismatch', 'Bad Request');
      if (consent.codeChallenge) {
        if (!verifier) throw new GrantError('invalid_grant', 'Missing code verifier.');
        const challenge = createHash('sha256').update(verifier).digest('base64url');
        if (!/^[\w.~-]{43,128}$/.test(verifier) || challenge !== consent.codeChallenge) {
          throw new GrantError('invalid_grant', 'Invalid code verifier.');
        }
      }
      const key = keyOf(consent);
      const first = !granted.has(key);
      granted.set(key, new Set([...(granted.get(key) ?? []), ...consent.scopes]));
      const grant = { clientId: client.id, email: consent.email, scopes: consent.scopes };
      const withRefresh = consent.offline && (first || consent.prompted);
      return {
        accessToken: issueAccess(grant),
        ...(withRefresh && { refreshToken: issueRefresh(grant) }),
        grant,
        nonce: consent.nonce,
      };
    },

    /** A new access token; the refresh token stays the same. @throws GrantError */
    refresh(client: GoogleClient, refreshToken: string): Tokens {
      const grant = refresh.get(refreshToken);
      if (!grant || grant.clientId !== client.id) {
        throw new GrantError('invalid_grant', 'Token has been expired or revoked.');
      }
      return { accessToken: issueAccess(grant), grant };
    },

    /** Who calls with this access token, or undefined when it is not good (any more). */
    check(accessToken: string): AccessGrant | undefined {
      const grant = access.get(accessToken);
      return grant && grant.expiresAt > clock.now() ? grant : undefined;
    },

    /** Either token ends everything that the person granted the application. False when the token is not known. */
    revokeToken(token: string): boolean {
      const grant = access.get(token) ?? refresh.get(token);
      if (!grant) return false;
      drop((other) => keyOf(other) === keyOf(grant));
      granted.delete(keyOf(grant));
      return true;
    },

    /** As the person would in the account's security settings: every application loses its grant. */
    revokePerson(email: string): void {
      drop((grant) => grant.email === email);
      for (const key of granted.keys()) if (key.endsWith(`\n${email}`)) granted.delete(key);
    },

    /** Makes every access token invalid while the refresh tokens stay good. */
    expireAccess(): void {
      access.clear();
    },
  };
}

export type Grants = ReturnType<typeof createGrants>;
