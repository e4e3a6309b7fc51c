import diagnosticsChannel from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Usage } from './usage.ts';

/** Where requests go that count. */
export interface Places {
  readonly app: string;
  readonly services: readonly string[];
}

/** Counts what this process does for an installation that runs in it. */
export interface UsageMeter {
  /** What happened since the last call. */
  read(places: Places): Usage;
}

interface Call {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
}

/** From now on every request that leaves this process, and every line that is logged, is noted. */
export function startUsageMeter(): UsageMeter {
  let calls: Call[] = [];
  let lines: string[] = [];
  let cpu = process.cpuUsage();
  // What Azure's libraries send: https://nodejs.org/api/diagnostics_channel.html#http
  diagnosticsChannel.subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    calls.push({ method: request.method, origin: `http://${request.getHeader('host')}`, path: request.path });
  });
  // What `fetch` sends.
  diagnosticsChannel.subscribe('undici:request:create', (message) => {
    const { request } = message as { request: { method: string; origin: string; path: string } };
    calls.push({ method: request.method, origin: String(request.origin), path: request.path });
  });
  const print = console.log;
  console.log = (...words: unknown[]) => {
    const [line] = words;
    if (typeof line === 'string' && line.startsWith('{"event"')) lines.push(line);
    else print(...words);
  };
  return {
    read({ app, services }) {
      const used = process.cpuUsage(cpu);
      const count = (fits: (call: Call) => boolean) => calls.filter(fits).length;
      const storage = (word: RegExp) => (call: Call) =>
        word.test(call.path) && call.path.startsWith('/devstoreaccount1/');
      const messages = /\/(changes|bulk)(-poison)?\/messages/;
      const answer: Usage = {
        executions:
          lines.filter((line) => line.startsWith('{"event":"work"')).length +
          count(({ origin, path }) => origin === app && path.startsWith('/webhooks/')),
        queueRequests:
          count((call) => storage(messages)(call) && call.method !== 'GET') +
          count((call) => storage(messages)(call) && call.method === 'POST'),
        tableRequests: count(storage(/\/(links|history|\$batch)/)),
        providerRequests: count(({ origin, path }) => services.includes(origin) && !path.startsWith('/sim')),
        logLines: lines.length,
        logBytes: lines.reduce((sum, line) => sum + line.length, 0),
        cpuSeconds: (used.user + used.system) / 1e6,
      };
      calls = [];
      lines = [];
      cpu = process.cpuUsage();
      return answer;
    },
  };
}
