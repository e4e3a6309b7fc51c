import { z } from 'zod';
import type { Answer, ConsentRequest } from '../answer.ts';
import { isForm, readFields } from '../body.ts';
import { forPeople } from '../guard.ts';
import type { Handler } from '../needs.ts';
import { Problem } from '../problem.ts';
import { messagePage } from './messagePage.ts';

/** How a form of the page, sent without any script, becomes a call of the API. */
interface Road {
  /** The address of the API that does the work; everything that it refuses is refused here. */
  readonly api: Handler;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** The fields as the body that the API takes; none by default. */
  readonly body?: (fields: URLSearchParams) => unknown;
  /** The fields as the query that the API takes; none by default. */
  readonly query?: (fields: URLSearchParams) => URLSearchParams;
  /** Where the person is led when it is done: a path of this installation. */
  readonly done: (answer: Answer, request: ConsentRequest) => string;
  /** Where they are led when it is refused. */
  readonly back: (request: ConsentRequest) => { readonly href: string; readonly text: string };
}

const refused = z.object({ code: z.string(), title: z.string(), action: z.string() });

/** Answers a form: does what the API does, then leads to a page; what is refused becomes a page that says why. */
export function formRoad({ api, method, body, query, done, back }: Road): Handler {
  return forPeople(async (request, needs) => {
    if (!isForm(request)) throw new Problem(415, 'not-a-form', 'This is not what a form sends.', 'Use the page.');
    const fields = await readFields(request, needs);
    const answer = await api(
      {
        ...request,
        method,
        query: query?.(fields) ?? new URLSearchParams(),
        header: (name) => (name === 'content-type' ? 'application/json' : request.header(name)),
        body: async () => JSON.stringify(body?.(fields) ?? {}),
      },
      needs,
    );
    if (answer.status < 400) {
      const headers = { location: done(answer, request), 'cache-control': 'no-store' };
      return { status: 303, headers, ...(answer.cookies && { cookies: answer.cookies }) };
    }
    const { title, action } = refused.parse(answer.json);
    return messagePage({ status: answer.status, message: title, action, ways: { links: [back(request)] } });
  });
}
