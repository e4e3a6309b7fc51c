/**
 * Wall-clock time as one number: the milliseconds since 1970-01-01T00:00 on a clock that knows no zone. All reckoning with it uses the UTC
 * methods of Date, which are plain arithmetic; the process's own zone never comes in.
 */
export type Wall = number;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The days since 1970-01-01 of a wall-clock time. */
export function dayOf(wall: Wall): number {
  return Math.floor(wall / DAY_MS);
}

export function midnightOf(wall: Wall): Wall {
  return dayOf(wall) * DAY_MS;
}

/** The day number of a date; months count from 1, and a day beyond the month runs on into the next. Years below 100 are meant as they are. */
export function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.floor(date.getTime() / DAY_MS);
}

export function yearOf(wall: Wall): number {
  return new Date(wall).getUTCFullYear();
}

/** `YYYY-MM-DD` */
export function dateText(wall: Wall): string {
  return new Date(wall).toISOString().slice(0, 10);
}

/** `YYYY-MM-DDTHH:mm:ss` */
export function wallText(wall: Wall): string {
  return new Date(wall).toISOString().slice(0, 19);
}

/** As iCalendar writes it, without a `Z`: `20261231T093000`, or `20261231` for a date. */
export function basicText(wall: Wall, dateOnly: boolean): string {
  const text = wallText(wall).replace(/[-:]/g, '');
  return dateOnly ? text.slice(0, 8) : text;
}

/**
 * Reads `YYYY-MM-DD` or `YYYY-MM-DDTHH:mm[:ss]`.
 * @returns undefined for what is no time on any clock
 */
export function wallFrom(text: string): Wall | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0'] =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):?(\d\d)?)?$/.exec(text) ?? [];
  if (!year || !month || !day) return undefined;
  const midnight = dayNumber(Number(year), Number(month), Number(day)) * DAY_MS;
  if (dateText(midnight) !== `${year}-${month}-${day}`) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  // A leap second counts as the second before it.
  return midnight + Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS + Math.min(Number(second), 59) * 1000;
}
