import { app } from '@azure/functions';
import { pollDue } from '../../shared/sync/due.ts';
import { hetk } from '../hetk.ts';

/** Every minute: calendars whose fallback poll is due. */
app.timer('poll', {
  schedule: '15 * * * * *',
  handler: async () => {
    await pollDue(await hetk());
  },
});
