import type { Answer } from '../answer.ts';
import type { Problem } from '../problem.ts';
import { htmlDocument, htmlHeaders } from './document.ts';
import { problemNote } from './forms.ts';
import { html, type Markup } from './template.ts';

interface Filled {
  readonly appleId?: string;
  /** The account that is connected again; its Apple ID cannot be another. */
  readonly account?: string;
}

/** Asks for Apple ID and app-specific password. Never filled in with a password, and sent in a body also where no script runs. */
export function icloudForm({ appleId, account }: Filled): Markup {
  const fixed = account !== undefined;
  return html`<form class="stack" method="post" action="/connect/icloud">
${fixed && html`<input type="hidden" name="account" value="${account}">`}
<div class="two">
<label class="field">Apple ID <input type="text" name="appleId" inputmode="email" autocomplete="email" autocapitalize="none" spellcheck="false" maxlength="254" required value="${appleId}" ${fixed && html`readonly`}></label>
<label class="field">App-specific password <input type="password" name="password" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="256" required placeholder="xxxx-xxxx-xxxx-xxxx"></label>
</div>
<details><summary>How to make an app-specific password</summary>
<ol><li>Open <a href="https://account.apple.com/account/manage" target="_blank" rel="noreferrer">account.apple.com</a> and sign in. Two-factor
authentication must be on for your Apple Account.</li>
<li>Choose Sign-In and Security, then App-Specific Passwords.</li>
<li>Make one, call it “Hetk”, and copy it into this form.</li></ol></details>
<p class="row"><button class="main">${fixed ? 'Connect again' : 'Connect iCloud'}</button> <span role="status" data-wait="Asking Apple."></span></p>
</form>`;
}

/** The form on a page of its own. */
export function icloudPage({ problem, ...filled }: Filled & { readonly problem?: Problem }): Answer {
  const main = html`<div class="head stack"><h1>Connect iCloud</h1>
<p class="lead">Apple has no sign-in page for programs like Hetk. You make a password for Hetk alone instead, which you can take back at any time
without changing anything else. Hetk checks it once, keeps it encrypted, and uses it for your calendars only.</p></div>
<div class="card stack">
${problem && problemNote(problem)}
${icloudForm(filled)}
</div>
<p><a href="/">Back</a></p>`;
  return { status: problem?.status ?? 200, headers: htmlHeaders, body: htmlDocument('Connect iCloud – Hetk', main) };
}
