import { type CalendarEvent, isMeeting } from '../calendar/event.ts';
import { meetingKey } from '../calendar/meeting.ts';
import type { Window } from '../calendar/window.ts';
import { ProviderError } from '../providers/errors.ts';
import type { CalendarProvider } from '../providers/provider.ts';
import type { Calendar, Link, Route } from '../stores/stores.ts';
import { confirmAbsence, settledAbsence } from './absence.ts';
import { applyTasks } from './apply.ts';
import { brakeConcerned, brakeHolds } from './brake.ts';
import { copyEdits, originalIsSame, projectionEdits, projectionIsSame, timeIsSame } from './copies.ts';
import { copiesMessages } from './copiesMessages.ts';
import { copyInView, type Look, lookAt, readCopies, unseen, unsettled as unsettledLook } from './copyLook.ts';
import { decide } from './decide.ts';
import { type GiveBackWorld, giveBack, isGivenBack, readOriginals } from './giveBack.ts';
import { originOf } from './identity.ts';
import { absentLink } from './linkRecord.ts';
import { mergeTwins } from './merge.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { orphansOf } from './orphans.ts';
import { type Ends, flowsBack, project } from './projection.ts';
import { type TargetView, viewTarget } from './targetView.ts';
import type { ApplyWorld, Surprise, Task } from './task.ts';

/** What one round did on one route. */
export interface RouteCounts {
  created: number;
  updated: number;
  deleted: number;
  /** Originals that took over what their copies say, deletions among them. */
  givenBack: number;
}

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

/** So often tasks whose twins changed under our hands are decided anew before the route is left for later. */
const MOST_SURPRISES = 4;

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
  const counts: RouteCounts = { created: 0, updated: 0, deleted: 0, givenBack: 0 };
  /** Links whose originals are said to be gone, and deletions that are decided: both wait for the end of the round. */
  const lost = new Map<string, Link>();
  /** Those of them that were only lacking among the occurrences of a series, of which a page may have been cut. */
  const lacking = new Set<string>();
  const deletions = new Map<string, Task>();
  const madeAnew: CalendarEvent[] = [];
  const listed = new Set<string>();
  /** Copies that are looked at again later. */
  const unsure = new Set<string>();
  let done = 0;
  let total = 0;

  async function settled(count: number): Promise<void> {
    done += count;
    if (count > 0) await options.progress(Math.min(done, total), total);
  }

  function taskFor(
    original: CalendarEvent | undefined,
    originalId: string,
    link: Link | undefined,
    look: Look,
    sameMeeting = false,
  ): Task {
    const content = original && projected(original);
    const changes =
      twoWay && original && link && look.copy && look.state !== 'meeting' ? given(original, link, look.copy) : {};
    const decision = decide({
      original,
      link,
      options: route.options,
      window,
      projectionSame: Boolean(link && content && projectionIsSame(keyring, link, content)),
      timeSame: Boolean(link && original && timeIsSame(keyring, link, original)),
      originalSame: Boolean(link && original && originalIsSame(keyring, link, original)),
      copy: look.state,
      sameMeeting,
      twoWay,
      givesBack: original ? Object.keys(changes).length > 0 : twoWay && meansItsOriginal(link, look),
    });
    return { originalId, original, link, content, decision, copy: look.copy, sameMeeting, changes };
  }

  /** What the original is to take over from its copy. */
  function given(original: CalendarEvent, link: Link, copy: CalendarEvent) {
    const content = projected(original);
    const edits = { originalEdits: projectionEdits(keyring, link, content), copyEdits: copyEdits(keyring, link, copy) };
    return mergeTwins({ original, copy, projected: content, ...edits }, route.options);
  }

  /** Was the copy of an original that is gone edited in anything that would have flowed back? */
  function meansItsOriginal(link: Link | undefined, { state, copy }: Look): boolean {
    if (!link || !copy || state !== 'changed' || link.meeting) return false;
    const flowing = flowsBack(route.options);
    return copyEdits(keyring, link, copy).some((field) => flowing.includes(field));
  }

  async function carryOut(tasks: readonly Task[]): Promise<void> {
    let open = tasks;
    for (let round = 0; open.length > 0; round += 1) {
      if (round === MOST_SURPRISES) return unsettled(open.length);
      const given = await giveBack(back, open.filter(isGivenBack));
      const surprises = await applyTasks(world, [...open.filter((task) => !isGivenBack(task)), ...given.followUps]);
      for (const { decision } of open) count(counts, decision.action);
      const sure = surprises.filter(({ task: { link }, copy }) => copy || !link || !putOff(link));
      const there = given.surprises.filter(
        ({ task: { link }, original }) => original || !link || !putOffOriginal(link),
      );
      open = [...there.map(decideByOriginal), ...sure.map(decideByCopy).filter(isNoPassingDeletion)];
    }
  }

  /** Where readings lag behind, a copy that one of them does not show is looked at again before anything follows. */
  function putOff({ copyId }: Link): boolean {
    if (provider.settlesMs) unsure.add(copyId);
    return provider.settlesMs !== undefined;
  }

  /** The same of an original. */
  function putOffOriginal({ copyId }: Link): boolean {
    if (back.provider.settlesMs) unsure.add(copyId);
    return back.provider.settlesMs !== undefined;
  }

  async function lookAgain(): Promise<void> {
    const delay = Math.max(provider.settlesMs ?? 0, back.provider.settlesMs ?? 0);
    for (const message of copiesMessages(route, [...unsure], needs.clock.now(), true))
      await needs.queues.changes(message, delay);
  }

  /** The route comes back for them: the cursor goes on, and nobody else would. */
  function unsettled(count: number): never {
    needs.log('copy-unsettled', { route: route.id, count });
    throw new ProviderError('unavailable', 'Events change faster than they can be followed.', { code: 'unsettled' });
  }

  /** The copy is gone, or changed under our hands: the same rule, knowing that. */
  function decideByCopy({ task, copy }: Surprise): Task {
    const look = task.link ? lookAt(keyring, task.link, copy) : unseen;
    const again = taskFor(task.original, task.originalId, task.link, look, task.sameMeeting);
    return { ...again, ...(copy && { copy }) };
  }

  /** So did the original. */
  function decideByOriginal({ task, original }: { task: Task; original: CalendarEvent | undefined }): Task {
    const look = task.link ? lookAt(keyring, task.link, task.copy) : unseen;
    return taskFor(original, task.originalId, task.link, look, task.sameMeeting);
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
    const meetings = await sameMeetings(world.provider, world, view, events, known);
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

/** A copy that is found missing in passing deletes no original: the notice of its deletion brings the look that the brake guards. */
function isNoPassingDeletion({ decision }: Task): boolean {
  return decision.action !== 'delete-original';
}

function count(counts: RouteCounts, action: Task['decision']['action']): void {
  if (action === 'create') counts.created += 1;
  if (action === 'update') counts.updated += 1;
  if (action === 'delete') counts.deleted += 1;
  if (action === 'write-back' || action === 'delete-original' || action === 'restore') counts.givenBack += 1;
}

/** Which of these originals the target holds as originals of its own. Only meetings not copied so far are asked about. */
async function sameMeetings(
  provider: CalendarProvider,
  world: ApplyWorld,
  view: TargetView | undefined,
  events: readonly CalendarEvent[],
  links: ReadonlyMap<string, Link>,
): Promise<ReadonlySet<string>> {
  const meetings = events.filter((event) => !event.marker && !event.cancelled && isMeeting(event) && meetingKey(event));
  if (view) return new Set(meetings.filter((event) => view.meetings.has(meetingKey(event) ?? '')).map(({ id }) => id));
  const asked = meetings.filter((event) => links.get(event.id)?.state !== 'live');
  if (asked.length === 0) return new Set();
  const answers = await provider.hasMeetings(world.target, asked);
  return new Set(asked.filter((_, index) => answers[index]).map(({ id }) => id));
}
