import type { Restored } from '../../calendar/event.ts';

/**
 * What the transactionId of an original that Hetk made anew says. It begins with `hetkr1:`, which is no marker: the event is an original like
 * any other, and rounds show it, where extended properties are missing.
 */
export function restoredOf(transactionId: string | undefined): Restored | undefined {
  const [, routeId, origin] = /^hetkr1:([^:]+):([^:]+):\d{1,9}$/.exec(transactionId ?? '') ?? [];
  return routeId && origin ? { routeId, origin } : undefined;
}
