import { cpus, loadavg } from 'node:os';

/** What a figure was measured on, and how busy that was with whatever else. */
export function machine(): string {
  const [first] = cpus();
  const [load = 0] = loadavg();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, Node ${process.version}, load ${load.toFixed(1)}`;
}

/** The middle one, or the worse of two in the middle. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
