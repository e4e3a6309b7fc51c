import type { Answer } from '../answer.ts';
import { htmlDocument, htmlHeaders } from './document.ts';
import { html } from './template.ts';

/** What an administrator sees first who was sent the address: what is asked, what it means, and only then the way to Microsoft. */
export function approvalPage(): Answer {
  const main = html`<section class="message">
<h1>Approve Hetk for your organisation</h1>
<p>Somebody in your organisation wants to keep their calendars in step with Hetk. Your organisation lets people connect their calendar only
to what an administrator has approved, so they sent you here. You approve once, for everybody.</p>
<h2>What you approve</h2>
<ul>
<li>One permission: <code>Calendars.ReadWrite</code>, delegated. Hetk can reach the calendar of a person who signs in here and agrees, and nobody
else’s. It gets no access of its own to any mailbox.</li>
<li>Besides that what every sign-in asks for: <code>openid</code>, <code>email</code>, <code>profile</code>, <code>offline_access</code>.</li>
<li>No mail, no contacts, no files, no directory.</li>
</ul>
<h2>What you can do later</h2>
<ul>
<li>Take it back at any time: Microsoft Entra admin center, Enterprise applications, Hetk, Properties, Delete. From then on Hetk reaches nothing.</li>
<li>Allow it for some people only: there under Properties switch on “Assignment required”, and assign them.</li>
<li>Have copies say only “Busy”, whatever your people choose, by <a href="/policy">a record in your domain’s DNS</a>.</li>
</ul>
<p class="row"><a class="button main" href="/connect/microsoft/admin">Go on to Microsoft and approve</a> <a class="button" href="/admins">What else an administrator wants to know</a></p>
<p>Microsoft asks you to sign in as an administrator who may grant consent, and shows the same permissions again.</p>
</section>`;
  return { status: 200, headers: htmlHeaders, body: htmlDocument('Approve Hetk', main) };
}
