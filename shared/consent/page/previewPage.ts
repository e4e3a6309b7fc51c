import type { EventContent } from '../../calendar/event.ts';
import { plainFromRich } from '../../calendar/text.ts';
import type { Window } from '../../calendar/window.ts';
import type { RouteOptions } from '../../stores/stores.ts';
import type { RoutePreview } from '../needs.ts';
import { calendarLabel, type Named, wayLabel } from './calendarLabel.ts';
import { steps } from './newPairPage.ts';
import { fieldsOf, type PairWish } from './pairWish.ts';
import { html, type Markup } from './template.ts';
import { date, duration } from './times.ts';
import { counted, skippedWords } from './words.ts';

/** What one direction would write. */
export interface WayPreview {
  readonly source: Named;
  readonly target: Named;
  readonly options: RouteOptions;
  readonly shown: RoutePreview;
  /** The copies say only “Busy” although nobody chose that. */
  readonly demanded: boolean;
}

export interface PairPreview {
  readonly wish: PairWish;
  readonly direction: 'one-way' | 'two-way';
  readonly window: Window;
  /** The way there, and in a two-way pair the way back. */
  readonly ways: readonly WayPreview[];
}

/** What a pair would write, and the button that starts it. */
export function previewPage({ wish, direction, window, ways }: PairPreview): Markup {
  const [first] = ways;
  const again = `/new-pair?${fieldsOf(wish)}`;
  const hidden = [...fieldsOf(wish)].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<div class="head stack">${steps(1)}<h1>What would be written</h1>
<p class="lead">${wayLabel(first?.source, first?.target, direction)}</p>
<p class="soft">Nothing was written so far. What is synced reaches from ${date(window.start)} to ${date(window.end - 1)}, and moves on every day.</p></div>
<div class="${ways.length > 1 ? 'split even' : ''}">${ways.map(wayCard)}</div>
<form class="row" method="post" action="/pairs">${hidden}<button class="main">Start</button>
<a class="button" href="${again}">Change something</a> <span role="status" data-wait="Making the pair."></span></form>`;
}

function wayCard({ target, options, shown, demanded }: WayPreview): Markup {
  const left = Object.entries(shown.skipped).filter(([, count]) => count > 0);
  return html`<section class="card stack"><div><p class="big">${shown.copies.toLocaleString('en-GB')}</p>
<h2>${shown.copies === 1 ? 'copy' : 'copies'} would be written into ${calendarLabel(target)}</h2></div>
<p class="soft">${counted(shown.originals, 'event is', 'events are')} in the source in that time.${options.markPrivate && html` Each copy says only “Busy”${demanded && ', because the domain of the source demands it'}.`}</p>
${
  left.length > 0 &&
  html`<div class="tight"><h3>Left out</h3><ul class="tight">${left.map(
    ([reason, count]) => html`<li>${count.toLocaleString('en-GB')} ${skippedWords(reason, count)}</li>`,
  )}</ul></div>`
}
${shown.examples.length > 0 ? examples(shown, target) : emptyWords(shown)}</section>`;
}

function emptyWords({ copies }: RoutePreview): Markup {
  return copies > 0
    ? html`<p class="soft">All of them lie in the past, so there is no coming one to show.</p>`
    : html`<p class="soft">There is nothing to copy now. Events that are added later get their copies.</p>`;
}

/** The next copies, as they would look on the other side. */
function examples({ examples: next }: RoutePreview, target: Named): Markup {
  return html`<div class="stack"><h3>${next.length === 1 ? 'The next one' : `The next ${next.length}`}, as they will look there</h3>
<div class="events">${next.map((copy) => exampleCard(copy, target))}</div></div>`;
}

const states: Readonly<Record<EventContent['showAs'], string>> = {
  free: 'free',
  tentative: 'tentative',
  busy: 'busy',
  oof: 'out of office',
  workingElsewhere: 'working elsewhere',
};

/** So much of a description is shown, characters. */
const MOST = 160;

function exampleCard({ title, description, location, span, showAs, sensitivity }: EventContent, target: Named): Markup {
  const text = plainFromRich(description);
  return html`<article class="event"><svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true"><rect width="1" height="1" fill="${target.color ?? '#888'}"/></svg>
<div><p><strong>${title || 'Without a title'}</strong></p><p>${duration(span)}</p>
${location && html`<p class="soft">${location}</p>`}${text && html`<p class="soft small">${text.length > MOST ? `${text.slice(0, MOST)}…` : text}</p>`}
<p class="row"><span class="tag">${states[showAs]}</span>${sensitivity !== 'normal' && html`<span class="tag">${sensitivity}</span>`}</p></div></article>`;
}
