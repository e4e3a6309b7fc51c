import { app } from '@azure/functions';
import { changesMessage } from '../../shared/platform/queues.ts';
import { doChanges } from '../../shared/sync/changes.ts';
import { work } from '../../shared/sync/work.ts';
import { hetk } from '../hetk.ts';

app.storageQueue('changes', {
  queueName: 'changes',
  connection: 'AzureWebJobsStorage',
  handler: async (entry) => {
    const needs = await hetk();
    await work(needs, 'changes', entry, changesMessage.parse, (message) => doChanges(needs, message));
  },
});
