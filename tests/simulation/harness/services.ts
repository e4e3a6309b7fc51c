import { createFaults, type Faults } from '../../../local/core/faults.ts';
import { type CalendarWorld, createWorld } from '../../../local/core/world.ts';
import { createGoogle, localClient as googleClient } from '../../../local/google/google.ts';
import { createIcloud } from '../../../local/icloud/icloud.ts';
import { createMicrosoft, localClient as microsoftClient } from '../../../local/microsoft/microsoft.ts';
import type { Random } from '../../../shared/platform/random.ts';
import type { Scheduler } from './scheduler.ts';

/** The services that accounts are at. Another one is added here. */
export const serviceNames = ['microsoft', 'google', 'icloud'] as const;
export type ServiceName = (typeof serviceNames)[number];

export const origins: Readonly<Record<ServiceName, string>> = {
  microsoft: 'http://localhost:7072',
  google: 'http://localhost:7073',
  icloud: 'http://localhost:7074',
};

/** Where a request goes. */
export function serviceAt({ origin }: URL): ServiceName {
  const found = serviceNames.find((name) => origins[name] === origin);
  if (!found) throw new Error(`Nobody is at ${origin}.`);
  return found;
}

export const clients = { microsoft: microsoftClient, google: googleClient };

/** One request of Hetk, as a service saw it. */
export interface Seen {
  readonly service: ServiceName;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

export interface Services {
  readonly worlds: Readonly<Record<ServiceName, CalendarWorld>>;
  /**
   * Of the network: `answer-cut` (an answer ends in the middle), `reset-before` (the connection breaks before the service sees the request) and
   * `reset-after` (it breaks after the service did what was asked).
   */
  readonly faults: Readonly<Record<ServiceName | 'network', Faults>>;
  readonly microsoft: ReturnType<typeof createMicrosoft>;
  readonly google: ReturnType<typeof createGoogle>;
  readonly icloud: ReturnType<typeof createIcloud>;
  /** Answers a request of Hetk. Rejects where the connection breaks. */
  answer(url: URL, init: RequestInit | undefined): Promise<Response>;
  /** True while a request of Hetk is being answered: what changes now, Hetk changes. */
  answering(): boolean;
  /** How many answers of Graph asked for a pause with 503. */
  waited(): number;
}

interface Needs {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Brings a push to Hetk. */
  readonly deliver: typeof fetch;
  /** How much later than it would a delivery comes, ms. */
  readonly delay: () => number;
  readonly inspect: (seen: Seen) => void;
}

export function createServices({ scheduler, random, deliver, delay, inspect }: Needs): Services {
  const clock = { now: () => scheduler.now };
  const worlds = {
    microsoft: createWorld({ clock, random }),
    google: createWorld({ clock, random }),
    icloud: createWorld({ clock, random }),
  };
  const faults = {
    microsoft: createFaults({ random }),
    google: createFaults({ random }),
    icloud: createFaults({ random }),
    network: createFaults({ random }),
  };
  const common = (service: ServiceName) => ({
    world: worlds[service],
    clock,
    random,
    faults: faults[service],
    origin: origins[service],
    deliver,
    schedule: (delayMs: number, task: () => Promise<void>) =>
      scheduler.at(scheduler.now + delayMs + delay(), `${service} sends`, task),
  });
  const microsoft = createMicrosoft(common('microsoft'));
  const google = createGoogle({ ...common('google'), quotaPerMinute: 1e9 });
  // Pages of two, so that there are some.
  const icloud = createIcloud({ ...common('icloud'), pageSize: 2 });
  const byName = { microsoft, google, icloud };
  let answering = 0;
  let waited = 0;

  return {
    worlds,
    faults,
    microsoft,
    google,
    icloud,
    answering: () => answering > 0,
    waited: () => waited,
    async answer(url, init) {
      const service = serviceAt(url);
      const { signal: _signal, ...rest } = init ?? {};
      const request = new Request(url, rest);
      const asked = { method: request.method, path: url.pathname + url.search };
      if (faults.network.hit('reset-before', asked)) throw new TypeError('fetch failed');
      answering += 1;
      let answer: Response;
      try {
        answer = await byName[service].fetch(request);
      } finally {
        answering -= 1;
      }
      if (service === 'microsoft' && answer.status === 503 && answer.headers.has('retry-after')) waited += 1;
      inspect({ service, ...asked, body: bodyOf(rest.body), status: answer.status });
      if (faults.network.hit('reset-after', asked)) throw new TypeError('fetch failed');
      if ([200, 207].includes(answer.status) && faults.network.hit('answer-cut', asked)) {
        const text = await answer.text();
        return new Response(text.slice(0, Math.floor(text.length / 2)), answer);
      }
      return answer;
    },
  };
}

function bodyOf(body: RequestInit['body']): string {
  return body === undefined || body === null ? '' : String(body);
}
