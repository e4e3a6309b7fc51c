import { type Lease, LeaseLost } from '../stores/stores.ts';
import type { SyncNeeds } from './needs.ts';

/** How long a lease lasts without renewal, ms. A worker that dies gives its calendar free after this. */
export const LEASE_MS = 120_000;

/** Keeps a lease alive while its holder works. */
export interface LeaseKeeper {
  current(): Lease;
  /** Called before each write: renews the lease in its second half. @throws LeaseLost */
  permit(): Promise<void>;
}

export function keepLease(needs: SyncNeeds, lease: Lease): LeaseKeeper {
  let held = lease;
  return {
    current: () => held,
    async permit() {
      const now = needs.clock.now();
      if (now >= held.until) throw new LeaseLost(held.calendarId);
      if (held.until - now < LEASE_MS / 2) held = await needs.stores.calendars.renewLease(held, now, LEASE_MS);
    },
  };
}
