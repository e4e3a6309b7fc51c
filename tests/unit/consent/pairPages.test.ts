import { describe, expect, it } from '@jest/globals';
import type { ConsentNeeds, RoutePreview } from '../../../shared/consent/needs.ts';
import { ProviderError } from '../../../shared/providers/errors.ts';
import type { HistoryEntry } from '../../../shared/stores/stores.ts';
import { connected, consentWorld, newBrowser, type World } from './world.ts';

const chosen = (source: string, target: string, more: Record<string, string> = {}) => ({
  source,
  target,
  direction: 'one-way',
  ...more,
});
const asQuery = (fields: Record<string, string>) => `/new-pair/preview?${new URLSearchParams(fields)}`;

/** The same person in a world whose previews say this. */
function previewing(world: World, person: ReturnType<typeof newBrowser>, preview: ConsentNeeds['preview']) {
  const browser = newBrowser({ ...world, needs: { ...world.needs, preview } });
  for (const [name, value] of person.jar) browser.jar.set(name, value);
  return browser;
}

const none: RoutePreview = { originals: 0, copies: 0, skipped: {}, examples: [] };

describe('the form for a new pair', () => {
  it('shows every calendar by account, and what cannot be chosen with the reason', async () => {
    const { browser } = await connected(await consentWorld());
    const { text } = await browser.get('/new-pair');
    expect(text).toMatch(/aria-label="ada@work.example"/);
    expect(text).toMatch(
      /<input type="radio" name="target" value="[\w-]+" required disabled\s*>.{0,200}Boss <small>It belongs to someone else\./s,
    );
    expect(text).toMatch(/<input type="radio" name="target" value="[\w-]+" required\s*>.{0,200}Work/s);
  });

  it('offers both directions in plain words, and the options of the way back without any script', async () => {
    const { browser } = await connected(await consentWorld());
    const { text } = await browser.get('/new-pair');
    expect(text).toMatch(/name="direction" value="one-way" checked/);
    expect(text).toMatch(/name="direction" value="two-way" > <span>Two-way .*A meeting is never changed/s);
    expect(text).toMatch(/on the way back.*name="targetToSource.markPrivate"/s);
  });

  it('keeps what was chosen, and says what is wrong with it', async () => {
    const { browser, work, home } = await connected(await consentWorld());
    const same = await browser.get(
      asQuery(chosen(work, work, { 'sourceToTarget.skipFree': 'on', 'sourceToTarget.showAs': 'oof' })),
    );
    expect(same.status).toBe(422);
    expect(same.text).toContain('Source and target are the same calendar. Choose two different calendars.');
    expect(same.text).toMatch(new RegExp(`name="source" value="${work}" required\\s+checked`));
    expect(same.text).toMatch(/name="sourceToTarget.skipFree" checked/);
    expect(same.text).toMatch(/value="oof" selected/);
    const missing = await browser.get('/new-pair/preview?direction=two-way');
    expect([missing.status, missing.text.includes('The choice is not complete.')]).toEqual([422, true]);
    const forged = await browser.get(asQuery(chosen(work, 'someone-elses')));
    expect(forged.status).toBe(404);
    await browser.call('POST', '/api/pairs', chosen(work, home));
    const twice = await browser.get(asQuery(chosen(work, home)));
    expect([twice.status, twice.text.includes('There is a pair from this calendar to that one already.')]).toEqual([
      409,
      true,
    ]);
  });

  it('says that a calendar could not be read, and lets them try again', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const fails = previewing(world, browser, async () => {
      throw new ProviderError('unavailable', 'It is down.');
    });
    const answer = await fails.get(asQuery(chosen(work, home)));
    expect([answer.status, answer.text.includes('The calendars could not be read just now')]).toEqual([503, true]);
    expect(answer.text).toContain('Show what would be written');
  });
});

describe('what would be written', () => {
  it('says how many, what is left out and why, and how the next ones will look; and writes nothing', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const shows = previewing(world, browser, async () => ({
      originals: 1204,
      copies: 1200,
      skipped: { declined: 1, birthday: 3 },
      examples: [
        {
          title: 'Tea <3',
          description: '<p>With <b>cake</b></p>',
          location: 'Kitchen',
          span: { kind: 'timed', start: Date.UTC(2026, 10, 24, 15), end: Date.UTC(2026, 10, 24, 16), zone: 'UTC' },
          showAs: 'oof',
          sensitivity: 'normal',
        },
        {
          title: 'Busy',
          description: '',
          location: '',
          span: { kind: 'all-day', start: '2026-12-24', end: '2026-12-27' },
          showAs: 'busy',
          sensitivity: 'private',
        },
      ],
    }));
    const { text } = await shows.get(asQuery(chosen(work, home)));
    expect(text).toMatch(/class="big">1,200<.*copies would be written into/s);
    expect(text).toContain('1,204 events are in the source in that time.');
    expect(text).toContain('<li>1 you declined</li>');
    expect(text).toContain('<li>3 are birthdays that Google shows by themselves</li>');
    expect(text).toMatch(
      /Tea &#60;3.*data-until="2026-11-24T16:00:00.000Z" data-local[^>]*>Tue, 24 Nov 2026, 15:00–16:00 UTC.*Kitchen.*With cake.*out of office/s,
    );
    expect(text).toMatch(/Busy<.*Thu, 24.*Sat, 26 Dec 2026, all day.*private/s);
    expect(text).toMatch(/from <time[^>]*>Sun, 23 Aug 2026<\/time> to <time[^>]*>Wed, 24 Nov 2027<\/time>/);
    expect(world.bulk).toEqual([]);
    expect((await browser.get('/api/pairs')).json).toEqual([]);
  });

  it('has words for nothing to copy, and for nothing to come', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const text = async (shown: RoutePreview) =>
      (await previewing(world, browser, async () => shown).get(asQuery(chosen(work, home)))).text;
    expect(await text(none)).toContain('There is nothing to copy now.');
    expect(await text({ ...none, originals: 2, copies: 2 })).toContain('All of them lie in the past');
  });

  it('carries the whole choice on to Start, which makes the pair without any script', async () => {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const options = {
      'sourceToTarget.markPrivate': 'on',
      'sourceToTarget.showAs': 'keep',
      'targetToSource.skipFree': 'on',
      'targetToSource.showAs': 'busy',
    };
    const { text } = await browser.get(asQuery({ ...chosen(work, home, options), direction: 'two-way' }));
    const form = text.slice(text.indexOf('<form class="row" method="post" action="/pairs">'));
    const fields = Object.fromEntries(
      [...form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name ?? '',
        value ?? '',
      ]),
    );
    const started = await browser.submit('/pairs', fields);
    expect(started.status).toBe(303);
    const [pair] = (await browser.get('/api/pairs')).json;
    expect(started.headers.get('location')).toBe(`/pairs/${pair.id}?done=started`);
    expect(pair).toMatchObject({
      source: work,
      target: home,
      direction: 'two-way',
      sourceToTarget: { markPrivate: true, skipFree: false, showAs: 'keep' },
      targetToSource: { markPrivate: false, skipFree: true, showAs: 'busy' },
    });
  });
});

describe('the page of a pair', () => {
  async function withPair(direction = 'one-way') {
    const world = await consentWorld();
    const person = await connected(world);
    const wish = { source: person.work, target: person.home, direction };
    const pair = (await person.browser.call('POST', '/api/pairs', wish)).json;
    const [route, back] = (await world.stores.pairs.find(pair.id))?.routes ?? [];
    if (!route) throw new Error('The pair has no route.');
    world.bulk.length = 0;
    const page = async () => (await person.browser.get(`/pairs/${pair.id}`)).text;
    return { ...person, world, pair, route, back, page, path: `/pairs/${pair.id}` };
  }

  it('shows the first sync with its progress', async () => {
    const { world, route, page } = await withPair();
    expect(await page()).toMatch(/First sync.*You can close this page/s);
    await world.stores.pairs.setProgress(route.id, 7, 20);
    expect(await page()).toMatch(/<progress value="7" max="20" aria-label="First sync">.*7 of 20 events done/s);
  });

  it('shows what was written where and when and why, in words, the same of one minute in one line', async () => {
    const { world, route, back, page } = await withPair('two-way');
    const at = Date.UTC(2026, 10, 23, 12);
    const entry = (more: Partial<HistoryEntry>): HistoryEntry => ({
      routeId: route.id,
      at,
      action: 'created',
      reason: 'new',
      originalId: 'o',
      ...more,
    });
    expect(await page()).toContain('Nothing yet.');
    world.history.push(entry({}), entry({ at: at + 1 }), entry({ at: at + 2 }));
    world.history.push(entry({ at: at + 60_000, action: 'written-back', reason: 'copy-edited' }));
    world.history.push(
      entry({ at: at + 120_000, routeId: back?.id ?? '', action: 'refused', reason: 'ErrorCalendarTooBig' }),
    );
    const text = await page();
    const rows = [...text.matchAll(/<tr><td.*?<\/tr>/gs)].map(([row]) =>
      row
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    expect(rows).toEqual([
      'Mon, 23 Nov 2026, 12:02 UTC 1 event refused by the calendar Work ErrorCalendarTooBig',
      'Mon, 23 Nov 2026, 12:01 UTC 1 original changed as its copy was Work the copy was edited',
      'Mon, 23 Nov 2026, 12:00 UTC 3 copies written Private &#60;b&#62;life&#60;/b&#62; new in the source',
    ]);
  });

  it('stays light however much was written', async () => {
    const { world, route, page, browser, path } = await withPair();
    const at = Date.UTC(2026, 10, 23, 12);
    const entry = (index: number): HistoryEntry => ({
      routeId: route.id,
      at: at + index * 60_000,
      action: 'created',
      reason: 'new',
      originalId: `o${index}`,
    });
    world.history.push(...Array.from({ length: 900 }, (_, index) => entry(index)));
    expect(await page()).toContain('Older ones are left out here.');
    const script = (await browser.get('/page.js')).text;
    expect(Buffer.byteLength((await browser.get(path)).text + script)).toBeLessThan(50_000);
  });

  it('pauses, goes on, checks and rewrites by plain forms', async () => {
    const { browser, path, page, pair } = await withPair();
    const press = async (word: string, fields = {}) =>
      (await browser.submit(`${path}/${word}`, fields)).headers.get('location');
    expect(await press('pause')).toBe(`${path}?done=pause`);
    expect(await page()).toMatch(
      /badge paused.*Nothing is copied and nothing is deleted until this goes on.*action="[^"]*\/resume"/s,
    );
    expect((await browser.get(`${path}?done=pause`)).text).toContain('role="status" data-notice>Paused.');
    expect((await browser.get(`${path}?done=<b>`)).text).not.toContain('data-notice');
    expect(await press('resume')).toBe(`${path}?done=resume`);
    expect(await press('verify')).toBe(`${path}?done=verify`);
    expect(await press('options', { 'sourceToTarget.markPrivate': 'on', 'sourceToTarget.showAs': 'busy' })).toBe(
      `${path}?done=options`,
    );
    const { sourceToTarget } = (await browser.get(`/api/pairs/${pair.id}`)).json;
    expect(sourceToTarget).toEqual({ markPrivate: true, showAs: 'busy', skipFree: false, transformIdentity: false });
    await press('options', { 'sourceToTarget.showAs': 'busy' });
    expect((await browser.get(`/api/pairs/${pair.id}`)).json.sourceToTarget.markPrivate).toBe(false);
  });

  it('says what the brake holds back, with the one thing to do', async () => {
    const { world, browser, route, page, path } = await withPair();
    const nothing = await browser.submit(`${path}/confirm-deletions`, {});
    expect([nothing.status, nothing.text.includes('No deletions are waiting for you.')]).toEqual([409, true]);
    expect(nothing.text).toContain(`href="${path}"`);
    const message = '30 of 40 copies would be deleted, because their originals are gone. Nothing was deleted.';
    await world.stores.pairs.setState(route.id, 'braked', {
      code: 'mass-deletion',
      message,
      action: 'confirm-deletions',
    });
    expect(await page()).toMatch(/30 of 40 copies would be deleted.*Yes, delete these copies/s);
    const confirmed = await browser.submit(`${path}/confirm-deletions`, {});
    expect([confirmed.status, confirmed.headers.get('location')]).toEqual([303, `${path}?done=confirm-deletions`]);
    expect((await world.stores.pairs.route(route.id))?.deletionsConfirmedUntil).toBeGreaterThan(world.time.now);
  });

  it('leads to the account that needs reconnecting, and to the removal where nothing else helps', async () => {
    const { world, browser, route, page } = await withPair();
    const [account] = (await browser.get('/api/me')).json.accounts;
    await world.stores.accounts.setStatus(account.id, 'reconnect');
    expect(await page()).toMatch(
      new RegExp(`Reconnect needed.*href="/connect/microsoft\\?account=${account.id}"`, 's'),
    );
    await world.stores.accounts.setStatus(account.id, 'active');
    await world.stores.pairs.setState(route.id, 'stale', { code: 'target-gone', message: 'Gone.', action: 'none' });
    expect(await page()).toMatch(/Stopped.*Gone\..*href="#remove"/s);
  });

  it('names either direction by the calendar that gets the copies', async () => {
    const { page } = await withPair('two-way');
    const text = await page();
    expect(text).toMatch(
      /tell in .*Private.*name="sourceToTarget.markPrivate".*tell in .*Work.*name="targetToSource.markPrivate"/s,
    );
  });

  it('is nobody’s but its user’s', async () => {
    const { world, path } = await withPair();
    const other = newBrowser(world);
    await other.signIn('microsoft', 'bob');
    expect((await other.get(path)).status).toBe(404);
    for (const word of ['pause', 'resume', 'verify', 'confirm-deletions', 'options']) {
      expect((await other.submit(`${path}/${word}`, {})).status).toBe(404);
    }
    expect((await other.submit(`${path}/remove`, { copies: 'remove' })).status).toBe(404);
    expect((await newBrowser(world).submit(`${path}/pause`, {})).status).toBe(401);
  });

  it('takes no form from another site, and nothing that is no form', async () => {
    const { browser, path } = await withPair();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const foreign = await browser.call('POST', `${path}/pause`, '', {
      ...type,
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    });
    expect([foreign.status, foreign.text.includes('another site')]).toEqual([403, true]);
    expect((await browser.call('POST', `${path}/pause`, {})).status).toBe(415);
  });
});

describe('the page of a removal', () => {
  async function removing(copies: 'remove' | 'keep') {
    const world = await consentWorld();
    const { browser, work, home } = await connected(world);
    const pair = (await browser.call('POST', '/api/pairs', { source: work, target: home, direction: 'one-way' })).json;
    const path = (await browser.submit(`/pairs/${pair.id}/remove`, { copies })).headers.get('location') ?? '';
    const id = path.split('/').at(-1) ?? '';
    return { world, browser, pair, path, id, text: async () => (await browser.get(path)).text };
  }

  it('tells how far it is', async () => {
    const { browser, path, pair, text } = await removing('remove');
    expect(path).toMatch(/^\/removals\/[\w-]+$/);
    expect(await text()).toMatch(/Removal of a pair.*data-busy>Under way.*<progress value="0" max="3"/s);
    expect((await browser.get(`/pairs/${pair.id}`)).text).toContain('Being removed');
    expect((await browser.get('/')).text).toMatch(new RegExp(`href="${path}">Removal of a pair</a>.*under way`, 's'));
  });

  it('gives the proof at its end', async () => {
    const { world, browser, pair, id, text } = await removing('remove');
    await world.stores.pairs.remove(pair.id);
    await world.stores.removals.checked(id, 0, Date.UTC(2026, 10, 23, 12, 7));
    await world.stores.removals.done(id, world.time.now, world.time.now + 1);
    expect(await text()).toMatch(/0 copies left, checked at <time[^>]*>Mon, 23 Nov 2026, 12:07 UTC.*There were 3\./s);
    expect((await browser.get('/')).text).toContain('done, 0 copies left');
  });

  it('claims no proof where a calendar could not be reached, or the copies stayed', async () => {
    const { world, pair, id, text } = await removing('remove');
    await world.stores.pairs.remove(pair.id);
    await world.stores.removals.unreached(id);
    await world.stores.removals.done(id, world.time.now, world.time.now + 1);
    expect(await text()).toMatch(/Not proven.*could not be reached any more/s);
    expect(await text()).not.toContain('copies left');
    const kept = await removing('keep');
    await kept.world.stores.pairs.remove(kept.pair.id);
    await kept.world.stores.removals.done(kept.id, kept.world.time.now, kept.world.time.now + 1);
    expect(await kept.text()).toContain('The copies stayed where they are');
    expect(await kept.text()).not.toContain('copies left');
  });

  it('is nobody’s but its user’s', async () => {
    const { world, path } = await removing('remove');
    const other = newBrowser(world);
    await other.signIn('microsoft', 'bob');
    expect((await other.get(path)).status).toBe(404);
  });
});
