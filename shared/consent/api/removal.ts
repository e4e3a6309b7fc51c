import { z } from 'zod';
import { ownAccount } from '../accounts.ts';
import { type ConsentRequest, json } from '../answer.ts';
import { forUser } from '../guard.ts';
import type { Handler } from '../needs.ts';
import { Problem } from '../problem.ts';
import { noSessionCookie } from '../session.ts';
import { ownPair } from './pairs.ts';

const choice = z.enum(['remove', 'keep']);

/** What becomes of the copies must be said: neither answer is safe to assume. @throws Problem 400 */
function copiesChoice(request: ConsentRequest): z.infer<typeof choice> {
  const parsed = choice.safeParse(request.query.get('copies'));
  if (parsed.success) return parsed.data;
  throw new Problem(
    400,
    'copies-choice-needed',
    'It is not said whether the copies go or stay.',
    'Add copies=remove or copies=keep.',
  );
}

/** `DELETE /api/pairs/{id}?copies=…`: done in the background; the pair is gone when its address answers 404. */
export const deletePair: Handler = forUser(async (request, needs, userId) => {
  const pair = await ownPair(needs, request.params.id, userId);
  const copies = copiesChoice(request);
  await needs.stores.pairs.setRemoving(pair.id);
  await needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies });
  needs.log('removal-asked', { pair: pair.id, copies });
  return json({ id: pair.id, removing: true }, 202);
});

/** `DELETE /api/accounts/{id}?copies=…`: its pairs stop at once; the rest is done in the background. */
export const deleteAccount: Handler = forUser(async (request, needs, userId) => {
  const account = await ownAccount(needs, request.params.id ?? '', userId);
  const copies = copiesChoice(request);
  const pairs = await needs.stores.pairs.ofAccount(account.id);
  for (const pair of pairs) await needs.stores.pairs.setRemoving(pair.id);
  await needs.stores.accounts.setStatus(account.id, 'removing');
  await needs.queues.bulk({ kind: 'remove-account', accountId: account.id, copies });
  needs.log('removal-asked', { account: account.id, pairs: pairs.length, copies });
  return json({ id: account.id, removing: true }, 202);
});

/** `DELETE /api/me?copies=…`: everything of the user, and the sign-in of this browser. */
export const deleteMe: Handler = forUser(async (request, needs, userId) => {
  const copies = copiesChoice(request);
  const pairs = await needs.stores.pairs.ofUser(userId);
  for (const pair of pairs) await needs.stores.pairs.setRemoving(pair.id);
  for (const account of await needs.stores.accounts.ofUser(userId)) {
    await needs.stores.accounts.setStatus(account.id, 'removing');
  }
  await needs.queues.bulk({ kind: 'remove-user', userId, copies });
  needs.log('removal-asked', { user: userId, pairs: pairs.length, copies });
  return { ...json({ id: userId, removing: true }, 202), cookies: [noSessionCookie(needs)] };
});
