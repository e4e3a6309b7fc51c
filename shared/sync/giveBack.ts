import { type CalendarEvent, type EventContent, isMeeting } from '../calendar/event.ts';
import { normalForm } from '../calendar/fingerprint.ts';
import { isProviderError, type ProviderError } from '../providers/errors.ts';
import type { CalendarProvider, CalendarRef, WriteOperation, WriteResult } from '../providers/provider.ts';
import type { Link, Route } from '../stores/stores.ts';
import { printOf } from './copies.ts';
import { restoredIdentity } from './identity.ts';
import { blankLink, goneLink, liveLink } from './linkRecord.ts';
import type { SyncNeeds } from './needs.ts';
import { entry, unanswered, worse } from './outcome.ts';
import { contentRestored } from './projection.ts';
import type { Task } from './task.ts';

/** The source failed while an original was to be written: the round's trouble, not the target's. */
export class SourceTrouble extends Error {
  override readonly name = 'SourceTrouble';
  override readonly cause: ProviderError;
  constructor(cause: ProviderError) {
    super('The source calendar could not be written.', { cause });
    this.cause = cause;
  }
}

export interface GiveBackWorld {
  readonly needs: SyncNeeds;
  readonly provider: CalendarProvider;
  readonly source: CalendarRef;
  readonly route: Route;
  readonly permit: () => Promise<void>;
  readonly project: (original: CalendarEvent) => EventContent;
}

export interface GivenBack {
  /** Copies that must be written now: what the original did not take over is put back. */
  readonly followUps: readonly Task[];
  /** Originals that turned out to be other than they were read: to be decided anew. */
  readonly surprises: readonly OriginalSurprise[];
}

export interface OriginalSurprise {
  readonly task: Task;
  readonly original: CalendarEvent | undefined;
}

/** How often an original is made anew under a spent identity. */
const MOST_GENERATIONS = 8;

export function isGivenBack({ decision: { action } }: Task): boolean {
  return action === 'write-back' || action === 'delete-original' || action === 'restore';
}

/**
 * Two-way: carries out on the source calendar what its copies say, in the order: original, link, history. Killed between any two, the next run
 * finds both twins saying the same and settles the link; an original made anew is found by its identity.
 * @throws SourceTrouble when the source cannot be written now
 */
export async function giveBack(world: GiveBackWorld, tasks: readonly Task[]): Promise<GivenBack> {
  const followUps: Task[] = [];
  const surprises: OriginalSurprise[] = [];
  const touched = new Set<string>();
  let left: readonly Item[] = tasks.map((task) => ({ task, generation: 0 }));
  while (left.length > 0) {
    const { chosen, rest } = oneOfEachSeries(left, world.provider.batchSize);
    left = rest;
    const { batch, changed } = await readAgain(world, chosen, touched);
    surprises.push(...changed);
    if (batch.length === 0) continue;
    await world.permit();
    const results = await onSource(() =>
      world.provider.write(
        world.source,
        batch.map(({ task, generation }) => operationOf(world.route, task, generation)),
        world.permit,
      ),
    );
    let stop: ProviderError | undefined;
    for (const [index, { task, generation }] of batch.entries()) {
      const result = results[index] ?? unanswered;
      if (result.ok) {
        const next = await settle(world, task, result);
        if (next) followUps.push(next);
      } else if (result.error.kind === 'identity-spent' && generation < MOST_GENERATIONS) {
        left = [...left, { task, generation: generation + 1 }];
      } else if (result.error.kind === 'conflict' || result.error.kind === 'not-found') {
        surprises.push({ task, original: await original(world, task.originalId) });
      } else if (result.error.kind === 'refused' || result.error.kind === 'identity-spent') {
        followUps.push(...(await refused(world, task, result.error.code)));
      } else {
        stop = worse(stop, result.error);
      }
    }
    if (stop) throw new SourceTrouble(stop);
  }
  return { followUps, surprises };
}

interface Item {
  readonly task: Task;
  readonly generation: number;
}

/** Occurrences share their series' etag, so that one written makes those of its siblings stale: each batch holds one of a series. */
function oneOfEachSeries(left: readonly Item[], most: number): { chosen: Item[]; rest: Item[] } {
  const chosen: Item[] = [];
  const rest: Item[] = [];
  const series = new Set<string>();
  for (const item of left) {
    const { seriesId } = item.task.original ?? {};
    if (chosen.length === most || (seriesId && series.has(seriesId))) rest.push(item);
    else chosen.push(item);
    if (seriesId) series.add(seriesId);
  }
  return { chosen, rest };
}

/**
 * Originals of which a sibling was just written are read once more, for their etags.
 * @param touched the series written so far; those of this batch are added
 */
async function readAgain(
  world: GiveBackWorld,
  items: readonly Item[],
  touched: Set<string>,
): Promise<{ batch: Item[]; changed: OriginalSurprise[] }> {
  const stale = items.filter(({ task }) => touched.has(task.original?.seriesId ?? ''));
  const fresh = await readOriginals(
    world,
    stale.map(({ task }) => task.originalId),
  );
  const batch: Item[] = [];
  const changed: OriginalSurprise[] = [];
  for (const item of items) {
    const { task } = item;
    const now = stale.includes(item) ? fresh.get(task.originalId) : task.original;
    if (task.original && (!now || normalForm(now) !== normalForm(task.original))) {
      changed.push({ task, original: now });
      continue;
    }
    if (now?.seriesId) touched.add(now.seriesId);
    batch.push(now ? { ...item, task: { ...task, original: now } } : item);
  }
  return { batch, changed };
}

async function onSource<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isProviderError(error)) throw new SourceTrouble(error);
    throw error;
  }
}

/** Originals as they now are, by id. An id without an answer is one that makes no sense; nothing follows from it. */
export async function readOriginals(
  { provider, source }: Pick<GiveBackWorld, 'provider' | 'source'>,
  ids: readonly string[],
): Promise<Map<string, CalendarEvent | undefined>> {
  const originals = new Map<string, CalendarEvent | undefined>();
  for (let at = 0; at < ids.length; at += provider.batchSize) {
    const some = ids.slice(at, at + provider.batchSize);
    const found = await onSource(() => provider.getMany(source, some));
    for (const [index, id] of some.entries()) {
      const event = found[index];
      if (event !== 'unreadable') originals.set(id, event === 'gone' ? undefined : event);
    }
  }
  return originals;
}

async function original(world: GiveBackWorld, id: string): Promise<CalendarEvent | undefined> {
  return (await readOriginals(world, [id])).get(id);
}

function operationOf(route: Route, task: Task, generation: number): WriteOperation {
  const etag = task.original?.etag;
  const condition = etag ? { etag } : {};
  if (task.original && isMeeting(task.original)) throw new Error('A meeting is never touched through its copy.');
  switch (task.decision.action) {
    case 'write-back':
      return { kind: 'write-back', id: task.originalId, changes: task.changes ?? {}, ...condition };
    case 'delete-original':
      return { kind: 'delete', id: task.originalId, ...condition };
    default: {
      if (!task.copy) throw new Error('An original can only be made anew from its copy.');
      const identity = restoredIdentity(route.id, task.originalId, generation);
      return { kind: 'restore', identity, content: contentRestored(task.copy) };
    }
  }
}

/** @returns the copy's write, where it does not say what its original now says */
async function settle(
  world: GiveBackWorld,
  task: Task,
  { event }: WriteResult & { ok: true },
): Promise<Task | undefined> {
  const { needs, route } = world;
  const { links, history } = needs.stores;
  const { copy, link } = task;
  if (!link) throw new Error('What is given back comes from a copy that is linked.');
  if (task.decision.action === 'delete-original') {
    await links.put([goneLink(link, needs.clock.now())]);
    await history.add([entry(world, task, 'original-deleted', link.copyId)]);
    return undefined;
  }
  if (!event || !copy) throw new Error('An original that was written comes back with the answer.');
  const restored = task.decision.action === 'restore';
  const content = world.project(event);
  const inStep = printOf(content) === printOf(copy);
  const before: Link = { ...blankLink(needs, route, event.id, event), generation: link.generation };
  const followed = liveLink(needs, before, { original: event, content, copy });
  // Until the copy is put back, a link must not say that it is in step: whoever follows a worker that dies here decides the same.
  const now = inStep ? followed : { ...followed, projected: '' };
  // The old record of an original made anew goes at once with the new one: the row by copy leads to only one of them.
  if (restored) await links.put([now, goneLink(link, needs.clock.now())]);
  else if (inStep) await links.put([now]);
  await history.add([entry(world, task, restored ? 'restored' : 'written-back', copy.id)]);
  if (inStep) return undefined;
  const decision = { action: 'update', reason: 'copy-put-back' } as const;
  return { originalId: event.id, original: event, link: restored ? now : link, content, decision, copy };
}

/** The service will not take it: the copy is made what the original says, and the pair shows that something was refused. */
async function refused(world: GiveBackWorld, task: Task, problem: string): Promise<Task[]> {
  const { needs } = world;
  await needs.stores.history.add([entry(world, task, 'refused', task.link?.copyId, problem)]);
  if (!task.original) {
    // It cannot be made anew: the edited copy is its user's from now on.
    if (task.link) await needs.stores.links.put([{ ...task.link, state: 'dismissed', problem }]);
    return [];
  }
  const action = task.decision.action === 'delete-original' ? 'create' : 'update';
  const { changes: _changes, ...rest } = task;
  return [{ ...rest, content: world.project(task.original), decision: { action, reason: 'write-back-refused' } }];
}
