import { calendarsOf } from './api/calendars.ts';
import { accountsOf } from './api/me.ts';
import { pairViewsOf } from './api/pairView.ts';
import { removalsOf } from './api/removal.ts';
import { forPeople } from './guard.ts';
import type { ConsentNeeds, Handler } from './needs.ts';
import { htmlDocument, htmlHeaders, script } from './page/document.ts';
import { homePage } from './page/homePage.ts';
import { answerSignedIn, type Shown } from './page/signedIn.ts';
import { startPage } from './page/startPage.ts';
import { readSession } from './session.ts';

/** `GET /`: the page, for whoever is signed in or not. */
export const getPage: Handler = forPeople(async (request, needs) => {
  const done = request.query.get('done') ?? undefined;
  const session = await readSession(request, needs);
  if (session) return answerSignedIn(needs, session, await home(needs, session.userId, done));
  const body = htmlDocument('Hetk: your calendars, always in step', startPage(needs, done));
  return { status: 200, headers: htmlHeaders, body };
});

async function home(needs: ConsentNeeds, userId: string, done: string | undefined): Promise<Shown> {
  const [accounts, calendars, pairs, removals] = await Promise.all([
    accountsOf(needs, userId),
    calendarsOf(needs, userId),
    pairViewsOf(needs, userId),
    removalsOf(needs, userId),
  ]);
  const main = homePage(needs, { accounts, calendars, pairs, removals, done });
  return { title: 'Your calendars – Hetk', main, here: '/' };
}

/** `GET /page.js`: the address that pages name carries a digest of the content. */
export const getScript: Handler = forPeople(async () => ({
  status: 200,
  headers: { 'content-type': script.type, 'cache-control': 'public, max-age=31536000, immutable' },
  body: script.text,
}));
