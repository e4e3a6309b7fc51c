import { z } from 'zod';
import { ProviderError } from '../errors.ts';
import type { RemoteCalendar } from '../provider.ts';
import { endlessGuard } from './endlessGuard.ts';
import { resultOf } from './graphAnswer.ts';
import type { Graph } from './graphRequest.ts';

const calendarRow = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  hexColor: z.string().nullish(),
  isDefaultCalendar: z.boolean().nullish(),
  canEdit: z.boolean().nullish(),
  owner: z.object({ name: z.string().nullish(), address: z.string().nullish() }).nullish(),
});

type CalendarRow = z.infer<typeof calendarRow>;

const calendarPage = z.object({ value: z.array(calendarRow), '@odata.nextLink': z.string().min(1).optional() });

/** Every calendar of the account, those included that Hetk cannot use, each with the reason. */
export async function listCalendars(graph: Graph, accountId: string, ownerEmail: string): Promise<RemoteCalendar[]> {
  const rows: CalendarRow[] = [];
  const guard = endlessGuard();
  let next: string | undefined = '/me/calendars';
  while (next !== undefined) {
    const page: z.infer<typeof calendarPage> = resultOf(
      await graph.send(accountId, { method: 'GET', path: next }),
      calendarPage,
    );
    rows.push(...page.value);
    next = page['@odata.nextLink'];
    guard(page.value, next);
  }
  // A mailbox always has its default calendar: an empty list would make every pair of the account look orphaned.
  if (rows.length === 0) {
    throw new ProviderError('malformed', 'Microsoft Graph lists no calendar at all.', { code: 'no-calendars' });
  }
  const own = ownAddresses(rows, ownerEmail);
  return rows.map((row) => calendarOf(row, own));
}

/** The user may sign in by one address and own calendars by another: the default calendar is theirs under any alias. */
function ownAddresses(rows: readonly CalendarRow[], ownerEmail: string): ReadonlySet<string> {
  const defaults = rows.filter((row) => row.isDefaultCalendar).flatMap((row) => row.owner?.address ?? []);
  return new Set([ownerEmail, ...defaults].map((address) => address.toLowerCase()));
}

function calendarOf(row: CalendarRow, own: ReadonlySet<string>): RemoteCalendar {
  const owner = row.owner?.address?.toLowerCase();
  const someoneElses = owner !== undefined && owner !== '' && !own.has(owner);
  const color = /^#[0-9a-f]{6}$/i.exec(row.hexColor ?? '')?.[0]?.toLowerCase();
  const base = {
    remoteId: row.id,
    name: row.name ?? '',
    primary: row.isDefaultCalendar ?? false,
    ...(color ? { color } : {}),
  };
  if (someoneElses) {
    const reason =
      'This calendar belongs to someone else; the permission that Hetk asks for reaches only your own calendars.';
    return { ...base, writable: false, readable: false, reason };
  }
  if (row.canEdit === false) {
    const reason =
      'This calendar is read-only, as holidays and birthdays are; events can be copied from it, not into it.';
    return { ...base, writable: false, readable: true, reason };
  }
  return { ...base, writable: true, readable: true };
}
