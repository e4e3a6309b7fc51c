import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '../../../shared/providers/errors.ts';
import { connected, consentWorld, newBrowser, testKeyring } from './world.ts';

describe('signing in', () => {
  it('makes a user of the first account and adds a further one to the same user', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const me = (await browser.get('/api/me')).json;
    expect(me.accounts).toEqual([
      expect.objectContaining({ provider: 'microsoft', email: 'ada@work.example', status: 'active' }),
      expect.objectContaining({ provider: 'google', email: 'ada@home.example', status: 'active' }),
    ]);
  });

  it('signs a known person in as the same user from another browser', async () => {
    const world = await consentWorld();
    const first = newBrowser(world);
    await first.signIn('microsoft', 'ada');
    const second = newBrowser(world);
    await second.signIn('microsoft', 'ada');
    expect((await second.get('/api/me')).json).toEqual((await first.get('/api/me')).json);
  });

  it('sends a challenge of its own verifier, and a redirect address that no Host header can change', async () => {
    const world = await consentWorld();
    await newBrowser(world).signIn('google', 'ada');
    const [asked] = world.google.asked;
    const [spent] = world.google.spent;
    expect(asked?.redirectUri).toBe('http://localhost:7071/connect/google/callback');
    expect(
      createHash('sha256')
        .update(spent?.codeVerifier ?? '')
        .digest('base64url'),
    ).toBe(asked?.codeChallenge);
    expect(spent?.nonce).toBe(asked?.nonce);
  });

  it('stores the credential so that the database never shows it', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const [account] = (await browser.get('/api/me')).json.accounts;
    expect(await world.stores.credentials.read(account.id)).toBe('{"rt":"m-secret"}');
    expect(world.logged.join()).not.toMatch(/secret|ada@/);
  });

  it('refuses a return to another browser than the one that began', async () => {
    const world = await consentWorld();
    const away = await newBrowser(world).get('/connect/google');
    const state = new URL(away.headers.get('location') ?? '').searchParams.get('state');
    const victim = newBrowser(world);
    const answer = await victim.get(`/connect/google/callback?code=ada&state=${state}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('not started in this browser');
    expect((await victim.get('/api/me')).status).toBe(401);
    expect(world.google.spent).toEqual([]);
  });

  it('refuses a state that is not the one it sent, and lets the sign-in under way go on', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const away = await browser.get('/connect/google');
    expect((await browser.get('/connect/google/callback?code=ada&state=forged')).status).toBe(400);
    const state = new URL(away.headers.get('location') ?? '').searchParams.get('state');
    expect((await browser.get(`/connect/google/callback?code=ada&state=${state}`)).status).toBe(302);
  });

  it('takes a return once only', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const away = await browser.get('/connect/google');
    const state = new URL(away.headers.get('location') ?? '').searchParams.get('state');
    expect((await browser.get(`/connect/google/callback?code=ada&state=${state}`)).status).toBe(302);
    expect((await browser.get(`/connect/google/callback?code=ada&state=${state}`)).status).toBe(400);
    expect(world.google.spent).toHaveLength(1);
  });

  it('refuses a return after ten minutes', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const away = await browser.get('/connect/google');
    const state = new URL(away.headers.get('location') ?? '').searchParams.get('state');
    world.time.now += 601_000;
    expect((await browser.get(`/connect/google/callback?code=ada&state=${state}`)).status).toBe(400);
  });

  it('does not take the sign-in cookie of one service for the other', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const away = await browser.get('/connect/google');
    const state = new URL(away.headers.get('location') ?? '').searchParams.get('state');
    expect((await browser.get(`/connect/microsoft/callback?code=ada&state=${state}`)).status).toBe(400);
  });

  it('says that the person declined', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const state = await stateOf(browser.get('/connect/google'));
    const answer = await browser.get(`/connect/google/callback?error=access_denied&state=${state}`);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('You did not agree');
  });

  it('names the permission that was unticked and connects nothing', async () => {
    const world = await consentWorld();
    world.google.people.set('eve', {
      subject: '7',
      email: 'eve@home.example',
      credential: '{}',
      missingScopes: ['https://www.googleapis.com/auth/calendar.events'],
    });
    const browser = newBrowser(world);
    const answer = await browser.signIn('google', 'eve');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('View and edit events on all your calendars');
    expect(await world.stores.accounts.findBySubject('google', '7')).toBeUndefined();
  });

  it.each([
    ['revoked', 'AADSTS54005', 400, 'used already'],
    ['unavailable', 'http-503', 503, 'Nothing was changed'],
    ['throttled', 'http-429', 503, 'Nothing was changed'],
    ['misconfigured', 'AADSTS7000222', 500, 'not in order'],
    ['refused', 'national-cloud', 422, 'government or China'],
    ['revoked', 'AADSTS65001', 403, 'administrator'],
    ['revoked', 'AADSTS50105', 403, 'does not let you use'],
  ] as const)('explains a failed redemption: %s %s', async (kind, code, status, words) => {
    const world = await consentWorld();
    world.microsoft.failure = new ProviderError(kind, 'secret words of the service', { code });
    const browser = newBrowser(world);
    const answer = await browser.signIn('microsoft', 'ada');
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
    expect(answer.text).not.toContain('secret words');
    expect((await browser.get('/api/me')).status).toBe(401);
  });

  it('goes back once with the claims of a conditional-access challenge, not for ever', async () => {
    const world = await consentWorld();
    world.microsoft.failure = new ProviderError('revoked', 'more', {
      code: 'AADSTS50076',
      claims: '{"access_token":{}}',
    });
    const browser = newBrowser(world);
    const again = await browser.signIn('microsoft', 'ada');
    expect(again.status).toBe(302);
    expect(world.microsoft.asked.at(-1)?.claims).toBe('{"access_token":{}}');
    const state = new URL(again.headers.get('location') ?? '').searchParams.get('state');
    expect((await browser.get(`/connect/microsoft/callback?code=ada&state=${state}`)).status).toBe(400);
  });

  it('refuses an account that is somebody else’s in Hetk while another user is signed in', async () => {
    const world = await consentWorld();
    await newBrowser(world).signIn('microsoft', 'bob');
    const { browser } = await connected(world);
    const answer = await browser.signIn('microsoft', 'bob');
    expect(answer.status).toBe(409);
    expect((await browser.get('/api/me')).json.accounts).toHaveLength(2);
  });

  it('refuses a return when the person signed out in between', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const state = await stateOf(browser.get('/connect/microsoft'));
    await browser.call('DELETE', '/api/session');
    const answer = await browser.get(`/connect/microsoft/callback?code=bob&state=${state}`);
    expect(answer.status).toBe(409);
    expect(await world.stores.accounts.findBySubject('microsoft', 'oid2.tid')).toBeUndefined();
  });
});

describe('connecting again', () => {
  it('heals the account, and lets what fell behind catch up', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const pair = (await browser.call('POST', '/api/pairs', { source: work, target: home, direction: 'one-way' })).json;
    const [account] = (await browser.get('/api/me')).json.accounts;
    await world.stores.accounts.setStatus(account.id, 'reconnect', 'AADSTS50173');
    expect((await browser.get(`/api/pairs/${pair.id}`)).json).toMatchObject({
      status: 'reconnect',
      problem: { action: 'reconnect' },
    });
    world.bulk.length = 0;

    await browser.signIn('microsoft', 'ada', `/connect/microsoft?account=${account.id}`);
    expect(world.microsoft.asked.at(-1)?.loginHint).toBe('ada@work.example');
    expect((await browser.get(`/api/pairs/${pair.id}`)).json.status).toBe('starting');
    expect(world.bulk).toContainEqual(expect.objectContaining({ kind: 'full', calendarId: work, verify: true }));
    expect(world.bulk).toContainEqual({ kind: 'subscribe', calendarId: work, recreate: false });
  });

  it('looks at the copies of a two-way pair, whose edits nobody could carry over meanwhile', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const wish = { source: work, target: home, direction: 'two-way' };
    const pair = (await browser.call('POST', '/api/pairs', wish)).json;
    for (const route of (await world.stores.pairs.find(pair.id))?.routes ?? []) {
      await world.stores.pairs.setState(route.id, 'active');
    }
    const [account] = (await browser.get('/api/me')).json.accounts;
    await world.stores.accounts.setStatus(account.id, 'reconnect', 'AADSTS50173');
    world.bulk.length = 0;
    await browser.signIn('microsoft', 'ada', `/connect/microsoft?account=${account.id}`);
    expect(world.bulk).toContainEqual(expect.objectContaining({ kind: 'full', calendarId: work, verify: true }));
    expect(world.bulk).not.toContainEqual(expect.objectContaining({ kind: 'full', calendarId: home }));
  });

  it('refuses to connect again as somebody else', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const [account] = (await browser.get('/api/me')).json.accounts;
    const answer = await browser.signIn('microsoft', 'bob', `/connect/microsoft?account=${account.id}`);
    expect(answer.status).toBe(409);
    expect(await world.stores.credentials.read(account.id)).toBe('{"rt":"m-secret"}');
  });

  it('does not tell whether an account of somebody else exists', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const [account] = (await browser.get('/api/me')).json.accounts;
    const stranger = newBrowser(world);
    await stranger.signIn('microsoft', 'bob');
    expect((await stranger.get(`/connect/microsoft?account=${account.id}`)).status).toBe(404);
  });

  it('connects an account even when its calendars cannot be listed just then', async () => {
    const world = await consentWorld();
    const provider = world.needs.providers.google;
    if (provider) provider.listCalendars = async () => Promise.reject(new ProviderError('throttled', 'slow'));
    const browser = newBrowser(world);
    expect((await browser.signIn('google', 'ada')).status).toBe(302);
    const [account] = (await browser.get('/api/me')).json.accounts;
    expect(account.status).toBe('active');
    expect((await browser.call('POST', `/api/accounts/${account.id}/refresh`)).json.code).toBe('listing-failed');
  });
});

describe('an administrator’s approval', () => {
  it.each([
    'error=access_denied&error_description=AADSTS90094%3A+needs+admin',
    'error=consent_required&error_description=AADSTS65001%3A+x',
    'error=access_denied&error_uri=https%3A%2F%2Flogin.example%2Ferror%3Fcode%3D90095',
  ])('is explained with an address to send: %s', async (query) => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const state = await stateOf(browser.get('/connect/microsoft'));
    const answer = await browser.get(`/connect/microsoft/callback?${query}&state=${state}`);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('http://localhost:7071/connect/microsoft/approval<');
  });

  it('is not confused with a person who declined', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const state = await stateOf(browser.get('/connect/microsoft'));
    const query = 'error=consent_required&error_description=AADSTS65004%3A+declined';
    const answer = await browser.get(`/connect/microsoft/callback?${query}&state=${state}`);
    expect(answer.text).toContain('You did not agree');
  });

  it('goes to the organisation’s own page, and back to the person’s sign-in', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const away = new URL((await browser.get('/connect/microsoft/admin?resume=1')).headers.get('location') ?? '');
    expect(away.pathname).toBe('/organizations/v2.0/adminconsent');
    expect(away.searchParams.get('scope')).toContain('https://graph.microsoft.com/Calendars.ReadWrite');
    const query = `admin_consent=True&tenant=t&state=${away.searchParams.get('state')}`;
    const landed = await browser.get(`/connect/microsoft/admin/callback?${query}`);
    expect(landed.headers.get('location')).toBe('/connect/microsoft');
  });

  it('thanks an administrator who was sent the address, and signs nobody in', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const state = await stateOf(browser.get('/connect/microsoft/admin'));
    const landed = await browser.get(`/connect/microsoft/admin/callback?admin_consent=True&tenant=t&state=${state}`);
    expect(landed.status).toBe(200);
    expect(landed.text).toContain('approved for your organisation');
    expect((await browser.get('/api/me')).status).toBe(401);
  });

  it('says when it was not given', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const state = await stateOf(browser.get('/connect/microsoft/admin'));
    const landed = await browser.get(`/connect/microsoft/admin/callback?error=consent_required&state=${state}`);
    expect(landed.status).toBe(403);
  });
});

describe('the session', () => {
  it('is a host-bound, secure, script-free cookie over https', async () => {
    const world = await consentWorld('https://hetk.example.com');
    const answer = await newBrowser(world).signIn('google', 'ada');
    expect(answer.setCookies).toContainEqual(
      expect.objectContaining({ name: '__Host-hetk', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' }),
    );
    expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=/);
  });

  it('outlives a rotation of keys, and is made anew with the newest when the page is opened', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const before = browser.jar.get('hetk');
    world.keyring.keys.unshift(...testKeyring('k2').keys);
    expect((await browser.get('/api/me')).status).toBe(200);
    await browser.get('/');
    expect(browser.jar.get('hetk')).not.toBe(before);
    world.keyring.keys.pop();
    expect((await browser.get('/api/me')).status).toBe(200);
  });

  it('ends after thirty days, when a letter of it is changed, and when its key is withdrawn', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const cookie = browser.jar.get('hetk') ?? '';
    const middle = cookie.lastIndexOf('.') - 5;
    const other = cookie[middle] === 'A' ? 'B' : 'A';
    browser.jar.set('hetk', cookie.slice(0, middle) + other + cookie.slice(middle + 1));
    expect((await browser.get('/api/me')).status).toBe(401);
    browser.jar.set('hetk', cookie);
    expect((await browser.get('/api/me')).status).toBe(200);
    world.time.now += 30 * 86_400_000 + 1000;
    expect((await browser.get('/api/me')).status).toBe(401);
    world.time.now -= 30 * 86_400_000;
    world.keyring.keys.splice(0, 1, ...testKeyring('k2').keys);
    expect((await browser.get('/api/me')).status).toBe(401);
  });

  it('cannot be made of a sign-in cookie', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    await browser.get('/connect/google');
    browser.jar.set('hetk', browser.jar.get('hetk-sign-in') ?? '');
    expect((await browser.get('/api/me')).status).toBe(401);
  });

  it('ends everywhere when the user is removed', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    await browser.signIn('google', 'ada');
    const me = (await browser.get('/api/me')).json;
    await world.stores.accounts.remove(me.accounts[0].id);
    await world.stores.users.remove(me.id);
    expect((await browser.get('/api/me')).status).toBe(401);
  });
});

async function stateOf(away: Promise<{ headers: Headers }>): Promise<string> {
  return new URL((await away).headers.get('location') ?? '').searchParams.get('state') ?? '';
}
