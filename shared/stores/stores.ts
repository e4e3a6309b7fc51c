import type { Window } from '../calendar/window.ts';
import type { Policies, Removals, Tries } from './consentStores.ts';

/**
 * What the rest of Hetk asks of its stores. Times are epoch ms, UTC; ids are `newId()`s. SQL holds accounts, calendars, pairs, routes,
 * subscriptions, policies, removal reports, counts of tries; Table Storage holds links and history. No method takes or returns event content.
 */
export interface Stores {
  readonly users: Users;
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly calendars: Calendars;
  readonly pairs: Pairs;
  readonly subscriptions: Subscriptions;
  readonly policies: Policies;
  readonly removals: Removals;
  readonly tries: Tries;
  readonly links: Links;
  readonly history: History;
  /** Answers when database and tables answer; throws otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export type ProviderId = 'microsoft' | 'google' | 'icloud';

export interface Users {
  create(id: string, now: number): Promise<void>;
  exists(id: string): Promise<boolean>;
  /** Removes the user's row; accounts and pairs must be gone. */
  remove(id: string): Promise<void>;
}

export interface Account {
  readonly id: string;
  readonly userId: string;
  readonly provider: ProviderId;
  /** The provider's stable key of the identity: `<oid>.<tid>`, `sub`, Apple ID. Case-sensitive. */
  readonly subject: string;
  readonly email: string;
  readonly status: 'active' | 'reconnect' | 'removing';
  /** Stable code of what is wrong, e.g. `grant-revoked`. */
  readonly problem?: string;
  readonly createdAt: number;
  /** A conditional-access challenge that its next sign-in must take along (Microsoft): JSON. */
  readonly claims?: string;
  /** How often the account as a whole is polled, ms; absent where push tells of changes. */
  readonly pollEveryMs?: number;
}

export interface Accounts {
  find(id: string): Promise<Account | undefined>;
  findBySubject(provider: ProviderId, subject: string): Promise<Account | undefined>;
  ofUser(userId: string): Promise<Account[]>;
  /** Accounts whose e-mail address is of this domain, as `domainOf` writes it. */
  ofDomain(domain: string): Promise<Account[]>;
  /** Adds the account; one row per provider and subject. */
  add(account: Account): Promise<void>;
  /** `claims` stay until the account is active again. An account on its way out stays so. */
  setStatus(id: string, status: Account['status'], problem?: string, claims?: string): Promise<void>;
  /** Connected accounts whose poll is due, `limit` at most; moves each one's next poll to `nextAt(id)`. */
  takeDuePolls(now: number, limit: number, nextAt: (id: string) => number): Promise<string[]>;
  /** Has the account polled from `nextAt` on (epoch ms), and notes the pace (ms). */
  setPoll(id: string, nextAt: number, everyMs: number): Promise<void>;
  /** Removes account, credentials, calendars and subscriptions; pairs must be gone. */
  remove(id: string): Promise<void>;
}

/** Encrypted at rest (AES-256-GCM, key id, bound to the account's id). */
export interface Credentials {
  read(accountId: string): Promise<string | undefined>;
  write(accountId: string, credential: string): Promise<void>;
  remove(accountId: string): Promise<void>;
}

export interface Calendar {
  readonly id: string;
  readonly accountId: string;
  readonly userId: string;
  readonly provider: ProviderId;
  readonly ownerEmail: string;
  /** Of its account when this was read. */
  readonly accountStatus: Account['status'];
  readonly remoteId: string;
  readonly name: string;
  readonly color?: string;
  readonly zone?: string;
  readonly primary: boolean;
  readonly writable: boolean;
  readonly readable: boolean;
  readonly reason?: string;
  /** Set when the provider no longer lists it. */
  readonly goneAt?: number;
  readonly cursor?: string;
  /** The window of the last full round. */
  readonly window?: Window;
  /** When the last pull began. */
  readonly pullStartedAt: number;
  readonly leaseUntil: number;
}

/** `pull`: the holder is about to read the calendar, so notices older than this are read. `aside`: it does something else meanwhile. */
export type LeasePurpose = 'pull' | 'aside';

/** The right to work on a calendar. Every commit names the fence; a later lease has a higher one. */
export interface Lease {
  readonly calendarId: string;
  readonly fence: number;
  /** Epoch ms; nothing may be written after it. */
  readonly until: number;
  /** The holder before never gave it back: what it wrote last may not be noted. */
  readonly abandoned: boolean;
}

/** A calendar that nobody works on although somebody should; `died`: its last worker never gave it back. */
export interface Abandoned {
  readonly calendarId: string;
  readonly died: boolean;
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(calendarId: string) {
    super(`Another worker has taken over calendar ${calendarId}; this one stops without committing.`);
  }
}

export interface CalendarListing {
  readonly remoteId: string;
  readonly name: string;
  readonly color?: string;
  readonly zone?: string;
  readonly primary: boolean;
  readonly writable: boolean;
  /** The service does not say now whether it is writable: what it said before holds. */
  readonly uncertain?: true;
  readonly readable: boolean;
  readonly reason?: string;
}

export interface Calendars {
  find(id: string): Promise<Calendar | undefined>;
  ofAccount(accountId: string): Promise<Calendar[]>;
  /** Takes over a fresh listing: adds, updates, marks what is missing with `goneAt`. Ids of known calendars stay. */
  takeListing(account: Account, listing: readonly CalendarListing[], now: number, newId: () => string): Promise<void>;

  /**
   * Takes the lease for `ttlMs` if nobody holds it (or the holder's time is over); for a pull (the default) clears `dirty` and notes
   * `pullStartedAt = now`. Otherwise marks the calendar dirty and answers undefined. Atomic under concurrency.
   */
  lease(id: string, now: number, ttlMs: number, purpose?: LeasePurpose): Promise<Lease | undefined>;
  /** Extends a lease still held. @throws LeaseLost */
  renewLease(lease: Lease, now: number, ttlMs: number): Promise<Lease>;
  /** Commits the end of a round; `window` when it was a full one. @throws LeaseLost */
  commitRound(lease: Lease, end: { cursor: string; window?: Window; now: number }): Promise<void>;
  /** Forgets the cursor, so that the next round is a full one. @throws LeaseLost */
  forgetCursor(lease: Lease): Promise<void>;
  /**
   * Gives the lease back; a lease lost meanwhile is fine. True when somebody marked the calendar dirty meanwhile. The mark stays: if the caller dies
   * before it has seen to it, the sweep finds the calendar.
   * @param options.keepsMark false takes the mark away and answers false
   */
  release(lease: Lease, options?: { readonly keepsMark?: boolean }): Promise<boolean>;

  /** Sources of at least one live route whose fallback poll is due, `limit` at most; moves each one's next poll to `nextAt(id)`. */
  takeDuePolls(now: number, limit: number, nextAt: (id: string) => number): Promise<string[]>;
  /** The same for the daily slide of the window and for the daily verification. */
  takeDueSlides(now: number, limit: number, nextAt: (id: string) => number): Promise<string[]>;
  takeDueVerifications(now: number, limit: number, nextAt: (id: string) => number): Promise<string[]>;
  /** Calendars whose lease ended without being given back, or that are dirty and unleased. Taking one clears that. */
  takeAbandoned(now: number, limit: number): Promise<Abandoned[]>;
}

export interface RouteOptions {
  readonly markPrivate: boolean;
  readonly showAs: 'keep' | 'busy' | 'free' | 'tentative' | 'oof';
  readonly skipFree: boolean;
  readonly transformIdentity: boolean;
}

/**
 * `starting`: its first sync is not finished. `stale`: it could not follow and waits for a full round of its own.
 * `braked`: stopped before a mass deletion until the user confirms. `removing`: being taken away.
 */
export type RouteState = 'starting' | 'active' | 'stale' | 'braked' | 'removing';

export interface Problem {
  readonly code: string;
  /** A sentence for a person; never content. */
  readonly message: string;
  /** What to do: `reconnect`, `confirm-deletions`, `resume`, `none`. */
  readonly action: string;
}

export interface Route {
  readonly id: string;
  readonly pairId: string;
  readonly userId: string;
  readonly sourceCalendarId: string;
  readonly targetCalendarId: string;
  /** In a two-way pair the route of the other direction. */
  readonly twinId?: string;
  readonly options: RouteOptions;
  readonly state: RouteState;
  readonly problem?: Problem;
  /** First sync or removal: events done of events found so far; 0/0 when unknown. */
  readonly progressDone: number;
  readonly progressTotal: number;
  readonly lastSyncedAt?: number;
  /** The user allowed the deletions that the brake held back, until then; 0 when not. */
  readonly deletionsConfirmedUntil: number;
}

export interface Pair {
  readonly id: string;
  readonly userId: string;
  readonly direction: 'one-way' | 'two-way';
  readonly paused: boolean;
  readonly removing: boolean;
  readonly createdAt: number;
  /** One, or two with the direction the user named first before the way back. */
  readonly routes: readonly Route[];
}

export interface Pairs {
  find(id: string): Promise<Pair | undefined>;
  ofUser(userId: string): Promise<Pair[]>;
  ofAccount(accountId: string): Promise<Pair[]>;
  /** @throws DuplicatePair when a route with the same source and target exists */
  add(pair: Pair): Promise<void>;
  setPaused(id: string, paused: boolean): Promise<void>;
  setRemoving(id: string): Promise<void>;
  /** Removes pair and routes; links and history go separately. */
  remove(id: string): Promise<void>;
  route(id: string): Promise<Route | undefined>;
  /** Routes that lead out of the calendar, of pairs neither paused nor being removed. */
  routesFrom(calendarId: string): Promise<Route[]>;
  /** Routes that lead into the calendar, of any state. */
  routesInto(calendarId: string): Promise<Route[]>;
  setOptions(routeId: string, options: RouteOptions): Promise<void>;
  /** Sets the state; `problem` undefined clears it. */
  setState(routeId: string, state: RouteState, problem?: Problem): Promise<void>;
  setProgress(routeId: string, done: number, total: number): Promise<void>;
  setSynced(routeId: string, now: number): Promise<void>;
  confirmDeletions(routeId: string, until: number): Promise<void>;
  /** Source calendars of routes that are stale, starting or braked-and-confirmed on this account's calendars, in either role. */
  waitingOn(accountId: string): Promise<string[]>;
}

export class DuplicatePair extends Error {
  override readonly name = 'DuplicatePair';
}

export interface Subscription {
  readonly id: string;
  readonly calendarId: string;
  readonly remoteId: string;
  readonly resourceId?: string;
  readonly expiresAt: number;
  /** When to renew or replace it. */
  readonly renewAt: number;
}

export interface Subscriptions {
  find(id: string): Promise<Subscription | undefined>;
  ofCalendar(calendarId: string): Promise<Subscription[]>;
  /** Adds or replaces by id. */
  put(subscription: Subscription): Promise<void>;
  remove(id: string): Promise<void>;
  /** Calendars with a subscription due for renewal, or live sources that should have one and have none; moves `renewAt` by `againAfterMs`. */
  takeDueRenewals(now: number, limit: number, againAfterMs: number): Promise<string[]>;
  /** Notes that this calendar can only be polled, until then. */
  setPollOnly(calendarId: string, until: number): Promise<void>;
}

/**
 * The record that ties an original to its copy. `live`: the copy stands. `dismissed`: the user deleted the copy. `refused`: the target
 * will not take it. `gone`: the copy was deleted by us; kept so that its identity is not used twice.
 */
export interface Link {
  readonly routeId: string;
  readonly originalId: string;
  /** Present when the original is an occurrence. */
  readonly seriesId?: string;
  readonly state: 'live' | 'dismissed' | 'refused' | 'gone';
  /** Empty unless `live` or `dismissed`. */
  readonly copyId: string;
  readonly copyEtag?: string;
  readonly generation: number;
  /** Keyed hashes, field by field, of the projection last written (or refused). */
  readonly projected: string;
  /** Keyed hashes, field by field, of the normal form of what the provider returned after the write. */
  readonly stored: string;
  /** Keyed hash of the original itself when it was last read, with what the route hides. */
  readonly original: string;
  /** The original was a meeting when it was last read: its copy changes nothing of it. */
  readonly meeting?: boolean;
  /** Since when full listings lack the original, epoch ms; kept where the service's readings lag behind. */
  readonly absentSince?: number;
  /** When the copy was last modified as the provider said after our last write, epoch ms: what is older was read before it. */
  readonly copyModifiedAt?: number;
  /** Keyed hash of the original's time when it was last read: a dismissed copy returns when it changes. */
  readonly time: string;
  /** Epoch ms of the original's span as last read: to tell aged from deleted. */
  readonly start: number;
  readonly end: number;
  /** Epoch ms of the last change of this row. */
  readonly updatedAt: number;
  /** Why it was refused: the provider's code. */
  readonly problem?: string;
}

/** One partition per route; rows by original and by copy are written together. Ids may be long and hold any character. */
export interface Links {
  find(routeId: string, originalId: string): Promise<Link | undefined>;
  /** Many at once; answers by original id. */
  findMany(routeId: string, originalIds: readonly string[]): Promise<Map<string, Link>>;
  findByCopy(routeId: string, copyId: string): Promise<Link | undefined>;
  /** All links whose originals belong to the series. */
  ofSeries(routeId: string, seriesId: string): Promise<Link[]>;
  all(routeId: string): AsyncGenerator<readonly Link[], void>;
  /** How many are live. */
  countLive(routeId: string): Promise<number>;
  /**
   * Writes links, each with both its rows in one transaction; replaces by original id.
   * @param before these links as they were read before; one that is not among them was not there. Without it they are read again
   */
  put(links: readonly Link[], before?: readonly Link[]): Promise<void>;
  remove(routeId: string, originalIds: readonly string[]): Promise<void>;
  removeRoute(routeId: string): Promise<void>;
}

export type HistoryAction =
  | 'created'
  | 'updated'
  | 'deleted'
  | 'refused'
  | 'braked'
  | 'dropped'
  /** Two-way: the original took over what was edited on its copy, went with it, or was made anew from it. */
  | 'written-back'
  | 'original-deleted'
  | 'restored';

export interface HistoryEntry {
  readonly routeId: string;
  readonly at: number;
  readonly action: HistoryAction;
  /** A reason code of the decision table. */
  readonly reason: string;
  readonly originalId: string;
  readonly copyId?: string;
}

export interface History {
  add(entries: readonly HistoryEntry[]): Promise<void>;
  /** Newest first. */
  latest(routeId: string, limit: number): Promise<HistoryEntry[]>;
  removeRoute(routeId: string): Promise<void>;
}
