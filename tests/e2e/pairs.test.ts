import { expect } from '@jest/globals';
import { describeWith } from '../need.ts';
import { visitors } from './visitors.ts';

describeWith('chromium', 'chromium', 'a pair, in a browser', () => {
  const visitor = visitors();

  visitor(
    'leads from nothing to two calendars in step, and shows first what it would write',
    async ({ microsoft, google, work, home, tomorrow, hetk, connectBoth }) => {
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
      expect([await google.titles(home), await google.writes(home), await microsoft.writes(work)]).toEqual([
        [],
        [],
        [],
      ]);

      await hetk.page.getByRole('link', { name: 'Change something' }).click();
      expect(await hetk.page.getByRole('checkbox', { name: 'Leave out free events' }).first().isChecked()).toBe(true);
      await hetk.page.getByRole('checkbox', { name: 'Leave out free events' }).first().uncheck();
      await hetk.preview();
      await hetk.start();
      await hetk.isNow('In step');
      expect(await hetk.copies()).toBe('2');
      await hetk.says('2 copies written');
      expect((await google.titles(home)).sort()).toEqual(['Dentist', 'Lunch']);
    },
  );

  visitor(
    'carries what is added, changed, moved and deleted in one open calendar into the other',
    async ({ microsoft, google, work, home, hetk, connectBoth, week }) => {
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
    },
  );

  visitor(
    'makes existing copies say no more than “Busy” when the option is ticked',
    async ({ microsoft, google, work, home, today, hetk, connectBoth, week }) => {
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
    },
  );

  visitor(
    'copies nothing while a pair is paused, and catches up when it goes on',
    async ({ microsoft, google, work, home, email, hetk, connectBoth, week }) => {
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
    },
  );

  visitor(
    'keeps two calendars in step both ways, each with options of its own',
    async ({ microsoft, google, work, home, today, hetk, connectBoth, week }) => {
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
    },
  );

  visitor(
    'takes what is done to a copy back to its original, but never into a meeting',
    async ({ microsoft, google, work, home, today, hetk, connectBoth, week }) => {
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
    },
  );
});
