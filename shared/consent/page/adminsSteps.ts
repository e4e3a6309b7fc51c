import type { Installation } from './installation.ts';
import { html, type Markup } from './template.ts';

/** What an administrator does: letting Hetk in, and taking that back. */

export function approving({ publicUrl, microsoftClientId, googleClientId, icloud }: Installation): Markup {
  return html`
${
  microsoftClientId &&
  html`<div class="tight"><h3>Microsoft Entra</h3><ol><li>Sign in as an administrator who may grant consent:
<a href="/connect/microsoft/admin">approve it for your organisation</a>. It takes a minute.</li>
<li>To let only some people in, open Enterprise applications, this application, Properties, and require assignment.</li></ol>
<p class="small">Application id <code>${microsoftClientId}</code>. The address to send to an administrator: <code>${publicUrl}/connect/microsoft/approval</code></p></div>`
}
${
  googleClientId &&
  html`<div class="tight"><h3>Google Workspace</h3><ol><li>In the Admin console open Security, Access and data control, API controls, Manage app access.</li>
<li>Add the app by its client id and mark it as trusted, or as limited to Calendar.</li></ol>
<p class="small">Client id <code>${googleClientId}</code></p></div>`
}
${icloud && html`<div class="tight"><h3>Apple iCloud</h3><p class="small">There is nothing to approve: each person makes an app-specific password. Managed Apple Accounts cannot make one.</p></div>`}
<p class="small soft">A domain can have every copy of its people’s events say only “Busy”, by <a href="/policy">a record in its DNS</a>.</p>`;
}

export function leaving({ microsoftClientId, googleClientId, icloud }: Installation): Markup {
  return html`<div class="tight"><h3>By the person</h3><p class="small">On the page: remove a pair, disconnect an account, or remove everything. Copies go or stay as they choose; where they
go, the calendars are looked through until none is left.</p></div>
${
  microsoftClientId &&
  html`<div class="tight"><h3>Microsoft Entra</h3><p class="small">Delete the application under Enterprise applications, or revoke a person’s sessions. A person finds it at
myapps.microsoft.com.</p></div>`
}
${
  googleClientId &&
  html`<div class="tight"><h3>Google Workspace</h3><p class="small">Block the client id under API controls. A person finds it at myaccount.google.com/connections.</p></div>`
}
${icloud && html`<div class="tight"><h3>Apple iCloud</h3><p class="small">A person revokes the app-specific password at account.apple.com.</p></div>`}
<p class="small soft">When access is taken back, the pairs of that account stop and say so. Nothing is deleted, and nothing is tried again until the account is connected again.</p>`;
}
