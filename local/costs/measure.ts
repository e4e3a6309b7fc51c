import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { openQueueService } from '../../shared/platform/storageQueues.ts';
import { demoPerson } from '../demo/person.ts';
import { firstSync } from '../demo/scenario.ts';
import { seeds } from '../demo/seed.ts';
import { simulatorAt } from '../demo/simulator.ts';
import { anyPorts, startLocalWorld } from '../world.ts';
import { startMeter } from './meter.ts';
import type { MeasuredActs } from './usage.ts';

/** So often each thing is done; its time is the mean. */
const TIMES = 10;
/** After this long without anything happening, all is at rest, ms. */
const QUIET_MS = 3_000;

/** What time of a processor the work for one user takes, in the one-machine world. Takes some minutes. */
export async function measure(): Promise<MeasuredActs> {
  const meter = startMeter();
  const world = await startLocalWorld({
    ports: anyPorts,
    isolated: true,
    quiet: true,
    settings: { HETK_LOG: 'events', HETK_POLL_SECONDS: '86400', HETK_ICLOUD_POLL_SECONDS: '86400' },
  });
  try {
    const of = (service: string) => world.people.find((person) => person.service === service);
    const [atMicrosoft, atGoogle, atIcloud] = [of('Microsoft'), of('Google'), of('iCloud')];
    const places = {
      app: world.appUrl,
      services: [world.microsoftUrl, world.googleUrl, world.icloudUrl].flatMap((url) => url ?? []),
    };
    const [microsoft, google, icloud] = [
      simulatorAt('microsoft', world.microsoftUrl ?? ''),
      simulatorAt('google', world.googleUrl ?? ''),
      simulatorAt('icloud', world.icloudUrl ?? ''),
    ];
    const person = demoPerson(world.appUrl);
    await person.connect('microsoft', atMicrosoft?.email ?? '');
    await person.connect('google', atGoogle?.email ?? '');
    await person.connectIcloud(atIcloud?.email ?? '', atIcloud?.password ?? '');
    const work = await microsoft.primary(atMicrosoft?.email ?? '');
    const target = await google.primary(atGoogle?.email ?? '');
    const silent = { say: () => {}, progress: () => {} };
    const pair = { person, source: microsoft, target: google, sourceCalendar: work, targetCalendar: target, ...silent };
    const { pairId, events } = await firstSync(pair, await seeds(Date.now()), 'two-way');
    const family = await icloud.primary(atIcloud?.email ?? '');
    const aside = await google.addCalendar(atGoogle?.email ?? '', 'Family');
    for (const { id } of (await person.get<{ accounts: { id: string }[] }>('/api/me')).accounts)
      await person.send('POST', `/api/accounts/${id}/refresh`);
    await firstSync({ ...pair, source: icloud, target: google, sourceCalendar: family, targetCalendar: aside }, []);

    /** @returns s of a core until all was at rest */
    async function rest(): Promise<number> {
      for (let all = 0; ; ) {
        await setTimeout(QUIET_MS);
        const { executions, providerRequests, cpuSeconds } = meter.read(places);
        all += cpuSeconds;
        if (executions === 0 && providerRequests === 0) return all;
      }
    }
    async function each(doOnce: (turn: number) => Promise<unknown>, times = TIMES): Promise<number> {
      await rest();
      // What happens while nothing is done (polling, timers) takes part of the time, too.
      const idle = await setTimeout(QUIET_MS).then(() => meter.read(places).cpuSeconds);
      let all = 0;
      const began = performance.now();
      for (let turn = 0; turn < times; turn += 1) {
        await doOnce(turn);
        all += await rest();
      }
      const waited = (performance.now() - began) / QUIET_MS;
      return Math.max(all - idle * waited, 0) / times;
    }

    const ids = await person.get<{ id: string; accountId: string; name: string }[]>('/api/calendars');
    const { accounts } = await person.get<{ accounts: { id: string; provider: string }[] }>('/api/me');
    const accountOf = (provider: string) => accounts.find((one) => one.provider === provider)?.id ?? '';
    const calendarId = ids.find(
      ({ accountId, name }) => accountId === accountOf('microsoft') && name === work.name,
    )?.id;
    const service = await openQueueService(process.env.HETK_STORAGE ?? '');
    const send = (queue: string, message: object) =>
      service.getQueueClient(queue).sendMessage(Buffer.from(JSON.stringify(message)).toString('base64'));

    return {
      date: new Date().toISOString().slice(0, 10),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      events,
      cpuSeconds: {
        change: await each((turn) =>
          microsoft.create(work.id, {
            title: `Change ${turn}`,
            start: `2027-02-${String(turn + 1).padStart(2, '0')}T09:00:00`,
            end: `2027-02-${String(turn + 1).padStart(2, '0')}T10:00:00`,
          }),
        ),
        quietPull: await each(() => send('changes', { kind: 'pull', calendarId, at: Date.now() })),
        quietPoll: await each(() => send('changes', { kind: 'poll', accountId: accountOf('icloud'), at: Date.now() })),
        verification: await each(() => person.send('POST', `/api/pairs/${pairId}/verify`), 2),
        renewal: await each(() => send('bulk', { kind: 'subscribe', calendarId, recreate: false })),
      },
    };
  } finally {
    await world.stop();
  }
}
