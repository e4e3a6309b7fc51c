import { isMeeting } from '../calendar/event.ts';
import { meetingKey } from '../calendar/meeting.ts';
import { inWindow, type Window } from '../calendar/window.ts';
import type { CalendarProvider, CalendarRef } from '../providers/provider.ts';
import { printOf } from './copies.ts';

/** A copy of the route as the target calendar shows it; prints only, so that a large calendar fits in memory. */
export interface SeenCopy {
  readonly print: string;
  readonly etag: string | undefined;
  readonly origin: string;
  readonly generation: number;
  /** What its mark says was written, where it says that. */
  readonly version: string | undefined;
  /** Ours to touch: not a person's duplicate of a copy, which keeps our marker, and not a copy that people were invited to. */
  readonly ours: boolean;
  /** Its user invited people to it. */
  readonly meeting: boolean;
}

/** One complete look at a target calendar: the route's copies, and the meetings that are there as originals. */
export interface TargetView {
  readonly window: Window;
  readonly copies: ReadonlyMap<string, SeenCopy>;
  readonly meetings: ReadonlySet<string>;
}

/** Lists the target. Answers only when the listing was complete; otherwise it throws what the provider threw. */
export async function viewTarget(
  provider: CalendarProvider,
  target: CalendarRef,
  routeId: string,
  window: Window,
): Promise<TargetView> {
  const copies = new Map<string, SeenCopy>();
  const meetings = new Set<string>();
  for await (const page of provider.list(target, window)) {
    for (const event of page) {
      if (event.marker?.routeId === routeId) {
        if (!inWindow(event.span, window)) continue;
        copies.set(event.id, {
          print: printOf(event),
          etag: event.etag,
          origin: event.marker.origin,
          generation: event.marker.generation,
          version: event.marker.version,
          ours: event.marker.genuine && !isMeeting(event),
          meeting: isMeeting(event),
        });
      } else if (!event.marker && !event.cancelled) {
        const key = meetingKey(event);
        if (key) meetings.add(key);
      }
    }
  }
  return { window, copies, meetings };
}
