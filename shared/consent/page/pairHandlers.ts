import { windowAround } from '../../calendar/window.ts';
import { calendarsOf } from '../api/calendars.ts';
import { previewOf } from '../api/createPair.ts';
import { historyOf } from '../api/history.ts';
import { accountsOf } from '../api/me.ts';
import { pairRequest } from '../api/pairRequest.ts';
import { ownPair } from '../api/pairs.ts';
import { pairViewOf } from '../api/pairView.ts';
import type { ConsentNeeds } from '../needs.ts';
import { Problem } from '../problem.ts';
import { pageLimit } from './historySection.ts';
import { newPairPage } from './newPairPage.ts';
import { pairPage } from './pairPage.ts';
import { type PairWish, wishOf } from './pairWish.ts';
import { previewPage } from './previewPage.ts';
import { forSignedIn } from './signedIn.ts';

/** `GET /new-pair`: the form, with what was chosen before. */
export const getNewPair = forSignedIn((request, needs, userId) => newPair(needs, userId, wishOf(request.query)));

/** `GET /new-pair/preview`: what such a pair would write. What is wrong with the choice leads back to the form, and says so. */
export const getPreview = forSignedIn(async (request, needs, userId) => {
  const chosen = wishOf(request.query);
  const wish = pairRequest.safeParse(chosen);
  if (!wish.success) return newPair(needs, userId, chosen, incomplete());
  try {
    const previewed = await previewOf(needs, wish.data, userId);
    const ways = previewed.map((way) => ({
      ...way,
      demanded: way.options.markPrivate && !wish.data[way.name]?.markPrivate,
    }));
    const { HETK_WINDOW_PAST_DAYS: past, HETK_WINDOW_FUTURE_DAYS: future } = needs.settings;
    const window = windowAround(needs.clock.now(), past, future);
    const main = previewPage({ wish: chosen, direction: wish.data.direction, window, ways });
    return { title: 'What would be written – Hetk', main, here: '/new-pair' };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return newPair(needs, userId, chosen, problem);
  }
});

/** `GET /pairs/{id}` */
export const getPairPage = forSignedIn(async (request, needs, userId) => {
  const own = await ownPair(needs, request.params.id, userId);
  const [pair, accounts, history] = await Promise.all([
    pairViewOf(needs, own),
    accountsOf(needs, userId),
    historyOf(needs, own, pageLimit),
  ]);
  const ends = await Promise.all([pair.source, pair.target].map((id) => needs.stores.calendars.find(id)));
  const calendars = new Map(ends.flatMap((calendar) => (calendar ? [[calendar.id, calendar] as const] : [])));
  const done = request.query.get('done') ?? undefined;
  const names = [pair.source, pair.target].map((id) => calendars.get(id)?.name ?? 'a calendar that is gone');
  return {
    title: `${names.join(pair.direction === 'two-way' ? ' ↔ ' : ' → ')} – Hetk`,
    main: pairPage({ pair, calendars, accounts, history, done }),
  };
});

async function newPair(needs: ConsentNeeds, userId: string, wish: PairWish, problem?: Problem) {
  const [accounts, calendars] = await Promise.all([accountsOf(needs, userId), calendarsOf(needs, userId)]);
  return {
    title: 'New pair – Hetk',
    main: newPairPage({ accounts, calendars, wish, ...(problem && { problem }) }),
    here: '/new-pair',
    ...(problem && { status: problem.status }),
  } as const;
}

function incomplete(): Problem {
  return new Problem(
    422,
    'choice-incomplete',
    'The choice is not complete.',
    'Choose a calendar on either side and a direction.',
  );
}
