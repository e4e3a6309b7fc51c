import type { PairView } from '../api/pairView.ts';
import { html, type Markup } from './template.ts';
import { moment } from './times.ts';
import { statusWords } from './words.ts';

/** Where a pair stands, in the pieces that its page and the list share. */

export function isRemoving(pair: PairView): boolean {
  return pair.problem?.code === 'removing';
}

/** Something is under way that a person may want to watch. */
export function isBusy(pair: PairView): boolean {
  return pair.status === 'starting' || isRemoving(pair);
}

export function statusBadge(pair: PairView): Markup {
  const words = isRemoving(pair) ? 'Being removed' : statusWords[pair.status];
  return html`<span class="badge ${pair.status}" ${isBusy(pair) && html`data-busy`}>${words}</span>`;
}

/** Of a first sync or a removal; nothing at other times, or before anything is counted. */
export function progressBar(pair: PairView): Markup | undefined {
  const { done, total } = pair.progress;
  if (!isBusy(pair) || total === 0) return undefined;
  const words = isRemoving(pair) ? `${done} of ${total} copies deleted` : `${done} of ${total} events done`;
  return html`<div><progress value="${done}" max="${total}" aria-label="${isRemoving(pair) ? 'Removal' : 'First sync'}">${words}</progress><small>${words}</small></div>`;
}

export function syncedAt(pair: PairView): Markup {
  return pair.lastSyncedAt === undefined
    ? html`<small>not synced yet</small>`
    : html`<small>synced ${moment(pair.lastSyncedAt)}</small>`;
}
