import type { SimEvent, SimFields, SimInstance } from '../../../local/core/core.ts';
import { Chance } from '../harness/chance.ts';
import { type Field, marksIn, said, timeSaid } from './edits.ts';
import { dateAt, invent, inventDescription, inventTime, timed, wallAfter } from './events.ts';
import { instanceKey, markOf } from './identity.ts';
import { eventKey } from './ledger.ts';
import * as people from './people.ts';
import { planOptions } from './plan.ts';
import type { Run } from './run.ts';
import type { Side } from './side.ts';

/** What people do during a storm, in their calendars and on Hetk's page. Each action draws its own chance, so that leaving one out changes no other. */

const MINUTE = 60_000;
const DAY = 86_400_000;

export const actionWeights = {
  create: 8,
  'second-thoughts': 1,
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
  'edit-copy': 7,
  'delete-copy': 4,
  'invite-to-copy': 1,
  clash: 4,
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

export async function act(run: Run, what: ActionName, seed: string): Promise<void> {
  run.ledger.pairs = await people.pairsNow(run);
  await actions[what](run, new Chance(seed));
}

type Act = (run: Run, chance: Chance) => void | Promise<void>;

const actions: Readonly<Record<ActionName, Act>> = {
  create: (run, chance) => create(run, chance.pick(busySides(run)), chance),
  // Somebody changes minutes later what they made: Hetk may be in the middle of copying it, or have died there.
  'second-thoughts': (run, chance) => {
    const routes = run.ledger.pairs.flatMap((pair) => pair.routes);
    // At Graph a creation that is repeated with other words is refused.
    const toGraph = routes.filter(({ target }) => target.service === 'microsoft');
    if (routes.length === 0) return;
    const side = chance.pick(toGraph.length > 0 ? toGraph : routes).source;
    const { fields } = invent(chance, run.marks, side, run.scheduler.now);
    const made = worldOf(run, side).insert(side.sim.id, fields);
    const later = run.scheduler.now + chance.between(1, 4) * MINUTE;
    run.scheduler.at(later, 'ACT a second thought', () => {
      const event = worldOf(run, side).event(side.sim.id, made.id);
      if (!event || event.deleted) return;
      changeOriginal(run, side, event, { title: `Second ${run.marks.make(side.sim.id)}` });
    });
  },
  retitle: (run, chance) => changeOne(run, chance, ({ sim }) => ({ title: `Again ${run.marks.make(sim.id)}` })),
  describe: (run, chance) => changeOne(run, chance, (side) => inventDescription(chance, run.marks, side)),
  relocate: (run, chance) => changeOne(run, chance, ({ sim }) => ({ location: `Hall ${run.marks.make(sim.id)}` })),
  move: (run, chance) => {
    const found = pickOriginal(run, chance);
    if (!found) return;
    const { side, event } = found;
    changeOriginal(run, side, event, { time: inventTime(chance, run.marks, side, run.scheduler.now) });
  },
  'move-occurrence': (run, chance) => {
    const found = pickOccurrence(run, chance);
    if (!found) return;
    const { side, event, instance } = found;
    const { time } = instance.fields;
    const moved = time.allDay
      ? { ...time, start: dateAt(Date.parse(time.start) + DAY), end: dateAt(Date.parse(time.end) + DAY) }
      : timed(wallAfter(time.start, 35), 60, time.zone);
    changeOriginal(run, side, event, { time: moved }, instance.originalStart);
  },
  'all-day': (run, chance) => {
    const found = pickOriginal(run, chance, (event) => event.recurrence === undefined);
    if (!found) return;
    const { side, event } = found;
    const date = event.time.start.slice(0, 10);
    const start = `${date}T${chance.happens(0.5) ? '09' : '22'}:${String(run.marks.nextMinute()).padStart(2, '0')}:00`;
    const time = event.time.allDay
      ? timed(start, 60, side.sim.zone)
      : { allDay: true, start: date, end: dateAt(Date.parse(date) + DAY), zone: side.sim.zone };
    changeOriginal(run, side, event, { time });
  },
  'show-as': (run, chance) =>
    changeOne(run, chance, ({ service }) => ({
      showAs: service === 'google' ? chance.pick(['free', 'busy', 'tentative']) : chance.pick(['free', 'busy', 'oof']),
    })),
  sensitivity: (run, chance) =>
    changeOne(run, chance, () => ({ sensitivity: chance.pick(['normal', 'private', 'confidential']) })),
  delete: (run, chance) => {
    const found = pickOriginal(run, chance);
    if (found) removeOriginal(run, found.side, found.event);
  },
  'cancel-occurrence': (run, chance) => {
    const found = pickOccurrence(run, chance);
    if (found) removeOriginal(run, found.side, found.event, found.instance.originalStart);
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
    changeOriginal(run, side, event, { attendees });
  },
  touch: (run, chance) => {
    const found = pickOriginal(run, chance);
    if (found) worldOf(run, found.side).touch(found.side.sim.id, found.event.id);
  },
  'same-meeting': (run, chance) => {
    const found = pickOriginal(run, chance, (event) => isInvitation(event) && !event.cancelled);
    const others = busySides(run).filter(
      (side) =>
        side !== found?.side &&
        side.userId === found?.side.userId &&
        // At iCloud a person has a meeting once.
        (side.service !== 'icloud' || side.email !== found?.side.email),
    );
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
    const route = routeOf(run, event);
    // Of one-way pairs only the verification puts copies back.
    if (run.plan.prompt && !route?.twoWay) return;
    // What is written into the copy of a two-way pair is from then on a text of its original; any other is to go nowhere.
    const home = route?.twoWay && !route.options.markPrivate ? route.source.sim.id : undefined;
    const mark = () => {
      const made = run.marks.make(home);
      if (route?.twoWay) run.ledger.scribbles.push({ mark: made, routeId: route.id, home: route.source.sim.id });
      return made;
    };
    const google = side.service === 'google';
    const changes: Record<string, () => Partial<SimFields>> = {
      title: () => ({ title: `Scribble ${mark()}` }),
      description: () => ({ description: `Note ${mark()}`, descriptionType: google ? 'html' : 'text' }),
      location: () => ({ location: `Elsewhere ${mark()}` }),
      both: () => ({ title: `Both ${mark()}`, location: `There ${mark()}` }),
      time: () => {
        const { time } = event;
        const occurrence = run.ledger.originalOf(event)?.endsWith(' ') === false;
        if (!occurrence) return { time: inventTime(chance, run.marks, side, run.scheduler.now) };
        // An occurrence cannot be moved past its neighbours.
        return time.allDay ? {} : { time: timed(wallAfter(time.start, 35), 50, time.zone) };
      },
      showAs: () => ({ showAs: chance.pick(google ? ['free', 'busy'] : ['free', 'busy', 'oof', 'tentative']) }),
      sensitivity: () => ({ sensitivity: chance.pick(['normal', 'private']) }),
    };
    const patch =
      changes[chance.weighted({ title: 3, description: 2, location: 2, both: 1, time: 4, showAs: 2, sensitivity: 1 })];
    if (patch) changeCopy(run, side, event, route, patch());
  },
  'delete-copy': (run, chance) => {
    const found = pickCopy(run, chance);
    if (!found) return;
    const { side, event } = found;
    const route = routeOf(run, event);
    if (route?.twoWay) noteDeletion(run, side, event, route);
    else noteDismissal(run, side, event);
    worldOf(run, side).remove(side.sim.id, event.id);
  },
  clash: (run, chance) => {
    const found = pickCopy(run, chance, (event) => {
      const key = run.ledger.originalOf(event);
      const original = key && originalNamed(run, key);
      return routeOf(run, event)?.twoWay === true && original !== undefined && original !== '';
    });
    const key = found && run.ledger.originalOf(found.event);
    const original = key ? originalNamed(run, key) : undefined;
    const home = original && run.sides.find(({ sim }) => sim.id === original.event.calendarId);
    if (!found || !original || !home) return;
    const { side, event } = found;
    const route = routeOf(run, event);
    const mark = () => run.marks.make(route?.options.markPrivate ? undefined : home.sim.id);
    const time = timed(
      wallAfter(`${event.time.start.slice(0, 10)}T10:00:00`, run.marks.nextMinute()),
      45,
      side.sim.zone,
    );
    const moved = event.time.allDay || original.originalStart !== undefined ? {} : { time };
    const onCopy = () =>
      changeCopy(run, side, event, route, chance.happens(0.5) ? moved : { title: `Clash ${mark()}` });
    const onOriginal = (patch: Partial<SimFields>) =>
      changeOriginal(run, home, original.event, patch, original.originalStart);
    switch (chance.weighted({ originalGoes: 3, sameField: 2, otherField: 2, copyGoes: 2 })) {
      case 'originalGoes':
        onCopy();
        removeOriginal(run, home, original.event, original.originalStart);
        return;
      case 'sameField':
        onCopy();
        onOriginal({ title: `Crash ${run.marks.make(home.sim.id)}` });
        return;
      case 'otherField':
        onCopy();
        onOriginal({ location: `Meanwhile ${run.marks.make(home.sim.id)}` });
        return;
      case 'copyGoes':
        onOriginal({ title: `Late ${run.marks.make(home.sim.id)}` });
        noteDeletion(run, side, event, route ?? undefined);
        worldOf(run, side).remove(side.sim.id, event.id);
    }
  },
  'invite-to-copy': (run, chance) => {
    const found = pickCopy(run, chance);
    if (!found) return;
    const { side, event } = found;
    // Graph may carry out a write although its condition does not hold. Against that nothing can be done, so it is left out here.
    run.services.faults.microsoft.disarm('if-match-ignored');
    run.ledger.theirs.add(eventKey(side.service, side.sim.id, event.id));
    noteDismissal(run, side, event);
    forgetEditsOf(run, event);
    worldOf(run, side).change(side.sim.id, event.id, {
      attendees: [{ email: `${run.marks.make()}@guests.example`, response: 'none' }],
    });
  },

  options: onPair(async (run, chance, pair) => {
    run.ledger.optionsChanged = true;
    // What somebody wrote into a private copy shortly before the route was opened is an edit like any other by then.
    for (const { mark, routeId, home } of run.ledger.scribbles) {
      if (pair.routes.some(({ id }) => id === routeId)) run.marks.alsoIn(home, mark);
    }
    // What of an unnoticed edit still flows back depends on when the options change.
    run.ledger.edits.forget(() => true);
    await people.changeOptions(run, pair, planOptions(chance), chance.happens(0.5) ? planOptions(chance) : undefined);
  }),
  pause: onPair((run, _chance, pair) => people.pause(run, pair)),
  resume: onPair((run, _chance, pair) => people.resume(run, pair)),
  'remove-pair': onPair(async (run, chance, pair) => {
    run.ledger.edits.forget(() => true);
    await people.removePair(run, pair, chance.happens(0.7) ? 'remove' : 'keep');
  }),
  'add-pair': async (run, chance) => {
    const side = chance.pick(run.sides);
    const own = run.sides.filter(
      (each) => each.userId === side.userId && each !== side && each.sim.access !== 'reader',
    );
    if (own.length === 0 || run.ledger.isLeaving(side)) return;
    const target = chance.pick(own);
    if (run.ledger.isLeaving(target)) return;
    const [there, back] = [planOptions(chance), planOptions(chance)];
    const twoWay = chance.happens(run.plan.twoWayShare) && side.sim.access !== 'reader';
    const direction = twoWay ? 'two-way' : 'one-way';
    await people.createPair(run, { source: side.place, target: target.place, direction, there, back });
  },
  revoke: (run, chance) => {
    const side = chance.pick(run.sides);
    run.services[side.service].revoke(side.email);
    if (side.service !== 'icloud') run.services[side.service].expireAccessTokens();
    run.ledger.revoked.set(side.email, [...(run.ledger.revoked.get(side.email) ?? []), run.scheduler.now]);
  },
  reconnect: async (run, chance) => {
    const side = chance.pick(run.sides);
    if (!run.ledger.isLeaving(side)) await people.reconnect(run, side);
  },
  disconnect: async (run, chance) => {
    const side = chance.pick(run.sides);
    run.ledger.edits.forget(() => true);
    if (!run.ledger.isLeaving(side)) await people.disconnect(run, side, chance.happens(0.7) ? 'remove' : 'keep');
  },
  leave: async (run, chance) => {
    const userId = chance.pick(run.users);
    run.ledger.edits.forget(() => true);
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
  changeOriginal(run, side, event, patch(side), start);
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

function pickCopy(run: Run, chance: Chance, wanted: (event: SimEvent) => boolean = () => true): Found | undefined {
  const found = run.sides.flatMap((side) =>
    worldOf(run, side)
      .events(side.sim.id)
      .filter(
        (event) =>
          !event.deleted &&
          run.ledger.isCopy(side.service, event) &&
          !run.ledger.theirs.has(eventKey(side.service, side.sim.id, event.id)) &&
          wanted(event),
      )
      .map((event) => ({ side, event })),
  );
  return found.length > 0 ? chance.pick(found) : undefined;
}

function instancesOf(run: Run, side: Side, event: SimEvent): SimInstance[] {
  const { now } = run.scheduler;
  return worldOf(run, side).instancesOf(event, now - 400 * DAY, now + 800 * DAY);
}

/** The route that a copy is of, as the pair is set up now. */
function routeOf(run: Run, event: SimEvent): (people.KnownRoute & { readonly twoWay: boolean }) | undefined {
  const routeId = markOf(event)?.routeId;
  for (const pair of run.ledger.pairs) {
    const route = pair.routes.find(({ id }) => id === routeId);
    // What is being removed follows nothing any more.
    if (route) return { ...route, twoWay: pair.direction === 'two-way' && !pair.removing };
  }
  return undefined;
}

function instanceOf(run: Run, side: Side, event: SimEvent, originalStart?: string): SimInstance | undefined {
  return instancesOf(run, side, event).find((instance) => instance.originalStart === originalStart);
}

/** A person changes an original, or one occurrence of it. */
function changeOriginal(
  run: Run,
  side: Side,
  event: SimEvent,
  patch: Partial<SimFields>,
  originalStart?: string,
): void {
  const before = instanceOf(run, side, event, originalStart);
  const whole = event.recurrence !== undefined && originalStart === undefined;
  worldOf(run, side).change(side.sim.id, event.id, patch, originalStart);
  const after = instanceOf(run, side, event, originalStart);
  const { edits } = run.ledger;
  // A series' own change, an answer or an invitation is another rule's business than single edits.
  if (whole || !before || !after || patch.attendees || patch.cancelled) {
    edits.forget((original) => original.startsWith(`${side.sim.id} ${event.id} `));
    return;
  }
  const key = instanceKey(after);
  if (after.fields.attendees.length > 0) return;
  edits.edited(key, before, after, twinsOf(run, key), ['title', 'description', 'location', 'time']);
}

function removeOriginal(run: Run, side: Side, event: SimEvent, originalStart?: string): void {
  const before = instanceOf(run, side, event, originalStart);
  const { edits } = run.ledger;
  if (event.recurrence !== undefined && originalStart === undefined) {
    edits.forget((original) => original.startsWith(`${side.sim.id} ${event.id} `));
  } else if (before) {
    const key = instanceKey(before);
    const clean = twinsOf(run, key).every((twin) => isSame(before, twin) && isAsWritten(run, twin));
    const twins = twinsOf(run, key);
    const plain = before.fields.attendees.length === 0;
    // Of one that was made anew already nobody here knows which copy would make it anew once more.
    const edited =
      plain && markOf(event)?.kind !== 'restored' && twins.some((twin) => isEditedByPerson(run, before, twin));
    edits.deleted(key, { at: run.scheduler.now, clean: clean && plain, edited });
  }
  worldOf(run, side).remove(side.sim.id, event.id, originalStart);
}

function changeCopy(
  run: Run,
  side: Side,
  event: SimEvent,
  route: (people.KnownRoute & { readonly twoWay: boolean }) | undefined,
  patch: Partial<SimFields>,
): void {
  const key = run.ledger.originalOf(event);
  const before = instanceOf(run, side, event);
  worldOf(run, side).change(side.sim.id, event.id, patch);
  const after = instanceOf(run, side, event);
  if (!route?.twoWay || !key || !before || !after) return;
  const original = originalNamed(run, key);
  // Its deletion may not have come here yet; then the edit counts more.
  if (!original) run.ledger.edits.doubted(key);
  if (!original || isUntouchable(route.source, original)) return;
  const others = [original, ...twinsOf(run, key).filter((twin) => twin.event !== event)];
  const hidden = route.options.markPrivate;
  const joins = /https?:/.test(original.fields.description);
  const seen: Field[] = hidden ? ['time'] : ['title', 'location', 'time', ...(joins ? [] : (['description'] as const))];
  // Whether a link in it leads to a meeting, so that the text stays as it is, is for the engine to tell.
  run.ledger.edits.edited(key, before, after, others, seen, joins && !hidden ? ['description'] : []);
}

/** A meeting, or at iCloud an event of a series to any part of which people are invited: whoever changes one makes the server mail them. */
function isUntouchable({ service }: Side, { event, fields }: SimInstance): boolean {
  const parts = service === 'icloud' ? [event, ...event.overrides.values()] : [];
  return [fields, ...parts].some(({ attendees = [] }) => attendees.length > 0);
}

/** The copies of an original in all its two-way pairs. */
function twinsOf(run: Run, key: string): SimInstance[] {
  return run.sides.flatMap((side) =>
    worldOf(run, side)
      .events(side.sim.id)
      .filter(
        (event) =>
          !event.deleted &&
          run.ledger.isCopy(side.service, event) &&
          !run.ledger.theirs.has(eventKey(side.service, side.sim.id, event.id)) &&
          run.ledger.originalOf(event) === key,
      )
      .flatMap((event) => (routeOf(run, event)?.twoWay ? (instanceOf(run, side, event) ?? []) : [])),
  );
}

export function originalNamed(run: Run, key: string): SimInstance | undefined {
  const [calendarId = '', eventId = '', ...rest] = key.split(' ');
  const side = run.sides.find(({ sim }) => sim.id === calendarId);
  const event = side && worldOf(run, side).event(calendarId, eventId);
  const start = rest.join(' ');
  return side && event && !event.deleted ? instanceOf(run, side, event, start === '' ? undefined : start) : undefined;
}

function isSame(original: SimInstance, copy: SimInstance): boolean {
  return (['title', 'location', 'time', 'description'] as const).every(
    (field) => said(original, field) === said(copy, field) || said(copy, field) === '',
  );
}

/** A person changed the copy since Hetk wrote it, in something that flows back; so the edit counts more than a deletion of the original. */
function isEditedByPerson(run: Run, original: SimInstance, copy: SimInstance): boolean {
  const side = run.sides.find(({ sim }) => sim.id === copy.event.calendarId);
  const written = side && run.ledger.written(side.service, copy.event);
  const route = routeOf(run, copy.event);
  if (!written || !route || route.state !== 'active' || copy.event.modifiedAt <= written.at) return false;
  if (run.ledger.gaveBackSince(route.source.service, original.event, copy.event.modifiedAt)) return false;
  const flowing = route.options.markPrivate ? (['time'] as const) : (['title', 'location', 'time'] as const);
  const { title, location, time } = written.fields;
  const before = { title: marksIn(title), location: marksIn(location), time: timeSaid(time) };
  return flowing.some((field) => said(copy, field) !== said(original, field) && said(copy, field) !== before[field]);
}

/**
 * Nobody changed the copy, in whatever it may be, since Hetk wrote it, and that is long enough ago to be noted: what a killed worker had in hand comes
 * back after ten minutes.
 */
function isAsWritten(run: Run, { event }: SimInstance): boolean {
  const side = run.sides.find(({ sim }) => sim.id === event.calendarId);
  const written = side && run.ledger.written(side.service, event);
  return written !== undefined && event.modifiedAt <= written.at && run.scheduler.now - written.at > 20 * 60_000;
}

/** A copy of a two-way pair is deleted, and its original with it, unless that changed meanwhile or is a meeting. */
function noteDeletion(run: Run, side: Side, event: SimEvent, route: people.KnownRoute | undefined): void {
  const key = run.ledger.originalOf(event);
  const original = key && originalNamed(run, key);
  const copy = instanceOf(run, side, event);
  const written = run.ledger.written(side.service, event);
  const home = original && run.sides.find(({ sim }) => sim.id === original.event.calendarId);
  // A private copy of one of several events at the same time: nobody here can say whose edits go with it.
  if (!key && route) run.ledger.edits.forget((each) => each.startsWith(`${route.source.sim.id} `));
  // With both gone there is nothing left that an edit could be kept in.
  if (key && !original) run.ledger.edits.forget((each) => each === run.ledger.edits.newest(key));
  if (!key || !home || !copy || !written || isUntouchable(home, original)) return;
  run.ledger.edits.copyGone(key, original);
  const others = twinsOf(run, key);
  const quiet = original.modifiedAt < written.at && original.event.modifiedAt < written.at;
  const clean = quiet && others.every((twin) => isSame(original, twin) && isAsWritten(run, twin));
  const safe = clean && route?.state === 'active';
  run.ledger.edits.deleted(key, { at: run.scheduler.now, clean: safe, edited: false });
}

/** The copy is not wanted. Where nobody knows of which original it is, whatever lies at its time may stay away. */
function noteDismissal(run: Run, side: Side, event: SimEvent): void {
  const routeId = markOf(event)?.routeId;
  const original = run.ledger.originalOf(event);
  const instance = original && originalNamed(run, original);
  const written = run.ledger.written(side.service, event)?.fields.time;
  if (!routeId || !written) return;
  const time = instance ? said(instance, 'time') : timeSaid(written);
  const caughtUp = time === timeSaid(written);
  run.ledger.dismissals.push({ routeId, original, time, caughtUp, at: run.scheduler.now });
}

function forgetEditsOf(run: Run, event: SimEvent): void {
  const original = run.ledger.originalOf(event);
  run.ledger.edits.forget((key) => key === original);
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
