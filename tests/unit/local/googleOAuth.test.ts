import { describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import {
  authorizationPath,
  codeOf,
  events,
  origin,
  redeem,
  redirectUri,
  scopes,
  signIn,
  start,
} from './googleFixture.ts';

const refreshWith = (token: string) =>
  new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'client',
    client_secret: 'secret',
    refresh_token: token,
  });

describe('signing in at the simulated Google', () => {
  it('shows the account chooser with a box for each calendar scope', async () => {
    const page = await (await start().get(authorizationPath())).text();
    expect(page).toContain('anna@example.com');
    expect(page.match(/type="checkbox"/g)).toHaveLength(2);
  });

  it('returns to the caller with code, state and granted scopes, and an id token that its keys verify', async () => {
    const google = start();
    const back = await google.get(authorizationPath({ login_hint: 'anna@example.com', sim_auto: '1' }));
    const url = new URL(back.headers.get('location') ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(redirectUri);
    expect(url.searchParams.get('state')).toBe('st');
    const answer = await (await redeem(google, url.searchParams.get('code') ?? '')).json();
    const keys = createRemoteJWKSet(new URL(`${origin}/oauth2/v3/certs`), {
      [customFetch]: (input, init) => google.google.fetch(new Request(input, init)),
    });
    const { payload } = await jwtVerify(answer.id_token, keys, {
      issuer: 'https://accounts.google.com',
      audience: 'client',
      currentDate: new Date('2026-11-23T08:00:10Z'),
    });
    expect(payload).toMatchObject({ email: 'anna@example.com', nonce: 'no' });
    expect(payload.sub).toMatch(/^\d{21}$/);
    expect(answer.expires_in).toBe(3599);
  });

  it('grants only the boxes that stayed ticked, and the calendar list then answers 403', async () => {
    const google = start();
    const form = new URLSearchParams({ account: 'anna@example.com', decision: 'continue', scope: scopes.events });
    const back = await google.post(authorizationPath(), form, { 'content-type': 'application/x-www-form-urlencoded' });
    const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const tokens = await (await redeem(google, code)).json();
    expect(tokens.scope.split(' ')).toContain(scopes.events);
    expect(tokens.scope).not.toContain(scopes.list);
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    expect((await google.get(`/calendar/v3${events}`, bearer)).status).toBe(200);
    const refused = await google.get('/calendar/v3/users/me/calendarList', bearer);
    expect(refused.status).toBe(403);
    const { error } = await refused.json();
    expect(error.errors[0].reason).toBe('insufficientPermissions');
    expect(error.details[0].reason).toBe('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  });

  it('answers Cancel with access_denied', async () => {
    const form = new URLSearchParams({ decision: 'cancel' });
    const back = await start().post(authorizationPath(), form, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(new URL(back.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied');
  });

  it('does not redirect to an address that is not registered', async () => {
    const answer = await start().get(authorizationPath({ redirect_uri: 'http://localhost:9/evil' }));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('redirect_uri_mismatch');
  });

  it('takes a code once, with the right verifier, client and redirect address', async () => {
    const google = start();
    const code = await codeOf(google);
    expect((await redeem(google, code)).status).toBe(200);
    expect(await (await redeem(google, code)).json()).toMatchObject({ error: 'invalid_grant' });
    const wrongs: [Record<string, string>, number, string][] = [
      [{ code_verifier: 'w'.repeat(43) }, 400, 'invalid_grant'],
      [{ code_verifier: '' }, 400, 'invalid_grant'],
      [{ redirect_uri: 'http://localhost:9/' }, 400, 'redirect_uri_mismatch'],
      [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    ];
    for (const [wrong, status, error] of wrongs) {
      const answer = await redeem(google, await codeOf(google), wrong);
      expect([answer.status, (await answer.json()).error]).toEqual([status, error]);
    }
  });

  it('gives a refresh token for offline access only, and a second one only when consent is prompted for', async () => {
    const google = start();
    expect((await signIn(google, { access_type: 'online', prompt: '' })).refresh_token).toBeUndefined();
    expect((await signIn(google, { prompt: '' })).refresh_token).toBeUndefined();
    const { refresh_token: token = '' } = await signIn(google);
    const again = await (await google.post('/token', refreshWith(token))).json();
    expect(again.access_token).toBeTruthy();
    expect(again.refresh_token).toBeUndefined();
    expect((await google.post('/token', refreshWith(token))).status).toBe(200);
  });

  it('drops the oldest refresh token when there are more than a hundred', async () => {
    const google = start();
    const first = await signIn(google);
    for (let i = 0; i < 99; i += 1) await signIn(google);
    expect((await google.post('/token', refreshWith(first.refresh_token ?? ''))).status).toBe(200);
    await signIn(google);
    const answer = await google.post('/token', refreshWith(first.refresh_token ?? ''));
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toBe('invalid_grant');
  });

  it('ends every token of the person when one is revoked', async () => {
    const google = start();
    const one = await signIn(google);
    const two = await signIn(google);
    expect((await google.post(`/revoke?token=${one.refresh_token}`, '')).status).toBe(200);
    expect((await google.post(`/revoke?token=${one.refresh_token}`, '')).status).toBe(400);
    expect((await google.post('/token', refreshWith(two.refresh_token ?? ''))).status).toBe(400);
    const answer = await google.get(`/calendar/v3${events}`, { authorization: `Bearer ${two.access_token}` });
    expect(answer.status).toBe(401);
    expect((await answer.json()).error.errors[0].reason).toBe('authError');
  });

  it('lets an access token end after an hour', async () => {
    const google = start();
    const { access_token } = await signIn(google);
    google.pass(3600_000);
    expect((await google.get(`/calendar/v3${events}`, { authorization: `Bearer ${access_token}` })).status).toBe(401);
  });
});
