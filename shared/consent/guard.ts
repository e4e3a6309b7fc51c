import { type Answer, BodyTooLarge, type ConsentRequest } from './answer.ts';
import { withFormTokens } from './formToken.ts';
import type { ConsentNeeds, Handler } from './needs.ts';
import { messagePage } from './page/messagePage.ts';
import { Problem, problemAnswer, signedOut, tooLarge, unexpected } from './problem.ts';
import { requireSameOrigin } from './sameOrigin.ts';
import { securityHeaders } from './securityHeaders.ts';
import { readSession } from './session.ts';

/** A handler of the API: its user is signed in, and a changing request comes from our own page. */
export type ApiHandler = (request: ConsentRequest, needs: ConsentNeeds, userId: string) => Promise<Answer>;

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** For people: problems become a page with a sentence and what to do. */
export function forPeople(handler: Handler): Handler {
  return async (request, needs) => withFormTokens(await guarded(request, needs, handler, messagePage), request, needs);
}

/** For programs: problems become `application/problem+json`. */
export function forPrograms(handler: Handler): Handler {
  return (request, needs) => guarded(request, needs, handler, problemAnswer);
}

/** For the page's own calls. */
export function forUser(handler: ApiHandler): Handler {
  return forPrograms(async (request, needs) => {
    if (changing.has(request.method)) requireSameOrigin(request, needs);
    const session = await readSession(request, needs);
    if (!session) throw signedOut();
    return handler(request, needs, session.userId);
  });
}

async function guarded(
  request: ConsentRequest,
  needs: ConsentNeeds,
  handler: Handler,
  answerProblem: (problem: Problem) => Answer,
): Promise<Answer> {
  const answer = await handler(request, needs).catch((error: unknown) => answerProblem(problemOf(error, needs)));
  return { ...answer, headers: { ...securityHeaders(needs), ...answer.headers } };
}

/** What nobody foresaw is logged by its kind only: its text may hold anything. */
function problemOf(error: unknown, needs: ConsentNeeds): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BodyTooLarge) return tooLarge();
  needs.log('consent-failed', { error: error instanceof Error ? error.name : typeof error });
  return unexpected();
}
