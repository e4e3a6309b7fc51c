import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { SimCalendar } from '../../local/core/core.ts';
import { type DemoPerson, demoPerson } from '../../local/demo/person.ts';
import { graphCalendarId } from '../../local/microsoft/ids.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { appSettings } from './appSettings.ts';
import { type Farm, startFarm } from './farm.ts';
import { createLatency } from './latency.ts';
import { startProcess } from './process.ts';
import { benchAppointment, type ServiceName } from './services.ts';

/** One change on its way, ms. */
export interface Travel {
  /** From the change at the source to its copy at the target. */
  readonly ms: number;
  /** Of it what the services did not take: all but the reading that told the change and the writing of its copy, until it was done. */
  readonly addedMs: number;
}

export interface Pairing {
  readonly person: DemoPerson;
  readonly source: SimCalendar;
  readonly target: SimCalendar;
}

/** Many people who have a pair each, in one installation with a process of its own, between services that take their time. */
export interface Crowd {
  readonly farm: Farm;
  readonly pairs: readonly Pairing[];
  /** Somebody more; their first sync is not waited for. */
  join(name: string, events: number): Promise<Pairing>;
  /** Answers in place of the services, where it answers. */
  refuse(how: ((service: ServiceName, request: Request) => Promise<Response | undefined>) | undefined): void;
  /** Makes changes in these pairs, so many a second at moments by chance, and waits for their copies. */
  travel(pairs: readonly Pairing[], perSecond: number, seconds: number): Promise<Travel[]>;
  stop(): Promise<void>;
}

/** After this a copy counts as not arrived, ms. */
const PATIENCE_MS = 120_000;
/** People who sign in at once. */
const AT_ONCE = 8;

export async function gatherCrowd(size: number, say: (line: string) => void): Promise<Crowd> {
  const latency = createLatency();
  let refusal: ((service: ServiceName, request: Request) => Promise<Response | undefined>) | undefined;
  const farm = await startFarm({
    clock: systemClock,
    around: async (service, request, answer) =>
      (await refusal?.(service, request)) ?? latency.around(service, request, answer),
  });
  const hetk = startProcess(new URL('./floorHetk.ts', import.meta.url));
  const stop = async () => {
    await hetk.stop();
    await farm.stop();
  };
  try {
    const url = await hetk.ask({ kind: 'start', settings: appSettings(farm) }, z.string());
    const { worlds } = farm.services;
    let index = 0;

    async function join(name: string, events: number): Promise<Pairing> {
      const source = farm.services.addPerson('microsoft', `${name}@contoso.example`);
      const target = farm.services.addPerson('google', `${name}@gmail.example`);
      for (let count = 0; count < events; count += 1)
        worlds.microsoft.insert(source.id, benchAppointment(count, Date.now()));
      const person = demoPerson(url);
      await person.connect('microsoft', source.owner);
      await person.connect('google', target.owner);
      const { accounts } = await person.get<{ accounts: { id: string; provider: string }[] }>('/api/me');
      const calendars = await person.get<{ id: string; accountId: string }[]>('/api/calendars');
      const at = (provider: string) =>
        calendars.find(({ accountId }) => accounts.find(({ id }) => id === accountId)?.provider === provider)?.id;
      const ends = { source: at('microsoft'), target: at('google') };
      await person.send('POST', '/api/pairs', { ...ends, direction: 'one-way', sourceToTarget: {} });
      return { person, source, target };
    }

    /** Makes a change and waits for its copy. */
    async function travelled({ source, target }: Pairing): Promise<Travel> {
      index += 1;
      const title = `Change ${index}`;
      const began = performance.now();
      const arrived = new Promise<Travel>((resolve) => {
        const end = worlds.google.onChange(({ calendarId, eventId }) => {
          if (calendarId !== target.id || worlds.google.event(calendarId, eventId)?.title !== title) return;
          end();
          const ms = performance.now() - began;
          const reading = latency.lastPull(graphCalendarId(source));
          // A reading that was under way when the change was made tells it too; what it took before does not count.
          const readingMs = reading ? Math.min(reading.totalMs, reading.endMs - began) : 0;
          resolve({ ms, addedMs: ms - readingMs - (latency.now()?.beforeMs ?? 0) });
        });
      });
      worlds.microsoft.insert(source.id, { ...benchAppointment(index, Date.now()), title });
      const late = setTimeout(PATIENCE_MS, undefined, { ref: false });
      const travel = await Promise.race([arrived, late]);
      if (!travel) throw new Error(`${title} of ${source.owner} did not arrive.`);
      return travel;
    }

    const names = Array.from({ length: size }, (_, at) => `person${at}`);
    const pairs: Pairing[] = [];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let name = names.shift(); name; name = names.shift()) pairs.push(await join(name, 1));
      }),
    );
    say(`${pairs.length} pairs`);
    for (const { person } of pairs) {
      for (;;) {
        const [pair] = await person.get<{ status: string }[]>('/api/pairs');
        if (pair?.status === 'active') break;
        await setTimeout(200);
      }
    }
    await setTimeout(5_000);
    latency.switch(true);

    return {
      farm,
      pairs,
      join,
      refuse(how) {
        refusal = how;
      },
      async travel(among, perSecond, seconds) {
        const under: Promise<Travel>[] = [];
        for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
          const pair = among[Math.floor(Math.random() * among.length)];
          if (pair) under.push(travelled(pair));
          await setTimeout((-Math.log(1 - Math.random()) * 1000) / perSecond);
        }
        return Promise.all(under);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
