import type { Account, Route } from '../stores/stores.ts';
import type { ConsentNeeds } from './needs.ts';

/** A first sync takes less, as a rule; before it is done there is nothing to compare with, and the worker would set the longest pace. Ms. */
const FIRST_SYNC_MS = 120_000;

/** Where there is no push: the account is asked soon, whatever its pace was; from then on the worker that asks it sets the pace. */
export async function pollSoon(needs: ConsentNeeds, account: Account, inMs = 0): Promise<void> {
  if (needs.providers[account.provider]?.push !== false) return;
  await needs.stores.accounts.setPoll(account.id, needs.clock.now() + inMs, 0);
}

/** The same for the accounts of calendars that have just begun to be sources. */
export async function pollSourcesSoon(needs: ConsentNeeds, routes: readonly Route[]): Promise<void> {
  for (const { sourceCalendarId } of routes) {
    const calendar = await needs.stores.calendars.find(sourceCalendarId);
    const account = calendar && (await needs.stores.accounts.find(calendar.accountId));
    if (account) await pollSoon(needs, account, calendar.cursor === undefined ? FIRST_SYNC_MS : 0);
  }
}

/** Somebody waits: an account without push is asked at once. */
export async function pollNow({ clock, providers, queues }: ConsentNeeds, account: Account): Promise<void> {
  if (providers[account.provider]?.push !== false) return;
  await queues.changes({ kind: 'poll', accountId: account.id, at: clock.now() });
}
