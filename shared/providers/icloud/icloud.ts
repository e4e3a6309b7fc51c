import { ProviderError } from '../errors.ts';
import type { CalendarProvider } from '../provider.ts';
import { changedCalendars, listCalendars } from './calendars.ts';
import type { IcloudClient } from './client.ts';
import { createDav } from './dav.ts';
import { hasMeetings } from './meetings.ts';
import { list, pull } from './pull.ts';
import { get, getMany } from './read.ts';
import type { IcloudNeeds } from './settings.ts';
import { BATCH_SIZE, write } from './write.ts';

/** iCloud's reads lag behind its writes; what is absent from two listings this far apart, ms, is gone. */
const SETTLES_MS = 5 * 60_000;

/** iCloud by CalDAV, with an app-specific password; any other CalDAV server where the root says so. */
export function createIcloud(needs: IcloudNeeds): CalendarProvider {
  const { clock, log } = needs;
  const client: IcloudClient = { dav: createDav(needs), clock, log, zones: new Map(), faithful: new Map() };
  return {
    name: 'icloud',
    batchSize: BATCH_SIZE,
    push: false,
    settlesMs: SETTLES_MS,
    listCalendars: (accountId) => listCalendars(client, accountId),
    changedCalendars: (accountId, known) => changedCalendars(client, accountId, known),
    pull: (calendar, start) => pull(client, calendar, start),
    list: (calendar, window) => list(client, calendar, window),
    get: (calendar, id) => get(client, calendar, id),
    getMany: (calendar, ids) => getMany(client, calendar, ids),
    hasMeetings: (calendar, meetings) => hasMeetings(client, calendar, meetings),
    write: (calendar, operations, permit) => write(client, calendar, operations, permit),
    subscribe: async () => Promise.reject(noPush()),
    renew: async () => Promise.reject(noPush()),
    unsubscribe: async () => {},
    // Apple has no call by which a password is taken back; its owner does that on the account's page.
    revoke: async (accountId) => client.dav.forget(accountId),
  };
}

/** iCloud pushes to Apple's own clients only. */
function noPush(): ProviderError {
  return new ProviderError('push-unsupported', 'iCloud tells other programs of no changes; it is polled.');
}
