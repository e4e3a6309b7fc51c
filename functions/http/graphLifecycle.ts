import { app } from '@azure/functions';
import { receiveGraphPush } from './graphPush.ts';

app.post('graphLifecycle', { route: 'webhooks/graph/lifecycle', handler: receiveGraphPush });
