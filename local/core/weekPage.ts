import { html, raw } from 'hono/html';
import { DAY_MS } from '../../shared/calendar/window.ts';
import type { SimCalendar, SimPerson } from './core.ts';
import type { weekGrid } from './weekGrid.ts';
import { weekScript } from './weekScript.ts';
import { weekStyle } from './weekStyle.ts';

interface WeekPage {
  readonly service: string;
  readonly people: readonly { readonly person: SimPerson; readonly calendars: readonly SimCalendar[] }[];
  readonly calendar: SimCalendar;
  /** `YYYY-MM-DD` */
  readonly monday: string;
  readonly grid: ReturnType<typeof weekGrid>;
}

/** The whole page around a week's grid. */
export function weekPage({ service, people, calendar, monday, grid }: WeekPage) {
  const week = (shift: number) => new Date(Date.parse(`${monday}Z`) + shift * 7 * DAY_MS).toISOString().slice(0, 10);
  const link = (shift: number) => `?calendar=${encodeURIComponent(calendar.id)}&week=${week(shift)}`;
  const option = (value: string, text: string) => html`<option value="${value}">${text}</option>`;
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${calendar.name} – simulated ${service}</title><style>${raw(weekStyle)}</style></head>
    <body style="--accent:${calendar.color}" data-calendar="${calendar.id}" data-week="${monday}">
    <header><h1>Simulated ${service}</h1>
      <label>Calendar <select id="calendar">${people.map(
        ({ person, calendars }) =>
          html`<optgroup label="${person.name} (${person.email})">${calendars.map(
            (each) =>
              html`<option value="${each.id}" ${each.id === calendar.id ? 'selected' : ''}>${person.name}: ${each.name}</option>`,
          )}</optgroup>`,
      )}</select></label>
      <nav aria-label="Weeks"><a href="${link(-1)}" rel="prev">← Previous week</a>
        <a href="?calendar=${encodeURIComponent(calendar.id)}">This week</a><a href="${link(1)}" rel="next">Next week →</a></nav>
      <p><b>${monday}</b> – ${new Date(Date.parse(`${week(1)}Z`) - DAY_MS).toISOString().slice(0, 10)} <small>${calendar.zone}</small></p></header>
    <main id="week">${grid}</main><p id="said" role="status" aria-live="polite"></p>
    <dialog id="editor" aria-labelledby="editor-title"><form method="dialog"><h2 id="editor-title">Event</h2>
      <label>Title <input name="title" maxlength="255" autocomplete="off"></label>
      <label class="check"><input type="checkbox" name="allDay"> All day</label>
      <div class="pair"><label>From <input name="start" type="datetime-local" required></label>
        <label>To <input name="end" type="datetime-local" required></label></div>
      <label>Time zone <input name="zone" autocomplete="off"></label>
      <label>Location <input name="location" autocomplete="off"></label>
      <label>Description <textarea name="description" rows="3"></textarea></label>
      <div class="pair"><label>Show as <select name="showAs">${[
        ['busy', 'Busy'],
        ['free', 'Free'],
        ['tentative', 'Tentative'],
        ['oof', 'Away'],
        ['workingElsewhere', 'Working elsewhere'],
      ].map(([value = '', text = '']) => option(value, text))}</select></label>
      <label>Sensitivity <select name="sensitivity">${[
        ['normal', 'Normal'],
        ['personal', 'Personal'],
        ['private', 'Private'],
        ['confidential', 'Confidential'],
      ].map(([value = '', text = '']) => option(value, text))}</select></label></div>
      <label>Repeats (RRULE, empty for never) <input name="recurrence" placeholder="FREQ=WEEKLY;COUNT=10" autocomplete="off"></label>
      <fieldset id="extent"><legend>This is part of a series. Change</legend>
        <label class="check"><input type="radio" name="extent" value="one" checked> only this occurrence</label>
        <label class="check"><input type="radio" name="extent" value="all"> the whole series</label></fieldset>
      <p id="wrong" role="alert"></p>
      <p class="buttons"><button type="button" id="delete" class="danger">Delete</button>
        <button type="button" id="cancel">Cancel</button><button type="submit" class="main">Save</button></p></form></dialog>
    <script>${raw(weekScript)}</script></body></html>`;
}
