import type { SimEvent, SimInstance } from '../../../local/core/core.ts';

/** What an event says of itself in the places where the services keep Hetk's marks, read without Hetk's own code. */
export interface Mark {
  readonly kind: 'copy' | 'restored';
  readonly routeId: string;
  /** Names the original within the route. */
  readonly origin: string;
}

/** The mark of an event, or undefined where there is none; a person's duplicate may have one too. */
export function markOf({ extra }: Pick<SimEvent, 'extra'>): Mark | undefined {
  const text = JSON.stringify(extra);
  if (!/hetk/i.test(text)) return undefined;
  const google = /"hetkRoute":"([\w-]+)"/.exec(text)?.[1];
  if (google) return { kind: 'copy', routeId: google, origin: /"hetkOrigin":"([\w-]+)"/.exec(text)?.[1] ?? '' };
  const [, routeId, origin] = /hetk1:([\w-]+):([\w-]+):\d/.exec(text) ?? [];
  if (routeId && origin) return { kind: 'copy', routeId, origin };
  const [, byProperty] = /\\"routeId\\":\\"([\w-]+)\\"/.exec(text) ?? [];
  if (byProperty) {
    return { kind: 'copy', routeId: byProperty, origin: /\\"origin\\":\\"([\w-]+)\\"/.exec(text)?.[1] ?? '' };
  }
  const [, restores, of] = /hetkr1:([\w-]+):([\w-]+):\d/.exec(text) ?? [];
  return restores && of ? { kind: 'restored', routeId: restores, origin: of } : undefined;
}

/** Names an event, or one occurrence of a series. */
export function instanceKey({ event, originalStart }: Pick<SimInstance, 'event' | 'originalStart'>): string {
  return `${event.calendarId} ${event.id} ${originalStart ?? ''}`;
}
