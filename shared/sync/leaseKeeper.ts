import { type Lease, LeaseLost, type LeasePurpose } from '../stores/stores.ts';
import type { SyncNeeds } from './needs.ts';

/** How long a lease lasts without renewal, ms. A worker that dies gives its calendar free after this. */
const LEASE_MS = 120_000;

/** Keeps a lease alive while its holder works. */
export interface LeaseKeeper {
  current(): Lease;
  /** Called before each write: renews the lease in its second half. @throws LeaseLost */
  permit(): Promise<void>;
}

/**
 * Takes a calendar for a while. Where its last worker ended in the middle a verification is asked for: copies may lie in a target that no link
 * knows, and their originals may go before anyone reads them again.
 * @returns undefined while another worker has it
 */
export async function takeLease(
  { clock, log, queues, stores }: SyncNeeds,
  calendarId: string,
  purpose?: LeasePurpose,
): Promise<Lease | undefined> {
  const now = clock.now();
  const lease = await stores.calendars.lease(calendarId, now, LEASE_MS, purpose);
  if (!lease?.abandoned) return lease;
  log('lease-abandoned', { calendar: calendarId });
  await queues.bulk({ kind: 'full', calendarId, at: now, verify: true });
  return lease;
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
