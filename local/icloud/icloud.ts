import { Hono } from 'hono';
import type { Clock } from '../../shared/platform/clock.ts';
import type { Random } from '../../shared/platform/random.ts';
import { isProviderError } from '../../shared/providers/errors.ts';
import { controlRoutes } from '../core/control.ts';
import type { SimCalendar } from '../core/core.ts';
import type { Faults } from '../core/faults.ts';
import { createNotificationLog, createRequestLog } from '../core/requests.ts';
import { weekView } from '../core/week.ts';
import type { CalendarWorld } from '../core/world.ts';
import { calendarPath, placeAt } from './addresses.ts';
import { icloudFaults, meetMishap, type Strikes, unauthorized } from './mishaps.ts';
import { createObjects } from './objects.ts';
import { createPasswords } from './passwords.ts';
import { createPropfind } from './propfind.ts';
import { createReports } from './reports.ts';
import { createStore } from './store.ts';

export interface IcloudOptions {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  /** Where this iCloud is reached; without a slash at the end. */
  readonly origin?: string;
  /** Which calendars are subscriptions. */
  readonly subscribed?: (calendar: SimCalendar) => boolean;
  /** Changes told in one answer. */
  readonly pageSize?: number;
}

/** iCloud's CalDAV on one origin, as strict and as awkward as the real one is reported to be. For development and tests. */
export function createIcloud(options: IcloudOptions) {
  const { world, clock, random, faults, pageSize = 100, subscribed = () => false } = options;
  const origin = options.origin ?? 'http://localhost:7074';
  let partition = 180;
  const partitionHost = () => `https://p${partition}-caldav.icloud.com:443`;
  const requests = createRequestLog();
  const passwords = createPasswords(random);
  const quietly: Strikes = (fault) => faults.hit(fault);
  const store = createStore({ world, clock, strikes: quietly });

  const app = new Hono();
  app.route(
    '/sim',
    controlRoutes({
      world,
      faults,
      requests,
      // There is no push for others than Apple's own clients.
      notifications: createNotificationLog(),
      samplePush: () => undefined,
      remoteId: calendarPath,
      revoke: passwords.revoke,
      knownFaults: icloudFaults,
    }),
  );
  app.post('/sim/people/:email/app-passwords', (c) => {
    const email = c.req.param('email');
    return world.person(email) ? c.json({ password: passwords.issue(email) }, 201) : c.json({ error: 'unknown' }, 404);
  });
  app.route('/', weekView(world, { service: 'iCloud Calendar', clock }));

  /** The person whose name and password a request carries. */
  function personOf(headers: Headers): string | undefined {
    const [, encoded] = /^Basic (.+)$/i.exec(headers.get('authorization') ?? '') ?? [];
    const [email = '', ...rest] = Buffer.from(encoded ?? '', 'base64')
      .toString('utf8')
      .split(':');
    const person = world.person(email);
    return person && passwords.isGood(person.email, rest.join(':')) ? person.email : undefined;
  }

  async function dav(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname;
    const strikes: Strikes = (fault) => faults.hit(fault, { method: request.method, path });
    const mishap = meetMishap(strikes, partitionHost(), path);
    if (mishap) return mishap;
    const email = personOf(request.headers);
    if (email === undefined) return unauthorized();
    const body = await request.text();
    const place = path === '/' ? undefined : placeAt(world, email, path);
    if (path !== '/' && !place) return new Response(null, { status: 404 });
    const needs = { world, store, strikes, subscribed };
    if (request.method === 'PROPFIND') {
      const depth = request.headers.get('depth') ?? '1';
      return createPropfind({ ...needs, partition: partitionHost })({ email, path, place, depth, body });
    }
    const reports = createReports({ ...needs, pageSize });
    if (request.method === 'REPORT') {
      return place?.kind === 'calendar' ? reports.answer(place.calendar, body) : new Response(null, { status: 403 });
    }
    if (place?.kind !== 'resource') return new Response(null, { status: 405 });
    const objects = createObjects({ ...needs, mailed: requests.mailed });
    if (request.method === 'GET') return objects.get(place, reports.isLate());
    const answer =
      request.method === 'PUT' ? objects.put(place, request.headers, body) : objects.delete(place, request.headers);
    return answer.ok && strikes('response-lost') ? new Response(null, { status: 504 }) : answer;
  }

  async function answerAndRecord(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const kind = kindOf(request.method, pathname);
    if (!kind) return app.fetch(request);
    let answer: Response;
    try {
      answer = await dav(request);
    } catch (error) {
      // A question that is no XML.
      if (!isProviderError(error)) throw error;
      answer = new Response(null, { status: 400 });
    }
    requests.record({ kind, method: request.method, path: `${pathname}${search}`, status: answer.status });
    return answer;
  }

  return {
    origin,
    fetch: answerAndRecord,
    requests,
    /** Stores a text as another client would have, whatever it says. */
    plant: (calendar: SimCalendar, name: string, text: string): void => store.plant(calendar, name, text),
    issuePassword: passwords.issue,
    /** As when the person changes the password of their Apple account. */
    revoke: passwords.revoke,
    /** iCloud moves the account to another host. */
    movePartition: () => {
      partition += 1;
    },
  };
}

const methods: Readonly<Record<string, string>> = {
  PROPFIND: 'propfind',
  REPORT: 'report',
  GET: 'get',
  PUT: 'put',
  DELETE: 'delete',
};

/** What a request is for, or undefined for those that are none of CalDAV's. */
function kindOf(method: string, pathname: string): string | undefined {
  const isTree = /^\/\d+\//.test(pathname);
  return isTree || (pathname === '/' && method === 'PROPFIND') ? methods[method] : undefined;
}
