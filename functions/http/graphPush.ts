import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { inSpan } from '../../shared/platform/trace.ts';
import { graphPush, LARGEST_BODY } from '../../shared/sync/notifications.ts';
import { hetk } from '../hetk.ts';
import { readBody } from './readBody.ts';

/** Graph's two addresses answer alike: it validates both, and may send either kind of item to either. */
export async function receiveGraphPush(request: HttpRequest): Promise<HttpResponseInit> {
  const body = await readBody(request, LARGEST_BODY);
  const needs = await hetk();
  const token = request.query.get('validationToken');
  const wish = { name: 'notification graph', kind: 'server' } as const;
  const { status, text } = await inSpan(wish, () => graphPush(needs, body, token));
  if (text === undefined) return { status };
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return { status, body: text, headers };
}
