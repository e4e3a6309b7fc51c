import { app } from '@azure/functions';
import { receiveGraphPush } from './graphPush.ts';

app.post('graphNotifications', { route: 'webhooks/graph', handler: receiveGraphPush });
