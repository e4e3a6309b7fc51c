import type { CalendarEvent } from '../calendar/event.ts';
import { isMeeting } from '../calendar/event.ts';
import type { Link, Route } from '../stores/stores.ts';
import { brakeConcerned } from './brake.ts';
import { printOf, storedIsSame } from './copies.ts';
import { copiesMessages } from './copiesMessages.ts';
import type { SyncNeeds } from './needs.ts';

/**
 * Two-way: while a calendar's changes are read for the routes that lead out of it, somebody must also see what happened to the copies that its
 * twin routes wrote there. This one compares them with their links and tells the twin's own calendar of those that seem changed or gone.
 * It decides nothing: one worker per source calendar decides about its links, and that is the other one.
 */
export interface TwinWatch {
  events(events: readonly CalendarEvent[]): Promise<void>;
  removed(ids: readonly string[]): Promise<void>;
  /** Of what has this id the window holds these events now: a copy that is not among them was moved out of it, or repeats. */
  series(id: string, instanceIds: readonly string[]): Promise<void>;
  /** The listing begins once more. */
  anew(): void;
  /** Passes on what was seen; called before the cursor is committed, so that nothing seen is lost. */
  finish(full: boolean): Promise<void>;
}

/** More than this is compared as a whole. */
const MOST = 400;

export function watchTwin(needs: SyncNeeds, twin: Route): TwinWatch {
  const { clock, keyring, queues, stores } = needs;
  /** Of every copy that was shown, what it looked like and whether people were invited to it. */
  const shown = new Map<string, { readonly print: string; readonly meeting: boolean }>();
  const gone = new Set<string>();
  const elsewhere = new Set<string>();

  function seemsChanged(link: Link): boolean {
    const copy = shown.get(link.copyId);
    if (elsewhere.has(link.copyId)) return true;
    return copy !== undefined && (copy.meeting || !storedIsSame(keyring, link, copy.print));
  }

  /** Only seems: whoever decides asks for it by id. */
  function seemsGone(link: Link, full: boolean): boolean {
    return gone.has(link.copyId) || (full && !shown.has(link.copyId));
  }

  async function* linksSeen(full: boolean): AsyncGenerator<Link> {
    if (full) {
      for await (const page of stores.links.all(twin.id)) yield* page;
      return;
    }
    for (const copyId of [...shown.keys(), ...gone, ...elsewhere]) {
      const link = await stores.links.findByCopy(twin.id, copyId);
      if (link) yield link;
    }
  }

  return {
    async events(events) {
      for (const event of events) {
        // A mark that cannot be read any more may be this route's; the links know.
        if (!event.marker || (event.marker.routeId && event.marker.routeId !== twin.id)) continue;
        gone.delete(event.id);
        shown.set(event.id, { print: printOf(event), meeting: isMeeting(event) });
      }
    },

    async removed(ids) {
      for (const id of ids) gone.add(id);
    },

    async series(id, instanceIds) {
      if (!instanceIds.includes(id)) elsewhere.add(id);
    },

    anew: () => shown.clear(),

    async finish(full) {
      const changed: string[] = [];
      const told: string[] = [];
      let deleted = 0;
      for await (const link of linksSeen(full)) {
        if (link.state !== 'live') continue;
        const missing = seemsGone(link, full);
        if (!missing && !seemsChanged(link)) continue;
        (gone.has(link.copyId) ? told : changed).push(link.copyId);
        if (missing) deleted += 1;
      }
      const at = clock.now();
      if (brakeConcerned(deleted) || changed.length + told.length > MOST) {
        // So many at once are for the brake to judge, which wants to see all of both calendars.
        await queues.bulk({ kind: 'full', calendarId: twin.sourceCalendarId, at, verify: true });
        return;
      }
      for (const message of copiesMessages(twin, changed, at, false)) await queues.changes(message);
      for (const message of copiesMessages(twin, told, at, true)) await queues.changes(message);
    },
  };
}
