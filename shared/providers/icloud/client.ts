import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Dav } from './dav.ts';

/** What each part of the provider works with. */
export interface IcloudClient {
  readonly dav: Dav;
  readonly clock: Clock;
  readonly log: Log;
  /** IANA zones of calendars by account and path, for floating times; see `calendarZone.ts`. */
  readonly zones: Map<string, string | undefined>;
  /** Accounts whose server was seen to give back what it was sent; see `readBack.ts`. */
  readonly faithful: Map<string, boolean>;
}
