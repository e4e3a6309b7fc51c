import type { RouteOptions } from '../../stores/stores.ts';
import { html, type Markup } from './template.ts';

const states = [
  ['keep', 'as the original is'],
  ['busy', 'always busy'],
  ['free', 'always free'],
  ['tentative', 'always tentative'],
  ['oof', 'always out of office'],
] as const;

/** The options of one direction of a pair. @param demanded the domain of the source demands that the copies say only “Busy” */
export function optionFields(
  direction: 'sourceToTarget' | 'targetToSource',
  legend: Markup,
  options: RouteOptions,
  demanded = false,
): Markup {
  const box = (name: keyof RouteOptions, text: string, more: string) =>
    html`<label class="check"><input type="checkbox" name="${direction}.${name}" ${options[name] === true && html`checked`}> <span>${text} <small>${more}</small></span></label>`;
  const busy = demanded
    ? html`<label class="check off"><input type="checkbox" checked disabled> <span>Only that I am busy <small>The domain of the source demands it. <a href="/policy">What that is</a></small></span></label>`
    : box('markPrivate', 'Only that I am busy', 'The copy says “Busy”: no title, no text, no place, marked private.');
  return html`<fieldset class="tight"><legend>${legend}</legend>
${busy}
${box('skipFree', 'Leave out free events', 'Events that do not block your time get no copy.')}
${box('transformIdentity', 'Write my other address', 'In the list of attendees, your address becomes that of the other account.')}
<label class="field">Shown as <select name="${direction}.showAs">${states.map(
    ([value, text]) => html`<option value="${value}" ${options.showAs === value && html`selected`}>${text}</option>`,
  )}</select></label></fieldset>`;
}
