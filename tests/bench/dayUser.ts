import type { Side } from './engine.ts';
import { benchAppointment } from './services.ts';
import type { BenchWorld } from './world.ts';

const FIRST_POLL_MS = 120_000;

/** What a user has: accounts at Microsoft and Google with two-way pairs between their calendars, maybe iCloud besides. */
export interface UserKind {
  /** Two-way pairs between Microsoft and Google. */
  readonly pairs: number;
  /** An account at iCloud, whose calendar is the source of a one-way pair into the first one at Microsoft. */
  readonly icloud: boolean;
  /** Events that the user puts into each source before anything is synced, at least one. */
  readonly events: number;
}

/** A calendar that is a source, and its user's own events in it, the oldest first. */
interface Source extends Side {
  readonly target: Side;
  readonly own: string[];
  changed: number;
}

export interface DayUser {
  /** The user creates, changes or deletes an event: in each source by turns, and of each kind by turns. */
  change(): void;
  /** How often anybody changed an event in any of the calendars: the user, or Hetk. */
  changed(): number;
  /** @throws Error unless every source's events are in its target once, and nothing else but the target's own */
  check(): void;
}

/** Somebody whose pairs are set up and still to be synced. */
export async function startDayUser(world: BenchWorld, { pairs, icloud, events }: UserKind): Promise<DayUser> {
  const microsoft = await world.connectAll('microsoft', 'person@bench.example', pairs);
  const google = await world.connectAll('google', 'person@bench.example', pairs);
  const sources: Source[] = [];
  const source = (side: Side, target: Side) => sources.push({ ...side, target, own: [], changed: 0 });
  for (const [index, here] of microsoft.entries()) {
    const there = google[index];
    if (!there) throw new Error('Google lists fewer calendars than Microsoft.');
    await world.pair(here.calendar, there.calendar, 'two-way');
    source(here, there);
    source(there, here);
  }
  const [work] = microsoft;
  if (icloud && work) {
    const family = await world.connect('icloud', 'person@bench.example');
    await world.pair(family.calendar, work.calendar);
    // As the page does for an account without push: its worker sets the pace from then on.
    await world.needs.stores.accounts.setPoll(family.calendar.accountId, world.now() + FIRST_POLL_MS, 0);
    source(family, work);
  }
  let made = 0;
  const fresh = () => {
    made += 1;
    return benchAppointment(made, world.now());
  };
  const calendars = ({ service }: Side) => world.services.worlds[service];
  const create = (one: Source) => void one.own.push(calendars(one).insert(one.remote.id, fresh()).id);
  for (const one of sources) for (let count = 0; count < events; count += 1) create(one);
  for (const { calendar } of sources) {
    await world.queues.bulk({ kind: 'full', calendarId: calendar.id, at: world.now(), verify: true });
    await world.queues.bulk({ kind: 'subscribe', calendarId: calendar.id, recreate: false });
  }

  function edit(one: Source): void {
    const id = one.own.shift();
    if (id === undefined) return;
    calendars(one).change(one.remote.id, id, fresh());
    one.own.push(id);
  }
  function remove(one: Source): void {
    const id = one.own.shift();
    if (id !== undefined) calendars(one).remove(one.remote.id, id);
  }
  const kinds = [create, edit, remove];
  const titles = (side: Side) =>
    calendars(side)
      .events(side.remote.id)
      .filter(({ deleted }) => !deleted)
      .map(({ id, title }) => ({ id, title }));
  const ownTitles = (one: Source) => {
    const own = new Set(one.own);
    return titles(one).flatMap(({ id, title }) => (own.has(id) ? [title] : []));
  };
  let turns = 0;

  return {
    change() {
      const which = turns % sources.length;
      const one = sources[which];
      if (!one) return;
      // Each source begins with another kind, so that no kind is always the same calendar's.
      kinds[(which + one.changed) % kinds.length]?.(one);
      one.changed += 1;
      turns += 1;
    },
    changed: () => sources.reduce((sum, { remote }) => sum + remote.sequence, 0),
    check() {
      for (const one of sources) {
        const into = sources.filter(({ target }) => target.remote === one.remote);
        const expected = [one, ...into].flatMap(ownTitles).sort();
        const found = titles(one).map(({ title }) => title);
        if (found.sort().join('\n') !== expected.join('\n'))
          throw new Error(
            `${one.remote.name} at ${one.service}: ${found.length} events instead of ${expected.length}.`,
          );
      }
    },
  };
}
