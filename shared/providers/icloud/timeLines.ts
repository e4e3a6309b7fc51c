import type { Span } from '../../calendar/event.ts';
import { type ContentLine, plainLine } from './contentLines.ts';
import type { Moment } from './moment.ts';
import { basicText, DAY_MS, MINUTE_MS, wallFrom } from './wall.ts';
import { instantAt, namedZone, utc, wallAt, type Zone } from './zone.ts';

/** Times as they are written: the lines, and the zones that need a VTIMEZONE beside them. */
export interface WrittenTimes {
  readonly lines: readonly ContentLine[];
  readonly zone?: Zone;
}

/** The form that a file gives its times in, kept where one is changed. */
export interface TimeForm {
  readonly kind: 'utc' | 'zoned' | 'floating';
  readonly zone: Zone;
  /** As the file spells it, with its quotes. */
  readonly tzid?: string;
}

/** What replaces an event's times. Apple's server answers 404 to one without DTEND, and an end must lie after its start. */
export const timeProperties = ['DTSTART', 'DTEND', 'DURATION'];

/**
 * DTSTART and DTEND of a span.
 * @param form of the times that are replaced; without it the span's own zone is written
 */
export function timeLines(span: Span, form?: TimeForm): WrittenTimes {
  if (span.kind === 'all-day') {
    const start = wallFrom(span.start) ?? 0;
    const end = Math.max(wallFrom(span.end) ?? 0, start + DAY_MS);
    return { lines: [dateLine('DTSTART', start), dateLine('DTEND', end)] };
  }
  const start = Math.floor(span.start / 1000) * 1000;
  const end = Math.max(Math.floor(span.end / 1000) * 1000, start + MINUTE_MS);
  const chosen = form ?? formOf(namedZone(span.zone) ?? utc);
  // Of the hour that clocks show twice only the first can be said on them.
  const fits = [start, end].every((instant) => instantAt(wallAt(instant, chosen.zone), chosen.zone) === instant);
  const written = fits ? chosen : formOf(utc);
  return {
    lines: [timeLine('DTSTART', start, written), timeLine('DTEND', end, written)],
    ...(written.kind === 'zoned' && { zone: written.zone }),
  };
}

function formOf(zone: Zone): TimeForm {
  return zone === utc ? { kind: 'utc', zone } : { kind: 'zoned', zone, tzid: zone.name };
}

export function timeLine(property: string, instant: number, { kind, zone, tzid }: TimeForm): ContentLine {
  if (kind === 'utc') return plainLine(property, `${basicText(instant, false)}Z`);
  const text = basicText(wallAt(instant, zone), false);
  return plainLine(property, text, kind === 'zoned' ? `;TZID=${tzid ?? zone.name}` : '');
}

export function dateLine(property: string, wall: number): ContentLine {
  return plainLine(property, basicText(wall, true), ';VALUE=DATE');
}

/** The form of a line that was read; undefined for a date. */
export function formOfLine(line: ContentLine, moment: Moment): TimeForm | undefined {
  if (moment.isDate) return undefined;
  if (moment.isFloating) return { kind: 'floating', zone: moment.zone };
  if (moment.zone === utc && /Z\s*$/i.test(line.text)) return { kind: 'utc', zone: utc };
  const tzid = /;TZID=("[^"]*"|[^:;]*)/i.exec(line.text)?.[1];
  return tzid === undefined ? formOf(moment.zone) : { kind: 'zoned', zone: moment.zone, tzid };
}

/** `YYYYMMDDTHHMMSSZ` */
export function utcText(instant: number): string {
  return `${basicText(Math.floor(instant / 1000) * 1000, false)}Z`;
}
