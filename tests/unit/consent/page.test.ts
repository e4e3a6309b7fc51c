import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { connected, consentWorld, newBrowser, remote } from './world.ts';

describe('every page', () => {
  const pages = ['/', '/new-pair', '/admins', '/connect/icloud'];

  it('allows no script, style or frame but its own, and has none inline but the style that the policy names', async () => {
    const { browser } = await connected(await consentWorld());
    for (const page of pages) {
      const { headers, text } = await browser.get(page);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      // Whatever the policy forbids would only look as if it worked.
      expect(text).not.toMatch(/ style="| on\w+="|<script(?![^>]* src=)/);
      const styles = [...text.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
      expect(styles).toHaveLength(1);
      const digest = createHash('sha256')
        .update(styles[0] ?? '')
        .digest('base64');
      expect(policy).toContain(`style-src 'sha256-${digest}'`);
    }
  });

  it('comes complete in one request, and with the script that it can do without in less than 50 kB', async () => {
    const world = await consentWorld();
    for (let count = 0; count < 10; count += 1) {
      for (const listing of Object.values(world.listing))
        listing.push(remote(`more${count}`, `Another calendar, ${count}`));
    }
    const { browser } = await connected(world);
    for (const page of pages) {
      const { text } = await browser.get(page);
      // What a browser fetches by itself: one module, after the page is there.
      const fetched = [...text.matchAll(/<(?!a\b|form\b|use\b)\w+[^>]*(?:src|href)="(?!data:,|#)([^"]+)"/g)];
      const [script = '', ...more] = fetched.map(([, address = '']) => address);
      expect([script, more]).toEqual([expect.stringMatching(/^\/page\.js\?v=[\w-]{12}$/), []]);
      const weight = Buffer.byteLength(text) + Buffer.byteLength((await browser.get(script)).text);
      expect(weight).toBeLessThan(50_000);
    }
  });

  it('names its script by an address that may be kept for ever, and it is a program', async () => {
    const { browser } = await connected(await consentWorld());
    const [, script = ''] = /src="([^"]+)"/.exec((await browser.get('/')).text) ?? [];
    const answer = await browser.get(script);
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(() => new Function(answer.text)).not.toThrow();
  });

  it('says a time as UTC, for the browser to say it in its own zone', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    await browser.call('POST', '/api/pairs', { source: work, target: home, direction: 'one-way' });
    const [pair] = (await browser.get('/api/pairs')).json;
    const [route] = (await world.stores.pairs.find(pair.id))?.routes ?? [];
    await world.stores.pairs.setSynced(route?.id ?? '', Date.UTC(2026, 10, 23, 14, 5));
    const { text } = await browser.get('/');
    expect(text).toMatch(
      /<time datetime="2026-11-23T14:05:00.000Z" data-local[^>]*>Mon, 23 Nov 2026, 14:05 UTC<\/time>/,
    );
    expect(text).toContain('Times are in UTC.');
  });
});

describe('the start page', () => {
  it('offers the services of this installation to whoever is not signed in', async () => {
    const world = await consentWorld();
    const answer = await newBrowser(world).get('/');
    expect(answer.text).toContain('href="/connect/microsoft"');
    expect(answer.text).toContain('href="/connect/google"');
    const { googleIdentity: _, ...needs } = world.needs;
    const alone = newBrowser({ ...world, needs });
    expect((await alone.get('/')).text).not.toContain('/connect/google');
    expect((await alone.get('/connect/google')).status).toBe(404);
  });

  it('says plainly where nothing is set up yet', async () => {
    const world = await consentWorld();
    const { googleIdentity: _, microsoftIdentity: __, ...needs } = world.needs;
    expect((await newBrowser({ ...world, needs }).get('/')).text).toContain('not set up with any calendar service');
  });

  it('leads whoever opens an address of the signed-in to the sign-in', async () => {
    const answer = await newBrowser(await consentWorld()).get('/new-pair');
    expect([answer.status, answer.text.includes('You are not signed in.')]).toEqual([401, true]);
  });
});

describe('accounts and calendars', () => {
  it('shows each calendar in its own colour, and what cannot be used in grey with the reason', async () => {
    const { browser } = await connected(await consentWorld());
    const { text } = await browser.get('/');
    expect(text).toMatch(
      /<li class="off"><svg[^>]*>.{0,80}<\/svg><span>Boss .*?<small>It belongs to someone else\.<\/small>/s,
    );
    expect(text).toMatch(/<li\s*><svg[^>]*><circle[^>]*fill="#336699"\/><\/svg><span>Work/);
  });

  it('never lets a calendar’s name become part of the page itself', async () => {
    const { browser } = await connected(await consentWorld());
    for (const page of ['/', '/new-pair']) {
      const { text } = await browser.get(page);
      expect(text).toContain('Private &#60;b&#62;life&#60;/b&#62;');
      expect(text).not.toContain('<b>life');
    }
  });

  it('says what an empty list means, and what is missing for a first pair', async () => {
    const world = await consentWorld();
    world.listing.microsoft = [];
    const browser = newBrowser(world);
    await browser.signIn('microsoft', 'ada');
    const { text } = await browser.get('/');
    expect(text).toContain('No calendars could be read from this account yet.');
    expect(text).toContain('connect a second account below');
    expect((await browser.get('/new-pair')).text).toContain('Connect a second account first.');
  });

  it('asks to connect again where an account lost its grant', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const [account] = (await browser.get('/api/me')).json.accounts;
    await world.stores.accounts.setStatus(account.id, 'reconnect', 'grant-revoked');
    expect((await browser.get('/')).text).toContain(`href="/connect/microsoft?account=${account.id}"`);
  });

  it('disconnects, looks anew, signs out and removes everything by plain forms', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const [account] = (await browser.get('/api/me')).json.accounts;
    const looked = await browser.submit(`/accounts/${account.id}/refresh`, {});
    expect([looked.status, looked.headers.get('location')]).toEqual([303, '/?done=refresh']);
    expect((await browser.get('/?done=refresh')).text).toContain('The list of calendars is fresh.');
    const unsaid = await browser.submit(`/accounts/${account.id}/remove`, {});
    expect([unsaid.status, unsaid.text.includes('whether the copies go or stay')]).toEqual([400, true]);
    expect((await browser.submit(`/accounts/${account.id}/remove`, { copies: 'remove' })).status).toBe(303);
    expect((await browser.get('/')).text).toContain('being removed');
    expect((await browser.submit('/sign-out', {})).headers.get('location')).toBe('/?done=signed-out');
    expect((await browser.get('/?done=signed-out')).text).toContain('You are signed out of this browser.');
  });

  it('removes everything of somebody by a plain form, and says goodbye', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const { id } = (await browser.get('/api/me')).json;
    const gone = await browser.submit('/me/remove', { copies: 'remove' });
    expect(gone.status).toBe(303);
    expect(world.bulk).toContainEqual(expect.objectContaining({ kind: 'remove-user', userId: id, copies: 'remove' }));
    expect((await browser.get('/')).text).toContain('always in step');
    const report = gone.headers.get('location') ?? '';
    expect((await browser.get(report)).text).toMatch(/Removal of everything of yours.*Under way/s);
    expect((await newBrowser(world).get(report)).status).toBe(404);
  });
});
