import type { NewMarker } from '../calendar/event.ts';
import type { WriteOperation } from '../providers/provider.ts';
import type { Link } from '../stores/stores.ts';
import { sealStored } from './copies.ts';
import type { Decision } from './decide.ts';
import { copyIdentity, originOf } from './identity.ts';
import { goneLink, notedLink } from './linkRecord.ts';
import { entry, outcomeOf, refusedLink, type Written } from './outcome.ts';
import { type ApplyWorld, generationOf, type Surprise, type Task } from './task.ts';

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

const nothingWritten: Written = {
  links: [],
  before: [],
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

async function note(world: ApplyWorld, { links, before, entries, settled }: Written): Promise<void> {
  if (links.length > 0 || entries.length > 0) {
    // Long after the lease the route may be another worker's, or nobody's any more.
    await world.permit();
    await world.needs.stores.links.put(links, before);
    await world.needs.stores.history.add(entries);
  }
  await world.settled(settled);
}

async function writeBatch(world: ApplyWorld, tasks: readonly Task[]): Promise<Written> {
  await world.permit();
  const operations = tasks.map((task) => operationOf(world, task));
  return outcomeOf(world, tasks, await world.provider.write(world.target, operations, world.permit));
}

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

async function recordRefusals(world: ApplyWorld, tasks: readonly Task[], problem: string): Promise<void> {
  await world.needs.stores.links.put(tasks.map((task) => refusedLink(world, task, problem)));
  await world.needs.stores.history.add(tasks.map((task) => entry(world, task, 'refused', undefined, problem)));
}
