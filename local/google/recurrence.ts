import { wallFromInstant } from '../../shared/calendar/timeZones.ts';
import type { SimTime } from '../core/core.ts';
import { ruleProblem } from '../core/expansion.ts';
import { invalid } from './errors.ts';

interface Recurrence {
  /** RRULE value. */
  readonly rule: string;
  /** Extra and excluded starts, wall-clock in the event's zone, or dates. */
  readonly rdates: readonly string[];
  readonly exdates: readonly string[];
}

/**
 * The lines of `recurrence`, or undefined where there is no rule.
 * @throws GoogleError 400; DTSTART and DTEND are not allowed among them
 */
export function readRecurrence(lines: readonly string[] | undefined, time: SimTime): Recurrence | undefined {
  if (!lines || lines.length === 0) return undefined;
  const rules: string[] = [];
  const rdates: string[] = [];
  const exdates: string[] = [];
  for (const line of lines) {
    const [, name, , value] = /^(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:]+)?):(.+)$/i.exec(line) ?? [];
    if (!name || !value) throw invalid('Invalid recurrence rule.');
    const kind = name.toUpperCase();
    if (kind === 'RRULE') rules.push(value);
    if (kind === 'RDATE') rdates.push(...starts(value, time));
    if (kind === 'EXDATE') exdates.push(...starts(value, time));
  }
  const [rule] = rules;
  if (rules.length !== 1 || !rule || ruleProblem(rule) !== undefined) {
    throw invalid('Invalid recurrence rule.');
  }
  return { rule, rdates, exdates };
}

function starts(value: string, time: SimTime): string[] {
  return value.split(',').map((stamp) => {
    const [, y, m, d, hour, minute, second, utc] =
      /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(stamp.trim()) ?? [];
    if (!y || time.allDay !== (hour === undefined)) throw invalid('Invalid recurrence rule.');
    const date = `${y}-${m}-${d}`;
    if (hour === undefined) return date;
    const wall = `${date}T${hour}:${minute}:${second}`;
    return utc ? wallFromInstant(Date.parse(`${wall}Z`), time.zone) : wall;
  });
}
