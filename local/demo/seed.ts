import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A calendar file to begin with, moved by whole weeks so that it lies in the window. */
export interface Seed {
  readonly name: string;
  readonly ics: string;
}

const WEEK_MS = 7 * 86_400_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Real files that calendar programs wrote: an endless daily series, a monthly one with exceptions and attendees, states, all-day events. */
const realFiles = [
  'icaljs/daily_recur.ics',
  'icaljs/recur_instances.ics',
  'node-ical/daily-count-exdate-recurrence-id.ics',
  'node-ical/tentative-apple-calendar.ics',
  'node-ical/multi-event-basic.ics',
];

/** The real files where they are (`HETK_CORPUS`), else the project's own sample. */
export async function seeds(now: number): Promise<Seed[]> {
  const corpus = process.env.HETK_CORPUS ?? join(root, '..', 'shared', 'corpus');
  const found: Seed[] = [];
  for (const name of realFiles) {
    const text = await readFile(join(corpus, name), 'utf8').catch(() => undefined);
    if (text !== undefined) found.push({ name, ics: broughtNear(text, now) });
  }
  if (found.length >= 2) return found;
  const own = ['team-week.ics', 'family.ics'];
  return Promise.all(
    own.map(async (name) => ({
      name,
      ics: broughtNear(await readFile(join(root, 'local/samples', name), 'utf8'), now),
    })),
  );
}

/** Moves the dates of all events by the same whole number of weeks, so that the first lies in the next one. */
function broughtNear(ics: string, now: number): string {
  const events = /BEGIN:VEVENT[\s\S]*?END:VEVENT/g;
  const dated = /^(?:DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)[^:\r\n]*:.*$|UNTIL=[0-9TZ]+/gm;
  const starts = [...ics.matchAll(/^DTSTART[^:\r\n]*:(\d{4})(\d\d)(\d\d)/gm)].map(([, y, m, d]) =>
    Date.UTC(Number(y), Number(m) - 1, Number(d)),
  );
  const inEvents = starts.filter((start) => start > Date.UTC(2000, 0, 1));
  const first = Math.min(...inEvents);
  if (!Number.isFinite(first)) return ics;
  const shift = Math.ceil((now - first) / WEEK_MS) * WEEK_MS;
  return ics.replace(events, (event) =>
    event.replace(dated, (line) => line.replace(/(\d{4})(\d\d)(\d\d)(?=T|\b)/g, (_, y, m, d) => moved(y, m, d, shift))),
  );
}

function moved(year: string, month: string, day: string, shift: number): string {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)) + shift);
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}
