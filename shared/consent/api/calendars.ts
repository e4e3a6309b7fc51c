import type { Calendar } from '../../stores/stores.ts';
import { json } from '../answer.ts';
import { forUser } from '../guard.ts';
import type { ConsentNeeds, Handler } from '../needs.ts';
import { notFound } from '../problem.ts';

/** The calendars of every account of the user that the providers still list; an account's main calendar first. */
export async function calendarsOf(needs: ConsentNeeds, userId: string): Promise<Calendar[]> {
  const accounts = await needs.stores.accounts.ofUser(userId);
  const lists = await Promise.all(
    accounts
      .filter(({ status }) => status !== 'removing')
      .map((account) => needs.stores.calendars.ofAccount(account.id)),
  );
  return lists
    .flat()
    .filter((calendar) => calendar.goneAt === undefined)
    .toSorted((a, b) => Number(b.primary) - Number(a.primary) || a.name.localeCompare(b.name, 'en'));
}

/** The calendar, if it is the user's own. @throws Problem 404 */
export async function ownCalendar(needs: ConsentNeeds, id: string, userId: string): Promise<Calendar> {
  const calendar = await needs.stores.calendars.find(id);
  if (!calendar || calendar.userId !== userId || calendar.goneAt !== undefined) throw notFound();
  return calendar;
}

/** `GET /api/calendars` */
export const getCalendars: Handler = forUser(async (_request, needs, userId) => {
  const calendars = await calendarsOf(needs, userId);
  return json(
    calendars.map(({ id, accountId, name, color, primary, readable, writable, reason }) => ({
      id,
      accountId,
      name,
      color,
      primary,
      readable,
      writable,
      reason,
    })),
  );
});
