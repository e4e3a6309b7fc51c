import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from '../../shared/platform/clock.ts';
import type { SimPerson } from '../core/core.ts';
import { accessLifetimeSeconds, type GoogleClient, GrantError, type Grants, type Tokens } from './grants.ts';

interface TokenNeeds {
  readonly person: (email: string) => SimPerson | undefined;
  readonly clients: readonly GoogleClient[];
  readonly grants: Grants;
  readonly clock: Clock;
}

const issuer = 'https://accounts.google.com';

/** Only for signatures: nothing in a run depends on it, so it need not be repeatable, and one for the process is enough. */
let keys: ReturnType<typeof generateKeyPair> | undefined;

function keyPair() {
  keys ??= generateKeyPair('RS256', { extractable: true });
  return keys;
}

/** Google's `sub`: 21 digits that stay the same for a person. */
function subjectOf(email: string): string {
  const digits = BigInt(`0x${createHash('sha256').update(email).digest('hex').slice(0, 24)}`).toString();
  return `1${digits.padStart(20, '0').slice(-20)}`;
}

/** Google's token, revocation and key addresses. @see https://developers.google.com/identity/protocols/oauth2/web-server */
export function tokens({ person, clients, grants, clock }: TokenNeeds): Hono {
  const app = new Hono();
  const keyId = 'simulated-google-1';

  async function idToken({ grant, nonce }: Tokens): Promise<string> {
    const now = Math.floor(clock.now() / 1000);
    return new SignJWT({
      azp: grant.clientId,
      ...(grant.scopes.includes('email') && { email: grant.email, email_verified: true }),
      ...(grant.scopes.includes('profile') && { name: person(grant.email)?.name }),
      ...(nonce && { nonce }),
    })
      .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(grant.clientId)
      .setSubject(subjectOf(grant.email))
      .setIssuedAt(now)
      .setExpirationTime(now + accessLifetimeSeconds)
      .sign((await keyPair()).privateKey);
  }

  app.post('/token', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const { id, secret } = credentials(form, c.req.header('authorization'));
    const client = clients.find((known) => known.id === id);
    if (!client) return failure(401, 'invalid_client', 'The OAuth client was not found.');
    if (client.secret !== secret) return failure(401, 'invalid_client', 'Unauthorized');
    try {
      const issued = redeemOrRefresh(grants, client, form);
      if (!issued) return failure(400, 'unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`);
      return Response.json({
        access_token: issued.accessToken,
        expires_in: accessLifetimeSeconds,
        ...(issued.refreshToken && { refresh_token: issued.refreshToken }),
        scope: issued.grant.scopes.map(longName).join(' '),
        token_type: 'Bearer',
        ...(issued.grant.scopes.includes('openid') && { id_token: await idToken(issued) }),
      });
    } catch (error) {
      if (error instanceof GrantError) return failure(400, error.code, error.message);
      throw error;
    }
  });

  app.post('/revoke', async (c) => {
    const token = c.req.query('token') ?? new URLSearchParams(await c.req.text()).get('token') ?? '';
    return grants.revokeToken(token) ? Response.json({}) : failure(400, 'invalid_token', 'Token expired or revoked');
  });

  app.get('/oauth2/v3/certs', async () => {
    const jwk = await exportJWK((await keyPair()).publicKey);
    return Response.json({ keys: [{ ...jwk, kid: keyId, alg: 'RS256', use: 'sig' }] });
  });

  return app;
}

function redeemOrRefresh(grants: Grants, client: GoogleClient, form: URLSearchParams): Tokens | undefined {
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return grants.redeem(
        client,
        form.get('code') ?? '',
        form.get('redirect_uri') ?? '',
        form.get('code_verifier') ?? undefined,
      );
    case 'refresh_token':
      return grants.refresh(client, form.get('refresh_token') ?? '');
    default:
      return undefined;
  }
}

/** Google answers the sign-in scopes by their long names. */
function longName(scope: string): string {
  return scope === 'email' || scope === 'profile' ? `https://www.googleapis.com/auth/userinfo.${scope}` : scope;
}

function credentials(form: URLSearchParams, authorization: string | undefined): { id: string; secret: string } {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (!basic) return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' };
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
  return { id, secret };
}

function failure(status: number, error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status });
}
