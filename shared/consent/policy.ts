import { asDomain } from '../platform/domain.ts';
import { TxtLookupFailed } from '../platform/txtRecords.ts';
import { policyFor } from '../sync/policy.ts';
import { readPolicy } from '../sync/policyRecord.ts';
import type { Ends } from './api/ends.ts';
import type { PairRequest } from './api/pairRequest.ts';
import { forPeople } from './guard.ts';
import { limitTries } from './limits.ts';
import type { ConsentNeeds, Handler } from './needs.ts';
import { policyPage } from './page/policyPage.ts';

/** Does the domain of the calendar's account demand that copies of its events are private? Asks it unless that was done just now. */
export async function mustBePrivate(needs: ConsentNeeds, calendarId: string): Promise<boolean> {
  const calendar = await needs.stores.calendars.find(calendarId);
  return calendar !== undefined && (await policyFor(needs, calendar.ownerEmail)) === 'private';
}

/** A wish as the domains of its accounts allow it: routes out of one that demands it mark their copies as private, whatever was wished. */
export async function underPolicy(needs: ConsentNeeds, wish: PairRequest, ends: Ends): Promise<PairRequest> {
  const there = await mustBePrivate(needs, ends.source.id);
  const back = wish.direction === 'two-way' && (await mustBePrivate(needs, ends.target.id));
  return {
    ...wish,
    ...(there && { sourceToTarget: { ...wish.sourceToTarget, markPrivate: true } }),
    ...(back && { targetToSource: { ...wish.targetToSource, markPrivate: true } }),
  };
}

/** `GET /policy`, `?domain=`: the record that an administrator sets, and what a domain says now. */
export const getPolicy: Handler = forPeople(async (request, needs) => {
  const typed = request.query.get('domain');
  if (typed === null) return policyPage(undefined);
  await limitTries(request, needs, 'domain');
  const domain = asDomain(typed.slice(typed.lastIndexOf('@') + 1));
  if (!domain) return policyPage({ typed: typed.slice(0, 253) });
  try {
    return policyPage({ domain, heard: readPolicy(await needs.txt(`_hetk.${domain}`)) });
  } catch (error) {
    if (!(error instanceof TxtLookupFailed)) throw error;
    return policyPage({ domain, heard: undefined });
  }
});
