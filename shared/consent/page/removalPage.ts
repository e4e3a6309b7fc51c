import { ownRemoval } from '../api/removal.ts';
import type { RemovalView } from '../api/removalView.ts';
import { forPeople } from '../guard.ts';
import { readSession } from '../session.ts';
import { htmlDocument, htmlHeaders } from './document.ts';
import { html, type Markup } from './template.ts';
import { moment } from './times.ts';

/** `GET /removals/{id}`: how far a removal is, and at its end the proof. */
export const getRemovalPage = forPeople(async (request, needs) => {
  const removal = await ownRemoval(request, needs);
  const signedIn = (await readSession(request, needs)) !== undefined;
  const main = html`<div class="head"><h1>Removal of ${subjects[removal.kind]}</h1></div>
<section class="card stack" aria-label="How it goes" data-live="removal">${standing(removal)}</section>
<p><a class="button" href="/">${signedIn ? 'To your calendars' : 'To the start page'}</a></p>`;
  return { status: 200, headers: htmlHeaders, body: htmlDocument('Removal – Hetk', main, { signedIn }) };
});

const subjects: Readonly<Record<RemovalView['kind'], string>> = {
  pair: 'a pair',
  account: 'an account',
  user: 'everything of yours',
};

/** The part that changes by itself. */
function standing(removal: RemovalView): Markup {
  return removal.status === 'running'
    ? running(removal)
    : html`<p role="status"><span class="badge active">Done</span></p>${proof(removal)}`;
}

function running({ id, copies, progress: { done, total } }: RemovalView): Markup {
  const words = `${done} of ${total} copies deleted`;
  return html`<p role="status"><span class="badge starting" data-busy>Under way</span></p>
${
  copies === 'remove' && total > 0
    ? html`<div><progress value="${done}" max="${total}" aria-label="Removal">${words}</progress><small>${words}</small></div>`
    : html`<p class="soft">Tidying up. The copies ${copies === 'keep' ? 'stay where they are' : 'are looked for'}.</p>`
}
<p class="soft small">You can close this page: it goes on by itself. The calendars are looked through twice before anything counts as gone.</p>
<noscript><p class="soft small">Without JavaScript this does not move by itself: <a href="/removals/${id}">look again</a>.</p></noscript>`;
}

function proof({ kind, copies, progress, copiesLeft, checkedAt, unreached, doneAt }: RemovalView): Markup {
  const rest = kind === 'user' ? html`<p class="soft">No row about you is left here.</p>` : undefined;
  const at = moment(checkedAt ?? doneAt ?? '');
  if (copies === 'keep')
    return html`<p class="proof">The copies stayed where they are</p><p>As you chose. They are ordinary events now.</p>${rest}`;
  if (unreached || copiesLeft === undefined) {
    return html`<p class="proof">Not proven</p><div class="note problem"><p>A calendar could not be reached any more, so copies may be left there. Look for them in
that calendar and delete them by hand.</p></div>${rest}`;
  }
  return html`<p class="proof">${copiesLeft} ${copiesLeft === 1 ? 'copy' : 'copies'} left, checked at ${at}</p>
<p>${progress.total === 0 ? 'There was nothing to delete.' : `There were ${progress.total}. Then the calendars were looked through, and they showed none any more.`}</p>${rest}`;
}

/** Removals in short, those of the last week. */
export function removalList(removals: readonly RemovalView[]): Markup {
  const line = ({ id, kind, status, copiesLeft, askedAt }: RemovalView) =>
    html`<li><a id="removal-${id}" href="/removals/${id}">Removal of ${kind === 'pair' ? 'a pair' : 'an account'}</a>, asked for ${moment(askedAt)}:
${status === 'running' ? html`<span data-busy>under way</span>` : copiesLeft === undefined ? 'done' : `done, ${copiesLeft} copies left`}</li>`;
  return html`<ul>${removals.map(line)}</ul>`;
}
