import type { Restored } from '../../calendar/event.ts';
import { restoredIdOf } from './eventId.ts';
import type { GoogleEvent } from './schemas.ts';

/** Where an original that Hetk made anew says which one it stands for. It is no marker: the event is an original like any other. */
export const restoresProperty = 'hetkRestores';

/** Counts only with the id that derives from it: a person's duplicate may keep the property, an occurrence inherits it. */
export function restoredOf({ id, extendedProperties }: GoogleEvent): Restored | undefined {
  const identity = extendedProperties?.private?.[restoresProperty] ?? '';
  const [, routeId, origin] = /^hetkr1:([^:]+):([^:]+):\d{1,9}$/.exec(identity) ?? [];
  return routeId && origin && id === restoredIdOf(identity) ? { routeId, origin } : undefined;
}
