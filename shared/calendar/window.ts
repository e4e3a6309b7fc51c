import type { Span } from './event.ts';

/** The span of time that is synced; both ends in epoch ms, UTC, `end` exclusive. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

export const DAY_MS = 86_400_000;

/**
 * The window around `now`, on whole UTC days so that all work of one day agrees on it.
 * @param pastDays days back, @param futureDays days ahead
 */
export function windowAround(now: number, pastDays: number, futureDays: number): Window {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return { start: today - pastDays * DAY_MS, end: today + (futureDays + 1) * DAY_MS };
}

/** A day wider on each side: all-day events float, and services match them by UTC midnights. */
export function widened(window: Window): Window {
  return { start: window.start - DAY_MS, end: window.end + DAY_MS };
}

/** Epoch ms of a span's start; an all-day date counts as its UTC midnight. */
export function startOf(span: Span): number {
  return span.kind === 'timed' ? span.start : Date.parse(`${span.start}T00:00:00Z`);
}

/** Epoch ms of a span's exclusive end; an all-day date counts as its UTC midnight. */
export function endOf(span: Span): number {
  return span.kind === 'timed' ? span.end : Date.parse(`${span.end}T00:00:00Z`);
}

/** Does any moment of the span lie in the window? A span of no length counts by its start. */
export function inWindow(span: Span, window: Window): boolean {
  const start = startOf(span);
  return start < window.end && Math.max(endOf(span), start + 1) > window.start;
}
