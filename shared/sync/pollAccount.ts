import type { ChangesMessage } from '../platform/queues.ts';
import { fraction } from '../platform/random.ts';
import { isProviderError } from '../providers/errors.ts';
import type { Account, Calendar } from '../stores/stores.ts';
import type { SyncNeeds } from './needs.ts';
import { accountRevoked } from './trouble.ts';

/** A quiet account is asked ever less often, but at least this often, ms. */
export const LONGEST_PACE_MS = 900_000;

/** How much longer a pace becomes with each quiet poll, and with each one that was turned away. */
const QUIETER = 1.25;
const TURNED_AWAY = 2;

type PollMessage = Extract<ChangesMessage, { kind: 'poll' }>;

/**
 * Where there is no push: one small request for all of an account's calendars, and a pull for each that changed. The pace follows what is found:
 * as set after a change, slower while nothing happens or the service asks for a pause. An account whose grant is gone is not asked again.
 */
export async function pollAccount(needs: SyncNeeds, { accountId }: PollMessage): Promise<void> {
  const { log, providers, queues, stores, clock } = needs;
  const account = await stores.accounts.find(accountId);
  const provider = account && providers[account.provider];
  if (account?.status !== 'active' || !provider?.changedCalendars) return;
  const sources = await sourceCalendars(needs, account.id);
  // The first reading of a calendar is a round of its own; after it there is a cursor to compare with.
  const known = sources.flatMap(({ id, remoteId, cursor }) => (cursor === undefined ? [] : [{ id, remoteId, cursor }]));
  if (known.length === 0) return setPace(needs, account, sources.length > 0 ? shortestPace(needs) : LONGEST_PACE_MS);
  try {
    const changed = new Set(await provider.changedCalendars(account.id, known));
    for (const { id, remoteId } of known) {
      if (changed.has(remoteId)) await queues.changes({ kind: 'pull', calendarId: id, at: clock.now() });
    }
    await setPace(needs, account, changed.size > 0 ? shortestPace(needs) : paceOf(needs, account) * QUIETER);
  } catch (error) {
    if (!isProviderError(error)) throw error;
    log('poll-failed', { account: account.id, kind: error.kind, code: error.code, status: error.status });
    if (error.kind === 'revoked') return accountRevoked(needs, account.id, error);
    await setPace(needs, account, paceOf(needs, account) * TURNED_AWAY, error.retryAfterMs);
  }
}

/** Calendars of the account that a route leads out of. */
async function sourceCalendars({ stores }: SyncNeeds, accountId: string): Promise<Calendar[]> {
  const sources: Calendar[] = [];
  for (const calendar of await stores.calendars.ofAccount(accountId)) {
    if (calendar.goneAt !== undefined) continue;
    if ((await stores.pairs.routesFrom(calendar.id)).length > 0) sources.push(calendar);
  }
  return sources;
}

function shortestPace({ settings }: SyncNeeds): number {
  return settings.HETK_ICLOUD_POLL_SECONDS * 1000;
}

function paceOf(needs: SyncNeeds, account: Account): number {
  return account.pollEveryMs ?? shortestPace(needs);
}

/**
 * With jitter, so that accounts spread over time by themselves.
 * @param askedMs what the service asked for at the least, ms
 */
async function setPace(needs: SyncNeeds, account: Account, paceMs: number, askedMs = 0): Promise<void> {
  const pace = Math.max(Math.min(paceMs, LONGEST_PACE_MS), shortestPace(needs));
  const wait = Math.max(pace * (0.9 + fraction(needs.random) / 5), askedMs);
  await needs.stores.accounts.setPoll(account.id, needs.clock.now() + wait, pace);
}
