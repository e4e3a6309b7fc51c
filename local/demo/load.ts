import { performance } from 'node:perf_hooks';
import { percentile } from './figures.ts';
import type { Direction } from './scenario.ts';
import type { SamplePush, Simulator } from './simulator.ts';

/** How many listing requests the source has answered: each is one round of changes, or a page of one. */
export async function listings(source: Simulator): Promise<number> {
  const { counts } = await source.requests();
  return (counts.delta ?? 0) + (counts.list ?? 0);
}

/** How many requests have asked the target to write something. */
export async function writes(target: Simulator): Promise<number> {
  const { counts } = await target.requests();
  const kinds = ['create', 'insert', 'update', 'patch', 'delete', 'batch'];
  return kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
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

/** Sends the same genuine notification `count` times, as fast as `parallel` callers can. */
export async function burst(push: SamplePush, count: number, parallel = 50): Promise<void> {
  let left = count;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await deliver(push);
    }
  };
  await Promise.all(Array.from({ length: parallel }, caller));
}

/**
 * How long the webhook takes to answer, ms at the 99th percentile, with `parallel` callers at once; every other call is forged.
 * The calls of a first, unmeasured turn warm both sides up.
 */
export async function webhookP99(push: SamplePush, calls: number, parallel: number): Promise<number> {
  const forged = forgedOf(push);
  let times: number[] = [];
  for (const turn of [calls / 4, calls]) {
    times = [];
    let left = turn;
    const caller = async () => {
      while (left > 0) {
        left -= 1;
        const began = performance.now();
        await deliver(left % 2 === 0 ? push : forged);
        times.push(performance.now() - began);
      }
    };
    await Promise.all(Array.from({ length: parallel }, caller));
  }
  return percentile(times, 99);
}

function forgedOf({ url, headers, body }: SamplePush): SamplePush {
  const spoil = (text: string) => text.replace(/\.([A-Za-z0-9_-]{43})(?=["\s]|$)/g, `.${'A'.repeat(43)}`);
  const spoiled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, spoil(value)]));
  return { url, headers: spoiled, body: spoil(body) };
}

async function deliver({ url, headers, body }: SamplePush): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  if (response.status !== 202) throw new Error(`A webhook answered ${response.status}.`);
}
