import type { ConsentNeeds } from '../needs.ts';
import { html, type Markup } from './template.ts';

/** The ways to connect an account that this installation offers. */
export function connectLinks(
  needs: Pick<ConsentNeeds, 'microsoftIdentity' | 'googleIdentity' | 'icloudIdentity'>,
  verb: string,
): Markup {
  return html`<p class="row">
${needs.microsoftIdentity && html`<a class="button main" href="/connect/microsoft">${verb} Microsoft 365 or Outlook</a>`}
${needs.googleIdentity && html`<a class="button main" href="/connect/google">${verb} Google Calendar</a>`}
${needs.icloudIdentity && html`<a class="button main" href="/connect/icloud">${verb} Apple iCloud</a>`}
</p>`;
}

/** What somebody sees who is not signed in. */
export function startPage(needs: ConsentNeeds): Markup {
  return html`<h1>Your calendars, always in step</h1>
<p>Connect two calendars, and Hetk copies the events of one into the other, or both ways: within seconds, and as long as you wish.</p>
${connectLinks(needs, 'Sign in with')}
<ul class="quiet">
<li>Hetk changes and deletes only the copies that it made; in a two-way pair also the event whose copy you change or delete.</li>
<li>It sends no invitations, and stores no text of your events.</li>
<li>You can remove a pair with all its copies at any time.</li>
</ul>`;
}
