import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { systemClock } from '../../shared/platform/clock.ts';
import { startFarm } from './farm.ts';
import { benchAppointment, type ServiceName } from './services.ts';

/** What a first sync makes a worker hold: each in a process of its own, between simulated services in this one. */

const measured = z.object({
  /** Resident set before, after a small first sync, and the most during the large one. */
  idleMb: z.number(),
  peakMb: z.number(),
  /** JavaScript's heap before, and the most that a full collection left in it. */
  idleHeapMb: z.number(),
  heldMb: z.number(),
  cpuSeconds: z.number(),
  /** Copies that were made. */
  links: z.number(),
});

export interface Memory {
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly size: number;
  /** Undefined when the worker ended before its work: its heap was too small. */
  readonly took?: z.infer<typeof measured> | undefined;
}

/** What a process needs to warm up. */
const SMALL = 30;

const roads = [
  ['microsoft', 'google'],
  ['google', 'microsoft'],
  ['icloud', 'google'],
] as const;

const program = fileURLToPath(new URL('./memoryWorker.ts', import.meta.url));

interface MemoryOptions {
  /** Only out of this service. */
  readonly from?: string | undefined;
  /** Most that JavaScript's heap may hold, MB; by default as on an instance. */
  readonly heapMb?: number | undefined;
}

/**
 * What Node 24 chooses by itself where it sees the 2 GB of an instance as it is deployed: MB for old objects, and for either half of the young ones. It lets
 * garbage lie while there is room, so that on a larger machine the same work takes more.
 */
const INSTANCE = { old: 1024, young: 32 } as const;
const SMALL_YOUNG = 8;

export async function benchMemory(
  sizes: readonly number[],
  say: (line: string) => void,
  { from: only, heapMb }: MemoryOptions = {},
): Promise<Memory[]> {
  const { old, young } = heapMb ? { old: heapMb, young: SMALL_YOUNG } : INSTANCE;
  const nodeOptions = [`--max-old-space-size=${old}`, `--max-semi-space-size=${young}`];
  const all: Memory[] = [];
  for (const [from, to] of roads.filter(([service]) => !only || service === only)) {
    for (const size of sizes) {
      say(`${size} events, ${from} → ${to}`);
      const memory = await measure(from, to, size, nodeOptions);
      say(rowOf(memory));
      all.push(memory);
    }
  }
  return all;
}

async function measure(
  from: ServiceName,
  to: ServiceName,
  size: number,
  nodeOptions: readonly string[],
): Promise<Memory> {
  const farm = await startFarm({ clock: systemClock });
  try {
    const passwords: Record<string, string> = {};
    const person = (service: ServiceName, email: string) => {
      const calendar = farm.services.addPerson(service, email);
      if (service === 'icloud') passwords[email] = farm.services.icloud.issuePassword(email);
      return calendar;
    };
    const road = (name: string, events: number) => {
      const [source, target] = [`${name}.source@bench.example`, `${name}.target@bench.example`];
      const { id } = person(from, source);
      person(to, target);
      for (let index = 0; index < events; index += 1)
        farm.services.worlds[from].insert(id, benchAppointment(index, Date.now()));
      return { from, source, to, target };
    };
    const roads = [road('small', SMALL), road('large', size)];
    const orders = JSON.stringify({ origins: farm.origins, storage: farm.storage, roads, passwords });
    const worker = spawn(process.execPath, [...nodeOptions, program, orders], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said: string[] = [];
    worker.stdout.on('data', (text) => said.push(String(text)));
    const [code, signal] = await once(worker, 'close');
    // How V8 ends a process whose heap is full.
    if (signal === 'SIGABRT') return { from, to, size };
    if (code !== 0) throw new Error(`The worker ended with ${code ?? signal}.`);
    return { from, to, size, took: measured.parse(JSON.parse(said.join(''))) };
  } finally {
    await farm.stop();
  }
}

/** The goals: MB above idle, and how much more the largest may take than the one of 10,000. */
const MOST_ABOVE_IDLE_MB = 150;
const FLAT_FROM = 10_000;
const MOST_GROWTH_MB = 20;

export function printedMemory(all: readonly Memory[]): string[] {
  const lines = all.map((memory) => {
    const { from, to, size, took } = memory;
    const base = all.find((other) => other.from === from && other.to === to && other.size === FLAT_FROM)?.took;
    const grows = took && base && size > FLAT_FROM && above(took) - above(base) > MOST_GROWTH_MB;
    const missed = [
      ...(took && above(took) <= MOST_ABOVE_IDLE_MB ? [] : ['above the goal']),
      ...(grows ? ['grows'] : []),
    ];
    return `${rowOf(memory)}  ${missed.join(', ')}`;
  });
  const names = ['events', 'copies', 'idle', 'peak', 'above', 'held'].map((name) => name.padStart(8)).join('');
  return [`${'MB'.padEnd(22)}${names}`, ...lines];
}

function above({ peakMb, idleMb }: z.infer<typeof measured>): number {
  return peakMb - idleMb;
}

function rowOf({ from, to, size, took }: Memory): string {
  const cell = (value: number) => value.toFixed(0).padStart(8);
  const figures = took
    ? [took.links, took.idleMb, took.peakMb, above(took), took.heldMb - took.idleHeapMb].map(cell).join('')
    : '  its heap was too small';
  return `${`${from} → ${to}`.padEnd(22)}${cell(size)}${figures}`;
}
