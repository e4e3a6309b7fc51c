import { createHash } from 'node:crypto';
import type { SimCalendar, SimFields } from '../../local/core/core.ts';
import { createFaults, type Faults } from '../../local/core/faults.ts';
import { type CalendarWorld, createWorld } from '../../local/core/world.ts';
import { createGoogle as createSimulator } from '../../local/google/google.ts';
import { silentLog } from '../../shared/platform/log.ts';
import { createGoogle } from '../../shared/providers/google/google.ts';
import { createGoogleIdentity } from '../../shared/providers/google/identity.ts';
import type { GoogleNeeds } from '../../shared/providers/google/settings.ts';
import type { CalendarProvider, CalendarRef } from '../../shared/providers/provider.ts';
import { signInWith } from '../signIn.ts';

const origin = 'http://localhost:7073';
const redirectUri = 'http://localhost:7071/connect/google/callback';

export interface GoogleWorld {
  readonly world: CalendarWorld;
  readonly sim: ReturnType<typeof createSimulator>;
  readonly faults: Faults;
  readonly calendar: SimCalendar;
  readonly ref: CalendarRef;
  readonly provider: CalendarProvider;
  readonly notified: { url: string; headers: Headers }[];
  /** The paths asked for since the last call. */
  asked(): string[];
  pass(ms: number): void;
  /** Runs what the simulator scheduled. */
  settle(): Promise<void>;
}

/** Anna at the simulated Google, connected through its own sign-in; everything in one process, under one clock. */
export async function googleWorld(options: { quotaPerMinute?: number } = {}): Promise<GoogleWorld> {
  let now = Date.parse('2026-11-23T08:00:00Z');
  let counter = 0;
  const clock = { now: () => now };
  const random = {
    bytes(count: number) {
      counter += 1;
      return createHash('shake256', { outputLength: count }).update(`${counter}`).digest();
    },
  };
  const world = createWorld({ clock, random });
  const faults = createFaults({ random });
  world.addPerson({ email: 'anna@example.com', name: 'Anna' });
  const calendar = world.addCalendar({
    id: 'anna@example.com',
    owner: 'anna@example.com',
    name: 'Anna',
    color: '#1a57c9',
    zone: 'Europe/Vienna',
    primary: true,
    access: 'owner',
  });
  const notified: { url: string; headers: Headers }[] = [];
  const tasks: (() => Promise<void>)[] = [];
  const sim = createSimulator({
    world,
    clock,
    random,
    faults,
    origin,
    clients: [{ id: 'client', secret: 'secret', redirectUris: [redirectUri] }],
    deliver: async (input, init) => {
      const request = new Request(input, init);
      notified.push({ url: request.url, headers: request.headers });
      return new Response(null, { status: 202 });
    },
    schedule: (_delayMs, task) => tasks.push(task),
    ...options,
  });
  const paths: string[] = [];
  const credentials = new Map<string, string>();
  const needs: GoogleNeeds = {
    settings: { oauthRoot: origin, apiRoot: origin, clientId: 'client', clientSecret: () => 'secret' },
    credentials: {
      read: async (id) => credentials.get(id),
      write: async (id, credential) => void credentials.set(id, credential),
    },
    clock,
    random,
    log: silentLog,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      paths.push(`${request.method} ${new URL(request.url).pathname}`);
      return sim.fetch(request);
    },
  };

  const identity = createGoogleIdentity(needs);
  const signedIn = await signInWith(identity, 'google', 'anna@example.com', sim.fetch);
  credentials.set('account', signedIn.credential);

  const provider = createGoogle(needs);
  await provider.listCalendars('account', signedIn.email);
  paths.length = 0;
  return {
    world,
    sim,
    faults,
    calendar,
    ref: { accountId: 'account', calendarId: 'calendar', remoteId: calendar.id, ownerEmail: signedIn.email },
    provider,
    notified,
    asked: () => paths.splice(0),
    pass: (ms) => {
      now += ms;
    },
    async settle() {
      for (let task = tasks.shift(); task; task = tasks.shift()) await task();
    },
  };
}

/** An event of an hour, or other fields. */
export function fields(title: string, start: string, more: Partial<SimFields> = {}): SimFields {
  const [date = '', hour = ''] = start.split('T');
  const end = `${date}T${String(Number(hour.slice(0, 2)) + 1).padStart(2, '0')}${hour.slice(2)}`;
  return {
    title,
    description: '',
    descriptionType: 'html',
    location: '',
    time: { allDay: false, start, end, zone: 'Europe/Vienna' },
    showAs: 'busy',
    sensitivity: 'normal',
    attendees: [],
    cancelled: false,
    extra: {},
    ...more,
  };
}
