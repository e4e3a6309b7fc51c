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

describeWith('chromium', 'chromium', 'the page, in a browser', () => {
  let world: RunningWorld;
  let browser: Browser;
  let microsoft: Simulated;
  let google: Simulated;
  beforeAll(async () => {
    [world, browser] = await Promise.all([runLocalWorld(), openChromium()]);
    microsoft = simulatedAt(world.microsoftUrl ?? '');
    google = simulatedAt(world.googleUrl ?? '');
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), world?.stop()]);
  });

  // Every test is somebody else, with calendars and a browser of their own.
  let count = 0;
  let today: string;
  let tomorrow: string;
  let email: { microsoft: string; google: string };
  let work: SimulatedCalendar;
  let home: SimulatedCalendar;
  let profile: Profile;
  let hetk: ReturnType<typeof hetkPage>;
  let expected: readonly string[];
  beforeEach(async () => {
    count += 1;
    const now = Date.now();
    [today, tomorrow] = [dateOf(now), dateOf(now + DAY_MS)];
    email = { microsoft: `cleo${count}@contoso.example`, google: `cleo${count}@gmail.example` };
    work = await microsoft.settle(email.microsoft, 'Work', 'Europe/Dublin');
    home = await google.settle(email.google, 'Home', 'Europe/Vienna');
    expected = [];
    profile = await newProfile(browser, world.appUrl);
    hetk = hetkPage(await profile.context.newPage(), world.appUrl);
    await hetk.open();
  });
  afterEach(async () => {
    await profile.context.close();
    expect(profile.complaints).toEqual(expected);
  });

  async function connectBoth(): Promise<void> {
    await hetk.toMicrosoft();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.hasAccount(email.microsoft);
    await hetk.toGoogle();
    await hetk.continueAtGoogle(email.google);
    await hetk.hasAccount(email.google);
  }
  const week = async (service: Simulated, calendar: SimulatedCalendar) =>
    openWeek(await profile.context.newPage(), service, calendar, today);

  it('leads from nothing to two calendars in step, and shows first what it would write', async () => {
    await microsoft.addEvent(work, { title: 'Dentist', location: 'Main Street', start: `${tomorrow}T09:00:00` });
    await microsoft.addEvent(work, { title: 'Lunch', start: `${tomorrow}T12:00:00`, showAs: 'free' });
    await connectBoth();

    await hetk.choose('Work', 'Home');
    await hetk.tick('Leave out free events');
    await hetk.preview();
    await hetk.says('copy would be written into');
    await hetk.says('1 is shown as free, and you leave those out');
    const example = hetk.page.getByRole('article');
    expect(await example.allInnerTexts()).toEqual([
      expect.stringMatching(/^Dentist\s+.*, 09:00–10:00\s+Main Street\s+busy$/),
    ]);
    expect([await google.titles(home), await google.writes(home), await microsoft.writes(work)]).toEqual([[], [], []]);

    await hetk.page.getByRole('link', { name: 'Change something' }).click();
    expect(await hetk.page.getByRole('checkbox', { name: 'Leave out free events' }).first().isChecked()).toBe(true);
    await hetk.page.getByRole('checkbox', { name: 'Leave out free events' }).first().uncheck();
    await hetk.preview();
    await hetk.start();
    await hetk.isNow('In step');
    expect(await hetk.copies()).toBe('2');
    await hetk.says('2 copies written');
    expect((await google.titles(home)).sort()).toEqual(['Dentist', 'Lunch']);
  });

  it('carries what is added, changed, moved and deleted in one open calendar into the other', async () => {
    await connectBoth();
    await hetk.makePair('Work', 'Home');
    await hetk.isNow('In step');
    const outlook = await week(microsoft, work);
    const there = await week(google, home);

    await outlook.add('Choir');
    await there.shows(/^Choir 10:00–11:00/);
    await outlook.edit('Choir', { Title: 'Choir, rehearsal', Location: 'Town hall' });
    await there.shows(/^Choir, rehearsal 10:00–11:00 Town hall/);
    await outlook.move('Choir, rehearsal', '18:30', '20:00');
    await there.shows(/^Choir, rehearsal 19:30–21:00/);
    expect(await there.all()).toHaveLength(1);
    await outlook.remove('Choir, rehearsal');
    await there.showsNoMore('Choir');
    expect([outlook.loads(), there.loads()]).toEqual([0, 0]);
    await hetk.openPair('Home');
    await hetk.says('deleted in the source');
    expect(await hetk.page.content()).not.toContain('Choir');
  });

  it('makes existing copies say no more than “Busy” when the option is ticked', async () => {
    await microsoft.addEvent(work, { title: 'Interview', location: 'Room 5', start: `${today}T14:00:00` });
    await connectBoth();
    await hetk.makePair('Work', 'Home');
    const there = await week(google, home);
    await there.shows(/^Interview 15:00–16:00 Room 5/);

    await hetk.isNow('In step');
    await hetk.tick('Only that I am busy');
    await hetk.saveOptions();
    await there.shows(/^Busy 15:00–16:00 copy ?private$/);
    await there.showsNoMore('Interview');
    expect(await there.all()).toHaveLength(1);
  });

  it('copies nothing while a pair is paused, and catches up when it goes on', async () => {
    const other = await google.addCalendar(email.google, 'Family', 'Europe/Vienna');
    await connectBoth();
    for (const target of ['Home', 'Family']) {
      await hetk.makePair('Work', target);
      await hetk.isNow('In step');
    }
    const outlook = await week(microsoft, work);
    const there = await week(google, home);
    const otherwhere = await week(google, other);

    await hetk.openPair('Home');
    await hetk.press('Pause');
    await hetk.isNow('Paused');
    await outlook.add('Parcel');
    // The pair that goes on shows that the change was worked on.
    await otherwhere.shows('Parcel');
    expect(await google.titles(home)).toEqual([]);
    await hetk.press('Resume');
    await there.shows('Parcel');
    await hetk.isNow('In step');
  });

  it('keeps two calendars in step both ways, each with options of its own', async () => {
    await microsoft.addEvent(work, { title: 'Interview', start: `${today}T14:00:00` });
    await google.addEvent(home, { title: 'Choir', start: `${today}T19:00:00` });
    await connectBoth();
    const wayBack = hetk.page.getByRole('group', { name: /on the way back/ });
    await hetk.choose('Work', 'Home', 'One-way');
    expect(await wayBack.isVisible()).toBe(false);
    await hetk.choose('Work', 'Home', 'Two-way');
    expect(await wayBack.isVisible()).toBe(true);
    await hetk.preview();
    const ways = hetk.page.getByRole('heading', { name: /copy would be written into/ });
    expect(await ways.allInnerTexts()).toEqual([expect.stringContaining('Home'), expect.stringContaining('Work')]);
    await hetk.start();
    await hetk.isNow('In step');
    await hetk.page.getByRole('heading', { name: /Work.*in step with.*Home/ }).waitFor();

    const outlook = await week(microsoft, work);
    const there = await week(google, home);
    await there.shows(/^Interview 15:00–16:00/);
    await outlook.shows(/^Choir 18:00–19:00/);
    await outlook.add('Stand-up');
    await there.shows(/^Stand-up 10:00–11:00/);
    await there.add('Dentist');
    await outlook.shows(/^Dentist 08:00–09:00/);
    await hetk.page.bringToFront();
    await hetk.tick('Only that I am busy', /tell in\s+Work/);
    await hetk.saveOptions();
    await outlook.shows(/^Busy 18:00–19:00 copy ?private$/);
    await there.shows(/^Interview 15:00–16:00/);
    expect((await google.titles(home)).sort()).toEqual(['Choir', 'Dentist', 'Interview', 'Stand-up']);
    expect((await microsoft.titles(work)).sort()).toEqual(['Busy', 'Busy', 'Interview', 'Stand-up']);
  });

  it('takes what is done to a copy back to its original, but never into a meeting', async () => {
    await connectBoth();
    await hetk.makePair('Work', 'Home', 'Two-way');
    await hetk.isNow('In step');
    const outlook = await week(microsoft, work);
    const there = await week(google, home);

    await outlook.add('Choir');
    await there.shows(/^Choir 10:00–11:00/);
    await there.edit('Choir', { Title: 'Choir, rehearsal', Location: 'Town hall' });
    await outlook.shows(/^Choir, rehearsal 09:00–10:00 Town hall/);
    await there.move('Choir, rehearsal', '18:30', '20:00');
    await outlook.shows(/^Choir, rehearsal 18:30–20:00/);
    await there.remove('Choir, rehearsal');
    await outlook.showsNoMore('Choir');

    const attendees = [{ email: 'kim@example.com', response: 'accepted' as const }];
    await microsoft.addEvent(work, { title: 'Planning', start: `${today}T14:00:00`, attendees });
    await there.shows(/^Planning 15:00–16:00/);
    await there.edit('Planning', { Title: 'Party' });
    // What is added afterwards shows that the edit was worked on.
    await there.add('Dentist');
    await outlook.shows('Dentist');
    await there.showsNoMore('Party');
    await there.shows(/^Planning 15:00–16:00/);
    expect((await microsoft.titles(work)).sort()).toEqual(['Dentist', 'Planning']);
  });

  it('takes every copy away with the pair, and nothing else, and proves it', async () => {
    await microsoft.addEvent(work, { title: 'Workshop', start: `${today}T10:00:00` });
    const recurrence = 'FREQ=DAILY;COUNT=5';
    await microsoft.addEvent(work, { title: 'Stand-up', start: `${today}T08:00:00`, recurrence });
    await google.addEvent(home, { title: 'Guests', start: `${today}T19:00:00` });
    await connectBoth();
    await hetk.makePair('Work', 'Home');
    await hetk.isNow('In step');
    expect(await google.titles(home)).toHaveLength(7);

    await hetk.remove(/^Delete every copy/);
    await hetk.says(/^0 copies left, checked at/);
    expect(await google.titles(home)).toEqual(['Guests']);
    expect((await microsoft.titles(work)).sort()).toEqual(['Stand-up', 'Workshop']);
    await hetk.open();
    await hetk.says('No pairs yet.');
  });

  it('stops before it deletes most of the copies, says the numbers, and goes on when that is confirmed', async () => {
    const recurrence = 'FREQ=DAILY;COUNT=25';
    const series = await microsoft.addEvent(work, { title: 'Stand-up', start: `${today}T08:00:00`, recurrence });
    await microsoft.addEvent(work, { title: 'Workshop', start: `${today}T10:00:00` });
    await connectBoth();
    await hetk.makePair('Work', 'Home');
    await hetk.isNow('In step');
    await microsoft.removeEvent(work, series);
    await hetk.says('25 of 26 copies would be deleted, because their originals are gone. Nothing was deleted.');
    await hetk.isNow('Paused');
    expect(await google.titles(home)).toHaveLength(26);
    await hetk.press('Yes, delete these copies');
    await hetk.isNow('In step');
    await hetk.says('25 copies deleted');
    expect(await google.titles(home)).toEqual(['Workshop']);
  });

  it('asks to connect again when the grant was taken back, and catches up', async () => {
    await connectBoth();
    await hetk.makePair('Work', 'Home');
    await hetk.isNow('In step');
    const pair = hetk.page.url();
    const outlook = await week(microsoft, work);
    await google.revoke(email.google);
    await outlook.add('Choir');
    await hetk.isNow('Reconnect needed');
    await hetk.says(`The account ${email.google} needs to be connected again.`);
    await outlook.add('Parcel');
    await hetk.page.bringToFront();
    await hetk.page.getByRole('link', { name: 'Connect again' }).click();
    await hetk.continueAtGoogle(email.google);
    await hetk.hasAccount(email.google);
    await hetk.page.goto(pair);
    await hetk.isNow('In step');
    const there = await week(google, home);
    await there.shows('Choir');
    await there.shows('Parcel');
  });

  it('does all of it without any script', async () => {
    await profile.context.close();
    profile = await newProfile(browser, world.appUrl, { javaScriptEnabled: false });
    hetk = hetkPage(await profile.context.newPage(), world.appUrl);
    await microsoft.addEvent(work, { title: 'Dentist', start: `${tomorrow}T09:00:00` });
    await hetk.open();
    await connectBoth();
    await hetk.choose('Work', 'Home');
    await hetk.tick('Only that I am busy');
    await hetk.preview();
    await hetk.says(/, 09:00–10:00 UTC/);
    await hetk.start();
    await hetk.reloadUntil('In step');
    await hetk.says('1 copy written');
    await hetk.says('Times are in UTC.');
    await hetk.press('Pause');
    await hetk.says('Paused. Nothing is copied');
    await hetk.press('Resume');
    await hetk.says('It goes on');
    await hetk.press('Check every copy');
    await hetk.says('Every copy is being compared');
    await hetk.saveOptions();
    await hetk.remove(/^Delete every copy/);
    await hetk.reloadUntil(/^0 copies left, checked at/);
    expect(await google.titles(home)).toEqual([]);
    await hetk.press('Sign out');
    await hetk.says('You are signed out of this browser.');
  });

  it('shows nobody the pair of somebody else', async () => {
    await connectBoth();
    await hetk.makePair('Work', 'Home');
    const pair = new URL(hetk.page.url()).pathname;
    const stranger = await newProfile(browser, world.appUrl);
    const theirs = hetkPage(await stranger.context.newPage(), world.appUrl);
    await theirs.open(pair);
    await theirs.says('You are not signed in.');
    await theirs.open();
    await theirs.toGoogle();
    await theirs.continueAtGoogle('ben@gmail.example');
    await theirs.hasAccount('ben@gmail.example');
    await theirs.open(pair);
    await theirs.says('There is no such thing here.');
    expect(await theirs.page.content()).not.toMatch(new RegExp(`Work|${email.microsoft}`));
    await stranger.context.close();
    expect(stranger.complaints).toEqual([expect.stringContaining('401'), expect.stringContaining('404')]);
  });

  it('tells an administrator what this installation asks for and where to approve it', async () => {
    await hetk.page.getByRole('link', { name: 'For administrators' }).click();
    await hetk.says('Calendars.ReadWrite');
    await hetk.says(`${world.appUrl}/connect/microsoft/approval`);
    await hetk.page.getByRole('link', { name: 'approve it for your organisation' }).click();
    await hetk.says('review for your organisation');
  });

  /** Chromium's word for a page that comes with status 403. */
  const forbidden = (path: string) =>
    `${path}: Failed to load resource: the server responded with a status of 403 (Forbidden)`;

  it('says what happened when somebody declines at Microsoft, and lets them try again', async () => {
    expected = [forbidden('/connect/microsoft/callback')];
    await hetk.toMicrosoft();
    await hetk.page.getByRole('button', { name: 'Decline' }).click();
    await hetk.says('You did not agree, so no Microsoft account was connected.');
    await hetk.page.getByRole('link', { name: 'Sign in with Microsoft again' }).click();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.hasAccount(email.microsoft);
  });

  it('explains that an administrator has to approve, and gives the address to send', async () => {
    expected = [forbidden('/connect/microsoft/callback')];
    await microsoft.misbehave('admin-consent-required');
    await hetk.toMicrosoft();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.says('Your organisation wants an administrator to approve Hetk once');
    const address = `${world.appUrl}/connect/microsoft/approval`;
    expect(await hetk.page.locator('code').textContent()).toBe(address);

    const administrator = await newProfile(browser, world.appUrl);
    const theirs = hetkPage(await administrator.context.newPage(), world.appUrl);
    await theirs.page.goto(address);
    await theirs.page.getByRole('link', { name: 'Go on to Microsoft and approve' }).click();
    await theirs.acceptAtMicrosoft('ada@contoso.example');
    await theirs.says('Thank you: Hetk is approved for your organisation.');
    await administrator.context.close();
    expect(administrator.complaints).toEqual([]);

    await hetk.page.getByRole('link', { name: 'It is approved: connect my account' }).click();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.hasAccount(email.microsoft);
  });

  it('takes an administrator who approves for themselves on to their own sign-in', async () => {
    expected = [forbidden('/connect/microsoft/callback')];
    await microsoft.misbehave('admin-consent-required');
    await hetk.toMicrosoft();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.page.getByRole('link', { name: 'I am an administrator: approve it now' }).click();
    await hetk.says('review for your organisation');
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.says('Pick an account');
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.hasAccount(email.microsoft);
  });

  it('names the permission that somebody unticked at Google', async () => {
    expected = [forbidden('/connect/google/callback')];
    await hetk.toGoogle();
    await hetk.page.getByRole('checkbox', { name: 'View and edit events' }).uncheck();
    await hetk.continueAtGoogle(email.google);
    await hetk.says('without the permission “View and edit events on all your calendars”. Nothing was connected.');
    await hetk.page.getByRole('link', { name: 'Sign in with Google again' }).click();
    await hetk.continueAtGoogle(email.google);
    await hetk.hasAccount(email.google);
  });

  it('knows nobody any more after signing out', async () => {
    await connectBoth();
    await hetk.page.getByRole('button', { name: 'Sign out' }).click();
    await hetk.says('You are signed out of this browser.');
    await hetk.open();
    await hetk.says('Your calendars, always in step');
    expect(await hetk.page.content()).not.toContain(email.microsoft);
  });
});
