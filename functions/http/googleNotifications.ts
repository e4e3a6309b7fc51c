import { app } from '@azure/functions';
import { googlePush } from '../../shared/sync/notifications.ts';
import { hetk } from '../hetk.ts';

app.post('googleNotifications', {
  route: 'webhooks/google',
  handler: async ({ headers }) => {
    const { status } = await googlePush(
      await hetk(),
      headers.get('x-goog-channel-token'),
      headers.get('x-goog-resource-state'),
    );
    return { status };
  },
});
