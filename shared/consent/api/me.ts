import { domainOf } from '../../platform/domain.ts';
import { listCalendars, ownAccount } from '../accounts.ts';
import { json } from '../answer.ts';
import { type ApiHandler, forPrograms, forUser } from '../guard.ts';
import type { ConsentNeeds, Handler } from '../needs.ts';
import { pollNow } from '../polling.ts';
import { Problem } from '../problem.ts';
import { requireSameOrigin } from '../sameOrigin.ts';
import { noSessionCookie } from '../session.ts';

export interface AccountView {
  readonly id: string;
  readonly provider: string;
  readonly email: string;
  readonly status: 'active' | 'reconnect' | 'removing';
  /** What its domain demands of copies of its events; absent where it demands nothing. */
  readonly policy?: 'private';
}

/** The user's accounts, oldest first, as the page and the API show them. */
export async function accountsOf(needs: ConsentNeeds, userId: string): Promise<AccountView[]> {
  const accounts = await needs.stores.accounts.ofUser(userId);
  const ordered = accounts.toSorted((a, b) => a.createdAt - b.createdAt);
  return Promise.all(
    ordered.map(async ({ id, provider, email, status }): Promise<AccountView> => {
      const known = await needs.stores.policies.find(domainOf(email));
      return { id, provider, email, status, ...(known?.policy === 'private' && { policy: 'private' }) };
    }),
  );
}

/** `GET /api/me` */
export const getMe: Handler = forUser(async (_request, needs, userId) =>
  json({ id: userId, accounts: await accountsOf(needs, userId) }),
);

const refresh: ApiHandler = async (request, needs, userId) => {
  const account = await ownAccount(needs, request.params.id ?? '', userId);
  if (account.status === 'removing') {
    throw new Problem(409, 'being-removed', 'This account is just being removed.', 'Connect it again afterwards.');
  }
  if (await listCalendars(needs, account)) {
    await pollNow(needs, account);
    return { status: 204 };
  }
  if ((await needs.stores.accounts.find(account.id))?.status === 'reconnect') {
    const action = 'Reload the page: it offers that at the account.';
    throw new Problem(409, 'reconnect-needed', 'This account needs to be connected again.', action);
  }
  throw new Problem(
    503,
    'listing-failed',
    'The calendars of this account could not be read just now.',
    'Try again in a minute; if the account needs it, connect it again.',
  );
};

/** `POST /api/accounts/{id}/refresh`: looks for calendars that were added or removed, and where there is no push for changes, too. */
export const refreshAccount: Handler = forUser(refresh);

/** `DELETE /api/session`: signs out of this browser. Works for whoever is signed out already. */
export const signOut: Handler = forPrograms(async (request, needs) => {
  requireSameOrigin(request, needs);
  return { status: 204, cookies: [noSessionCookie(needs)] };
});
