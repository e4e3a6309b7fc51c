import type { CalendarEvent, EventContent } from '../calendar/event.ts';
import type { CalendarProvider, CalendarRef } from '../providers/provider.ts';
import type { Link, Route } from '../stores/stores.ts';
import type { Decision } from './decide.ts';
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

/** A link that says a copy was here before means the next generation; the first copy has generation 0. */
export function generationOf(task: Task): number {
  if (!task.link) return 0;
  return task.decision.action === 'create' ? task.link.generation + 1 : task.link.generation;
}
