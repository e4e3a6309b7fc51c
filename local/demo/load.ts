import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { SamplePush } from '../core/control.ts';
import { percentile } from './figures.ts';
import type { Direction } from './scenario.ts';
import type { Simulator } from './simulator.ts';

/** How many listing requests the source has answered: each is one round of changes, or a page of one. */
export async function listings(source: Simulator): Promise<number> {
  const { counts } = await source.requests();
  return (counts.delta ?? 0) + (counts.list ?? 0);
}

/** How many requests have asked the target to write something. */
export async function writes(target: Simulator): Promise<number> {
  const { counts } = await target.requests();
  const kinds = ['create', 'insert', 'update', 'patch', 'put', 'delete', 'batch'];
  return kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}

/** The last requests that the source answered, for whoever wonders why they were made. */
export async function lastRequests(source: Simulator): Promise<string> {
  const { last } = await source.requests();
  return last.map(({ kind, status, path }) => `${kind} ${status} ${path.slice(0, 60)}`).join(' | ');
}

/** Waits until the source has been quiet for a while: nothing more is coming. */
export async function quiet({ source, target }: Pick<Direction, 'source' | 'target'>, ms = 1_500): Promise<void> {
  let before = '';
  for (let since = performance.now(); performance.now() - since < ms; ) {
    const now = JSON.stringify([await source.requests(), await target.requests()]);
    if (now !== before) since = performance.now();
    before = now;
    await new Promise((resume) => setTimeout(resume, 100));
  }
}

/** Sends the same genuine notification `count` times, as fast as 50 callers can. */
export async function burst(push: SamplePush, count: number): Promise<void> {
  await called([push], count, 50);
}

/**
 * How many rounds a burst may cause: one for the first notifications, one for those that came while it was under way, and one for each message that
 * stands for the rest. The first of these waits for a second and each further one four times as long, so that a slow machine sees more of them.
 */
export function mostRounds(burstMs: number): number {
  let standIns = 1;
  for (let [end, wait] = [1_000, 1_000]; end < burstMs; end += wait) {
    standIns += 1;
    wait *= 4;
  }
  return 2 + standIns;
}

/**
 * How long the webhook takes to answer, ms at the 99th percentile, with `parallel` callers at once; every other call is forged. An
 * unmeasured turn before warms it up. Of many more calls than callers, so that a single pause of the machine is not the figure.
 */
export async function webhookP99(push: SamplePush, calls: number, parallel: number): Promise<number> {
  const pushes = [push, forgedOf(push)];
  await called(pushes, calls, parallel);
  return percentile(await called(pushes, calls, parallel), 99);
}

function forgedOf({ url, headers, body }: SamplePush): SamplePush {
  const spoil = (text: string) => text.replace(/\.([A-Za-z0-9_-]{43})(?=["\s]|$)/g, `.${'A'.repeat(43)}`);
  const spoiled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, spoil(value)]));
  return { url, headers: spoiled, body: spoil(body) };
}

/** @returns how long each call took, ms */
async function called(pushes: readonly SamplePush[], calls: number, parallel: number): Promise<number[]> {
  const worker = new Worker(new URL('./callers.ts', import.meta.url), { workerData: { pushes, calls, parallel } });
  const [times] = await once(worker, 'message');
  return z.array(z.number()).parse(times);
}
