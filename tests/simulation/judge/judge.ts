import type { SimInstance } from '../../../local/core/core.ts';
import { serviceNames } from '../harness/services.ts';
import { originalNamed, worldOf } from '../world/actions.ts';
import { said } from '../world/edits.ts';
import { instanceKey, markOf } from '../world/identity.ts';
import { eventKey } from '../world/ledger.ts';
import { type KnownPair, type KnownRoute, pairsNow } from '../world/people.ts';
import { type Run, sqlTables } from '../world/run.ts';
import type { Side } from '../world/side.ts';
import { certainSpan, differences, type Expected, expectedCopy, isWanted, meetingOf, touches } from './expected.ts';

const DAY = 86_400_000;

/** What is wrong with a world in which everything has come to rest, one line each. */
export async function judge(run: Run): Promise<string[]> {
  const pairs = await pairsNow(run);
  const wrong: string[] = [];
  for (const pair of pairs) for (const route of pair.routes) wrong.push(...routeFaults(run, pair, route));
  wrong.push(...lostEdits(run), ...missingPairs(run, pairs), ...(await leftovers(run, pairs)), ...extras(run));
  for (const service of serviceNames) {
    const { mails } = run.services[service].requests.snapshot();
    if (mails > 0) wrong.push(`mail: ${service} would have sent ${mails}`);
  }
  for (const { text, error } of run.queues.poison) wrong.push(`poison: ${text}: ${String(error)}`);
  return [...run.ledger.faults, ...wrong];
}

function instancesOf(run: Run, side: Side): SimInstance[] {
  const { now } = run.scheduler;
  return worldOf(run, side).instances(side.sim.id, now - 500 * DAY, now + 900 * DAY);
}

/** Whatever bears Hetk's mark is nobody's original, whoever made it. */
function isOriginal(run: Run, side: Side, { event, fields }: SimInstance): boolean {
  return !run.ledger.isCopy(side.service, event) && markOf(fields)?.kind !== 'copy';
}

function copiesOf(run: Run, routeId: string, target: Side): SimInstance[] {
  return instancesOf(run, target).filter(
    ({ event }) =>
      run.ledger.isCopy(target.service, event) &&
      markOf(event)?.routeId === routeId &&
      !run.ledger.theirs.has(eventKey(target.service, target.sim.id, event.id)),
  );
}

/** Convergence and uniqueness: the copies are what the originals demand, each once. */
function routeFaults(run: Run, pair: KnownPair, route: KnownRoute): string[] {
  const { source, target } = route;
  const name = `${pair.direction} ${route.id} ${source.service} ${source.place.join('.')} → ${target.service} ${target.place.join('.')}`;
  const wrong: string[] = [];
  if (pair.paused || pair.removing || route.state !== 'active') {
    wrong.push(
      `state: ${name} is ${route.state}${pair.paused ? ', paused' : ''}${pair.removing ? ', removing' : ''}: ${route.problem}`,
    );
    return wrong;
  }
  const span = certainSpan(run.scheduler.now, run.plan.prompt ? run.plan.startAt : run.scheduler.now);
  const meetings = new Set(
    instancesOf(run, target)
      .filter((instance) => isOriginal(run, target, instance) && !instance.fields.cancelled && touches(instance, span))
      .map(meetingOf),
  );
  const originals = instancesOf(run, source).filter((instance) => isOriginal(run, source, instance));
  const wanted = originals
    .filter((instance) => touches(instance, span) && isWanted(instance, route, meetings))
    .map((instance) => expectedCopy(instance, route))
    // Where two look the same the one that may be missing comes last.
    .sort((a, b) => Number(isDismissed(run, route, a)) - Number(isDismissed(run, route, b)));
  const left = copiesOf(run, route.id, target);
  for (const copy of wanted) {
    if (mustStayAway(run, route, copy)) {
      const back = left.findIndex((candidate) => candidate.startMs === copy.startMs);
      if (back >= 0) wrong.push(`dismissed: ${name}: the copy of ${instanceKey(copy.original)} came back`);
      left.splice(back, back >= 0 ? 1 : 0);
      continue;
    }
    const index = left.findIndex((candidate) => differences(copy, candidate, target.service).length === 0);
    if (index >= 0) {
      left.splice(index, 1);
      continue;
    }
    if (isDismissed(run, route, copy)) continue;
    const near =
      left.find((candidate) => candidate.startMs === copy.startMs) ??
      left.find((candidate) => candidate.fields.title === copy.title);
    const why = near ? `differs in ${differences(copy, near, target.service).join(', ')}` : 'there is none';
    wrong.push(`missing: ${name}: ${at(copy.startMs)} ${copy.title} of ${instanceKey(copy.original)}: ${why}`);
  }
  for (const extra of left) {
    if (touches(extra, span) && !isLeftToItsUser(run, pair, route, extra))
      wrong.push(`extra: ${name}: ${at(extra.startMs)} ${extra.fields.title} (${extra.event.id})`);
  }
  return wrong;
}

/**
 * A copy whose worker died before it could note it, whose original then went, and which its user had edited: nothing says what was edited, so it is
 * neither deleted nor made an original.
 */
function isLeftToItsUser(run: Run, pair: KnownPair, { target }: KnownRoute, { event }: SimInstance): boolean {
  const original = run.ledger.originalOf(event);
  const written = run.ledger.written(target.service, event);
  const isOrphan = original === undefined || originalNamed(run, original) === undefined;
  return pair.direction === 'two-way' && isOrphan && written !== undefined && event.modifiedAt > written.at;
}

function at(instant: number): string {
  return new Date(instant).toISOString();
}

/** Where nothing failed, nothing but a new time brings a copy back that its user deleted. */
function mustStayAway(run: Run, route: KnownRoute, { original }: Expected): boolean {
  if (run.plan.steps.some(({ kind }) => kind === 'fault') || run.ledger.optionsChanged) return false;
  const key = instanceKey(original);
  const last = run.ledger.dismissals.findLast((each) => each.routeId === route.id && each.original === key);
  // What of an original decides whether it is copied at all may have changed and changed back.
  return (
    last?.caughtUp === true &&
    last.time === said(original, 'time') &&
    Math.max(original.modifiedAt, original.event.modifiedAt) < last.at
  );
}

/** "Not this one": a copy that its user deleted stays away until the original's time changes, and may come back for other reasons where things fail. */
function isDismissed(run: Run, route: KnownRoute, { original }: Expected): boolean {
  const key = instanceKey(original);
  return run.ledger.dismissals.some(
    (dismissal) =>
      dismissal.routeId === route.id &&
      (dismissal.original ?? key) === key &&
      beginningOf(dismissal.time) === beginningOf(said(original, 'time')),
  );
}

/** Of what `timeSaid` says; when an event ends is not told alike by all services on a day when clocks change. */
function beginningOf(time: string): string {
  const [start, , allDay] = time.split('/');
  return `${start}/${allDay}`;
}

/** No lost edit: what was written last into a two-way pair is there, and what was deleted in peace is gone. */
function lostEdits(run: Run): string[] {
  const wrong: string[] = [];
  const { edits } = run.ledger;
  for (const { original: key, field, values } of edits.wanted()) {
    const original = originalNamed(run, key);
    if (!original) {
      if (!edits.deletionOf(key)) wrong.push(`lost edit: ${key} is gone, and nobody deleted it`);
      continue;
    }
    if (!values.has(said(original, field))) {
      wrong.push(`lost edit: ${field} of ${key} is ${said(original, field)}, not ${[...values].join(' or ')}`);
    }
  }
  for (const [key, { clean, edited }] of edits.allDeletions()) {
    const there = originalNamed(run, edits.newest(key)) !== undefined;
    if (clean && there) wrong.push(`deletion: ${key} was deleted and is there`);
    if (edited && !there) wrong.push(`lost edit: ${key} was deleted while its copy was edited, and was not made anew`);
  }
  return wrong;
}

/** Pairs that were made and that nobody took away. */
function missingPairs(run: Run, pairs: readonly KnownPair[]): string[] {
  const there = new Set(pairs.map(({ id }) => id));
  const gone = new Set(run.ledger.removals.map(({ pair }) => pair.id));
  return [...run.ledger.madePairs]
    .filter((id) => !there.has(id) && !gone.has(id))
    .map((id) => `removal: pair ${id} is gone, and nobody removed it`);
}

/** What was removed is gone from the calendars, where that was asked for, and from every store. */
async function leftovers(run: Run, pairs: readonly KnownPair[]): Promise<string[]> {
  const wrong: string[] = [];
  const { kysely } = run.database;
  const routes = new Set(pairs.flatMap((pair) => pair.routes.map(({ id }) => id)));
  for (const { pair, copies } of run.ledger.removals) {
    if (pairs.some(({ id }) => id === pair.id)) wrong.push(`removal: pair ${pair.id} is still there`);
    for (const { id, target } of pair.routes) {
      // Where the grant was gone nothing could be deleted any more.
      if (copies === 'keep' || run.ledger.unreachable.has(id)) continue;
      const left = copiesOf(run, id, target).filter(({ event }) => !event.deleted);
      if (left.length > 0) wrong.push(`removal: ${left.length} copies of removed route ${id} are left`);
    }
  }
  for (const { table, partition } of run.tables.dump()) {
    if (!routes.has(partition)) wrong.push(`removal: rows of ${partition} are left in ${table}`);
  }
  for (const accountId of run.ledger.disconnected) {
    const rows = [
      ...(await kysely.selectFrom('accounts').select('id').where('id', '=', accountId).execute()),
      ...(await kysely.selectFrom('credentials').select('account_id').where('account_id', '=', accountId).execute()),
      ...(await kysely.selectFrom('calendars').select('id').where('account_id', '=', accountId).execute()),
    ];
    if (rows.length > 0) wrong.push(`removal: ${rows.length} rows of account ${accountId} are left`);
  }
  for (const userId of run.ledger.left) {
    const rows = [
      ...(await kysely.selectFrom('users').select('id').where('id', '=', userId).execute()),
      ...(await kysely.selectFrom('accounts').select('id').where('user_id', '=', userId).execute()),
      ...(await kysely.selectFrom('pairs').select('id').where('user_id', '=', userId).execute()),
    ];
    if (rows.length > 0) wrong.push(`removal: ${rows.length} rows of user ${userId} are left`);
  }
  for (const table of sqlTables) {
    const rows = await kysely.selectFrom(table).selectAll().execute();
    run.ledger.sawText(`the SQL table ${table}`, JSON.stringify(rows));
  }
  for (const { table, text } of run.tables.dump()) run.ledger.sawText(`the table ${table}`, text);
  return [...new Set(wrong)];
}

/** Copies have nothing that was not asked for. */
function extras(run: Run): string[] {
  const wrong: string[] = [];
  for (const side of run.sides) {
    for (const { event, fields } of instancesOf(run, side)) {
      if (!run.ledger.isCopy(side.service, event)) continue;
      if (run.ledger.theirs.has(eventKey(side.service, side.sim.id, event.id))) continue;
      const { conferenceData, hangoutLink, attachments, colorId, categories, isOnlineMeeting } = fields.extra;
      const has: [string, boolean][] = [
        ['a reminder', fields.reminderMinutes !== undefined],
        ['attendees', fields.attendees.length > 0],
        ['a conference', conferenceData !== undefined || hangoutLink !== undefined || isOnlineMeeting === true],
        ['attachments', attachments !== undefined],
        ['a colour', colorId !== undefined],
        ['categories', Array.isArray(categories) && categories.length > 0],
      ];
      for (const [what, there] of has) if (there) wrong.push(`nothing extra: a copy in ${side.sim.id} has ${what}`);
    }
  }
  return wrong;
}
