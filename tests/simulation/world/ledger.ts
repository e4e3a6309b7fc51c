import type { SimEvent, SimTime } from '../../../local/core/core.ts';
import { googleId } from '../../../local/google/calendarIds.ts';
import { graphCalendarId } from '../../../local/microsoft/ids.ts';
import { type Seen, type ServiceName, serviceNames } from '../harness/services.ts';
import { markShape } from './events.ts';
import type { KnownPair } from './people.ts';
import type { Run } from './run.ts';
import type { Side } from './side.ts';

/** A copy that its user deleted: which originals it may have been of, and when that was. */
export interface Dismissal {
  readonly routeId: string;
  readonly originals: readonly string[];
  readonly start: number;
  readonly end: number;
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
  /** When each copy was, as Hetk last wrote it: what tells which original it is of. */
  private readonly asWritten = new Map<string, SimTime>();
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
        const key = eventKey(service, calendarId, eventId);
        const by = run.services.answering() ? 'hetk' : 'person';
        const author = this.authors.get(key);
        run.trace.note(`  ${by} ${kind} ${service} ${eventId}${originalStart ? `@${originalStart}` : ''}`);
        const written = by === 'hetk' ? world.event(calendarId, eventId) : undefined;
        if (written) this.asWritten.set(key, written.time);
        if (author === undefined && kind === 'created') {
          this.authors.set(key, by);
          if (by === 'hetk' && ![...this.meant].some((route) => route.endsWith(` ${calendarId}`))) {
            this.wrong(`foreign: a copy was written into ${service} calendar ${calendarId}, which is nobody's target`);
          }
        } else if (by === 'hetk' && author !== 'hetk') {
          this.wrong(`foreign: Hetk ${kind} ${service} event ${eventId}, which it did not write`);
        }
      });
    }
  }

  wrong(what: string): void {
    this.run?.trace.note(`  WRONG ${what}`);
    if (!this.faults.includes(what)) this.faults.push(what);
  }

  fired(name: string, times = 1): void {
    this.firedFaults.set(name, (this.firedFaults.get(name) ?? 0) + times);
  }

  isCopy(service: ServiceName, event: Pick<SimEvent, 'calendarId' | 'id'>): boolean {
    return this.authors.get(eventKey(service, event.calendarId, event.id)) === 'hetk';
  }

  timeWritten(service: ServiceName, event: Pick<SimEvent, 'calendarId' | 'id'>): SimTime | undefined {
    return this.asWritten.get(eventKey(service, event.calendarId, event.id));
  }

  /** Somebody chose this route, with or without the option to mark as private. */
  meantRoute(source: Side, target: Side, isPrivate: boolean): void {
    const route = `${source.sim.id} ${target.sim.id}`;
    this.meant.add(route);
    if (!isPrivate) this.open.add(route);
  }

  madePair(id: string): void {
    this.madePairs.add(id);
  }

  removing(pair: KnownPair, copies: 'remove' | 'keep'): void {
    if (!this.removals.some((removal) => removal.pair.id === pair.id)) {
      this.removals.push({ pair, copies, at: this.now() });
    }
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
    const found = text.match(markShape);
    if (found) this.wrong(`privacy: ${found[0]} in ${where}: ${text.slice(0, 200)}`);
  }

  /** A request of Hetk to a service. */
  sawRequest(seen: Seen): void {
    const run = this.run;
    if (!run) return;
    for (const item of itemsOf(seen)) {
      if (item.method === 'GET') continue;
      const isEvent = /\/events(\/|\?|$)/.test(item.path) && !/\/watch/.test(item.path);
      if (!isEvent) continue;
      this.writes.push({ at: this.now(), service: seen.service, what: `${item.method} ${item.path}` });
      if (/"attendees"\s*:/i.test(item.body))
        this.wrong(`mail: a request carries attendees: ${item.method} ${item.path}`);
      const target = targetOf(run, seen.service, item.path);
      for (const mark of item.body.match(markShape) ?? []) {
        const homes = run.marks.homesOf(mark);
        if (target && homes.some((home) => this.open.has(`${home} ${target.sim.id}`))) continue;
        this.wrong(`privacy: ${mark} of ${homes.join(', ')} went to ${target?.sim.id ?? item.path}`);
      }
    }
  }
}

export function eventKey(service: ServiceName, calendarId: string, eventId: string): string {
  return `${service} ${calendarId} ${eventId}`;
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
  return [{ method, path, body }];
}

function targetOf(run: Run, service: ServiceName, path: string): Side | undefined {
  const id = decodeURIComponent(/\/calendars\/([^/?]+)/.exec(path)?.[1] ?? '');
  return run.sides.find(
    (side) =>
      side.service === service && (service === 'microsoft' ? graphCalendarId(side.sim) : googleId(side.sim)) === id,
  );
}
