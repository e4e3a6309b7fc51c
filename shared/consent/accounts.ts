import { newId } from '../platform/random.ts';
import { isProviderError } from '../providers/errors.ts';
import type { Account, ProviderId } from '../stores/stores.ts';
import { policyFor } from '../sync/policy.ts';
import type { ConsentNeeds, Grant } from './needs.ts';
import { pollSoon } from './polling.ts';
import { notFound, Problem } from './problem.ts';

interface Wish {
  /** Who is signed in. */
  readonly userId?: string;
  /** The account that was to be connected again. */
  readonly accountId?: string;
}

/**
 * Connects whoever has just proven who they are, and answers the user they are: the first account makes a user, a known account signs its
 * user in, a further one is added to who is signed in. Then lists the calendars and lets waiting routes catch up.
 * @throws Problem 409 `another-person`, `belongs-to-another`, `being-removed`
 */
export async function connectAccount(
  needs: ConsentNeeds,
  provider: ProviderId,
  grant: Grant,
  wish: Wish,
): Promise<string> {
  const known = await needs.stores.accounts.findBySubject(provider, grant.subject);
  if (wish.accountId && known?.id !== wish.accountId) throw anotherPerson();
  if (known && wish.userId && known.userId !== wish.userId) throw belongsToAnother();
  if (known?.status === 'removing') throw beingRemoved();
  const account = known ?? (await addAccount(needs, provider, grant, wish.userId));

  await needs.stores.credentials.write(account.id, grant.credential);
  if (account.status !== 'active') await needs.stores.accounts.setStatus(account.id, 'active');
  await policyFor(needs, account.email);
  await listCalendars(needs, account);
  await pollSoon(needs, account);
  if (known) await catchUp(needs, account.id);
  needs.log('account-connected', { account: account.id, provider, again: known !== undefined });
  return account.userId;
}

async function addAccount(
  needs: ConsentNeeds,
  provider: ProviderId,
  grant: Grant,
  signedIn: string | undefined,
): Promise<Account> {
  const { clock, random, stores } = needs;
  const createdAt = clock.now();
  const userId = signedIn ?? newId(random);
  if (!signedIn) await stores.users.create(userId, createdAt);
  const { subject, email } = grant;
  const account: Account = { id: newId(random), userId, provider, subject, email, status: 'active', createdAt };
  try {
    await stores.accounts.add(account);
    return account;
  } catch (error) {
    // The same person finished two sign-ins at once: the other one was first, and this one joins it.
    const first = await stores.accounts.findBySubject(provider, subject);
    if (!first || signedIn) throw error;
    await stores.users.remove(userId);
    return first;
  }
}

/**
 * Reads the account's calendars anew. When the service has trouble the account is connected all the same, and its list stays as it was.
 * @returns whether the list was read
 */
export async function listCalendars(needs: ConsentNeeds, account: Account): Promise<boolean> {
  const { clock, log, random, stores } = needs;
  try {
    const listing = (await needs.providers[account.provider]?.listCalendars(account.id, account.email)) ?? [];
    await stores.calendars.takeListing(account, listing, clock.now(), () => newId(random));
    return true;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    log('listing-failed', { account: account.id, kind: error.kind, code: error.code });
    if (error.kind === 'revoked') await stores.accounts.setStatus(account.id, 'reconnect', error.code, error.claims);
    return false;
  }
}

/**
 * What could not be followed while the account was out of reach: routes that fell behind, changes of its own calendars, and in two-way pairs edits of
 * their copies, which nobody could carry to them.
 */
async function catchUp({ clock, queues, stores }: ConsentNeeds, accountId: string): Promise<void> {
  const at = clock.now();
  const behind = new Set(await stores.pairs.waitingOn(accountId));
  const own = new Set((await stores.calendars.ofAccount(accountId)).map(({ id }) => id));
  const pairs = (await stores.pairs.ofAccount(accountId)).filter(isLive);
  const sources = new Set(pairs.flatMap(({ routes }) => routes.map((route) => route.sourceCalendarId)));
  for (const { direction, routes } of pairs) {
    if (direction !== 'two-way') continue;
    for (const { sourceCalendarId } of routes) if (own.has(sourceCalendarId)) behind.add(sourceCalendarId);
  }
  for (const calendarId of behind) await queues.bulk({ kind: 'full', calendarId, at, verify: true });
  for (const calendarId of sources) {
    if (!own.has(calendarId)) continue;
    await queues.bulk({ kind: 'subscribe', calendarId, recreate: false });
    if (!behind.has(calendarId)) await queues.changes({ kind: 'pull', calendarId, at });
  }
}

const isLive = (pair: { readonly paused: boolean; readonly removing: boolean }) => !pair.paused && !pair.removing;

/** The account, if it is the user's own. @throws Problem 404 also where it is somebody else's */
export async function ownAccount(needs: ConsentNeeds, id: string, userId: string | undefined): Promise<Account> {
  const account = await needs.stores.accounts.find(id);
  if (!account || userId === undefined || account.userId !== userId) throw notFound();
  return account;
}

export function anotherPerson(): Problem {
  return new Problem(
    409,
    'another-person',
    'You signed in with a different account than the one that needs connecting again. Nothing was changed.',
    'Choose “Connect again” once more and sign in with the account that it names.',
  );
}

function belongsToAnother(): Problem {
  return new Problem(
    409,
    'belongs-to-another',
    'This account is already connected in a Hetk of its own. Nothing was changed.',
    'Sign out here and sign in with that account, or remove it there first.',
  );
}

function beingRemoved(): Problem {
  return new Problem(
    409,
    'being-removed',
    'This account is just being removed.',
    'Wait until its copies are cleaned up, a few minutes as a rule; then connect it again.',
  );
}
