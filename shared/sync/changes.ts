import type { ChangesMessage } from '../platform/queues.ts';
import { followCopies } from './copiesRound.ts';
import type { SyncNeeds } from './needs.ts';
import { pollAccount } from './pollAccount.ts';
import { pullChanges } from './round.ts';

/** Everything that a person waits for: each kind of message to its work. */
export async function doChanges(needs: SyncNeeds, message: ChangesMessage): Promise<void> {
  switch (message.kind) {
    case 'pull':
      await pullChanges(needs, message);
      return;
    case 'copies':
      return followCopies(needs, message);
    case 'poll':
      return pollAccount(needs, message);
  }
}
