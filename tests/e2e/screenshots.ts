import { fileURLToPath } from 'node:url';
import { simulatorAt } from '../../local/demo/simulator.ts';
import { anyPorts, startLocalWorld } from '../../local/world.ts';
import { newProfile, openChromium } from './browser.ts';
import { hetkPage } from './hetkPage.ts';
import { takePicture } from './picture.ts';
import { simulatedAt } from './simulated.ts';
import { bothWeeks } from './weekPicture.ts';
import { openWeek } from './weekView.ts';

/**
 * `npm run pictures` makes the pictures of the README anew, in docs/: the five screens, light and dark, and the sample week in the simulated
 * Outlook beside what Hetk made of it in the simulated Google calendar.
 */

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const ada = { microsoft: 'ada@contoso.example', google: 'ada@gmail.example', icloud: 'ada@icloud.example' };

const world = await startLocalWorld({ ports: anyPorts, isolated: true, quiet: true, samples: true });
const browser = await openChromium();
try {
  const { appUrl, microsoftUrl = '', googleUrl = '', people } = world;
  const work = await simulatorAt('microsoft', microsoftUrl).primary(ada.microsoft);
  const google = simulatedAt(googleUrl);
  const family = await google.addCalendar(ada.google, 'Family', 'Europe/Dublin', '#0b8043');
  await google.addCalendar(ada.google, 'Choir', 'Europe/Dublin', '#c2410c');
  await google.addCalendar(ada.google, 'School holidays', 'Europe/Dublin', '#8e24aa', 'reader');
  const { context } = await newProfile(browser, appUrl, { deviceScaleFactor: 1.5 });

  const page = await context.newPage();
  await page.setViewportSize({ width: 1100, height: 800 });
  const hetk = hetkPage(page, appUrl);
  async function both(name: string, height: number): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await takePicture(browser, page, `${docs}${name}-${colorScheme}.webp`, height);
    }
  }

  await hetk.open();
  await both('welcome', 800);
  await hetk.open('/admins');
  await both('admins', 1000);

  await hetk.open();
  await hetk.toMicrosoft();
  await hetk.acceptAtMicrosoft(ada.microsoft);
  await hetk.hasAccount(ada.microsoft);
  await hetk.toGoogle();
  await hetk.continueAtGoogle(ada.google);
  await hetk.hasAccount(ada.google);
  await hetk.toIcloud();
  await hetk.giveToIcloud(ada.icloud, people.find(({ email }) => email === ada.icloud)?.password ?? '');
  await hetk.hasAccount(ada.icloud);

  await hetk.choose(work.name, family.name);
  await hetk.tick('Leave out free events');
  await hetk.preview();
  await both('preview', 920);
  await hetk.start();
  await hetk.isNow('In step');

  const today = new Date().toISOString().slice(0, 10);
  const [left, right] = [await context.newPage(), await context.newPage()];
  const outlook = await openWeek(left, { url: microsoftUrl }, work, today);
  const there = await openWeek(right, google, family, today);
  await outlook.add('Plan the move');
  await there.shows('Plan the move');
  const weeks = await bothWeeks(context, left, right);
  await weeks.screenshot({ path: `${docs}hetk.png`, fullPage: true, scale: 'css' });
  console.log(`${docs}hetk.png`);

  await outlook.edit('Plan the move', { Title: 'Plan the move, second try' });
  await there.shows('Plan the move, second try');
  await outlook.remove('Plan the move, second try');
  await there.showsNoMore('Plan the move');
  await hetk.openPair(family.name);
  await hetk.says('1 copy deleted');
  await both('pair', 1000);
  await hetk.makePair('Private', 'Choir', 'Two-way');
  await hetk.isNow('In step');
  await hetk.open();
  await both('calendars', 1060);
} finally {
  await browser.close();
  await world.stop();
}
