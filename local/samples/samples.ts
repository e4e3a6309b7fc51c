import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DAY_MS } from '../../shared/calendar/window.ts';
import { broughtNear } from '../core/broughtNear.ts';

export interface Sample {
  readonly name: string;
  /** The text of an iCalendar file. */
  readonly ics: string;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

/** The calendar files beside this one, with the dates that they were written with. */
export async function readSamples(): Promise<Sample[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ics')).sort();
  return Promise.all(names.map(async (name) => ({ name, ics: await readFile(`${folder}${name}`, 'utf8') })));
}

/** The samples moved into the week of `now` (epoch ms), which is the week that a calendar shows first. */
export async function samplesThisWeek(now: number): Promise<Sample[]> {
  const today = Math.floor(now / DAY_MS);
  // Day 0 of the epoch was a Thursday.
  const monday = (today - ((today + 3) % 7)) * DAY_MS;
  return (await readSamples()).map(({ name, ics }) => ({ name, ics: broughtNear(ics, monday) }));
}
