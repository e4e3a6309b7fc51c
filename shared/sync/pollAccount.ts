import type { ChangesMessage } from '../platform/queues.ts';
import { fraction } from '../platform/random.ts';
import { isProviderError, type ProviderError } from '../providers/errors.ts';
import type { CalendarProvider } from '../providers/provider.ts';
import type { Account, Calendar } from '../stores/stores.ts';
import type { SyncNeeds } from './needs.ts';
import { pullChanges } from './round.ts';
import { accountRevoked } from './trouble.ts';

/** A quiet account is asked ever less often, but at least this often, ms. */
export const LONGEST_PACE_MS = 900_000;

/** How much longer a pace becomes with each quiet poll, and with each one that was turned away. */
const QUIETER = 1.25;
const TURNED_AWAY = 2;

type PollMessage = Extract<ChangesMessage, { kind: 'poll' }>;

/** A calendar that has been read before, and so has a cursor to compare with. */
interface Known {
  readonly id: string;
  readonly remoteId: string;
  readonly cursor: string;
}

/** What a poll found: whether something changed, or why nobody knows; a grant that is gone has been noted. */
type Found = 'changes' | 'nothing' | ProviderError;

/**
 * Where there is no push: one small request for all of an account's calendars, and a pull for each that changed. The pace follows what is found:
 * as set after a change, slower while nothing happens or the service asks for a pause. An account whose grant is gone is not asked again.
 */
export async function pollAccount(needs: SyncNeeds, { accountId }: PollMessage): Promise<void> {
  const { providers, stores } = needs;
  const account = await stores.accounts.find(accountId);
  const provider = account && providers[account.provider];
  if (account?.status !== 'active' || !provider?.changedCalendars) return;
  const sources = await sourceCalendars(needs, account.id);
  // The first reading of a calendar is a round of its own.
  const known = sources.flatMap(({ id, remoteId, cursor }) => (cursor === undefined ? [] : [{ id, remoteId, cursor }]));
  const [only] = known;
  if (!only) return setPace(needs, account, sources.length > 0 ? shortestPace(needs) : LONGEST_PACE_MS);
  const found = known.length === 1 ? await pullOnly(needs, only) : await pullChanged(needs, provider, account, known);
  if (found === 'changes') await setPace(needs, account, shortestPace(needs));
  else if (found === 'nothing') await setPace(needs, account, paceOf(needs, account) * QUIETER);
  else if (found.kind !== 'revoked')
    await setPace(needs, account, paceOf(needs, account) * TURNED_AWAY, found.retryAfterMs);
}

/** Asking a single calendar for its changes is as small as asking whether it has any, and saves asking twice. */
async function pullOnly(needs: SyncNeeds, { id }: Known): Promise<Found> {
  const outcome = await pullChanges(needs, { kind: 'pull', calendarId: id, at: needs.clock.now() });
  // That a token is no longer known says nothing against asking soon: the full round it causes has been queued.
  if (outcome?.failure && !isProviderError(outcome.failure, 'expired-cursor')) return outcome.failure;
  return outcome?.failure || outcome?.changes ? 'changes' : 'nothing';
}

/** Asks once for all calendars and queues a pull for each that changed. */
async function pullChanged(
  needs: SyncNeeds,
  provider: CalendarProvider,
  account: Account,
  known: readonly Known[],
): Promise<Found> {
  const { clock, log, queues } = needs;
  try {
    const changed = new Set(await provider.changedCalendars?.(account.id, known));
    for (const { id, remoteId } of known) {
      if (changed.has(remoteId)) await queues.changes({ kind: 'pull', calendarId: id, at: clock.now() });
    }
    return changed.size > 0 ? 'changes' : 'nothing';
  } catch (error) {
    if (!isProviderError(error)) throw error;
    log('poll-failed', { account: account.id, kind: error.kind, code: error.code, status: error.status });
    if (error.kind === 'revoked') await accountRevoked(needs, account.id, error);
    return error;
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
