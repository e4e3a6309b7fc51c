import { describe, expect, it } from '@jest/globals';
import { type Address, apiAddresses, pageAddresses, signInAddresses } from '../../../shared/consent/addresses.ts';
import { connected, consentWorld, newBrowser, type Received, type World } from './world.ts';

/** What must hold for every address there is: one that is added is walked, too, or fails here. */
const every: readonly Address[] = [...signInAddresses, ...pageAddresses, ...apiAddresses];
const nameOf = ({ method, route }: Address) => `${method} /${route.replace(/^\//, '')}`;

type Browser = ReturnType<typeof newBrowser>;

/** Ada with a pair and a removal, everything of which has an id, and Bob, who has an account of his own. */
async function twoPeople(publicUrl?: string) {
  const world = await consentWorld(publicUrl);
  Object.assign(world.needs, { icloudIdentity: { checkPassword: () => Promise.reject(new Error('Nobody asked.')) } });
  const ada = await connected(world);
  const pairOf = async (source: string, target: string) =>
    (await ada.browser.call('POST', '/api/pairs', { source, target, direction: 'one-way' })).json.id;
  const pair = await pairOf(ada.work, ada.home);
  const gone = await pairOf(ada.home, ada.work);
  const removal = (await ada.browser.call('DELETE', `/api/pairs/${gone}?copies=keep`)).json.report.split('/').at(-1);
  const [account] = (await ada.browser.get('/api/me')).json.accounts;
  const bob = newBrowser(world);
  await bob.signIn('microsoft', 'bob');
  const ids: Record<string, string> = { pairs: pair, accounts: account.id, removals: removal };
  return { world, ada, bob, ids, account: account.id, pair };
}

/** The address with the id of whatever its route is about. */
function pathOf({ route }: Address, ids: Record<string, string>): string {
  if (!route.includes('{id}')) return `/${route.replace(/^\//, '')}`;
  const about = /(\w+)\/\{id\}/.exec(route)?.[1] ?? '';
  const id = ids[about];
  if (!id) throw new Error(`This test does not know whose id /${route} takes: tell it.`);
  return `/${route.replace('{id}', id)}`;
}

const isPage = (address: Address) => pageAddresses.includes(address);

function ask(browser: Browser, address: Address, path: string): Promise<Received> {
  switch (address.method) {
    case 'GET':
      return browser.get(path);
    case 'DELETE':
      return browser.call('DELETE', `${path}?copies=remove`);
    default:
      return isPage(address)
        ? browser.submit(path, { copies: 'remove', 'sourceToTarget.showAs': 'keep' })
        : browser.call(address.method, path, {});
  }
}

const untouched = (world: World) => ({ bulk: world.bulk.length, changes: world.changes.length });

describe('another user’s ids', () => {
  const withId = every.filter(({ route }) => route.includes('{id}'));

  it.each(withId.map((address) => [nameOf(address), address] as const))('%s answers 404', async (_name, address) => {
    const { world, ada, bob, ids } = await twoPeople();
    const before = untouched(world);
    const answer = await ask(bob, address, pathOf(address, ids));
    expect(answer.status).toBe(404);
    expect(answer.text).not.toMatch(/ada@|Work|Private/);
    expect(untouched(world)).toEqual(before);
    // The same request is understood when it is the owner's: it is the person that was refused.
    expect((await ask(ada.browser, address, pathOf(address, ids))).status).not.toBe(404);
  });

  it.each([
    ['GET', '/connect/microsoft?account={account}', undefined],
    ['GET', '/connect/google?account={account}', undefined],
    ['GET', '/connect/icloud?account={account}', undefined],
    ['GET', '/connect/microsoft/admin?resume=1&account={account}', undefined],
    ['GET', '/new-pair/preview?source={work}&target={home}&direction=one-way', undefined],
    ['POST', '/api/pairs', { source: '{work}', target: '{home}', direction: 'one-way' }],
    ['POST', '/api/pairs', { source: '{own}', target: '{home}', direction: 'one-way' }],
    ['POST', '/api/pairs', { source: '{work}', target: '{own}', direction: 'two-way' }],
    ['POST', '/api/pairs/preview', { source: '{work}', target: '{home}', direction: 'one-way' }],
    ['POST', '/connect/icloud', { appleId: 'ada@icloud.example', password: 'x', account: '{account}' }],
  ] as readonly (readonly ['GET' | 'POST', string, object | undefined])[])(
    'in a query or a body are refused as well: %s %s',
    async (method, path, body) => {
      const { world, ada, bob, account } = await twoPeople();
      const [own] = (await bob.get('/api/calendars')).json;
      const values: Record<string, string> = { account, work: ada.work, home: ada.home, own: own.id };
      const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
      const before = untouched(world);
      const sent = body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body)));
      expect((await bob.call(method, filled(path), sent)).status).toBe(404);
      expect(untouched(world)).toEqual(before);
    },
  );
});

/** What anybody may see who is not signed in. */
const open = new Set([
  'GET /connect/microsoft',
  'GET /connect/microsoft/callback',
  'GET /connect/microsoft/admin',
  'GET /connect/microsoft/admin/callback',
  'GET /connect/microsoft/approval',
  'GET /connect/google',
  'GET /connect/google/callback',
  'GET /connect/icloud',
  'POST /connect/icloud',
  'GET /',
  'GET /page.js',
  'GET /policy',
  'GET /admins',
  'GET /health',
  'POST /sign-out',
  'DELETE /api/session',
]);

describe('whoever is not signed in', () => {
  const closed = every.filter((address) => !open.has(nameOf(address)));

  it.each(closed.map((address) => [nameOf(address), address] as const))(
    'gets nothing of %s',
    async (_name, address) => {
      const { world, ids } = await twoPeople();
      const path = pathOf(address, ids);
      const before = untouched(world);
      const answer = await ask(newBrowser(world), address, path);
      expect([302, 303, 401, 404]).toContain(answer.status);
      if (answer.status < 400) expect(answer.headers.get('location')).toMatch(/^\/(\?|$)/);
      expect(answer.text).not.toMatch(/ada@|Work|Private/);
      expect(untouched(world)).toEqual(before);
    },
  );
});

describe('a request that changes something', () => {
  const changing = every.filter(({ method }) => method !== 'GET');

  it.each(changing.map((address) => [nameOf(address), address] as const))(
    'is not taken from another site’s page: %s',
    async (_name, address) => {
      const { world, ada, ids } = await twoPeople();
      const path = pathOf(address, ids);
      const before = untouched(world);
      for (const foreign of [
        { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        { origin: 'null', 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.example' },
        { origin: 'http://localhost:7071', 'sec-fetch-site': 'same-site' },
      ]) {
        const type = isPage(address) ? 'application/x-www-form-urlencoded' : 'application/json';
        const headers = { 'content-type': type, 'sec-fetch-site': '', ...foreign };
        const answer = await ada.browser.call(address.method, path, isPage(address) ? 'copies=remove' : {}, headers);
        expect(answer.status).toBe(403);
        expect(answer.text).toMatch(/other-origin|another site/);
      }
      expect(untouched(world)).toEqual(before);
    },
  );

  const forms = pageAddresses.filter(({ method }) => method === 'POST');

  it.each(forms.map((address) => [nameOf(address), address] as const))(
    'by a form needs the token that our page put into it for this very person: %s',
    async (_name, address) => {
      const { world, ada, bob, ids } = await twoPeople();
      const path = pathOf(address, ids);
      const before = untouched(world);
      const tokenIn = (text: string) => /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
      const foreign = tokenIn((await bob.get('/')).text);
      expect(foreign).not.toBe('');
      for (const token of [undefined, '', 'k1.', foreign]) {
        const fields = { copies: 'remove', ...(token !== undefined && { token }) };
        const answer = await ada.browser.send(path, fields);
        expect([answer.status, answer.text.includes('was not made for you')]).toEqual([403, true]);
      }
      expect(untouched(world)).toEqual(before);
    },
  );

  it('has its token in every form of a page that sends something, in the same words each time', async () => {
    const { ada, pair } = await twoPeople();
    for (const path of ['/', '/new-pair', `/pairs/${pair}`, '/connect/icloud']) {
      const { text } = await ada.browser.get(path);
      const forms = text.match(/<form\b[^>]*method="post"[^>]*>/g) ?? [];
      expect(forms.length).toBeGreaterThan(0);
      expect(
        text.match(/<form\b[^>]*method="post"[^>]*><input type="hidden" name="token" value="[^"]{20,}">/g),
      ).toHaveLength(forms.length);
      expect((await ada.browser.get(path)).text).toBe(text);
    }
  });
});

describe('every answer', () => {
  it.each(every.map((address) => [nameOf(address), address] as const))('of %s is guarded', async (_name, address) => {
    const { world, ids } = await twoPeople('https://hetk.example.com');
    const path = pathOf(address, ids);
    for (const person of [newBrowser(world), (await twoPeople('https://hetk.example.com')).ada.browser]) {
      const { headers, setCookies } = await ask(person, address, path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).not.toMatch(/unsafe|\*|http:/);
      expect(policy).toMatch(/script-src 'self'(;|$)/);
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      for (const cookie of setCookies) {
        expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/' });
        expect(cookie.name).toMatch(/^__Host-/);
        expect(cookie).not.toHaveProperty('domain');
      }
    }
  });

  it('leads nowhere but to this installation or to the service that was chosen, whatever the request says', async () => {
    const world = await consentWorld();
    const browser = newBrowser(world);
    const evil = 'https%3A%2F%2Fevil.example%2F';
    for (const { route, method } of every) {
      if (method !== 'GET' || route.includes('{id}')) continue;
      const query = ['next', 'return', 'redirect', 'redirect_uri', 'url', 'continue', 'done', 'state', 'email']
        .map((name) => `${name}=${evil}`)
        .join('&');
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-original-url': '//evil.example' };
      const answer = await browser.get(`/${route.replace(/^\//, '')}?${query}`, headers);
      const location = answer.headers.get('location') ?? '';
      expect(location).not.toMatch(/^\/\//);
      if (location)
        expect(['localhost:7071', 'login.example', 'accounts.example']).toContain(
          new URL(location, 'http://localhost:7071').host,
        );
      expect(decodeURIComponent(location)).not.toContain('evil.example');
    }
  });
});
