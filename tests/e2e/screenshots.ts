import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { simulatorAt } from '../../local/demo/simulator.ts';
import { anyPorts, startLocalWorld } from '../../local/world.ts';
import { newProfile, openChromium } from './browser.ts';
import { hetkPage } from './hetkPage.ts';
import { simulatedAt } from './simulated.ts';
import { openWeek } from './weekView.ts';

/**
 * `npx node tests/e2e/screenshots.ts` makes the README's picture anew: the sample week in the simulated Outlook, and beside it what Hetk made
 * of it in the simulated Google calendar.
 */

const picture = fileURLToPath(new URL('../../docs/hetk.png', import.meta.url));
const ada = { microsoft: 'ada@contoso.example', google: 'ada@gmail.example' };
const arrow = 56;
const width = 1200;

/** Working days and hours only, so that the words can be read. */
const narrow = `
  body { padding: 0; }
  header { display: none; }
  .grid { margin: 0; grid-template-columns: 2rem repeat(5, 1fr); grid-template-rows: auto 0 30rem; overflow: hidden; }
  .grid > :nth-child(n + 7), .add, .now { display: none; }
  .head { position: relative; z-index: 4; background: Canvas; }
  .allday { visibility: hidden; }
  .track { height: 78rem; transform: translateY(-24.5rem); }`;

async function weekAlone(page: Page): Promise<string> {
  await page.bringToFront();
  await page.setViewportSize({ width: (width - arrow) / 2, height: 600 });
  await page.addStyleTag({ content: narrow });
  const image = await page.locator('.grid').screenshot();
  return `data:image/png;base64,${image.toString('base64')}`;
}

function sideBySide(outlook: string, google: string): string {
  return `<!doctype html><style>
    body { margin: 0; font: 600 17px system-ui, sans-serif; color: #333; background: #fff;
      display: grid; grid-template-columns: 1fr ${arrow}px 1fr; }
    figure { margin: 0; } figcaption { height: 2.2rem; padding: .3rem .2rem; box-sizing: border-box; } img { display: block; }
    b { align-self: center; text-align: center; font-size: 2rem; color: #1f5fbf; }
    </style><figure><figcaption>Outlook (simulated)</figcaption><img src="${outlook}"></figure><b>→</b>
    <figure><figcaption>Google Calendar (simulated), kept in step by Hetk</figcaption><img src="${google}"></figure>`;
}

const world = await startLocalWorld({ ports: anyPorts, isolated: true, quiet: true, samples: true });
const browser = await openChromium();
try {
  const { appUrl, microsoftUrl = '', googleUrl = '' } = world;
  const microsoft = simulatorAt('microsoft', microsoftUrl);
  const work = await microsoft.primary(ada.microsoft);
  const google = simulatedAt(googleUrl);
  const copies = await google.addCalendar(ada.google, 'Copies', 'Europe/Dublin', '#0b8043');
  const { context } = await newProfile(browser, appUrl);

  const hetk = hetkPage(await context.newPage(), appUrl);
  await hetk.open();
  await hetk.toMicrosoft();
  await hetk.acceptAtMicrosoft(ada.microsoft);
  await hetk.toGoogle();
  await hetk.continueAtGoogle(ada.google);
  await hetk.start(work.name, copies.name);
  await hetk.pairIs(copies.name, 'in step');

  const today = new Date().toISOString().slice(0, 10);
  const [left, right] = [await context.newPage(), await context.newPage()];
  const outlook = await openWeek(left, { url: microsoftUrl }, work, today);
  const there = await openWeek(right, google, copies, today);
  await outlook.add('Plan the move');
  await there.shows('Plan the move');

  const both = await context.newPage();
  await both.setViewportSize({ width, height: 100 });
  await both.setContent(sideBySide(await weekAlone(left), await weekAlone(right)));
  await both.screenshot({ path: picture, fullPage: true });
  console.log(picture);
} finally {
  await browser.close();
  await world.stop();
}
