import type { RouteOptions } from '../../stores/stores.ts';
import { html, type Markup } from './template.ts';

const states = [
  ['keep', 'as the original'],
  ['busy', 'always busy'],
  ['free', 'always free'],
  ['tentative', 'always tentative'],
  ['oof', 'always out of office'],
] as const;

/** The options of one direction of a pair. */
export function optionFields(
  direction: 'sourceToTarget' | 'targetToSource',
  legend: Markup,
  options: RouteOptions,
): Markup {
  const box = (name: keyof RouteOptions, text: string) =>
    html`<label class="check"><input type="checkbox" name="${direction}.${name}" ${options[name] === true && html`checked`}> <span>${text}</span></label>`;
  return html`<fieldset><legend>${legend}</legend>
${box('markPrivate', 'Only that I am busy: no title, no text, marked private')}
${box('skipFree', 'Leave out events that are shown as free')}
${box('transformIdentity', 'In the list of attendees, write my address of the other account')}
<label>Shown as <select name="${direction}.showAs">${states.map(
    ([value, text]) => html`<option value="${value}" ${options.showAs === value && html`selected`}>${text}</option>`,
  )}</select></label></fieldset>`;
}
