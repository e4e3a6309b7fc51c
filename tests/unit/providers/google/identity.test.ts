import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createGoogleIdentity } from '../../../../shared/providers/google/identity.ts';
import { json, NOW, scriptedGoogle } from './scriptedGoogle.ts';

const scopes =
  'openid email https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.calendarlist.readonly';
const redemption = { code: 'c', codeVerifier: 'v', redirectUri: 'https://hetk.test/cb', nonce: 'nonce-1' };
let keys: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  keys = await generateKeyPair('RS256');
});

async function identity(
  changes: {
    claims?: Record<string, string>;
    audience?: string;
    scope?: string;
    issuedAt?: number;
    refresh?: boolean;
  } = {},
) {
  const issuedAt = (changes.issuedAt ?? NOW) / 1000;
  const idToken = await new SignJWT({ email: 'ada@example.com', nonce: 'nonce-1', ...changes.claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuer('https://accounts.google.com')
    .setAudience(changes.audience ?? 'client')
    .setSubject('1234567890')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 3600)
    .sign(keys.privateKey);
  const publicKey = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
  const forms: URLSearchParams[] = [];
  const google = scriptedGoogle(({ url, body }) => {
    if (url.pathname === '/oauth/oauth2/v3/certs') return json({ keys: [publicKey] });
    if (url.pathname !== '/oauth/token') return undefined;
    forms.push(new URLSearchParams(body));
    return json({
      access_token: 'a',
      expires_in: 3600,
      ...(changes.refresh !== false && { refresh_token: 'refresh-9' }),
      scope: changes.scope ?? scopes,
      id_token: idToken,
    });
  });
  return { identity: createGoogleIdentity(google.needs), forms };
}

describe('signing in with Google', () => {
  it('sends the user to Google with everything that a lasting grant needs', async () => {
    const google = scriptedGoogle(() => undefined);
    const url = new URL(
      await createGoogleIdentity(google.needs).signInUrl({
        redirectUri: 'https://hetk.test/cb',
        state: 's',
        nonce: 'n',
        codeChallenge: 'challenge',
        loginHint: 'ada@example.com',
      }),
    );
    expect(url.origin + url.pathname).toBe('https://google.test/oauth/o/oauth2/v2/auth');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: 'https://hetk.test/cb',
      scope:
        'openid email https://www.googleapis.com/auth/calendar.calendarlist.readonly https://www.googleapis.com/auth/calendar.events',
      state: 's',
      nonce: 'n',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
      access_type: 'offline',
      prompt: 'consent',
      include_granted_scopes: 'true',
      login_hint: 'ada@example.com',
    });
  });

  it("goes to Google's own hosts unless another is set", async () => {
    const { needs } = scriptedGoogle(() => undefined);
    const settings = { ...needs.settings, oauthRoot: undefined };
    const url = await createGoogleIdentity({ ...needs, settings }).signInUrl({
      redirectUri: 'https://x.test/',
      state: 's',
      nonce: 'n',
      codeChallenge: 'c',
    });
    expect(url).toMatch(/^https:\/\/accounts\.google\.com\/o\/oauth2\/v2\/auth\?/);
  });

  it('redeems the code for a subject, an address and a credential', async () => {
    const { identity: google, forms } = await identity();
    expect(await google.redeem(redemption)).toEqual({
      subject: '1234567890',
      email: 'ada@example.com',
      credential: '{"version":1,"refreshToken":"refresh-9"}',
      missingScopes: [],
    });
    expect(Object.fromEntries(forms[0] ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'c',
      code_verifier: 'v',
      redirect_uri: 'https://hetk.test/cb',
      client_id: 'client',
      client_secret: 'secret',
    });
  });

  it('tells which scope the user unticked', async () => {
    const { identity: google } = await identity({
      scope: 'openid email https://www.googleapis.com/auth/calendar.events',
    });
    expect((await google.redeem(redemption)).missingScopes).toEqual([
      'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
    ]);
  });

  it.each([
    ['of another sign-in', { claims: { nonce: 'other' } }],
    ['for another application', { audience: 'other' }],
    ['that is over', { issuedAt: NOW - 7_200_000 }],
  ])('believes no id token %s', async (_case, changes) => {
    const { identity: google } = await identity(changes);
    await expect(google.redeem(redemption)).rejects.toMatchObject({ kind: 'malformed', code: 'bad-id-token' });
  });

  it('is of no use without a refresh token', async () => {
    const { identity: google } = await identity({ refresh: false });
    await expect(google.redeem(redemption)).rejects.toMatchObject({ code: 'no-refresh-token' });
  });
});
