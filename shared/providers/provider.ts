import type { CalendarEvent, EventContent, NewMarker } from '../calendar/event.ts';
import type { Window } from '../calendar/window.ts';
import type { ProviderError } from './errors.ts';

export type ProviderName = 'microsoft' | 'google' | 'icloud';

/** Names one remote calendar: ours for locks and tokens, the provider's for requests. */
export interface CalendarRef {
  readonly accountId: string;
  readonly calendarId: string;
  readonly remoteId: string;
  /** E-mail address of the account, to tell the owner from the other attendees. */
  readonly ownerEmail: string;
}

/** A calendar as the provider lists it. */
export interface RemoteCalendar {
  readonly remoteId: string;
  readonly name: string;
  /** `#rrggbb`. */
  readonly color?: string;
  /** IANA name, where the provider tells it. */
  readonly zone?: string;
  readonly primary: boolean;
  readonly writable: boolean;
  /** The service does not say now whether it is writable: what it said before holds. */
  readonly uncertain?: true;
  readonly readable: boolean;
  /** Why it cannot be chosen as a target (or at all), in one sentence for the user. */
  readonly reason?: string;
}

/** One thing a round says. Kinds other than `event` carry ids at most. */
export type Change =
  /** The event as it now is, complete (hydrated). It may lie outside the window. */
  | { readonly kind: 'event'; readonly event: CalendarEvent }
  /** An event that is there and makes no sense (no time, a date that is none): left alone, and not taken for gone. */
  | { readonly kind: 'unreadable'; readonly id: string }
  /** An explicit statement that this id is gone from the window; a series id takes its occurrences with it. May be unknown. */
  | { readonly kind: 'removed'; readonly id: string }
  /** These are all instances of the series in the window: known others are gone. */
  | { readonly kind: 'series'; readonly seriesId: string; readonly instanceIds: readonly string[] }
  /** A full round begins once more: that something was listed before does not mean that it is there. */
  | { readonly kind: 'anew' };

/** How a round ended. Only a round that ran to its end has one. */
export interface RoundEnd {
  /** Where the next round starts. */
  readonly cursor: string;
  /** True for a round without a cursor: what was not listed is not in the window. */
  readonly full: boolean;
}

export type RoundStart = { readonly cursor: string } | { readonly window: Window };

/** What a copy is written from. `identity` is derived from route, original and generation, so that a repeated create finds the first. */
export type WriteOperation =
  | { readonly kind: 'create'; readonly identity: string; readonly content: EventContent; readonly marker: NewMarker }
  | {
      readonly kind: 'update';
      readonly id: string;
      /** Sent as a condition where given. */
      readonly etag?: string;
      readonly content: EventContent;
      readonly marker: NewMarker;
    }
  /** Of a copy, or in a two-way pair of an original; of an occurrence it cancels that one. */
  | { readonly kind: 'delete'; readonly id: string; readonly etag?: string }
  /** Two-way: changes these fields of an original and nothing else of it. */
  | {
      readonly kind: 'write-back';
      readonly id: string;
      readonly etag?: string;
      readonly changes: Partial<EventContent>;
    }
  /**
   * Two-way: makes an original anew that was deleted while its copy was edited. It carries no marker and so is an original like any other;
   * `identity` makes a repeated one find the first (`adopted`) and can be read from it (`CalendarEvent.restores`).
   */
  | { readonly kind: 'restore'; readonly identity: string; readonly content: EventContent };

/**
 * What became of one operation. `adopted`: a create found the copy that an earlier, unrecorded create made; the event is that copy
 * as it stands, and its content may be older than what was sent.
 */
export type WriteResult =
  | { readonly ok: true; readonly event?: CalendarEvent; readonly adopted?: true }
  | { readonly ok: false; readonly error: ProviderError };

export interface SubscriptionRequest {
  /** Our own id of the subscription; Google's channel id. */
  readonly id: string;
  readonly notificationUrl: string;
  readonly lifecycleUrl: string;
  /** Signed token that comes back with each notification; at most 128 characters. */
  readonly token: string;
  /** Epoch ms, UTC: until when it should last; the provider's answer counts. */
  readonly until: number;
}

export interface RemoteSubscription {
  readonly remoteId: string;
  /** Google's resource id, needed to stop the channel. */
  readonly resourceId?: string;
  /** Epoch ms, UTC, as the provider answered. */
  readonly expiresAt: number;
}

/** Everything Hetk asks of a calendar service. All methods throw `ProviderError` and nothing else for what the service does. */
export interface CalendarProvider {
  readonly name: ProviderName;
  /** How many operations `write` takes in one call. */
  readonly batchSize: number;
  /** False where changes can only be polled. */
  readonly push: boolean;
  /** How long a reading may lag behind a write, ms, where the service is known for that: absence counts only when it is seen again after this. */
  readonly settlesMs?: number;

  listCalendars(accountId: string, ownerEmail: string): Promise<RemoteCalendar[]>;

  /**
   * Where there is no push: which of an account's calendars changed since their cursors, in one small request.
   * @returns their remote ids
   */
  changedCalendars?(
    accountId: string,
    known: readonly { readonly remoteId: string; readonly cursor: string }[],
  ): Promise<string[]>;

  /**
   * One complete pull of changes, page by page, from a cursor, or all of a window. Ends normally only when the provider said that this was all.
   * @throws expired-cursor, throttled, unavailable, revoked, calendar-gone, malformed
   */
  pull(calendar: CalendarRef, start: RoundStart): AsyncGenerator<readonly Change[], RoundEnd>;

  /** Everything in the window, markers included, without touching a cursor; complete or it throws. */
  list(calendar: CalendarRef, window: Window): AsyncGenerator<readonly CalendarEvent[], void>;

  /** One event with its marker, or undefined when it is not there (or cancelled). */
  get(calendar: CalendarRef, id: string): Promise<CalendarEvent | undefined>;

  /**
   * Several events as `get` reads them, by position, in as few requests as the service takes. `gone`: not there, or cancelled. `unreadable`: it is there and
   * is no event that makes sense, or a series; nothing follows from it.
   */
  getMany(calendar: CalendarRef, ids: readonly string[]): Promise<(CalendarEvent | 'gone' | 'unreadable')[]>;

  /** Does the calendar hold the same meeting (iCalUId and instance) as an original of its own? Answers by position. */
  hasMeetings(calendar: CalendarRef, meetings: readonly CalendarEvent[]): Promise<boolean[]>;

  /**
   * Carries out up to `batchSize` operations, in one request where the service has batches, and answers by position. Never sends an attendee,
   * reminder, attachment or conference; never asks for mail. Throws only when the request as a whole failed, or what `permit` threw; then nothing is known
   * about its operations.
   * @param permit asked before each operation where they go one by one
   */
  write(
    calendar: CalendarRef,
    operations: readonly WriteOperation[],
    permit?: () => Promise<void>,
  ): Promise<WriteResult[]>;

  /** @throws push-unsupported where this calendar can only be polled */
  subscribe(calendar: CalendarRef, request: SubscriptionRequest): Promise<RemoteSubscription>;

  /** Extends a subscription in place. @throws not-found when it is gone; providers that cannot extend always throw it. */
  renew(calendar: CalendarRef, subscription: RemoteSubscription, until: number): Promise<RemoteSubscription>;

  /** Ends a subscription; one that is already gone is fine. */
  unsubscribe(calendar: CalendarRef, subscription: RemoteSubscription): Promise<void>;

  /** Takes back the grant where the provider offers that; a grant already gone is fine. */
  revoke(accountId: string): Promise<void>;
}

/** Where a provider finds and leaves the secrets of an account; encrypted by the store. The value is the provider's own JSON. */
export interface CredentialStore {
  read(accountId: string): Promise<string | undefined>;
  write(accountId: string, credential: string): Promise<void>;
}
