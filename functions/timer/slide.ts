import { app } from '@azure/functions';
import { slideDue } from '../../shared/sync/due.ts';
import { hetk } from '../hetk.ts';

/** Every ten minutes: calendars whose window has not slid for a day. */
app.timer('slide', {
  schedule: '30 */10 * * * *',
  handler: async () => {
    await slideDue(await hetk());
  },
});
