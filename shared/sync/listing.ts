import { newId } from '../platform/random.ts';
import { isProviderError } from '../providers/errors.ts';
import type { SyncNeeds } from './needs.ts';

/**
 * Lists an account's calendars anew: names and rights change without notice, and a calendar counts as gone only when it is missing here.
 * @returns false when the service could not be asked; then nothing is known
 */
export async function relistCalendars(needs: SyncNeeds, accountId: string): Promise<boolean> {
  const { clock, log, providers, random, stores } = needs;
  const account = await stores.accounts.find(accountId);
  const provider = account && providers[account.provider];
  if (!account || !provider) return false;
  try {
    const listing = await provider.listCalendars(account.id, account.email);
    await stores.calendars.takeListing(account, listing, clock.now(), () => newId(random));
    return true;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    log('listing-failed', { account: accountId, kind: error.kind, code: error.code });
    return false;
  }
}
