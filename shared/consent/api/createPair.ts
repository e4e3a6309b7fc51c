import { newId } from '../../platform/random.ts';
import { isProviderError } from '../../providers/errors.ts';
import { DuplicatePair, type Pair, type Route, type RouteOptions } from '../../stores/stores.ts';
import { json } from '../answer.ts';
import { readBody } from '../body.ts';
import { type ApiHandler, forUser } from '../guard.ts';
import type { ConsentNeeds, Handler, RoutePreview } from '../needs.ts';
import { underPolicy } from '../policy.ts';
import { pollSourcesSoon } from '../polling.ts';
import { Problem } from '../problem.ts';
import { type Ends, endsOf } from './ends.ts';
import { noSuchDirection, type PairRequest, pairRequest, withOptions } from './pairRequest.ts';
import { pairViewOf } from './pairView.ts';

const create: ApiHandler = async (request, needs, userId) => {
  const wish = await readBody(request, pairRequest);
  const ends = await grantedEnds(needs, wish, userId);
  const { clock, queues, stores } = needs;
  const pair = pairOf(needs, await underPolicy(needs, wish, ends), ends, userId);
  try {
    await stores.pairs.add(pair);
  } catch (error) {
    throw error instanceof DuplicatePair ? duplicate(wish, await inTheWay(needs, wish, userId)) : error;
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

/** One direction of a wish, and what it would write. */
export interface PreviewedWay extends Way {
  readonly shown: RoutePreview;
}

/** What a pair would write, each direction by itself; reads both calendars and writes nothing. @throws Problem as making it would, 503 */
export async function previewOf(needs: ConsentNeeds, wish: PairRequest, userId: string): Promise<PreviewedWay[]> {
  const ends = await grantedEnds(needs, wish, userId);
  const doubled = await inTheWay(needs, wish, userId);
  if (doubled.length > 0) throw duplicate(wish, doubled);
  const previewed: PreviewedWay[] = [];
  try {
    for (const way of waysOf(await underPolicy(needs, wish, ends), ends))
      previewed.push({ ...way, shown: await needs.preview(way) });
    return previewed;
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
}

/** `POST /api/pairs/preview` */
export const previewPair: Handler = forUser(async (request, needs, userId) => {
  const ways = await previewOf(needs, await readBody(request, pairRequest), userId);
  return json(Object.fromEntries(ways.map(({ name, shown }) => [name, shown])));
});

/** The calendars of a wish that can be granted. @throws Problem */
async function grantedEnds(needs: ConsentNeeds, wish: PairRequest, userId: string): Promise<Ends> {
  if (wish.direction === 'one-way' && wish.targetToSource) throw noSuchDirection();
  return endsOf(needs, wish, userId);
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

/** The pairs that a wish would double: the way back of a two-way pair counts like any other. */
async function inTheWay({ stores }: ConsentNeeds, wish: PairRequest, userId: string): Promise<Pair[]> {
  const taken = ({ sourceCalendarId: from, targetCalendarId: into }: Route) =>
    (from === wish.source && into === wish.target) ||
    (wish.direction === 'two-way' && from === wish.target && into === wish.source);
  return (await stores.pairs.ofUser(userId)).filter(({ routes }) => routes.some(taken));
}

/** Says which of them it is. */
function duplicate(wish: PairRequest, pairs: readonly Pair[]): Problem {
  const problem = (title: string, action: string) => new Problem(409, 'duplicate-pair', title, action);
  if (pairs.some(({ removing }) => removing)) {
    return problem('A pair of these two calendars is just being removed.', 'Try again when it is gone.');
  }
  if (pairs.some(({ direction }) => direction === 'two-way')) {
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
