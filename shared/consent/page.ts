import { calendarsOf } from './api/calendars.ts';
import { accountsOf } from './api/me.ts';
import { pairViewsOf } from './api/pairView.ts';
import { forPeople } from './guard.ts';
import type { Handler } from './needs.ts';
import { htmlDocument, htmlHeaders, script } from './page/document.ts';
import { homePage } from './page/homePage.ts';
import { forSignedIn } from './page/signedIn.ts';
import { startPage } from './page/startPage.ts';
import { readSession } from './session.ts';

/** `GET /`: the page, for whoever is signed in or not. */
export const getPage: Handler = forPeople(async (request, needs) => {
  if (await readSession(request, needs)) return getHome(request, needs);
  const body = htmlDocument('Hetk: your calendars, always in step', startPage(needs, doneIn(request.query)));
  return { status: 200, headers: htmlHeaders, body };
});

const getHome = forSignedIn(async (request, needs, userId) => {
  const [accounts, calendars, pairs] = await Promise.all([
    accountsOf(needs, userId),
    calendarsOf(needs, userId),
    pairViewsOf(needs, userId),
  ]);
  const main = homePage(needs, { accounts, calendars, pairs, done: doneIn(request.query) });
  return { title: 'Your calendars – Hetk', main, here: '/' };
});

const doneIn = (query: URLSearchParams) => query.get('done') ?? undefined;

/** `GET /page.js`: the address that pages name carries a digest of the content. */
export const getScript: Handler = forPeople(async () => ({
  status: 200,
  headers: { 'content-type': script.type, 'cache-control': 'public, max-age=31536000, immutable' },
  body: script.text,
}));
