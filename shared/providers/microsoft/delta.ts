import type { Window } from '../../calendar/window.ts';
import type { Log } from '../../platform/log.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef, Change, RoundEnd, RoundStart } from '../provider.ts';
import { calendarPath, windowQuery } from './addresses.ts';
import { afterItemNotFound } from './calendarCheck.ts';
import { cursorFromText, cursorToText } from './cursor.ts';
import { EndlessPages, endlessGuard } from './endlessGuard.ts';
import { type EventRow, eventPage, standsAlone } from './eventRow.ts';
import { cursorExpired, failureOf, type GraphAnswer, itemNotFound, resultOf } from './graphAnswer.ts';
import type { Graph } from './graphRequest.ts';
import { listWindow } from './list.ts';
import { changeFrom, changesOfRound } from './roundChanges.ts';

/** A full page, and the other size to try where pages of the first do not end. */
const pageSizes = { usual: 100, other: 37 } as const;

/** Single events of a full round that are told together: a multiple of what any provider writes in one request. */
const toldTogether = 100;

/**
 * One round of `calendarView/delta`. Rows are gathered until Graph says that this was all, because order is arbitrary, the last row of an id
 * counts, and an occurrence means nothing without its master; a list is yielded after each page, as a sign of life. In a full round single events, which
 * need nothing else, are told in such lists by the hundred: so a calendar of any size is never in memory as a whole.
 */
export async function* pullRound(
  needs: { readonly graph: Graph; readonly log: Log },
  calendar: CalendarRef,
  start: RoundStart,
): AsyncGenerator<readonly Change[], RoundEnd> {
  const { graph, log } = needs;
  const from = 'cursor' in start ? cursorFromText(start.cursor) : ({ kind: 'start', window: start.window } as const);
  const full = from.kind === 'start';
  if (from.kind === 'view') return yield* viewRound(graph, calendar, from.window);

  const first =
    from.kind === 'delta'
      ? from.link
      : `${calendarPath(calendar.remoteId)}/calendarView/delta?${windowQuery(from.window)}`;
  const usual = from.kind === 'delta' ? from.pageSize : pageSizes.usual;
  const sizes = [usual, usual === pageSizes.usual ? pageSizes.other : pageSizes.usual];
  for (const pageSize of sizes) {
    try {
      const { rows, link } = yield* gather(graph, calendar, { first, pageSize, full });
      yield* changesOfRound(graph, calendar, rows, { window: from.window, full });
      return { cursor: cursorToText({ kind: 'delta', link, window: from.window, pageSize }), full };
    } catch (error) {
      if (!(error instanceof EndlessPages)) throw error;
      log('microsoft.delta-endless', { calendarId: calendar.calendarId, pageSize, full });
      if (full) yield [{ kind: 'anew' }];
    }
  }
  return yield* viewRound(graph, calendar, from.window);
}

/** The plain listing as a round of its own: always a full one. */
async function* viewRound(
  graph: Graph,
  calendar: CalendarRef,
  window: Window,
): AsyncGenerator<readonly Change[], RoundEnd> {
  for await (const events of listWindow(graph, calendar, window))
    yield events.map((event) => ({ kind: 'event', event }));
  return { cursor: cursorToText({ kind: 'view', window }), full: true };
}

/** All rows of a round that were not yielded, the last of each id, and the link to the next round. */
async function* gather(
  graph: Graph,
  calendar: CalendarRef,
  round: { readonly first: string; readonly pageSize: number; readonly full: boolean },
): AsyncGenerator<readonly Change[], { rows: EventRow[]; link: string }> {
  const guard = endlessGuard();
  const rows = new Map<string, EventRow>();
  const alone = new Map<string, EventRow>();
  let path = round.first;
  for (;;) {
    const answer = await graph.send(calendar.accountId, { method: 'GET', path, pageSize: round.pageSize });
    if (answer.status !== 200) throw await deltaFailure(graph, calendar, answer, round.full && path === round.first);
    const page = resultOf(answer, eventPage);
    const [next, link] = [page['@odata.nextLink'], page['@odata.deltaLink']];
    guard(page.value, next);
    for (const row of page.value) {
      // The last row of an id counts, whatever kind it is.
      const [place, other] = round.full && standsAlone(row) ? [alone, rows] : [rows, alone];
      other.delete(row.id);
      place.set(row.id, row);
    }
    if (link !== undefined) return { rows: [...alone.values(), ...rows.values()], link };
    const told = [...alone.values()].slice(0, alone.size - (alone.size % toldTogether));
    for (const row of told) alone.delete(row.id);
    yield told.map((row) => changeFrom(row, calendar));
    if (next === undefined) throw new ProviderError('malformed', 'Microsoft Graph ended a round without a delta link.');
    path = next;
  }
}

/** @param begins the request carried no token of Graph's */
async function deltaFailure(
  graph: Graph,
  calendar: CalendarRef,
  answer: GraphAnswer,
  begins: boolean,
): Promise<ProviderError> {
  // Graph's Location header is not followed: it would begin the old window again.
  if (cursorExpired(answer)) return failureOf(answer);
  if (itemNotFound(answer))
    return afterItemNotFound(graph, calendar, answer, begins ? 'unavailable' : 'expired-cursor');
  const failure = failureOf(answer);
  if (failure.kind !== 'refused' && failure.kind !== 'conflict') return failure;
  // A token that Graph cannot read is as good as expired; a refusal of the plain window is nobody's cursor.
  const { code, status } = answer;
  return new ProviderError(begins ? 'malformed' : 'expired-cursor', failure.message, { code, status });
}
