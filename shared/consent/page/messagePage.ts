import type { Answer } from '../answer.ts';
import type { Problem } from '../problem.ts';
import { htmlDocument, htmlHeaders } from './document.ts';
import { html } from './template.ts';

/** What such a page says; a `Problem` is one. */
export type Message = Pick<Problem, 'status' | 'message' | 'action' | 'ways'>;

/** A page of its own: what is the matter, what to do, and where to go from here. */
export function messagePage({ status, message, action, ways }: Message): Answer {
  const links = ways.links ?? [{ href: '/', text: 'Go to the start page' }];
  const main = html`<div class="head stack">
<h1>${message}</h1>
<p class="lead">${action}</p>
${ways.share !== undefined && html`<p><code class="share">${ways.share}</code></p>`}
<p class="row">${links.map(({ href, text }) => html`<a class="button" href="${href}">${text}</a> `)}</p>
</div>`;
  return { status, headers: htmlHeaders, body: htmlDocument('Hetk', main) };
}
