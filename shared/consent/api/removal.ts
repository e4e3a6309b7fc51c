import { z } from 'zod';
import type { RemovalReport } from '../../stores/consentStores.ts';
import type { Pair } from '../../stores/stores.ts';
import { ownAccount } from '../accounts.ts';
import { type ConsentRequest, json } from '../answer.ts';
import { forPrograms, forUser } from '../guard.ts';
import { leavingCookie, leavingReport } from '../leaving.ts';
import type { ConsentNeeds, Handler } from '../needs.ts';
import { notFound, Problem } from '../problem.ts';
import { noSessionCookie, readSession } from '../session.ts';
import { ownPair } from './pairs.ts';
import { openReport, type RemovalView, removalViewOf } from './removalView.ts';

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

/** Answers at once; the work is done in the background. `report` is where its progress and its outcome can be read. */
function begun(id: string, report: RemovalReport) {
  return json({ id, removing: true, report: `/api/removals/${report.id}` }, 202);
}

async function stop(needs: ConsentNeeds, pairs: readonly Pair[]): Promise<void> {
  for (const pair of pairs) await needs.stores.pairs.setRemoving(pair.id);
}

/** `DELETE /api/pairs/{id}?copies=…`: the pair is gone when its address answers 404. */
export const deletePair: Handler = forUser(async (request, needs, userId) => {
  const pair = await ownPair(needs, request.params.id, userId);
  const copies = copiesChoice(request);
  const wish = { kind: 'pair', subject: pair.id, copies, userId } as const;
  const report = await openReport(needs, wish, [pair]);
  await stop(needs, [pair]);
  await needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: report.copies, report: report.id });
  needs.log('removal-asked', { pair: pair.id, copies });
  return begun(pair.id, report);
});

/** `DELETE /api/accounts/{id}?copies=…`: its pairs stop at once. */
export const deleteAccount: Handler = forUser(async (request, needs, userId) => {
  const account = await ownAccount(needs, request.params.id ?? '', userId);
  const copies = copiesChoice(request);
  const pairs = await needs.stores.pairs.ofAccount(account.id);
  const report = await openReport(needs, { kind: 'account', subject: account.id, copies, userId }, pairs);
  await stop(needs, pairs);
  await needs.stores.accounts.setStatus(account.id, 'removing');
  await needs.queues.bulk({ kind: 'remove-account', accountId: account.id, copies: report.copies, report: report.id });
  needs.log('removal-asked', { account: account.id, pairs: pairs.length, copies });
  return begun(account.id, report);
});

/** `DELETE /api/me?copies=…`: everything of the user, and the sign-in of this browser, which may still read the report. */
export const deleteMe: Handler = forUser(async (request, needs, userId) => {
  const copies = copiesChoice(request);
  const pairs = await needs.stores.pairs.ofUser(userId);
  const report = await openReport(needs, { kind: 'user', subject: userId, copies, userId }, pairs);
  await stop(needs, pairs);
  for (const account of await needs.stores.accounts.ofUser(userId)) {
    await needs.stores.accounts.setStatus(account.id, 'removing');
  }
  await needs.queues.bulk({ kind: 'remove-user', userId, copies: report.copies, report: report.id });
  needs.log('removal-asked', { user: userId, pairs: pairs.length, copies });
  return { ...begun(userId, report), cookies: [noSessionCookie(needs), await leavingCookie(needs, report.id)] };
});

/**
 * The removal that a request names, for the user whose it is and for the browser in which somebody removed themselves.
 * @throws Problem 404 also where it is somebody else's
 */
export async function ownRemoval(request: ConsentRequest, needs: ConsentNeeds): Promise<RemovalView> {
  const id = request.params.id ?? '';
  const report = await needs.stores.removals.find(id);
  const userId = (await readSession(request, needs))?.userId;
  const own = report?.userId !== undefined && report.userId === userId;
  if (!report || !(own || (await leavingReport(request, needs)) === id)) throw notFound();
  return removalViewOf(needs, report);
}

/** `GET /api/removals/{id}`: `RemovalView` */
export const getRemoval: Handler = forPrograms(async (request, needs) => json(await ownRemoval(request, needs)));

/** The user's own, newest first; they are kept for a week after their end. */
export async function removalsOf(needs: ConsentNeeds, userId: string): Promise<RemovalView[]> {
  const reports = await needs.stores.removals.ofUser(userId);
  return Promise.all(reports.map((report) => removalViewOf(needs, report)));
}

/** `GET /api/removals` */
export const getRemovals: Handler = forUser(async (_request, needs, userId) => json(await removalsOf(needs, userId)));
