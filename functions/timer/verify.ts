import { app } from '@azure/functions';
import { verifyDue } from '../../shared/sync/due.ts';
import { policiesDue } from '../../shared/sync/policy.ts';
import { hetk } from '../hetk.ts';

/** Every minute: calendars whose copies have not been verified for a day, and domains whose policy has not been asked for some hours. */
app.timer('verify', {
  schedule: '45 * * * * *',
  handler: async () => {
    await verifyDue(await hetk());
    await policiesDue(await hetk());
  },
});
