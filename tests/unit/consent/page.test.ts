import { describe, expect, it } from '@jest/globals';
import { connected, consentWorld, newBrowser } from './world.ts';

describe('the page', () => {
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

  it('never lets a calendar’s name become part of the page itself', async () => {
    const { browser } = await connected(await consentWorld());
    const { text } = await browser.get('/');
    expect(text).toContain('Private &#60;b&#62;life&#60;/b&#62;');
    expect(text).not.toContain('<b>life');
  });

  it('shows what cannot be chosen, with the reason', async () => {
    const { browser } = await connected(await consentWorld());
    expect((await browser.get('/')).text).toMatch(
      /<option value="[\w-]+" disabled>Boss – It belongs to someone else\./,
    );
  });

  it('allows no script, style or frame but its own', async () => {
    const { browser } = await connected(await consentWorld());
    const { headers, text } = await browser.get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    // Whatever the policy forbids would only look as if it worked.
    expect(text).not.toMatch(/ style="| on\w+="|<style|<script(?![^>]* src=)/);
  });

  it('names its files by addresses that answer, and the script is a program', async () => {
    const { browser } = await connected(await consentWorld());
    const { text } = await browser.get('/');
    const [, script = ''] = /src="([^"]+)"/.exec(text) ?? [];
    const [, style = ''] = /rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
    expect((await browser.get(style)).headers.get('content-type')).toContain('text/css');
    const answer = await browser.get(script);
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(() => new Function(answer.text)).not.toThrow();
  });

  it('shows a new pair with its progress, and offers to remove it with or without its copies', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const pair = (await browser.call('POST', '/api/pairs', { source: work, target: home, direction: 'one-way' })).json;
    const [route] = (await world.stores.pairs.find(pair.id))?.routes ?? [];
    await world.stores.pairs.setProgress(route?.id ?? '', 7, 20);
    const { text } = await browser.get('/');
    expect(text).toContain('<progress value="7" max="20">');
    expect(text).toContain(`data-method="DELETE" action="/api/pairs/${pair.id}"`);
    expect(text).toMatch(/value="remove" required/);
  });

  it('offers both directions in plain words, and the options of the way back without any script', async () => {
    const { browser } = await connected(await consentWorld());
    const { text } = await browser.get('/');
    expect(text).toMatch(/type="radio" name="direction" value="one-way" checked/);
    expect(text).toMatch(/type="radio" name="direction" value="two-way"> <span>Two-way: .*A meeting is never changed/s);
    expect(text).toMatch(/way back, only for two-way<\/legend>[\s\S]*name="targetToSource.markPrivate"/);
  });

  it('shows a two-way pair as one, with the options of either direction by the calendar that gets the copies', async () => {
    const { browser, work, home } = await connected(await consentWorld());
    const wish = { source: work, target: home, direction: 'two-way', targetToSource: { markPrivate: true } };
    const pair = (await browser.call('POST', '/api/pairs', wish)).json;
    const { text } = await browser.get('/');
    const card = text.slice(text.indexOf(`id="pair-${pair.id}"`), text.indexOf('New pair'));
    expect(card).toMatch(/Work <small>.* ↔ .*Private/s);
    expect(card).toMatch(/tells in .*Private.*name="sourceToTarget.markPrivate" >/s);
    expect(card).toMatch(/tells in .*Work.*name="targetToSource.markPrivate" checked>/s);
  });

  it('asks to connect again where an account lost its grant', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    const [account] = (await browser.get('/api/me')).json.accounts;
    await world.stores.accounts.setStatus(account.id, 'reconnect', 'grant-revoked');
    expect((await browser.get('/')).text).toContain(`/connect/microsoft?account=${account.id}`);
  });
});
