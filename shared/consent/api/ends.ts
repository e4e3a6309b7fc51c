import type { Calendar } from '../../stores/stores.ts';
import type { ConsentNeeds } from '../needs.ts';
import { Problem } from '../problem.ts';
import { ownCalendar } from './calendars.ts';
import type { PairRequest } from './pairRequest.ts';

/** The two calendars of a pair. */
export interface Ends {
  readonly source: Calendar;
  readonly target: Calendar;
}

/** The two calendars of a wish, if the wish can be granted: each usable as it is meant to be, its account connected. @throws Problem 404, 409, 422 */
export async function endsOf(needs: ConsentNeeds, wish: PairRequest, userId: string): Promise<Ends> {
  const source = await ownCalendar(needs, wish.source, userId);
  const target = await ownCalendar(needs, wish.target, userId);
  if (source.id === target.id) {
    throw new Problem(
      422,
      'same-calendar',
      'Source and target are the same calendar.',
      'Choose two different calendars.',
    );
  }
  if (!source.readable) throw unusable('source-not-readable', 'The source calendar cannot be read.', source);
  if (!target.writable) throw unusable('target-not-writable', 'The target calendar cannot be written.', target);
  if (wish.direction === 'two-way') requireBothWays({ source, target });
  for (const { accountId } of [source, target]) {
    const account = await needs.stores.accounts.find(accountId);
    if (account?.status !== 'active') throw accountNotReady();
  }
  return { source, target };
}

/** In a two-way pair each calendar is source and target. */
function requireBothWays({ source, target }: Ends): void {
  const instead = 'Choose another calendar, or make a one-way pair.';
  if (!source.writable) {
    const title = 'The first calendar cannot be written, so nothing could come back to it.';
    throw unusable('source-not-writable', title, source, instead);
  }
  if (!target.readable) {
    const title = 'The second calendar cannot be read, so nothing could come back from it.';
    throw unusable('target-not-readable', title, target, instead);
  }
}

function unusable(code: string, title: string, calendar: Calendar, action = 'Choose another calendar.'): Problem {
  return new Problem(422, code, calendar.reason ? `${title} ${calendar.reason}` : title, action);
}

function accountNotReady(): Problem {
  return new Problem(
    409,
    'reconnect-needed',
    'An account of these calendars needs to be connected again.',
    'Choose “Connect again” at the account, then make the pair.',
  );
}
