import type { CalendarProvider } from '../provider.ts';
import { BATCH_SIZE } from './batch.ts';
import { listCalendars } from './calendars.ts';
import { renew, subscribe, unsubscribe } from './channels.ts';
import type { GoogleClient } from './client.ts';
import { createSender } from './googleRequest.ts';
import { list, pull } from './list.ts';
import { hasMeetings } from './meetings.ts';
import { get, getMany } from './read.ts';
import type { GoogleNeeds } from './settings.ts';
import { createAccessTokens } from './tokens.ts';
import { write } from './write.ts';

/** Google Calendar, API version 3. */
export function createGoogle(needs: GoogleNeeds): CalendarProvider {
  const tokens = createAccessTokens(needs);
  const client: GoogleClient = { ...createSender(needs, tokens), clock: needs.clock, log: needs.log };
  return {
    name: 'google',
    batchSize: BATCH_SIZE,
    push: true,
    listCalendars: (accountId) => listCalendars(client, accountId),
    pull: (calendar, start) => pull(client, calendar, start),
    list: (calendar, window) => list(client, calendar, window),
    get: (calendar, id) => get(client, calendar, id),
    getMany: (calendar, ids) => getMany(client, calendar, ids),
    hasMeetings: (calendar, meetings) => hasMeetings(client, calendar, meetings),
    write: (calendar, operations) => write(client, calendar, operations),
    subscribe: (calendar, request) => subscribe(client, calendar, request),
    renew,
    unsubscribe: (calendar, subscription) => unsubscribe(client, calendar, subscription),
    revoke: (accountId) => tokens.revoke(accountId),
  };
}
