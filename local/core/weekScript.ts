/** What the week view does in the browser: asks for changes once a second, and opens the editor. */
export const weekScript = String.raw`
const base = location.pathname.replace(/\/$/, '');
const { calendar, week } = document.body.dataset;
const $ = (id) => document.getElementById(id);
const form = document.querySelector('form');
const field = (name) => form.elements.namedItem(name);
const query = (more) => '?' + new URLSearchParams({ calendar, ...more });
let revision = '';
let open;

$('calendar').onchange = (e) => location.search = new URLSearchParams({ calendar: e.target.value, week });

async function refresh() {
  try {
    const answer = await (await fetch(base + '/state' + query({ week, revision }))).json();
    if (answer.grid !== undefined) {
      const focused = document.activeElement?.dataset?.event;
      $('week').innerHTML = answer.grid;
      if (focused) [...document.querySelectorAll('.event')].find((b) => JSON.parse(b.dataset.event).id === JSON.parse(focused).id)?.focus();
      if (revision) $('said').textContent = 'The calendar changed.';
    }
    revision = answer.revision ?? revision;
  } catch { /* The service is restarting; the next second will tell. */ }
}
setInterval(refresh, 1000);
refresh();

function inputs(allDay) {
  for (const name of ['start', 'end']) {
    const value = field(name).value;
    field(name).type = allDay ? 'date' : 'datetime-local';
    if (value) field(name).value = allDay ? value.slice(0, 10) : value.length === 10 ? value + (name === 'start' ? 'T09:00' : 'T10:00') : value;
  }
}
const shifted = (date, days) => new Date(Date.parse(date.slice(0, 10) + 'T00:00Z') + days * 864e5).toISOString().slice(0, 10);

function times(start, end, allDay) {
  inputs(allDay);
  field('start').value = allDay ? start.slice(0, 10) : start.slice(0, 16);
  field('end').value = allDay ? shifted(end, -1) : end.slice(0, 16);
}

function edit(event) {
  open = event;
  form.reset();
  $('wrong').textContent = '';
  $('editor-title').textContent = event.id ? 'Event' : 'New event';
  for (const name of ['title', 'location', 'description', 'zone', 'showAs', 'sensitivity', 'recurrence']) field(name).value = event[name] ?? '';
  field('showAs').value ||= 'busy';
  field('sensitivity').value ||= 'normal';
  field('allDay').checked = event.allDay;
  times(event.start, event.end, event.allDay);
  $('extent').hidden = event.originalStart === undefined;
  field('recurrence').disabled = event.originalStart !== undefined;
  $('delete').hidden = !event.id;
  $('editor').showModal();
}

field('allDay').onchange = (e) => inputs(e.target.checked);
$('extent').onchange = () => {
  const all = field('extent').value === 'all';
  field('recurrence').disabled = !all;
  times(all ? open.seriesStart : open.start, all ? open.seriesEnd : open.end, open.allDay);
};
$('cancel').onclick = () => $('editor').close();

async function send(method, body) {
  const one = open.originalStart !== undefined && field('extent').value === 'one';
  const path = open.id ? '/events/' + encodeURIComponent(open.id) : '/events';
  const answer = await fetch(base + path + query(one ? { originalStart: open.originalStart } : {}),
    { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (answer.ok) { $('editor').close(); refresh(); }
  else $('wrong').textContent = (await answer.json().catch(() => ({}))).error ?? 'That did not work.';
}

form.onsubmit = (e) => {
  e.preventDefault();
  const allDay = field('allDay').checked;
  const one = open.originalStart !== undefined && field('extent').value === 'one';
  const body = { allDay, start: field('start').value, end: allDay ? shifted(field('end').value, 1) : field('end').value };
  const before = one || open.originalStart === undefined ? open : { ...open, start: open.seriesStart, end: open.seriesEnd };
  const same = open.id && allDay === open.allDay && before.start.startsWith(body.start) && before.end.startsWith(body.end);
  const edited = same ? {} : body;
  for (const name of ['title', 'location', 'description', 'showAs', 'sensitivity', 'zone']) {
    const value = field(name).value;
    if (value !== (open[name] ?? '') && (name !== 'zone' || value)) edited[name] = value;
    if (name === 'description' && name in edited) edited.descriptionType = 'text';
  }
  const rule = field('recurrence').value.trim().replace(/^RRULE:/i, '');
  if (!one && rule !== (open.recurrence ?? '')) edited.recurrence = rule || null;
  send(open.id ? 'PATCH' : 'POST', edited);
};
$('delete').onclick = () => send('DELETE');

const blank = (date, minutes) => {
  const at = (m) => date + 'T' + String(Math.floor(m / 60)).padStart(2, '0') + ':' + String(m % 60).padStart(2, '0');
  edit({ start: at(minutes), end: at(Math.min(minutes + 60, 1439)), allDay: false });
};
$('week').onclick = (e) => {
  const event = e.target.closest('[data-event]');
  const add = e.target.closest('[data-add]');
  if (event) edit(JSON.parse(event.dataset.event));
  else if (add) blank(add.dataset.add, 540);
};
$('week').ondblclick = (e) => {
  const day = e.target.closest('[data-day]');
  if (!day || e.target.closest('[data-event]')) return;
  const box = day.getBoundingClientRect();
  blank(day.dataset.day, Math.floor(((e.clientY - box.top) / box.height) * 48) * 30);
};
`;
