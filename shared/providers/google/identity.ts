import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';
import { ProviderError } from '../errors.ts';
import { credentialFrom } from './credential.ts';
import { loadGeneratedClient } from './loadGeneratedClient.ts';
import { endpointsOf, type SignInNeeds } from './settings.ts';
import { requestTokens } from './tokenEndpoint.ts';

/** What Hetk does at Google, and nothing more: read the list of calendars; read and write events. */
const calendarScopes = [
  'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
  'https://www.googleapis.com/auth/calendar.events',
] as const;

export interface SignInRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** base64url of the SHA-256 of the verifier (PKCE S256). */
  readonly codeChallenge: string;
  /** E-mail address of the account to choose. */
  readonly loginHint?: string | undefined;
}

export interface Redemption {
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly nonce: string;
}

export interface SignedIn {
  /** Google's `sub`: the key of the identity; the e-mail address may change. */
  readonly subject: string;
  readonly email: string;
  /** For the credential store. */
  readonly credential: string;
  /** Scopes that the user unticked; empty when all were granted. */
  readonly missingScopes: readonly string[];
}

/** The sign-in half of the Google provider. */
export interface GoogleIdentity {
  signInUrl(request: SignInRequest): Promise<string>;
  /** @throws revoked (the code is spent or not ours), misconfigured, throttled, unavailable, malformed */
  redeem(redemption: Redemption): Promise<SignedIn>;
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const claims = z.object({ sub: z.string().min(1).max(255), email: z.string().min(3), nonce: z.string() });

export function createGoogleIdentity(needs: SignInNeeds): GoogleIdentity {
  const { settings } = needs;
  const endpoints = endpointsOf(settings);

  return {
    async signInUrl(request) {
      const { auth } = await loadGeneratedClient();
      const client = new auth.OAuth2({
        clientId: settings.clientId,
        redirectUri: request.redirectUri,
        endpoints: { oauth2AuthBaseUrl: endpoints.authorize },
      });
      const url = new URL(
        client.generateAuthUrl({
          scope: ['openid', 'email', ...calendarScopes],
          state: request.state,
          // A refresh token comes only with both of these.
          access_type: 'offline',
          prompt: 'consent',
          include_granted_scopes: true,
          ...(request.loginHint && { login_hint: request.loginHint }),
        }),
      );
      // Parameters that the library's options do not name, or name by an enum that only the library itself exports.
      url.searchParams.set('nonce', request.nonce);
      url.searchParams.set('code_challenge', request.codeChallenge);
      url.searchParams.set('code_challenge_method', 'S256');
      return url.href;
    },

    async redeem({ code, codeVerifier, redirectUri, nonce }) {
      const tokens = await requestTokens(needs, {
        grant_type: 'authorization_code',
        code,
        code_verifier: codeVerifier,
        redirect_uri: redirectUri,
      });
      if (!tokens.refresh_token || !tokens.id_token) {
        throw new ProviderError('malformed', 'Google signed the user in without a refresh token or an id token.', {
          code: 'no-refresh-token',
        });
      }
      const { sub, email } = await verified(needs, tokens.id_token, nonce);
      const granted = new Set((tokens.scope ?? '').split(' '));
      return {
        subject: sub,
        email,
        credential: credentialFrom(tokens.refresh_token),
        missingScopes: calendarScopes.filter((scope) => !granted.has(scope)),
      };
    },
  };
}

/** The claims of an id token, once its signature, issuer, audience, time and nonce are right. */
async function verified(needs: SignInNeeds, idToken: string, nonce: string): Promise<z.infer<typeof claims>> {
  const { settings, clock } = needs;
  const issuers = [
    'https://accounts.google.com',
    'accounts.google.com',
    ...(settings.oauthRoot ? [settings.oauthRoot] : []),
  ];
  const keys = await certificates(needs);
  try {
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
      issuer: issuers,
      audience: settings.clientId,
      currentDate: new Date(clock.now()),
      clockTolerance: 60,
    });
    const read = claims.safeParse(payload);
    if (read.success && read.data.nonce === nonce) return read.data;
  } catch (cause) {
    throw badIdToken(cause);
  }
  throw badIdToken();
}

function badIdToken(cause?: unknown): ProviderError {
  return new ProviderError('malformed', "Google's id token is not what it should be.", { code: 'bad-id-token', cause });
}

/** Fetched at each sign-in: sign-ins are rare, and keys are rotated. */
async function certificates({ settings, fetch }: SignInNeeds): Promise<JSONWebKeySet> {
  try {
    const response = await fetch(endpointsOf(settings).certificates);
    return keySet.parse(await response.json());
  } catch (cause) {
    throw new ProviderError('unavailable', "Google's signing keys could not be read.", {
      code: 'no-certificates',
      cause,
    });
  }
}
