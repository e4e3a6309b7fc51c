import type { HistoryAction, ProviderId } from '../../stores/stores.ts';
import type { PairStatus } from '../api/pairStatus.ts';

/** What the page calls what the program knows by codes. */

export const providerNames: Readonly<Record<ProviderId, string>> = {
  microsoft: 'Microsoft',
  google: 'Google',
  icloud: 'iCloud',
};

export const statusWords: Readonly<Record<PairStatus, string>> = {
  starting: 'First sync',
  active: 'In step',
  paused: 'Paused',
  reconnect: 'Reconnect needed',
  stopped: 'Stopped',
};

/** One sentence on what a status means. */
export const statusSentences: Readonly<Record<PairStatus, string>> = {
  starting: 'Hetk is writing the first copies. You can close this page: it goes on by itself.',
  active: 'Every change is carried over by itself.',
  paused: 'Nothing is copied and nothing is deleted until this goes on.',
  reconnect: 'Nothing is copied and nothing is deleted until the account is connected again.',
  stopped: 'Nothing is copied any more.',
};

/** Why a preview leaves events out, by the merge rule's reason code, for one event and for more. */
const skipped: Readonly<Record<string, readonly [string, string]>> = {
  cancelled: ['is cancelled', 'are cancelled'],
  declined: ['you declined', 'you declined'],
  'working-location': ['only says where you work', 'only say where you work'],
  birthday: ['is a birthday that Google shows by itself', 'are birthdays that Google shows by themselves'],
  'free-skipped': ['is shown as free, and you leave those out', 'are shown as free, and you leave those out'],
  'same-meeting': [
    'is a meeting that the other calendar has already',
    'are meetings that the other calendar has already',
  ],
  'is-a-copy': [
    'is a copy that Hetk wrote, and copies are not copied on',
    'are copies that Hetk wrote, and copies are not copied on',
  ],
};

export function skippedWords(reason: string, count: number): string {
  const [one, more] = skipped[reason] ?? [`is left out (${reason})`, `are left out (${reason})`];
  return count === 1 ? one : more;
}

/** What was done, for one event and for more. */
const actions: Readonly<Record<HistoryAction, readonly [string, string]>> = {
  created: ['copy written', 'copies written'],
  updated: ['copy rewritten', 'copies rewritten'],
  deleted: ['copy deleted', 'copies deleted'],
  refused: ['event refused by the calendar', 'events refused by the calendar'],
  braked: ['stop before many deletions', 'stops before many deletions'],
  dropped: ['copy let go', 'copies let go'],
  'written-back': ['original changed as its copy was', 'originals changed as their copies were'],
  'original-deleted': ['original deleted with its copy', 'originals deleted with their copies'],
  restored: ['original made anew from its copy', 'originals made anew from their copies'],
};

export function actionWords(action: HistoryAction, count: number): string {
  const [one, more] = actions[action];
  return `${count} ${count === 1 ? one : more}`;
}

/** Why, by reason code; a provider's own code of a refusal stays as it is. */
const reasons: Readonly<Record<string, string>> = {
  new: 'new in the source',
  'original-changed': 'changed in the source',
  'original-gone': 'deleted in the source',
  'time-changed': 'moved in the source',
  'changed-since-refusal': 'changed since it was refused',
  'copy-changed': 'the copy was changed, the original counts',
  'copy-put-back': 'the copy was changed in what does not flow back',
  'copy-edited': 'the copy was edited',
  'copy-deleted': 'the copy was deleted',
  'copy-deleted-by-user': 'you deleted the copy',
  'copy-became-meeting': 'people were invited to the copy',
  'edit-beats-deletion': 'edited on one side, deleted on the other',
  'meeting-kept': 'a meeting is not deleted through its copy',
  'write-back-refused': 'the source did not take the change',
  'both-gone': 'both are gone',
  aged: 'older than what is synced',
  cancelled: 'cancelled',
  declined: 'you declined it',
  'working-location': 'only a working location',
  birthday: 'a birthday',
  'free-skipped': 'shown as free, and those are left out',
  'outside-window': 'outside of what is synced',
  'same-meeting': 'the meeting is in both calendars',
  orphan: 'left over, nothing stood behind it',
  'mass-deletion': 'more than half of the copies at once',
  'pair-removed': 'the pair is removed',
};

export function reasonWords(reason: string): string {
  return reasons[reason] ?? reason;
}

/** `1 copy`, `2 copies`. */
export function counted(count: number, one: string, more: string): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : more}`;
}
