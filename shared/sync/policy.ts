import { domainOf } from '../platform/domain.ts';
import { fraction } from '../platform/random.ts';
import { type TxtLookup, TxtLookupFailed } from '../platform/txtRecords.ts';
import type { DomainPolicy } from '../stores/consentStores.ts';
import type { Account, Pair, Route } from '../stores/stores.ts';
import type { SyncNeeds } from './needs.ts';
import { readPolicy } from './policyRecord.ts';

/**
 * What a domain says about the copies of its people's events: with `v=hetk1; policy=private` in the TXT record `_hetk.<domain>` every route out of
 * an account of the domain marks its copies as private. What DNS said last counts until it says something else: a failing lookup never takes a
 * policy away.
 */

/** A policy heard this long ago is good enough for a new pair or a changed option, ms. */
const FRESH_MS = 10 * 60_000;
/** How often a domain is asked without any occasion, ms. */
const RECHECK_MS = 6 * 3_600_000;
/** After a lookup that failed, ms; until then nobody waits for another one. */
const RETRY_MS = 5 * 60_000;

const PAGE = 200;
const PAGES_PER_TICK = 25;

export type PolicyNeeds = Pick<SyncNeeds, 'clock' | 'random' | 'log' | 'queues' | 'stores'> & {
  readonly txt: TxtLookup;
};

/** What the domain of this address says, asked anew unless it was heard just now. */
export async function policyFor(needs: PolicyNeeds, email: string): Promise<DomainPolicy['policy']> {
  const domain = domainOf(email);
  if (!domain) return 'none';
  const known = await needs.stores.policies.find(domain);
  if (known && isFresh(known, needs.clock.now())) return known.policy;
  return checkPolicy(needs, domain);
}

function isFresh({ checkedAt, nextCheckAt }: DomainPolicy, now: number): boolean {
  const failedLately = now < nextCheckAt && nextCheckAt - now <= RETRY_MS;
  return now - checkedAt < FRESH_MS || failedLately;
}

/** Asks the domain, keeps what it says, and holds the routes of its people to it. @returns what counts from now on */
async function checkPolicy(needs: PolicyNeeds, domain: string): Promise<DomainPolicy['policy']> {
  const { clock, log, random, stores } = needs;
  try {
    const { policy } = readPolicy(await needs.txt(`_hetk.${domain}`));
    const now = clock.now();
    const nextCheckAt = now + Math.round(RECHECK_MS * (0.75 + fraction(random) / 2));
    await stores.policies.put({ domain, policy, checkedAt: now, nextCheckAt });
    if (policy === 'private') await enforce(needs, domain);
    return policy;
  } catch (error) {
    if (!(error instanceof TxtLookupFailed)) throw error;
    const known = await stores.policies.find(domain);
    log('policy-lookup-failed', { code: error.code, known: known !== undefined && known.checkedAt > 0 });
    const last = { policy: known?.policy ?? 'none', checkedAt: known?.checkedAt ?? 0 } as const;
    await stores.policies.put({ domain, ...last, nextCheckAt: clock.now() + RETRY_MS });
    if (last.policy === 'private') await enforce(needs, domain);
    return last.policy;
  }
}

/** A domain is due: it is asked, or forgotten when nobody of it is left. */
export async function followPolicy(needs: PolicyNeeds, domain: string): Promise<void> {
  const people = await needs.stores.accounts.ofDomain(domain);
  if (people.length === 0) await needs.stores.policies.remove(domain);
  else await checkPolicy(needs, domain);
}

/** Domains that are to be asked again. */
export async function policiesDue({ clock, log, queues, stores }: PolicyNeeds): Promise<number> {
  let taken = 0;
  for (let page = 0; page < PAGES_PER_TICK; page += 1) {
    const now = clock.now();
    const domains = await stores.policies.takeDue(now, PAGE, now + RETRY_MS);
    await Promise.all(domains.map((domain) => queues.bulk({ kind: 'policy', domain })));
    taken += domains.length;
    if (domains.length < PAGE) break;
  }
  if (taken > 0) log('due', { timer: 'policy', count: taken });
  return taken;
}

/**
 * Marks every route out of the domain's accounts as private, and has its copies rewritten. The option stays when the policy goes: to show more again
 * is for the user to choose.
 */
async function enforce(needs: PolicyNeeds, domain: string): Promise<void> {
  const { clock, log, queues, stores } = needs;
  for (const account of await stores.accounts.ofDomain(domain)) {
    for (const route of await openRoutesOf(needs, account)) {
      await stores.pairs.setOptions(route.id, { ...route.options, markPrivate: true });
      await queues.bulk({ kind: 'full', calendarId: route.sourceCalendarId, at: clock.now(), verify: true });
      log('policy-enforced', { route: route.id });
    }
  }
}

/** Routes that lead out of the account and tell more than that somebody is busy. */
async function openRoutesOf({ stores }: PolicyNeeds, account: Account): Promise<Route[]> {
  const own = new Set((await stores.calendars.ofAccount(account.id)).map(({ id }) => id));
  const pairs: Pair[] = await stores.pairs.ofAccount(account.id);
  return pairs
    .filter(({ removing }) => !removing)
    .flatMap(({ routes }) => routes)
    .filter(({ sourceCalendarId, options }) => own.has(sourceCalendarId) && !options.markPrivate);
}
