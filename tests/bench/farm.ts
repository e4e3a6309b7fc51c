import { startAzurite } from '../../local/azurite.ts';
import { type Listener, listen } from '../../local/listen.ts';
import type { Clock } from '../../shared/platform/clock.ts';

import { type BenchServices, type Origins, type ServiceName, serviceNames, startBenchServices } from './services.ts';

/** The simulated services on ports of this process, and a storage in another: so that what a process of Hetk takes is what Hetk takes. */
export interface Farm {
  readonly services: BenchServices;
  readonly origins: Origins;
  /** As the setting HETK_STORAGE. */
  readonly storage: string;
  stop(): Promise<void>;
}

interface FarmOptions {
  readonly clock: Clock;
  /** Between a request and its answer, or the other way round; by default they are answered at once. */
  readonly around?: (service: ServiceName, request: Request, answer: () => Promise<Response>) => Promise<Response>;
}

export async function startFarm({
  clock,
  around = (_service, _request, answer) => answer(),
}: FarmOptions): Promise<Farm> {
  const opened: Listener[] = [];
  const stop = async () => {
    await Promise.all(opened.map((listener) => listener.stop()));
  };
  let services: BenchServices | undefined;
  const origin = async (service: ServiceName): Promise<string> => {
    const answer = async (request: Request) =>
      services
        ? around(
            service,
            request,
            async () => (await services?.answer(service, request)) ?? new Response(null, { status: 503 }),
          )
        : new Response(null, { status: 503 });
    const listener = await listen(answer, 0);
    opened.push(listener);
    return listener.url;
  };
  const [microsoft, google, icloud] = await Promise.all(serviceNames.map(origin));
  if (!microsoft || !google || !icloud) throw new Error('A service did not start.');
  const origins = { microsoft, google, icloud };
  services = startBenchServices({
    clock,
    origins,
    deliver: fetch,
    schedule: (delayMs, task) => void setTimeout(() => task().catch(() => {}), delayMs).unref(),
  });
  const azurite = await startAzurite();
  return {
    services,
    origins,
    storage: azurite.connectionString,
    async stop() {
      await stop();
      await azurite.stop();
    },
  };
}
