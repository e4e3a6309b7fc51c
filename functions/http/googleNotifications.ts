import { app } from '@azure/functions';
import { inSpan } from '../../shared/platform/trace.ts';
import { googlePush } from '../../shared/sync/notifications.ts';
import { hetk } from '../hetk.ts';

app.post('googleNotifications', {
  route: 'webhooks/google',
  handler: async ({ headers }) => {
    const needs = await hetk();
    const [token, state] = [headers.get('x-goog-channel-token'), headers.get('x-goog-resource-state')];
    const { status } = await inSpan({ name: 'notification google', kind: 'server' }, () =>
      googlePush(needs, token, state),
    );
    return { status };
  },
});
