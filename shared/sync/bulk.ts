import type { BulkMessage } from '../platform/queues.ts';
import type { SyncNeeds } from './needs.ts';
import { followPolicy } from './policy.ts';
import { remove } from './removal.ts';
import { fullRound } from './round.ts';
import { subscribe } from './subscribe.ts';

/** Everything that may take long or wait: each kind of message to its work. */
export function doBulk(needs: SyncNeeds, message: BulkMessage): Promise<void> {
  switch (message.kind) {
    case 'full':
      return fullRound(needs, message);
    case 'subscribe':
      return subscribe(needs, message);
    case 'policy':
      return followPolicy(needs, message.domain);
    case 'clear-route':
    case 'remove-pair':
    case 'remove-account':
    case 'remove-user':
      return remove(needs, message);
  }
}
