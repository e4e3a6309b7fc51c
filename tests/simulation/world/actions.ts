import type { SimEvent, SimFields, SimInstance } from '../../../local/core/core.ts';
import { instantOf } from '../../../local/core/expansion.ts';
import { Chance } from '../harness/chance.ts';
import { dateAt, invent, inventDescription, inventTime, wallAfter } from './events.ts';
import { eventKey } from './ledger.ts';
import * as people from './people.ts';
import { planOptions } from './plan.ts';
import type { Run } from './run.ts';
import type { Side } from './side.ts';

/** What people do during a storm, in their calendars and on Hetk's page. Each action draws its own chance, so that leaving one out changes no other. */

const DAY = 86_400_000;

export const actionWeights = {
  create: 8,
  retitle: 4,
  describe: 3,
  relocate: 2,
  move: 5,
  'move-occurrence': 3,
  'all-day': 3,
  'show-as': 3,
  sensitivity: 2,
  delete: 4,
  'cancel-occurrence': 3,
  cancel: 1,
  invite: 1,
  answer: 1,
  touch: 1,
  'same-meeting': 2,
  'duplicate-copy': 2,
  'edit-copy': 3,
  'delete-copy': 3,
  'invite-to-copy': 1,
  options: 3,
  pause: 1,
  resume: 1,
  'remove-pair': 2,
  'add-pair': 2,
  revoke: 1,
  reconnect: 2,
  disconnect: 0.5,
  leave: 0.3,
} as const;

export type ActionName = keyof typeof actionWeights;

export function act(run: Run, what: ActionName, seed: string): void | Promise<void> {
  return actions[what](run, new Chance(seed));
}

type Act = (run: Run, chance: Chance) => void | Promise<void>;

const actions: Readonly<Record<ActionName, Act>> = {
  create: (run, chance) => create(run, chance.pick(busySides(run)), chance),
  retitle: (run, chance) => changeOne(run, chance, ({ sim }) => ({ title: `Again ${run.marks.make(sim.id)}` })),
  describe: (run, chance) => changeOne(run, chance, (side) => inventDescription(chance, run.marks, side)),
  relocate: (run, chance) => changeOne(run, chance, ({ sim }) => ({ location: `Hall ${run.marks.make(sim.id)}` })),
  move: (run, chance) => {
    const found = pickOriginal(run, chance);
    if (!found) return;
    const { side, event } = found;
    worldOf(run, side).change(side.sim.id, event.id, { time: inventTime(chance, run.marks, side, run.scheduler.now) });
  },
  'move-occurrence': (run, chance) => {
    const found = pickOccurrence(run, chance);
    if (!found) return;
    const { side, event, instance } = found;
    const { time } = instance.fields;
    const moved = time.allDay
      ? { ...time, start: dateAt(Date.parse(time.start) + DAY), end: dateAt(Date.parse(time.end) + DAY) }
      : { ...time, start: wallAfter(time.start, 35), end: wallAfter(time.end, 35) };
    worldOf(run, side).change(side.sim.id, event.id, { time: moved }, instance.originalStart);
  },
  'all-day': (run, chance) => {
    const found = pickOriginal(run, chance, (event) => event.recurrence === undefined);
    if (!found) return;
    const { side, event } = found;
    const date = event.time.start.slice(0, 10);
    const start = `${date}T${chance.happens(0.5) ? '09' : '22'}:${String(run.marks.nextMinute()).padStart(2, '0')}:00`;
    const time = event.time.allDay
      ? { allDay: false, start, end: wallAfter(start, 60), zone: side.sim.zone }
      : { allDay: true, start: date, end: dateAt(Date.parse(date) + DAY), zone: side.sim.zone };
    worldOf(run, side).change(side.sim.id, event.id, { time });
  },
  'show-as': (run, chance) =>
    changeOne(run, chance, ({ service }) => ({
      showAs: service === 'google' ? chance.pick(['free', 'busy', 'tentative']) : chance.pick(['free', 'busy', 'oof']),
    })),
  sensitivity: (run, chance) =>
    changeOne(run, chance, () => ({ sensitivity: chance.pick(['normal', 'private', 'confidential']) })),
  delete: (run, chance) => {
    const found = pickOriginal(run, chance);
    if (found) worldOf(run, found.side).remove(found.side.sim.id, found.event.id);
  },
  'cancel-occurrence': (run, chance) => {
    const found = pickOccurrence(run, chance);
    if (found) worldOf(run, found.side).remove(found.side.sim.id, found.event.id, found.instance.originalStart);
  },
  cancel: (run, chance) => changeOne(run, chance, () => ({ cancelled: true }), isInvitation),
  invite: (run, chance) =>
    changeOne(run, chance, ({ sim }) => ({
      attendees: [{ email: `${run.marks.make(sim.id)}@guests.example`, response: 'none' }],
    })),
  answer: (run, chance) => {
    const found = pickOriginal(run, chance, isInvitation);
    if (!found) return;
    const { side, event } = found;
    const response = chance.pick(['accepted', 'declined', 'tentative'] as const);
    const attendees = event.attendees.map((one) => (one.email === side.email ? { ...one, response } : one));
    worldOf(run, side).change(side.sim.id, event.id, { attendees });
  },
  touch: (run, chance) => {
    const found = pickOriginal(run, chance);
    if (found) worldOf(run, found.side).touch(found.side.sim.id, found.event.id);
  },
  'same-meeting': (run, chance) => {
    const found = pickOriginal(run, chance, (event) => isInvitation(event) && !event.cancelled);
    const others = busySides(run).filter((side) => side !== found?.side && side.userId === found?.side.userId);
    if (!found || others.length === 0) return;
    const { side, event } = found;
    const other = chance.pick(others);
    const world = worldOf(run, other);
    if (world.events(other.sim.id).some((each) => !each.deleted && each.iCalUId === event.iCalUId)) return;
    run.marks.alsoIn(other.sim.id, textOf(event), event.iCalUId);
    const attendees = event.attendees.map((one) => (one.email === side.email ? { ...one, email: other.email } : one));
    world.insert(
      other.sim.id,
      { ...fieldsOf(event), attendees, extra: {} },
      { iCalUId: event.iCalUId, ...(event.recurrence && { recurrence: event.recurrence }) },
    );
  },
  'duplicate-copy': (run, chance) => {
    const found = pickCopy(run, chance);
    if (!found) return;
    const { side, event } = found;
    // Graph's rounds do not show the property in which a duplicate would keep the mark, so there it is a new event like any other.
    const keepsMarker = chance.happens(0.6) && side.service === 'google';
    const { transactionId: _created, ...extra } = event.extra;
    const time = inventTime(chance, run.marks, side, run.scheduler.now);
    if (!keepsMarker) run.marks.alsoIn(side.sim.id, textOf(event));
    worldOf(run, side).insert(side.sim.id, { ...fieldsOf(event), time, extra: keepsMarker ? extra : {} });
  },
  'edit-copy': (run, chance) => {
    const found = pickCopy(run, chance);
    if (!found) return;
    const { side, event } = found;
    const changes: Partial<SimFields>[] = [
      { title: `Scribble ${run.marks.make()}` },
      { location: `Elsewhere ${run.marks.make()}`, description: `Note ${run.marks.make()}`, descriptionType: 'text' },
      { time: inventTime(chance, run.marks, side, run.scheduler.now) },
      { showAs: 'free' },
    ];
    worldOf(run, side).change(side.sim.id, event.id, chance.pick(changes));
  },
  'delete-copy': (run, chance) => {
    const found = pickCopy(run, chance);
    if (!found) return;
    noteDismissal(run, found.side, found.event);
    worldOf(run, found.side).remove(found.side.sim.id, found.event.id);
  },
  'invite-to-copy': (run, chance) => {
    const found = pickCopy(run, chance);
    if (!found) return;
    const { side, event } = found;
    run.ledger.theirs.add(eventKey(side.service, side.sim.id, event.id));
    noteDismissal(run, side, event);
    worldOf(run, side).change(side.sim.id, event.id, {
      attendees: [{ email: `${run.marks.make()}@guests.example`, response: 'none' }],
    });
  },

  options: onPair(async (run, chance, pair) => people.changeOptions(run, pair, planOptions(chance))),
  pause: onPair((run, _chance, pair) => people.pause(run, pair)),
  resume: onPair((run, _chance, pair) => people.resume(run, pair)),
  'remove-pair': onPair((run, chance, pair) => people.removePair(run, pair, chance.happens(0.7) ? 'remove' : 'keep')),
  'add-pair': async (run, chance) => {
    const side = chance.pick(run.sides);
    const own = run.sides.filter(
      (each) => each.userId === side.userId && each !== side && each.sim.access !== 'reader',
    );
    if (own.length === 0 || run.ledger.isLeaving(side)) return;
    const target = chance.pick(own);
    if (run.ledger.isLeaving(target)) return;
    const [there, back] = [planOptions(chance), planOptions(chance)];
    await people.createPair(run, { source: side.place, target: target.place, direction: 'one-way', there, back });
  },
  revoke: (run, chance) => {
    const side = chance.pick(run.sides);
    run.services[side.service].revoke(side.email);
    run.services[side.service].expireAccessTokens();
    run.ledger.revoked.set(side.email, [...(run.ledger.revoked.get(side.email) ?? []), run.scheduler.now]);
  },
  reconnect: async (run, chance) => {
    const side = chance.pick(run.sides);
    if (!run.ledger.isLeaving(side)) await people.reconnect(run, side);
  },
  disconnect: async (run, chance) => {
    const side = chance.pick(run.sides);
    if (!run.ledger.isLeaving(side)) await people.disconnect(run, side, chance.happens(0.7) ? 'remove' : 'keep');
  },
  leave: async (run, chance) => {
    const userId = chance.pick(run.users);
    if (!run.ledger.left.has(userId)) await people.leave(run, userId, chance.happens(0.7) ? 'remove' : 'keep');
  },
};

function onPair(task: (run: Run, chance: Chance, pair: people.KnownPair) => Promise<void>): Act {
  return async (run, chance) => {
    const pairs = (await people.pairsNow(run)).filter(
      ({ id, source, target, removing }) =>
        !removing &&
        !run.ledger.isLeaving(source) &&
        !run.ledger.isLeaving(target) &&
        !run.ledger.removals.some((removal) => removal.pair.id === id),
    );
    if (pairs.length > 0) await task(run, chance, chance.pick(pairs));
  };
}

export function create(run: Run, side: Side, chance: Chance): void {
  const { fields, options } = invent(chance, run.marks, side, run.scheduler.now);
  const event = worldOf(run, side).insert(side.sim.id, fields, options);
  // Some series are born with a hole or an exception in them.
  if (event.recurrence === undefined || chance.happens(0.5)) return;
  const instances = instancesOf(run, side, event);
  const instance = instances.length > 1 ? chance.pick(instances) : undefined;
  if (!instance?.originalStart) return;
  if (chance.happens(0.5)) worldOf(run, side).remove(side.sim.id, event.id, instance.originalStart);
  else {
    const title = `Exception ${run.marks.make(side.sim.id)}`;
    worldOf(run, side).change(side.sim.id, event.id, { title }, instance.originalStart);
  }
}

function changeOne(
  run: Run,
  chance: Chance,
  patch: (side: Side) => Partial<SimFields>,
  wanted: (event: SimEvent) => boolean = () => true,
): void {
  const found = pickOriginal(run, chance, wanted);
  if (!found) return;
  const { side, event } = found;
  const instances = event.recurrence !== undefined && chance.happens(0.6) ? instancesOf(run, side, event) : [];
  const start = instances.length > 0 ? chance.pick(instances).originalStart : undefined;
  worldOf(run, side).change(side.sim.id, event.id, patch(side), start);
}

function isInvitation(event: SimEvent): boolean {
  return event.organizer !== undefined && event.attendees.length > 0;
}

export function worldOf(run: Run, side: Side) {
  return run.services.worlds[side.service];
}

/** Calendars that are, or were meant to be, in some pair. */
function busySides(run: Run): Side[] {
  const places = run.plan.pairs.flatMap(({ source, target }) => [source.join(), target.join()]);
  const busy = run.sides.filter(({ place }) => places.includes(place.join()));
  return busy.length > 0 ? busy : [...run.sides];
}

interface Found {
  readonly side: Side;
  readonly event: SimEvent;
}

function pickOriginal(run: Run, chance: Chance, wanted: (event: SimEvent) => boolean = () => true): Found | undefined {
  const found = busySides(run).flatMap((side) =>
    worldOf(run, side)
      .events(side.sim.id)
      .filter((event) => !event.deleted && !run.ledger.isCopy(side.service, event) && wanted(event))
      .map((event) => ({ side, event })),
  );
  return found.length > 0 ? chance.pick(found) : undefined;
}

function pickOccurrence(run: Run, chance: Chance): (Found & { readonly instance: SimInstance }) | undefined {
  const found = pickOriginal(run, chance, (event) => event.recurrence !== undefined);
  const instances = found ? instancesOf(run, found.side, found.event) : [];
  return found && instances.length > 0 ? { ...found, instance: chance.pick(instances) } : undefined;
}

function pickCopy(run: Run, chance: Chance): Found | undefined {
  const found = run.sides.flatMap((side) =>
    worldOf(run, side)
      .events(side.sim.id)
      .filter(
        (event) =>
          !event.deleted &&
          run.ledger.isCopy(side.service, event) &&
          !run.ledger.theirs.has(eventKey(side.service, side.sim.id, event.id)),
      )
      .map((event) => ({ side, event })),
  );
  return found.length > 0 ? chance.pick(found) : undefined;
}

function instancesOf(run: Run, side: Side, event: SimEvent): SimInstance[] {
  const { now } = run.scheduler;
  return worldOf(run, side).instancesOf(event, now - 400 * DAY, now + 800 * DAY);
}

/** The copy is not wanted: nothing but its route and its time says which original that was. */
function noteDismissal(run: Run, side: Side, event: SimEvent): void {
  const routeId = routeIdOf(event);
  const time = run.ledger.timeWritten(side.service, event);
  if (!routeId || !time) return;
  const [start, end] = [instantOf(time.start, time), instantOf(time.end, time)];
  const originals = run.sides.flatMap((source) =>
    worldOf(run, source)
      .instances(source.sim.id, start - 2 * DAY, end + 2 * DAY)
      .filter(({ fields }) => {
        const { allDay } = fields.time;
        const [from, to] = [instantOf(fields.time.start, fields.time), instantOf(fields.time.end, fields.time)];
        return from === start && to === end && allDay === time.allDay;
      })
      .map(instanceKey),
  );
  run.ledger.dismissals.push({ routeId, originals, start, end, at: run.scheduler.now });
}

export function instanceKey({ event, originalStart }: Pick<SimInstance, 'event' | 'originalStart'>): string {
  return `${event.calendarId} ${event.id} ${originalStart ?? ''}`;
}

/** The route that a copy says to be of, in either service's own place for it. */
export function routeIdOf({ extra }: Pick<SimEvent, 'extra'>): string | undefined {
  const text = JSON.stringify(extra);
  return /\\?"(?:hetkRoute|routeId)\\?":\\?"([\w-]{22})\\?"/.exec(text)?.[1] ?? /hetk1:([\w-]{22}):/.exec(text)?.[1];
}

function textOf({ title, description, location, attendees }: SimFields): string {
  return [title, description, location, ...attendees.map(({ email }) => email)].join('\n');
}

function fieldsOf(event: SimEvent): SimFields {
  const { title, description, descriptionType, location, time, showAs, sensitivity, organizer, attendees } = event;
  return {
    title,
    description,
    descriptionType,
    location,
    time,
    showAs,
    sensitivity,
    ...(organizer && { organizer }),
    attendees,
    cancelled: false,
    extra: {},
  };
}
