import { z } from 'zod';
import { GraphError } from './errors.ts';

const item = z.strictObject({
  id: z.string().min(1),
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).default([]),
});
const envelope = z.strictObject({ requests: z.array(item).min(1) });

type Item = z.infer<typeof item>;
interface Answer {
  readonly id: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const most = 20;
/** Graph sends the items of one batch to a mailbox this many at a time. */
const atOnce = 4;

/**
 * Runs a `$batch`: items in any order, each judged by itself.
 * @param run carries out one request, authorized like the envelope
 * @throws GraphError 400 for an envelope that is no batch
 * @see https://learn.microsoft.com/en-us/graph/json-batching
 */
export async function runBatch(
  json: unknown,
  origin: string,
  authorization: string,
  run: (request: Request) => Promise<Response>,
): Promise<{ readonly answers: Answer[]; readonly size: number }> {
  const parsed = envelope.safeParse(json);
  if (!parsed.success) throw new GraphError(400, 'BadRequest', 'Invalid batch payload format.');
  const { requests } = parsed.data;
  if (requests.length > most) {
    throw new GraphError(
      400,
      'MaximumValueExceeded',
      `Number of batch request steps exceeds the maximum value of ${most}.`,
    );
  }
  const ids = new Set(requests.map(({ id }) => id.toLowerCase()));
  if (ids.size < requests.length) throw new GraphError(400, 'BadRequest', 'Request ids need to be unique in a batch.');
  const known = requests.flatMap(({ dependsOn }) => dependsOn).every((id) => ids.has(id.toLowerCase()));
  if (!known) throw new GraphError(400, 'BadRequest', 'A dependsOn names a request that is not in the batch.');

  const answers = new Map<string, Answer>();
  const waiting = [...requests];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ dependsOn }) => dependsOn.every((id) => answers.has(id))).slice(0, atOnce);
    if (ready.length === 0) throw new GraphError(400, 'BadRequest', 'The dependsOn of a batch go in a circle.');
    for (const each of ready) waiting.splice(waiting.indexOf(each), 1);
    const done = await Promise.all(ready.map((each) => answerOf(each, answers)));
    for (const answer of done) answers.set(answer.id, answer);
  }
  // The order of answers is nobody's business.
  return { answers: [...answers.values()].reverse(), size: requests.length };

  async function answerOf(each: Item, before: ReadonlyMap<string, Answer>): Promise<Answer> {
    const { id, method, url, headers, body, dependsOn } = each;
    const failed = dependsOn.some((other) => (before.get(other)?.status ?? 500) >= 400);
    if (failed) return { id, status: 424, body: errorBody('FailedDependency', 'A request it depends on failed.') };
    if (!/^\/?(?!v1\.0\/|beta\/|https?:)/i.test(url) || /^\/?(v1\.0|beta)\//i.test(url)) {
      return { id, status: 400, body: errorBody('BadRequest', "Resource not found for the segment 'v1.0'.") };
    }
    const typed = Object.entries(headers).some(
      ([name, value]) => name.toLowerCase() === 'content-type' && value.toLowerCase().startsWith('application/json'),
    );
    if (body !== undefined && !typed) {
      return { id, status: 400, body: errorBody('BadRequest', 'A request with a body needs a Content-Type.') };
    }
    const request = new Request(`${origin}/v1.0/${url.replace(/^\//, '')}`, {
      method,
      headers: { ...headers, authorization },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return partOf(id, await run(request));
  }
}

function errorBody(code: string, message: string) {
  return { error: { code, message } };
}

async function partOf(id: string, response: Response): Promise<Answer> {
  const text = await response.text();
  const headers = Object.fromEntries(
    [...response.headers].map(([name, value]) => [
      name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      value,
    ]),
  );
  const json = response.headers.get('content-type')?.includes('json');
  return { id, status: response.status, headers, ...(text === '' ? {} : { body: json ? JSON.parse(text) : text }) };
}
