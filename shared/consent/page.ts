import { calendarsOf } from './api/calendars.ts';
import { accountsOf } from './api/me.ts';
import { pairViewsOf } from './api/pairView.ts';
import { forPeople } from './guard.ts';
import type { Handler } from './needs.ts';
import { assets, htmlDocument, htmlHeaders } from './page/document.ts';
import { homePage } from './page/homePage.ts';
import { startPage } from './page/startPage.ts';
import { readSession, sessionCookie } from './session.ts';

/** `GET /`: the page, for whoever is signed in or not. */
export const getPage: Handler = forPeople(async (request, needs) => {
  const session = await readSession(request, needs);
  if (!session) {
    return { status: 200, headers: htmlHeaders, body: htmlDocument('Hetk', startPage(needs)) };
  }
  const [accounts, calendars, pairs] = await Promise.all([
    accountsOf(needs, session.userId),
    calendarsOf(needs, session.userId),
    pairViewsOf(needs, session.userId),
  ]);
  const body = htmlDocument('Hetk', homePage(needs, { accounts, calendars, pairs }));
  const cookies = session.ageing ? [await sessionCookie(needs, session.userId)] : [];
  return { status: 200, headers: htmlHeaders, body, cookies };
});

/** `GET /page.js`, `GET /page.css`: the addresses that the page names carry a digest of the content. */
function asset({ type, text }: (typeof assets)[keyof typeof assets]): Handler {
  return forPeople(async () => ({
    status: 200,
    headers: { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' },
    body: text,
  }));
}

export const getScript: Handler = asset(assets.script);
export const getStyle: Handler = asset(assets.style);
