import type { ConsentNeeds } from '../needs.ts';
import { notice } from './forms.ts';
import { html, type Markup } from './template.ts';

/** The ways to connect an account that this installation offers. */
export function connectLinks(
  needs: Pick<ConsentNeeds, 'microsoftIdentity' | 'googleIdentity' | 'icloudIdentity'>,
  verb: string,
  kind: 'main' | '' = '',
): Markup {
  const link = (provider: string, name: string) =>
    html`<a class="button ${kind}" href="/connect/${provider}">${verb} ${name}</a>`;
  const offered = [
    needs.microsoftIdentity && link('microsoft', 'Microsoft 365 or Outlook'),
    needs.googleIdentity && link('google', 'Google Calendar'),
    needs.icloudIdentity && link('icloud', 'Apple iCloud'),
  ].filter((each) => each !== undefined);
  if (offered.length === 0) {
    return html`<p class="note problem">This installation is not set up with any calendar service yet. Its operator has to do that.</p>`;
  }
  return html`${offered}`;
}

/** What somebody sees who is not signed in. @param done what they just did, as `notice` knows it */
export function startPage(needs: ConsentNeeds, done?: string): Markup {
  return html`${notice(done)}<div class="hero">
<div><h1>Your calendars, always in step</h1>
<p class="lead">Choose two calendars, and every event of the one has a copy in the other. Or both ways. Within seconds, and for as long as you wish.</p>
<div class="connect">${connectLinks(needs, 'Sign in with', 'main')}</div></div>
${picture}
</div>
<section class="cards even" aria-label="What you can count on">
<div class="card tight"><h2>First a look</h2><p class="soft">Before anything is written you see what will be: how many copies, which events are left out and why, and how the next ones will look.</p></div>
<div class="card tight"><h2>Only what is Hetk’s</h2><p class="soft">Hetk changes and deletes only the copies that it wrote itself. In a two-way pair also the event whose copy you change. It never invites anybody.</p></div>
<div class="card tight"><h2>Nothing kept</h2><p class="soft">No title, no text and no guest of your events is stored. Show others just “Busy” if you like.</p></div>
<div class="card tight"><h2>Gone without a trace</h2><p class="soft">Remove a pair together with its copies, and Hetk looks until none is left. If a calendar suddenly empties, it stops and asks you first.</p></div>
</section>
<p class="soft small">A sign-in sets a cookie that keeps you signed in here; nothing tracks you. Are you asked to approve Hetk for others? <a href="/admins">What an administrator wants to know</a>.</p>`;
}

/** Two weeks with the same events. */
const picture = html`<svg viewBox="0 0 480 300" aria-hidden="true">
<rect class="paper" x="8" y="8" width="220" height="232" rx="16"/><rect class="paper" x="252" y="60" width="220" height="232" rx="16"/>
<path class="rule" d="M8 52h220M63 52v188M118 52v188M173 52v188M252 104h220M307 104v188M362 104v188M417 104v188"/>
<rect class="one" x="26" y="24" width="70" height="11" rx="5.5"/><rect class="other" x="270" y="76" width="70" height="11" rx="5.5"/>
<rect class="one" x="14" y="70" width="43" height="40" rx="7"/><rect class="one" x="69" y="112" width="43" height="64" rx="7"/>
<rect class="one faint" x="124" y="82" width="43" height="30" rx="7"/><rect class="one" x="179" y="144" width="43" height="48" rx="7"/>
<rect class="other" x="258" y="122" width="43" height="40" rx="7"/><rect class="other" x="313" y="164" width="43" height="64" rx="7"/>
<rect class="other faint" x="368" y="134" width="43" height="30" rx="7"/><rect class="other" x="423" y="196" width="43" height="48" rx="7"/>
<path class="turn" d="M252 30h56a16 16 0 0 1 16 16M331 39l-7 8-7-8M228 270h-56a16 16 0 0 1-16-16M149 261l7-8 7 8"/></svg>`;
