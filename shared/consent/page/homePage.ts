import type { Calendar } from '../../stores/stores.ts';
import type { AccountView } from '../api/me.ts';
import type { PairView } from '../api/pairView.ts';
import type { RemovalView } from '../api/removalView.ts';
import type { ConsentNeeds } from '../needs.ts';
import { accountCard } from './accountCard.ts';
import { wayLabel } from './calendarLabel.ts';
import { notice, removalForm } from './forms.ts';
import { progressBar, statusBadge, syncedAt } from './pairStanding.ts';
import { removalList } from './removalPage.ts';
import { connectLinks } from './startPage.ts';
import { html, type Markup } from './template.ts';
import { counted } from './words.ts';

export interface Home {
  readonly accounts: readonly AccountView[];
  readonly calendars: readonly Calendar[];
  readonly pairs: readonly PairView[];
  readonly removals: readonly RemovalView[];
  /** What the person just did, as `notice` knows it. */
  readonly done?: string | undefined;
}

/** What somebody sees who is signed in: their pairs, their accounts with every calendar, and the way out. */
export function homePage(needs: ConsentNeeds, { accounts, calendars, pairs, removals, done }: Home): Markup {
  const byId = new Map(calendars.map((calendar) => [calendar.id, calendar]));
  const canPair = calendars.length > 1 && calendars.some(({ writable }) => writable);
  return html`${notice(done)}<div class="head row apart"><h1>Your calendars</h1>
${canPair && html`<a class="button main" href="/new-pair">New pair</a>`}</div>
<section class="stack" aria-labelledby="pairs"><h2 id="pairs">Pairs</h2>
<div class="stack" data-live="pairs">${pairs.length > 0 ? html`<div class="cards">${pairs.map((pair) => pairCard(pair, byId))}</div>` : noPairs(canPair)}
${removals.length > 0 && html`<div class="soft small">${removalList(removals)}</div>`}</div></section>
<section class="stack" aria-labelledby="accounts"><h2 id="accounts">Accounts</h2>
<div class="cards three">${accounts.map((account) => accountCard(account, ofAccount(calendars, account)))}
<div class="card stack across"><h3>Connect another account</h3><div class="row">${connectLinks(needs, 'Connect')}</div></div></div></section>
<section class="stack" aria-labelledby="leave"><h2 id="leave">Leaving</h2>
<details><summary>Remove me and everything of mine</summary><div class="card stack">
<p>All pairs end, all accounts are disconnected, and no row about you is left. You are signed out at once; the rest takes a few minutes.</p>
${removalForm('/me/remove', 'Remove everything of mine')}</div></details></section>`;
}

const ofAccount = (calendars: readonly Calendar[], { id }: AccountView) =>
  calendars.filter(({ accountId }) => accountId === id);

function noPairs(canPair: boolean): Markup {
  return canPair
    ? html`<p class="soft">No pairs yet. Make the first one: you see what it would write before anything is written.</p>`
    : html`<p class="soft">No pairs yet. A pair needs two calendars, one of which Hetk can write to: connect a second account below.</p>`;
}

/** One pair in short; its own page has the rest. */
function pairCard(pair: PairView, calendars: ReadonlyMap<string, Calendar>): Markup {
  return html`<article class="card stack" id="pair-${pair.id}">
<h3><a id="open-${pair.id}" href="/pairs/${pair.id}">${wayLabel(calendars.get(pair.source), calendars.get(pair.target), pair.direction)}</a></h3>
<p class="row">${statusBadge(pair)} <span>${counted(pair.counts.copies, 'copy', 'copies')}</span> ${syncedAt(pair)}</p>
${progressBar(pair)}
${pair.problem && html`<p class="note problem">${pair.problem.message}</p>`}
</article>`;
}
