import type { Page } from 'playwright-core';
import type { SimulatedCalendar } from './simulated.ts';

/**
 * A simulated service's calendar, as its owner has it open.
 * @param date `YYYY-MM-DD`: the week that holds it is shown
 */
export async function openWeek(
  page: Page,
  service: { readonly url: string },
  calendar: Pick<SimulatedCalendar, 'id'>,
  date: string,
) {
  await page.goto(`${service.url}/?${new URLSearchParams({ calendar: calendar.id, week: date })}`);
  let loads = 0;
  page.on('load', () => {
    loads += 1;
  });
  const dialog = page.getByRole('dialog');
  /** An event by its words, or by a pattern of all that its box says. */
  const event = (says: string | RegExp) => page.locator('#week').getByRole('button', { name: says });

  async function open(says: string): Promise<void> {
    await page.bringToFront();
    await event(says).click();
  }
  /** In front, because Chromium lets the pages behind take their time. */
  async function watch(says: string | RegExp, state: 'visible' | 'detached'): Promise<void> {
    await page.bringToFront();
    await event(says).waitFor({ state });
  }

  async function fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label, { exact: true }).fill(value);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  return {
    /** How often the page was loaded anew since it was opened. */
    loads: () => loads,
    shows: (says: string | RegExp) => watch(says, 'visible'),
    showsNoMore: (says: string | RegExp) => watch(says, 'detached'),
    /** Everything on the calendar, as its boxes say it. */
    all: () => page.locator('#week .event').allTextContents(),
    /** Adds an event at nine on Wednesday. */
    async add(title: string): Promise<void> {
      await page.bringToFront();
      await page.getByRole('button', { name: /^Add an event on Wednesday/ }).click();
      await fill({ Title: title });
    },
    async edit(says: string, fields: Readonly<Record<string, string>>): Promise<void> {
      await open(says);
      await fill(fields);
    },
    async move(says: string, from: string, to: string): Promise<void> {
      await open(says);
      const day = (await dialog.getByLabel('From').inputValue()).slice(0, 10);
      await fill({ From: `${day}T${from}`, To: `${day}T${to}` });
    },
    async remove(says: string): Promise<void> {
      await open(says);
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await dialog.waitFor({ state: 'hidden' });
    },
  };
}
