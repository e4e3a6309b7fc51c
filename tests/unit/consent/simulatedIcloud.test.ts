import { describe, expect, it } from '@jest/globals';
import { createFaults } from '../../../local/core/faults.ts';
import { createWorld } from '../../../local/core/world.ts';
import { createIcloud as createSimulator } from '../../../local/icloud/icloud.ts';
import type { IcloudFault } from '../../../local/icloud/mishaps.ts';
import { firstPassword } from '../../../local/icloud/passwords.ts';
import { withLimitedTries } from '../../../shared/consent/limitedTries.ts';
import type { ConsentNeeds } from '../../../shared/consent/needs.ts';
import { createIcloud } from '../../../shared/providers/icloud/icloud.ts';
import { createIcloudIdentity } from '../../../shared/providers/icloud/identity.ts';
import { connected, consentWorld, newBrowser, remote } from './world.ts';

const ada = 'ada@icloud.example';
const wrong = 'wron-gwro-ngwr-ongw';
const main = 'My main Password 1!';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Page and API with the real iCloud client before a simulated iCloud. */
async function withIcloud() {
  const world = await consentWorld();
  const { clock, random, log } = world.needs;
  const calendars = createWorld({ clock, random });
  for (const [email, name] of [
    [ada, 'Ada'],
    ['bob@icloud.example', 'Bob'],
  ] as const) {
    calendars.addPerson({ email, name });
    const zone = 'Europe/Dublin';
    calendars.addCalendar({ owner: email, name: `${name}’s`, color: '#0f6cbd', zone, primary: true, access: 'owner' });
  }
  const faults = createFaults({ random });
  const simulator = createSimulator({ world: calendars, clock, random, faults, origin: 'http://localhost:7074' });
  let asked = 0;
  const outside = {
    settings: { root: simulator.origin },
    clock,
    log,
    credentials: world.stores.credentials,
    fetch: (async (input, init) => {
      asked += 1;
      return simulator.fetch(new Request(input, init));
    }) satisfies typeof fetch,
  };
  const needs: ConsentNeeds = {
    ...world.needs,
    icloudIdentity: withLimitedTries(createIcloudIdentity(outside), {
      clock,
      keyring: world.keyring,
      tries: world.stores.tries,
    }),
    providers: { ...world.needs.providers, icloud: createIcloud(outside) },
  };
  const whole = { ...world, needs };
  return {
    ...whole,
    whole,
    simulator,
    misbehave: (name: IcloudFault) => void faults.arm({ name }),
    /** How many requests Apple got since the last call. */
    asked() {
      const count = asked;
      asked = 0;
      return count;
    },
  };
}

type Started = Awaited<ReturnType<typeof withIcloud>>;

async function connectedTo(world: Started) {
  const browser = newBrowser(world.whole);
  const answer = await browser.call('POST', '/connect/icloud', { appleId: ada, password: firstPassword });
  return { browser, answer };
}

describe('connecting iCloud', () => {
  it('signs in whoever gives a right app-specific password, and lists their calendars', async () => {
    const { browser, answer } = await connectedTo(await withIcloud());
    expect(answer.status).toBe(200);
    expect(answer.json.accounts).toEqual([
      { id: expect.any(String), provider: 'icloud', email: ada, status: 'active' },
    ]);
    expect((await browser.get('/api/me')).json).toEqual(answer.json);
    expect((await browser.get('/api/calendars')).json).toEqual([
      expect.objectContaining({ name: 'Ada’s', writable: true, readable: true }),
    ]);
    expect((await browser.get('/')).text).toMatch(new RegExp(`${ada}.*iCloud`));
  });

  it('takes the Apple ID in any case and with blanks around as one and the same', async () => {
    const world = await withIcloud();
    const { answer } = await connectedTo(world);
    const given = { appleId: ` ${ada.toUpperCase()} `, password: ` ${firstPassword} ` };
    const again = await newBrowser(world.whole).call('POST', '/connect/icloud', given);
    expect(again.json).toEqual(answer.json);
  });

  it('adds it to whoever is signed in already', async () => {
    const world = await withIcloud();
    const { browser } = await connected(world.whole);
    await browser.call('POST', '/connect/icloud', { appleId: ada, password: firstPassword });
    const { accounts } = (await browser.get('/api/me')).json;
    expect(accounts.map(({ provider }: { provider: string }) => provider)).toEqual(['microsoft', 'google', 'icloud']);
  });

  it('works without any script: back to the page, or to the form with what is the matter', async () => {
    const browser = newBrowser((await withIcloud()).whole);
    const { text, headers } = await browser.get('/connect/icloud');
    expect(text).toMatch(/<form[^>]*method="post"[^>]*action="\/connect\/icloud"/);
    expect(headers.get('content-security-policy')).toContain("form-action 'self'");
    const refused = await browser.submit('/connect/icloud', { appleId: ada, password: wrong });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toContain('text/html');
    expect(refused.text).toContain('Apple does not accept this Apple ID');
    expect(refused.text).toContain(`value="${ada}"`);
    const answer = await browser.submit('/connect/icloud', { appleId: ada, password: firstPassword });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'http://localhost:7071/']);
    expect((await browser.get('/api/me')).json.accounts[0].email).toBe(ada);
  });

  it('asks for the first poll of a new account, and again when a pair of it begins', async () => {
    const world = await withIcloud();
    const { browser, work } = await connected(world.whole);
    await browser.call('POST', '/connect/icloud', { appleId: ada, password: firstPassword });
    const polls = () => world.stores.accounts.takeDuePolls(world.time.now, 10, () => Number.MAX_SAFE_INTEGER);
    expect(await polls()).toHaveLength(1);
    world.time.now += 86_400_000;
    expect(await polls()).toEqual([]);
    const calendars: { id: string; name: string }[] = (await browser.get('/api/calendars')).json;
    const source = calendars.find(({ name }) => name === 'Ada’s')?.id;
    await browser.call('POST', '/api/pairs', { source, target: work, direction: 'one-way' });
    expect(await polls()).toEqual([]);
    world.time.now += 120_000;
    expect(await polls()).toHaveLength(1);
  });

  it('asks at once when somebody looks for new calendars', async () => {
    const world = await withIcloud();
    const { browser, answer } = await connectedTo(world);
    const [{ id: accountId }] = answer.json.accounts;
    expect((await browser.call('POST', `/api/accounts/${accountId}/refresh`)).status).toBe(204);
    expect(world.changes).toEqual([{ kind: 'poll', accountId, at: world.time.now }]);
  });
});

describe('what iCloud refuses', () => {
  it.each<[string, number, string, RegExp, { password?: string; fault?: IcloudFault; asked?: number }]>([
    ['a wrong password', 403, 'wrong-password', /make a new password at account\.apple\.com/, { password: wrong }],
    ['the main password', 403, 'main-password', /two-factor authentication/, { password: main }],
    ['no calendars', 422, 'no-calendars', /Switch on Calendars/, { fault: 'no-calendars', asked: 3 }],
    ['a throttled service', 503, 'throttled', /Wait ten minutes/, { fault: 'throttled' }],
    ['too many requests', 503, 'throttled', /Wait ten minutes/, { fault: 'too-many-requests' }],
    ['an ill service', 503, 'unreachable', /in a few minutes/, { fault: 'server-error' }],
    ['a page instead of an answer', 502, 'sign-in-failed', /in a few minutes/, { fault: 'not-xml' }],
    ['a redirect to elsewhere', 502, 'sign-in-failed', /in a few minutes/, { fault: 'foreign-redirect' }],
  ])('%s has a code of its own, after one try', async (_, status, code, action, { password, fault, asked = 1 }) => {
    const world = await withIcloud();
    if (fault) world.misbehave(fault);
    const browser = newBrowser(world.whole);
    const given = { appleId: ada, password: password ?? firstPassword };
    const answer = await browser.call('POST', '/connect/icloud', given);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json.title).toMatch(/^[A-Za-z].+\.$/);
    expect(answer.json.action).toMatch(action);
    expect(world.asked()).toBe(asked);
    expect((await browser.get('/api/me')).status).toBe(401);
    expect(await world.stores.accounts.findBySubject('icloud', ada)).toBeUndefined();
  });

  it('an iCloud that cannot be reached has one, too', async () => {
    const { needs, ...world } = await withIcloud();
    const fetch = async () => Promise.reject(new TypeError('fetch failed'));
    const identity = createIcloudIdentity({ settings: { root: 'http://localhost:7074' }, clock: needs.clock, fetch });
    const browser = newBrowser({ ...world, needs: { ...needs, icloudIdentity: identity } });
    const answer = await browser.call('POST', '/connect/icloud', { appleId: ada, password: firstPassword });
    expect([answer.status, answer.json.code]).toEqual([503, 'unreachable']);
  });

  it('after five wrong passwords of one Apple ID, Apple is not asked for an hour; others are', async () => {
    const world = await withIcloud();
    const browser = newBrowser(world.whole);
    const attempt = async (appleId: string, password: string) =>
      (await browser.call('POST', '/connect/icloud', { appleId, password })).json.code;
    for (const name of [ada, ada.toUpperCase(), ada, ada, ada])
      expect(await attempt(name, wrong)).toBe('wrong-password');
    expect(world.asked()).toBe(5);
    expect(await attempt(ada, firstPassword)).toBe('too-many-tries');
    expect(world.asked()).toBe(0);
    expect(await attempt('bob@icloud.example', firstPassword)).toBeUndefined();
    world.time.now += 3_600_000;
    expect(await attempt(ada, firstPassword)).toBeUndefined();
  });

  it('trouble of the service does not count as a wrong password', async () => {
    const world = await withIcloud();
    const browser = newBrowser(world.whole);
    const attempt = async () =>
      (await browser.call('POST', '/connect/icloud', { appleId: ada, password: firstPassword })).json.code;
    for (let turn = 0; turn < 6; turn += 1) {
      world.misbehave('server-error');
      expect(await attempt()).toBe('unreachable');
    }
    expect(await attempt()).toBeUndefined();
  });

  it('is not offered where it is not set up', async () => {
    const { icloudIdentity: _, ...needs } = (await withIcloud()).needs;
    const browser = newBrowser({ ...(await withIcloud()).whole, needs });
    const answer = await browser.call('POST', '/connect/icloud', { appleId: ada, password: firstPassword });
    expect([answer.status, answer.json.code]).toEqual([404, 'provider-not-offered']);
    expect((await browser.get('/')).text).not.toContain('/connect/icloud');
  });
});

describe('what does not reach iCloud at all', () => {
  it('a request of another site’s page, as JSON and as a form', async () => {
    const world = await withIcloud();
    const browser = newBrowser(world.whole);
    const given = { appleId: ada, password: firstPassword };
    const body = new URLSearchParams(given).toString();
    const foreign = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    expect((await browser.call('POST', '/connect/icloud', given, foreign)).json.code).toBe('other-origin');
    expect((await browser.call('POST', '/connect/icloud', body, { ...form, ...foreign })).status).toBe(403);
    const hidden = { ...form, origin: 'null', 'sec-fetch-site': 'cross-site' };
    expect((await browser.call('POST', '/connect/icloud', body, hidden)).status).toBe(403);
    expect((await browser.get('/api/me')).status).toBe(401);
    expect(world.asked()).toBe(0);
  });

  it.each<[string, unknown, number, string]>([
    ['no Apple ID', { password: firstPassword }, 400, 'malformed'],
    ['no password', { appleId: ada, password: ' ' }, 400, 'malformed'],
    ['a colon, which would end the name', { appleId: 'a:b@icloud.example', password: firstPassword }, 400, 'malformed'],
    ['something that is not asked for', { appleId: ada, password: firstPassword, scope: 'mail' }, 400, 'malformed'],
    ['no JSON', `{"password":"${firstPassword}`, 400, 'malformed'],
    ['far too much', { appleId: ada, password: 'x'.repeat(20_000) }, 413, 'too-large'],
  ])('%s', async (_, body, status, code) => {
    const world = await withIcloud();
    const answer = await newBrowser(world.whole).call('POST', '/connect/icloud', body);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.text).not.toContain(firstPassword);
    expect(world.asked()).toBe(0);
  });

  it('a body that is called neither JSON nor a form', async () => {
    const world = await withIcloud();
    const given = { appleId: ada, password: firstPassword };
    const plain = { 'content-type': 'text/plain' };
    const answer = await newBrowser(world.whole).call('POST', '/connect/icloud', given, plain);
    expect([answer.status, answer.json.code, world.asked()]).toEqual([415, 'not-json', 0]);
  });
});

describe('connecting iCloud again', () => {
  async function revoked() {
    const world = await withIcloud();
    const { browser, answer } = await connectedTo(world);
    const [{ id }] = answer.json.accounts;
    world.simulator.revoke(ada);
    const refused = await browser.call('POST', `/api/accounts/${id}/refresh`);
    expect([refused.status, refused.json.code]).toEqual([409, 'reconnect-needed']);
    world.asked();
    return { world, browser, id };
  }

  it('is asked for with the form, once Apple has taken the password back', async () => {
    const { browser, id } = await revoked();
    expect((await browser.get('/api/me')).json.accounts[0].status).toBe('reconnect');
    const { text } = await browser.get('/');
    expect(text).toContain('needs a new app-specific password');
    expect(text).toContain(`<input type="hidden" name="account" value="${id}">`);
    expect((await browser.get(`/connect/icloud?account=${id}`)).text).toMatch(new RegExp(`value="${ada}" readonly`));
  });

  it('heals the account with a new password', async () => {
    const { world, browser, id } = await revoked();
    const password = world.simulator.issuePassword(ada);
    const answer = await browser.call('POST', '/connect/icloud', { appleId: ada, password, account: id });
    expect(answer.json.accounts).toEqual([{ id, provider: 'icloud', email: ada, status: 'active' }]);
    expect(await world.stores.credentials.read(id)).toContain(password);
  });

  it('stays as it was when the new one is wrong', async () => {
    const { world, browser, id } = await revoked();
    const answer = await browser.call('POST', '/connect/icloud', { appleId: ada, password: wrong, account: id });
    expect(answer.json.code).toBe('wrong-password');
    expect((await browser.get('/api/me')).json.accounts[0].status).toBe('reconnect');
    expect(await world.stores.credentials.read(id)).toContain(firstPassword);
  });

  it('does not take another Apple ID, and does not even try its password', async () => {
    const { world, browser, id } = await revoked();
    const other = { appleId: 'bob@icloud.example', password: firstPassword, account: id };
    const answer = await browser.call('POST', '/connect/icloud', other);
    expect([answer.status, answer.json.code]).toEqual([409, 'another-person']);
    expect(world.asked()).toBe(0);
  });

  it('does not tell whether an account of somebody else exists', async () => {
    const { world, id } = await revoked();
    const stranger = newBrowser(world.whole);
    await stranger.signIn('microsoft', 'bob');
    expect((await stranger.get(`/connect/icloud?account=${id}`)).status).toBe(404);
    const given = { appleId: ada, password: firstPassword, account: id };
    expect((await stranger.call('POST', '/connect/icloud', given)).json.code).toBe('not-found');
    expect(world.asked()).toBe(0);
  });

  it('refuses an account that is somebody else’s in Hetk while another user is signed in', async () => {
    const world = await withIcloud();
    await connectedTo(world);
    const { browser } = await connected(world.whole);
    const answer = await browser.call('POST', '/connect/icloud', { appleId: ada, password: firstPassword });
    expect([answer.status, answer.json.code]).toEqual([409, 'belongs-to-another']);
  });
});

describe('an app-specific password', () => {
  it('appears in no log, address, answer or error, and lies encrypted in the database', async () => {
    const world = await withIcloud();
    world.listing.google?.push(remote('more', 'More'));
    const browser = newBrowser(world.whole);
    const answers: string[] = [];
    const keep = async (answer: ReturnType<typeof browser.call>) => {
      const { text, headers, setCookies } = await answer;
      answers.push(text, JSON.stringify([...headers]), JSON.stringify(setCookies));
    };
    for (const password of [wrong, main, firstPassword]) {
      await keep(browser.call('POST', '/connect/icloud', { appleId: ada, password }));
      const body = new URLSearchParams({ appleId: ada, password }).toString();
      await keep(browser.call('POST', '/connect/icloud', body, form));
    }
    for (const fault of ['throttled', 'server-error', 'not-xml', 'no-calendars', 'foreign-redirect'] as const) {
      world.misbehave(fault);
      await keep(browser.call('POST', '/connect/icloud', { appleId: ada, password: firstPassword }));
    }
    await keep(browser.call('POST', '/connect/icloud', { appleId: 'a:b', password: firstPassword }));
    await keep(browser.call('POST', '/connect/icloud', `{"password":"${firstPassword}"`));
    for (const path of ['/', '/api/me', '/api/calendars', '/connect/icloud']) await keep(browser.get(path));

    const encodings = [wrong, main, firstPassword].flatMap((password) => [
      password,
      encodeURIComponent(password),
      Buffer.from(`${ada}:${password}`).toString('base64'),
    ]);
    const seen = [...answers, ...world.logged, JSON.stringify(world.changes), JSON.stringify(world.bulk)].join('\n');
    expect(world.logged.length).toBeGreaterThan(8);
    for (const text of encodings) expect(seen).not.toContain(text);
    const paths = world.simulator.requests.snapshot().last.map(({ path }) => path);
    for (const text of encodings) expect(paths.join()).not.toContain(text);
    const [account] = (await browser.get('/api/me')).json.accounts;
    expect(await world.stores.credentials.read(account.id)).toContain(firstPassword);
    expect(world.logged.join()).not.toContain(ada);
  });
});
