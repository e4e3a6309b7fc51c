import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { wallFromInstant } from '../../shared/calendar/timeZones.ts';
import { DAY_MS } from '../../shared/calendar/window.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import type { SimCalendar } from './core.ts';
import { instantOf } from './expansion.ts';
import { changeByPerson, createByPerson, EditError, editSchema, removeByPerson } from './personEdits.ts';
import { weekGrid } from './weekGrid.ts';
import { weekPage } from './weekPage.ts';
import type { CalendarWorld } from './world.ts';

export interface WeekOptions {
  /** The service's name, for the heading. */
  readonly service: string;
  readonly clock: Clock;
}

/**
 * The web view of a simulated service: a calendar as a week, in which one can act as the person whose it is. A sub-app, mounted anywhere;
 * the page asks once a second whether anything changed.
 */
export function weekView(world: CalendarWorld, { service, clock }: WeekOptions): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400);
    if (error instanceof EditError || error instanceof SyntaxError) return c.json({ error: error.message }, 400);
    throw error;
  });

  function chosen(id: string | undefined): SimCalendar | undefined {
    const all = world.people().flatMap(({ email }) => world.calendarsOf(email));
    return all.find((calendar) => calendar.id === id) ?? all[0];
  }

  /** The Monday (`YYYY-MM-DD`) of the week that holds a date; without one, of this week in the calendar's zone. */
  function mondayOf(date: string | undefined, calendar: SimCalendar): string {
    const given = Date.parse(`${date}T00:00:00Z`);
    const day = Number.isNaN(given)
      ? Date.parse(`${wallFromInstant(clock.now(), calendar.zone).slice(0, 10)}Z`)
      : given;
    return new Date(day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS).toISOString().slice(0, 10);
  }

  function gridOf(calendar: SimCalendar, monday: string) {
    const zone = { allDay: false, zone: calendar.zone };
    const end = new Date(Date.parse(`${monday}Z`) + 7 * DAY_MS).toISOString().slice(0, 10);
    const from = Math.min(instantOf(`${monday}T00:00:00`, zone), Date.parse(`${monday}Z`));
    const to = Math.max(instantOf(`${end}T00:00:00`, zone), Date.parse(`${end}Z`));
    const today = wallFromInstant(clock.now(), calendar.zone);
    return weekGrid(calendar, monday, world.instances(calendar.id, from, to), today);
  }

  app.get('/', (c) => {
    const calendar = chosen(c.req.query('calendar'));
    if (!calendar)
      return c.html('<!doctype html><html lang="en"><title>Empty</title><p>There are no calendars yet.</p>');
    const monday = mondayOf(c.req.query('week'), calendar);
    const people = world.people().map((person) => ({ person, calendars: world.calendarsOf(person.email) }));
    return c.html(weekPage({ service, people, calendar, monday, grid: gridOf(calendar, monday) }));
  });

  app.get('/state', (c) => {
    const calendar = chosen(c.req.query('calendar'));
    if (!calendar) return c.json({ error: 'there is no such calendar' }, 404);
    const revision = `${calendar.id}:${calendar.sequence}`;
    if (c.req.query('revision') === revision) return c.json({ revision });
    return c.json({ revision, grid: String(gridOf(calendar, mondayOf(c.req.query('week'), calendar))) });
  });

  async function act(c: Context, action: (calendar: SimCalendar) => unknown): Promise<Response> {
    const calendar = world.calendar(c.req.query('calendar') ?? '');
    if (!calendar) return c.json({ error: 'there is no such calendar' }, 404);
    await action(calendar);
    return c.json({ done: true });
  }
  app.post('/events', (c) =>
    act(c, async (calendar) => createByPerson(world, calendar, editSchema.parse(await c.req.json()))),
  );
  app.patch('/events/:event', (c) =>
    act(c, async (calendar) => {
      const edit = editSchema.parse(await c.req.json());
      changeByPerson(world, calendar, c.req.param('event'), edit, c.req.query('originalStart'));
    }),
  );
  app.delete('/events/:event', (c) =>
    act(c, (calendar) => removeByPerson(world, calendar, c.req.param('event'), c.req.query('originalStart'))),
  );
  return app;
}
