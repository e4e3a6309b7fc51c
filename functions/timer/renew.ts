import { app } from '@azure/functions';
import { renewDue } from '../../shared/sync/due.ts';
import { hetk } from '../hetk.ts';

/** Every five minutes: subscriptions that end within a day. */
app.timer('renew', {
  schedule: '0 */5 * * * *',
  handler: async () => {
    await renewDue(await hetk());
  },
});
