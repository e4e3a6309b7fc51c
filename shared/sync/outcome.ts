import { isMeeting } from '../calendar/event.ts';
import { ProviderError } from '../providers/errors.ts';
import type { WriteResult } from '../providers/provider.ts';
import type { HistoryAction, HistoryEntry, Link } from '../stores/stores.ts';
import { printOf, sealProjection } from './copies.ts';
import { blankLink, goneLink, liveLink } from './linkRecord.ts';
import { type ApplyWorld, generationOf, type Surprise, type Task } from './task.ts';

/** What became of a batch, before anything of it is noted. */
export interface Written {
  readonly links: readonly Link[];
  /** The links as the tasks knew them. */
  readonly before: readonly Link[];
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

/** What the answers to the operations of these tasks mean, by position. */
export function outcomeOf(world: ApplyWorld, tasks: readonly Task[], results: readonly WriteResult[]): Written {
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
  const before = tasks.flatMap(({ link }) => link ?? []);
  const settled = stop ? 0 : tasks.length - again.length;
  return { links, before, entries, again, surprises, conflicts, settled, stop };
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
export function refusedLink(world: ApplyWorld, task: Task, problem: string): Link {
  const projected = task.content ? sealProjection(world.needs.keyring, task.content) : '';
  if (task.decision.action === 'create') {
    return { ...blank(world, task), state: 'refused', generation: generationOf(task), projected, problem };
  }
  return { ...(task.link ?? blank(world, task)), projected, problem, updatedAt: world.needs.clock.now() };
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
