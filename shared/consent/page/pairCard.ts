import type { Calendar } from '../../stores/stores.ts';
import type { PairView } from '../api/pairView.ts';
import { optionFields } from './optionFields.ts';
import { html, type Markup } from './template.ts';

const statusWords: Readonly<Record<PairView['status'], string>> = {
  starting: 'first sync',
  active: 'in step',
  paused: 'paused',
  reconnect: 'reconnect needed',
  stopped: 'stopped',
};

function calendarName(calendar: Calendar | undefined): Markup {
  if (!calendar) return html`<em>a calendar that is gone</em>`;
  const dot =
    calendar.color &&
    html`<svg class="dot" viewBox="0 0 2 2" aria-hidden="true"><circle cx="1" cy="1" r="1" fill="${calendar.color}"/></svg>`;
  return html`${dot || undefined} ${calendar.name} <small>${calendar.ownerEmail}</small>`;
}

/** One pair: where it stands, what is the matter, and what can be done. */
export function pairCard(pair: PairView, calendars: ReadonlyMap<string, Calendar>): Markup {
  const address = `/api/pairs/${pair.id}`;
  const removing = pair.problem?.code === 'removing';
  const [source, target] = [calendarName(calendars.get(pair.source)), calendarName(calendars.get(pair.target))];
  return html`<article class="card" id="pair-${pair.id}">
<h3>${source} ${pair.direction === 'two-way' ? '↔' : '→'} ${target}</h3>
${standing(pair)}
${
  !removing &&
  html`<details><summary>Options</summary><form data-method="PATCH" action="${address}">
${
  pair.targetToSource
    ? [
        optionFields('sourceToTarget', html`What a copy tells in ${target}`, pair.sourceToTarget),
        optionFields('targetToSource', html`What a copy tells in ${source}`, pair.targetToSource),
      ]
    : optionFields('sourceToTarget', html`What a copy tells`, pair.sourceToTarget)
}<output role="alert"></output><button>Save and rewrite the copies</button></form></details>
<details><summary>Remove</summary>${removalForm(address, 'Remove this pair')}</details>`
}
</article>`;
}

/** The part that changes by itself. */
function standing(pair: PairView): Markup {
  const { done, total } = pair.progress;
  const address = `/api/pairs/${pair.id}`;
  const removing = pair.problem?.code === 'removing';
  const heldByUser = pair.status === 'paused' && pair.problem?.code !== 'mass-deletion';
  const busy = pair.status === 'starting' || removing;
  return html`<div data-live="pair-${pair.id}" ${busy && html`data-busy`}>
<p class="row"><span class="badge ${pair.status}">${statusWords[pair.status]}</span>
<span>${pair.counts.copies} ${pair.counts.copies === 1 ? 'copy' : 'copies'}</span>
${pair.lastSyncedAt !== undefined && html`<small>synced <time datetime="${pair.lastSyncedAt}">${pair.lastSyncedAt}</time></small>`}</p>
${busy && total > 0 && html`<progress value="${done}" max="${total}">${done} of ${total}</progress>`}
${pair.problem && html`<div class="problem"><p>${pair.problem.message}</p>${remedy(pair)}</div>`}
${
  !removing &&
  html`<div class="row">
${heldByUser ? button(`${address}/resume`, 'Resume') : button(`${address}/pause`, 'Pause')}
${button(`${address}/verify`, 'Check every copy')}
</div>`
}
</div>`;
}

function remedy(pair: PairView): Markup | undefined {
  switch (pair.problem?.action) {
    case 'confirm-deletions':
      return button(`/api/pairs/${pair.id}/confirm-deletions`, 'Yes, delete these copies');
    case 'resume':
      return button(`/api/pairs/${pair.id}/resume`, 'Go on');
    case 'reconnect':
      return html`<p>Use “Connect again” at the account above.</p>`;
    default:
      return undefined;
  }
}

function button(address: string, text: string): Markup {
  return html`<form action="${address}"><button>${text}</button><output role="alert"></output></form>`;
}

/** Asks whether the copies go or stay. */
export function removalForm(address: string, text: string): Markup {
  return html`<form data-method="DELETE" action="${address}">
<label class="check"><input type="radio" name="copies" value="remove" required> <span>delete every copy that Hetk made</span></label>
<label class="check"><input type="radio" name="copies" value="keep"> <span>leave the copies where they are</span></label>
<output role="alert"></output><button>${text}</button></form>`;
}
