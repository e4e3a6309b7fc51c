import { describe, expect, it } from '@jest/globals';
import { connected, consentWorld, newBrowser } from './world.ts';

const record = '_hetk.work.example';
const demand = 'v=hetk1; policy=private';

async function demanding() {
  const world = await consentWorld();
  world.zone.set(record, [demand]);
  return { world, ...(await connected(world)) };
}

describe('a domain that demands privacy', () => {
  it('is shown at the account, and not at others', async () => {
    const { browser } = await demanding();
    const { accounts } = (await browser.get('/api/me')).json;
    expect(accounts.map(({ email, policy }: Record<string, unknown>) => [email, policy])).toEqual([
      ['ada@work.example', 'private'],
      ['ada@home.example', undefined],
    ]);
  });

  it('makes the routes out of its accounts private, whatever was wished, and no others', async () => {
    const { browser, work, home } = await demanding();
    const wish = {
      source: work,
      target: home,
      direction: 'two-way',
      sourceToTarget: { markPrivate: false },
      targetToSource: { markPrivate: false },
    };
    const pair = (await browser.call('POST', '/api/pairs', wish)).json;
    expect([pair.sourceToTarget.markPrivate, pair.targetToSource.markPrivate]).toEqual([true, false]);
  });

  it('holds for the way back of a pair, too', async () => {
    const { browser, work, home } = await demanding();
    const wish = { source: home, target: work, direction: 'two-way', sourceToTarget: {}, targetToSource: {} };
    const pair = (await browser.call('POST', '/api/pairs', wish)).json;
    expect([pair.sourceToTarget.markPrivate, pair.targetToSource.markPrivate]).toEqual([false, true]);
  });

  it('is not talked out of it by changing the options', async () => {
    const { browser, work, home } = await demanding();
    const pair = (await browser.call('POST', '/api/pairs', { source: work, target: home, direction: 'one-way' })).json;
    const patch = { sourceToTarget: { markPrivate: false, skipFree: true } };
    const changed = (await browser.call('PATCH', `/api/pairs/${pair.id}`, patch)).json;
    expect(changed.sourceToTarget).toMatchObject({ markPrivate: true, skipFree: true });
  });

  it('changes the routes that are there when it is noticed, and has their copies rewritten', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const pair = (await browser.call('POST', '/api/pairs', { source: work, target: home, direction: 'one-way' })).json;
    expect(pair.sourceToTarget.markPrivate).toBe(false);
    world.zone.set(record, [demand]);
    world.time.now += 3_600_000;
    world.bulk.length = 0;
    await newBrowser(world).signIn('microsoft', 'ada');
    expect((await browser.get(`/api/pairs/${pair.id}`)).json.sourceToTarget.markPrivate).toBe(true);
    expect(world.bulk).toContainEqual(expect.objectContaining({ kind: 'full', calendarId: work, verify: true }));
  });

  it('keeps its say while DNS fails', async () => {
    const { world, browser, work, home } = await demanding();
    world.zone.failing = true;
    world.time.now += 7 * 86_400_000;
    const pair = (await browser.call('POST', '/api/pairs', { source: work, target: home, direction: 'one-way' })).json;
    expect(pair.sourceToTarget.markPrivate).toBe(true);
  });

  it('is asked once for what happens within minutes, also when it cannot be heard', async () => {
    const world = await consentWorld();
    let asked = 0;
    const txt = world.needs.txt;
    Object.assign(world.needs, {
      txt: (name: string) => {
        if (name === record) asked += 1;
        return txt(name);
      },
    });
    const { browser } = await connected(world);
    await browser.signIn('microsoft', 'ada');
    expect(asked).toBe(1);
    world.time.now += 20 * 60_000;
    world.zone.failing = true;
    await browser.signIn('microsoft', 'ada');
    await browser.signIn('microsoft', 'ada');
    expect(asked).toBe(2);
  });
});

describe('the page for a domain’s administrator', () => {
  it.each([
    ['', '_hetk.yourdomain.example'],
    ['?domain=work.example', 'demands that all copies are private'],
    ['?domain=ann@Work.Example', '_hetk.work.example'],
    ['?domain=elsewhere.example', 'people decide for themselves'],
    ['?domain=typo.example', 'does not understand'],
    ['?domain=no+domain', 'This is no domain'],
  ])('%s says %s', async (query, words) => {
    const world = await consentWorld();
    world.zone.set(record, [demand]);
    world.zone.set('_hetk.typo.example', ['v=hetk1; policy=privat']);
    const page = await newBrowser(world).get(`/policy${query}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain(words);
    expect(page.text).toContain(demand);
  });

  it('says when DNS gave no answer, and shows what it is given as text only', async () => {
    const world = await consentWorld();
    world.zone.failing = true;
    expect((await newBrowser(world).get('/policy?domain=work.example')).text).toContain('gave no answer');
    world.zone.failing = false;
    world.zone.set(record, ['v=hetk1; policy=<script>alert(1)</script>']);
    expect((await newBrowser(world).get('/policy?domain=work.example')).text).not.toContain('<script>alert');
    expect((await newBrowser(world).get('/policy?domain=%3Cscript%3Ealert')).text).not.toContain('<script>alert');
  });
});
