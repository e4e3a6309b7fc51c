import type { Calendar, HistoryAction } from '../../stores/stores.ts';
import type { DirectedEntry } from '../api/history.ts';
import type { PairView } from '../api/pairView.ts';
import { calendarName } from './calendarLabel.ts';
import { html, type Markup } from './template.ts';
import { moment } from './times.ts';
import { actionWords, reasonWords } from './words.ts';

/** So many writings are looked at; the first sync of a full calendar is among them. */
export const pageLimit = 1000;

/** What was written where and when, and why. */
export function historySection(
  pair: PairView,
  calendars: ReadonlyMap<string, Calendar>,
  entries: readonly DirectedEntry[],
): Markup {
  return html`<section class="card stack" aria-labelledby="history"><h2 id="history">What was written</h2>
<div class="stack" data-live="history">${entries.length > 0 ? table(pair, calendars, entries) : html`<p class="soft">Nothing yet.</p>`}</div>
<p class="soft small">No title and no text is kept here. <a href="/api/pairs/${pair.id}/history">The same as data, with ids</a></p></section>`;
}

/** Entries of one minute that say the same are one line. */
interface Line extends Pick<DirectedEntry, 'at' | 'action' | 'reason' | 'direction'> {
  count: number;
}

const MINUTE_MS = 60_000;
/** A page stays light. */
const MOST_LINES = 40;

function linesOf(entries: readonly DirectedEntry[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { at, action, reason, direction } of entries) {
    const key = [Math.floor(at / MINUTE_MS), action, reason, direction].join();
    const line = lines.get(key);
    if (line) line.count += 1;
    else lines.set(key, { at, action, reason, direction, count: 1 });
  }
  return [...lines.values()];
}

function table(pair: PairView, calendars: ReadonlyMap<string, Calendar>, entries: readonly DirectedEntry[]): Markup {
  const row = (line: Line) =>
    html`<tr><td class="soft small">${moment(line.at)}</td><th scope="row">${actionWords(line.action, line.count)}</th>
<td>${calendarName(calendars.get(writtenTo(pair, line)))}</td><td class="soft">${reasonWords(line.reason)}</td></tr>`;
  const lines = linesOf(entries);
  const more = lines.length > MOST_LINES || entries.length === pageLimit;
  return html`<table class="wide"><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Where</th><th scope="col">Why</th></tr></thead>
<tbody>${lines.slice(0, MOST_LINES).map(row)}</tbody></table>
${more && html`<p class="soft small">Older ones are left out here.</p>`}`;
}

/** What changes an original is written into its source. */
const intoSource: ReadonlySet<HistoryAction> = new Set(['written-back', 'original-deleted', 'restored']);

function writtenTo({ source, target }: PairView, { action, direction }: Line): string {
  return (direction === 'sourceToTarget') === intoSource.has(action) ? source : target;
}
