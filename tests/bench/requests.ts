import type { Side } from './engine.ts';
import { benchAppointment, type ServiceName } from './services.ts';
import { type BenchWorld, startBenchWorld } from './world.ts';

/** How many requests Hetk makes, beside how many must be made. Counts, and so the same on every machine. */

/** What is counted: each from its cause until all is at rest. */
const acts = ['first sync', 'no-op', 'created', 'changed', 'deleted', 'verification'] as const;
type Act = (typeof acts)[number];

export interface Counted {
  readonly service: ServiceName;
  readonly role: 'source' | 'target';
  /** Events of the calendar. */
  readonly size: number;
  readonly act: Act;
  readonly requests: number;
  readonly minimum: number;
}

/** Every service once as source and once as target. */
const roads: readonly (readonly [ServiceName, ServiceName])[] = [
  ['microsoft', 'google'],
  ['google', 'icloud'],
  ['icloud', 'microsoft'],
];

/**
 * Rows of one page or items of one request, at most. Graph documents no most for delta, where a page is a hint; 100 is what it has been seen to keep.
 * Google's 2500 is documented; of iCloud clients ask for up to 100 resources at once. What iCloud is written takes a request for each event, and as the etag
 * that it answers is old by the time it rewrites the event (or is not there), what it made of the event is another question.
 */
const pages: Readonly<Record<ServiceName, { readonly read: number; readonly write: number }>> = {
  microsoft: { read: 100, write: 20 },
  google: { read: 2500, write: 50 },
  icloud: { read: 100, write: 1 },
};

/**
 * What nobody could do without: reading all that is there, or what changed; writing each copy. iCloud tells first which resources there are, or changed, and
 * their text on a second request; its token takes one more. A verification reads both calendars.
 */
export function minimumOf(service: ServiceName, role: Counted['role'], act: Act, size: number): number {
  const page = pages[service];
  const listing = Math.max(Math.ceil(size / page.read), 1) + (service === 'icloud' ? 1 : 0);
  if (role === 'target') {
    const stored = (events: number) => (service === 'icloud' ? Math.ceil(events / page.read) : 0);
    if (act === 'first sync') return Math.ceil(size / page.write) + stored(size);
    if (act === 'verification') return listing;
    if (act === 'created' || act === 'changed') return 1 + stored(1);
    return act === 'no-op' ? 0 : 1;
  }
  if (act === 'first sync' || act === 'verification') return listing + (service === 'icloud' ? 1 : 0);
  return service === 'icloud' && (act === 'created' || act === 'changed') ? 2 : 1;
}

/**
 * @param sizes how many events the sources hold
 * @param only out of this service; by default out of each
 */
export async function benchRequests(
  sizes: readonly number[],
  say: (line: string) => void,
  only?: string,
): Promise<Counted[]> {
  const all: Counted[] = [];
  for (const size of sizes) {
    for (const [from, to] of roads.filter(([service]) => !only || service === only)) {
      say(`${size} events, ${from} → ${to}`);
      const world = await startBenchWorld();
      try {
        all.push(...(await countRoad(world, from, to, size)));
      } finally {
        await world.close();
      }
    }
  }
  return all;
}

/** Longer than any pause that is asked for, shorter than any timer. */
const REST_MS = 60_000;

async function countRoad(world: BenchWorld, from: ServiceName, to: ServiceName, size: number): Promise<Counted[]> {
  const source = await world.connect(from, 'source@bench.example');
  const target = await world.connect(to, 'target@bench.example');
  const calendars = world.services.worlds[from];
  for (let index = 0; index < size; index += 1)
    calendars.insert(source.remote.id, benchAppointment(index, world.now()));
  await world.pair(source.calendar, target.calendar);
  const calendarId = source.calendar.id;
  const counted: Counted[] = [];

  async function count(act: Act, copies: number, cause: () => Promise<unknown>): Promise<void> {
    const before = world.counts();
    await cause();
    await world.advance(REST_MS);
    const after = world.counts();
    const found = copiesIn(world, target);
    if (found !== copies) throw new Error(`${from} → ${to}, ${act}: ${found} copies instead of ${copies}.`);
    const row = (service: ServiceName, role: Counted['role']): Counted => {
      const requests = after[service] - before[service];
      return { service, role, size, act, requests, minimum: minimumOf(service, role, act, size) };
    };
    counted.push(row(from, 'source'), row(to, 'target'));
  }

  await count('first sync', size, () => world.queues.bulk({ kind: 'full', calendarId, at: world.now(), verify: true }));
  await world.queues.bulk({ kind: 'subscribe', calendarId, recreate: false });
  await world.advance(REST_MS);
  /** Where there is no push, the account is asked as the timer would have it asked. */
  const told = async () => {
    const { accountId } = source.calendar;
    if (!world.needs.providers[from]?.push) await world.queues.changes({ kind: 'poll', accountId, at: world.now() });
  };
  await count('no-op', size, () => world.queues.changes({ kind: 'pull', calendarId, at: world.now() }));
  const added = calendars.insert.bind(calendars, source.remote.id, benchAppointment(size, world.now()));
  let newest = '';
  await count('created', size + 1, async () => {
    newest = added().id;
    await told();
  });
  await count('changed', size + 1, async () => {
    calendars.change(source.remote.id, newest, { title: 'Another title' });
    await told();
  });
  await count('deleted', size, async () => {
    calendars.remove(source.remote.id, newest);
    await told();
  });
  await count('verification', size, () =>
    world.queues.bulk({ kind: 'full', calendarId, at: world.now(), verify: true }),
  );
  return counted;
}

function copiesIn(world: BenchWorld, { service, remote }: Side): number {
  return world.services.worlds[service].events(remote.id).filter(({ deleted }) => !deleted).length;
}

/** The goal: at most one more than what must be. */
const MOST_MORE = 1;

export function printedRequests(counted: readonly Counted[]): string[] {
  const sizes = [...new Set(counted.map(({ size }) => size))];
  const cell = (text: string) => text.padStart(16);
  const lines = [`${'requests / minimum'.padEnd(32)}${sizes.map((size) => cell(`${size} events`)).join('')}`];
  for (const act of acts) {
    const rows = counted.filter((row) => row.act === act);
    for (const { service, role } of rows.filter(({ size }) => size === sizes[0])) {
      const own = rows.filter((row) => row.service === service && row.role === role);
      const cells = own.map(({ requests, minimum }) =>
        cell(`${requests} / ${minimum}${requests > minimum + MOST_MORE ? ' !' : '  '}`),
      );
      lines.push(`${`${act}, ${service} as ${role}`.padEnd(32)}${cells.join('')}`);
    }
  }
  return [...lines, '! more than one above the minimum'];
}
