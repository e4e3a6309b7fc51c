import type { SimEvent, SimFields, SimInstance } from '../../../local/core/core.ts';
import { instantOf } from '../../../local/core/expansion.ts';
import { type Seen, type ServiceName, serviceNames } from '../harness/services.ts';
import { Edits } from './edits.ts';
import { markShape } from './events.ts';
import { instanceKey, type Mark, markOf } from './identity.ts';
import type { KnownPair } from './people.ts';
import type { Run } from './run.ts';
import { remoteIds, type Side } from './side.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A copy that its user deleted: of which original, and when that was then. */
export interface Dismissal {
  readonly routeId: string;
  /** Undefined where that is not known. */
  readonly original: string | undefined;
  readonly time: string;
  /** The copy was at the time of its original: what was dismissed is not an earlier time of it. */
  readonly caughtUp: boolean;
  readonly at: number;
}

interface Written {
  readonly fields: Pick<SimFields, 'title' | 'location' | 'time'>;
  readonly at: number;
}

/** What was asked to go. */
export interface Removal {
  readonly pair: KnownPair;
  readonly copies: 'remove' | 'keep';
  readonly at: number;
}

/** A write that Hetk asked a service for. */
export interface Write {
  readonly at: number;
  readonly service: ServiceName;
  readonly what: string;
}

/**
 * Watches everything that leaves Hetk, and remembers what people did. What must never happen at all is noted as wrong the moment it happens; the
 * judge reads the rest at the end.
 */
export class Ledger {
  readonly faults: string[] = [];
  readonly removals: Removal[] = [];
  readonly dismissals: Dismissal[] = [];
  readonly disconnected = new Set<string>();
  readonly left = new Set<string>();
  readonly madePairs = new Set<string>();
  readonly writes: Write[] = [];
  /** Events by the key below that their users invited people to while they were copies. */
  readonly theirs = new Set<string>();
  readonly firedFaults = new Map<string, number>();
  /** When a service took the grants of a person back, by e-mail. */
  readonly revoked = new Map<string, number[]>();
  /** Routes whose removal met a grant that seemed to be gone: their copies may be left. */
  readonly unreachable = new Set<string>();
  private readonly now: () => number;
  /** What people wrote into two-way pairs. */
  readonly edits = new Edits();
  /** What was written into copies of two-way pairs, of which route, and in which calendar the originals are. */
  readonly scribbles: { readonly mark: string; readonly routeId: string; readonly home: string }[] = [];
  /** Somebody changed options: what was not copied may be since, and the other way round. */
  optionsChanged = false;
  /** The pairs as they were when the last thing was done. */
  pairs: readonly KnownPair[] = [];
  /** When each copy was last written by Hetk, and for what time. */
  private readonly asWritten = new Map<string, Written>();
  /** When Hetk last wrote each original. */
  private readonly givenBack = new Map<string, number>();
  /** The original of a route's origin, as learnt when its copy was written. */
  private readonly origins = new Map<string, string>();
  private readonly twoWayCalendars = new Set<string>();
  /** What a write-back must not touch, of each event that people wrote. */
  private readonly keeps = new Map<string, string>();
  private readonly authors = new Map<string, 'hetk' | 'person'>();
  private readonly open = new Set<string>();
  private readonly meant = new Set<string>();
  private run: Run | undefined;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Begins to watch who changes what. Everything that is there already was made by people. */
  watch(run: Run): void {
    this.run = run;
    for (const service of serviceNames) {
      const world = run.services.worlds[service];
      world.onChange(({ calendarId, eventId, kind, originalStart }) => {
        const by = run.services.answering() ? 'hetk' : 'person';
        run.trace.note(`  ${by} ${kind} ${service} ${eventId}${originalStart ? `@${originalStart}` : ''}`);
        const event = world.event(calendarId, eventId);
        if (!event) return;
        if (by === 'hetk') this.hetkChanged(run, service, event, kind, originalStart);
        else if (kind === 'created') this.authors.set(eventKey(service, calendarId, eventId), 'person');
        for (const start of [undefined, ...event.overrides.keys()]) this.keep(service, event, start);
      });
    }
  }

  private hetkChanged(
    run: Run,
    service: ServiceName,
    event: SimEvent,
    kind: 'created' | 'updated' | 'deleted',
    originalStart: string | undefined,
  ): void {
    const key = eventKey(service, event.calendarId, event.id);
    const mark = markOf(event);
    if (kind === 'created') {
      this.authors.set(key, 'hetk');
      if (![...this.meant].some((route) => route.endsWith(` ${event.calendarId}`))) {
        this.wrong(
          `foreign: an event was written into ${service} calendar ${event.calendarId}, which is nobody's target`,
        );
      }
      if (mark?.kind === 'restored') this.restored(event, mark);
      if (mark?.kind === 'copy') this.copyCreated(run, service, event, mark);
    }
    if (this.isCopy(service, event)) {
      const { title, location, time } = event;
      this.asWritten.set(key, { fields: { title, location, time }, at: this.now() });
      if (mark && kind !== 'deleted') this.learnOrigin(run, event, mark);
      if (mark && kind === 'deleted') this.copyDeleted(run, event, mark);
      return;
    }
    this.givenBack.set(key, this.now());
    if (kind === 'created') return;
    const what = `foreign: Hetk ${kind} ${service} event ${event.id}, which it did not write`;
    // An occurrence that was changed before people were invited to the rest is by itself.
    const { attendees, organizer } = { ...event, ...(originalStart && event.overrides.get(originalStart)) };
    const owner = run.sides.find(({ sim }) => sim.id === event.calendarId)?.email;
    const meeting = attendees.length > 0 || (organizer && organizer.email !== owner);
    if (!this.twoWayCalendars.has(event.calendarId)) this.wrong(what);
    else if (meeting) this.wrong(`${what} and which is a meeting`);
    else if (kind === 'updated' && mark?.kind !== 'restored') {
      const before = this.keeps.get(keptKey(service, event, originalStart)) ?? this.keeps.get(keptKey(service, event));
      const after = keptOf(event, originalStart);
      if (before !== undefined && before !== after)
        this.wrong(`${what}: more than texts and times: ${before} → ${after}`);
    }
  }

  private keep(service: ServiceName, event: SimEvent, originalStart: string | undefined): void {
    this.keeps.set(keptKey(service, event, originalStart), keptOf(event, originalStart));
  }

  /** Which original a copy is of: the one at whose time it was written, where that is only one. */
  private learnOrigin(run: Run, event: SimEvent, { routeId, origin }: Mark): void {
    const id = `${routeId} ${origin}`;
    const route = this.pairs.flatMap(({ routes }) => routes).find((each) => each.id === routeId);
    if (this.origins.has(id) || !route) return;
    const { time } = event;
    const [start, end] = [instantOf(time.start, time), instantOf(time.end, time)];
    const { source } = route;
    const found = run.services.worlds[source.service].instances(source.sim.id, start - DAY, end + DAY).filter((one) => {
      const { time: own } = one.fields;
      return own.allDay === time.allDay && instantOf(own.start, own) === start && instantOf(own.end, own) === end;
    });
    const known = new Set([...this.origins].flatMap(([name, key]) => (name.startsWith(`${routeId} `) ? key : [])));
    const open = !route.options.markPrivate;
    const originals = found.filter(
      (one) =>
        !this.isCopy(source.service, one.event) &&
        markOf(one.fields)?.kind !== 'copy' &&
        !known.has(instanceKey(one)) &&
        (!open || one.fields.title.trim() === event.title.trim()),
    );
    const [only] = originals;
    if (only && originals.length === 1) this.origins.set(id, instanceKey(only));
  }

  /** Uniqueness at every moment: no second copy of an original while the first is there. */
  private copyCreated(run: Run, service: ServiceName, event: SimEvent, { routeId, origin }: Mark): void {
    const first = run.services.worlds[service].events(event.calendarId).find((other) => {
      const mark = other.id === event.id || other.deleted ? undefined : markOf(other);
      if (mark?.routeId !== routeId || mark.origin !== origin || !this.isCopy(service, other)) return false;
      // One to which its user invited people is a meeting of its own.
      return !this.theirs.has(eventKey(service, event.calendarId, other.id));
    });
    if (first) this.wrong(`extra: ${service} ${event.id} was created while ${first.id} was there, a copy of the same`);
  }

  /** A copy may go because its original does, or its route; not because somebody did not see the original. */
  private copyDeleted(run: Run, event: SimEvent, { routeId, origin }: Mark): void {
    const key = this.origins.get(`${routeId} ${origin}`);
    // One that was made anew has copies of its own.
    if (key && this.edits.newest(key) !== key) return;
    const pair = this.pairs.find(({ routes }) => routes.some(({ id }) => id === routeId));
    const route = pair?.routes.find(({ id }) => id === routeId);
    if (!key || !pair || !route || this.optionsChanged) return;
    if (pair.removing || this.removals.some((removal) => removal.pair.id === pair.id)) return;
    const original = originalIn(run, route.source, key);
    if (!original || original.fields.attendees.length > 0 || original.fields.cancelled) return;
    if (route.options.skipFree && original.fields.showAs === 'free') return;
    const { startMs } = original;
    if (startMs < this.now() - 80 * DAY || startMs > this.now() + 340 * DAY) return;
    // What changed a moment ago may be on its way, and another copy of the same original may be in its place.
    if (original.modifiedAt > this.now() - HOUR) return;
    this.wrong(`absence: the copy ${event.id} of ${key} was deleted, although its original is there`);
  }

  /** An original was made anew: it goes on for the one that was deleted, which somebody must have edited the copy of. */
  private restored(event: SimEvent, { routeId, origin }: Mark): void {
    const before = this.origins.get(`${routeId} ${origin}`) ?? this.edits.onlyMissing(event.calendarId);
    if (!before) return;
    const deletion = this.edits.deletionOf(before);
    if (deletion?.clean)
      this.wrong(`deletion: ${before} was deleted and came back, although nobody had edited its copy`);
    const side = this.run?.sides.find(({ sim }) => sim.id === event.calendarId);
    const key = instanceKey({ event });
    this.edits.succeeded(before, key, this.run && side && originalIn(this.run, side, key));
  }

  /** Names the original of a copy, where that is known. */
  originalOf(event: SimEvent): string | undefined {
    const mark = markOf(event);
    const found = mark && this.origins.get(`${mark.routeId} ${mark.origin}`);
    return found && this.edits.newest(found);
  }

  written(service: ServiceName, event: Pick<SimEvent, 'calendarId' | 'id'>): Written | undefined {
    return this.asWritten.get(eventKey(service, event.calendarId, event.id));
  }

  /** Hetk wrote an original at this time or later. */
  gaveBackSince(service: ServiceName, event: Pick<SimEvent, 'calendarId' | 'id'>, time: number): boolean {
    return (this.givenBack.get(eventKey(service, event.calendarId, event.id)) ?? 0) >= time;
  }

  wrong(what: string): void {
    this.run?.trace.note(`  WRONG ${what}`);
    if (!this.faults.includes(what)) this.faults.push(what);
  }

  fired(name: string, times = 1): void {
    if (times !== 0) this.firedFaults.set(name, (this.firedFaults.get(name) ?? 0) + times);
  }

  isCopy(service: ServiceName, event: SimEvent): boolean {
    const byHetk = this.authors.get(eventKey(service, event.calendarId, event.id)) === 'hetk';
    return byHetk && markOf(event)?.kind === 'copy';
  }

  /** Somebody chose this route, with or without the option to mark as private. */
  meantRoute(source: Side, target: Side, isPrivate: boolean): void {
    const route = `${source.sim.id} ${target.sim.id}`;
    this.meant.add(route);
    if (!isPrivate) this.open.add(route);
  }

  meantBothWays(source: Side, target: Side): void {
    this.twoWayCalendars.add(source.sim.id).add(target.sim.id);
  }

  madePair(id: string): void {
    this.madePairs.add(id);
  }

  removing(pair: KnownPair, copies: 'remove' | 'keep'): void {
    const before = this.removals.find((removal) => removal.pair.id === pair.id);
    if (!before) this.removals.push({ pair, copies, at: this.now() });
    // Of two wishes for the same copies nobody can say which counts.
    else if (before.copies !== copies)
      this.removals.splice(this.removals.indexOf(before), 1, { ...before, copies: 'keep' });
  }

  disconnecting(accountId: string): void {
    this.disconnected.add(accountId);
  }

  leaving(userId: string): void {
    this.left.add(userId);
  }

  isLeaving(side: Side): boolean {
    return this.disconnected.has(side.accountId) || this.left.has(side.userId);
  }

  /** A text that no event's content may be in. */
  sawText(where: string, text: string): void {
    const found = text.match(markShape)?.find((mark) => this.run?.marks.homesOf(mark));
    if (found) this.wrong(`privacy: ${found} in ${where}: ${text.slice(0, 200)}`);
  }

  /** A request of Hetk to a service. */
  sawRequest(seen: Seen): void {
    const run = this.run;
    if (!run) return;
    for (const item of itemsOf(seen)) {
      if (item.method === 'GET') continue;
      const isEvent =
        seen.service === 'icloud'
          ? item.method === 'PUT' || item.method === 'DELETE'
          : /\/events(\/|\?|$)/.test(item.path) && !/\/watch/.test(item.path);
      if (!isEvent) continue;
      this.writes.push({ at: this.now(), service: seen.service, what: `${item.method} ${item.path}` });
      if (/"attendees"\s*:|^(?:ATTENDEE|ORGANIZER)[;:]/im.test(item.body))
        this.wrong(`mail: a request carries attendees: ${item.method} ${item.path}`);
      const target = targetOf(run, seen.service, item.path);
      for (const mark of item.body.match(markShape) ?? []) {
        const homes = run.marks.homesOf(mark);
        const mayHold = (home: string) =>
          this.open.has(`${home} ${target?.sim.id}`) || (home === target?.sim.id && this.twoWayCalendars.has(home));
        if (!homes || (target && homes.some(mayHold))) continue;
        // An original that is made anew has nothing but its copy to take its texts from; what somebody wrote into a private one is its own from then on.
        if (target && homes.length === 0 && /hetkr1:/.test(item.body)) {
          run.marks.alsoIn(target.sim.id, mark);
          continue;
        }
        this.wrong(`privacy: ${mark} of ${homes.join(', ')} went to ${target?.sim.id ?? item.path}`);
      }
    }
  }
}

export function eventKey(service: ServiceName, calendarId: string, eventId: string): string {
  return `${service} ${calendarId} ${eventId}`;
}

function originalIn(run: Run, side: Side, key: string): SimInstance | undefined {
  const now = run.scheduler.now;
  return run.services.worlds[side.service]
    .instances(side.sim.id, now - 100 * DAY, now + 400 * DAY)
    .find((instance) => instanceKey(instance) === key);
}

function keptKey(service: ServiceName, event: SimEvent, originalStart?: string): string {
  return `${eventKey(service, event.calendarId, event.id)} ${originalStart ?? ''}`;
}

/** What of an event is its owner's alone: who is invited, how it repeats, when it rings, and what else its service keeps. */
function keptOf(event: SimEvent, originalStart: string | undefined): string {
  const fields = { ...event, ...(originalStart === undefined ? {} : event.overrides.get(originalStart)) };
  const { attendees, organizer, reminderMinutes, recurrence, rdates } = fields;
  const { sequence: _counts, extendedProperties: _ours, status: _state, visibility: _said, ...extra } = fields.extra;
  // The parts of a rule have no order.
  const rule = recurrence?.split(';').sort().join(';');
  return JSON.stringify({ attendees, organizer, reminderMinutes, rule, rdates, extra });
}

interface Item {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** The requests of a batch, each by itself. */
function itemsOf({ service, method, path, body }: Seen): Item[] {
  if (service === 'microsoft' && /\/\$batch$/.test(path)) {
    const { requests } = JSON.parse(body) as { requests: { method: string; url: string; body?: unknown }[] };
    return requests.map((each) => ({ method: each.method, path: each.url, body: JSON.stringify(each.body ?? null) }));
  }
  if (service === 'google' && path.startsWith('/batch/')) {
    return body.split(/\r?\n--/).flatMap((part) => {
      const [, verb, target] = /^(GET|POST|PUT|PATCH|DELETE) (\S+)/m.exec(part) ?? [];
      return verb && target ? [{ method: verb, path: target, body: part }] : [];
    });
  }
  // Lines of iCalendar are folded wherever they grow too long.
  return [{ method, path, body: service === 'icloud' ? body.replace(/\r?\n[ \t]/g, '') : body }];
}

function targetOf(run: Run, service: ServiceName, path: string): Side | undefined {
  const sides = run.sides.filter((side) => side.service === service);
  if (service === 'icloud') return sides.find(({ sim }) => path.startsWith(remoteIds.icloud(sim)));
  const id = decodeURIComponent(/\/calendars\/([^/?]+)/.exec(path)?.[1] ?? '');
  return sides.find(({ sim }) => remoteIds[service](sim) === id);
}
