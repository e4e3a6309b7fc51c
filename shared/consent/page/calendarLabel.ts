import type { Calendar } from '../../stores/stores.ts';
import { html, type Markup } from './template.ts';

/** What a label tells of a calendar. */
export type Named = Pick<Calendar, 'name' | 'ownerEmail' | 'color'>;

/** A calendar's own colour. */
export function dot(color: string | undefined): Markup {
  const fill = color ? html`fill="${color}"` : html`fill="none" stroke="currentColor"`;
  return html`<svg class="dot" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="5.5" ${fill}/></svg>`;
}

/** A calendar by colour, name and whose it is. */
export function calendarLabel(calendar: Named | undefined): Markup {
  if (!calendar) return html`<em>a calendar that is gone</em>`;
  return html`<span class="end">${dot(calendar.color)} <span>${calendar.name}</span> <small>${calendar.ownerEmail}</small></span>`;
}

/** A calendar by colour and name, where it is clear whose it is. */
export function calendarName(calendar: Named | undefined): Markup {
  return calendar
    ? html`<span class="end">${dot(calendar.color)} <span>${calendar.name}</span></span>`
    : html`<em>a calendar that is gone</em>`;
}

/** From which calendar to which; the sign is read aloud as a word. */
export function wayLabel(
  source: Named | undefined,
  target: Named | undefined,
  direction: 'one-way' | 'two-way',
): Markup {
  const [sign, word] = direction === 'two-way' ? ['↔', 'in step with'] : ['→', 'into'];
  return html`<span class="way">${calendarLabel(source)} <span class="arrow" role="img" aria-label="${word}">${sign}</span> ${calendarLabel(target)}</span>`;
}
