import { describe, expect, it } from '@jest/globals';
import { connected, consentWorld, newBrowser, type World } from './world.ts';

async function withPair(world: World) {
  const person = await connected(world);
  const made = await person.browser.call('POST', '/api/pairs', {
    source: person.work,
    target: person.home,
    direction: 'one-way',
    sourceToTarget: { markPrivate: true },
  });
  return { ...person, made, pair: made.json, path: `/api/pairs/${made.json.id}` };
}

describe('making a pair', () => {
  it('starts it, and asks for its first sync and its subscription', async () => {
    const world = await consentWorld();
    const { made, pair, work, home } = await withPair(world);
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/pairs/${pair.id}`);
    expect(pair).toMatchObject({
      source: work,
      target: home,
      direction: 'one-way',
      sourceToTarget: { markPrivate: true, showAs: 'keep', skipFree: false, transformIdentity: false },
      status: 'starting',
      progress: { done: 0, total: 0 },
      counts: { copies: 3 },
    });
    expect(world.bulk).toEqual([
      { kind: 'full', calendarId: work, at: world.time.now, verify: true },
      { kind: 'subscribe', calendarId: work, recreate: false },
    ]);
  });

  it('refuses what cannot be, each with its own code', async () => {
    const world = await consentWorld();
    const { browser, work, home, boss } = await withPair(world);
    const attempt = async (body: unknown) => {
      const { status, json, headers } = await browser.call('POST', '/api/pairs', body);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(json.title).toMatch(/^[A-Z].+\.$/);
      return [status, json.code];
    };
    const plain = { source: home, target: work, direction: 'one-way' };
    expect(await attempt({ ...plain, direction: 'two-way' })).toEqual([422, 'two-way-not-yet']);
    expect(await attempt({ ...plain, target: home })).toEqual([422, 'same-calendar']);
    expect(await attempt({ ...plain, target: boss })).toEqual([422, 'target-not-writable']);
    expect(await attempt({ ...plain, source: boss })).toEqual([422, 'source-not-readable']);
    expect(await attempt({ ...plain, source: 'nowhere' })).toEqual([404, 'not-found']);
    expect(await attempt({ ...plain, source: work, target: home })).toEqual([409, 'duplicate-pair']);
    expect(await attempt({ ...plain, targetToSource: {} })).toEqual([422, 'no-such-direction']);
    expect(await attempt({ ...plain, sourceToTarget: { showAs: 'invisible' } })).toEqual([400, 'malformed']);
    expect(await attempt({ ...plain, extra: 1 })).toEqual([400, 'malformed']);
    expect(await attempt('{"source":')).toEqual([400, 'malformed']);
    expect(await attempt({ ...plain, source: 'x'.repeat(20_000) })).toEqual([413, 'too-large']);
  });

  it('refuses a calendar whose account needs reconnecting', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const [account] = (await browser.get('/api/me')).json.accounts;
    await world.stores.accounts.setStatus(account.id, 'reconnect');
    const answer = await browser.call('POST', '/api/pairs', { source: work, target: home, direction: 'one-way' });
    expect(answer.json.code).toBe('reconnect-needed');
  });

  it('previews without making anything', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const wish = { source: work, target: home, direction: 'one-way', sourceToTarget: { skipFree: true } };
    const answer = await browser.call('POST', '/api/pairs/preview', wish);
    expect(answer.json).toMatchObject({ sourceToTarget: { originals: 5, copies: 3 } });
    expect((await browser.get('/api/pairs')).json).toEqual([]);
    expect(world.bulk).toEqual([]);
  });
});

describe('a pair', () => {
  it('is paused and resumed, and catches up then', async () => {
    const world = await consentWorld();
    const { browser, path, work } = await withPair(world);
    expect((await browser.call('POST', `${path}/pause`)).json.status).toBe('paused');
    world.bulk.length = 0;
    expect((await browser.call('POST', `${path}/resume`)).json.status).toBe('starting');
    expect(world.bulk).toContainEqual(expect.objectContaining({ kind: 'full', calendarId: work }));
  });

  it('keeps the options that a change does not name, and has the copies rewritten', async () => {
    const world = await consentWorld();
    const { browser, path, work } = await withPair(world);
    world.bulk.length = 0;
    const answer = await browser.call('PATCH', path, { sourceToTarget: { showAs: 'oof' } });
    expect(answer.json.sourceToTarget).toMatchObject({ markPrivate: true, showAs: 'oof' });
    expect(world.bulk).toEqual([{ kind: 'full', calendarId: work, at: world.time.now, verify: true }]);
  });

  it('shows the brake with its numbers, and lets the deletions through for an hour once confirmed', async () => {
    const world = await consentWorld();
    const { browser, pair, path } = await withPair(world);
    expect((await browser.call('POST', `${path}/confirm-deletions`)).json.code).toBe('nothing-to-confirm');
    const route = (await world.stores.pairs.find(pair.id))?.routes[0];
    const problem = {
      code: 'mass-deletion',
      message: '30 of 40 copies would be deleted.',
      action: 'confirm-deletions',
    };
    await world.stores.pairs.setState(route?.id ?? '', 'braked', problem);
    expect((await browser.get(path)).json).toMatchObject({ status: 'paused', problem });
    expect((await browser.get('/')).text).toContain('30 of 40 copies');
    expect((await browser.call('POST', `${path}/confirm-deletions`)).status).toBe(202);
    expect((await world.stores.pairs.route(route?.id ?? ''))?.deletionsConfirmedUntil).toBe(world.time.now + 3_600_000);
  });

  it('shows its history newest first, by ids and reason codes', async () => {
    const world = await consentWorld();
    const { browser, pair, path } = await withPair(world);
    const routeId = (await world.stores.pairs.find(pair.id))?.routes[0]?.id ?? '';
    world.history.push(
      { routeId, at: 1000, action: 'created', reason: 'new', originalId: 'o1', copyId: 'c1' },
      { routeId, at: 2000, action: 'deleted', reason: 'original-gone', originalId: 'o1', copyId: 'c1' },
    );
    const history = (await browser.get(`${path}/history`)).json;
    expect(history[0]).toMatchObject({
      at: '1970-01-01T00:00:02.000Z',
      direction: 'sourceToTarget',
      action: 'deleted',
    });
    expect(history).toHaveLength(2);
  });

  it('is removed in the background once it is said what becomes of the copies', async () => {
    const world = await consentWorld();
    const { browser, pair, path } = await withPair(world);
    world.bulk.length = 0;
    expect((await browser.call('DELETE', path)).json.code).toBe('copies-choice-needed');
    expect(world.bulk).toEqual([]);
    expect((await browser.call('DELETE', `${path}?copies=remove`)).status).toBe(202);
    expect(world.bulk).toEqual([{ kind: 'remove-pair', pairId: pair.id, copies: 'remove' }]);
    expect((await browser.get(path)).json).toMatchObject({ status: 'stopped', problem: { code: 'removing' } });
    expect((await browser.call('POST', `${path}/resume`)).json.code).toBe('being-removed');
  });

  it('is nobody else’s to see or change', async () => {
    const world = await consentWorld();
    const { path, work, home } = await withPair(world);
    const stranger = newBrowser(world);
    await stranger.signIn('microsoft', 'bob');
    const actions = ['pause', 'resume', 'verify', 'confirm-deletions'].map(
      (verb) => ['POST', `${path}/${verb}`] as const,
    );
    const calls = [
      ['GET', path],
      ['GET', `${path}/history`],
      ['PATCH', path],
      ['DELETE', `${path}?copies=remove`],
      ...actions,
    ] as const;
    world.bulk.length = 0;
    for (const [method, address] of calls) {
      expect([address, (await stranger.call(method, address)).status]).toEqual([address, 404]);
    }
    const theft = { source: work, target: home, direction: 'one-way' };
    expect((await stranger.call('POST', '/api/pairs', theft)).status).toBe(404);
    expect((await stranger.get('/api/pairs')).json).toEqual([]);
    expect(world.bulk).toEqual([]);
  });
});

describe('removal', () => {
  it('of an account stops its pairs at once and goes on in the background', async () => {
    const world = await consentWorld();
    const { browser, path } = await withPair(world);
    const [account] = (await browser.get('/api/me')).json.accounts;
    world.bulk.length = 0;
    expect((await browser.call('DELETE', `/api/accounts/${account.id}?copies=keep`)).status).toBe(202);
    expect(world.bulk).toEqual([{ kind: 'remove-account', accountId: account.id, copies: 'keep' }]);
    expect((await browser.get(path)).json.status).toBe('stopped');
    expect((await browser.get('/api/calendars')).json).toHaveLength(1);
    const back = await browser.signIn('microsoft', 'ada');
    expect(back.status).toBe(409);
    const stranger = newBrowser(world);
    await stranger.signIn('microsoft', 'bob');
    expect((await stranger.call('DELETE', `/api/accounts/${account.id}?copies=keep`)).status).toBe(404);
  });

  it('of oneself signs out and takes everything', async () => {
    const world = await consentWorld();
    const { browser } = await withPair(world);
    const { id } = (await browser.get('/api/me')).json;
    world.bulk.length = 0;
    expect((await browser.call('DELETE', '/api/me?copies=remove')).status).toBe(202);
    expect(world.bulk).toEqual([{ kind: 'remove-user', userId: id, copies: 'remove' }]);
    expect((await browser.get('/api/me')).status).toBe(401);
  });
});

describe('a request from elsewhere', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null', 'sec-fetch-site': '' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbouring subdomain', { 'sec-fetch-site': 'same-site' }],
  ])('changes nothing: %s', async (_name, headers) => {
    const world = await consentWorld();
    const { browser, path } = await withPair(world);
    for (const [method, address] of [
      ['POST', `${path}/pause`],
      ['DELETE', '/api/me?copies=remove'],
      ['DELETE', '/api/session'],
    ] as const) {
      expect((await browser.call(method, address, undefined, headers)).json.code).toBe('other-origin');
    }
    expect((await browser.get(path)).json.status).toBe('starting');
  });

  it('is not read when its body is not called JSON', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const body = { source: work, target: home, direction: 'one-way' };
    const answer = await browser.call('POST', '/api/pairs', body, { 'content-type': 'text/plain' });
    expect([answer.status, answer.json.code]).toEqual([415, 'not-json']);
  });

  it('needs a session for everything of a user', async () => {
    const nobody = newBrowser(await consentWorld());
    for (const address of ['/api/me', '/api/calendars', '/api/pairs', '/api/pairs/x', '/api/pairs/x/history']) {
      expect((await nobody.get(address)).json.code).toBe('signed-out');
    }
  });
});

describe('health', () => {
  it('says whether the stores answer, and not why', async () => {
    const world = await consentWorld();
    expect((await newBrowser(world).get('/health')).json).toEqual({ status: 'ok', stores: 'ok' });
    world.stores.ping = () => Promise.reject(new Error('login failed for sa, password hunter2'));
    const ill = await newBrowser(world).get('/health');
    expect(ill.status).toBe(503);
    expect(ill.text + world.logged.join()).not.toContain('hunter2');
  });
});

describe('what nobody foresaw', () => {
  it('is answered without its words', async () => {
    const world = await consentWorld();
    const { browser } = await connected(world);
    world.stores.pairs.ofUser = () => Promise.reject(new Error('secret inner words'));
    const answer = await browser.get('/api/pairs');
    expect([answer.status, answer.json.code]).toEqual([500, 'unexpected']);
    expect(answer.text + world.logged.join()).not.toContain('secret inner');
  });
});
