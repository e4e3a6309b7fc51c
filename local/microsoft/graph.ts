import { type Context, Hono } from 'hono';
import type { Clock } from '../../shared/platform/clock.ts';
import type { Random } from '../../shared/platform/random.ts';
import type { SimCalendar } from '../core/core.ts';
import type { Faults } from '../core/faults.ts';
import type { CalendarWorld } from '../core/world.ts';
import { calendarList, calendarRow, listedCalendar, ownCalendar } from './calendars.ts';
import { createDelta } from './delta.ts';
import { errorAnswer, GraphError, invalidRequest } from './errors.ts';
import { pageOf, pageSize } from './paging.ts';
import { readQuery } from './query.ts';
import { calendarView, collection, type Found, findEvent, getEvent, instancesOfSeries, listEvents } from './reads.ts';
import { need, type Session } from './session.ts';
import { type Subscriptions, subscriptionRow } from './subscriptions.ts';
import { guid } from './tenants.ts';
import { createWrites } from './writes.ts';

interface GraphNeeds {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly subscriptions: Subscriptions;
  readonly mailed: (count: number) => void;
}

type Env = { Bindings: { session: Session } };
type GraphContext = Context<Env>;

/** The part of Microsoft Graph v1.0 that calendars are made of. Callers are known already: `session` comes with the request. */
export function graphApi(needs: GraphNeeds): Hono<Env> {
  const { world, clock, faults, subscriptions } = needs;
  const delta = createDelta(needs);
  const writes = createWrites(needs);
  const app = new Hono<Env>().basePath('/v1.0');

  app.onError((error) => {
    const at = clock.now();
    if (error instanceof GraphError) return errorAnswer(error, guid(`request:${at}`), at);
    throw error;
  });
  app.notFound(() => {
    const error = new GraphError(400, 'BadRequest', 'Resource not found for the segment.');
    return errorAnswer(error, guid(`request:${clock.now()}`), clock.now());
  });

  const calendars = ({ person }: Session) => world.calendarsOf(person.email).filter(({ sharedBy }) => !sharedBy);
  const calendarIn = (c: GraphContext) => ownCalendar(world, c.env.session, c.req.param('calendar') ?? '');
  /** The event of the path, in its calendar or anywhere in the mailbox. */
  function eventIn(c: GraphContext): Found {
    const within = c.req.param('calendar') === undefined ? calendars(c.env.session) : [calendarIn(c)];
    return findEvent(world, within, c.req.param('event') ?? '');
  }
  const urlOf = (c: GraphContext) => new URL(c.req.url);
  const writeOf = (c: GraphContext) => ({
    method: c.req.method,
    path: urlOf(c).pathname,
    ifMatch: c.req.header('if-match') ?? null,
  });
  const withEtag = (c: GraphContext, row: Record<string, unknown>, status: 200 | 201) =>
    c.json(row, status, { etag: String(row['@odata.etag']) });

  app.get('/me', (c) => {
    need(c.env.session, 'profile');
    const { email, name } = c.env.session.person;
    return c.json({ displayName: name, mail: email, userPrincipalName: email });
  });

  app.get('/me/calendars', (c) => {
    need(c.env.session, 'read');
    const url = urlOf(c);
    const options = readQuery(url, ['$top', '$skip'], "the 'Calendars' resource");
    const size = pageSize(options, c.env.session.preferences.pageSize);
    const { rows, nextLink } = pageOf(url, calendarList(world, c.env.session), size);
    const value = rows.map((calendar) => calendarRow(calendar, c.env.session));
    const context = `${url.origin}/v1.0/$metadata#me/calendars`;
    return c.json({ '@odata.context': context, value, ...(nextLink ? { '@odata.nextLink': nextLink } : {}) });
  });
  app.get('/me/calendars/:calendar', (c) => {
    need(c.env.session, 'read');
    return c.json(calendarRow(listedCalendar(world, c.env.session, c.req.param('calendar')), c.env.session));
  });

  app.get('/me/calendars/:calendar/calendarView/delta', (c) => {
    need(c.env.session, 'read');
    const { person: owner, preferences } = c.env.session;
    return c.json(delta.page({ calendar: calendarIn(c), owner, preferences }, urlOf(c)));
  });
  app.get('/me/calendars/:calendar/calendarView', (c) => {
    need(c.env.session, 'read');
    const page = calendarView(world, c.env.session, calendarIn(c), urlOf(c));
    const cut = faults.hit('truncated-page', { method: 'GET', path: c.req.path }) !== undefined;
    return c.json(cut ? { ...page, value: page.value.slice(0, page.value.length >> 1) } : page);
  });

  const list = (within: (c: GraphContext) => SimCalendar[]) => (c: GraphContext) => {
    need(c.env.session, 'read');
    return c.json(listEvents(world, c.env.session, within(c), urlOf(c)));
  };
  const create = (into: (c: GraphContext) => SimCalendar) => async (c: GraphContext) => {
    need(c.env.session, 'write');
    const calendar = into(c);
    return withEtag(c, writes.create(c.env.session, calendar, await bodyOf(c), writeOf(c)), 201);
  };
  app.get(
    '/me/calendars/:calendar/events',
    list((c) => [calendarIn(c)]),
  );
  app.post('/me/calendars/:calendar/events', create(calendarIn));
  app.get(
    '/me/events',
    list((c) => calendars(c.env.session)),
  );
  app.post(
    '/me/events',
    create((c) => {
      const [primary] = calendars(c.env.session);
      if (!primary) throw new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
      return primary;
    }),
  );

  for (const path of ['/me/calendars/:calendar/events/:event', '/me/events/:event']) {
    app.get(path, (c) => {
      need(c.env.session, 'read');
      return c.json(getEvent(c.env.session, eventIn(c), urlOf(c)));
    });
    app.get(`${path}/instances`, (c) => {
      need(c.env.session, 'read');
      return c.json(instancesOfSeries(world, c.env.session, eventIn(c), urlOf(c)));
    });
    app.patch(path, async (c) => {
      need(c.env.session, 'write');
      const body = await bodyOf(c);
      return withEtag(c, writes.update(c.env.session, eventIn(c), body, writeOf(c)), 200);
    });
    app.delete(path, (c) => {
      need(c.env.session, 'write');
      writes.remove(eventIn(c), writeOf(c));
      return c.body(null, 204);
    });
  }

  app.get('/subscriptions', (c) => {
    need(c.env.session, 'read');
    return c.json(collection(urlOf(c), subscriptions.ofSession(c.env.session).map(subscriptionRow), undefined));
  });
  app.post('/subscriptions', async (c) => {
    need(c.env.session, 'read');
    return c.json(subscriptionRow(await subscriptions.create(c.env.session, await bodyOf(c))), 201);
  });
  app.get('/subscriptions/:id', (c) => c.json(subscriptionRow(subscriptions.get(c.env.session, c.req.param('id')))));
  app.patch('/subscriptions/:id', async (c) => {
    need(c.env.session, 'read');
    return c.json(subscriptionRow(await subscriptions.update(c.env.session, c.req.param('id'), await bodyOf(c))));
  });
  app.post('/subscriptions/:id/reauthorize', (c) => {
    subscriptions.get(c.env.session, c.req.param('id'));
    return c.body(null, 202);
  });
  app.delete('/subscriptions/:id', (c) => {
    subscriptions.remove(c.env.session, c.req.param('id'));
    return c.body(null, 204);
  });
  return app;
}

async function bodyOf(c: GraphContext): Promise<unknown> {
  if (!c.req.header('content-type')?.toLowerCase().startsWith('application/json')) {
    throw new GraphError(415, 'BadRequest', 'A Content-Type of application/json is needed.');
  }
  try {
    return await c.req.json();
  } catch {
    throw invalidRequest('Unable to read JSON request payload.');
  }
}
