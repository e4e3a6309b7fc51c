import { app } from '@azure/functions';
import { bulkMessage } from '../../shared/platform/queues.ts';
import { doBulk } from '../../shared/sync/bulk.ts';
import { work } from '../../shared/sync/work.ts';
import { hetk } from '../hetk.ts';

app.storageQueue('bulk', {
  queueName: 'bulk',
  connection: 'AzureWebJobsStorage',
  handler: async (entry) => {
    const needs = await hetk();
    await work(needs, 'bulk', entry, bulkMessage.parse, (message) => doBulk(needs, message));
  },
});
