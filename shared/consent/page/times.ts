import type { Span } from '../../calendar/event.ts';
import { DAY_MS } from '../../calendar/window.ts';
import { html, type Markup } from './template.ts';

/**
 * Times as the server writes them: in UTC, and saying so. The script of the page writes those marked `data-local` anew in the zone of the
 * browser, in the same form; whole days have no zone and stay.
 */

const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
const clock = { hour: '2-digit', minute: '2-digit' } as const;
const inUtc = { timeZone: 'UTC' } as const;
const momentFormat = new Intl.DateTimeFormat('en-GB', { ...day, ...clock, ...inUtc });
const dayFormat = new Intl.DateTimeFormat('en-GB', { ...day, ...inUtc });

/** @param at epoch ms, or RFC 3339 */
export function moment(at: number | string): Markup {
  const date = new Date(at);
  return html`<time datetime="${date.toISOString()}" data-local>${momentFormat.format(date)} UTC</time>`;
}

/** The day of a moment. @param at RFC 3339 */
export function dayOf(at: string): Markup {
  return html`<time datetime="${at}" data-local="day">${dayFormat.format(new Date(at))}</time>`;
}

/** A day as UTC has it, whatever the zone of the browser. @param at epoch ms */
export function date(at: number): Markup {
  return html`<time datetime="${new Date(at).toISOString().slice(0, 10)}">${dayFormat.format(at)}</time>`;
}

/** From when to when an event lasts. */
export function duration(span: Span): Markup {
  if (span.kind === 'all-day') return wholeDays(span.start, span.end);
  const [start, end] = [new Date(span.start), new Date(span.end)];
  const text = momentFormat.formatRange(start, end);
  return html`<time datetime="${start.toISOString()}" data-until="${end.toISOString()}" data-local>${text} UTC</time>`;
}

/** @param end the day after the last */
function wholeDays(start: string, end: string): Markup {
  const [first, last] = [Date.parse(start), Date.parse(end) - DAY_MS];
  const days = last > first ? dayFormat.formatRange(first, last) : dayFormat.format(first);
  return html`<time datetime="${start}">${days}, all day</time>`;
}
