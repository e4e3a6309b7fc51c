import { app } from '@azure/functions';
import { sweepAbandoned } from '../../shared/sync/due.ts';
import { hetk } from '../hetk.ts';

/** Every minute: calendars whose worker died. */
app.timer('sweep', {
  schedule: '5 * * * * *',
  handler: async () => {
    await sweepAbandoned(await hetk());
  },
});
