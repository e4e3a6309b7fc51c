import { instantFromWall, wallFromInstant } from '../../shared/calendar/timeZones.ts';
import type { SimEvent } from '../core/core.ts';

/**
 * Google's id of an occurrence: the master's id and the original start, `YYYYMMDDTHHMMSSZ` in UTC or `YYYYMMDD` for all-day.
 * @param originalStart wall-clock in the series' zone, or a date
 */
export function instanceId(event: SimEvent, originalStart: string): string {
  const stamp = event.time.allDay
    ? originalStart.slice(0, 10).replaceAll('-', '')
    : `${wallFromInstant(instantFromWall(originalStart, event.time.zone), 'UTC').replace(/[-:]/g, '')}Z`;
  return `${event.id}_${stamp}`;
}

interface InstanceName {
  readonly masterId: string;
  /** Epoch ms, UTC; undefined for an all-day stamp. */
  readonly instant?: number;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

/** Takes an occurrence's id apart, or undefined where the id is not one. */
export function parseInstanceId(id: string): InstanceName | undefined {
  const [, masterId, year, month, day, time] = /^(.+)_(\d{4})(\d{2})(\d{2})(T\d{6}Z)?$/.exec(id) ?? [];
  if (!masterId) return undefined;
  const date = `${year}-${month}-${day}`;
  if (!time) return { masterId, date };
  const instant = Date.parse(`${date}T${time.slice(1, 3)}:${time.slice(3, 5)}:${time.slice(5, 7)}Z`);
  return Number.isNaN(instant) ? undefined : { masterId, date, instant };
}

/** The wall-clock original start that an occurrence's id means in this series, or undefined where the kinds do not fit. */
export function originalStartOf(event: SimEvent, name: InstanceName): string | undefined {
  if (event.time.allDay) return name.instant === undefined ? name.date : undefined;
  return name.instant === undefined ? undefined : wallFromInstant(name.instant, event.time.zone);
}
