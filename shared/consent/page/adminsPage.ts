import { forPeople } from '../guard.ts';
import { readSession } from '../session.ts';
import { approving, leaving } from './adminsSteps.ts';
import { htmlDocument, htmlHeaders } from './document.ts';
import { type Installation, installationOf } from './installation.ts';
import { html, type Markup } from './template.ts';
import { counted } from './words.ts';

/** `GET /admins`: what an IT reviewer asks, answered from the settings of this very installation. */
export const getAdmins = forPeople(async (request, needs) => {
  const signedIn = (await readSession(request, needs)) !== undefined;
  const main = adminsPage(installationOf(needs));
  const body = htmlDocument('For administrators – Hetk', main, { signedIn, here: '/admins' });
  return { status: 200, headers: htmlHeaders, body };
});

function adminsPage(installation: Installation): Markup {
  return html`<div class="head stack"><h1>For administrators</h1>
<p class="lead">Hetk keeps the calendars of one person in step. This page answers for the installation at ${installation.publicUrl}, from its own settings.</p></div>
<div class="split even">
${card('asks', 'What it asks for', scopes(installation))}
${card('does', 'What it reads and writes', readsAndWrites(installation))}
</div>
${card('stores', 'What it stores, where and for how long', stored(installation))}
<div class="split even">
${card('region', 'Region and subprocessors', regions(installation))}
${card('never', 'What it never does', never)}
</div>
<div class="split even">
${card('approve', 'How to approve it', approving(installation))}
${card('revoke', 'How to take it back', leaving(installation))}
</div>`;
}

function card(id: string, title: string, content: Markup): Markup {
  return html`<section class="card stack" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

function scopes({ microsoftClientId, googleClientId, icloud }: Installation): Markup {
  const row = (scope: string, why: string) => html`<li><code>${scope}</code><small>${why}</small></li>`;
  return html`
${
  microsoftClientId &&
  html`<div class="tight"><h3>Microsoft, delegated</h3><ul class="plain">
${row('Calendars.ReadWrite', 'Read and write the calendars of the person who signs in, and of nobody else.')}
${row('offline_access', 'Go on while the person is away.')}
${row('openid', 'Know who signed in.')}${row('email', 'Show their address on the page.')}${row('profile', 'Comes with every sign-in.')}</ul>
<p class="soft small">No application permission: Hetk cannot reach a mailbox whose owner did not connect it.</p></div>`
}
${
  googleClientId &&
  html`<div class="tight"><h3>Google</h3><ul class="plain">
${row('https://www.googleapis.com/auth/calendar.calendarlist.readonly', 'List the calendars of the person.')}
${row('https://www.googleapis.com/auth/calendar.events', 'Read and write the events of their calendars.')}
${row('openid', 'Know who signed in.')}${row('email', 'Show their address on the page.')}</ul></div>`
}
${
  icloud &&
  html`<div class="tight"><h3>Apple iCloud</h3><p class="small">An app-specific password that the person makes for Hetk, because Apple has no sign-in for other
programs’ access to calendars. Such a password would open mail and contacts, too; Hetk asks only the calendar server.</p></div>`
}`;
}

function readsAndWrites({ window, pollSeconds, calls }: Installation): Markup {
  return html`<div class="tight"><h3>Read</h3><p>The list of calendars, and the events of those that the person chose, from ${counted(window.pastDays, 'day', 'days')} back to
${counted(window.futureDays, 'day', 'days')} ahead. Each service tells of changes; besides, a calendar is asked every ${minutes(pollSeconds.push)}, an
iCloud account every ${minutes(pollSeconds.icloud)}, or less often.</p></div>
<div class="tight"><h3>Written</h3><p>Copies, only into calendars that the person chose as a target: title, description, location, times, free or busy, sensitivity. Or just
“Busy”. Only its own copies are changed and deleted; in a two-way pair also the original whose copy its user edited, never a meeting with others.</p></div>
<div class="tight"><h3>Called</h3><p>Besides its own stores, its operator’s monitoring and DNS, these servers and no others: ${calls.map((host, at) => html`${at > 0 && ', '}<code>${host}</code>`)}.</p></div>`;
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? counted(seconds / 60, 'minute', 'minutes') : counted(seconds, 'second', 'seconds');
}

function stored({ places, logs }: Installation): Markup {
  const row = (what: string, where: string, long: string) =>
    html`<tr><th scope="row">${what}</th><td>${where}</td><td class="soft">${long}</td></tr>`;
  return html`<p>No title, description, location or guest of an event is stored, queued or logged. Event content passes through memory only.</p>
<table class="wide"><thead><tr><th scope="col">What</th><th scope="col">Where</th><th scope="col">How long</th></tr></thead><tbody>
${row('Addresses of accounts, names and colours of calendars, pairs with their options', places.database, 'until the account is disconnected, the pair is removed')}
${row('Refresh tokens and app-specific passwords, encrypted by Hetk (AES-256-GCM) before they are stored', places.database, 'until the account is disconnected; access tokens live in memory only')}
${row('Which copy belongs to which original, and what was written when: ids, times, keyed hashes', places.storage, 'until the pair is removed')}
${row('How a removal goes, and its proof: counts and times', places.database, 'a week after its end')}
${row('What domains demand of copies; how often a network address tried to sign in, under a keyed hash of it', places.database, 'until a domain is asked again; an hour')}
${row('Work that waits: ids and times', places.storage, 'until it is done')}
${row('Keys and client secrets', places.keys, 'until the operator rotates them')}
${row('Who is signed in', 'Encrypted cookies in the browser, to sign in and to stay signed in; no tracking', '30 days after the last visit, or until signing out')}
${row('Logs: counts, times, ids, reason codes', logs ? 'Where the operator sends what the program prints' : 'Switched off here', logs ? 'as the operator keeps logs' : 'not at all')}
</tbody></table>`;
}

function regions({ region, subprocessors }: Installation): Markup {
  return html`<dl class="stack"><div><dt class="soft small">Region of what is stored</dt><dd>${
    region ?? html`Not stated. The operator can say it with the setting <code>HETK_REGION</code>.`
  }</dd></div></dl>
<ul class="plain">${subprocessors.map(({ name, does }) => html`<li>${name}<small>${does}</small></li>`)}</ul>
<p class="soft small">No analytics, no advertising, no other company. The pages load nothing from elsewhere.</p>`;
}

const never = html`<ul>
<li>Invite anybody, or cause a service to send mail: attendees are written as text, never as attendees.</li>
<li>Copy reminders, attachments, join links, categories or colours.</li>
<li>Take silence for a deletion: an outage, a lost grant or an incomplete answer deletes nothing.</li>
<li>Delete many copies at once without asking: beyond 20 and more than half of a pair it stops, and says the numbers.</li>
<li>Touch an event that it did not write, but for what a person edits in a two-way pair.</li></ul>`;
