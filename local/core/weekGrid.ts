import { html } from 'hono/html';
import { plainFromRich, richFromHtml } from '../../shared/calendar/text.ts';
import { wallFromInstant } from '../../shared/calendar/timeZones.ts';
import { DAY_MS } from '../../shared/calendar/window.ts';
import type { SimCalendar, SimInstance } from './core.ts';

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const dayMinutes = 24 * 60;

/** A stretch of an instance on one day; minutes from midnight. */
interface Block {
  readonly instance: SimInstance;
  readonly from: number;
  readonly to: number;
}

/**
 * Seven days side by side.
 * @param monday `YYYY-MM-DD`
 * @param now wall-clock time in the calendar's zone
 */
export function weekGrid(calendar: SimCalendar, monday: string, instances: readonly SimInstance[], now: string) {
  const days = dayNames.map((name, index) => ({
    name,
    date: new Date(Date.parse(`${monday}Z`) + index * DAY_MS).toISOString().slice(0, 10),
  }));
  return html`<div class="grid">
    <div class="hours" aria-hidden="true"><div class="head"></div><div class="allday">all day</div>
      <div class="track">${Array.from({ length: 23 }, (_, hour) => html`<span style="top:${((hour + 1) / 24) * 100}%">${String(hour + 1).padStart(2, '0')}</span>`)}</div></div>
    ${days.map(({ name, date }) => {
      const allDay = instances.filter(
        ({ fields }) => fields.time.allDay && fields.time.start <= date && fields.time.end > date,
      );
      const blocks = laid(instances.flatMap((instance) => blockOn(instance, date, calendar.zone) ?? []));
      return html`<section aria-label="${name}, ${date}" class="${date === now.slice(0, 10) ? 'today' : ''}">
        <div class="head"><h2>${name.slice(0, 3)} <b>${Number(date.slice(8))}</b></h2>
          <button class="add" data-add="${date}" aria-label="Add an event on ${name}, ${date}">+</button></div>
        <div class="allday">${allDay.map((instance) => eventButton(calendar, instance, ''))}</div>
        <div class="track" data-day="${date}">
          ${date === now.slice(0, 10) ? html`<i class="now" style="top:${(minutes(now) / dayMinutes) * 100}%"></i>` : ''}
          ${blocks.map(({ block, lane, lanes }) => {
            const height = Math.max(block.to - block.from, 25);
            const box = `top:${(block.from / dayMinutes) * 100}%;height:${(height / dayMinutes) * 100}%;left:${(lane / lanes) * 100}%;width:${100 / lanes}%`;
            return eventButton(calendar, block.instance, box);
          })}
        </div></section>`;
    })}</div>`;
}

function minutes(wall: string): number {
  return Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));
}

function blockOn(instance: SimInstance, date: string, zone: string): Block | undefined {
  if (instance.fields.time.allDay) return undefined;
  const [start, end] = [wallFromInstant(instance.startMs, zone), wallFromInstant(instance.endMs, zone)];
  if (start.slice(0, 10) > date || end.slice(0, 10) < date) return undefined;
  const from = start.slice(0, 10) === date ? minutes(start) : 0;
  const to = end.slice(0, 10) === date ? minutes(end) : dayMinutes;
  return to === 0 && start.slice(0, 10) < date ? undefined : { instance, from, to };
}

/** Puts blocks that overlap beside each other. */
function laid(blocks: readonly Block[]): { block: Block; lane: number; lanes: number }[] {
  const placed: { block: Block; lane: number; group: { lanes: number } }[] = [];
  let ends: number[] = [];
  let group = { lanes: 0 };
  for (const block of [...blocks].sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (ends.every((end) => end <= block.from)) [ends, group] = [[], { lanes: 0 }];
    const free = ends.findIndex((end) => end <= block.from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = Math.max(block.to, block.from + 25);
    group.lanes = Math.max(group.lanes, lane + 1);
    placed.push({ block, lane, group });
  }
  return placed.map(({ block, lane, group: { lanes } }) => ({ block, lane, lanes }));
}

function eventButton(
  calendar: SimCalendar,
  { event, fields, originalStart, startMs, endMs, exception }: SimInstance,
  box: string,
) {
  const { time } = fields;
  const clock = time.allDay
    ? ''
    : `${wallFromInstant(startMs, calendar.zone).slice(11, 16)}–${wallFromInstant(endMs, calendar.zone).slice(11, 16)}`;
  // Whatever the service keeps for the sync beside the event's own fields.
  const copy = /hetk/i.test(JSON.stringify(fields.extra));
  const hints = [
    copy ? 'copy' : '',
    fields.sensitivity === 'normal' ? '' : fields.sensitivity,
    fields.showAs === 'busy' ? '' : fields.showAs,
    originalStart === undefined ? '' : exception ? 'changed occurrence' : 'series',
    fields.attendees.length > 0 ? 'meeting' : '',
    fields.cancelled ? 'cancelled' : '',
  ].filter((hint) => hint !== '');
  const short = !time.allDay && endMs - startMs < 45 * 60_000;
  const editable = {
    id: event.id,
    originalStart,
    title: fields.title,
    description:
      fields.descriptionType === 'html' ? plainFromRich(richFromHtml(fields.description)) : fields.description,
    location: fields.location,
    start: time.start,
    end: time.end,
    seriesStart: event.time.start,
    seriesEnd: event.time.end,
    allDay: time.allDay,
    zone: time.zone,
    showAs: fields.showAs,
    sensitivity: fields.sensitivity,
    recurrence: event.recurrence ?? '',
  };
  return html`<button class="event ${fields.showAs} ${short ? 'short' : ''} ${copy ? 'copy' : ''} ${fields.cancelled ? 'cancelled' : ''}" style="${box}"
    data-event="${JSON.stringify(editable)}"><strong>${fields.title || '(no title)'}</strong>
    <span>${clock}</span>${fields.location ? html` <span>${fields.location}</span>` : ''}
    ${hints.map((hint) => html`<em>${hint}</em> `)}</button>`;
}
