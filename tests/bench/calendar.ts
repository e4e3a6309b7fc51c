import { basicOf, type CalDavServer } from '../contract/icloud/servers.ts';

/** What the calendars of the bench hold, seen past the relay. */

const HOUR_MS = 3_600_000;

/** An hour each, every eight hours from tomorrow on, so that a thousand lie within a year. */
function event(index: number, tomorrow: number): string[] {
  const start = tomorrow + index * 8 * HOUR_MS;
  return [
    'BEGIN:VEVENT',
    `UID:bench-${index}@example.com`,
    `DTSTAMP:${stamp(tomorrow)}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(start + HOUR_MS)}`,
    `SUMMARY:Event ${index}`,
    'END:VEVENT',
  ];
}

function calendarOf(...events: readonly string[][]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//Bench//EN', ...events.flat(), 'END:VCALENDAR', ''].join(
    '\r\n',
  );
}

/** Resources as single events, by position. */
export function resources(count: number): string[] {
  const tomorrow = Math.ceil(Date.now() / 86_400_000) * 86_400_000;
  return Array.from({ length: count }, (_, index) => calendarOf(event(index, tomorrow)));
}

/** Radicale takes a whole calendar in one PUT. */
export async function fill(server: CalDavServer, count: number): Promise<void> {
  const tomorrow = Math.ceil(Date.now() / 86_400_000) * 86_400_000;
  const events = Array.from({ length: count }, (_, index) => event(index, tomorrow));
  await ask(server, 'PUT', server.calendarPath, calendarOf(...events));
}

/** Another client gives the first event another title. */
export async function retitled(server: CalDavServer, title: string): Promise<void> {
  const path = (await hrefs(server)).find((href) => href.includes('bench-0@') || href.includes('bench-0%40'));
  if (!path) throw new Error('The first event is not there.');
  const text = await ask(server, 'GET', path);
  await ask(server, 'PUT', path, text.replace(/SUMMARY:.*/, `SUMMARY:${title}`));
}

/** Each title once is right. */
export async function duplicatesIn(
  server: CalDavServer,
  expected: number,
): Promise<{ duplicates: number; missing: number }> {
  const all = await ask(server, 'GET', server.calendarPath);
  const titles = [...all.matchAll(/SUMMARY:(.*)/g)].map(([, title]) => title);
  const different = new Set(titles).size;
  return { duplicates: titles.length - different, missing: expected - different };
}

async function hrefs(server: CalDavServer): Promise<string[]> {
  const body = '<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>';
  const listed = await ask(server, 'PROPFIND', server.calendarPath, body, { depth: '1' });
  return [...listed.matchAll(/<(?:\w+:)?href>([^<]*)</g)].map(([, href = '']) => href);
}

export async function ask(
  server: CalDavServer,
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await fetch(server.root + path, {
    method,
    headers: { authorization: basicOf(server), 'content-type': 'text/calendar; charset=utf-8', ...headers },
    ...(body !== undefined && { body }),
  });
  if (!answer.ok) throw new Error(`${method} of ${path} answered ${answer.status}.`);
  return answer.text();
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}
