import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { DAY_MS } from '../../shared/calendar/window.ts';
import { type RunningWorld, runLocalWorld } from '../localWorld.ts';
import { describeWith } from '../need.ts';
import { newProfile, openChromium, type Profile } from './browser.ts';
import { hetkPage } from './hetkPage.ts';
import { type Simulated, type SimulatedCalendar, simulatedAt } from './simulated.ts';
import { openWeek } from './weekView.ts';

const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);
const wrong = 'wron-gwro-ngwr-ongw';
const main = 'Correct horse 7!';
/** Chromium's word for a request that is answered with status 403. */
const refused = '/connect/icloud: Failed to load resource: the server responded with a status of 403 (Forbidden)';

describeWith('chromium', 'chromium', 'iCloud, in a browser', () => {
  let world: RunningWorld;
  let browser: Browser;
  let icloud: Simulated;
  let google: Simulated;
  beforeAll(async () => {
    [world, browser] = await Promise.all([runLocalWorld(), openChromium()]);
    icloud = simulatedAt(world.icloudUrl ?? '');
    google = simulatedAt(world.googleUrl ?? '');
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), world?.stop()]);
  });

  // Every test is somebody else, with calendars and a browser of their own.
  let count = 0;
  let today: string;
  let tomorrow: string;
  let appleId: string;
  let password: string;
  let family: SimulatedCalendar;
  let profile: Profile;
  let hetk: ReturnType<typeof hetkPage>;
  let expected: readonly unknown[];
  async function arrive(javaScriptEnabled = true): Promise<void> {
    await profile?.context.close();
    profile = await newProfile(browser, world.appUrl, { javaScriptEnabled });
    hetk = hetkPage(await profile.context.newPage(), world.appUrl);
    await hetk.open();
  }
  beforeEach(async () => {
    count += 1;
    const now = Date.now();
    [today, tomorrow] = [dateOf(now), dateOf(now + DAY_MS)];
    appleId = `dora${count}@icloud.example`;
    family = await icloud.settle(appleId, 'Family', 'Europe/Dublin');
    password = await icloud.appPassword(appleId);
    expected = [];
    await arrive();
  });
  afterEach(() => {
    expect(profile.complaints).toEqual(expected);
  });
  afterAll(() => profile?.context.close());

  it('says what is wrong with a wrong password and with the main one, and connects with the right one', async () => {
    expected = [refused, refused];
    await hetk.toIcloud();
    await hetk.giveToIcloud(appleId, wrong);
    await hetk.says('Apple does not accept this Apple ID with this app-specific password.');
    await hetk.giveToIcloud(appleId, main);
    await hetk.says(/This does not look like an app-specific password.*two-factor authentication/);
    await hetk.giveToIcloud(appleId, password);
    await hetk.hasAccount(appleId);
    expect(await hetk.page.content()).not.toContain(password);
  });

  it('copies the events of an iCloud calendar, and what is added there when it is asked', async () => {
    const email = `dora${count}@gmail.example`;
    const home = await google.settle(email, 'Home', 'Europe/Vienna');
    await icloud.addEvent(family, { title: 'Dentist', start: `${tomorrow}T09:00:00` });
    const recurrence = 'FREQ=DAILY;COUNT=3';
    await icloud.addEvent(family, { title: 'Choir', start: `${today}T19:00:00`, recurrence });
    await hetk.toIcloud();
    await hetk.giveToIcloud(appleId, password);
    await hetk.hasAccount(appleId);
    await hetk.toGoogle();
    await hetk.continueAtGoogle(email);
    await hetk.hasAccount(email);
    await hetk.makePair('Family', 'Home');
    await hetk.isNow('In step');
    expect((await google.titles(home)).sort()).toEqual(['Choir', 'Choir', 'Choir', 'Dentist']);

    const phone = await openWeek(await profile.context.newPage(), icloud, family, today);
    const there = await openWeek(await profile.context.newPage(), google, home, today);
    await phone.add('Picnic');
    await hetk.open();
    await hetk.page.bringToFront();
    await hetk.account(appleId).getByRole('button', { name: 'Look for changes' }).click();
    await there.shows(/^Picnic 10:00–11:00/);
  });

  it('asks for a new password when Apple has taken back the old one', async () => {
    await hetk.toIcloud();
    await hetk.giveToIcloud(appleId, password);
    await hetk.hasAccount(appleId);
    await icloud.revoke(appleId);
    expected = [expect.stringMatching(/\/refresh: Failed to load resource: the server responded with a status of 409/)];
    await hetk.account(appleId).getByRole('button', { name: 'Look for changes' }).click();
    await hetk.says('This account needs to be connected again.');
    await hetk.open();
    await hetk.says('needs a new app-specific password');
    await hetk.giveToIcloud(appleId, await icloud.appPassword(appleId));
    await hetk.account(appleId).getByRole('button', { name: 'Look for changes' }).waitFor();
  });

  it('connects without any script', async () => {
    await arrive(false);
    expected = [refused];
    await hetk.toIcloud();
    await hetk.giveToIcloud(appleId, wrong);
    await hetk.says('Apple does not accept this Apple ID with this app-specific password.');
    expect(await hetk.page.getByLabel('Apple ID').inputValue()).toBe(appleId);
    expect(await hetk.page.getByLabel('App-specific password').inputValue()).toBe('');
    await hetk.giveToIcloud(appleId, password);
    await hetk.hasAccount(appleId);
    expect(hetk.page.url()).toBe(`${world.appUrl}/`);
  });
});
