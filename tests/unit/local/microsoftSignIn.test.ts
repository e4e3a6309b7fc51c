import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { localClient } from '../../../local/microsoft/microsoft.ts';
import { owner } from './coreFixture.ts';
import { authorizePath, codeForm, origin, redirectUri, type Started, start } from './microsoftFixture.ts';

let s: Started;
beforeEach(() => {
  s = start();
});

type Json = Record<string, unknown>;
const automatic = { login_hint: owner.email, sim_auto: '1' };
const returned = (answer: Response) => new URL(answer.headers.get('location') ?? '').searchParams;
async function code(more: Record<string, string> = {}): Promise<string> {
  return returned(await s.send('GET', authorizePath({ ...automatic, ...more }))).get('code') ?? '';
}
async function redeemed(form: Record<string, string>): Promise<Json> {
  return (await (await s.token(form)).json()) as Json;
}
const refreshForm = (refreshToken: unknown) => ({
  grant_type: 'refresh_token',
  client_id: localClient.id,
  client_secret: localClient.secret,
  refresh_token: String(refreshToken),
  scope: 'Calendars.ReadWrite openid profile offline_access',
});

describe('the simulated sign-in page of Microsoft', () => {
  it('offers people, and goes back with code and state', async () => {
    const page = await s.send('GET', authorizePath());
    expect(await page.text()).toContain(owner.email);
    const accepted = await s.microsoft.fetch(
      new Request(`${origin}${authorizePath()}`, {
        method: 'POST',
        body: new URLSearchParams({ account: owner.email, decision: 'accept' }),
      }),
    );
    expect(returned(accepted).get('state')).toBe('a state');
    expect(returned(accepted).get('code')).toBeTruthy();
    const declined = await s.microsoft.fetch(
      new Request(`${origin}${authorizePath()}`, {
        method: 'POST',
        body: new URLSearchParams({ account: owner.email, decision: 'decline' }),
      }),
    );
    expect(returned(declined).get('error')).toBe('access_denied');
    expect(returned(declined).get('error_description')).toContain('AADSTS65004');
  });

  it('sends nobody to an address that is not registered, and knows no other application', async () => {
    const foreign = await s.send('GET', authorizePath({ ...automatic, redirect_uri: 'https://evil.example/' }));
    expect([foreign.status, foreign.headers.get('location')]).toEqual([400, null]);
    expect(await foreign.text()).toContain('AADSTS50011');
    const unknown = await s.send('GET', authorizePath({ ...automatic, client_id: 'unknown' }));
    expect(await unknown.text()).toContain('AADSTS700016');
  });

  it('insists on PKCE', async () => {
    const answer = await s.send('GET', authorizePath(automatic, ['code_challenge', 'code_challenge_method']));
    expect(returned(answer).get('error')).toBe('invalid_request');
    const plain = await s.send('GET', authorizePath({ ...automatic, code_challenge_method: 'plain' }));
    expect(returned(plain).get('error')).toBe('invalid_request');
  });

  it('wants an administrator first where the tenant does, and lets people in afterwards', async () => {
    s = start({ adminConsentNeeded: true });
    expect(returned(await s.send('GET', authorizePath(automatic))).get('error_description')).toContain('AADSTS90094');
    const query = new URLSearchParams({
      client_id: localClient.id,
      scope: 'https://graph.microsoft.com/Calendars.ReadWrite',
      redirect_uri: redirectUri.replace('callback', 'admin/callback'),
      state: 'x',
      ...automatic,
    });
    const common = await s.send('GET', `/common/v2.0/adminconsent?${query}`);
    expect(common.status).toBe(400);
    const back = returned(await s.send('GET', `/organizations/v2.0/adminconsent?${query}`));
    expect([back.get('admin_consent'), back.get('state')]).toEqual(['True', 'x']);
    expect(await code()).toBeTruthy();
  });

  it.each([
    ['consent-declined', 'access_denied', '65004'],
    ['consent-required', 'consent_required', '65001'],
    ['admin-consent-required', 'access_denied', '90094'],
    ['other-cloud', 'invalid_request', '90038'],
  ])('can say %s', async (name, error, number) => {
    s.faults.arm({ name });
    const back = returned(await s.send('GET', authorizePath(automatic)));
    expect(back.get('error')).toBe(error);
    expect(back.get('error_description')).toContain(`AADSTS${number}`);
  });
});

describe('the simulated token endpoint of Microsoft', () => {
  it('gives an id token that its keys verify, for the nonce and the application', async () => {
    const answer = await redeemed(codeForm(await code()));
    expect(answer).toMatchObject({ token_type: 'Bearer', scope: 'Calendars.ReadWrite openid profile' });
    const keys = (await (await s.send('GET', '/common/discovery/v2.0/keys')).json()) as Parameters<
      typeof createLocalJWKSet
    >[0];
    const { payload } = await jwtVerify(String(answer.id_token), createLocalJWKSet(keys), {
      audience: localClient.id,
      currentDate: new Date(s.clock.time),
    });
    expect(payload).toMatchObject({ nonce: 'a nonce', preferred_username: owner.email });
    const info: unknown = JSON.parse(Buffer.from(String(answer.client_info), 'base64url').toString());
    expect(info).toEqual({ uid: payload.oid, utid: payload.tid });
  });

  it('takes a code once, with its verifier, by the application with its secret', async () => {
    const first = await code();
    expect(await redeemed(codeForm(first, { code_verifier: 'w'.repeat(43) }))).toMatchObject({
      error: 'invalid_grant',
      error_codes: [501481],
    });
    expect(await redeemed(codeForm(first, { client_secret: 'wrong' }))).toMatchObject({
      error: 'invalid_client',
      error_codes: [7000215],
    });
    expect(await redeemed(codeForm(first))).toHaveProperty('access_token');
    expect(await redeemed(codeForm(first))).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
    const late = await code();
    s.clock.time += 11 * 60_000;
    expect(await redeemed(codeForm(late))).toMatchObject({ error_codes: [70008] });
  });

  it('rotates the refresh token and leaves the old one good, until sessions are revoked', async () => {
    const { refresh_token: old } = await redeemed(codeForm(await code()));
    const { refresh_token: fresh } = await redeemed(refreshForm(old));
    expect(fresh).not.toBe(old);
    expect(await redeemed(refreshForm(old))).toHaveProperty('access_token');
    s.microsoft.revoke(owner.email);
    for (const token of [old, fresh]) {
      expect(await redeemed(refreshForm(token))).toMatchObject({ error: 'invalid_grant', suberror: 'bad_token' });
    }
  });

  it('gives no refresh token without offline_access', async () => {
    const scope = 'Calendars.ReadWrite openid';
    expect(await redeemed(codeForm(await code({ scope }), { scope }))).not.toHaveProperty('refresh_token');
  });

  it('forgets a refresh token after ninety idle days', async () => {
    const { refresh_token: token } = await redeemed(codeForm(await code()));
    s.clock.time += 91 * 24 * 3_600_000;
    const answer = await redeemed(refreshForm(token));
    expect(answer).toMatchObject({ error: 'invalid_grant', error_codes: [700082] });
    expect(answer).not.toHaveProperty('suberror');
  });

  it('may take its time', async () => {
    const { refresh_token: token } = await redeemed(codeForm(await code()));
    s.faults.arm({ name: 'token-slow', value: 5 });
    const began = s.clock.time;
    const answered = s.token(refreshForm(token)).then(() => s.clock.time - began);
    await setImmediate();
    await s.settle(60_000);
    expect(await answered).toBeGreaterThanOrEqual(5_000);
    expect(s.faults.fired()).toEqual({ 'token-slow': 1 });
  });

  it('asks for more interaction with claims', async () => {
    const { refresh_token: token } = await redeemed(codeForm(await code()));
    s.faults.arm({ name: 'interaction-required' });
    expect(await redeemed(refreshForm(token))).toMatchObject({
      error: 'interaction_required',
      claims: expect.stringContaining('capolids'),
    });
  });
});
