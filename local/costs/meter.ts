import diagnosticsChannel from 'node:diagnostics_channel';

/** Where requests go that count. */
export interface Places {
  readonly app: string;
  readonly services: readonly string[];
}

export interface Activity {
  /** Runs of a function: messages and calls that came in. */
  readonly executions: number;
  readonly providerRequests: number;
  /** Of one core. */
  readonly cpuSeconds: number;
}

/** Looks at what this process does for an installation that runs in it. */
export interface Meter {
  /** What happened since the last call. */
  read(places: Places): Activity;
}

interface Call {
  readonly origin: string;
  readonly path: string;
}

/** From now on every request that `fetch` sends from this process, and every line that is logged, is noted. */
export function startMeter(): Meter {
  let calls: Call[] = [];
  let worked = 0;
  let cpu = process.cpuUsage();
  // https://nodejs.org/api/diagnostics_channel.html
  diagnosticsChannel.subscribe('undici:request:create', (message) => {
    const { request } = message as { request: { origin: string; path: string } };
    calls.push({ origin: String(request.origin), path: request.path });
  });
  const print = console.log;
  console.log = (...words: unknown[]) => {
    const [line] = words;
    if (typeof line !== 'string' || !line.startsWith('{"event"')) print(...words);
    else if (line.startsWith('{"event":"work"')) worked += 1;
  };
  return {
    read({ app, services }) {
      const used = process.cpuUsage(cpu);
      const count = (fits: (call: Call) => boolean) => calls.filter(fits).length;
      const activity: Activity = {
        executions: worked + count(({ origin, path }) => origin === app && path.startsWith('/webhooks/')),
        providerRequests: count(({ origin, path }) => services.includes(origin) && !path.startsWith('/sim')),
        cpuSeconds: (used.user + used.system) / 1e6,
      };
      calls = [];
      worked = 0;
      cpu = process.cpuUsage();
      return activity;
    },
  };
}
