import { z } from 'zod';
import type { Marker, NewMarker, Restored } from '../../calendar/event.ts';
import { type Component, linesNamed, textLine, unescaped } from './contentLines.ts';
import { isCopyUid, restoredUidOf, uidOfMarker } from './uid.ts';

/** The property that carries the marker, as JSON. Clients may drop it; the UID, which tells a copy too, they keep. */
const markerProperty = 'X-HETK';

/** Where an original that Hetk made anew says which one it stands for. It is no marker: the event is an original like any other. */
export const restoresProperty = 'X-HETK-RESTORES';

const markerSchema = z.object({
  routeId: z.string(),
  origin: z.string(),
  generation: z.number().int(),
  showAs: z.enum(['free', 'tentative', 'busy', 'oof', 'workingElsewhere']).exactOptional(),
  sensitivity: z.enum(['normal', 'personal', 'private', 'confidential']).exactOptional(),
  iCalUId: z.string().exactOptional(),
  version: z.string().exactOptional(),
});

export function markerLine(marker: NewMarker) {
  return textLine(markerProperty, JSON.stringify(marker));
}

/** Whatever carries one of our two marks is a copy, even when the mark itself cannot be read. */
const unreadable: Marker = { routeId: '', origin: '', generation: 0, genuine: false };

/**
 * The marker of an event, or undefined where Hetk did not write it. The UID, which derives from it, proves that it is the copy itself and not a
 * person's duplicate. Hetk writes single events: an occurrence with its mark is what a person made of a copy.
 */
export function markerOf(event: Component, uid: string | undefined, isOccurrence: boolean): Marker | undefined {
  const [line] = linesNamed(event, markerProperty);
  if (!line) return isCopyUid(uid ?? '') ? unreadable : undefined;
  const marker = markerFromText(valueIn(line.text));
  if (!marker) return unreadable;
  return { ...marker, genuine: !isOccurrence && uid === uidOfMarker(marker) };
}

/** Counts only with the UID that derives from it: a person's duplicate may keep the property, an occurrence inherits it. */
export function restoredOf(event: Component, uid: string | undefined, isOccurrence: boolean): Restored | undefined {
  const [line] = linesNamed(event, restoresProperty);
  const identity = line ? unescaped(valueIn(line.text)).trim() : '';
  const [, routeId, origin] = /^hetkr1:([^:]+):([^:]+):\d{1,9}$/.exec(identity) ?? [];
  return routeId && origin && !isOccurrence && uid === restoredUidOf(identity) ? { routeId, origin } : undefined;
}

/** What stands behind the name and any parameters that a server added. */
function valueIn(line: string): string {
  return /^[^:;]+(?:;[^:;="]+=(?:"[^"]*"|[^":;]*))*:(.*)$/s.exec(line)?.[1] ?? '';
}

/** Servers do not agree on whether a property they do not know is a text with escapes: some take them away, some add their own. */
function markerFromText(value: string): NewMarker | undefined {
  const once = unescaped(value);
  for (const text of [once, value, unescaped(once)]) {
    try {
      const marker = markerSchema.safeParse(JSON.parse(text)).data;
      if (marker) return marker;
    } catch {
      // The next reading.
    }
  }
  return undefined;
}
