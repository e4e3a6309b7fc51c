/**
 * The rows of the SQL database, as Kysely sees them. Times are epoch ms (bigint), 0 meaning never or none; flags are 0 or 1. No column
 * holds event content.
 */

export interface Schema {
  users: UserRow;
  accounts: AccountRow;
  credentials: CredentialRow;
  calendars: CalendarRow;
  pairs: PairRow;
  routes: RouteRow;
  subscriptions: SubscriptionRow;
  policies: PolicyRow;
  removals: RemovalRow;
  tries: TriesRow;
}

export interface UserRow {
  id: string;
  created_at: number;
}

export interface AccountRow {
  id: string;
  user_id: string;
  provider: 'microsoft' | 'google' | 'icloud';
  subject: string;
  email: string;
  status: 'active' | 'reconnect' | 'removing';
  problem: string | null;
  created_at: number;
  /** When an account that can only be polled is asked next, and how long after that again; far away and 0 for the others. */
  next_poll_at: number;
  poll_every: number;
  /** A conditional-access challenge for the next sign-in. */
  claims: string | null;
  /** Of the e-mail address, as DNS writes it. */
  domain: string;
}

export interface CredentialRow {
  account_id: string;
  /** What `credentialSeal.ts` makes. */
  sealed: string;
}

export interface CalendarRow {
  id: string;
  account_id: string;
  user_id: string;
  remote_id: string;
  name: string;
  color: string | null;
  zone: string | null;
  is_primary: number;
  writable: number;
  readable: number;
  reason: string | null;
  gone_at: number;
  round_cursor: string | null;
  window_start: number;
  window_end: number;
  pull_started_at: number;
  dirty: number;
  /** Grows with every lease; a commit must name the present one. */
  fence: number;
  lease_until: number;
  /** 1 while a route of a running pair leads out of it, its account is active and it is still listed; see `liveSources.ts`. */
  live_source: number;
  next_poll_at: number;
  next_slide_at: number;
  next_verify_at: number;
  /** When to look at its subscriptions again. */
  next_subscribe_at: number;
}

export interface PairRow {
  id: string;
  user_id: string;
  direction: 'one-way' | 'two-way';
  paused: number;
  removing: number;
  created_at: number;
}

export interface RouteRow {
  id: string;
  pair_id: string;
  user_id: string;
  source_calendar_id: string;
  target_calendar_id: string;
  /** 0, or 1 for the way back of a two-way pair. */
  way: number;
  twin_id: string | null;
  mark_private: number;
  show_as: 'keep' | 'busy' | 'free' | 'tentative' | 'oof';
  skip_free: number;
  transform_identity: number;
  state: 'starting' | 'active' | 'stale' | 'braked' | 'removing';
  problem_code: string | null;
  problem_message: string | null;
  problem_action: string | null;
  progress_done: number;
  progress_total: number;
  last_synced_at: number;
  deletions_confirmed_until: number;
}

export interface SubscriptionRow {
  id: string;
  calendar_id: string;
  remote_id: string;
  resource_id: string | null;
  expires_at: number;
  renew_at: number;
}

export interface PolicyRow {
  domain: string;
  policy: 'private' | 'none';
  checked_at: number;
  next_check_at: number;
}

export interface RemovalRow {
  id: string;
  user_id: string | null;
  kind: 'pair' | 'account' | 'user';
  subject: string;
  copies: 'remove' | 'keep';
  total: number;
  /** Copies seen at the last look; -1 before the first. */
  left_count: number;
  checked_at: number;
  unreached: number;
  asked_at: number;
  done_at: number;
  ends_at: number;
}

export interface TriesRow {
  id: string;
  tries: number;
  ends_at: number;
}

/** Every column of type bigint: SQL Server's driver hands these over as strings. */
export const bigintColumns: ReadonlySet<string> = new Set([
  'created_at',
  'gone_at',
  'window_start',
  'window_end',
  'pull_started_at',
  'fence',
  'lease_until',
  'next_poll_at',
  'next_slide_at',
  'next_verify_at',
  'next_subscribe_at',
  'last_synced_at',
  'deletions_confirmed_until',
  'expires_at',
  'renew_at',
  'checked_at',
  'next_check_at',
  'asked_at',
  'done_at',
  'ends_at',
]);
