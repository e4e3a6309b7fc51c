const WEEK_MS = 7 * 86_400_000;

/**
 * Moves the dates of all events of an iCalendar text by the same whole number of weeks, so that the first event starts within the seven
 * days after `from` and every weekday stays what it was. Events before 2000 do not count as the first.
 * @param from epoch ms
 */
export function broughtNear(ics: string, from: number): string {
  const events = /BEGIN:VEVENT[\s\S]*?END:VEVENT/g;
  const dated = /^(?:DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)[^:\r\n]*:.*$|UNTIL=[0-9TZ]+/gm;
  const starts = [...ics.matchAll(/^DTSTART[^:\r\n]*:(\d{4})(\d\d)(\d\d)/gm)].map(([, y, m, d]) =>
    Date.UTC(Number(y), Number(m) - 1, Number(d)),
  );
  const inEvents = starts.filter((start) => start > Date.UTC(2000, 0, 1));
  const first = Math.min(...inEvents);
  if (!Number.isFinite(first)) return ics;
  const shift = Math.ceil((from - first) / WEEK_MS) * WEEK_MS;
  return ics.replace(events, (event) =>
    event.replace(dated, (line) => line.replace(/(\d{4})(\d\d)(\d\d)(?=T|\b)/g, (_, y, m, d) => moved(y, m, d, shift))),
  );
}

function moved(year: string, month: string, day: string, shift: number): string {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)) + shift);
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}
