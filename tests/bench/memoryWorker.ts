import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { systemClock } from '../../shared/platform/clock.ts';
import { doBulk } from '../../shared/sync/bulk.ts';
import { startEngine } from './engine.ts';

/**
 * A worker of Hetk in a process of its own: a small first sync, so that whatever it needs is loaded and has been used, then the one that
 * counts. Prints as JSON what it took.
 */

const orders = z.object({
  origins: z.object({ microsoft: z.string(), google: z.string(), icloud: z.string() }),
  storage: z.string(),
  roads: z
    .array(
      z.object({
        from: z.enum(['microsoft', 'google', 'icloud']),
        source: z.string(),
        to: z.enum(['microsoft', 'google', 'icloud']),
        target: z.string(),
      }),
    )
    .length(2),
  /** Of iCloud accounts, by e-mail address. */
  passwords: z.record(z.string(), z.string()),
});

const MB = 1_048_576;

const { origins, storage, roads, passwords } = orders.parse(JSON.parse(process.argv[2] ?? ''));
const engine = await startEngine({
  clock: systemClock,
  origins,
  fetch,
  storage,
  queues: { changes: async () => {}, bulk: async () => {} },
});

async function firstSync({ from, source, to, target }: (typeof roads)[number]): Promise<void> {
  const [there] = await engine.connect(from, source, passwords[source]);
  const [copies] = await engine.connect(to, target, passwords[target]);
  await engine.pair(there, copies);
  await doBulk(engine.needs, { kind: 'full', calendarId: there.id, at: Date.now(), verify: true });
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const [small, large] = roads;
if (!small || !large) throw new Error('Two roads are needed.');
await firstSync(small);
collect();
await new Promise((resume) => setTimeout(resume, 200));
collect();
const idle = { rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed };

let [rss, heap] = [idle.rss, idle.heap];
// What is left after a full collection is what something holds.
const FULL = constants.NODE_PERFORMANCE_GC_MAJOR;
const collection = z.object({ detail: z.object({ kind: z.number() }) });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (collection.safeParse(entry).data?.detail.kind === FULL) heap = Math.max(heap, process.memoryUsage().heapUsed);
}).observe({ entryTypes: ['gc'] });
const watch = setInterval(() => {
  rss = Math.max(rss, process.memoryUsage.rss());
}, 20);
const cpu = process.cpuUsage();
await firstSync(large);
const { user, system } = process.cpuUsage(cpu);
clearInterval(watch);
const [route] = (await engine.stores.pairs.ofUser(engine.userId)).at(-1)?.routes ?? [];
console.log(
  JSON.stringify({
    idleMb: idle.rss / MB,
    peakMb: rss / MB,
    idleHeapMb: idle.heap / MB,
    heldMb: heap / MB,
    cpuSeconds: (user + system) / 1e6,
    links: route ? await engine.stores.links.countLive(route.id) : 0,
  }),
);
process.exit(0);
