import type { ConsentRequest } from '../answer.ts';
import { forPeople } from '../guard.ts';
import type { ConsentNeeds, Handler } from '../needs.ts';
import { signedOut } from '../problem.ts';
import { readSession, sessionCookie } from '../session.ts';
import { type Frame, htmlDocument, htmlHeaders } from './document.ts';
import type { Markup } from './template.ts';

/** What a page shows to whoever is signed in. */
interface Shown {
  readonly title: string;
  readonly main: Markup;
  readonly here?: Frame['here'];
  /** 200 unless the page also says what is the matter. */
  readonly status?: number;
}

type Show = (request: ConsentRequest, needs: ConsentNeeds, userId: string) => Promise<Shown>;

/** A page for whoever is signed in; who is not reads that, and is led to the sign-in. An old cookie is made anew on the way. */
export function forSignedIn(show: Show): Handler {
  return forPeople(async (request, needs) => {
    const session = await readSession(request, needs);
    if (!session) throw signedOut();
    const { title, main, here, status = 200 } = await show(request, needs, session.userId);
    const cookies = session.ageing ? [await sessionCookie(needs, session.userId)] : [];
    const body = htmlDocument(title, main, { signedIn: true, ...(here && { here }) });
    return { status, headers: htmlHeaders, body, cookies };
  });
}
