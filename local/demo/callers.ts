import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

/**
 * Callers in a thread of their own, so that they do not share the event loop of what they measure. Each keeps its connection, as the services'
 * senders do. Posts back how long each call took, ms.
 */
const push = z.object({ url: z.url(), headers: z.record(z.string(), z.string()), body: z.string() });
const orders = z.object({ pushes: z.array(push).min(1), calls: z.number(), parallel: z.number() }).parse(workerData);

const agent = new Agent({ keepAlive: true, maxSockets: orders.parallel });

function call({ url, headers, body }: z.infer<typeof push>): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode === 202) resolve(performance.now() - began);
          else reject(new Error(`A webhook answered ${response.statusCode}.`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const times: number[] = [];
let left = orders.calls;
async function caller(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const next = orders.pushes[left % orders.pushes.length];
    if (next) times.push(await call(next));
  }
}
await Promise.all(Array.from({ length: orders.parallel }, caller));
agent.destroy();
parentPort?.postMessage(times);
