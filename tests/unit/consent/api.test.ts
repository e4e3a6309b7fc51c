import { describe, expect, it } from '@jest/globals';
import { connected, consentWorld, newBrowser, remote, type World } from './world.ts';

const plainOptions = { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false };

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

  it('two-way has a route each way, each the other’s twin, and both calendars are read and watched', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const made = await browser.call('POST', '/api/pairs', {
      source: work,
      target: home,
      direction: 'two-way',
      sourceToTarget: { markPrivate: true },
      targetToSource: { showAs: 'busy' },
    });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      source: work,
      target: home,
      direction: 'two-way',
      sourceToTarget: { ...plainOptions, markPrivate: true },
      targetToSource: { ...plainOptions, showAs: 'busy' },
      status: 'starting',
    });
    const [there, back] = (await world.stores.pairs.find(made.json.id))?.routes ?? [];
    expect(there).toMatchObject({ sourceCalendarId: work, targetCalendarId: home, twinId: back?.id });
    expect(back).toMatchObject({ sourceCalendarId: home, targetCalendarId: work, twinId: there?.id });
    expect(world.bulk).toEqual([
      { kind: 'full', calendarId: work, at: world.time.now, verify: true },
      { kind: 'subscribe', calendarId: work, recreate: false },
      { kind: 'full', calendarId: home, at: world.time.now, verify: true },
      { kind: 'subscribe', calendarId: home, recreate: false },
    ]);
  });

  it('two-way without options for the way back copies plainly', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const wish = { source: work, target: home, direction: 'two-way', sourceToTarget: { skipFree: true } };
    const { targetToSource } = (await browser.call('POST', '/api/pairs', wish)).json;
    expect(targetToSource).toEqual(plainOptions);
  });

  it('two-way needs two calendars that can be read and written, and says what can be done', async () => {
    const world = await consentWorld();
    world.listing.google?.push({ ...remote('holidays', 'Holidays'), writable: false, reason: 'You may only read it.' });
    world.listing.google?.push({ ...remote('inbox', 'Inbox'), readable: false });
    const { browser, work, home } = await connected(world);
    const calendars: { id: string; name: string }[] = (await browser.get('/api/calendars')).json;
    const idOf = (name: string) => calendars.find((each) => each.name === name)?.id;
    const attempt = async (source: string | undefined, target: string | undefined) =>
      (await browser.call('POST', '/api/pairs', { source, target, direction: 'two-way' })).json;
    const action = 'Choose another calendar, or make a one-way pair.';
    expect(await attempt(idOf('Holidays'), work)).toMatchObject({
      status: 422,
      code: 'source-not-writable',
      title: 'The first calendar cannot be written, so nothing could come back to it. You may only read it.',
      action,
    });
    expect(await attempt(work, idOf('Inbox'))).toMatchObject({ status: 422, code: 'target-not-readable', action });
    expect(await attempt(idOf('Inbox'), work)).toMatchObject({ status: 422, code: 'source-not-readable' });
    expect(await attempt(work, idOf('Holidays'))).toMatchObject({ status: 422, code: 'target-not-writable' });
    expect(world.bulk).toEqual([]);
    expect((await attempt(work, home)).direction).toBe('two-way');
  });

  it('says which pair is in the way, also when only the way back is taken', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const attempt = async (source: string, target: string, direction: string) =>
      (await browser.call('POST', '/api/pairs', { source, target, direction })).json;
    const first = await attempt(work, home, 'one-way');
    expect(await attempt(home, work, 'two-way')).toMatchObject({
      status: 409,
      code: 'duplicate-pair',
      title: 'There is a one-way pair between these two calendars already.',
      action: 'Remove it together with its copies, then make the two-way pair.',
    });
    await world.stores.pairs.remove(first.id);
    const both = await attempt(work, home, 'two-way');
    const already = { code: 'duplicate-pair', title: 'These two calendars are a two-way pair already.' };
    expect(await attempt(home, work, 'one-way')).toMatchObject(already);
    expect(await attempt(home, work, 'two-way')).toMatchObject(already);
    await browser.call('DELETE', `/api/pairs/${both.id}?copies=remove`);
    expect(await attempt(work, home, 'two-way')).toMatchObject({
      code: 'duplicate-pair',
      title: 'A pair of these two calendars is just being removed.',
    });
    expect((await browser.get('/api/pairs')).json).toHaveLength(1);
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

  it('previews both directions of a two-way pair, each with its own options', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const asked: string[] = [];
    const preview = world.needs.preview;
    const needs = {
      ...world.needs,
      preview: (route: Parameters<typeof preview>[0]) => {
        asked.push(`${route.source.id} → ${route.target.id}`);
        return preview(route);
      },
    };
    const other = newBrowser({ ...world, needs });
    for (const [name, value] of browser.jar) other.jar.set(name, value);
    const wish = { source: work, target: home, direction: 'two-way', targetToSource: { skipFree: true } };
    const answer = await other.call('POST', '/api/pairs/preview', wish);
    expect(answer.json).toMatchObject({ sourceToTarget: { copies: 4 }, targetToSource: { copies: 3 } });
    expect(asked).toEqual([`${work} → ${home}`, `${home} → ${work}`]);
    expect((await browser.get('/api/pairs')).json).toEqual([]);
  });
});

describe('a two-way pair', () => {
  async function withTwoWay(world: World) {
    const person = await connected(world);
    const wish = { source: person.work, target: person.home, direction: 'two-way' };
    const pair = (await person.browser.call('POST', '/api/pairs', wish)).json;
    const [there, back] = (await world.stores.pairs.find(pair.id))?.routes ?? [];
    if (!there || !back) throw new Error('The pair has no two routes.');
    world.bulk.length = 0;
    return { ...person, there, back, pair, path: `/api/pairs/${pair.id}` };
  }
  const verification = (world: World, calendarId: string) => ({
    kind: 'full',
    calendarId,
    at: world.time.now,
    verify: true,
  });

  it('has the copies of one direction rewritten when its options change', async () => {
    const world = await consentWorld();
    const { browser, path, home, work } = await withTwoWay(world);
    const back = await browser.call('PATCH', path, { targetToSource: { markPrivate: true } });
    expect(back.json).toMatchObject({ sourceToTarget: plainOptions, targetToSource: { markPrivate: true } });
    expect(world.bulk).toEqual([verification(world, home)]);
    await browser.call('PATCH', path, { sourceToTarget: { skipFree: true }, targetToSource: { showAs: 'free' } });
    expect((await browser.get(path)).json).toMatchObject({
      sourceToTarget: { ...plainOptions, skipFree: true },
      targetToSource: { ...plainOptions, markPrivate: true, showAs: 'free' },
    });
    expect(world.bulk.slice(1)).toEqual([verification(world, work), verification(world, home)]);
  });

  it('is resumed and checked in both directions', async () => {
    const world = await consentWorld();
    const { browser, path, home, work } = await withTwoWay(world);
    expect((await browser.call('POST', `${path}/verify`)).status).toBe(202);
    expect(world.bulk).toEqual([verification(world, work), verification(world, home)]);
    await browser.call('POST', `${path}/pause`);
    world.bulk.length = 0;
    await browser.call('POST', `${path}/resume`);
    for (const calendarId of [work, home]) {
      expect(world.bulk).toContainEqual(verification(world, calendarId));
      expect(world.bulk).toContainEqual({ kind: 'subscribe', calendarId, recreate: false });
    }
  });

  it('says what the brake holds back in either direction, and lets through what its user has read', async () => {
    const world = await consentWorld();
    const { browser, path, there, back, home, work } = await withTwoWay(world);
    const problem = (message: string) => ({ code: 'mass-deletion', message, action: 'confirm-deletions' });
    const late = { code: 'target-throttled', message: 'Later.', action: 'none' };
    await world.stores.pairs.setState(there.id, 'stale', late);
    await world.stores.pairs.setState(back.id, 'braked', problem('30 of 40.'));
    expect((await browser.get(path)).json).toMatchObject({ status: 'paused', problem: problem('30 of 40.') });
    await browser.call('POST', `${path}/confirm-deletions`);
    expect(world.bulk).toEqual([verification(world, home)]);
    await world.stores.pairs.setState(there.id, 'braked', problem('50 of 60.'));
    const { message } = (await browser.get(path)).json.problem;
    expect(message).toBe('50 of 60. In the other direction: 30 of 40.');
    await browser.call('POST', `${path}/confirm-deletions`);
    expect(world.bulk.slice(1)).toEqual([verification(world, work), verification(world, home)]);
    for (const { id } of [there, back]) {
      expect((await world.stores.pairs.route(id))?.deletionsConfirmedUntil).toBe(world.time.now + 3_600_000);
    }
  });

  it('shows the progress, the copies and the history of both directions', async () => {
    const world = await consentWorld();
    const { browser, path, there, back } = await withTwoWay(world);
    await world.stores.pairs.setProgress(there.id, 7, 20);
    await world.stores.pairs.setProgress(back.id, 1, 5);
    await world.stores.pairs.setSynced(there.id, 5_000);
    const half = (await browser.get(path)).json;
    expect(half).toMatchObject({ progress: { done: 8, total: 25 }, counts: { copies: 6 } });
    expect(half.lastSyncedAt).toBeUndefined();
    await world.stores.pairs.setSynced(back.id, 3_000);
    expect((await browser.get(path)).json.lastSyncedAt).toBe('1970-01-01T00:00:03.000Z');
    world.history.push(
      { routeId: there.id, at: 1000, action: 'created', reason: 'new', originalId: 'o1', copyId: 'c1' },
      { routeId: back.id, at: 2000, action: 'updated', reason: 'original-changed', originalId: 'o2', copyId: 'c2' },
      { routeId: there.id, at: 3000, action: 'written-back', reason: 'copy-edited', originalId: 'o1', copyId: 'c1' },
    );
    expect((await browser.get(`${path}/history`)).json).toMatchObject([
      { direction: 'sourceToTarget', action: 'written-back', reason: 'copy-edited', originalId: 'o1', copyId: 'c1' },
      { direction: 'targetToSource', action: 'updated' },
      { direction: 'sourceToTarget', action: 'created' },
    ]);
  });

  it('is removed as one, with the copies of both directions or without', async () => {
    const world = await consentWorld();
    const { browser, path, pair, there, back } = await withTwoWay(world);
    expect((await browser.call('DELETE', `${path}?copies=remove`)).status).toBe(202);
    expect(world.bulk).toEqual([
      { kind: 'remove-pair', pairId: pair.id, copies: 'remove', report: expect.any(String) },
    ]);
    for (const { id } of [there, back]) expect((await world.stores.pairs.route(id))?.state).toBe('removing');
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
    expect(world.bulk).toEqual([
      { kind: 'remove-pair', pairId: pair.id, copies: 'remove', report: expect.any(String) },
    ]);
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
    expect(world.bulk).toEqual([
      { kind: 'remove-account', accountId: account.id, copies: 'keep', report: expect.any(String) },
    ]);
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
    expect(world.bulk).toEqual([{ kind: 'remove-user', userId: id, copies: 'remove', report: expect.any(String) }]);
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
