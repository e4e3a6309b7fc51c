import type { Chance } from './chance.ts';
import { virtual } from './determinism.ts';
import type { Trace } from './trace.ts';

/** A process of Hetk as far as the scheduler knows it. Once it is dead nothing of it runs again. */
export interface Host {
  readonly name: string;
  dead: boolean;
}

/** What happens at a gate: it opens, or the process ends before or after what lies behind it, or it is held up. */
export type Fate = 'pass' | 'killed-before' | 'killed-after' | { readonly holdMs: number };

interface Gate {
  readonly host: Host;
  readonly label: string;
  /** Epoch ms; nothing before it. */
  heldUntil: number;
  /** Its fate was decided before. */
  tried: boolean;
  readonly open: () => void;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly label: string;
  readonly task: () => unknown;
}

/** Work that is ready by other rules than a gate or a time. */
export interface WorkSource {
  /** How many pieces of work could begin now. */
  ready(now: number): number;
  /** Begins the one with this number. */
  begin(which: number): void;
  /** When there will be more, epoch ms; Infinity when that does not depend on time. */
  next(now: number): number;
}

/** Never answers: what a dead process was waiting for. */
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** More steps than this in one stretch of time mean that something goes in circles. */
const mostSteps = 20_000;

/**
 * Decides what happens next. Each request, store call and enqueue of Hetk waits at a gate; each task of the services and each thing that people
 * do has its time; messages wait in queues. Of all that could happen one is chosen by the seed, and only when everything that it set off has
 * come to rest the next is chosen: so the order never depends on the real clock.
 */
export class Scheduler {
  now: number;
  steps = 0;
  /** Asked once for each gate that is about to open. */
  fate: (host: Host, label: string) => Fate = () => 'pass';
  /** Told when a process ends at a gate. */
  ended: (host: Host) => void = () => {};
  readonly sources: WorkSource[] = [];
  private readonly chance: Chance;
  private readonly trace: Trace;
  private gates: Gate[] = [];
  private agenda: Due[] = [];
  private order = 0;
  private inFlight = 0;

  constructor(startAt: number, chance: Chance, trace: Trace) {
    this.now = startAt;
    this.chance = chance;
    this.trace = trace;
    virtual.setNow(startAt);
  }

  /** Runs something at a time of its own, not earlier; of several that are due the order is open. */
  at(time: number, label: string, task: () => unknown): void {
    this.order += 1;
    this.agenda.push({ at: time, order: this.order, label, task });
  }

  /** One piece of input or output of a process: waits for its turn, then happens at once and as a whole. */
  async io<T>(host: Host, label: string, work: () => T | Promise<T>): Promise<T> {
    if (host.dead) return never();
    const fate = await this.gate(host, label);
    this.inFlight += 1;
    try {
      const result = await work();
      return fate === 'killed-after' ? this.kill(host) : result;
    } catch (error) {
      if (fate === 'killed-after') return this.kill(host);
      throw error;
    } finally {
      this.inFlight -= 1;
    }
  }

  /** Ends a process where it stands. */
  kill<T>(host: Host): Promise<T> {
    if (host.dead) return never();
    host.dead = true;
    this.gates = this.gates.filter((gate) => gate.host !== host);
    this.ended(host);
    return never();
  }

  private gate(host: Host, label: string): Promise<'pass' | 'killed-after'> {
    return new Promise((resolve) => {
      let fate: 'pass' | 'killed-after' = 'pass';
      const gate: Gate = {
        host,
        label,
        heldUntil: 0,
        tried: false,
        open: () => {
          if (!gate.tried) {
            gate.tried = true;
            const found = this.fate(host, label);
            if (found === 'killed-before') {
              this.trace.note(`${host.name} killed before ${label}`);
              this.kill(host);
              return;
            }
            if (typeof found === 'object') {
              this.trace.note(`${host.name} held up for ${found.holdMs} ms before ${label}`);
              gate.heldUntil = this.now + found.holdMs;
              this.gates.push(gate);
              return;
            }
            fate = found;
          }
          this.trace.note(fate === 'pass' ? `${host.name} ${label}` : `${host.name} killed after ${label}`);
          resolve(fate);
        },
      };
      this.gates.push(gate);
    });
  }

  /** Lets things happen until a time, and lets time pass where nothing does. */
  async run(until: number): Promise<void> {
    for (let count = 0; ; count += 1) {
      if (count > mostSteps) throw new Error(`The world does not come to rest: ${this.waiting()}`);
      await this.settle();
      const gates = this.gates.filter(({ heldUntil }) => heldUntil <= this.now);
      const due = this.agenda.filter(({ at }) => at <= this.now);
      const work = this.sources.map((source) => source.ready(this.now));
      const total = gates.length + due.length + work.reduce((sum, ready) => sum + ready, 0);
      if (total === 0) {
        const next = this.nextTime();
        if (next > until) {
          this.setNow(Math.max(this.now, until));
          return;
        }
        this.setNow(next);
        continue;
      }
      if (this.now > until && gates.length === 0) return;
      this.steps += 1;
      this.setNow(this.now + this.chance.below(25));
      this.begin(this.chance.below(total), gates, due, work);
    }
  }

  private begin(which: number, gates: readonly Gate[], due: readonly Due[], work: readonly number[]): void {
    let left = which;
    const gate = gates[left];
    if (gate) {
      this.gates.splice(this.gates.indexOf(gate), 1);
      gate.open();
      return;
    }
    left -= gates.length;
    const item = due[left];
    if (item) {
      this.agenda.splice(this.agenda.indexOf(item), 1);
      this.trace.note(item.label);
      void item.task();
      return;
    }
    left -= due.length;
    for (const [index, ready] of work.entries()) {
      if (left < ready) {
        this.sources[index]?.begin(left);
        return;
      }
      left -= ready;
    }
  }

  private nextTime(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { heldUntil } of this.gates) next = Math.min(next, heldUntil);
    for (const { at } of this.agenda) next = Math.min(next, at);
    for (const source of this.sources) next = Math.min(next, source.next(this.now));
    return next;
  }

  private setNow(now: number): void {
    this.now = now;
    virtual.setNow(now);
  }

  /** Waits until whatever was set off has come to its next gate. */
  private async settle(): Promise<void> {
    for (let turns = 0; ; turns += 1) {
      await new Promise(setImmediate);
      if (this.inFlight === 0 && !virtual.busy()) return;
      if (turns > 1_000_000) throw new Error('A service never answers.');
    }
  }

  /** What waits, for a person. */
  waiting(): string {
    const gates = this.gates.map(({ host, label }) => `${host.name} ${label}`);
    return [...gates, ...this.agenda.map(({ label }) => label)].slice(0, 10).join('; ');
  }
}
