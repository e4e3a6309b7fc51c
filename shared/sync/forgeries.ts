import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';

/** Forged calls are told of at most this often, ms: whoever sends them must not fill the log. */
const EVERY_MS = 10_000;

/** Counts calls whose token is not ours, and tells of them in bulk. */
export interface Forgeries {
  note(service: 'graph' | 'google', count: number): void;
}

export function createForgeries({ clock, log }: { readonly clock: Clock; readonly log: Log }): Forgeries {
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return {
    note(service, count) {
      untold += count;
      if (clock.now() - toldAt < EVERY_MS) return;
      log('push-forged', { service, count: untold });
      toldAt = clock.now();
      untold = 0;
    },
  };
}
