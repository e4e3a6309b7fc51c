import { newId } from '../../platform/random.ts';
import { isProviderError } from '../../providers/errors.ts';
import { DuplicatePair, type Pair, type Route, type RouteOptions } from '../../stores/stores.ts';
import { json } from '../answer.ts';
import { readBody } from '../body.ts';
import { type ApiHandler, forUser } from '../guard.ts';
import type { ConsentNeeds, Handler, RoutePreview } from '../needs.ts';
import { pollSourcesSoon } from '../polling.ts';
import { Problem } from '../problem.ts';
import { type Ends, endsOf } from './ends.ts';
import { noSuchDirection, type PairRequest, pairRequest, withOptions } from './pairRequest.ts';
import { pairViewOf } from './pairView.ts';

const create: ApiHandler = async (request, needs, userId) => {
  const { wish, ends } = await granted(request, needs, userId);
  const { clock, queues, stores } = needs;
  const pair = pairOf(needs, wish, ends, userId);
  try {
    await stores.pairs.add(pair);
  } catch (error) {
    throw error instanceof DuplicatePair ? await duplicate(needs, wish, userId) : error;
  }
  for (const { sourceCalendarId: calendarId } of pair.routes) {
    await queues.bulk({ kind: 'full', calendarId, at: clock.now(), verify: true });
    await queues.bulk({ kind: 'subscribe', calendarId, recreate: false });
  }
  await pollSourcesSoon(needs, pair.routes);
  const { source, target } = ends;
  needs.log('pair-created', {
    pair: pair.id,
    direction: pair.direction,
    source: source.provider,
    target: target.provider,
  });
  return {
    ...json(await pairViewOf(needs, pair), 201),
    headers: { location: `/api/pairs/${pair.id}`, 'cache-control': 'no-store' },
  };
};

/** `POST /api/pairs` */
export const createPair: Handler = forUser(create);

const preview: ApiHandler = async (request, needs, userId) => {
  const { wish, ends } = await granted(request, needs, userId);
  const shown: Partial<Record<Direction, RoutePreview>> = {};
  try {
    for (const { name, ...way } of waysOf(wish, ends)) shown[name] = await needs.preview(way);
    return json(shown);
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

/** A wish that can be granted, and its calendars. @throws Problem */
async function granted(
  request: Parameters<ApiHandler>[0],
  needs: ConsentNeeds,
  userId: string,
): Promise<{ wish: PairRequest; ends: Ends }> {
  const wish = await readBody(request, pairRequest);
  if (wish.direction === 'one-way' && wish.targetToSource) throw noSuchDirection();
  return { wish, ends: await endsOf(needs, wish, userId) };
}

type Direction = 'sourceToTarget' | 'targetToSource';

/** One direction of a wish. */
interface Way extends Ends {
  readonly name: Direction;
  readonly options: RouteOptions;
}

/** The way there, and in a two-way pair the way back after it. */
function waysOf(wish: PairRequest, { source, target }: Ends): Way[] {
  const there: Way = { name: 'sourceToTarget', source, target, options: withOptions(wish.sourceToTarget) };
  if (wish.direction === 'one-way') return [there];
  const options = withOptions(wish.targetToSource ?? {});
  return [there, { name: 'targetToSource', source: target, target: source, options }];
}

function pairOf({ clock, random }: ConsentNeeds, wish: PairRequest, ends: Ends, userId: string): Pair {
  const pairId = newId(random);
  const ways = waysOf(wish, ends).map((way) => ({ ...way, id: newId(random) }));
  const routes = ways.map(({ id, source, target, options }): Route => {
    const twin = ways.find((other) => other.id !== id);
    return {
      id,
      pairId,
      userId,
      sourceCalendarId: source.id,
      targetCalendarId: target.id,
      ...(twin && { twinId: twin.id }),
      options,
      state: 'starting',
      progressDone: 0,
      progressTotal: 0,
      deletionsConfirmedUntil: 0,
    };
  });
  return {
    id: pairId,
    userId,
    direction: wish.direction,
    paused: false,
    removing: false,
    createdAt: clock.now(),
    routes,
  };
}

/** Says which pair is in the way: the way back of a two-way pair counts like any other. */
async function duplicate({ stores }: ConsentNeeds, wish: PairRequest, userId: string): Promise<Problem> {
  const taken = ({ sourceCalendarId: from, targetCalendarId: into }: Route) =>
    (from === wish.source && into === wish.target) ||
    (wish.direction === 'two-way' && from === wish.target && into === wish.source);
  const inTheWay = (await stores.pairs.ofUser(userId)).filter(({ routes }) => routes.some(taken));
  const problem = (title: string, action: string) => new Problem(409, 'duplicate-pair', title, action);
  if (inTheWay.some(({ removing }) => removing)) {
    return problem('A pair of these two calendars is just being removed.', 'Try again when it is gone.');
  }
  if (inTheWay.some(({ direction }) => direction === 'two-way')) {
    return problem('These two calendars are a two-way pair already.', 'Change the options of that pair instead.');
  }
  if (wish.direction === 'one-way') {
    return problem(
      'There is a pair from this calendar to that one already.',
      'Change the options of that pair instead.',
    );
  }
  return problem(
    'There is a one-way pair between these two calendars already.',
    'Remove it together with its copies, then make the two-way pair.',
  );
}
