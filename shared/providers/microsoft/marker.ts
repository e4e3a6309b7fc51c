import { z } from 'zod';
import type { Marker, NewMarker } from '../../calendar/event.ts';

/**
 * The one extended property that carries the marker. Its GUID and name never change and are the same for everybody: each new name would
 * take one of a mailbox's finite named properties.
 */
export const markerProperty = 'String {6f4a0d52-3c0b-4e0e-9d63-8f3f5f0b7c11} Name Hetk';

/** Begins every transactionId that Hetk gives: the marker that rounds show, where extended properties are missing. */
const identityPrefix = 'hetk1:';

const markerSchema = z.object({
  routeId: z.string(),
  origin: z.string(),
  generation: z.number().int(),
  showAs: z.enum(['free', 'tentative', 'busy', 'oof', 'workingElsewhere']).exactOptional(),
  sensitivity: z.enum(['normal', 'personal', 'private', 'confidential']).exactOptional(),
  iCalUId: z.string().exactOptional(),
  version: z.string().exactOptional(),
});

export function markerToText(marker: NewMarker): string {
  return JSON.stringify(marker);
}

/** Whatever carries one of our two marks is a copy, even when the mark itself cannot be read. */
const unreadable: Marker = { routeId: '', origin: '', generation: 0, genuine: false };

/**
 * The marker of an event. The property says more; the transactionId, which nobody can set but the application that creates an event, proves
 * that it is the copy itself and not a person's duplicate of it.
 */
export function markerOf(transactionId: string | undefined, property: string | undefined): Marker | undefined {
  const identity = markerFromIdentity(transactionId);
  if (property === undefined) return identity;
  const marker = markerFromText(property);
  if (!marker) return identity ?? unreadable;
  const genuine =
    identity?.genuine === true &&
    identity.routeId === marker.routeId &&
    identity.origin === marker.origin &&
    identity.generation === marker.generation;
  return { ...marker, genuine };
}

function markerFromIdentity(transactionId: string | undefined): Marker | undefined {
  if (!transactionId?.startsWith(identityPrefix)) return undefined;
  const [, routeId, origin, generation] = /^hetk1:([^:]+):([^:]+):(\d{1,9})$/.exec(transactionId) ?? [];
  return routeId && origin ? { routeId, origin, generation: Number(generation), genuine: true } : unreadable;
}

function markerFromText(text: string): NewMarker | undefined {
  try {
    return markerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
