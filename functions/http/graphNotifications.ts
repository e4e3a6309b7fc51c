import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { graphPush, LARGEST_BODY } from '../../shared/sync/notifications.ts';
import { hetk } from '../hetk.ts';
import { readBody } from './readBody.ts';

async function receive(request: HttpRequest): Promise<HttpResponseInit> {
  const { status, text } = await graphPush(
    await hetk(),
    await readBody(request, LARGEST_BODY),
    request.query.get('validationToken'),
  );
  if (text === undefined) return { status };
  return {
    status,
    body: text,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  };
}

app.post('graphNotifications', { route: 'webhooks/graph', handler: receive });
app.post('graphLifecycle', { route: 'webhooks/graph/lifecycle', handler: receive });
