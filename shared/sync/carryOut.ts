import type { CalendarEvent } from '../calendar/event.ts';
import { ProviderError } from '../providers/errors.ts';
import type { Link } from '../stores/stores.ts';
import { applyTasks } from './apply.ts';
import { copiesMessages } from './copiesMessages.ts';
import { lookAt, unseen } from './copyLook.ts';
import { type GiveBackWorld, giveBack, isGivenBack } from './giveBack.ts';
import type { ApplyWorld, Surprise, Task } from './task.ts';
import type { Scales } from './weigh.ts';

/** What one round did on one route. */
export interface RouteCounts {
  created: number;
  updated: number;
  deleted: number;
  /** Originals that took over what their copies say, deletions among them. */
  givenBack: number;
}

/** Carries decisions out on both calendars of a route, and sees to what turned out to be other than it was read. */
export interface Carrier {
  readonly counts: RouteCounts;
  /** @throws ProviderError, SourceTrouble */
  carryOut(tasks: readonly Task[]): Promise<void>;
  /**
   * Where readings lag behind, a copy that one of them does not show is looked at again before anything follows.
   * @returns false where they do not: it is gone
   */
  putOff(link: Link): boolean;
  /** The same of an original. */
  putOffOriginal(link: Link): boolean;
  /** Asks for the looks that were put off. */
  lookAgain(): Promise<void>;
}

/** So often tasks whose twins changed under our hands are decided anew before the route is left for later. */
const MOST_SURPRISES = 4;

export function createCarrier(world: ApplyWorld, back: GiveBackWorld, { taskFor }: Scales): Carrier {
  const { needs, provider, route } = world;
  const counts: RouteCounts = { created: 0, updated: 0, deleted: 0, givenBack: 0 };
  /** Copies that are looked at again later. */
  const unsure = new Set<string>();

  function putOff({ copyId }: Link): boolean {
    if (provider.settlesMs) unsure.add(copyId);
    return provider.settlesMs !== undefined;
  }

  function putOffOriginal({ copyId }: Link): boolean {
    if (back.provider.settlesMs) unsure.add(copyId);
    return back.provider.settlesMs !== undefined;
  }

  /** The route comes back for them: the cursor goes on, and nobody else would. */
  function unsettled(count: number): never {
    needs.log('copy-unsettled', { route: route.id, count });
    throw new ProviderError('unavailable', 'Events change faster than they can be followed.', { code: 'unsettled' });
  }

  /** The copy is gone, or changed under our hands: the same rule, knowing that. */
  function decideByCopy({ task, copy }: Surprise): Task {
    const look = task.link ? lookAt(needs, provider, task.link, copy) : unseen;
    const again = taskFor(task.original, task.originalId, task.link, look, task.sameMeeting);
    return { ...again, ...(copy && { copy }) };
  }

  /** So did the original. */
  function decideByOriginal({ task, original }: { task: Task; original: CalendarEvent | undefined }): Task {
    const look = task.link ? lookAt(needs, provider, task.link, task.copy) : unseen;
    return taskFor(original, task.originalId, task.link, look, task.sameMeeting);
  }

  return {
    counts,
    putOff,
    putOffOriginal,
    async carryOut(tasks) {
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
    },
    async lookAgain() {
      const delay = Math.max(provider.settlesMs ?? 0, back.provider.settlesMs ?? 0);
      for (const message of copiesMessages(route, [...unsure], needs.clock.now(), true))
        await needs.queues.changes(message, delay);
    },
  };
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
