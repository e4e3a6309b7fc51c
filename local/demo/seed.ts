import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { broughtNear } from '../core/broughtNear.ts';
import { readSamples, type Sample } from '../samples/samples.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Real files that calendar programs wrote: an endless daily series, a monthly one with exceptions and attendees, states, all-day events. */
const realFiles = [
  'icaljs/daily_recur.ics',
  'icaljs/recur_instances.ics',
  'node-ical/daily-count-exdate-recurrence-id.ics',
  'node-ical/tentative-apple-calendar.ics',
  'node-ical/multi-event-basic.ics',
];

/** Calendar files to begin with, moved near today: the real ones where they are (`HETK_CORPUS`), else the project's own samples. */
export async function seeds(now: number): Promise<Sample[]> {
  const corpus = process.env.HETK_CORPUS ?? join(root, '..', 'shared', 'corpus');
  const found: Sample[] = [];
  for (const name of realFiles) {
    const text = await readFile(join(corpus, name), 'utf8').catch(() => undefined);
    if (text !== undefined) found.push({ name, ics: broughtNear(text, now) });
  }
  if (found.length >= 2) return found;
  return (await readSamples()).map(({ name, ics }) => ({ name, ics: broughtNear(ics, now) }));
}
