import type { z } from 'zod';
import type { ConsentRequest } from './answer.ts';
import { takeFormToken } from './formToken.ts';
import type { ConsentNeeds } from './needs.ts';
import { Problem } from './problem.ts';
import { requireSameOrigin } from './sameOrigin.ts';

/**
 * The body as the schema has it. JSON must be called so: a type that another site's form could send is refused.
 * @throws Problem 415, 400
 */
export async function readBody<T>(request: ConsentRequest, schema: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\s*(;|$)/i.test(request.header('content-type') ?? '')) {
    throw new Problem(415, 'not-json', 'The body is not called JSON.', 'Send content-type: application/json.');
  }
  return asSchema(parseJson(await request.body()), schema);
}

/** Is the body what a browser sends of a form without any script? */
export function isForm(request: ConsentRequest): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.header('content-type') ?? '');
}

/** The fields of a form that one of our pages made for whoever sends it. @throws Problem 403 */
export async function readFields(request: ConsentRequest, needs: ConsentNeeds): Promise<URLSearchParams> {
  requireSameOrigin(request, needs);
  const fields = new URLSearchParams(await request.body());
  await takeFormToken(request, needs, fields);
  return fields;
}

/** The same as the schema has them. @throws Problem 400, 403 */
export async function readForm<T>(request: ConsentRequest, needs: ConsentNeeds, schema: z.ZodType<T>): Promise<T> {
  return asSchema(Object.fromEntries(await readFields(request, needs)), schema);
}

function asSchema<T>(value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the body';
  throw new Problem(400, 'malformed', `The request is malformed at ${field}.`, 'Correct it and send it again.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'malformed', 'The body is not JSON.', 'Correct it and send it again.');
  }
}
