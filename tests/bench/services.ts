import { createHash } from 'node:crypto';
import type { SimCalendar, SimFields } from '../../local/core/core.ts';
import { createFaults } from '../../local/core/faults.ts';
import { type CalendarWorld, createWorld } from '../../local/core/world.ts';
import { localClient as googleClient, createGoogle as simulateGoogle } from '../../local/google/google.ts';
import { createIcloud as simulateIcloud } from '../../local/icloud/icloud.ts';
import {
  localClient as microsoftClient,
  createMicrosoft as simulateMicrosoft,
} from '../../local/microsoft/microsoft.ts';
import { DAY_MS } from '../../shared/calendar/window.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { type Random, systemRandom } from '../../shared/platform/random.ts';

/** The simulated services of a bench, and people with one calendar at each. */

export const serviceNames = ['microsoft', 'google', 'icloud'] as const;
export type ServiceName = (typeof serviceNames)[number];

export type Origins = Readonly<Record<ServiceName, string>>;

/** Where the services are while everything runs in one process. */
export const nearOrigins: Origins = {
  microsoft: 'http://localhost:7072',
  google: 'http://localhost:7073',
  icloud: 'http://localhost:7074',
};

export interface BenchServices {
  readonly worlds: Readonly<Record<ServiceName, CalendarWorld>>;
  readonly icloud: { issuePassword(email: string): string };
  /** Answers a request to one of them. */
  answer(service: ServiceName, request: Request): Promise<Response>;
  /** Somebody new with one calendar. */
  addPerson(service: ServiceName, email: string): SimCalendar;
  /** One more calendar of a person. */
  addCalendar(service: ServiceName, email: string, name: string): SimCalendar;
}

interface ServicesOptions {
  readonly clock: Clock;
  readonly origins: Origins;
  /** Brings a push to Hetk. */
  readonly deliver: typeof fetch;
  readonly schedule: (delayMs: number, task: () => Promise<void>) => void;
  readonly random?: Random;
}

export function startBenchServices(options: ServicesOptions): BenchServices {
  const { clock, origins, deliver, schedule, random = systemRandom } = options;
  const worlds = {
    microsoft: createWorld({ clock, random }),
    google: createWorld({ clock, random }),
    icloud: createWorld({ clock, random }),
  };
  const common = (service: ServiceName) => {
    const [world, origin] = [worlds[service], origins[service]];
    return { world, clock, random, origin, deliver, schedule, faults: createFaults({ random }) };
  };
  const icloud = simulateIcloud(common('icloud'));
  const services = {
    microsoft: simulateMicrosoft(common('microsoft')),
    google: simulateGoogle({ ...common('google'), quotaPerMinute: 1e9 }),
    icloud,
  };
  const look = { access: 'owner', color: '#1a57c9', zone: 'Europe/Vienna' } as const;
  return {
    worlds,
    icloud,
    answer: async (service, request) => services[service].fetch(request),
    addPerson(service, email) {
      const world = worlds[service];
      world.addPerson({ email, name: email.split('@')[0] ?? email });
      return world.addCalendar({ owner: email, name: 'Calendar', primary: true, ...look });
    },
    addCalendar: (service, email, name) => worlds[service].addCalendar({ owner: email, name, primary: false, ...look }),
  };
}

export const clients = { microsoft: microsoftClient, google: googleClient };

/** How many slots of half an hour a window of a year has within working hours; more events than that share them. */
const SLOTS_A_DAY = 16;
const DAYS = 360;

/**
 * An appointment of half an hour in the year after `now`, with about as much text as one usually has.
 * @param index appointments of different numbers are different
 */
export function benchAppointment(index: number, now: number): SimFields {
  const day = Math.floor(now / DAY_MS) * DAY_MS + (1 + (Math.floor(index / SLOTS_A_DAY) % DAYS)) * DAY_MS;
  const start = day + 8 * 3_600_000 + (index % SLOTS_A_DAY) * 1_800_000;
  const wall = (instant: number) => new Date(instant).toISOString().slice(0, 19);
  const words = createHash('sha256').update(String(index)).digest('hex');
  return {
    title: `Appointment ${index}`,
    description: `Agenda ${index}: ${words} ${words}`.repeat(3),
    descriptionType: 'text',
    location: `Room ${index % 40}`,
    time: { allDay: false, start: wall(start), end: wall(start + 1_800_000), zone: 'Europe/Vienna' },
    showAs: 'busy',
    sensitivity: 'normal',
    attendees: [],
    cancelled: false,
    extra: {},
  };
}
