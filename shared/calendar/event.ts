/**
 * The provider-neutral event: one instance in time, a single event or one occurrence of a series.
 * Providers read into it and write from it; nothing here knows a provider.
 */

export type ShowAs = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere';
export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential';

/** When an event happens. All-day spans float: they have dates and no zone. */
export type Span = TimedSpan | AllDaySpan;

export interface TimedSpan {
  readonly kind: 'timed';
  /** Epoch milliseconds, UTC. */
  readonly start: number;
  /** Epoch milliseconds, UTC; never before `start`. */
  readonly end: number;
  /** IANA name; `UTC` where the source's zone is not known. */
  readonly zone: string;
}

export interface AllDaySpan {
  readonly kind: 'all-day';
  /** `YYYY-MM-DD`, first day. */
  readonly start: string;
  /** `YYYY-MM-DD`, exclusive: the day after the last. */
  readonly end: string;
}

export interface Person {
  readonly email: string;
  readonly name?: string;
}

/** What the owner of the calendar answered to the invitation; `organizer` where there was none to answer. */
export type Response = 'organizer' | 'none' | 'accepted' | 'tentative' | 'declined';

/** Kinds that a provider treats specially. `workingLocation` and `birthday` are never copied. */
export type EventKind = 'default' | 'workingLocation' | 'birthday' | 'focusTime' | 'outOfOffice' | 'fromGmail';

/** The text and time of an event: what a projection reads and what a copy is made of. */
export interface EventContent {
  /** Plain text, one line. */
  readonly title: string;
  /** Rich text: the small, safe HTML of `text.ts`; empty when there is none. */
  readonly description: string;
  /** Plain text. */
  readonly location: string;
  readonly span: Span;
  readonly showAs: ShowAs;
  readonly sensitivity: Sensitivity;
}

export interface CalendarEvent extends EventContent {
  /** The provider's id of this instance, case-sensitive, opaque. */
  readonly id: string;
  /** The provider's id of the series this is an occurrence of. */
  readonly seriesId?: string;
  /** Start in the series as first planned (`YYYY-MM-DD` or RFC 3339 UTC): which occurrence this is, wherever it moved. */
  readonly recurrenceId?: string;
  readonly etag?: string;
  readonly iCalUId?: string;
  readonly kind: EventKind;
  readonly organizer?: Person;
  /** True when the calendar's owner organizes it (or it has no attendees). */
  readonly isOrganizer: boolean;
  /** Without the calendar's owner. */
  readonly attendees: readonly Person[];
  readonly response: Response;
  readonly cancelled: boolean;
  /** Epoch ms, UTC, as the provider says; 0 where it does not. */
  readonly modifiedAt: number;
  /** Present on every event that some Hetk installation wrote. */
  readonly marker?: Marker;
  /** Present on an original that Hetk made anew after it was deleted while its copy was edited; see `Restored`. */
  readonly restores?: Restored;
}

/** Which original an event was made anew for: the route, and the keyed hash of the deleted original's id as in its copy's marker. */
export interface Restored {
  readonly routeId: string;
  readonly origin: string;
}

/** What Hetk leaves on a copy, in properties that the provider keeps and people do not see. */
export interface Marker {
  /** The route that wrote the copy. */
  readonly routeId: string;
  /** Keyed hash of the original's id: names the original without telling it. */
  readonly origin: string;
  /** Counts how often a copy of this original was made anew; part of the copy's identity. */
  readonly generation: number;
  /**
   * True when the carrier itself proves that Hetk wrote it (the id or transactionId derives from route, origin and generation). A person's
   * duplicate of a copy may keep the marker's properties: it is nobody's original, and not ours to touch either.
   */
  readonly genuine: boolean;
  /** The original's showAs and sensitivity where the carrier cannot say them natively, and its iCalUId as provenance. */
  readonly showAs?: ShowAs;
  readonly sensitivity?: Sensitivity;
  readonly iCalUId?: string;
  /** Keyed hashes of what was written, field by field: tells a person's edit from an older copy. At most 256 characters. */
  readonly version?: string;
}

/** The marker as it is written; whether it is genuine shows when it is read. */
export type NewMarker = Omit<Marker, 'genuine'>;

/** An event is a meeting when touching it could mail somebody. */
export function isMeeting(event: Pick<CalendarEvent, 'attendees' | 'isOrganizer'>): boolean {
  return event.attendees.length > 0 || !event.isOrganizer;
}
