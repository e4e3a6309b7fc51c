import type { Calendar } from '../../stores/stores.ts';
import type { DirectedEntry } from '../api/history.ts';
import type { AccountView } from '../api/me.ts';
import type { PairProblem } from '../api/pairStatus.ts';
import type { PairView } from '../api/pairView.ts';
import { reconnectLink } from './accountCard.ts';
import { calendarLabel, wayLabel } from './calendarLabel.ts';
import { buttonForm, notice, removalForm } from './forms.ts';
import { historySection } from './historySection.ts';
import { optionFields } from './optionFields.ts';
import { isBusy, isRemoving, progressBar, statusBadge } from './pairStanding.ts';
import { html, type Markup } from './template.ts';
import { dayOf, moment } from './times.ts';
import { statusSentences } from './words.ts';

export interface PairOnPage {
  readonly pair: PairView;
  /** By id; also those that are gone: a pair still names them. */
  readonly calendars: ReadonlyMap<string, Calendar>;
  readonly accounts: readonly AccountView[];
  readonly history: readonly DirectedEntry[];
  /** What the person just did, as `notice` knows it. */
  readonly done?: string | undefined;
}

/** A pair at its own address: where it stands, what was written, and everything that can be done with it. */
export function pairPage(shown: PairOnPage): Markup {
  const { pair, calendars, history, done } = shown;
  const [source, target] = [calendars.get(pair.source), calendars.get(pair.target)];
  return html`${notice(done)}<div class="head"><h1>${wayLabel(source, target, pair.direction)}</h1></div>
<div class="split">
<div class="stack">
<section class="card stack" aria-label="Where it stands" data-live="standing">${standing(shown)}</section>
${historySection(pair, calendars, history)}
</div>
${
  !isRemoving(pair) &&
  html`<div class="stack">
<section class="card stack" aria-labelledby="options"><h2 id="options">Options</h2>${optionsForm(shown, source, target)}</section>
<section class="card stack" aria-labelledby="remove"><h2 id="remove">Remove</h2>
<p class="soft">The pair ends. Its originals are never touched.</p>${removalForm(`/pairs/${pair.id}/remove`, 'Remove this pair')}</section></div>`
}
</div>`;
}

/** The part that changes by itself. */
function standing(shown: PairOnPage): Markup {
  const { pair } = shown;
  const removing = isRemoving(pair);
  return html`<div class="row apart"><p role="status">${statusBadge(pair)}</p></div>
${!pair.problem && html`<p class="soft">${statusSentences[pair.status]}</p>`}
${progressBar(pair)}
${isBusy(pair) && html`<noscript><p class="soft small">Without JavaScript this does not move by itself: <a href="/pairs/${pair.id}">look again</a>.</p></noscript>`}
${pair.problems.map((problem) => html`<div class="note problem"><p>${problem.message}</p>${remedy(problem, shown)}</div>`)}
<dl class="figures"><div><dt>Copies</dt><dd>${pair.counts.copies.toLocaleString('en-GB')}</dd></div>
<div><dt>Last synced</dt><dd>${pair.lastSyncedAt === undefined ? 'not yet' : moment(pair.lastSyncedAt)}</dd></div>
<div><dt>Since</dt><dd>${dayOf(pair.createdAt)}</dd></div></dl>
${!removing && actions(pair)}`;
}

function actions(pair: PairView): Markup {
  const address = `/pairs/${pair.id}`;
  const heldByUser = pair.status === 'paused' && pair.problem?.code !== 'mass-deletion';
  return html`<div class="row">${heldByUser ? buttonForm(`${address}/resume`, 'Resume', 'main') : buttonForm(`${address}/pause`, 'Pause')}
${buttonForm(`${address}/verify`, 'Check every copy')}</div>`;
}

/** What a person can do about a problem: one thing, or nothing where Hetk goes on by itself. */
function remedy({ code, action, accountId }: PairProblem, { pair, accounts }: PairOnPage): Markup | undefined {
  const address = `/pairs/${pair.id}`;
  switch (action) {
    case 'confirm-deletions':
      return html`<p>If the originals are meant to be gone, confirm it. If not, bring them back in their calendar, and nothing is lost.</p>
${buttonForm(`${address}/confirm-deletions`, 'Yes, delete these copies', 'danger')}`;
    case 'resume':
      return buttonForm(`${address}/resume`, 'Go on', 'main');
    case 'reconnect': {
      const waiting = accounts.find(({ id }) => id === accountId);
      return waiting && html`<p>${reconnectLink(waiting)}</p>`;
    }
    default:
      return hopeless.has(code) ? html`<p><a class="button" href="#remove">Remove this pair</a></p>` : undefined;
  }
}

/** Problems that nothing but the end of the pair mends. */
const hopeless = new Set(['calendar-gone', 'source-gone', 'target-gone']);

function optionsForm(
  { pair, accounts }: PairOnPage,
  source: Calendar | undefined,
  target: Calendar | undefined,
): Markup {
  const demands = (calendar: Calendar | undefined) =>
    accounts.some(({ id, policy }) => id === calendar?.accountId && policy === 'private');
  const ways = pair.targetToSource
    ? [
        optionFields(
          'sourceToTarget',
          html`What the copies tell in ${calendarLabel(target)}`,
          pair.sourceToTarget,
          demands(source),
        ),
        optionFields(
          'targetToSource',
          html`What the copies tell in ${calendarLabel(source)}`,
          pair.targetToSource,
          demands(target),
        ),
      ]
    : optionFields('sourceToTarget', html`What the copies tell`, pair.sourceToTarget, demands(source));
  return html`<form class="stack" method="post" action="/pairs/${pair.id}/options">${ways}
<button>Save and rewrite the copies</button></form>`;
}
