import type { CalendarEvent } from '../calendar/event.ts';
import type { Window } from '../calendar/window.ts';
import type { Calendar, Link, Route } from '../stores/stores.ts';
import { confirmAbsence, settledAbsence } from './absence.ts';
import { brakeConcerned, brakeHolds } from './brake.ts';
import { createCarrier, type RouteCounts } from './carryOut.ts';
import { originalIsSame, projectionIsSame } from './copies.ts';
import { copyInView, type Look, readCopies, unseen, unsettled as unsettledLook } from './copyLook.ts';
import { type GiveBackWorld, readOriginals } from './giveBack.ts';
import { originOf } from './identity.ts';
import { absentLink } from './linkRecord.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { orphansOf } from './orphans.ts';
import { type Ends, project } from './projection.ts';
import { sameMeetings } from './sameMeetings.ts';
import { viewTarget } from './targetView.ts';
import type { ApplyWorld, Task } from './task.ts';
import { createScales } from './weigh.ts';

/**
 * One route's share of a round: takes the source's changes page by page, and at the end the deletions, which the brake may hold back.
 * Each call writes what the merge rule decides: to the target, and in a two-way pair also to the source.
 */
export interface RouteWork {
  readonly route: Route;
  readonly counts: RouteCounts;
  /** Originals as they now are. */
  events(events: readonly CalendarEvent[]): Promise<void>;
  /** Originals that are there and make no sense, or whole series: their copies stay as they are. */
  unreadable(ids: readonly string[]): Promise<void>;
  /** Explicit statements that these ids (or series) are gone, and series whose instances are now only these. Kept until the end. */
  removed(ids: readonly string[]): Promise<void>;
  series(seriesId: string, instanceIds: readonly string[]): Promise<void>;
  /** The listing begins once more: what is to be found listed has to come again. */
  anew(): void;
  /**
   * Copies that somebody seems to have changed or deleted.
   * @param gone they were said or seen to be gone before
   * @param again this is another look, after what was said has had time to settle
   */
  copies(copyIds: readonly string[], gone: boolean, again: boolean): Promise<void>;
  /**
   * Ends the round: deletes what is gone. After a full round whatever was not listed is gone as well. Copies of which nothing can be said yet,
   * because the target's readings lag behind, are looked at again some minutes later.
   * @returns the numbers of the brake when it held the deletions back
   */
  finish(full: boolean): Promise<Held | undefined>;
}

/** The numbers that tripped the brake. */
export interface Held {
  readonly deletions: number;
  readonly copies: number;
}

export interface RouteWorkOptions {
  readonly needs: SyncNeeds;
  readonly route: Route;
  readonly source: Calendar;
  readonly target: Calendar;
  readonly window: Window;
  /** Look at the target first: compares the copies themselves, finds orphans, and sees all meetings at once. */
  readonly verify: boolean;
  readonly permit: () => Promise<void>;
  /** Told how many of the events found so far are done. */
  readonly progress: (done: number, total: number) => Promise<void>;
}

export async function openRoute(options: RouteWorkOptions): Promise<RouteWork> {
  const { needs, route, source, target, window, permit } = options;
  const { keyring } = needs;
  const { links } = needs.stores;
  const provider = providerOf(needs, target);
  // What cannot be written can give nothing back; then the copies simply follow.
  const twoWay = route.twinId !== undefined && source.writable;
  const ends: Ends = { sourceEmail: source.ownerEmail, targetEmail: target.ownerEmail };
  const projected = (original: CalendarEvent) => project(original, route.options, ends);
  const world: ApplyWorld = { needs, provider, target: refOf(target), route, permit, settled };
  const back: GiveBackWorld = {
    needs,
    provider: providerOf(needs, source),
    source: refOf(source),
    route,
    permit,
    project: projected,
  };
  const view = options.verify ? await viewTarget(provider, world.target, route.id, window) : undefined;
  const scales = createScales({ keyring, route, window, twoWay, projected });
  const { taskFor, meansItsOriginal } = scales;
  const { carryOut, counts, lookAgain, putOff, putOffOriginal } = createCarrier(world, back, scales);
  /** Links whose originals are said to be gone, and deletions that are decided: both wait for the end of the round. */
  const lost = new Map<string, Link>();
  /** Those of them that were only lacking among the occurrences of a series, of which a page may have been cut. */
  const lacking = new Set<string>();
  const deletions = new Map<string, Task>();
  const madeAnew: CalendarEvent[] = [];
  const listed = new Set<string>();
  let done = 0;
  let total = 0;

  async function settled(count: number): Promise<void> {
    done += count;
    if (count > 0) await options.progress(Math.min(done, total), total);
  }

  /** Deletions of either twin wait until the round has come to its end and the brake has seen them all. */
  async function carryOutOrKeep(tasks: readonly Task[]): Promise<void> {
    const now: Task[] = [];
    for (const task of tasks) {
      const { action } = task.decision;
      if (action === 'delete' || action === 'delete-original') deletions.set(task.originalId, task);
      else now.push(task);
    }
    await carryOut(now);
  }

  function found(id: string): void {
    listed.add(id);
    lost.delete(id);
    deletions.delete(id);
  }

  /** Which copies are worth a look by id: those that a listing lacks, and in a two-way pair those of which either twin changed. */
  async function looksAt(
    events: readonly CalendarEvent[],
    known: ReadonlyMap<string, Link>,
  ): Promise<Map<string, Look>> {
    const looks = new Map<string, Look>();
    const asked: Link[] = [];
    for (const event of events) {
      const link = known.get(event.id);
      if (link?.state !== 'live') continue;
      const state = copyInView(keyring, view, link);
      const followed = () => projectionIsSame(keyring, link, projected(event)) && originalIsSame(keyring, link, event);
      if (state === 'missing' || (twoWay && (state === 'changed' || (state === 'unseen' && !followed()))))
        asked.push(link);
      else looks.set(link.copyId, { state });
    }
    for (const [copyId, look] of await readCopies(needs, provider, world.target, asked)) looks.set(copyId, look);
    return looks;
  }

  /** Originals that a listing lacked and that are shown again. */
  async function seenAgain(known: Map<string, Link>): Promise<void> {
    const again = [...known.values()].filter(({ absentSince }) => absentSince !== undefined);
    for (const link of again) known.set(link.originalId, absentLink(link, undefined));
    await links.put(again.map((link) => absentLink(link, undefined)));
  }

  async function takeEvents(events: readonly CalendarEvent[]): Promise<void> {
    const known = await links.findMany(
      route.id,
      events.map((event) => event.id),
    );
    await seenAgain(known);
    const meetings = await sameMeetings(provider, world.target, view, events, known);
    const looks = await looksAt(events, known);
    const tasks: Task[] = [];
    for (const event of events) {
      found(event.id);
      const link = known.get(event.id);
      const look = looks.get(link?.copyId ?? '') ?? unseen;
      // Its copy may still hang on the original that it was made anew for.
      if (!link && event.restores?.routeId === route.id) madeAnew.push(event);
      else if (link && look === unsettledLook) putOff(link);
      else tasks.push(taskFor(event, event.id, link, look, meetings.has(event.id)));
    }
    total += events.length;
    await carryOutOrKeep(tasks);
  }

  /** Two-way: an original that was made anew by a worker that died before it could note that takes over the copy it was made for. */
  async function findFormerSelves(): Promise<void> {
    if (madeAnew.length === 0) return;
    const origins = new Set(madeAnew.map(({ restores }) => restores?.origin));
    for await (const page of links.all(route.id)) {
      for (const link of page)
        if (link.state === 'live' && origins.has(originOf(route.id, link.originalId))) lose(link);
    }
  }

  function lose(link: Link): void {
    lost.set(link.originalId, link);
  }

  /** What becomes of links whose originals are gone. In a two-way pair an edited copy is worth asking whether its original is. */
  async function farewells(): Promise<Task[]> {
    const all = [...lost.values()];
    if (!twoWay) return all.map((link) => taskFor(undefined, link.originalId, link, lookInView(link)));
    const looks = await readCopies(
      needs,
      provider,
      world.target,
      all.filter((link) => link.state === 'live'),
    );
    const lookOf = (link: Link) => looks.get(link.copyId) ?? unseen;
    const edited = all.filter((link) => meansItsOriginal(link, lookOf(link)));
    const originals = await readOriginals(
      back,
      edited.map(({ originalId }) => originalId),
    );
    const sure = all.filter((link) => lookOf(link) !== unsettledLook || !putOff(link));
    return sure.map((link) => {
      // One that cannot be read as an event became a series: its occurrences have copies of their own.
      const became = edited.includes(link) && !originals.has(link.originalId);
      return taskFor(originals.get(link.originalId), link.originalId, link, became ? unseen : lookOf(link));
    });
  }

  function lookInView(link: Link): Look {
    return { state: copyInView(keyring, view, link) };
  }

  return {
    route,
    counts,
    events: takeEvents,

    async unreadable(ids) {
      for (const id of ids) {
        found(id);
        for (const { originalId } of await links.ofSeries(route.id, id)) found(originalId);
      }
    },

    async removed(ids) {
      for (const id of ids) {
        const link = await links.find(route.id, id);
        if (link) lose(link);
        else for (const child of await links.ofSeries(route.id, id)) lose(child);
      }
    },

    async series(seriesId, instanceIds) {
      const still = new Set(instanceIds);
      // A single event that became a series, or a series that became one, is known by the same id.
      const single = await links.find(route.id, seriesId);
      for (const link of [...(single ? [single] : []), ...(await links.ofSeries(route.id, seriesId))]) {
        if (still.has(link.originalId)) continue;
        lose(link);
        lacking.add(link.originalId);
      }
    },

    anew: () => listed.clear(),

    async copies(copyIds, gone, again) {
      const known = await Promise.all(copyIds.map((id) => links.findByCopy(route.id, id)));
      const live = known.filter((link) => link?.state === 'live').filter((link) => link !== undefined);
      const looks = await readCopies(needs, provider, world.target, live, gone);
      // What was put off is decided now, whatever the look shows; of what only seemed to have changed most is Hetk's own doing.
      const quiet = gone ? ['unseen'] : ['unseen', 'as-written'];
      const told = live.filter(({ copyId }) => !quiet.includes(looks.get(copyId)?.state ?? 'unseen'));
      for (const link of live) if (looks.get(link.copyId) === unsettledLook) putOff(link);
      const originals = await readOriginals(
        back,
        told.map(({ originalId }) => originalId),
      );
      await carryOutOrKeep(
        told
          .filter(({ originalId }) => originals.has(originalId))
          .filter((link) => again || originals.get(link.originalId) || !putOffOriginal(link))
          .map((link) =>
            taskFor(originals.get(link.originalId), link.originalId, link, looks.get(link.copyId) ?? unseen),
          ),
      );
    },

    async finish(full) {
      const held = await end(full);
      await lookAgain();
      return held;
    },
  };

  async function end(full: boolean): Promise<Held | undefined> {
    const linked = new Set<string>();
    const absent: Link[] = [];
    if (full) {
      for await (const page of links.all(route.id)) {
        for (const link of page) {
          linked.add(link.copyId);
          if (!listed.has(link.originalId)) absent.push(link);
        }
      }
      await confirmAbsence(needs, source, window, absent);
      const gone = await settledAbsence(needs, source, back.provider.settlesMs ?? 0, absent);
      gone.forEach(lose);
    } else {
      await confirmAbsence(
        needs,
        source,
        window,
        [...lost.values()].filter(({ originalId }) => lacking.has(originalId)),
      );
    }
    await findFormerSelves();
    for (const task of await farewells()) deletions.set(task.originalId, task);
    const orphans = full && view ? orphansOf(world, view, linked) : [];
    const tasks = [...deletions.values()];
    const count = tasks.filter(({ decision }) => decision.action.startsWith('delete')).length + orphans.length;
    if (brakeConcerned(count) && needs.clock.now() >= route.deletionsConfirmedUntil) {
      const copies = (await links.countLive(route.id)) + orphans.length;
      if (brakeHolds(count, copies)) return { deletions: count, copies };
    }
    await carryOut(tasks);
    await carryOut(orphans);
    await links.remove(
      route.id,
      orphans.map(({ originalId }) => originalId),
    );
    for (const event of madeAnew.splice(0)) {
      const link = await links.find(route.id, event.id);
      await carryOut([taskFor(event, event.id, link, unseen)]);
    }
    return undefined;
  }
}
