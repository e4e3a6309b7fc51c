import { app } from '@azure/functions';
import { verifyDue } from '../../shared/sync/due.ts';
import { hetk } from '../hetk.ts';

/** Every ten minutes: calendars whose copies have not been verified for a day. */
app.timer('verify', {
  schedule: '45 */10 * * * *',
  handler: async () => {
    await verifyDue(await hetk());
  },
});
