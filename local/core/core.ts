import type { Sensitivity, ShowAs } from '../../shared/calendar/event.ts';

/**
 * The calendar that both simulated services stand on: people, calendars, events with series, and a log of changes. It knows no
 * wire format; each simulator turns it into its service's own. Time and chance come from outside, so that a run can be repeated.
 */

export interface SimPerson {
  readonly email: string;
  readonly name: string;
}

export interface SimCalendar {
  readonly id: string;
  readonly owner: string;
  name: string;
  color: string;
  /** IANA. */
  zone: string;
  primary: boolean;
  /** 'owner' | 'writer' | 'reader': what the owner of the list may do. */
  access: 'owner' | 'writer' | 'reader';
  /** Whose calendar it is, where somebody else shares it with the owner of the list. */
  readonly sharedBy?: SimPerson;
  /** Counts every change of any event in it. */
  sequence: number;
}

/** Wall-clock start and end in `zone`, or dates for all-day (end exclusive). */
export interface SimTime {
  readonly allDay: boolean;
  /** `YYYY-MM-DDTHH:mm:ss` in `zone`, or `YYYY-MM-DD`. */
  readonly start: string;
  readonly end: string;
  /** IANA. */
  readonly zone: string;
}

export interface SimAttendee {
  readonly email: string;
  readonly name?: string;
  readonly response: 'none' | 'accepted' | 'tentative' | 'declined';
}

export interface SimFields {
  title: string;
  /** As the writer sent it. */
  description: string;
  descriptionType: 'html' | 'text';
  location: string;
  time: SimTime;
  showAs: ShowAs;
  sensitivity: Sensitivity;
  organizer?: { readonly email: string; readonly name?: string };
  attendees: readonly SimAttendee[];
  /** Minutes before the start; undefined when off. */
  reminderMinutes?: number | undefined;
  cancelled: boolean;
  /** Whatever else a service keeps with the event, by its own names (transactionId, extendedProperties, eventType, …). */
  extra: Readonly<Record<string, unknown>>;
}

/** A single event, or a series when `recurrence` is set. */
export interface SimEvent extends SimFields {
  readonly id: string;
  readonly calendarId: string;
  readonly iCalUId: string;
  /** RRULE value without the `RRULE:` prefix, e.g. `FREQ=WEEKLY;COUNT=10`. */
  recurrence?: string;
  /** Extra starts, wall-clock in the event's zone. */
  rdates: readonly string[];
  /** Instances that differ or are cancelled, by their original start (wall-clock, or date). */
  readonly overrides: Map<
    string,
    Partial<SimFields> & { readonly cancelledInstance?: boolean; readonly version: number; readonly modifiedAt: number }
  >;
  /** Bumped by every change, also by those without content. */
  version: number;
  createdAt: number;
  modifiedAt: number;
  /** The calendar's sequence at its last change. */
  sequence: number;
  deleted: boolean;
}

/** One instance in time, computed. */
export interface SimInstance {
  readonly event: SimEvent;
  /** Undefined for a single event. */
  readonly originalStart?: string;
  readonly fields: SimFields;
  /** Epoch ms, UTC; all-day dates count as UTC midnights. */
  readonly startMs: number;
  readonly endMs: number;
  readonly exception: boolean;
  readonly version: number;
  readonly modifiedAt: number;
}
