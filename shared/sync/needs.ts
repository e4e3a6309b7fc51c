import type { Clock } from '../platform/clock.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Log } from '../platform/log.ts';
import type { Queues } from '../platform/queues.ts';
import type { Random } from '../platform/random.ts';
import type { Settings } from '../platform/settings.ts';
import type { TxtLookup } from '../platform/txtRecords.ts';
import type { CalendarProvider, CalendarRef, ProviderName } from '../providers/provider.ts';
import type { Calendar, Stores } from '../stores/stores.ts';

/** The engine's world. Everything it does not compute itself comes in here. */
export interface SyncNeeds {
  readonly settings: Pick<
    Settings,
    | 'HETK_PUBLIC_URL'
    | 'HETK_WINDOW_PAST_DAYS'
    | 'HETK_WINDOW_FUTURE_DAYS'
    | 'HETK_POLL_SECONDS'
    | 'HETK_POLLS_A_DAY'
    | 'HETK_ICLOUD_POLL_SECONDS'
  >;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly queues: Queues;
  readonly stores: Stores;
  readonly keyring: Keyring;
  readonly txt: TxtLookup;
  readonly providers: Readonly<Partial<Record<ProviderName, CalendarProvider>>>;
}

export function providerOf(
  needs: Pick<SyncNeeds, 'providers'>,
  calendar: Pick<Calendar, 'provider'>,
): CalendarProvider {
  const provider = needs.providers[calendar.provider];
  if (!provider) throw new Error(`This installation has no provider for ${calendar.provider} calendars.`);
  return provider;
}

export function refOf(calendar: Calendar): CalendarRef {
  return {
    accountId: calendar.accountId,
    calendarId: calendar.id,
    remoteId: calendar.remoteId,
    ownerEmail: calendar.ownerEmail,
  };
}
