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

  it('leads from nothing to two calendars in step, and shows first what it would do', async () => {
    await microsoft.addEvent(work, { title: 'Dentist', start: `${tomorrow}T09:00:00` });
    await microsoft.addEvent(work, { title: 'Lunch', start: `${tomorrow}T12:00:00` });
    await connectBoth();

    const sentence = await hetk.preview('Work', 'Home');
    expect(sentence).toMatch(/^2 of 2 events in the synced time would be copied\. .*Nothing was written\.$/);
    expect(sentence).toContain('Dentist');
    expect([await google.titles(home), await google.writes(home), await microsoft.writes(work)]).toEqual([[], [], []]);

    await hetk.start('Work', 'Home');
    await hetk.pairIs('Home', 'in step');
    expect(await hetk.pairText('Home')).toContain('2 copies');
    expect((await google.titles(home)).sort()).toEqual(['Dentist', 'Lunch']);
  });

  it('carries what is added, changed, moved and deleted in one open calendar into the other', async () => {
    await connectBoth();
    await hetk.start('Work', 'Home');
    await hetk.pairIs('Home', 'in step');
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
  });

  it('makes existing copies say no more than “Busy” when the option is ticked', async () => {
    await microsoft.addEvent(work, { title: 'Interview', location: 'Room 5', start: `${today}T14:00:00` });
    await connectBoth();
    await hetk.start('Work', 'Home');
    const there = await week(google, home);
    await there.shows(/^Interview 15:00–16:00 Room 5/);

    await hetk.pairIs('Home', 'in step');
    await hetk.setOption('Home', /^Only that I am busy/);
    await there.shows(/^Busy 15:00–16:00 copy ?private$/);
    await there.showsNoMore('Interview');
    expect(await there.all()).toHaveLength(1);
  });

  it('copies nothing while a pair is paused, and catches up when it goes on', async () => {
    const other = await google.addCalendar(email.google, 'Family', 'Europe/Vienna');
    await connectBoth();
    for (const target of ['Home', 'Family']) {
      await hetk.start('Work', target);
      await hetk.pairIs(target, 'in step');
    }
    const outlook = await week(microsoft, work);
    const there = await week(google, home);
    const otherwhere = await week(google, other);

    await hetk.press('Home', 'Pause');
    await hetk.pairIs('Home', 'paused');
    await outlook.add('Parcel');
    // The pair that goes on shows that the change was worked on.
    await otherwhere.shows('Parcel');
    expect(await google.titles(home)).toEqual([]);
    await hetk.press('Home', 'Resume');
    await there.shows('Parcel');
    await hetk.pairIs('Home', 'in step');
  });

  it('keeps two calendars in step both ways, each with options of its own', async () => {
    await microsoft.addEvent(work, { title: 'Interview', start: `${today}T14:00:00` });
    await google.addEvent(home, { title: 'Choir', start: `${today}T19:00:00` });
    await connectBoth();
    expect(await hetk.offersWayBack(/^One-way/)).toBe(false);
    expect(await hetk.offersWayBack(/^Two-way/)).toBe(true);
    const sentence = await hetk.preview('Work', 'Home');
    expect(sentence).toBe(
      '1 of 1 events in the synced time would be copied there. The next would be called: Interview. ' +
        '1 of 1 events in the synced time would be copied back. The next would be called: Choir. Nothing was written.',
    );
    await hetk.startTwoWay('Work', 'Home');
    await hetk.pairIs('Home', 'in step');
    expect(await hetk.pairText('Home')).toContain('↔');

    const outlook = await week(microsoft, work);
    const there = await week(google, home);
    await there.shows(/^Interview 15:00–16:00/);
    await outlook.shows(/^Choir 18:00–19:00/);
    await outlook.add('Stand-up');
    await there.shows(/^Stand-up 10:00–11:00/);
    await there.add('Dentist');
    await outlook.shows(/^Dentist 08:00–09:00/);
    await hetk.setOption('Home', /^Only that I am busy/, /in\s+Work/);
    await outlook.shows(/^Busy 18:00–19:00 copy ?private$/);
    await there.shows(/^Interview 15:00–16:00/);
    expect((await google.titles(home)).sort()).toEqual(['Choir', 'Dentist', 'Interview', 'Stand-up']);
    expect((await microsoft.titles(work)).sort()).toEqual(['Busy', 'Busy', 'Interview', 'Stand-up']);
  });

  it('takes what is done to a copy back to its original, but never into a meeting', async () => {
    await connectBoth();
    await hetk.startTwoWay('Work', 'Home');
    await hetk.pairIs('Home', 'in step');
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

    await hetk.remove('Home', /^delete every copy/);
    await hetk.hasNoPair();
    expect(await google.titles(home)).toEqual(['Dentist']);
    expect(await microsoft.titles(work)).toEqual(['Planning']);
  });

  it('takes every copy away with the pair, and nothing else', async () => {
    await microsoft.addEvent(work, { title: 'Workshop', start: `${today}T10:00:00` });
    await microsoft.addEvent(work, {
      title: 'Stand-up',
      start: `${today}T08:00:00`,
      recurrence: 'FREQ=DAILY;COUNT=5',
    });
    await google.addEvent(home, { title: 'Guests', start: `${today}T19:00:00` });
    await connectBoth();
    await hetk.start('Work', 'Home');
    await hetk.pairIs('Home', 'in step');
    expect(await google.titles(home)).toHaveLength(7);

    await hetk.remove('Home', /^delete every copy/);
    await hetk.hasNoPair();
    expect(await google.titles(home)).toEqual(['Guests']);
    expect((await microsoft.titles(work)).sort()).toEqual(['Stand-up', 'Workshop']);
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
    const address = `${world.appUrl}/connect/microsoft/admin`;
    expect(await hetk.page.locator('code').textContent()).toBe(address);

    const administrator = await newProfile(browser, world.appUrl);
    const theirs = hetkPage(await administrator.context.newPage(), world.appUrl);
    await theirs.page.goto(address);
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
    await hetk.says('Your calendars, always in step');
    await hetk.open();
    await hetk.says('Your calendars, always in step');
    expect(await hetk.page.content()).not.toContain(email.microsoft);
  });
});
