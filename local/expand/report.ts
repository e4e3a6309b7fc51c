import type { Span } from '../../shared/calendar/event.ts';
import { textOf } from '../../shared/providers/icloud/contentLines.ts';
import { expand, type Instance, type Problem } from '../../shared/providers/icloud/expand.ts';
import { DAY_MS, wallText } from '../../shared/providers/icloud/wall.ts';
import { wallAt } from '../../shared/providers/icloud/zone.ts';

/** What Hetk makes of an iCalendar file, as `npm run expand` says it. */
export interface Report {
  readonly instances: readonly Line[];
  readonly problems: readonly Problem[];
}

export interface Line {
  /** Empty where the file gives none. */
  readonly uid: string;
  /** A date if all-day; RFC 3339 with offset; without offset where the file leaves the time floating. */
  readonly start: string;
  /** Likewise; of an all-day event the day after the last. */
  readonly end: string;
  readonly allDay: boolean;
  /** Null for dates and floating times, which have none. */
  readonly zone: string | null;
  readonly summary: string;
  readonly recurrenceId?: string;
}

/**
 * The instances that touch the days from `from` up to and without `to`, by their own clocks: an evening in New York is on its own day. Cancelled
 * ones are left out.
 * @param from `YYYY-MM-DD`
 * @param to `YYYY-MM-DD`, exclusive
 */
export function reportOn(text: string, from: string, to: string): Report {
  const days = { start: midnight(from), end: midnight(to) };
  // No zone is further than 14 hours from UTC, or 26 from another.
  const { instances, problems } = expand(text, { start: days.start - 2 * DAY_MS, end: days.end + 2 * DAY_MS });
  return {
    instances: instances
      .filter((instance) => !instance.isCancelled)
      .filter((instance) => {
        const [start, end] = localEnds(instance);
        return start < days.end && Math.max(end, start + 1) > days.start;
      })
      .map(lineOf),
    problems,
  };
}

function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

/** Start and end on the clock of the instance's zone. */
function localEnds({ span, zone }: Instance): [number, number] {
  if (span.kind === 'all-day') return [midnight(span.start), midnight(span.end)];
  return [wallAt(span.start, zone), wallAt(span.end, zone)];
}

function lineOf(instance: Instance): Line {
  const { uid, span, recurrenceId, event, isFloating, zone } = instance;
  return {
    uid: uid ?? '',
    ...endsOf(instance, span),
    allDay: span.kind === 'all-day',
    zone: span.kind === 'all-day' || isFloating ? null : zone.name,
    summary: textOf(event, 'SUMMARY'),
    ...(recurrenceId !== undefined && { recurrenceId: isFloating ? recurrenceId.slice(0, 19) : recurrenceId }),
  };
}

function endsOf({ zone, isFloating }: Instance, span: Span): { start: string; end: string } {
  if (span.kind === 'all-day') return { start: span.start, end: span.end };
  const text = (at: number) => wallText(wallAt(at, zone)) + (isFloating ? '' : offsetText(zone.offsetAt(at)));
  return { start: text(span.start), end: text(span.end) };
}

/** RFC 3339 knows no seconds in offsets; zones before standard time are cut to the minute. */
function offsetText(offset: number): string {
  if (offset === 0) return 'Z';
  const minutes = Math.trunc(Math.abs(offset) / 60_000);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** One line for a person. */
export function personLine({ start, end, allDay, zone, summary, uid, recurrenceId }: Line): string {
  const when = `${start} – ${end}`;
  const where = allDay ? 'all day' : (zone ?? 'floating');
  const which = recurrenceId === undefined ? '' : `  occurrence ${recurrenceId}`;
  return `${when}  ${where}  ${summary.replace(/\s+/g, ' ') || '(no title)'}  ${uid}${which}`;
}
