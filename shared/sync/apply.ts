import { type CalendarEvent, type EventContent, isMeeting, type NewMarker } from '../calendar/event.ts';
import { ProviderError } from '../providers/errors.ts';
import type { CalendarProvider, CalendarRef, WriteOperation, WriteResult } from '../providers/provider.ts';
import type { HistoryAction, HistoryEntry, Link, Route } from '../stores/stores.ts';
import { printOf, sealProjection, sealStored } from './copies.ts';
import type { Decision } from './decide.ts';
import { copyIdentity, originOf } from './identity.ts';
import { blankLink, goneLink, liveLink, notedLink } from './linkRecord.ts';
import type { SyncNeeds } from './needs.ts';

/** One decision to carry out: what is known of the original, its link, and the copy that is wanted. */
export interface Task {
  readonly originalId: string;
  readonly original: CalendarEvent | undefined;
  readonly link: Link | undefined;
  readonly content: EventContent | undefined;
  readonly decision: Decision;
  /** The copy as it was just read; where it was not, the link's etag counts. */
  readonly copy?: CalendarEvent | undefined;
  /** The target holds the same meeting as an original of its own. */
  readonly sameMeeting?: boolean;
  /** Two-way: what the original is to take over from its copy. */
  readonly changes?: Partial<EventContent>;
}

/** Tasks whose copy turned out to be other than the link says: to be decided anew with what was found. */
export interface Surprise {
  readonly task: Task;
  readonly copy: CalendarEvent | undefined;
}

export interface ApplyWorld {
  readonly needs: SyncNeeds;
  readonly provider: CalendarProvider;
  readonly target: CalendarRef;
  readonly route: Route;
  /** Called before each request; throws when this worker may not write any more. */
  readonly permit: () => Promise<void>;
  /** Told after each batch how many tasks it settled. */
  readonly settled: (count: number) => Promise<void>;
}

/** How often a creation may meet a spent identity before it counts as refused. */
const MOST_GENERATIONS = 8;

/**
 * Carries out decisions on the target calendar, batch by batch, in the order: provider write, link, history. While a batch is written, what
 * became of the one before is noted. Killed anywhere, the next run finishes the work: creations find their first copy by its identity,
 * updates and deletions are repeated without visible effect.
 * @returns tasks whose copy was not as the link said
 * @throws ProviderError when the target cannot be written now
 */
export async function applyTasks(world: ApplyWorld, tasks: readonly Task[]): Promise<Surprise[]> {
  await settleWithoutWriting(world, tasks);
  let writes: readonly Task[] = tasks.filter(({ decision }) => isWrite(decision));
  await world.settled(tasks.length - writes.length);
  const surprises: Surprise[] = [];
  for (let round = 0; writes.length > 0 && round <= MOST_GENERATIONS; round += 1) {
    const outcome = await writeBatches(world, writes);
    surprises.push(...outcome.surprises);
    writes = outcome.again;
  }
  if (writes.length > 0) await recordRefusals(world, writes, 'identity-spent');
  return surprises;
}

function isWrite(decision: Decision): boolean {
  return decision.action === 'create' || decision.action === 'update' || decision.action === 'delete';
}

/** Decisions that only change what the links say. */
async function settleWithoutWriting(world: ApplyWorld, tasks: readonly Task[]): Promise<void> {
  const now = world.needs.clock.now();
  const forget = tasks.filter(({ decision }) => decision.action === 'forget').map(({ originalId }) => originalId);
  const changed = tasks.flatMap(({ decision, link, original }): Link[] => {
    if (!link) return [];
    if (decision.action === 'dismiss') return [{ ...link, state: 'dismissed', updatedAt: now }];
    if (decision.action === 'retire') return [goneLink(link, now)];
    if (decision.action === 'note' && original) return [notedLink(world.needs, link, original)];
    return [];
  });
  if (forget.length === 0 && changed.length === 0) return;
  await world.permit();
  const { links, history } = world.needs.stores;
  await links.put(changed);
  await links.remove(world.route.id, forget);
  const noted = tasks.filter(({ decision }) => decision.action === 'forget' || decision.action === 'dismiss');
  await history.add(noted.map((task) => entry(world, task, 'dropped', task.link?.copyId)));
}

interface Outcome {
  /** Tasks to try once more, with the next generation or over an adopted copy. */
  readonly again: readonly Task[];
  readonly surprises: readonly Surprise[];
}

/** What became of a batch, before anything of it is noted. */
interface Written {
  readonly links: readonly Link[];
  readonly entries: readonly HistoryEntry[];
  readonly again: readonly Task[];
  readonly surprises: readonly Surprise[];
  /** Tasks whose copy changed since it was last seen, and is to be read. */
  readonly conflicts: readonly Task[];
  /** How many tasks need nothing more, as far as the progress of a route tells. */
  readonly settled: number;
  /** Why no other batch can be written now. */
  readonly stop: ProviderError | undefined;
}

const nothingWritten: Written = {
  links: [],
  entries: [],
  again: [],
  surprises: [],
  conflicts: [],
  settled: 0,
  stop: undefined,
};

/** A batch is noted before the next but one is written, and every one before this ends: so a worker that dies leaves two to find again at most. */
async function writeBatches(world: ApplyWorld, tasks: readonly Task[]): Promise<Outcome> {
  const { batchSize } = world.provider;
  const all: Written[] = [];
  let last = nothingWritten;
  for (let at = 0; at < tasks.length && !last.stop; at += batchSize) {
    const noting = note(world, last);
    const writing = writeBatch(world, tasks.slice(at, at + batchSize));
    // Neither is left under way when the other fails.
    await Promise.allSettled([noting, writing]);
    await noting;
    last = await writing;
    all.push(last);
  }
  await note(world, last);
  if (last.stop) throw last.stop;
  const surprises = all.flatMap((written) => written.surprises);
  for (const task of all.flatMap(({ conflicts }) => conflicts)) {
    surprises.push({ task, copy: await world.provider.get(world.target, task.link?.copyId ?? '') });
  }
  return { again: all.flatMap(({ again }) => again), surprises };
}

async function note(world: ApplyWorld, { links, entries, settled }: Written): Promise<void> {
  if (links.length > 0 || entries.length > 0) {
    // Long after the lease the route may be another worker's, or nobody's any more.
    await world.permit();
    await world.needs.stores.links.put(links);
    await world.needs.stores.history.add(entries);
  }
  await world.settled(settled);
}

async function writeBatch(world: ApplyWorld, tasks: readonly Task[]): Promise<Written> {
  await world.permit();
  const results = await world.provider.write(
    world.target,
    tasks.map((task) => operationOf(world, task)),
  );
  const links: Link[] = [];
  const entries: HistoryEntry[] = [];
  const again: Task[] = [];
  const surprises: Surprise[] = [];
  const conflicts: Task[] = [];
  let stop: ProviderError | undefined;
  for (const [index, task] of tasks.entries()) {
    const result = results[index] ?? unanswered;
    if (result.ok) {
      const done = linkAfter(world, task, result);
      const version = result.event?.marker?.version;
      if (result.adopted && result.event && isMeeting(result.event)) {
        // Its user invited people before anyone had noted it.
        links.push(done);
        surprises.push({ task: { ...task, link: done }, copy: result.event });
      } else if (!result.adopted || saysWhatWasSent(task, result)) {
        links.push(done);
        const copyId = task.decision.action === 'delete' ? task.link?.copyId : done.copyId;
        entries.push(entry(world, task, historyOf(task), copyId));
      } else if (world.route.twinId && version) {
        // Its mark tells what was written; what differs from that is a person's edit and counts as one.
        const asWritten = { ...done, projected: version, stored: version };
        links.push(asWritten);
        surprises.push({ task: { ...task, link: asWritten }, copy: result.event });
      } else {
        // Until it is written over, nobody may take it for what was projected.
        const older = { ...done, projected: '' };
        links.push(older);
        again.push(overAdopted(task, older));
      }
      continue;
    }
    switch (result.error.kind) {
      case 'identity-spent':
        again.push({ ...task, link: { ...blank(world, task), ...task.link, generation: generationOf(task) } });
        break;
      case 'not-found':
        surprises.push({ task, copy: undefined });
        break;
      case 'conflict':
        conflicts.push(task);
        break;
      case 'refused':
        links.push(refusedLink(world, task, result.error.code));
        entries.push(entry(world, task, 'refused', task.link?.copyId, result.error.code));
        break;
      default:
        stop = worse(stop, result.error);
    }
  }
  return { links, entries, again, surprises, conflicts, settled: stop ? 0 : tasks.length - again.length, stop };
}

/** Of several reasons to stop, the one that asks for the longest pause counts. */
export function worse(before: ProviderError | undefined, next: ProviderError): ProviderError {
  return before && (before.retryAfterMs ?? 0) >= (next.retryAfterMs ?? 0) ? before : next;
}

export const unanswered: WriteResult = {
  ok: false,
  error: new ProviderError('malformed', 'The service did not answer for every operation of a batch.', {
    code: 'unanswered',
  }),
};

function operationOf(world: ApplyWorld, task: Task): WriteOperation {
  const copyId = task.link?.copyId ?? '';
  const etag = task.copy?.etag ?? task.link?.copyEtag;
  // Conditions on both: a copy that changed may have become a meeting, and touching that would mail people.
  if (task.decision.action === 'delete') return { kind: 'delete', id: copyId, ...(etag && { etag }) };
  const { content } = task;
  if (!content) throw new Error('A copy can only be written from a projection.');
  const generation = generationOf(task);
  const marker = markerOf(world, task, generation);
  if (task.decision.action === 'create') {
    return { kind: 'create', identity: copyIdentity(world.route.id, task.originalId, generation), content, marker };
  }
  return { kind: 'update', id: copyId, content, marker, ...(etag && { etag }) };
}

/** A link that says a copy was here before means the next generation; the first copy has generation 0. */
function generationOf(task: Task): number {
  if (!task.link) return 0;
  return task.decision.action === 'create' ? task.link.generation + 1 : task.link.generation;
}

/** The original's iCalUId goes along as provenance, but not over a private route: a UID may carry words. */
function markerOf({ needs: { keyring }, route }: ApplyWorld, task: Task, generation: number): NewMarker {
  const iCalUId = route.options.markPrivate ? undefined : task.original?.iCalUId;
  return {
    routeId: route.id,
    origin: originOf(route.id, task.originalId),
    generation,
    ...(task.content && { showAs: task.content.showAs, sensitivity: task.content.sensitivity }),
    ...(route.twinId && task.content && { version: sealStored(keyring, task.content) }),
    ...(iCalUId && { iCalUId }),
  };
}

function blank(world: ApplyWorld, task: Task): Link {
  return blankLink(world.needs, world.route, task.originalId, task.original);
}

function linkAfter(world: ApplyWorld, task: Task, { event }: WriteResult & { ok: true }): Link {
  const { needs } = world;
  const before = task.original ? blank(world, task) : (task.link ?? blank(world, task));
  if (task.decision.action === 'delete') return goneLink(task.link ?? before, needs.clock.now());
  if (!event) throw new Error('A copy that was written comes back with the answer.');
  const written = { original: task.original, content: task.content, copy: event };
  return liveLink(needs, { ...before, generation: generationOf(task) }, written);
}

/** Refused as a new copy: there is none. Refused as a change: the copy stands as it was. Either way the same projection is not tried again. */
function refusedLink(world: ApplyWorld, task: Task, problem: string): Link {
  const projected = task.content ? sealProjection(world.needs.keyring, task.content) : '';
  if (task.decision.action === 'create') {
    return { ...blank(world, task), state: 'refused', generation: generationOf(task), projected, problem };
  }
  return { ...(task.link ?? blank(world, task)), projected, problem, updatedAt: world.needs.clock.now() };
}

async function recordRefusals(world: ApplyWorld, tasks: readonly Task[], problem: string): Promise<void> {
  await world.needs.stores.links.put(tasks.map((task) => refusedLink(world, task, problem)));
  await world.needs.stores.history.add(tasks.map((task) => entry(world, task, 'refused', undefined, problem)));
}

/** An adopted copy may be older than what was sent: then it is written over. */
function saysWhatWasSent(task: Task, result: WriteResult & { ok: true }): boolean {
  const { event } = result;
  return !event || !task.content || printOf(event) === printOf(task.content);
}

function overAdopted(task: Task, link: Link): Task {
  return { ...task, link, decision: { action: 'update', reason: task.decision.reason } };
}

function historyOf(task: Task): HistoryAction {
  return task.decision.action === 'create' ? 'created' : task.decision.action === 'update' ? 'updated' : 'deleted';
}

export function entry(
  world: Pick<ApplyWorld, 'needs' | 'route'>,
  task: Task,
  action: HistoryAction,
  copyId?: string,
  reason = task.decision.reason,
): HistoryEntry {
  return {
    routeId: world.route.id,
    at: world.needs.clock.now(),
    action,
    reason,
    originalId: task.originalId,
    ...(copyId && { copyId }),
  };
}
