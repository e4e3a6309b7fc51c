import { describe, expect, it } from '@jest/globals';
import { connected, consentWorld, newBrowser } from './world.ts';

async function withPair() {
  const world = await consentWorld();
  const person = await connected(world);
  const wish = { source: person.work, target: person.home, direction: 'one-way' };
  const pair = (await person.browser.call('POST', '/api/pairs', wish)).json;
  return { world, ...person, pair };
}

describe('a removal', () => {
  it('tells where its progress and its outcome can be read', async () => {
    const { world, browser, pair } = await withPair();
    const asked = (await browser.call('DELETE', `/api/pairs/${pair.id}?copies=remove`)).json;
    const message = world.bulk.at(-1);
    expect(message).toMatchObject({ kind: 'remove-pair', pairId: pair.id, copies: 'remove' });
    const running = (await browser.get(asked.report)).json;
    expect(running).toMatchObject({ kind: 'pair', status: 'running', progress: { done: 0, total: 3 } });
    expect(running.copiesLeft).toBeUndefined();

    const id = asked.report.split('/').at(-1);
    expect(message).toMatchObject({ report: id });
    await world.stores.removals.checked(id, 0, world.time.now + 1000);
    await world.stores.removals.done(id, world.time.now + 2000, world.time.now + 9000);
    expect((await browser.get(asked.report)).json).toMatchObject({
      status: 'done',
      progress: { done: 3, total: 3 },
      copiesLeft: 0,
      checkedAt: '2026-11-23T12:00:01.000Z',
      doneAt: '2026-11-23T12:00:02.000Z',
    });
    expect((await browser.get('/api/removals')).json).toHaveLength(1);
  });

  it('claims no proof where a target could not be read, where nobody looked, and where the copies stay', async () => {
    const { world, browser, pair } = await withPair();
    const asked = (await browser.call('DELETE', `/api/pairs/${pair.id}?copies=remove`)).json;
    const id = asked.report.split('/').at(-1);
    await world.stores.removals.done(id, world.time.now, world.time.now + 9000);
    expect((await browser.get(asked.report)).json.copiesLeft).toBeUndefined();
    await world.stores.removals.checked(id, 0, world.time.now);
    await world.stores.removals.unreached(id);
    const unreached = (await browser.get(asked.report)).json;
    expect([unreached.copiesLeft, unreached.unreached]).toEqual([undefined, true]);
    const [account] = (await browser.get('/api/me')).json.accounts;
    const kept = (await browser.call('DELETE', `/api/accounts/${account.id}?copies=keep`)).json;
    expect((await browser.get(kept.report)).json).toMatchObject({ copies: 'keep', progress: { done: 0, total: 0 } });
  });

  it('asked for twice is one removal', async () => {
    const { browser, pair } = await withPair();
    const once = (await browser.call('DELETE', `/api/pairs/${pair.id}?copies=remove`)).json;
    const twice = (await browser.call('DELETE', `/api/pairs/${pair.id}?copies=keep`)).json;
    expect(twice.report).toBe(once.report);
    expect((await browser.get(twice.report)).json.copies).toBe('remove');
  });

  it('is nobody else’s business', async () => {
    const { world, browser, pair } = await withPair();
    const asked = (await browser.call('DELETE', `/api/pairs/${pair.id}?copies=remove`)).json;
    expect((await newBrowser(world).get(asked.report)).status).toBe(404);
    const stranger = newBrowser(world);
    await stranger.signIn('microsoft', 'bob');
    expect((await stranger.get(asked.report)).status).toBe(404);
    expect((await stranger.get('/api/removals')).json).toEqual([]);
  });

  it('of oneself signs out at once, and leaves this browser the report and nothing else', async () => {
    const { world, browser } = await withPair();
    const asked = (await browser.call('DELETE', '/api/me?copies=remove')).json;
    expect((await browser.get('/api/me')).status).toBe(401);
    expect((await browser.get(asked.report)).json).toMatchObject({ kind: 'user', status: 'running' });
    const id = asked.report.split('/').at(-1);
    await world.stores.removals.checked(id, 0, world.time.now);
    await world.stores.removals.done(id, world.time.now, world.time.now + 86_400_000);
    expect((await browser.get(asked.report)).json).toMatchObject({ status: 'done', copiesLeft: 0 });
    expect((await newBrowser(world).get(asked.report)).status).toBe(404);
    const forger = newBrowser(world);
    forger.jar.set('hetk-leaving', browser.jar.get('hetk') ?? id);
    expect((await forger.get(asked.report)).status).toBe(404);
  });
});
