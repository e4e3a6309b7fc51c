import type { CalendarEvent, EventContent } from '../calendar/event.ts';
import type { Window } from '../calendar/window.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Link, Route } from '../stores/stores.ts';
import { copyEdits, originalIsSame, projectionEdits, projectionIsSame, timeIsSame } from './copies.ts';
import type { Look } from './copyLook.ts';
import { decide } from './decide.ts';
import { mergeTwins } from './merge.ts';
import { flowsBack } from './projection.ts';
import type { Task } from './task.ts';

/** What is asked of the merge rule for the events of one route. */
export interface Scales {
  /** The decision about an original (undefined: it is gone), its link, and what a look at its copy showed. */
  taskFor(
    original: CalendarEvent | undefined,
    originalId: string,
    link: Link | undefined,
    look: Look,
    sameMeeting?: boolean,
  ): Task;
  /** Was the copy of an original that is gone edited in anything that would have flowed back? */
  meansItsOriginal(link: Link | undefined, look: Look): boolean;
}

interface ScalesOptions {
  readonly keyring: Keyring;
  readonly route: Route;
  readonly window: Window;
  /** Copies give back. */
  readonly twoWay: boolean;
  readonly projected: (original: CalendarEvent) => EventContent;
}

/** Gathers what the merge rule wants to know, and makes a task of what it says. */
export function createScales({ keyring, route, window, twoWay, projected }: ScalesOptions): Scales {
  /** What the original is to take over from its copy. */
  function given(original: CalendarEvent, link: Link, copy: CalendarEvent): Partial<EventContent> {
    const content = projected(original);
    const edits = { originalEdits: projectionEdits(keyring, link, content), copyEdits: copyEdits(keyring, link, copy) };
    return mergeTwins({ original, copy, projected: content, ...edits }, route.options);
  }

  function meansItsOriginal(link: Link | undefined, { state, copy }: Look): boolean {
    if (!link || !copy || state !== 'changed' || link.meeting) return false;
    const flowing = flowsBack(route.options);
    return copyEdits(keyring, link, copy).some((field) => flowing.includes(field));
  }

  return {
    meansItsOriginal,
    taskFor(original, originalId, link, look, sameMeeting = false) {
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
    },
  };
}
