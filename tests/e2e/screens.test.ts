import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DAY_MS } from '../../shared/calendar/window.ts';
import type { RoutePreview } from '../../shared/consent/needs.ts';
import { ProviderError } from '../../shared/providers/errors.ts';
import type { Route } from '../../shared/stores/stores.ts';
import { describeWith } from '../need.ts';
import { connected, consentWorld, newBrowser, type World } from '../unit/consent/world.ts';
import { barriers, unreachable } from './accessible.ts';
import { newProfile, openChromium, type Profile } from './browser.ts';

/** Every screen in every state, each put up directly, in a real browser. */

const appUrl = 'http://localhost:7071';

describeWith('chromium', 'chromium', 'the screens, in a browser', () => {
  let browser: Browser;
  let profile: Profile;
  let page: Page;
  let world: World;
  let person: Awaited<ReturnType<typeof connected>>;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    world = await consentWorld();
    person = await connected(world);
    profile = await newProfile(browser, appUrl);
    page = await profile.context.newPage();
    await as(person.browser);
  });
  afterEach(async () => {
    await profile.context.close();
    // Pages that say what is wrong come with the status of it, and Chromium notes that.
    expect(profile.complaints.filter((each) => !each.includes('Failed to load resource'))).toEqual([]);
  });

  /** The browser sees what the handlers answer to this person. */
  async function as(someone: ReturnType<typeof newBrowser>): Promise<void> {
    await page.unrouteAll();
    await page.route('**/*', async (route) => {
      const { pathname, search } = new URL(route.request().url());
      const { status, headers, text } = await someone.get(pathname + search);
      await route.fulfill({ status, headers: Object.fromEntries(headers), body: text });
    });
  }

  async function hasNoBarrier(path: string, words: RegExp): Promise<void> {
    await page.goto(appUrl + path);
    await page.getByText(words).first().waitFor();
    expect(await barriers(page)).toEqual([]);
  }

  async function makePair(direction = 'one-way'): Promise<{ path: string; id: string; route: Route }> {
    const wish = { source: person.work, target: person.home, direction };
    const { id } = (await person.browser.call('POST', '/api/pairs', wish)).json;
    const [route] = (await world.stores.pairs.find(id))?.routes ?? [];
    if (!route) throw new Error('The pair has no route.');
    return { path: `/pairs/${id}`, id, route };
  }
  const inStep = (route: Route) => world.stores.pairs.setState(route.id, 'active');
  const previewPath = (more = {}) =>
    `/new-pair/preview?${new URLSearchParams({ source: person.work, target: person.home, direction: 'one-way', ...more })}`;
  const previews = (preview: World['needs']['preview']) => {
    const other = newBrowser({ ...world, needs: { ...world.needs, preview } });
    for (const [name, value] of person.browser.jar) other.jar.set(name, value);
    return as(other);
  };

  it('the welcome has no barrier, also after signing out', async () => {
    await as(newBrowser(world));
    await hasNoBarrier('/', /always in step/);
    await hasNoBarrier('/?done=signed-out', /You are signed out of this browser/);
    await hasNoBarrier('/new-pair', /You are not signed in/);
  });

  it('the welcome of an installation without services has none', async () => {
    const { microsoftIdentity: _, googleIdentity: __, ...needs } = world.needs;
    await as(newBrowser({ ...world, needs }));
    await hasNoBarrier('/', /not set up with any calendar service/);
  });

  it('accounts and calendars have none: without a pair, with pairs, with an account to reconnect, with one on its way out', async () => {
    await hasNoBarrier('/', /No pairs yet/);
    const { route } = await makePair('two-way');
    await world.stores.pairs.setProgress(route.id, 3, 9);
    await hasNoBarrier('/', /3 of 9 events done/);
    const [first, second] = (await person.browser.get('/api/me')).json.accounts;
    await world.stores.accounts.setStatus(first.id, 'reconnect');
    await world.stores.accounts.setStatus(second.id, 'removing');
    await hasNoBarrier('/?done=refresh', /no longer lets Hetk in/);
  });

  it('an account without calendars has none', async () => {
    world.listing.microsoft = [];
    const alone = newBrowser(world);
    await alone.signIn('microsoft', 'bob');
    await as(alone);
    await hasNoBarrier('/', /No calendars could be read/);
    await hasNoBarrier('/new-pair', /Connect a second account first/);
  });

  it('the form for a new pair has none: fresh, and sent back with what is wrong', async () => {
    await hasNoBarrier('/new-pair', /Copy the events of/);
    await hasNoBarrier(previewPath({ target: person.work }), /are the same calendar/);
    await previews(async () => {
      throw new ProviderError('unavailable', 'It is down.');
    });
    await hasNoBarrier(previewPath(), /could not be read just now/);
  });

  it('the preview has none: full, private and two-way, empty', async () => {
    const span = { kind: 'timed', start: world.time.now, end: world.time.now + 3_600_000, zone: 'UTC' } as const;
    const full: RoutePreview = {
      originals: 12,
      copies: 9,
      skipped: { declined: 1, 'same-meeting': 2 },
      examples: [
        {
          title: 'A title without any blank that is longer than any phone is wide'.replaceAll(' ', ''),
          description: '<p>Hello</p>',
          location: 'Here',
          span,
          showAs: 'oof',
          sensitivity: 'normal',
        },
        {
          title: '',
          description: '',
          location: '',
          span: { kind: 'all-day', start: '2026-12-01', end: '2026-12-02' },
          showAs: 'free',
          sensitivity: 'private',
        },
      ],
    };
    await previews(async () => full);
    await hasNoBarrier(previewPath(), /copies would be written into/);
    await hasNoBarrier(previewPath({ direction: 'two-way', 'sourceToTarget.markPrivate': 'on' }), /says only “Busy”/);
    await previews(async () => ({ originals: 0, copies: 0, skipped: {}, examples: [] }));
    await hasNoBarrier(previewPath(), /nothing to copy now/);
  });

  it('a pair has none in its first sync, in step, and paused', async () => {
    const { id, path, route } = await makePair('two-way');
    await hasNoBarrier(`${path}?done=started`, /Its first copies are being written/);
    await world.stores.pairs.setProgress(route.id, 3, 9);
    await hasNoBarrier(path, /3 of 9 events done/);
    await inStep(route);
    const entry = { routeId: route.id, originalId: 'o', at: world.time.now } as const;
    world.history.push(
      { ...entry, action: 'created', reason: 'new' },
      { ...entry, action: 'refused', reason: 'A'.repeat(60) },
    );
    await hasNoBarrier(path, /1 copy written/);
    await world.stores.pairs.setPaused(id, true);
    await hasNoBarrier(path, /until this goes on/);
  });

  it('a pair has none with a problem, of whatever kind, and while it is removed', async () => {
    const { path, id, route } = await makePair();
    const problem = (code: string, action: string) => ({ code, action, message: `This is ${code}.` });
    await world.stores.pairs.setState(route.id, 'braked', problem('mass-deletion', 'confirm-deletions'));
    await hasNoBarrier(path, /Yes, delete these copies/);
    await world.stores.pairs.setState(route.id, 'stale', problem('target-throttled', 'none'));
    await hasNoBarrier(path, /This is target-throttled/);
    await world.stores.pairs.setState(route.id, 'stale', problem('target-gone', 'none'));
    await hasNoBarrier(path, /This is target-gone/);
    const [account] = (await person.browser.get('/api/me')).json.accounts;
    await world.stores.accounts.setStatus(account.id, 'reconnect');
    await world.stores.pairs.setState(route.id, 'active');
    await hasNoBarrier(path, /Connect again/);
    await world.stores.pairs.setRemoving(id);
    await world.stores.pairs.setProgress(route.id, 4, 6);
    await hasNoBarrier(path, /4 of 6 copies deleted/);
  });

  it('what administrators read has none, nor has a page that says what is wrong', async () => {
    await hasNoBarrier('/admins', /What it stores, where and for how long/);
    await hasNoBarrier('/pairs/nobodys', /There is no such thing here/);
    await hasNoBarrier('/connect/microsoft/callback?error=access_denied', /was not started in this browser/);
    await hasNoBarrier('/connect/microsoft/approval', /Approve Hetk/);
  });

  it('the form for iCloud has none: fresh, refused, and where an account needs a new password', async () => {
    const icloudIdentity = {
      checkPassword: async (name: string) => ({ subject: name, email: name, credential: '{"p":"secret"}' }),
    };
    const withIcloud = { ...world, needs: { ...world.needs, icloudIdentity } };
    const alone = newBrowser(withIcloud);
    await as(alone);
    await hasNoBarrier('/connect/icloud', /Apple has no sign-in page for programs like Hetk/);
    const { id } = (
      await alone.call('POST', '/connect/icloud', { appleId: 'dora@icloud.example', password: 'abcd-efgh-ijkl-mnop' })
    ).json.accounts[0];
    await world.stores.accounts.setStatus(id, 'reconnect');
    await hasNoBarrier('/', /needs a new app-specific password/);
    const refuses = {
      checkPassword: async () => {
        throw new ProviderError('revoked', 'No.', { code: 'wrong-password' });
      },
    };
    const refused = newBrowser({ ...world, needs: { ...world.needs, icloudIdentity: refuses } });
    const fields = { appleId: 'dora@icloud.example', password: 'wron-gwro-ngwr-ongw' };
    const answer = await refused.submit('/connect/icloud', fields);
    await page.unrouteAll();
    await page.route('**/*', (route) =>
      route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.text }),
    );
    await hasNoBarrier('/connect/icloud', /Apple does not accept this Apple ID/);
  });

  it('what a domain demands has none, wherever it is said', async () => {
    world.zone.set('_hetk.work.example', ['v=hetk1; policy=private']);
    world.time.now += DAY_MS;
    await hasNoBarrier('/policy', /The record to set/);
    await hasNoBarrier('/policy?domain=work.example', /demands that all copies are private/);
    await hasNoBarrier('/policy?domain=no%20domain', /This is no domain/);
    const { path } = await makePair();
    await hasNoBarrier('/', /demands that copies of these events say only “Busy”/);
    await hasNoBarrier('/new-pair', /the domain demands it/);
    await hasNoBarrier(path, /The domain of the source demands it/);
    await hasNoBarrier(previewPath({ source: person.home, target: person.work }), /copies would be written into/);
  });

  it('a removal has none: under way, proven, not proven, and where the copies stayed', async () => {
    async function removal(copies: string): Promise<{ path: string; id: string; pairId: string }> {
      const { id: pairId } = await makePair();
      const answer = await person.browser.submit(`/pairs/${pairId}/remove`, { copies });
      const path = answer.headers.get('location') ?? '';
      return { path, id: path.split('/').at(-1) ?? '', pairId };
    }
    const { removals, pairs } = world.stores;
    const end = async (id: string, pairId: string) => {
      await pairs.remove(pairId);
      await removals.done(id, world.time.now, world.time.now + 1);
    };
    const proven = await removal('remove');
    await hasNoBarrier(proven.path, /0 of 3 copies deleted/);
    await removals.checked(proven.id, 0, world.time.now);
    await end(proven.id, proven.pairId);
    await hasNoBarrier(proven.path, /0 copies left, checked at/);
    const lost = await removal('remove');
    await removals.unreached(lost.id);
    await end(lost.id, lost.pairId);
    await hasNoBarrier(lost.path, /Not proven/);
    const kept = await removal('keep');
    await hasNoBarrier(kept.path, /The copies stay where they are/);
    await end(kept.id, kept.pairId);
    await hasNoBarrier(kept.path, /The copies stayed where they are/);
    await hasNoBarrier('/', /Removal of a pair/);
  });

  it('everything can be come to by the keyboard alone', async () => {
    const { path } = await makePair('two-way');
    for (const where of [
      '/',
      '/new-pair',
      previewPath({ source: person.home, target: person.work }),
      path,
      '/admins',
    ]) {
      await page.goto(appUrl + where);
      expect(await unreachable(page)).toEqual([]);
    }
  });

  it('says times in the zone of the browser, and which that is', async () => {
    world.time.now = Date.UTC(2026, 6, 1, 23, 30);
    const { path, route } = await makePair();
    await world.stores.pairs.setSynced(route.id, Date.UTC(2026, 6, 1, 14, 5));
    await page.goto(appUrl + path);
    // Dublin keeps summer time in July.
    await page.getByText('Wed, 1 Jul 2026, 15:05', { exact: true }).waitFor();
    await page.getByText('Thu, 2 Jul 2026', { exact: true }).waitFor();
    await page.getByText('Times are in Europe/Dublin.').waitFor();
  });

  it('shows what changes by itself, and who stands on a button stays there', async () => {
    const { path, route } = await makePair();
    await page.goto(appUrl + path);
    await page.getByRole('button', { name: 'Pause' }).focus();
    await world.stores.pairs.setProgress(route.id, 5, 9);
    await page.locator('small', { hasText: '5 of 9 events done' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('pause');
    await inStep(route);
    await page.getByRole('region', { name: 'Where it stands' }).getByText('In step').waitFor();
  });

  it('asks only once what is asked for with two quick clicks', async () => {
    await page.goto(appUrl + previewPath());
    let sent = 0;
    await page.route('**/pairs', async (route) => {
      sent += 1;
      await route.fulfill({ status: 204 });
    });
    const start = page.getByRole('button', { name: 'Start', exact: true });
    await start.click();
    await page.getByText('Making the pair.').waitFor();
    await start.click();
    expect(sent).toBe(1);
  });
});
