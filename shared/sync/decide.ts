import type { CalendarEvent } from '../calendar/event.ts';
import { isMeeting } from '../calendar/event.ts';
import { inWindow, type Window } from '../calendar/window.ts';
import type { Link, RouteOptions } from '../stores/stores.ts';

/**
 * The merge rule: what Hetk does with one original and its copy on one route. The first row that fits decides. Incremental rounds, the full
 * re-sync, the daily verification and the changes of copies in a two-way pair all come here; they differ only in what they have seen.
 */

/** Everything that is known about one original on one route. */
export interface Situation {
  /** The original as its calendar now shows it; undefined when it is gone from there. */
  readonly original: CalendarEvent | undefined;
  readonly link: Link | undefined;
  readonly options: RouteOptions;
  readonly window: Window;
  /** The projection is what the link says was last written. */
  readonly projectionSame: boolean;
  /** The original's time is what the link says. */
  readonly timeSame: boolean;
  /** Nothing of the original changed since it was last read, not even what the route hides. */
  readonly originalSame: boolean;
  /** What a look at the copy showed; `unseen` when nobody looked, `meeting` when its user invited people to it. */
  readonly copy: 'unseen' | 'as-written' | 'changed' | 'missing' | 'meeting';
  /** The target calendar holds the same meeting as an original of its own. */
  readonly sameMeeting: boolean;
  /** The route is one of a two-way pair: edits and deletions of the copy mean the original. */
  readonly twoWay: boolean;
  /** Two-way: the copy was edited in something that its original is to take over. */
  readonly givesBack: boolean;
}

export type Action =
  /** Write a new copy. */
  | 'create'
  /** Write the projection over the copy. */
  | 'update'
  /** Delete the copy; the brake may hold this back. */
  | 'delete'
  /** Two-way: write the copy's edits into the original. */
  | 'write-back'
  /** Two-way: delete the original; the brake may hold this back. */
  | 'delete-original'
  /** Two-way: make the original anew from its copy. */
  | 'restore'
  /** Drop the link and leave the copy where it is. */
  | 'forget'
  /** Note that the user does not want this copy. */
  | 'dismiss'
  /** Note that there is no copy, keeping its generation. */
  | 'retire'
  /** Note how the original now is; the copy does not show what changed. */
  | 'note'
  | 'nothing';

export interface Decision {
  readonly action: Action;
  readonly reason: string;
}

interface Row {
  readonly reason: string;
  readonly action: Action;
  readonly when: (s: Situation) => boolean;
}

const live = (s: Situation) => s.link?.state === 'live';
const dismissed = (s: Situation) => s.link?.state === 'dismissed';
const refused = (s: Situation) => s.link?.state === 'refused';
const linkAged = (s: Situation) => s.link !== undefined && s.link.end <= s.window.start;
const has = (s: Situation, test: (event: CalendarEvent) => boolean) => s.original !== undefined && test(s.original);

/** Why an original is not copied, or undefined when it is. */
function unwanted(s: Situation): string | undefined {
  return exclusions.find((row) => row.when(s))?.reason;
}

/** Originals that get no copy, each with its reason; a copy that they have goes. */
const exclusions: readonly { readonly reason: string; readonly when: (s: Situation) => boolean }[] = [
  { reason: 'cancelled', when: (s) => has(s, (event) => event.cancelled) },
  { reason: 'declined', when: (s) => has(s, (event) => event.response === 'declined') },
  { reason: 'working-location', when: (s) => has(s, (event) => event.kind === 'workingLocation') },
  { reason: 'birthday', when: (s) => has(s, (event) => event.kind === 'birthday') },
  { reason: 'free-skipped', when: (s) => s.options.skipFree && has(s, (event) => event.showAs === 'free') },
  { reason: 'outside-window', when: (s) => has(s, (event) => !inWindow(event.span, s.window)) },
  { reason: 'same-meeting', when: (s) => s.sameMeeting },
];

const table: readonly Row[] = [
  // Whoever touches a meeting mails people: a copy that its user made one is theirs from then on, as if they did not want this copy.
  {
    reason: 'copy-became-meeting',
    action: 'dismiss',
    when: (s) => live(s) && s.copy === 'meeting' && (s.timeSame || !s.original || unwanted(s) !== undefined),
  },

  // The original is gone.
  { reason: 'never-copied', action: 'nothing', when: (s) => !s.original && (!s.link || s.link.state === 'gone') },
  { reason: 'aged', action: 'forget', when: (s) => !s.original && linkAged(s) },
  { reason: 'both-gone', action: 'retire', when: (s) => !s.original && live(s) && s.copy === 'missing' },
  { reason: 'edit-beats-deletion', action: 'restore', when: (s) => !s.original && live(s) && s.givesBack },
  { reason: 'original-gone', action: 'delete', when: (s) => !s.original && live(s) },
  { reason: 'original-gone', action: 'retire', when: (s) => !s.original },

  // What Hetk wrote is nobody's original.
  { reason: 'is-a-copy', action: 'nothing', when: (s) => has(s, (event) => event.marker !== undefined) },

  // Two-way: the copy was edited, and the original is to take that over. Never into a meeting, which would mail people.
  { reason: 'copy-edited', action: 'write-back', when: (s) => live(s) && s.givesBack },

  // The original merely aged past the window: its copy stays as history.
  { reason: 'aged', action: 'forget', when: (s) => live(s) && s.timeSame && linkAged(s) },

  // The original is there, and is not copied (any more).
  { reason: 'excluded', action: 'retire', when: (s) => live(s) && s.copy === 'missing' && unwanted(s) !== undefined },
  { reason: 'excluded', action: 'delete', when: (s) => live(s) && unwanted(s) !== undefined },
  { reason: 'excluded', action: 'nothing', when: (s) => unwanted(s) !== undefined },

  // The original is there and wants a copy that is not there.
  { reason: 'new', action: 'create', when: (s) => !s.link || s.link.state === 'gone' },
  { reason: 'dismissed', action: 'nothing', when: (s) => dismissed(s) && s.timeSame },
  { reason: 'time-changed', action: 'create', when: (s) => dismissed(s) },
  { reason: 'refused-before', action: 'nothing', when: (s) => refused(s) && s.projectionSame },
  { reason: 'changed-since-refusal', action: 'create', when: (s) => refused(s) },
  { reason: 'meeting-kept', action: 'create', when: (s) => s.twoWay && s.copy === 'missing' && has(s, isMeeting) },
  {
    reason: 'copy-deleted',
    action: 'delete-original',
    when: (s) => s.twoWay && s.copy === 'missing' && s.originalSame,
  },
  { reason: 'edit-beats-deletion', action: 'create', when: (s) => s.twoWay && s.copy === 'missing' },
  { reason: 'copy-deleted-by-user', action: 'dismiss', when: (s) => s.copy === 'missing' && s.timeSame },
  { reason: 'time-changed', action: 'create', when: (s) => s.copy === 'missing' || s.copy === 'meeting' },

  // Both are there.
  { reason: 'copy-changed', action: 'update', when: (s) => s.copy === 'changed' },
  { reason: 'original-changed', action: 'update', when: (s) => !s.projectionSame },
  { reason: 'hidden-change', action: 'note', when: (s) => s.twoWay && !s.originalSame },
  { reason: 'in-step', action: 'nothing', when: () => true },
];

/** Decides by the first fitting row; an excluded original's reason is the exclusion's own. */
export function decide(situation: Situation): Decision {
  const row = table.find((candidate) => candidate.when(situation));
  if (!row) throw new Error('The merge rule has no row for this situation.');
  const reason = row.reason === 'excluded' ? (unwanted(situation) ?? row.reason) : row.reason;
  return { action: row.action, reason };
}
