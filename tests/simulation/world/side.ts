import type { SimCalendar } from '../../../local/core/core.ts';
import { googleId } from '../../../local/google/calendarIds.ts';
import { calendarPath } from '../../../local/icloud/addresses.ts';
import { graphCalendarId } from '../../../local/microsoft/ids.ts';
import type { ServiceName } from '../harness/services.ts';
import type { Place } from './plan.ts';

/** A calendar as its service and as Hetk know it. */
export interface Side {
  readonly place: Place;
  readonly service: ServiceName;
  /** Whose it is. */
  readonly email: string;
  readonly sim: SimCalendar;
  readonly accountId: string;
  /** Hetk's id of the calendar. */
  readonly calendarId: string;
  readonly userId: string;
}

/** What a service calls a calendar. */
export const remoteIds: Readonly<Record<ServiceName, (calendar: SimCalendar) => string>> = {
  microsoft: graphCalendarId,
  google: googleId,
  icloud: calendarPath,
};
