import { cpus } from 'node:os';
import { type Relay, startRelay } from '../contract/icloud/relay.ts';
import { type CalDavServer, startRadicale } from '../contract/icloud/servers.ts';
import { bareClient } from './bareClient.ts';
import { duplicatesIn, fill, retitled } from './calendar.ts';
import { hetkContender } from './hetkContender.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import { vdirsyncerContender } from './vdirsyncerContender.ts';

/** Two calendars at two servers; everything that is measured goes through the relay. */
export interface Course {
  readonly relay: Relay;
  readonly source: CalDavServer;
  readonly target: CalDavServer;
  readonly events: number;
}

/** Somebody who keeps the target in step with the source. */
export interface Contender {
  readonly name: string;
  /** Everything that is done once and is not measured. */
  prepare(): Promise<void>;
  /** Copies everything. Resolves when it says that it is done. */
  firstSync(): Promise<void>;
  /** Looks for changes and follows them. Resolves when nothing more is asked of either server. */
  again(): Promise<void>;
  /** Begins the first sync, is killed when the target holds this many copies, and is run again to its end. */
  killedAndRerun(copies: number): Promise<void>;
  stop(): Promise<void>;
}

interface FirstSync extends Traffic {
  /** ms */
  readonly ms: number;
  /** Time that the target's server spent on writes, ms; of writes that ran side by side only once. */
  readonly writingMs: number;
}

export interface Measured {
  readonly firstSync: FirstSync;
  readonly noOp: { readonly source: Traffic; readonly target: Traffic };
  readonly oneChange: Traffic;
  readonly rerun: { readonly duplicates: number; readonly missing: number };
}

export interface Turn {
  readonly hetk: Measured;
  readonly vdirsyncer: Measured;
  /** The same writes by a client that does nothing else, ms: what the server itself takes, one after the other and four at once. */
  readonly bare: { readonly oneByOne_ms: number; readonly fourAtOnce_ms: number };
}

export interface Results {
  readonly machine: string;
  readonly events: number;
  readonly turns: readonly Turn[];
}

interface BenchOptions {
  readonly events: number;
  readonly repeat: number;
  readonly say: (line: string) => void;
}

export async function benchCaldav({ events, repeat, say }: BenchOptions): Promise<Results> {
  const turns: Turn[] = [];
  for (let turn = 1; turn <= repeat; turn += 1) {
    say(`turn ${turn} of ${repeat}, ${events} events`);
    const vdirsyncer = await measured(vdirsyncerContender, events, say);
    const hetk = await measured(hetkContender, events, say);
    const bare = { oneByOne_ms: await bareClient(events, 1), fourAtOnce_ms: await bareClient(events, 4) };
    say(`  the writes alone: ${seconds(bare.oneByOne_ms)} one by one, ${seconds(bare.fourAtOnce_ms)} four at once`);
    turns.push({ hetk, vdirsyncer, bare });
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
  return { machine, events, turns };
}

async function measured(
  make: (course: Course) => Promise<Contender>,
  events: number,
  say: BenchOptions['say'],
): Promise<Measured> {
  const steps = await onCourse(make, events, async (contender, course) => {
    const { relay, source, target } = course;
    const began = performance.now();
    await contender.firstSync();
    const ms = performance.now() - began;
    const passed = relay.passed();
    const writes = passed.filter(({ method }) => method === 'PUT');
    const firstSync = { ...trafficOf(passed), ms, writingMs: spanOf(writes) };
    say(`  ${contender.name}: first sync in ${seconds(ms)}, ${firstSync.requests} requests`);
    await contender.again();
    relay.passed();
    await contender.again();
    const quiet = relay.passed();
    const noOp = {
      source: trafficOf(quiet.filter(({ user }) => user === source.user)),
      target: trafficOf(quiet.filter(({ user }) => user === target.user)),
    };
    await retitled(source, 'Changed');
    await contender.again();
    const oneChange = trafficOf(relay.passed());
    say(
      `  ${contender.name}: no-op ${noOp.source.requests} + ${noOp.target.requests}, one change ${oneChange.requests} requests`,
    );
    return { firstSync, noOp, oneChange };
  });
  const fewer = Math.max(Math.round(events / 4), 8);
  const rerun = await onCourse(make, fewer, async (contender, { target }) => {
    await contender.killedAndRerun(Math.round(fewer / 3));
    return duplicatesIn(target, fewer);
  });
  say(`  ${contender(make)}: killed and rerun, ${rerun.duplicates} duplicates, ${rerun.missing} missing`);
  return { ...steps, rerun };
}

function contender(make: (course: Course) => Promise<Contender>): string {
  return make.name.replace('Contender', '');
}

async function onCourse<T>(
  make: (course: Course) => Promise<Contender>,
  events: number,
  work: (contender: Contender, course: Course) => Promise<T>,
): Promise<T> {
  const [source, target] = await Promise.all([startRadicale('anna'), startRadicale('ben')]);
  const relay = await startRelay([source, target]);
  try {
    await fill(source, events);
    const course = { relay, source, target, events };
    const contender = await make(course);
    try {
      await contender.prepare();
      relay.passed();
      return await work(contender, course);
    } finally {
      await contender.stop();
    }
  } finally {
    await relay.stop();
    await Promise.all([source.stop(), target.stop()]);
  }
}

/** How long at least one of these was under way, ms. */
function spanOf(passed: readonly { readonly began: number; readonly ms: number }[]): number {
  let total = 0;
  let until = 0;
  for (const { began, ms } of passed.toSorted((a, b) => a.began - b.began)) {
    total += Math.max(0, began + ms - Math.max(began, until));
    until = Math.max(until, began + ms);
  }
  return total;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
