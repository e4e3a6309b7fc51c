/** What sign-in, domain policy and removal ask of the stores, besides accounts and pairs. Times are epoch ms, UTC; 0 means never. */

/** What a domain says about the copies of its people's events, as last heard. */
export interface DomainPolicy {
  /** As `domainOf` writes it. */
  readonly domain: string;
  readonly policy: 'private' | 'none';
  /** When DNS last answered; 0 when it never has. */
  readonly checkedAt: number;
  readonly nextCheckAt: number;
}

export interface Policies {
  find(domain: string): Promise<DomainPolicy | undefined>;
  /** Adds or replaces by domain. */
  put(policy: DomainPolicy): Promise<void>;
  remove(domain: string): Promise<void>;
  /** Domains whose next check is due, `limit` at most; moves each one's to `nextAt`. */
  takeDue(now: number, limit: number, nextAt: number): Promise<string[]>;
}

/**
 * The report of a removal that a person asked for, and at its end the proof. It holds counts and times; once it is done, that of a whole
 * person names nobody any more, and every report is forgotten at `endsAt`.
 */
export interface RemovalReport {
  readonly id: string;
  /** Who may read it; absent when the person themselves is gone: then the id, which nobody can guess, is all that leads to it. */
  readonly userId?: string;
  readonly kind: 'pair' | 'account' | 'user';
  /** The id of what is removed; empty once a whole person is gone. */
  readonly subject: string;
  readonly copies: 'remove' | 'keep';
  /** Copies when it was asked for. */
  readonly total: number;
  /** Copies that the last look into the target calendars showed; undefined before the first look. */
  readonly left?: number;
  /** When that was. */
  readonly checkedAt: number;
  /** A target calendar could not be reached (any more), so nothing is proven about it. */
  readonly unreached: boolean;
  readonly askedAt: number;
  readonly doneAt: number;
  readonly endsAt: number;
}

export interface Removals {
  find(id: string): Promise<RemovalReport | undefined>;
  /** The report of a removal of this subject that is not done. */
  running(subject: string): Promise<RemovalReport | undefined>;
  /** Newest first. */
  ofUser(userId: string): Promise<RemovalReport[]>;
  add(report: RemovalReport): Promise<void>;
  /** Notes what a look into a target showed. A report that is gone is fine, here and below. */
  checked(id: string, left: number, now: number): Promise<void>;
  unreached(id: string): Promise<void>;
  /** It is done, and forgotten at `endsAt`; that of a person no longer names them. */
  done(id: string, now: number, endsAt: number): Promise<void>;
  removeOfUser(userId: string): Promise<void>;
  forgetOld(now: number): Promise<void>;
}

/** How often something was tried that must not be tried too often; one count for all processes. Keys are keyed hashes. */
export interface Tries {
  /** Counts one more; false when there were `most` already. A count ends `spanMs` after its first try. */
  take(key: string, now: number, spanMs: number, most: number): Promise<boolean>;
  /** One that does not count after all. */
  undo(key: string): Promise<void>;
  forget(key: string): Promise<void>;
  forgetOld(now: number): Promise<void>;
}
