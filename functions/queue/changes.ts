import { app } from '@azure/functions';
import { changesMessage } from '../../shared/platform/queues.ts';
import { doChanges } from '../../shared/sync/changes.ts';
import { hetk } from '../hetk.ts';

app.storageQueue('changes', {
  queueName: 'changes',
  connection: 'AzureWebJobsStorage',
  handler: async (entry) => doChanges(await hetk(), changesMessage.parse(entry)),
});
