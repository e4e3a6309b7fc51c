import { createHash } from 'node:crypto';
import type { SimCalendar } from '../../../local/core/core.ts';
import { createFaults, type Faults } from '../../../local/core/faults.ts';
import { type CalendarWorld, createWorld } from '../../../local/core/world.ts';
import { calendarPath } from '../../../local/icloud/addresses.ts';
import { createIcloud as createSimulator, type IcloudOptions } from '../../../local/icloud/icloud.ts';
import { firstPassword } from '../../../local/icloud/passwords.ts';
import type { Log } from '../../../shared/platform/log.ts';
import { createIcloud } from '../../../shared/providers/icloud/icloud.ts';
import { createIcloudIdentity } from '../../../shared/providers/icloud/identity.ts';
import type { CalendarProvider, CalendarRef } from '../../../shared/providers/provider.ts';
import type { CalDavServer } from './servers.ts';

/** One calendar at a CalDAV server, the provider under test, and another client beside it. */
export interface DavWorld {
  readonly provider: CalendarProvider;
  readonly ref: CalendarRef;
  /** Requests of a first round of a few events. */
  readonly firstRound: number;
  /** What the provider asked since the last call: method and path. */
  asked(): string[];
  /** The conditions of the writes since the last call: `new`, an etag, or `none`. */
  conditions(): string[];
  /** How many requests were under way at the same time, at most. */
  mostAtOnce(): number;
  /** Bytes of the answers since the last call. */
  received(): number;
  /** Another client stores a resource, over whatever is there. */
  put(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  read(name: string): Promise<string>;
  /** Paths and names are one thing here: what `put` called a name has this id. */
  idOf(name: string): string;
  /** The calendar goes away with all that is in it. */
  removeCalendar(): Promise<void>;
  readonly logged: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[];
}

type Fetch = (request: Request) => Promise<Response>;

interface Connection {
  readonly root: string;
  readonly user: string;
  readonly password: string;
  readonly fetch: Fetch;
  readonly now: () => number;
}

/** Connects as a person would, by user name and password. */
async function connected({ root, user, password, fetch: answer, now }: Connection, remoteId?: string) {
  const asked: string[] = [];
  const conditions: string[] = [];
  let received = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const logged: { event: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const log: Log = (event, fields = {}) => logged.push({ event, fields });
  const credentials = new Map<string, string>();
  const needs = {
    settings: { root },
    credentials: {
      read: async (id: string) => credentials.get(id),
      write: async (id: string, credential: string) => void credentials.set(id, credential),
    },
    clock: { now },
    log,
    fetch: (async (input, init) => {
      const request = new Request(input, init);
      asked.push(`${request.method} ${decodeURIComponent(new URL(request.url).pathname)}`);
      if (request.method === 'PUT' || request.method === 'DELETE') {
        const isNew = request.headers.get('if-none-match') === '*';
        conditions.push(isNew ? 'new' : (request.headers.get('if-match') ?? 'none'));
      }
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      const response = await answer(request).finally(() => {
        atOnce -= 1;
      });
      const body = await response.arrayBuffer();
      received += body.byteLength;
      const { status, headers } = response;
      return new Response(body.byteLength === 0 || status === 204 ? null : body, { status, headers });
    }) satisfies typeof fetch,
  };
  const identity = createIcloudIdentity(needs);
  const { credential, email } = await identity.checkPassword(user, password);
  credentials.set('account', credential);
  const provider = createIcloud(needs);
  const calendars = await provider.listCalendars('account', email);
  const calendar = calendars.find((each) => each.remoteId === remoteId) ?? calendars[0];
  asked.length = 0;
  received = 0;
  const ref: CalendarRef = {
    accountId: 'account',
    calendarId: 'calendar',
    remoteId: calendar?.remoteId ?? '',
    ownerEmail: email,
  };
  return {
    provider,
    identity,
    credentials,
    ref,
    logged,
    asked: () => asked.splice(0),
    conditions: () => conditions.splice(0),
    mostAtOnce: () => mostAtOnce,
    received() {
      const bytes = received;
      received = 0;
      return bytes;
    },
    idOf: (name: string) => `${ref.remoteId}${name}`,
  };
}

/** A world at a real server. */
export async function serverWorld(server: CalDavServer): Promise<DavWorld> {
  const { root, user, password, calendarPath: path } = server;
  const world = await connected({ root, user, password, fetch, now: Date.now }, path);
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  async function other(method: string, name: string, body?: string): Promise<string> {
    const type = { 'content-type': 'text/calendar; charset=utf-8' };
    const init = { method, headers: { ...headers, ...(body === undefined ? {} : type) } };
    const answer = await fetch(root + path + encodeURIComponent(name), {
      ...init,
      ...(body === undefined ? {} : { body }),
    });
    if (!answer.ok || answer.status === 207) throw new Error(`${method} of ${name} answered ${answer.status}.`);
    return answer.text();
  }
  return {
    ...world,
    // Everything with its token, and the texts.
    firstRound: 2,
    put: async (name, text) => void (await other('PUT', name, text)),
    remove: async (name) => void (await other('DELETE', name)),
    read: (name) => other('GET', name),
    removeCalendar: async () => void (await fetch(root + path, { method: 'DELETE', headers })),
  };
}

export interface SimulatedWorld extends DavWorld {
  readonly world: CalendarWorld;
  readonly sim: ReturnType<typeof createSimulator>;
  readonly faults: Faults;
  readonly calendar: SimCalendar;
  readonly identity: ReturnType<typeof createIcloudIdentity>;
  readonly credentials: Map<string, string>;
  pass(ms: number): void;
}

const anna = 'anna@icloud.example';

/** Anna at the simulated iCloud; everything in one process, under one clock. */
export async function simulatedWorld(options: Partial<IcloudOptions> = {}): Promise<SimulatedWorld> {
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
  world.addPerson({ email: anna, name: 'Anna' });
  const common = { owner: anna, zone: 'Europe/Vienna', access: 'owner' } as const;
  const calendar = world.addCalendar({ ...common, id: 'HOME', name: 'Home', color: '#1badf8', primary: true });
  world.addCalendar({ ...common, id: 'WORK-1', name: 'Work', color: '#63da38', primary: false });
  const origin = 'http://localhost:7074';
  const sim = createSimulator({ world, clock, random, faults, origin, ...options });
  const connection = { root: origin, user: anna, password: firstPassword, fetch: sim.fetch, now: clock.now };
  const connectedWorld = await connected(connection);
  const path = calendarPath(calendar);
  const found = (name: string) => {
    const event = world.events(calendar.id).find((each) => !each.deleted && `${each.id}.ics` === name);
    return event?.id ?? name.replace(/\.ics$/, '');
  };
  return {
    ...connectedWorld,
    // The token, the window, and the texts.
    firstRound: 3,
    world,
    sim,
    faults,
    calendar,
    put: async (name, text) => sim.plant(calendar, name, text),
    remove: async (name) => world.remove(calendar.id, found(name)),
    async read(name) {
      const authorization = `Basic ${Buffer.from(`${anna}:${firstPassword}`).toString('base64')}`;
      const answer = await sim.fetch(
        new Request(`${origin}${path}${encodeURIComponent(name)}`, { headers: { authorization } }),
      );
      if (!answer.ok) throw new Error(`GET of ${name} answered ${answer.status}.`);
      return answer.text();
    },
    removeCalendar: async () => world.removeCalendar(calendar.id),
    pass: (ms) => {
      now += ms;
    },
  };
}

/** One VEVENT of lines, in a calendar; `DTSTAMP` is there already. */
export function ics(uid: string, ...lines: (string | string[])[]): string {
  const events = lines.some(Array.isArray) ? (lines as string[][]) : [lines as string[]];
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example//EN',
    ...events.flatMap((event) => ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20261101T120000Z', ...event, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

/** An event of an hour, in UTC. */
export function hour(title: string, start: string, ...more: string[]): string[] {
  const at = Date.parse(start);
  const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
  return [`DTSTART:${stamp(at)}`, `DTEND:${stamp(at + 3_600_000)}`, `SUMMARY:${title}`, ...more];
}
