import type { CalendarEvent } from '../../calendar/event.ts';
import type { Window } from '../../calendar/window.ts';
import { expand, instanceOf } from './expand.ts';
import { eventFromInstance } from './mapping.ts';
import type { Resource } from './resources.ts';

/** Whose calendar a resource lies in, and how its floating times are to be read. */
export interface Reading {
  readonly ownerEmail: string;
  /** IANA name of the calendar's own zone, where it is known. */
  readonly zone: string | undefined;
}

export interface Read {
  /** The instances in the window, cancelled ones among them: that is an explicit statement. */
  readonly events: readonly CalendarEvent[];
  /** Why a part could not be read, in words without content; what is missing is then not known to be gone. */
  readonly problem: string | undefined;
}

/** Everything in a window that a resource says. */
export function readInstances(resource: Resource, window: Window, { ownerEmail, zone }: Reading): Read {
  const { instances, problems, isPartial } = expand(resource.text, window, zone);
  const { href, etag } = resource;
  return {
    events: instances.map((instance) => eventFromInstance(instance, { href, etag, ownerEmail })),
    problem: isPartial ? (problems[0]?.reason ?? 'cannot be read whole') : undefined,
  };
}

/**
 * One event of a resource.
 * @param recurrenceId of an occurrence; undefined for a single event
 */
export function readInstance(
  { href, etag, text }: Resource,
  recurrenceId: string | undefined,
  { ownerEmail, zone }: Reading,
): CalendarEvent | 'gone' | 'unreadable' {
  const instance = instanceOf(text, recurrenceId, zone);
  if (instance === 'unreadable') return instance;
  return instance && !instance.isCancelled ? eventFromInstance(instance, { href, etag, ownerEmail }) : 'gone';
}
