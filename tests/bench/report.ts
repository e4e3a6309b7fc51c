import type { Measured, Results, Turn } from './caldav.ts';

/** The goals of this bench. */
const MOST_FIRST_REQUESTS = 1005;
const MOST_OF_THEIR_TIME = 0.5;
const MOST_NO_OP = { requests: 1, bytes: 1000 };
const MOST_CHANGE_REQUESTS = 3;

/** The turn in the middle by the ratio of wall times; of two in the middle the worse one. */
function median(turns: readonly Turn[]): Turn {
  const sorted = turns.toSorted((a, b) => ratio(a) - ratio(b));
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (!middle) throw new Error('Nothing was measured.');
  return middle;
}

/** Hetk's wall time of a first sync as a part of vdirsyncer's. */
function ratio({ hetk, vdirsyncer }: Turn): number {
  return hetk.firstSync.ms / vdirsyncer.firstSync.ms;
}

export function printed({ machine, events, turns }: Results): string[] {
  const { hetk, vdirsyncer, bare } = median(turns);
  const row = (name: string, value: (of: Measured) => string) =>
    `${name.padEnd(42)} ${value(hetk).padStart(18)} ${value(vdirsyncer).padStart(18)}`;
  return [
    '',
    `${events} events, ${turns.length} turns, ${machine}; the median turn:`,
    `first sync, Hetk / vdirsyncer               ${turns.map((turn) => ratio(turn).toFixed(2)).join(', ')}`,
    `first sync, Hetk / the writes alone         ${turns.map((turn) => (turn.hetk.firstSync.ms / turn.bare.oneByOne_ms).toFixed(2)).join(', ')}`,
    `${''.padEnd(42)} ${'Hetk'.padStart(18)} ${'vdirsyncer'.padStart(18)}`,
    row('first sync, s', ({ firstSync }) => (firstSync.ms / 1000).toFixed(1)),
    row('  of it writes were under way, s', ({ firstSync }) => (firstSync.writingMs / 1000).toFixed(1)),
    row('  requests', ({ firstSync }) => String(firstSync.requests)),
    row('no-op, source: requests / bytes', ({ noOp }) => `${noOp.source.requests} / ${noOp.source.bytes}`),
    row('no-op, target: requests / bytes', ({ noOp }) => `${noOp.target.requests} / ${noOp.target.bytes}`),
    row('one change, requests', ({ oneChange }) => String(oneChange.requests)),
    row('killed and rerun: duplicates / missing', ({ rerun }) => `${rerun.duplicates} / ${rerun.missing}`),
    `the writes alone, one by one / four at once  ${(bare.oneByOne_ms / 1000).toFixed(1)} s / ${(bare.fourAtOnce_ms / 1000).toFixed(1)} s`,
  ];
}

/** What the median turn misses. */
export function missedGoals({ events, turns }: Results): string[] {
  const turn = median(turns);
  const { firstSync, noOp, oneChange, rerun } = turn.hetk;
  const mostRequests = MOST_FIRST_REQUESTS - 1000 + events;
  const sides = Object.values(noOp);
  return [
    ...(firstSync.requests > mostRequests
      ? [`first sync took ${firstSync.requests} requests, at most ${mostRequests}`]
      : []),
    ...(ratio(turn) > MOST_OF_THEIR_TIME
      ? [`first sync took ${ratio(turn).toFixed(2)} of vdirsyncer's time, at most ${MOST_OF_THEIR_TIME}`]
      : []),
    ...(sides.some(({ requests, bytes }) => requests > MOST_NO_OP.requests || bytes > MOST_NO_OP.bytes)
      ? [`a no-op asked more than ${MOST_NO_OP.requests} request and ${MOST_NO_OP.bytes} bytes per side`]
      : []),
    ...(oneChange.requests > MOST_CHANGE_REQUESTS
      ? [`one change took ${oneChange.requests} requests, at most ${MOST_CHANGE_REQUESTS}`]
      : []),
    ...(rerun.duplicates + rerun.missing > 0 ? ['killed and rerun left duplicates or gaps'] : []),
  ];
}
