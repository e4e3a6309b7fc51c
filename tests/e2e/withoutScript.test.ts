import { expect } from '@jest/globals';
import { describeWith } from '../need.ts';
import { visitors } from './visitors.ts';

describeWith('chromium', 'chromium', 'the page without any script', () => {
  const visitor = visitors({ javaScriptEnabled: false });

  visitor(
    'leads from nothing to a pair and to the proof that nothing is left of it',
    async ({ microsoft, google, work, home, tomorrow, hetk, connectBoth }) => {
      await microsoft.addEvent(work, { title: 'Dentist', start: `${tomorrow}T09:00:00` });
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
    },
  );
});
