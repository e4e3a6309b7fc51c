import type { Calendar, ProviderId } from '../../stores/stores.ts';
import type { AccountView } from '../api/me.ts';
import { dot } from './calendarLabel.ts';
import { buttonForm, removalForm } from './forms.ts';
import { icloudForm } from './icloudForm.ts';
import { html, type Markup } from './template.ts';
import { providerNames } from './words.ts';

/** One account: what is the matter with it, its calendars, and what can be done. */
export function accountCard(account: AccountView, calendars: readonly Calendar[]): Markup {
  const { id, provider, email, status, policy } = account;
  const address = `/accounts/${id}`;
  const fetching = provider === 'icloud' ? 'Look for changes and new calendars' : 'Look for new calendars';
  return html`<article class="card stack">
<div class="row apart"><div><h3>${email}</h3><small>${providerName(provider)}</small></div>
${status === 'removing' && html`<span class="badge stopped">being removed</span>`}
${status === 'reconnect' && html`<span class="badge reconnect">reconnect needed</span>`}</div>
${status === 'reconnect' && reconnection(account)}
${policy === 'private' && html`<p class="note small">${email.split('@').at(-1)} demands that copies of these events say only “Busy”. <a href="/policy">What that is</a></p>`}
${status !== 'removing' && calendarList(calendars)}
${
  status !== 'removing' &&
  html`<div class="row">${status === 'active' && buttonForm(`${address}/refresh`, fetching, '', `refresh-${id}`)}</div>
<details><summary>Disconnect this account</summary><div class="stack"><p>Its pairs end, its credentials are deleted, and where the service
offers it the grant is taken back.</p>${removalForm(`${address}/remove`, 'Disconnect')}</div></details>`
}
</article>`;
}

export function providerName(provider: string): string {
  return new Map<string, string>(Object.entries(providerNames)).get(provider) ?? provider;
}

/** In their own colours; what Hetk cannot use or only read is grey, and says why. */
function calendarList(calendars: readonly Calendar[]): Markup {
  if (calendars.length === 0) {
    return html`<p class="soft">No calendars could be read from this account yet. Look again in a minute.</p>`;
  }
  const item = ({ name, color, primary, writable, reason }: Calendar) =>
    html`<li ${!writable && html`class="off"`}>${dot(color)}<span>${name} ${primary && html`<span class="tag">main</span>`}
${!writable && html`<small>${reason ?? 'Hetk may read this calendar, not write to it.'}</small>`}</span></li>`;
  return html`<ul class="calendars">${calendars.map(item)}</ul>`;
}

function reconnection({ id, provider, email }: AccountView): Markup {
  if (provider === 'icloud') {
    return html`<div class="note problem"><p>This account needs a new app-specific password: Apple no longer accepts the one that Hetk has. All of
them end when the password of the Apple Account is changed. Nothing was deleted.</p>${icloudForm({ account: id, appleId: email })}</div>`;
  }
  return html`<div class="note problem"><p>${providerName(provider)} no longer lets Hetk in. Nothing was deleted.</p>
<p>${reconnectLink({ id, provider })}</p></div>`;
}

/** The one way to mend a lost grant. */
export function reconnectLink({
  id,
  provider,
}: {
  readonly id: string;
  readonly provider: ProviderId | string;
}): Markup {
  return html`<a class="button main" href="/connect/${provider}?account=${id}">Connect again</a>`;
}
