import { type Expansion, expand } from '../../../../shared/providers/icloud/expand.ts';

/** A calendar of these lines, as a file has them. */
export function calendar(...lines: readonly string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

/** A VEVENT with these lines and the UID `event`. */
export function vevent(...lines: readonly string[]): string {
  return ['BEGIN:VEVENT', 'UID:event', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n');
}

export function between(text: string, from: string, to: string, calendarZone?: string): Expansion {
  return expand(text, { start: Date.parse(from), end: Date.parse(to) }, calendarZone);
}

/** Start and end of what is not cancelled: dates, or UTC to the minute. */
export function spans({ instances }: Expansion): string[] {
  const minute = (at: number) => new Date(at).toISOString().slice(0, 16);
  return instances
    .filter(({ isCancelled }) => !isCancelled)
    .map(({ span }) =>
      span.kind === 'all-day' ? `${span.start}/${span.end}` : `${minute(span.start)}/${minute(span.end)}`,
    );
}

export function starts(expansion: Expansion): string[] {
  return spans(expansion).map((span) => span.split('/')[0] ?? '');
}
