import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../shared/platform/clock.ts';
import { readSettings } from '../shared/platform/settings.ts';
import { PRIVATE_RECORD } from '../shared/sync/policyRecord.ts';
import { type Azurite, startAzurite } from './azurite.ts';
import { type DnsServer, startDns } from './dns/dns.ts';
import { startHost } from './host/host.ts';
import { readHostJson } from './host/hostJson.ts';
import { hostLog } from './hostLog.ts';
import { listen } from './listen.ts';
import { startLocalMetrics } from './localMetrics.ts';
import { type Environment, readLocalSettings } from './localSettings.ts';
import { samplesThisWeek } from './samples/samples.ts';
import { type SimulatedPerson, startSimulators } from './simulators.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where things are without any wish. 0 lets the system choose. */
const usualPorts = { app: 7071, microsoft: 7072, google: 7073, icloud: 7074, queue: 7081, table: 7082 };
export type LocalPorts = typeof usualPorts;

/** For several worlds on one machine, as tests have them. */
export const anyPorts: LocalPorts = { app: 0, microsoft: 0, google: 0, icloud: 0, queue: 0, table: 0 };

export interface LocalWorldOptions {
  readonly ports?: Partial<LocalPorts>;
  /**
   * Keeps database, queues, links and timers in .hetk/ over a restart. By default only without simulated services: their calendars are
   * in memory, and links to events that are no more would be of no use.
   */
  readonly persist?: boolean;
  /** The text of an iCalendar file for the first simulated Microsoft calendar. */
  readonly seed?: string;
  /** Without `seed`, fills that calendar with the project's own sample events, in this week. By default all calendars are empty. */
  readonly samples?: boolean;
  /** Domains that demand by their DNS that copies are private; any can be looked up at /policy. */
  readonly privateDomains?: readonly string[];
  /** Says nothing but errors. */
  readonly quiet?: boolean;
  /** Heeds neither local.settings.json nor the HETK_ settings of the environment, so that a test never meets a real service. */
  readonly isolated?: boolean;
  /** Settings that go before the environment and local.settings.json. */
  readonly settings?: Environment;
  /** The folder of function files; `dist/functions` tries the built package. */
  readonly functions?: string;
}

export interface LocalWorld {
  readonly appUrl: string;
  /** Undefined when a setting points to another Microsoft. */
  readonly microsoftUrl: string | undefined;
  readonly googleUrl: string | undefined;
  readonly icloudUrl: string | undefined;
  readonly people: readonly SimulatedPerson[];
  /** What could not be read of `seed`. */
  readonly seedProblems: readonly string[];
  readonly persistent: boolean;
  /** Finishes the work in flight and ends everything that was started. */
  stop(): Promise<void>;
}

/**
 * The whole product on this machine: storage emulator, the simulated services that no setting points elsewhere, and the Functions
 * host. One in a process: the functions read their settings from process.env, which this sets.
 * @throws SettingError when a setting is missing or malformed; Error when a port is taken. Whatever had started is stopped
 */
export async function startLocalWorld(options: LocalWorldOptions = {}): Promise<LocalWorld> {
  const ending: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let end = ending.pop(); end; end = ending.pop()) await end();
  };
  try {
    return { ...(await start(options, ending)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param ending what to undo at the end, last first */
async function start(options: LocalWorldOptions, ending: (() => Promise<void>)[]): Promise<Omit<LocalWorld, 'stop'>> {
  const ports = { ...usualPorts, ...options.ports };
  const given = { ...(options.isolated ? withoutOurs(process.env) : settingsHere()), ...options.settings };
  const simulated = {
    microsoft: !given.HETK_GRAPH_ROOT && !given.HETK_MICROSOFT_AUTHORITY,
    google: !given.HETK_GOOGLE_API_ROOT && !given.HETK_GOOGLE_OAUTH_ROOT,
    icloud: !given.HETK_ICLOUD_ROOT,
  };
  const persistent = options.persist ?? !Object.values(simulated).some(Boolean);
  const folder = persistent ? join(root, '.hetk') : await mkdtemp(join(tmpdir(), 'hetk-'));
  if (persistent) await mkdir(folder, { recursive: true });
  else ending.push(() => rm(folder, { recursive: true, force: true }));
  const defaults = {
    HETK_PUBLIC_URL: `http://localhost:${ports.app}`,
    HETK_DATABASE: `sqlite:${join(folder, 'hetk.sqlite')}`,
    HETK_KEYS: `file:${join(folder, 'keys.json')}`,
  };
  // Wrong settings are to be told before anything starts; the storage is not there yet.
  readSettings({ HETK_STORAGE: 'UseDevelopmentStorage=true', ...defaults, ...given });

  const storage = await startStorage(given, ports, persistent ? join(folder, 'azurite') : undefined);
  ending.push(() => storage.stop());
  const simulators = await startSimulators({ ports, simulated, seeds: await seedsOf(options) });
  ending.push(() => simulators.stop());

  const names = await startNames(given, Object.values(simulated).some(Boolean), options.privateDomains ?? []);
  if (names) ending.push(() => names.stop());

  let answer: (request: Request) => Promise<Response> = async () => new Response('Starting', { status: 503 });
  const app = await listen((request) => answer(request), ports.app);
  ending.push(() => app.stop());
  Object.assign(process.env, {
    AzureWebJobsStorage: storage.connectionString,
    HETK_STORAGE: storage.connectionString,
    ...defaults,
    HETK_PUBLIC_URL: app.url,
    HETK_LOG: options.quiet ? 'none' : 'events',
    ...simulators.settings,
    ...(names && { HETK_DNS_SERVER: names.address }),
    ...withoutUndefined(given),
  });
  const figures = startLocalMetrics();
  ending.push(() => figures.stop());
  const host = await startHost({
    functions: options.functions ?? join(root, 'functions'),
    settings: await readHostJson(join(root, 'host.json')),
    environment: process.env,
    log: hostLog(options.quiet ?? false),
    ...(persistent ? { timerFile: join(folder, 'timers.json') } : {}),
  });
  ending.push(() => host.stop());
  answer = async (request) => {
    if (new URL(request.url).pathname !== '/metrics') return host.fetch(request);
    return new Response(await figures.text(), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  };

  const { microsoftUrl, googleUrl, icloudUrl, people, seedProblems } = simulators;
  return { appUrl: app.url, microsoftUrl, googleUrl, icloudUrl, people, seedProblems, persistent };
}

async function seedsOf({ seed, samples = false }: LocalWorldOptions): Promise<string[]> {
  if (seed !== undefined) return [seed];
  return samples ? (await samplesThisWeek(systemClock.now())).map(({ ics }) => ics) : [];
}

/** The environment goes before the file. */
function settingsHere(): Environment {
  return { ...readLocalSettings(join(root, 'local.settings.json')), ...process.env };
}

function withoutOurs(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(HETK_|AzureWebJobs)/.test(name)));
}

/** With simulated services people's domains are not in the world's DNS either. */
async function startNames(
  given: Environment,
  simulated: boolean,
  privateDomains: readonly string[],
): Promise<DnsServer | undefined> {
  if (given.HETK_DNS_SERVER || !simulated) return undefined;
  const names = await startDns();
  for (const domain of privateDomains) names.set(`_hetk.${domain}`, PRIVATE_RECORD);
  return names;
}

/** The storage emulator, unless a setting names a storage. */
async function startStorage(given: Environment, ports: LocalPorts, directory: string | undefined): Promise<Azurite> {
  const connectionString = given.AzureWebJobsStorage ?? given.HETK_STORAGE;
  if (connectionString) return { connectionString, stop: async () => {} };
  const where = directory ? { directory } : {};
  return startAzurite({ queuePort: ports.queue, tablePort: ports.table, ...where });
}

function withoutUndefined(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
