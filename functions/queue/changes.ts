import { app } from '@azure/functions';
import { changesMessage } from '../../shared/platform/queues.ts';
import { pullChanges } from '../../shared/sync/round.ts';
import { hetk } from '../hetk.ts';

app.storageQueue('changes', {
  queueName: 'changes',
  connection: 'AzureWebJobsStorage',
  handler: async (entry) => pullChanges(await hetk(), changesMessage.parse(entry)),
});
