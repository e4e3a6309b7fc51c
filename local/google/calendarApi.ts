import { Hono } from 'hono';
import type { Clock } from '../../shared/platform/clock.ts';
import type { SimCalendar, SimEvent } from '../core/core.ts';
import type { Faults } from '../core/faults.ts';
import type { CalendarWorld } from '../core/world.ts';
import { calendarOf, calendarsOf } from './calendarIds.ts';
import { calendarListPage, entry } from './calendarList.ts';
import type { Channels } from './channels.ts';
import {
  conditionNotMet,
  errorAnswer,
  fullSyncRequired,
  GoogleError,
  insufficientScopes,
  invalid,
  invalidCredentials,
  notFound,
} from './errors.ts';
import { countUnknown, isJson, type Json } from './eventBody.ts';
import type { WriteFlags } from './fields.ts';
import { type AccessGrant, calendarScope, eventsScope, type Grants, listScope } from './grants.ts';
import { instancesPage } from './instances.ts';
import { freeBusyOnly, type Listings } from './list.ts';
import { countUnknownParameters } from './listQuery.ts';
import { backendError, meetMishap, notJson, type Strikes } from './mishaps.ts';
import type { createQuota } from './quota.ts';
import type { Events, WriteRequest } from './write.ts';

interface ApiNeeds {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly origin: string;
  readonly grants: Grants;
  readonly quota: ReturnType<typeof createQuota>;
  readonly listings: Listings;
  readonly events: Events;
  readonly channels: Channels;
  readonly faults: Faults;
  /** Adds to a counter that tests read. */
  readonly count: (what: 'mails' | 'unknownFields' | 'quotaUnits', howMany: number) => void;
}

type Variables = { grant: AccessGrant; strikes: Strikes };

/** Says that a request came as part of a batch. */
export const batchPartHeader = 'x-sim-batch-part';

/** Calendar API v3, as far as a program that keeps calendars in step meets it. */
export function calendarApi(needs: ApiNeeds): Hono<{ Variables: Variables }> {
  const { world, grants, quota, listings, events, channels, faults, count } = needs;
  const app = new Hono<{ Variables: Variables }>().basePath('/calendar/v3');

  app.onError((error) => {
    if (error instanceof GoogleError) return errorAnswer(error);
    throw error;
  });

  app.use(async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    const request = { method: c.req.method, path: `${pathname}${search}` };
    const strikes: Strikes = (fault) => faults.hit(fault, request) !== undefined;
    c.set('strikes', strikes);
    meetMishap(strikes);
    if (strikes('not-json')) return notJson();
    const gateway = faults.hit('not-json-error', request);
    if (gateway) return notJson(typeof gateway.value === 'number' ? gateway.value : 502);
    const token = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const grant = token ? grants.check(token) : undefined;
    if (!grant) throw invalidCredentials();
    const units = c.req.method === 'PATCH' ? 3 : 1;
    quota.spend(grant.email, units);
    count('quotaUnits', units);
    c.set('grant', grant);
    const isWrite = c.req.method !== 'GET';
    if (isWrite && c.req.header(batchPartHeader) && strikes('conflict')) {
      throw new GoogleError(409, 'conflict', 'Conflict');
    }
    if (isWrite && !c.req.header('if-match') && strikes('condition-unasked')) throw conditionNotMet();
    await next();
    if (isWrite && c.res.ok && strikes('response-lost')) c.res = errorAnswer(backendError(503));
    return undefined;
  });

  const allow = (grant: AccessGrant, scope: string) => {
    if (!grant.scopes.includes(scope) && !grant.scopes.includes(calendarScope)) throw insufficientScopes();
  };

  /** The calendar in the path, if the caller may see its events. */
  function reach(grant: AccessGrant, calendarId: string): SimCalendar {
    allow(grant, eventsScope);
    return calendarOf(world, grant.email, calendarId);
  }

  async function bodyOf(request: { text(): Promise<string> }): Promise<Json> {
    const text = await request.text();
    try {
      const json: unknown = text === '' ? {} : JSON.parse(text);
      if (isJson(json)) return json;
    } catch {
      // Falls through to the one answer there is for both.
    }
    throw new GoogleError(400, 'parseError', 'Parse Error');
  }

  /** Google mails the guests of a new event unless told not to, and does not take that back. */
  function countInvitations(sendUpdates: string | undefined, guests: number): void {
    if (sendUpdates !== 'none') count('mails', guests);
  }

  /** Whoever changes or deletes an event with guests has to reckon with mail: `sendUpdates=none` keeps most of it back, not all. */
  function countUpdates(guests: number): void {
    count('mails', guests);
  }

  function checkSendUpdates(value: string | undefined): void {
    if (value !== undefined && !['all', 'externalOnly', 'none'].includes(value)) {
      throw invalid('Invalid value for sendUpdates.');
    }
  }

  app.get('/users/me/calendarList', (c) => {
    const grant = c.get('grant');
    allow(grant, listScope);
    const calendars = c.get('strikes')('no-calendars') ? [] : calendarsOf(world, grant.email);
    return c.json(calendarListPage(calendars, new URL(c.req.url).searchParams));
  });

  app.get('/users/me/calendarList/:calendarId', (c) => {
    const grant = c.get('grant');
    allow(grant, listScope);
    return c.json(entry(calendarOf(world, grant.email, c.req.param('calendarId'))));
  });

  app.get('/calendars/:calendarId/events', (c) => {
    const calendar = reach(c.get('grant'), c.req.param('calendarId'));
    const search = new URL(c.req.url).searchParams;
    const strikes = c.get('strikes');
    count('unknownFields', countUnknownParameters(search));
    if (search.has('syncToken') && strikes('full-sync-required')) throw fullSyncRequired();
    if (search.has('syncToken') && strikes('gone-unreasoned')) return c.json({ error: { code: 410 } }, 410);
    const page = listings.page(calendar, search, {
      emptyPage: strikes('empty-page'),
      repeated: search.has('pageToken') && strikes('repeated-page'),
      truncated: strikes('truncated-page'),
      endless: !search.has('pageToken') && strikes('endless-pages'),
      nothing: strikes('empty-list'),
      cutDeletions: search.has('syncToken') && strikes('series-deletion-cut'),
      stale: !search.has('pageToken') && strikes('stale-read'),
    });
    return c.json(strikes('free-busy-only') ? freeBusyOnly(page) : page);
  });

  app.post('/calendars/:calendarId/events/watch', async (c) => {
    const grant = c.get('grant');
    const calendar = reach(grant, c.req.param('calendarId'));
    if (c.get('strikes')('push-unsupported')) {
      throw new GoogleError(
        400,
        'pushNotSupportedForRequestedResource',
        'Push notifications are not supported by this resource.',
      );
    }
    const body = await bodyOf(c.req);
    const answer = await channels.watch(calendar, grant, body);
    if (c.get('strikes')('channel-lost')) channels.drop(String(body.id));
    return c.json(answer);
  });

  app.post('/channels/stop', async (c) => {
    channels.stop(c.get('grant'), await bodyOf(c.req));
    return c.body(null, 204);
  });

  app.post('/calendars/:calendarId/events', async (c) => {
    const calendar = reach(c.get('grant'), c.req.param('calendarId'));
    checkSendUpdates(c.req.query('sendUpdates'));
    const body = await bodyOf(c.req);
    count('unknownFields', countUnknown(body));
    const written = events.insert(calendar, body, flagsOf(c.req.query()));
    countInvitations(c.req.query('sendUpdates'), events.guests(calendar, String(written.id)));
    return answerWith(c.get('strikes'), calendar, written);
  });

  app.get('/calendars/:calendarId/events/:eventId', (c) => {
    const calendar = reach(c.get('grant'), c.req.param('calendarId'));
    const event = events.get(calendar, c.req.param('eventId'));
    if (c.req.header('if-none-match') === event.etag) return c.body(null, 304);
    return c.json(event, 200, { etag: String(event.etag) });
  });

  app.get('/calendars/:calendarId/events/:eventId/instances', (c) => {
    const calendar = reach(c.get('grant'), c.req.param('calendarId'));
    const series = events.series(calendar, c.req.param('eventId'));
    return c.json(instancesPage(needs, calendar, series, new URL(c.req.url).searchParams));
  });

  app.on(['PUT', 'PATCH'], '/calendars/:calendarId/events/:eventId', async (c) => {
    const calendar = reach(c.get('grant'), c.req.param('calendarId'));
    checkSendUpdates(c.req.query('sendUpdates'));
    const body = await bodyOf(c.req);
    count('unknownFields', countUnknown(body));
    const request = requestOf(calendar, c.req.param('eventId'), c.req.header('if-match'), c.req.query());
    const before = events.guests(calendar, request.id);
    const written = c.req.method === 'PUT' ? events.update(request, body) : events.patch(request, body);
    countUpdates(Math.max(before, events.guests(calendar, request.id)));
    return answerWith(c.get('strikes'), calendar, written);
  });

  app.delete('/calendars/:calendarId/events/:eventId', (c) => {
    const calendar = reach(c.get('grant'), c.req.param('calendarId'));
    checkSendUpdates(c.req.query('sendUpdates'));
    const request = requestOf(calendar, c.req.param('eventId'), c.req.header('if-match'), c.req.query());
    const guests = events.guests(calendar, request.id);
    events.delete(request);
    countUpdates(guests);
    return c.body(null, 204);
  });

  app.all('*', () => errorAnswer(notFound()));

  function answerWith(strikes: Strikes, calendar: SimCalendar, resource: Json): Response {
    // The master's id, also where one occurrence was written.
    const eventId = String(resource.recurringEventId ?? resource.id);
    if (strikes('etag-change')) world.touch(calendar.id, eventId);
    const event = strikes('bodies-rewritten') ? world.event(calendar.id, eventId) : undefined;
    if (event && !event.deleted && event.recurrence === undefined) world.change(calendar.id, eventId, rewritten(event));
    return Response.json(resource, { headers: { etag: String(resource.etag) } });
  }

  return app;
}

/** The same texts as another program of Google's would store them. */
function rewritten({ title, description, location }: SimEvent): Partial<SimEvent> {
  return {
    title: `${title} `,
    ...(location === '' ? {} : { location: `${location} ` }),
    ...(description === '' ? {} : { description: `${description.replaceAll('<br>', '<br />')} ` }),
  };
}

function flagsOf(query: Record<string, string>): WriteFlags {
  return { conference: query.conferenceDataVersion === '1', attachments: query.supportsAttachments === 'true' };
}

function requestOf(
  calendar: SimCalendar,
  id: string,
  ifMatch: string | undefined,
  query: Record<string, string>,
): WriteRequest {
  return { calendar, id, ifMatch, flags: flagsOf(query) };
}
