import type { Calendar, RouteOptions } from '../../stores/stores.ts';
import type { PairView } from '../api/pairView.ts';
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
  return html`<article class="card" id="pair-${pair.id}">
<h3>${calendarName(calendars.get(pair.source))} → ${calendarName(calendars.get(pair.target))}</h3>
${standing(pair)}
${
  !removing &&
  html`<details><summary>Options</summary><form data-method="PATCH" action="${address}">
${optionFields(pair.sourceToTarget)}<output role="alert"></output><button>Save and rewrite the copies</button></form></details>
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

/** The options of the way from source to target. */
export function optionFields(options: RouteOptions): Markup {
  const box = (name: keyof RouteOptions, text: string) =>
    html`<label class="check"><input type="checkbox" name="sourceToTarget.${name}" ${options[name] === true && html`checked`}> <span>${text}</span></label>`;
  const showAs = [
    ['keep', 'as the original'],
    ['busy', 'always busy'],
    ['free', 'always free'],
    ['tentative', 'always tentative'],
    ['oof', 'always out of office'],
  ] as const;
  return html`<fieldset><legend>What a copy tells</legend>
${box('markPrivate', 'Only that I am busy: no title, no text, marked private')}
${box('skipFree', 'Leave out events that are shown as free')}
${box('transformIdentity', 'In the list of attendees, write my address of the other account')}
<label>Shown as <select name="sourceToTarget.showAs">${showAs.map(
    ([value, text]) => html`<option value="${value}" ${options.showAs === value && html`selected`}>${text}</option>`,
  )}</select></label></fieldset>`;
}

/** Asks whether the copies go or stay. */
export function removalForm(address: string, text: string): Markup {
  return html`<form data-method="DELETE" action="${address}">
<label class="check"><input type="radio" name="copies" value="remove" required> <span>delete every copy that Hetk made</span></label>
<label class="check"><input type="radio" name="copies" value="keep"> <span>leave the copies where they are</span></label>
<output role="alert"></output><button>${text}</button></form>`;
}
