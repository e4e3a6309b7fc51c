import { app } from '@azure/functions';
import { bulkMessage } from '../../shared/platform/queues.ts';
import { doBulk } from '../../shared/sync/bulk.ts';
import { hetk } from '../hetk.ts';

app.storageQueue('bulk', {
  queueName: 'bulk',
  connection: 'AzureWebJobsStorage',
  handler: async (entry) => doBulk(await hetk(), bulkMessage.parse(entry)),
});
