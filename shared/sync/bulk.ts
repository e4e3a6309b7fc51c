import type { BulkMessage } from '../platform/queues.ts';
import type { SyncNeeds } from './needs.ts';
import { removeAccount, removePair, removeUser } from './removal.ts';
import { fullRound } from './round.ts';
import { subscribe } from './subscribe.ts';

/** Everything that may take long or wait: each kind of message to its work. */
export function doBulk(needs: SyncNeeds, message: BulkMessage): Promise<void> {
  switch (message.kind) {
    case 'full':
      return fullRound(needs, message);
    case 'subscribe':
      return subscribe(needs, message);
    case 'remove-pair':
      return removePair(needs, message);
    case 'remove-account':
      return removeAccount(needs, message);
    case 'remove-user':
      return removeUser(needs, message);
  }
}
