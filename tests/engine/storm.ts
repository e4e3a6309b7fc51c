import { instanceJson } from '../../local/core/control.ts';
import type { SimFields } from '../../local/core/core.ts';
import { judge } from '../../local/demo/rules.ts';
import { fraction, type Random } from '../../shared/platform/random.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

import { appointment, type Service, type Side, seeded, startTestWorld, type TestWorld } from './testWorld.ts';

/**
 * A storm: people change their calendars at random while services fail, notifications are lost and workers are killed; then the faults stop, a few days
 * pass, and every route must show exactly what the rules demand. The same seed makes the same storm.
 */

const faults: Readonly<Record<Service, readonly string[]>> = {
  microsoft: [
    'throttled',
    'too-many-requests',
    'unavailable',
    'gateway-timeout',
    'server-error',
    'unauthorized',
    'not-json',
    'not-json-error',
    'empty-value',
    'response-lost',
    'batch-item-missing',
    'sync-state-not-found',
    'sync-state-invalid',
    'resync-required',
    'endless-pages',
    'empty-page',
    'repeated-rows',
    'replayed-rows',
    'unknown-removed',
    'stale-round',
    'etag-bump',
    'conflict-409',
    'if-match-ignored',
    'duplicate-409',
    'duplicate-unnamed',
    'reminder-ignored',
    'subscription-lost',
    'subscription-gone',
    'notification-lost',
    'notification-doubled',
    'notification-late',
    'notification-reordered',
    'notification-mixed',
    'notification-forged',
  ],
  google: [
    'rate-limit',
    'user-rate-limit',
    'quota',
    'too-many-requests',
    'server-error',
    'unavailable',
    'unauthorized',
    'not-json',
    'response-lost',
    'conflict',
    'full-sync-required',
    'empty-page',
    'repeated-page',
    'empty-list',
    'stale-read',
    'etag-change',
    'channel-lost',
    'notification-lost',
    'notification-doubled',
    'notification-late',
    'notification-forged',
    'batch-unavailable',
    'token-unavailable',
  ],
};

const services: readonly Service[] = ['microsoft', 'google'];

export interface StormResult {
  readonly faults: readonly string[];
  readonly poisoned: readonly string[];
  readonly fired: Readonly<Record<string, number>>;
}

export async function storm(storage: string, seed: string): Promise<StormResult> {
  const chance = seeded(`storm ${seed}`);
  const world = await startTestWorld(storage, `storm ${seed}`);
  try {
    const sides = await calendars(world, chance);
    const routes = await pairs(world, chance, sides);
    await world.advance(MINUTE);
    const poisoned: unknown[] = [];
    world.suffer({ killed: () => fraction(chance) < 0.01, poisoned });
    for (let turn = 0; turn < 25; turn += 1) {
      if (fraction(chance) < 0.6) armFault(world, chance);
      act(world, chance, pick(chance, sides));
      if (fraction(chance) < 0.25) await actOnCopies(world, chance, routes);
      if (fraction(chance) < 0.15) await actOnPairs(world, chance, routes);
      await world.live(Math.round(fraction(chance) * 20 * MINUTE), 5 * MINUTE);
    }
    const fired = { ...world.faults.microsoft.fired(), ...world.faults.google.fired() };
    for (const service of services) world.faults[service].disarm();
    world.suffer({ killed: () => false, poisoned });
    await reconnect(world, sides);
    await world.live(2 * DAY, 6 * HOUR);
    return { faults: await verdict(world, routes), poisoned: poisoned.map(String), fired };
  } finally {
    await world.close();
  }
}

async function calendars(world: TestWorld, chance: Random): Promise<Side[]> {
  const count = 2 + Math.floor(fraction(chance) * 3);
  const sides: Side[] = [];
  for (let index = 0; index < count; index += 1)
    sides.push(await world.connect(pick(chance, services), `person${index}@example.com`));
  for (const side of sides) for (let event = 0; event < 4; event += 1) create(world, chance, side);
  return sides;
}

interface Way {
  readonly pairId: string;
  readonly routeId: string;
  readonly source: Side;
  readonly target: Side;
  /** Starts of copies that the user deleted: they stay away until the original moves. */
  readonly dismissed: Set<string>;
  isPrivate: boolean;
  removed: boolean;
}

async function pairs(world: TestWorld, chance: Random, sides: readonly Side[]): Promise<Way[]> {
  const routes: Way[] = [];
  const wanted = 1 + Math.floor(fraction(chance) * 3);
  for (const source of sides) {
    for (const target of sides) {
      if (source === target || routes.length >= wanted) continue;
      if (routes.length > 0 && fraction(chance) < 0.4) continue;
      const isPrivate = fraction(chance) < 0.2;
      const pair = await world.pair(source, target, { markPrivate: isPrivate });
      const routeId = pair.routes[0]?.id ?? '';
      routes.push({ pairId: pair.id, routeId, source, target, dismissed: new Set(), isPrivate, removed: false });
    }
  }
  return routes;
}

/** People whose account asked for it sign in again, as the page does it. */
async function reconnect({ stores, needs, now }: TestWorld, sides: readonly Side[]): Promise<void> {
  for (const { account, calendar } of sides) {
    if ((await stores.accounts.find(account.id))?.status !== 'reconnect') continue;
    await stores.accounts.setStatus(account.id, 'active');
    for (const calendarId of await stores.pairs.waitingOn(account.id)) {
      await needs.queues.bulk({ kind: 'full', calendarId, at: now(), verify: true });
    }
    await needs.queues.changes({ kind: 'pull', calendarId: calendar.id, at: now() });
  }
}

function armFault(world: TestWorld, chance: Random): void {
  const service = pick(chance, services);
  world.fault(service, {
    name: pick(chance, faults[service]),
    times: 1 + Math.floor(fraction(chance) * 3),
    chance: 0.5,
  });
}

function create(world: TestWorld, chance: Random, side: Side): void {
  const recurring = fraction(chance) < 0.3;
  world.insert(
    side,
    fieldsOf(chance),
    recurring ? pick(chance, ['FREQ=WEEKLY;COUNT=6', 'FREQ=DAILY;COUNT=5', 'FREQ=MONTHLY;COUNT=3']) : undefined,
  );
}

function fieldsOf(chance: Random): SimFields {
  const day = new Date(Date.parse('2026-11-20') + Math.floor(fraction(chance) * 120) * DAY).toISOString().slice(0, 10);
  const hour = String(Math.floor(fraction(chance) * 22)).padStart(2, '0');
  const title = `Event ${Math.floor(fraction(chance) * 1e6)}`;
  const changes: Partial<SimFields> = {
    description: pick(chance, ['', 'Two\nlines', 'See https://example.com/agenda']),
    location: pick(chance, ['', 'Room 4']),
    sensitivity: pick(chance, ['normal', 'private', 'confidential']),
    showAs: pick(chance, ['busy', 'free']),
  };
  const plain = appointment(title, `${day}T${hour}:00`, changes);
  if (fraction(chance) < 0.25) {
    const end = new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);
    return { ...plain, time: { allDay: true, start: day, end, zone: 'Europe/Vienna' } };
  }
  return {
    ...plain,
    time: {
      ...plain.time,
      zone: pick(chance, ['Europe/Vienna', 'America/New_York', 'Asia/Tokyo', 'Pacific/Auckland']),
    },
  };
}

/** One thing that a person does to an event of their own; copies are left alone, because one-way routes put them back only daily. */
function act(world: TestWorld, chance: Random, side: Side): void {
  const service = world.worlds[side.service];
  const own = service.events(side.remote.id).filter((event) => !event.deleted && !isCopy(event.extra));
  const event = own.length > 0 ? pick(chance, own) : undefined;
  const what = fraction(chance);
  if (!event || what < 0.3) {
    create(world, chance, side);
    return;
  }
  const instances = service.instancesOf(event, world.now() - 400 * DAY, world.now() + 400 * DAY);
  const occurrence =
    event.recurrence && fraction(chance) < 0.7 && instances.length > 0
      ? pick(chance, instances).originalStart
      : undefined;
  if (what < 0.5) service.remove(side.remote.id, event.id, occurrence);
  else if (what < 0.6) service.touch(side.remote.id, event.id);
  else if (what < 0.8)
    service.change(side.remote.id, event.id, { title: `Changed ${Math.floor(fraction(chance) * 1e6)}` }, occurrence);
  else {
    const { time, ...rest } = fieldsOf(chance);
    service.change(side.remote.id, event.id, occurrence || event.recurrence ? rest : { ...rest, time }, occurrence);
  }
}

/** What a person does to a copy: scribbles on it, or deletes it. Either is put right, or respected, at the next verification. */
async function actOnCopies(world: TestWorld, chance: Random, ways: readonly Way[]): Promise<void> {
  const way = pick(chance, ways);
  const service = world.worlds[way.target.service];
  const copies = copiesOf(world, way);
  if (copies.length === 0) return;
  const { event, startMs, fields } = pick(chance, copies);
  if (fraction(chance) < 0.5) {
    service.change(way.target.remote.id, event.id, { title: 'Scribble', location: 'Elsewhere' });
    return;
  }
  const at = new Date(startMs).toISOString();
  way.dismissed.add(fields.time.allDay ? at.slice(0, 10) : at);
  service.remove(way.target.remote.id, event.id);
}

/** What a person does to a pair on the page. */
async function actOnPairs(world: TestWorld, chance: Random, ways: readonly Way[]): Promise<void> {
  const way = pick(chance, ways);
  if (way.removed) return;
  const { stores, needs } = world;
  const calendarId = way.source.calendar.id;
  const full = () => needs.queues.bulk({ kind: 'full', calendarId, at: world.now(), verify: true });
  const what = fraction(chance);
  if (what < 0.4) {
    await stores.pairs.setPaused(way.pairId, true);
    await world.live(10 * MINUTE, 5 * MINUTE);
    await stores.pairs.setPaused(way.pairId, false);
    await full();
  } else if (what < 0.8) {
    way.isPrivate = !way.isPrivate;
    const route = await stores.pairs.route(way.routeId);
    if (route) await stores.pairs.setOptions(route.id, { ...route.options, markPrivate: way.isPrivate });
    await full();
  } else {
    way.removed = true;
    await stores.pairs.setRemoving(way.pairId);
    await needs.queues.bulk({ kind: 'remove-pair', pairId: way.pairId, copies: 'remove' });
  }
}

function copiesOf(world: TestWorld, { target, routeId }: Way) {
  return world.shown(target).filter(({ fields }) => JSON.stringify(fields.extra).includes(routeId));
}

function isCopy(extra: Readonly<Record<string, unknown>>): boolean {
  return /hetk/i.test(JSON.stringify(extra));
}

async function verdict(world: TestWorld, ways: readonly Way[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const way of ways) {
    const { source, target } = way;
    const name = `${source.service} → ${target.service}`;
    const originals = world.shown(source).filter(({ fields }) => !isCopy(fields.extra));
    const copies = copiesOf(world, way);
    if (way.removed) {
      if (copies.length > 0) wrong.push(`${name} was removed and left ${copies.length} copies`);
      if (await world.stores.pairs.find(way.pairId)) wrong.push(`${name} is still being removed`);
      continue;
    }
    const found = judge(
      originals.map(instanceJson),
      copies.map(instanceJson),
      source.email,
      world.now(),
      way.isPrivate,
    );
    const missed = found.faults.filter(
      (line) => ![...way.dismissed].some((start) => line.startsWith(`missing: ${start} `)),
    );
    wrong.push(...missed.map((line) => `${name}: ${line}`));
    const route = await world.stores.pairs.route(way.routeId);
    if (route?.state !== 'active') wrong.push(`${name} is ${route?.state}: ${route?.problem?.code}`);
  }
  const { requests } = world;
  const mailed = requests.filter(({ body }) => /"attendees":\s*\[\s*\{/.test(body));
  if (mailed.length > 0) wrong.push(`${mailed.length} requests carried attendees`);
  const before = requests.length;
  await world.live(DAY + HOUR, 6 * HOUR);
  const wrote = requests
    .slice(before)
    .filter(
      ({ method, path, body }) =>
        /POST|PUT|PATCH|DELETE/.test(method) &&
        /events(\/|\?|$)|batch/.test(path) &&
        !/watch/.test(path) &&
        (!/batch/.test(path) || /"method":"(POST|PATCH|DELETE)"|^(POST|PUT|PATCH|DELETE) /m.test(body)),
    );
  if (wrote.length > 0) wrong.push(`at rest, ${wrote.length} writes`);
  return wrong;
}

function pick<T>(chance: Random, from: readonly T[]): T {
  const found = from[Math.floor(fraction(chance) * from.length)];
  if (found === undefined) throw new Error('There is nothing to pick from.');
  return found;
}
