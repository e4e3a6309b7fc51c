import { app } from '@azure/functions';
import { slideDue } from '../../shared/sync/due.ts';
import { hetk } from '../hetk.ts';

/** Every minute: calendars whose window has not slid for a day. */
app.timer('slide', {
  schedule: '30 * * * * *',
  handler: async () => {
    await slideDue(await hetk());
  },
});
