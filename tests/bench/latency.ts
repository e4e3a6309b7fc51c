import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import type { ServiceName } from './services.ts';

/** A request on its way, as far as its time is not Hetk's. */
export interface Underway {
  /** How long it takes in all, and until the service does what is asked, ms. */
  readonly totalMs: number;
  readonly beforeMs: number;
}

const MEDIAN_MS = 300;
const P99_MS = 1_500;
/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.3263;

/** ms, log-normal: half of all requests take at most 300 ms and 99 of a hundred at most 1.5 s. */
export function drawnLatency(random: () => number = Math.random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return MEDIAN_MS * Math.exp((Math.log(P99_MS / MEDIAN_MS) / Z99) * normal);
}

/** Services that take their time, half of it before they do what is asked. */
export function createLatency() {
  const current = new AsyncLocalStorage<Underway>();
  /** By the part of the path that names a calendar: the last reading of its changes, and when its answer has arrived, ms on the clock of `performance`. */
  const pulls = new Map<string, Underway & { readonly endMs: number }>();
  let on = false;
  return {
    switch(to: boolean): void {
      on = to;
    },
    /** The request that the service is just now carrying out. */
    now: (): Underway | undefined => current.getStore(),
    /** The last reading of a calendar's changes. */
    lastPull: (calendar: string) => pulls.get(calendar),

    async around(_service: ServiceName, request: Request, answer: () => Promise<Response>): Promise<Response> {
      const { pathname } = new URL(request.url);
      if (!on || pathname.startsWith('/sim')) return answer();
      const totalMs = drawnLatency();
      const underway = { totalMs, beforeMs: totalMs / 2 };
      await setTimeout(underway.beforeMs);
      const answered = await current.run(underway, answer);
      const [, calendar] = /\/me\/calendars\/([^/]+)\/calendarView\/delta/.exec(pathname) ?? [];
      if (calendar) {
        const endMs = performance.now() + totalMs - underway.beforeMs;
        pulls.set(decodeURIComponent(calendar), { ...underway, endMs });
      }
      await setTimeout(totalMs - underway.beforeMs);
      return answered;
    },
  };
}
