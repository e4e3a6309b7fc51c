import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { graphPush, LARGEST_BODY } from '../../shared/sync/notifications.ts';
import { hetk } from '../hetk.ts';
import { readBody } from './readBody.ts';

/** Graph's two addresses answer alike: it validates both, and may send either kind of item to either. */
export async function receiveGraphPush(request: HttpRequest): Promise<HttpResponseInit> {
  const body = await readBody(request, LARGEST_BODY);
  const { status, text } = await graphPush(await hetk(), body, request.query.get('validationToken'));
  if (text === undefined) return { status };
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return { status, body: text, headers };
}
