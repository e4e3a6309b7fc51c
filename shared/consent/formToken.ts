import { timingSafeEqual } from 'node:crypto';
import { hmac } from '../platform/hmac.ts';
import type { Key } from '../platform/keyring.ts';
import type { Answer, ConsentRequest } from './answer.ts';
import type { ConsentNeeds } from './needs.ts';
import { Problem } from './problem.ts';
import { readSession } from './session.ts';

/**
 * What a form of ours carries and no form of another site can: a keyed hash of who is signed in. It is put into every form of every page here, in one
 * place, so that none can be forgotten, and it stays the same while key and person do, so that a page does not change by being rendered again. Whoever is
 * not signed in needs none: there is nothing of theirs to borrow. Requests of the API need none: what they send as JSON, or by PATCH and DELETE, no
 * other site's page can send.
 */
const field = 'token';
const postForm = /<form\b[^>]*\bmethod="post"[^>]*>/g;

/** The answer with the token in each of its forms. */
export async function withFormTokens(answer: Answer, request: ConsentRequest, needs: ConsentNeeds): Promise<Answer> {
  const { body, headers } = answer;
  if (!body || !headers?.['content-type']?.startsWith('text/html') || body.search(postForm) < 0) return answer;
  const session = await readSession(request, needs);
  if (!session) return answer;
  const token = tokenBy(needs.keyring.newest('session'), session.userId);
  return { ...answer, body: body.replace(postForm, `$&<input type="hidden" name="${field}" value="${token}">`) };
}

/** Takes the token out of a form's fields. @throws Problem 403 `stale-form` for one that was not made by a page of ours for whoever sends it */
export async function takeFormToken(
  request: ConsentRequest,
  needs: ConsentNeeds,
  fields: URLSearchParams,
): Promise<void> {
  const given = fields.get(field) ?? '';
  fields.delete(field);
  const session = await readSession(request, needs);
  if (!session) return;
  const key = needs.keyring.find('session', given.split('.')[0] ?? '');
  if (key && same(tokenBy(key, session.userId), given)) return;
  throw new Problem(
    403,
    'stale-form',
    'This form was not made for you by this page, or is from before you signed in. Nothing was changed.',
    'Go back, load the page anew, and send the form again.',
  );
}

function tokenBy(key: Key, userId: string): string {
  return `${key.id}.${hmac(key, `form\0${userId}`).toString('base64url')}`;
}

function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
