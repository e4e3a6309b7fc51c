import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { DAY_MS } from '../../shared/calendar/window.ts';
import { type RunningWorld, runLocalWorld } from '../localWorld.ts';
import { newProfile, openChromium, type Profile } from './browser.ts';
import { hetkPage } from './hetkPage.ts';
import { type Simulated, type SimulatedCalendar, simulatedAt } from './simulated.ts';
import { openWeek } from './weekView.ts';

/** Somebody who was never here before, with an empty calendar at Microsoft and at Google, on the first page. */
interface Visit {
  readonly world: RunningWorld;
  readonly browser: Browser;
  readonly microsoft: Simulated;
  readonly google: Simulated;
  readonly work: SimulatedCalendar;
  readonly home: SimulatedCalendar;
  readonly email: { readonly microsoft: string; readonly google: string };
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly tomorrow: string;
  readonly profile: Profile;
  readonly hetk: ReturnType<typeof hetkPage>;
  /** What the browser is to complain of by the end of the test. */
  expected: readonly string[];
  /** Signs in at both services. */
  connectBoth(): Promise<void>;
  /** Opens a calendar at its service. */
  week(service: Simulated, calendar: SimulatedCalendar): ReturnType<typeof openWeek>;
}

/** Chromium's word for a page that comes with status 403. */
export const forbidden = (path: string) =>
  `${path}: Failed to load resource: the server responded with a status of 403 (Forbidden)`;

const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);

/** For a describe block: starts the product and a browser for it. @returns a test, each with a visitor of its own */
export function visitors(ways: { readonly javaScriptEnabled?: boolean } = {}) {
  let world: RunningWorld;
  let browser: Browser;
  let visit: Visit;
  let count = 0;
  beforeAll(async () => {
    [world, browser] = await Promise.all([runLocalWorld(), openChromium()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), world?.stop()]);
  });
  beforeEach(async () => {
    count += 1;
    visit = await arrive(world, browser, count, ways);
  });
  afterEach(async () => {
    await visit.profile.context.close();
    expect(visit.profile.complaints).toEqual(visit.expected);
  });
  return (title: string, test: (visit: Visit) => Promise<void>) => it(title, () => test(visit));
}

async function arrive(
  world: RunningWorld,
  browser: Browser,
  count: number,
  ways: Parameters<typeof newProfile>[2],
): Promise<Visit> {
  const [microsoft, google] = [simulatedAt(world.microsoftUrl ?? ''), simulatedAt(world.googleUrl ?? '')];
  const email = { microsoft: `cleo${count}@contoso.example`, google: `cleo${count}@gmail.example` };
  const work = await microsoft.settle(email.microsoft, 'Work', 'Europe/Dublin');
  const home = await google.settle(email.google, 'Home', 'Europe/Vienna');
  const profile = await newProfile(browser, world.appUrl, ways);
  const hetk = hetkPage(await profile.context.newPage(), world.appUrl);
  await hetk.open();
  const now = Date.now();
  const [today, tomorrow] = [dateOf(now), dateOf(now + DAY_MS)];
  return {
    ...{ world, browser, microsoft, google, work, home, email, today, tomorrow, profile, hetk },
    expected: [],
    async connectBoth() {
      await hetk.toMicrosoft();
      await hetk.acceptAtMicrosoft(email.microsoft);
      await hetk.hasAccount(email.microsoft);
      await hetk.toGoogle();
      await hetk.continueAtGoogle(email.google);
      await hetk.hasAccount(email.google);
    },
    week: async (service, calendar) => openWeek(await profile.context.newPage(), service, calendar, today),
  };
}
