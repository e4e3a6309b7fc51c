import type { CalendarEvent } from '../calendar/event.ts';
import { isMeeting } from '../calendar/event.ts';
import { meetingKey } from '../calendar/meeting.ts';
import { inWindow, type Window } from '../calendar/window.ts';
import { isProviderError, ProviderError } from '../providers/errors.ts';
import type { CalendarProvider } from '../providers/provider.ts';
import type { Calendar, Link, Route } from '../stores/stores.ts';
import { type ApplyWorld, applyTasks, type Surprise, type Task } from './apply.ts';
import { brakeConcerned, brakeHolds } from './brake.ts';
import { projectionIsSame, storedIsSame, timeIsSame } from './copies.ts';
import { decide, type Situation } from './decide.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { type Ends, project } from './projection.ts';
import { type TargetView, viewTarget } from './targetView.ts';

/** The code of a full listing that was not believed. */
export const INCOMPLETE_LISTING = 'incomplete-listing';

/** What one round did on one route. */
export interface RouteCounts {
  created: number;
  updated: number;
  deleted: number;
}

/**
 * One route's share of a round: takes the source's changes page by page, and at the end the deletions, which the brake may hold back.
 * Each call writes to the target what the merge rule decides.
 */
export interface RouteWork {
  readonly route: Route;
  readonly counts: RouteCounts;
  /** Originals as they now are. */
  events(events: readonly CalendarEvent[]): Promise<void>;
  /** Originals that are there and make no sense: their copies stay as they are. */
  unreadable(ids: readonly string[]): void;
  /** Explicit statements that these ids (or series) are gone, and series whose instances are now only these. Kept until the end. */
  removed(ids: readonly string[]): Promise<void>;
  series(seriesId: string, instanceIds: readonly string[]): Promise<void>;
  /**
   * Ends the round: deletes what is gone. After a full round whatever was not listed is gone as well.
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
  const { needs, route, source, target, window } = options;
  const { links } = needs.stores;
  const { keyring } = needs;
  const provider = providerOf(needs, target);
  const world: ApplyWorld = { needs, provider, target: refOf(target), route, permit: options.permit, settled };
  const ends: Ends = { sourceEmail: source.ownerEmail, targetEmail: target.ownerEmail };
  const view = options.verify ? await viewTarget(provider, world.target, route.id, window) : undefined;
  const counts: RouteCounts = { created: 0, updated: 0, deleted: 0 };
  /** Deletions wait for the end of the round, by original. */
  const gone = new Map<string, Task>();
  const listed = new Set<string>();
  let done = 0;
  let total = 0;

  async function settled(count: number): Promise<void> {
    done += count;
    if (count > 0) await options.progress(Math.min(done, total), total);
  }

  function situation(original: CalendarEvent | undefined, link: Link | undefined, seen: Partial<Situation>): Situation {
    const content = original && project(original, route.options, ends);
    return {
      original,
      link,
      options: route.options,
      window,
      projectionSame: Boolean(link && content && projectionIsSame(keyring, link, content)),
      timeSame: Boolean(link && original && timeIsSame(keyring, link, original)),
      copy: copyAsSeen(needs, view, link),
      sameMeeting: false,
      ...seen,
    };
  }

  function taskFor(
    original: CalendarEvent | undefined,
    originalId: string,
    link: Link | undefined,
    seen: Partial<Situation> = {},
  ): Task {
    const decision = decide(situation(original, link, seen));
    const content = original && project(original, route.options, ends);
    return { originalId, original, link, content, decision };
  }

  async function carryOut(tasks: readonly Task[]): Promise<void> {
    const surprises = await applyTasks(world, tasks);
    for (const { decision } of tasks) count(counts, decision.action);
    if (surprises.length === 0) return;
    const left = await applyTasks(world, surprises.map(decideAgain));
    if (left.length > 0) needs.log('copy-unsettled', { route: route.id, count: left.length });
  }

  /** The copy is gone, or changed under our hands: the same rule, knowing that. */
  function decideAgain({ task, copy }: Surprise): Task {
    const again = taskFor(task.original, task.originalId, task.link, { copy: found(copy) });
    return copy?.etag ? { ...again, copyEtag: copy.etag } : again;
  }

  function lose(link: Link): void {
    gone.set(link.originalId, taskFor(undefined, link.originalId, link));
  }

  return {
    route,
    counts,

    async events(events) {
      const known = await links.findMany(
        route.id,
        events.map((event) => event.id),
      );
      const tasks: Task[] = [];
      const meetings = await sameMeetings(world.provider, world, view, events, known);
      for (const event of events) {
        listed.add(event.id);
        gone.delete(event.id);
        const link = known.get(event.id);
        const task = taskFor(event, event.id, link, { sameMeeting: meetings.has(event.id) });
        const { decision } = await confirmed(world, task, view);
        if (decision.action === 'delete') gone.set(event.id, task);
        else tasks.push({ ...task, decision });
      }
      total += events.length;
      await carryOut(tasks);
    },

    unreadable(ids) {
      for (const id of ids) {
        listed.add(id);
        gone.delete(id);
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
      for (const link of await links.ofSeries(route.id, seriesId)) {
        if (!still.has(link.originalId)) lose(link);
      }
    },

    async finish(full) {
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
        absent.forEach(lose);
      }
      const tasks = [...gone.values()];
      const orphans = full && view ? orphansOf(world, view, linked) : [];
      const deletions = tasks.filter(({ decision }) => decision.action === 'delete').length + orphans.length;
      if (brakeConcerned(deletions) && needs.clock.now() >= route.deletionsConfirmedUntil) {
        const copies = (await links.countLive(route.id)) + orphans.length;
        if (brakeHolds(deletions, copies)) return { deletions, copies };
      }
      await carryOut(tasks);
      await carryOut(orphans);
      await links.remove(
        route.id,
        orphans.map(({ originalId }) => originalId),
      );
      return undefined;
    },
  };
}

/** So many absent originals are asked for by id; beyond them the brake guards. */
const ASKED = 20;

/**
 * Absence from a listing is not believed by itself: services have answered 200 with too little. Originals that a full listing did not show are
 * asked for one by one; a single one that is still there and in the window means that the listing was wrong.
 * @throws ProviderError `incomplete-listing`, and then nothing is deleted
 */
async function confirmAbsence(
  needs: SyncNeeds,
  source: Calendar,
  window: Window,
  absent: readonly Link[],
): Promise<void> {
  const suspects = absent.filter((link) => link.state === 'live' && link.end > window.start).slice(0, ASKED);
  for (const { originalId } of suspects) {
    const original = await sourceEvent(needs, source, originalId);
    if (original && !original.cancelled && inWindow(original.span, window)) {
      const message = 'The source listed less than it holds. Nothing is deleted on such an answer.';
      throw new ProviderError('malformed', message, { code: INCOMPLETE_LISTING });
    }
  }
}

/** A source that cannot be asked proves nothing either way; it is not the target's trouble. */
async function sourceEvent(needs: SyncNeeds, source: Calendar, id: string): Promise<CalendarEvent | undefined> {
  try {
    return await providerOf(needs, source).get(refOf(source), id);
  } catch (error) {
    if (!isProviderError(error)) throw error;
    const { status, retryAfterMs } = error;
    const options = {
      code: INCOMPLETE_LISTING,
      cause: error,
      ...(status && { status }),
      ...(retryAfterMs && { retryAfterMs }),
    };
    throw new ProviderError('unavailable', 'The source could not be asked about events that it did not list.', options);
  }
}

function count(counts: RouteCounts, action: Task['decision']['action']): void {
  if (action === 'create') counts.created += 1;
  if (action === 'update') counts.updated += 1;
  if (action === 'delete') counts.deleted += 1;
}

function found(copy: CalendarEvent | undefined): Situation['copy'] {
  if (!copy) return 'missing';
  return isMeeting(copy) ? 'meeting' : 'changed';
}

/** What the look at the target says about a link's copy. Only a copy that should lie in the listed span can be missing. */
function copyAsSeen(needs: SyncNeeds, view: TargetView | undefined, link: Link | undefined): Situation['copy'] {
  if (!view || link?.state !== 'live') return 'unseen';
  const copy = view.copies.get(link.copyId);
  if (copy?.meeting) return 'meeting';
  if (copy) return storedIsSame(needs.keyring, link, copy.digest) ? 'as-written' : 'changed';
  return link.start >= view.window.start && link.end <= view.window.end ? 'missing' : 'unseen';
}

/** A copy that a listing did not show is asked for by its id before anyone believes that the user deleted it. */
async function confirmed(world: ApplyWorld, task: Task, view: TargetView | undefined): Promise<Task> {
  if (!view || task.decision.action !== 'dismiss' || !task.link) return task;
  const copy = await world.provider.get(world.target, task.link.copyId);
  return copy ? { ...task, decision: { action: 'update', reason: 'copy-changed' } } : task;
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

/** Copies of this route that no link knows: made by a worker that died before it could note them, and whose original is gone since. */
function orphansOf(world: ApplyWorld, view: TargetView, linked: ReadonlySet<string>): Task[] {
  const now = world.needs.clock.now();
  const orphans: Task[] = [];
  for (const [copyId, copy] of view.copies) {
    if (!copy.ours || linked.has(copyId)) continue;
    const originalId = `orphan:${copyId}`;
    const hashes = { projected: '', stored: '', time: '' };
    const times = { start: now, end: now, updatedAt: now };
    const link: Link = {
      routeId: world.route.id,
      originalId,
      state: 'live',
      copyId,
      generation: copy.generation,
      ...hashes,
      ...times,
    };
    orphans.push({
      originalId,
      original: undefined,
      link,
      content: undefined,
      decision: { action: 'delete', reason: 'orphan' },
    });
  }
  return orphans;
}
