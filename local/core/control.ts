import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { SimCalendar, SimEvent, SimInstance } from './core.ts';
import { type Faults, faultSchema } from './faults.ts';
import { eventsFromIcs } from './ics.ts';
import { changeByPerson, createByPerson, EditError, editSchema, removeByPerson } from './personEdits.ts';
import type { NotificationLog, RequestLog } from './requests.ts';
import type { CalendarWorld } from './world.ts';

/** A notification that can be sent again by whoever wants to see what it causes. */
export interface SamplePush {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ControlNeeds {
  readonly world: CalendarWorld;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly notifications: NotificationLog;
  /** The id that the service itself gives a calendar. */
  readonly remoteId: (calendar: SimCalendar) => string;
  /** Ends every grant of a person, as when they remove the app from their account. */
  readonly revoke: (email: string) => void;
  /** A notification about the calendar as the service would send it now; undefined when nobody subscribed to it. */
  readonly samplePush: (calendar: SimCalendar) => SamplePush | undefined;
  /** The faults that this service knows, with what each does. */
  readonly knownFaults: Readonly<Record<string, string>>;
}

const personSchema = z.strictObject({ email: z.email(), name: z.string().min(1) });
const calendarSchema = z.strictObject({
  owner: z.string(),
  name: z.string().min(1),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .default('#0f6cbd'),
  zone: z.string().default('UTC'),
  primary: z.boolean().default(false),
  access: z.enum(['owner', 'writer', 'reader']).default('owner'),
  sharedBy: personSchema.exactOptional(),
});
const newEventSchema = editSchema.extend({ iCalUId: z.string().optional() });

/**
 * What tests and the demo use to stand in for people and to look behind the scenes: under `/sim`, beside the service's own API. Calendars are
 * named by the simulator's own id or by the service's.
 */
export function controlRoutes(needs: ControlNeeds): Hono {
  const { world, faults, requests, notifications } = needs;
  const app = new Hono();
  app.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400);
    if (error instanceof EditError || error instanceof SyntaxError) return c.json({ error: error.message }, 400);
    throw error;
  });

  const calendarJson = (calendar: SimCalendar) => ({ ...calendar, remoteId: needs.remoteId(calendar) });

  /** The calendar of the path, or the 404. */
  function inCalendar(c: Context, answer: (calendar: SimCalendar) => Response | Promise<Response>) {
    const wanted = c.req.param('calendar') ?? '';
    const all = world.people().flatMap(({ email }) => world.calendarsOf(email));
    const calendar = world.calendar(wanted) ?? all.find((each) => needs.remoteId(each) === wanted);
    return calendar ? answer(calendar) : c.json({ error: 'there is no such calendar' }, 404);
  }

  app.get('/people', (c) => c.json(world.people()));
  app.post('/people', async (c) => c.json(world.addPerson(personSchema.parse(await c.req.json())), 201));
  app.post('/people/:email/revoke', (c) => {
    needs.revoke(c.req.param('email'));
    return c.body(null, 204);
  });

  app.get('/calendars', (c) => {
    const email = c.req.query('person');
    const owners = email === undefined ? world.people().map((person) => person.email) : [email];
    return c.json(owners.flatMap((owner) => world.calendarsOf(owner)).map(calendarJson));
  });
  app.post('/calendars', async (c) =>
    c.json(calendarJson(world.addCalendar(calendarSchema.parse(await c.req.json()))), 201),
  );
  app.delete('/calendars/:calendar', (c) =>
    inCalendar(c, (calendar) => {
      world.removeCalendar(calendar.id);
      return c.body(null, 204);
    }),
  );
  app.post('/calendars/:calendar/ics', (c) =>
    inCalendar(c, async (calendar) => {
      const { events, problems } = eventsFromIcs(await c.req.text());
      const ids = events.map(({ fields, ...more }) => world.insert(calendar.id, fields, more).id);
      return c.json({ inserted: ids.length, ids, problems });
    }),
  );

  app.get('/calendars/:calendar/events', (c) =>
    inCalendar(c, (calendar) =>
      c.json(
        world
          .events(calendar.id)
          .filter(({ deleted }) => !deleted)
          .map(eventJson),
      ),
    ),
  );
  app.post('/calendars/:calendar/events', (c) =>
    inCalendar(c, async (calendar) => {
      const { iCalUId, ...edit } = newEventSchema.parse(await c.req.json());
      return c.json(eventJson(createByPerson(world, calendar, edit, iCalUId)), 201);
    }),
  );
  app.get('/calendars/:calendar/events/:event', (c) =>
    inCalendar(c, (calendar) => {
      const event = world.event(calendar.id, c.req.param('event'));
      return event ? c.json(eventJson(event)) : c.json({ error: 'there is no such event' }, 404);
    }),
  );
  app.patch('/calendars/:calendar/events/:event', (c) =>
    inCalendar(c, async (calendar) => {
      const edit = editSchema.parse(await c.req.json());
      const event = changeByPerson(world, calendar, c.req.param('event'), edit, c.req.query('originalStart'));
      return c.json(eventJson(event));
    }),
  );
  app.delete('/calendars/:calendar/events/:event', (c) =>
    inCalendar(c, (calendar) => {
      removeByPerson(world, calendar, c.req.param('event'), c.req.query('originalStart'));
      return c.body(null, 204);
    }),
  );
  app.get('/calendars/:calendar/instances', (c) =>
    inCalendar(c, (calendar) => {
      const [from, to] = [Date.parse(c.req.query('from') ?? ''), Date.parse(c.req.query('to') ?? '')];
      if (Number.isNaN(from) || Number.isNaN(to)) throw new EditError('from and to must be dates');
      return c.json(world.instances(calendar.id, from, to).map(instanceJson));
    }),
  );

  app.get('/calendars/:calendar/push', (c) =>
    inCalendar(c, (calendar) => {
      const push = needs.samplePush(calendar);
      return push ? c.json(push) : c.json({ error: 'nobody subscribed to this calendar' }, 404);
    }),
  );

  app.get('/requests', (c) => c.json(requests.snapshot()));
  app.delete('/requests', (c) => {
    requests.reset();
    return c.body(null, 204);
  });
  app.get('/notifications', (c) => c.json(notifications.snapshot()));

  app.get('/faults', (c) => c.json({ known: needs.knownFaults, armed: faults.armed(), fired: faults.fired() }));
  app.post('/faults', async (c) => {
    const fault = faultSchema.parse(await c.req.json());
    if (!(fault.name in needs.knownFaults)) throw new EditError(`there is no fault ${fault.name}`);
    return c.json(faults.arm(fault), 201);
  });
  app.delete('/faults', (c) => {
    faults.disarm(c.req.query('name'));
    return c.body(null, 204);
  });
  return app;
}

/** An event as it lies in the world, with everything the service keeps. */
function eventJson(event: SimEvent) {
  const { overrides, ...rest } = event;
  return { ...rest, overrides: Object.fromEntries(overrides) };
}

/** One instance in time: its fields flat, `start` and `end` as RFC 3339 UTC (dates for all-day). */
function instanceJson({ event, originalStart, fields, startMs, endMs, exception, version, modifiedAt }: SimInstance) {
  const at = (instant: number) => {
    const text = new Date(instant).toISOString();
    return fields.time.allDay ? text.slice(0, 10) : text;
  };
  return {
    ...fields,
    eventId: event.id,
    iCalUId: event.iCalUId,
    ...(originalStart === undefined ? {} : { originalStart }),
    start: at(startMs),
    end: at(endMs),
    exception,
    version,
    modifiedAt,
  };
}
