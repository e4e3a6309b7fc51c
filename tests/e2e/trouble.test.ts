import { expect } from '@jest/globals';
import { describeWith } from '../need.ts';
import { newProfile } from './browser.ts';
import { hetkPage } from './hetkPage.ts';
import { visitors } from './visitors.ts';

describeWith('chromium', 'chromium', 'a pair in trouble and at its end, in a browser', () => {
  const visitor = visitors();

  visitor(
    'takes every copy away with the pair, and nothing else, and proves it',
    async ({ microsoft, google, work, home, today, hetk, connectBoth }) => {
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
    },
  );

  visitor(
    'stops before it deletes most of the copies, says the numbers, and goes on when that is confirmed',
    async ({ microsoft, google, work, home, today, hetk, connectBoth }) => {
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
    },
  );

  visitor(
    'asks to connect again when the grant was taken back, and catches up',
    async ({ microsoft, google, work, home, email, hetk, connectBoth, week }) => {
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
    },
  );

  visitor('shows nobody the pair of somebody else', async ({ world, browser, email, hetk, connectBoth }) => {
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
});
