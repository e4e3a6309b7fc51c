import { systemClock } from '../shared/platform/clock.ts';
import { systemRandom } from '../shared/platform/random.ts';
import { createFaults } from './core/faults.ts';
import { eventsFromIcs } from './core/ics.ts';
import { type CalendarWorld, createWorld } from './core/world.ts';
import { firstPassword } from './icloud/passwords.ts';
import { type Listener, listen } from './listen.ts';

/** The simulated services on their ports, with people who have calendars there. One that is not wanted is not loaded. */

export interface SimulatedPerson {
  readonly service: 'Microsoft' | 'Google' | 'iCloud';
  readonly email: string;
  readonly name: string;
  /** What the page asks for where a service has no sign-in of its own. */
  readonly password?: string;
}

export interface Simulators {
  readonly microsoftUrl: string | undefined;
  readonly googleUrl: string | undefined;
  readonly icloudUrl: string | undefined;
  readonly people: readonly SimulatedPerson[];
  readonly seedProblems: readonly string[];
  /** What points the app at them. */
  readonly settings: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface SimulatorsWanted {
  readonly ports: { readonly microsoft: number; readonly google: number; readonly icloud: number };
  readonly simulated: { readonly microsoft: boolean; readonly google: boolean; readonly icloud: boolean };
  /** The texts of iCalendar files for the first Microsoft calendar. */
  readonly seeds: readonly string[];
}

const cast: readonly SimulatedPerson[] = [
  { service: 'Microsoft', email: 'ada@contoso.example', name: 'Ada Adler' },
  { service: 'Microsoft', email: 'ben@contoso.example', name: 'Ben Berg' },
  { service: 'Google', email: 'ada@gmail.example', name: 'Ada Adler' },
  { service: 'Google', email: 'ben@gmail.example', name: 'Ben Berg' },
  { service: 'iCloud', email: 'ada@icloud.example', name: 'Ada Adler', password: firstPassword },
  { service: 'iCloud', email: 'ben@icloud.example', name: 'Ben Berg', password: firstPassword },
];

const zone = 'Europe/Dublin';

export async function startSimulators({ ports, simulated, seeds }: SimulatorsWanted): Promise<Simulators> {
  const isSimulated = {
    Microsoft: simulated.microsoft,
    Google: simulated.google,
    iCloud: simulated.icloud,
  };
  const people = cast.filter(({ service }) => isSimulated[service]);
  const running: Listener[] = [];
  const settings: Record<string, string> = {};
  let seedProblems: readonly string[] = [];
  let microsoftUrl: string | undefined;
  let googleUrl: string | undefined;
  let icloudUrl: string | undefined;
  try {
    if (simulated.microsoft) {
      const world = createWorldOf(people.filter(({ service }) => service === 'Microsoft'));
      seedProblems = seeds.flatMap((seed) => fillFirstCalendar(world, seed));
      const { createMicrosoft } = await import('./microsoft/microsoft.ts');
      microsoftUrl = await serve(running, ports.microsoft, (origin) => createMicrosoft({ ...needs(world), origin }));
      settings.HETK_MICROSOFT_AUTHORITY = microsoftUrl;
      settings.HETK_GRAPH_ROOT = microsoftUrl;
      settings.HETK_MICROSOFT_CLIENT_ID = '11111111-2222-3333-4444-555555555555';
      settings.HETK_MICROSOFT_CLIENT_SECRET = 'simulated';
    }
    if (simulated.google) {
      const world = createWorldOf(people.filter(({ service }) => service === 'Google'));
      const { createGoogle } = await import('./google/google.ts');
      googleUrl = await serve(running, ports.google, (origin) => createGoogle({ ...needs(world), origin }));
      settings.HETK_GOOGLE_OAUTH_ROOT = googleUrl;
      settings.HETK_GOOGLE_API_ROOT = googleUrl;
      settings.HETK_GOOGLE_CLIENT_ID = 'hetk.apps.googleusercontent.com';
      settings.HETK_GOOGLE_CLIENT_SECRET = 'simulated';
    }
    if (simulated.icloud) {
      const world = createWorldOf(people.filter(({ service }) => service === 'iCloud'));
      const { createIcloud } = await import('./icloud/icloud.ts');
      icloudUrl = await serve(running, ports.icloud, (origin) => createIcloud({ ...needs(world), origin }));
      settings.HETK_ICLOUD_ROOT = icloudUrl;
    }
  } catch (error) {
    await stopAll(running);
    throw error;
  }
  return { microsoftUrl, googleUrl, icloudUrl, people, seedProblems, settings, stop: () => stopAll(running) };
}

function needs(world: CalendarWorld) {
  return {
    world,
    clock: systemClock,
    random: systemRandom,
    faults: createFaults({ random: systemRandom }),
    deliver: fetch,
    schedule: (delayMs: number, task: () => Promise<void>) => {
      setTimeout(() => task().catch((error: unknown) => console.warn('simulated service:', error)), delayMs).unref();
    },
  };
}

/** Its own address is part of what a service says, so the port is opened first. */
async function serve(
  running: Listener[],
  port: number,
  create: (origin: string) => { fetch(request: Request): Promise<Response> | Response },
): Promise<string> {
  let answer: (request: Request) => Promise<Response> | Response = () => new Response(null, { status: 503 });
  const listener = await listen((request) => answer(request), port);
  running.push(listener);
  const service = create(listener.url);
  answer = (request) => service.fetch(request);
  return listener.url;
}

async function stopAll(running: readonly Listener[]): Promise<void> {
  await Promise.all(running.map((listener) => listener.stop()));
}

function createWorldOf(people: readonly SimulatedPerson[]): CalendarWorld {
  const world = createWorld({ clock: systemClock, random: systemRandom });
  for (const { email, name } of people) {
    world.addPerson({ email, name });
    world.addCalendar({ owner: email, name: 'Calendar', color: '#0f6cbd', zone, primary: true, access: 'owner' });
    world.addCalendar({ owner: email, name: 'Private', color: '#8764b8', zone, primary: false, access: 'owner' });
  }
  return world;
}

/** @returns what could not be read */
function fillFirstCalendar(world: CalendarWorld, text: string): readonly string[] {
  const [person] = world.people();
  const [calendar] = person ? world.calendarsOf(person.email) : [];
  if (!calendar) return [];
  const { events, problems } = eventsFromIcs(text);
  for (const { fields, ...more } of events) world.insert(calendar.id, fields, more);
  return problems;
}
