import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { SimCalendar } from '../../local/core/core.ts';
import { demoPerson } from '../../local/demo/person.ts';
import { googleId } from '../../local/google/calendarIds.ts';
import { graphCalendarId } from '../../local/microsoft/ids.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { appSettings } from './appSettings.ts';
import { startFarm } from './farm.ts';
import { median } from './machine.ts';
import { startProcess } from './process.ts';
import { benchAppointment, type ServiceName } from './services.ts';
import type { StorageRequests } from './storageRequests.ts';

/**
 * What Hetk takes beyond what nobody can do without: the same changes, one after the other, through the whole product and through a loop that
 * only asks and writes. Processor time of either process; services and storage run in others.
 */

/** One turn of one contender. */
interface Took {
  readonly cpuSeconds: number;
  /** Requests to calendar services. */
  readonly requests: number;
}

export interface FloorTurn {
  readonly hetk: Took;
  readonly bare: Took;
  /** Of Hetk's, what storage takes by itself, s, and what it was asked: through the product, and by itself. */
  readonly storageSeconds: number;
  readonly storage: { readonly hetk: StorageRequests; readonly alone: StorageRequests };
}

export interface Floor {
  readonly changes: number;
  readonly turns: readonly FloorTurn[];
}

/** Everything that is loaded and compiled while it is first used belongs to no change. */
const WARM_UP = 50;
const PATIENCE_MS = 30_000;

const storageRequests = z.object({ receive: z.number(), send: z.number(), remove: z.number(), tables: z.number() });

export async function benchFloor(changes: number, turns: number, say: (line: string) => void): Promise<Floor> {
  let requests = 0;
  const tokens: Partial<Record<ServiceName, string>> = {};
  const farm = await startFarm({
    clock: systemClock,
    around: (service, request, answer) => {
      const token = request.headers.get('authorization');
      if (token?.startsWith('Bearer')) {
        tokens[service] = token;
        requests += 1;
      }
      return answer();
    },
  });
  const hetk = startProcess(new URL('./floorHetk.ts', import.meta.url));
  const bare = startProcess(new URL('./floorBare.ts', import.meta.url));
  try {
    const { worlds } = farm.services;
    const road = (name: string) => ({
      source: farm.services.addPerson('microsoft', `${name}@contoso.example`),
      target: farm.services.addPerson('google', `${name}@gmail.example`),
    });
    const [own, theirs] = [road('ada'), road('ben')];
    const url = await hetk.ask({ kind: 'start', settings: appSettings(farm) }, z.string());
    // The tokens of one who has no pair are what the loop goes with.
    const other = demoPerson(url);
    await other.connect('microsoft', theirs.source.owner);
    await other.connect('google', theirs.target.owner);
    const { microsoft: graphToken, google: googleToken } = tokens;
    const person = demoPerson(url);
    await person.connect('microsoft', own.source.owner);
    await person.connect('google', own.target.owner);
    const calendars = await person.get<{ id: string; accountId: string }[]>('/api/calendars');
    const [source, target] = calendars;
    const pair = await person.send<{ id: string }>('POST', '/api/pairs', {
      source: source?.id,
      target: target?.id,
      direction: 'one-way',
      sourceToTarget: {},
    });
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString();
    await bare.ask(
      {
        kind: 'start',
        graph: farm.origins.microsoft,
        google: farm.origins.google,
        graphToken,
        googleToken,
        source: graphCalendarId(theirs.source),
        target: googleId(theirs.target),
        from: day(-92),
        to: day(366),
      },
      z.string(),
    );

    let index = 0;
    /** The next change is made when the one before has arrived. */
    async function copied({ source: from, target: to }: { source: SimCalendar; target: SimCalendar }): Promise<void> {
      index += 1;
      const arrived = new Promise<void>((resolve) => {
        const end = worlds.google.onChange(({ calendarId }) => {
          if (calendarId !== to.id) return;
          end();
          resolve();
        });
      });
      worlds.microsoft.insert(from.id, benchAppointment(index, Date.now()));
      const late = setTimeout(PATIENCE_MS, 'late' as const, { ref: false });
      if ((await Promise.race([arrived, late])) === 'late') throw new Error(`A change did not arrive at ${to.owner}.`);
    }

    /** @param everyMs how long one change takes at least: whoever sleeps between two works slower, and the loop would not */
    async function turn(which: typeof hetk, calendarsOf: typeof own, everyMs = 0): Promise<Took> {
      const [cpu, asked] = [await which.cpuSeconds(), requests];
      for (let count = 0; count < changes; count += 1) await Promise.all([copied(calendarsOf), setTimeout(everyMs)]);
      return { cpuSeconds: (await which.cpuSeconds()) - cpu, requests: requests - asked };
    }

    async function warmUp(calendarsOf: typeof own): Promise<void> {
      for (let count = 0; count < WARM_UP; count += 1) await copied(calendarsOf);
    }

    /** What storage was asked while something was done. */
    async function askedOfStorage<T>(work: () => Promise<T>): Promise<[T, StorageRequests]> {
      const before = await hetk.ask({ kind: 'storage requests' }, storageRequests);
      const result = await work();
      const after = await hetk.ask({ kind: 'storage requests' }, storageRequests);
      const since = (kind: keyof StorageRequests) => after[kind] - before[kind];
      return [
        result,
        { receive: since('receive'), send: since('send'), remove: since('remove'), tables: since('tables') },
      ];
    }

    await setTimeout(3_000);
    const all: FloorTurn[] = [];
    for (let count = 0; count < turns; count += 1) {
      say(`turn ${count + 1} of ${turns}`);
      await warmUp(own);
      const began = performance.now();
      const [through, asked] = await askedOfStorage(() => turn(hetk, own));
      const everyMs = (performance.now() - began) / changes;
      await warmUp(theirs);
      const alone = await turn(bare, theirs, everyMs);
      const order = { kind: 'storage', pairId: pair.id, times: changes, everyMs };
      const [storageSeconds, askedAlone] = await askedOfStorage(() => hetk.ask(order, z.number()));
      all.push({ hetk: through, bare: alone, storageSeconds, storage: { hetk: asked, alone: askedAlone } });
    }
    return { changes, turns: all };
  } finally {
    await hetk.stop();
    await bare.stop();
    await farm.stop();
  }
}

/** By kind, for each change: through the product, and by itself. */
function said(of: (pick: (turn: FloorTurn) => number) => number, changes: number): string {
  const each = (kind: keyof StorageRequests) =>
    (['hetk', 'alone'] as const)
      .map((which) => (of(({ storage }) => storage[which][kind]) / changes).toFixed(2))
      .join(' and ');
  return `queue asked ${each('receive')}, sent ${each('send')}, done ${each('remove')}, tables ${each('tables')}`;
}

/** The goal: at most so much of the loop's processor time, besides storage's. */
const MOST = 1.3;

export function printedFloor({ changes, turns }: Floor): string[] {
  const ms = (seconds: number) => `${((seconds / changes) * 1000).toFixed(2)} ms`;
  const of = (pick: (turn: FloorTurn) => number) => median(turns.map(pick));
  const ratio = of(({ hetk, bare, storageSeconds }) => (hetk.cpuSeconds - storageSeconds) / bare.cpuSeconds);
  return [
    `${changes} changes, ${turns.length} turns, processor time of one change, medians`,
    `through the whole product    ${ms(of(({ hetk }) => hetk.cpuSeconds))}, ${(of(({ hetk }) => hetk.requests) / changes).toFixed(2)} requests`,
    `  of it storage              ${ms(of(({ storageSeconds }) => storageSeconds))}`,
    `the bare loop                ${ms(of(({ bare }) => bare.cpuSeconds))}, ${(of(({ bare }) => bare.requests) / changes).toFixed(2)} requests`,
    `without storage / bare       ${ratio.toFixed(2)}, goal at most ${MOST}${ratio > MOST ? ': missed' : ''}`,
    `all / bare and storage       ${of(({ hetk, bare, storageSeconds }) => hetk.cpuSeconds / (bare.cpuSeconds + storageSeconds)).toFixed(2)}`,
    `requests to storage          ${said(of, changes)}`,
  ];
}
