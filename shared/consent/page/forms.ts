import { html, type Markup } from './template.ts';

/** A button that is a form: it works without any script, and changes nothing by being followed as a link. */
export function buttonForm(
  address: string,
  text: string,
  kind: 'main' | 'danger' | '' = '',
  id = address.split('/').at(-1) ?? '',
): Markup {
  return html`<form method="post" action="${address}"><button id="${id}" ${kind && html`class="${kind}"`}>${text}</button></form>`;
}

/** Asks whether the copies go or stay. */
export function removalForm(address: string, text: string): Markup {
  return html`<form class="tight" method="post" action="${address}"><fieldset><legend>What about the copies?</legend>
<label class="check"><input type="radio" name="copies" value="remove" required> <span>Delete every copy that Hetk wrote
<small>Then the calendars are looked through until none is left.</small></span></label>
<label class="check"><input type="radio" name="copies" value="keep"> <span>Leave the copies where they are
<small>They become ordinary events, and Hetk knows nothing of them any more.</small></span></label></fieldset>
<button class="danger">${text}</button></form>`;
}

/** Something went well. Nothing for a word that this page does not know. */
export function notice(done: string | undefined): Markup | undefined {
  const text = done === undefined ? undefined : notices.get(done);
  return text === undefined ? undefined : html`<p class="note" role="status" data-notice>${text}</p>`;
}

const notices: ReadonlyMap<string, string> = new Map([
  ['started', 'The pair is made. Its first copies are being written.'],
  ['pause', 'Paused. Nothing is copied and nothing is deleted until you choose “Resume”.'],
  ['resume', 'It goes on, and catches up with what happened meanwhile.'],
  ['verify', 'Every copy is being compared with its original; what differs is repaired.'],
  ['confirm-deletions', 'Confirmed. The copies are being deleted.'],
  ['options', 'Saved. The copies are being rewritten.'],
  ['refresh', 'The list of calendars is fresh.'],
  ['signed-out', 'You are signed out of this browser. Your pairs go on.'],
]);

/** What is the matter, and what to do. */
export function problemNote(problem: { readonly message: string; readonly action?: string }, more?: Markup): Markup {
  return html`<div class="note problem" role="alert"><p>${problem.message} ${problem.action}</p>${more}</div>`;
}
