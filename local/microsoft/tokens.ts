import { Hono } from 'hono';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from '../../shared/platform/clock.ts';
import type { SimPerson } from '../core/core.ts';
import type { Faults } from '../core/faults.ts';
import {
  accessLifetimeSeconds,
  claimsChallenge,
  type Grant,
  type Grants,
  type MicrosoftClient,
  TokenError,
} from './grants.ts';
import type { MicrosoftFault } from './mishaps.ts';
import { isGraphScope, isKnownScope } from './scopes.ts';
import { cloudOf, guid, objectIdOf, tenantOf } from './tenants.ts';

export interface TokenNeeds {
  readonly person: (email: string) => SimPerson | undefined;
  readonly clients: readonly MicrosoftClient[];
  readonly grants: Grants;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly origin: string;
  /** Lets so much time pass, ms. */
  readonly wait: (ms: number) => Promise<void>;
}

interface Issued {
  readonly grant: Grant;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly nonce?: string | undefined;
}

const keyId = 'simulated';

/** Only for signatures: nothing in a run depends on it, so it need not be repeatable, and one for the process is enough. */
let pair: ReturnType<typeof generateKeyPair> | undefined;

function keys() {
  pair ??= generateKeyPair('RS256', { extractable: true });
  return pair;
}

const refusals: readonly (readonly [MicrosoftFault, () => TokenError])[] = [
  ['grant-expired', () => new TokenError('invalid_grant', 700082, 'The refresh token has expired due to inactivity.')],
  [
    'grant-revoked',
    () => new TokenError('invalid_grant', 50173, 'The provided grant has been revoked.', { suberror: 'bad_token' }),
  ],
  ['interaction-required', claimsChallenge],
  ['secret-expired', () => new TokenError('invalid_client', 7000222, 'The provided client secret keys are expired.')],
];

/** Entra's token endpoint, its keys and its discovery document. */
export function tokens({ person, clients, grants, faults, clock, origin, wait }: TokenNeeds): Hono {
  const app = new Hono();
  function clientOf(form: URLSearchParams, authorization: string | undefined): MicrosoftClient {
    const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
    const [basicId, basicSecret] = basic
      ? Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
      : [];
    const id = basicId ?? form.get('client_id');
    const client = clients.find((each) => each.id === id);
    if (!client) throw new TokenError('unauthorized_client', 700016, 'The application was not found.');
    if ((basicSecret ?? form.get('client_secret')) !== client.secret) {
      throw new TokenError('invalid_client', 7000215, 'Invalid client secret provided.');
    }
    return client;
  }

  function issue(form: URLSearchParams, client: MicrosoftClient, authority: string): Issued {
    const scopes = (form.get('scope') ?? '').split(/\s+/).filter(Boolean);
    const unknown = scopes.find((scope) => !isKnownScope(scope));
    if (unknown !== undefined) throw new TokenError('invalid_scope', 70011, 'The scope is not valid.');
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return grants.redeem({
          clientId: client.id,
          code: form.get('code') ?? '',
          redirectUri: form.get('redirect_uri') ?? '',
          verifier: form.get('code_verifier') ?? '',
          authority,
        });
      case 'refresh_token':
        return grants.refresh(client.id, form.get('refresh_token') ?? '', scopes);
      default:
        throw new TokenError('unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
    }
  }

  async function answer({ grant, accessToken, refreshToken, nonce }: Issued, asked: string | null): Promise<object> {
    const reduced = faults.hit('scope-reduced');
    const scopes = (asked ?? grant.scopes.join(' '))
      .split(/\s+/)
      // MSAL finds its cached token only where the answer spells scopes as the question did.
      .filter((scope) => scope !== 'offline_access' && !(reduced && isGraphScope(scope)));
    const [tid, oid] = [tenantOf(grant.email), objectIdOf(grant.email)];
    return {
      token_type: 'Bearer',
      scope: scopes.join(' '),
      expires_in: accessLifetimeSeconds,
      ext_expires_in: accessLifetimeSeconds,
      access_token: accessToken,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      ...(grant.scopes.includes('openid') ? { id_token: await idToken(grant, nonce) } : {}),
      client_info: Buffer.from(JSON.stringify({ uid: oid, utid: tid })).toString('base64url'),
    };
  }

  async function idToken({ email, clientId }: Grant, nonce: string | undefined): Promise<string> {
    const { privateKey } = await keys();
    const now = Math.floor(clock.now() / 1000);
    const [tid, oid] = [tenantOf(email), objectIdOf(email)];
    return new SignJWT({
      ver: '2.0',
      tid,
      oid,
      name: person(email)?.name ?? email,
      preferred_username: email,
      email,
      ...(nonce === undefined ? {} : { nonce }),
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId })
      .setIssuer(`${origin}/${tid}/v2.0`)
      .setAudience(clientId)
      .setSubject(guid(`${clientId}:${email}`))
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + accessLifetimeSeconds)
      .sign(privateKey);
  }

  app.post('/:tenant/oauth2/v2.0/token', async (c) => {
    const slow = faults.hit('token-slow');
    if (slow) await wait(1000 * (typeof slow.value === 'number' ? slow.value : 30));
    if (faults.hit('token-unavailable')) return c.json({ error: 'temporarily_unavailable', error_codes: [90033] }, 503);
    if (faults.hit('token-throttled')) {
      return c.json({ error: 'temporarily_unavailable' }, 429, { 'retry-after': '30' });
    }
    if (faults.hit('token-not-json')) return c.html('<!DOCTYPE html><title>Something went wrong</title>');
    const form = new URLSearchParams(await c.req.text());
    try {
      const client = clientOf(form, c.req.header('authorization'));
      for (const [fault, error] of refusals) if (faults.hit(fault)) throw error();
      return c.json(await answer(issue(form, client, c.req.param('tenant')), form.get('scope')));
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return c.json(
        {
          error: error.error,
          error_description: `AADSTS${error.number}: ${error.message}`,
          error_codes: [error.number],
          timestamp: new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ').concat('Z'),
          trace_id: guid(`trace:${clock.now()}`),
          correlation_id: guid(`correlation:${clock.now()}`),
          ...(error.suberror ? { suberror: error.suberror } : {}),
          ...(error.claims ? { claims: error.claims } : {}),
        },
        error.error === 'invalid_client' ? 401 : 400,
      );
    }
  });

  app.get('/:tenant/discovery/v2.0/keys', async (c) => {
    const jwk = await exportJWK((await keys()).publicKey);
    return c.json({ keys: [{ ...jwk, use: 'sig', kid: keyId, alg: 'RS256' }] });
  });

  app.get('/:tenant/v2.0/.well-known/openid-configuration', (c) => {
    const tenant = c.req.param('tenant');
    return c.json({
      issuer: `${origin}/${tenant === 'common' || tenant === 'organizations' ? '{tenantid}' : tenant}/v2.0`,
      authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
      jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      ...cloudOf(tenant),
    });
  });
  return app;
}
