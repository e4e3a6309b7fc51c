import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { CalendarProvider, CredentialStore } from '../provider.ts';
import { listCalendars } from './calendars.ts';
import { pullRound } from './delta.ts';
import { getEvents } from './getMany.ts';
import { batchSize, createGraph } from './graphRequest.ts';
import { createMicrosoftIdentity, type MicrosoftSettings } from './identity.ts';
import { getEvent, listWindow } from './list.ts';
import { findMeetings } from './meetings.ts';
import { renew, subscribe, unsubscribe } from './subscriptions.ts';
import { createTokens } from './tokens.ts';
import { writeAll } from './write.ts';

export interface MicrosoftNeeds {
  readonly settings: MicrosoftSettings;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
}

/** Microsoft 365 and Outlook.com through Microsoft Graph v1.0, with delegated permissions of one account at a time. */
export function createMicrosoft(needs: MicrosoftNeeds): CalendarProvider {
  const { settings, credentials, clock, fetch, log } = needs;
  const identity = createMicrosoftIdentity({ settings, clock, fetch });
  const tokens = createTokens({ identity, credentials, clock });
  const graph = createGraph({ root: settings.graphRoot, tokens, clock, fetch });
  return {
    name: 'microsoft',
    batchSize,
    push: true,
    listCalendars: (accountId, ownerEmail) => listCalendars(graph, accountId, ownerEmail),
    pull: (calendar, start) => pullRound({ graph, log }, calendar, start),
    list: (calendar, window) => listWindow(graph, calendar, window),
    get: (calendar, id) => getEvent(graph, calendar, id),
    getMany: (calendar, ids) => getEvents(graph, calendar, ids),
    hasMeetings: (calendar, meetings) => findMeetings(graph, calendar, meetings),
    write: (calendar, operations) => writeAll({ graph, log }, calendar, operations),
    subscribe: (calendar, request) => subscribe(graph, calendar, request),
    renew: (calendar, subscription, until) => renew(graph, calendar, subscription.remoteId, until),
    unsubscribe: (calendar, subscription) => unsubscribe(graph, calendar, subscription.remoteId),
    // Entra has no call by which an app gives back one user's grant; the stored refresh token goes with the account's row.
    revoke: async (accountId) => tokens.forget(accountId),
  };
}
