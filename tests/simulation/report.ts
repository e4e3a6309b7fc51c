import { createHash } from 'node:crypto';
import { faultTable } from './world/faultTable.ts';

/** What came of one seed. */
export interface Result {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly digest: string;
  readonly steps: number;
  /** Fault → how often it fired. */
  readonly fired: Readonly<Record<string, number>>;
}

/** How often something happened, in how many runs. */
interface Count {
  times: number;
  runs: number;
}

/** Adds up results as they come. */
export class Tally {
  readonly failures: Result[] = [];
  private readonly digests = new Map<number, string>();
  runs = 0;
  steps = 0;
  private readonly fired = new Map<string, Count>();

  add(result: Result): void {
    this.runs += 1;
    this.steps += result.steps;
    this.digests.set(result.seed, result.digest);
    if (result.faults.length > 0) this.failures.push(result);
    for (const [name, times] of Object.entries(result.fired)) {
      const count = this.fired.get(name) ?? { times: 0, runs: 0 };
      count.times += times;
      count.runs += 1;
      this.fired.set(name, count);
    }
    for (const [label, names] of faultTable) {
      const times = names.reduce((sum, name) => sum + (result.fired[name] ?? 0), 0);
      if (times === 0) continue;
      const count = this.fired.get(label) ?? { times: 0, runs: 0 };
      count.times += times;
      count.runs += 1;
      this.fired.set(label, count);
    }
  }

  /** One for all traces: the same seeds must give the same. */
  digest(): string {
    const all = [...this.digests].sort(([a], [b]) => a - b);
    return createHash('sha256').update(JSON.stringify(all)).digest('hex');
  }

  of(name: string): Count {
    return this.fired.get(name) ?? { times: 0, runs: 0 };
  }

  /** The promised faults of which none fired, and single ones that never did. */
  silent(): { readonly promised: string[]; readonly single: string[] } {
    const promised = faultTable.map(([label]) => label).filter((label) => this.of(label).times === 0);
    const single = faultTable.flatMap(([, names]) => names).filter((name) => this.of(name).times === 0);
    return { promised, single };
  }

  table(): string {
    const rows = faultTable.map(([label]) => [label, String(this.of(label).times), String(this.of(label).runs)]);
    const width = Math.max(...rows.map(([label = '']) => label.length));
    const line = ([label = '', times = '', runs = '']: string[]) =>
      `${label.padEnd(width)}  ${times.padStart(7)}  ${runs.padStart(7)}`;
    return [line(['fault', 'times', 'runs']), ...rows.map(line)].join('\n');
  }

  faults(): Record<string, Count> {
    const names = faultTable.flatMap(([label, each]) => [label, ...each]);
    return Object.fromEntries([...new Set(names)].map((name) => [name, this.of(name)]));
  }
}
