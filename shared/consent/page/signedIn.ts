import type { Answer, ConsentRequest } from '../answer.ts';
import { forPeople } from '../guard.ts';
import type { ConsentNeeds, Handler } from '../needs.ts';
import { signedOut } from '../problem.ts';
import { readSession, type Session, sessionCookie } from '../session.ts';
import { type Frame, htmlDocument, htmlHeaders } from './document.ts';
import type { Markup } from './template.ts';

/** What a page shows to whoever is signed in. */
export interface Shown {
  readonly title: string;
  readonly main: Markup;
  readonly here?: Frame['here'];
  /** 200 unless the page also says what is the matter. */
  readonly status?: number;
}

type Show = (request: ConsentRequest, needs: ConsentNeeds, userId: string) => Promise<Shown>;

/** A page for whoever is signed in; who is not reads that, and is led to the sign-in. */
export function forSignedIn(show: Show): Handler {
  return forPeople(async (request, needs) => {
    const session = await readSession(request, needs);
    if (!session) throw signedOut();
    return answerSignedIn(needs, session, await show(request, needs, session.userId));
  });
}

/** Such a page as an answer; an old cookie is made anew on the way. */
export async function answerSignedIn(
  needs: ConsentNeeds,
  { userId, ageing }: Session,
  { title, main, here, status = 200 }: Shown,
): Promise<Answer> {
  const body = htmlDocument(title, main, { signedIn: true, ...(here && { here }) });
  return { status, headers: htmlHeaders, body, cookies: ageing ? [await sessionCookie(needs, userId)] : [] };
}
