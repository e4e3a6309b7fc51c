import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './machine.ts';
import { type ManyCalendars, openManyCalendars, type Renewal, type ScaleAct, scaleActs } from './manyCalendars.ts';

/** Whether what Hetk does for one costs more when there are many. Processor time on SQLite, as ratios of one run. */

export interface Scale {
  /** How many calendars each database holds. */
  readonly sizes: readonly number[];
  /** By act, for each size the processor time of one, ms; medians of the rounds. */
  readonly ms: Readonly<Record<ScaleAct, readonly number[]>>;
  /** Of the largest against the smallest; the median of the ratios of the rounds. */
  readonly ratios: Readonly<Record<ScaleAct, number>>;
  /** How many messages the ticks and notifications queued, and pairs the pages showed: that something was done. */
  readonly done: Readonly<Record<ScaleAct, number>>;
  readonly renewal: Renewal;
  /** Statements that read a whole table of those that grow, as SQLite plans them for the largest. */
  readonly scans: readonly string[];
}

/** @param rounds each does everything once on every database, in turns, so that what else the machine does is shared by all */
export async function benchScale(
  sizes: readonly number[],
  rounds: number,
  times: number,
  say: (line: string) => void,
): Promise<Scale> {
  const folder = mkdtempSync(join(tmpdir(), 'hetk-scale-'));
  const worlds: ManyCalendars[] = [];
  try {
    for (const size of sizes) {
      say(`${size} calendars`);
      worlds.push(await openManyCalendars(join(folder, `${size}.sqlite`), size));
    }
    const measured: Record<ScaleAct, number[][]> = { notification: [], 'timer tick': [], 'status page': [] };
    const done: Record<ScaleAct, number> = { notification: 0, 'timer tick': 0, 'status page': 0 };
    // What is measured first pays for what is compiled, and for pages that are not in memory yet.
    for (let round = -1; round < rounds; round += 1) {
      if (round >= 0) say(`round ${round + 1} of ${rounds}`);
      for (const act of scaleActs) {
        const row: number[] = [];
        for (const world of worlds) {
          let ms = 0;
          for (let turn = 0; turn < times; turn += 1) {
            const work = await world[act]((round + 1) * times + turn);
            const before = process.cpuUsage();
            done[act] += await work();
            const { user, system } = process.cpuUsage(before);
            ms += (user + system) / 1000;
          }
          row.push(ms / times);
        }
        if (round >= 0) measured[act].push(row);
      }
    }
    const of = <T>(pick: (act: ScaleAct) => T) =>
      ({
        notification: pick('notification'),
        'timer tick': pick('timer tick'),
        'status page': pick('status page'),
      }) as const;
    const largest = worlds.at(-1);
    if (!largest) throw new Error('There is no database.');
    return {
      sizes,
      ms: of((act) => sizes.map((_, at) => median(measured[act].map((row) => row[at] ?? Number.NaN)))),
      ratios: of((act) => median(measured[act].map((row) => (row.at(-1) ?? Number.NaN) / (row[0] ?? Number.NaN)))),
      done,
      scans: await largest.scans(),
      renewal: await largest.renewAll(say),
    };
  } finally {
    for (const world of worlds) await world.close();
    rmSync(folder, { recursive: true });
  }
}

/** The goals: growth from the smallest to the largest, and ms of a tick. */
const MOST_GROWTH = 1.2;
const LONGEST_TICK_MS = 5_000;

export function printedScale({ sizes, ms, ratios, renewal, scans }: Scale): string[] {
  const cell = (text: string) => text.padStart(12);
  const rows = scaleActs.map((act) => {
    const missed = ratios[act] > MOST_GROWTH ? '  missed' : '';
    return `${act.padEnd(14)}${ms[act].map((one) => cell(one.toFixed(2))).join('')}${cell(ratios[act].toFixed(2))}${missed}`;
  });
  const { subscriptions, messages, ticks, longestTickMs, medianTickMs } = renewal;
  return [
    `${'calendars'.padEnd(14)}${sizes.map((size) => cell(String(size))).join('')}${cell('ratio')}`,
    ...rows,
    `renewal of ${subscriptions} subscriptions that are all due: ${messages} messages in ${ticks} ticks of ${medianTickMs.toFixed(0)} ms (median), the longest ${longestTickMs.toFixed(0)} ms${longestTickMs > LONGEST_TICK_MS ? ': missed' : ''}`,
    scans.length === 0 ? 'no statement reads a whole table' : 'statements that read a whole table:',
    ...scans.map((line) => `  ${line}`),
  ];
}
