import type { Calendar } from '../../stores/stores.ts';
import type { AccountView } from '../api/me.ts';
import { withOptions } from '../api/pairRequest.ts';
import type { PairView } from '../api/pairView.ts';
import type { ConsentNeeds } from '../needs.ts';
import { icloudForm } from './icloudForm.ts';
import { optionFields } from './optionFields.ts';
import { pairCard, removalForm } from './pairCard.ts';
import { connectLinks } from './startPage.ts';
import { html, type Markup } from './template.ts';

export interface Home {
  readonly accounts: readonly AccountView[];
  /** Also those that are gone: pairs still name them. */
  readonly calendars: readonly Calendar[];
  readonly pairs: readonly PairView[];
}

const providerNames: Readonly<Record<string, string>> = { microsoft: 'Microsoft', google: 'Google', icloud: 'iCloud' };

/** What somebody sees who is signed in. */
export function homePage(needs: ConsentNeeds, { accounts, calendars, pairs }: Home): Markup {
  const byId = new Map(calendars.map((calendar) => [calendar.id, calendar]));
  const usable = accounts.filter(({ status }) => status === 'active');
  return html`<noscript><p class="problem">This page needs JavaScript to send your choices.</p></noscript>
<h2>Accounts</h2>
${accounts.map(accountCard)}
${connectLinks(needs, 'Connect')}
<h2>Pairs</h2>
<div data-live="pair-list">${pairs.length === 0 && html`<p class="quiet">No pairs yet. Make the first one below.</p>`}</div>
${pairs.map((pair) => pairCard(pair, byId))}
<h2>New pair</h2>
${newPairForm(
  usable,
  calendars.filter(({ goneAt }) => goneAt === undefined),
)}
<h2>You</h2>
<form data-method="DELETE" action="/api/session"><button>Sign out</button><output role="alert"></output></form>
<details><summary>Remove me and everything of mine</summary>${removalForm('/api/me', 'Remove everything')}</details>`;
}

function accountCard({ id, provider, email, status }: AccountView): Markup {
  return html`<article class="card">
<div class="row apart"><h3>${email} <small>${providerNames[provider] ?? provider}</small></h3>
${status === 'removing' && html`<span class="badge stopped">being removed</span>`}
${status === 'reconnect' && html`<span class="badge reconnect">reconnect needed</span>`}</div>
${status === 'reconnect' && reconnection({ id, provider, email })}
${status === 'active' && html`<form action="/api/accounts/${id}/refresh"><button>${provider === 'icloud' ? 'Look for changes and new calendars' : 'Look for new calendars'}</button><output role="alert"></output></form>`}
${
  status !== 'removing' &&
  html`<details><summary>Disconnect</summary>
<p>Its pairs end. What about their copies?</p>${removalForm(`/api/accounts/${id}`, 'Disconnect this account')}</details>`
}
</article>`;
}

function reconnection({ id, provider, email }: Pick<AccountView, 'id' | 'provider' | 'email'>): Markup {
  if (provider === 'icloud') {
    return html`<p class="problem">This account needs a new app-specific password: Apple no longer accepts the one that Hetk has. All of
them end when the password of the Apple Account is changed. Nothing was deleted.</p>${icloudForm({ account: id, appleId: email })}`;
  }
  return html`<p class="problem">${providerNames[provider] ?? provider} no longer lets Hetk in. Nothing was deleted.
<a class="button main" href="/connect/${provider}?account=${id}">Connect again</a></p>`;
}

const directionChoice = html`<fieldset><legend>Which way</legend>
<label class="check"><input type="radio" name="direction" value="one-way" checked> <span>One-way: the second calendar gets
copies of the events of the first. A copy that you change is put back.</span></label>
<label class="check"><input type="radio" name="direction" value="two-way"> <span>Two-way: each calendar gets copies of the
events of the other. Edit or delete an event or its copy, and the other follows. A copy that tells only that you are busy gives back
its time, its state and its deletion, nothing else. A meeting is never changed through its copy.</span></label></fieldset>`;

function newPairForm(accounts: readonly AccountView[], calendars: readonly Calendar[]): Markup {
  if (!calendars.some(({ writable }) => writable) || calendars.length < 2) {
    return html`<p class="quiet">Connect a second account first: a pair needs two calendars.</p>`;
  }
  const plain = withOptions({});
  return html`<form class="card" action="/api/pairs">
<div class="two">
<label>Copy events from ${calendarChoice('source', accounts, calendars, ({ readable }) => readable)}</label>
<label>into ${calendarChoice('target', accounts, calendars, ({ writable }) => writable)}</label>
</div>
${directionChoice}
${optionFields('sourceToTarget', html`What a copy tells`, plain)}
<div data-only-for="two-way">${optionFields('targetToSource', html`What a copy tells: way back, only for two-way`, plain)}</div>
<output role="alert"></output>
<p class="row"><button class="main">Start copying</button>
<button formaction="/api/pairs/preview" data-shows="preview">Show first what would be copied</button></p>
</form>`;
}

/** What cannot be chosen is shown all the same, with the reason. */
function calendarChoice(
  name: string,
  accounts: readonly AccountView[],
  calendars: readonly Calendar[],
  allowed: (calendar: Calendar) => boolean,
): Markup {
  const option = (calendar: Calendar) => {
    const why = !allowed(calendar) && html` – ${calendar.reason ?? 'read only'}`;
    return html`<option value="${calendar.id}" ${!allowed(calendar) && html`disabled`}>${calendar.name}${why}</option>`;
  };
  const group = ({ id, email }: AccountView) =>
    html`<optgroup label="${email}">${calendars.filter(({ accountId }) => accountId === id).map(option)}</optgroup>`;
  return html`<select name="${name}" required><option value="">choose a calendar</option>${accounts.map(group)}</select>`;
}
