import { newId } from '../../platform/random.ts';
import { isProviderError } from '../../providers/errors.ts';
import { type Calendar, DuplicatePair, type Pair } from '../../stores/stores.ts';
import { json } from '../answer.ts';
import { readBody } from '../body.ts';
import { type ApiHandler, forUser } from '../guard.ts';
import type { ConsentNeeds, Handler } from '../needs.ts';
import { Problem } from '../problem.ts';
import { ownCalendar } from './calendars.ts';
import { type PairRequest, pairRequest, requireOfferedDirection, withOptions } from './pairRequest.ts';
import { pairViewOf } from './pairView.ts';

const create: ApiHandler = async (request, needs, userId) => {
  const wish = await readBody(request, pairRequest);
  const { source, target } = await endsOf(needs, wish, userId);
  const { clock, queues, random, stores } = needs;
  const at = clock.now();
  const id = newId(random);
  const pair: Pair = {
    id,
    userId,
    direction: wish.direction,
    paused: false,
    removing: false,
    createdAt: at,
    routes: [
      {
        id: newId(random),
        pairId: id,
        userId,
        sourceCalendarId: source.id,
        targetCalendarId: target.id,
        options: withOptions(wish.sourceToTarget),
        state: 'starting',
        progressDone: 0,
        progressTotal: 0,
        deletionsConfirmedUntil: 0,
      },
    ],
  };
  try {
    await stores.pairs.add(pair);
  } catch (error) {
    throw error instanceof DuplicatePair ? duplicate() : error;
  }
  await queues.bulk({ kind: 'full', calendarId: source.id, at, verify: true });
  await queues.bulk({ kind: 'subscribe', calendarId: source.id, recreate: false });
  needs.log('pair-created', { pair: id, source: source.provider, target: target.provider });
  return {
    ...json(await pairViewOf(needs, pair), 201),
    headers: { location: `/api/pairs/${id}`, 'cache-control': 'no-store' },
  };
};

/** `POST /api/pairs` */
export const createPair: Handler = forUser(create);

const preview: ApiHandler = async (request, needs, userId) => {
  const wish = await readBody(request, pairRequest);
  const ends = await endsOf(needs, wish, userId);
  try {
    return json({ sourceToTarget: await needs.preview({ ...ends, options: withOptions(wish.sourceToTarget) }) });
  } catch (error) {
    if (!isProviderError(error)) throw error;
    needs.log('preview-failed', { source: ends.source.id, kind: error.kind, code: error.code });
    throw new Problem(
      503,
      'preview-unavailable',
      'The calendars could not be read just now, so there is no preview.',
      'Try again in a minute; if an account needs it, connect it again.',
    );
  }
};

/** `POST /api/pairs/preview` */
export const previewPair: Handler = forUser(preview);

/** The two calendars of a wish that can be granted. @throws Problem 404, 422 */
async function endsOf(
  needs: ConsentNeeds,
  wish: PairRequest,
  userId: string,
): Promise<{ source: Calendar; target: Calendar }> {
  requireOfferedDirection(wish);
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
  for (const { accountId } of [source, target]) {
    const account = await needs.stores.accounts.find(accountId);
    if (account?.status !== 'active') throw accountNotReady();
  }
  return { source, target };
}

function unusable(code: string, title: string, calendar: Calendar): Problem {
  return new Problem(422, code, calendar.reason ? `${title} ${calendar.reason}` : title, 'Choose another calendar.');
}

function accountNotReady(): Problem {
  return new Problem(
    409,
    'reconnect-needed',
    'An account of these calendars needs to be connected again.',
    'Choose “Connect again” at the account, then make the pair.',
  );
}

function duplicate(): Problem {
  return new Problem(
    409,
    'duplicate-pair',
    'There is a pair from this calendar to that one already.',
    'Change the options of that pair instead.',
  );
}
