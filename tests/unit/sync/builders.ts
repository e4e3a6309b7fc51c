import type { CalendarEvent } from '../../../shared/calendar/event.ts';
import type { Key, Keyring } from '../../../shared/platform/keyring.ts';
import type { Link, RouteOptions } from '../../../shared/stores/stores.ts';

export const open: RouteOptions = { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false };

export function event(changes: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    id: 'original-1',
    kind: 'default',
    title: 'Dentist',
    description: '',
    location: '',
    span: {
      kind: 'timed',
      start: Date.parse('2026-12-01T09:00Z'),
      end: Date.parse('2026-12-01T10:00Z'),
      zone: 'Europe/Vienna',
    },
    showAs: 'busy',
    sensitivity: 'normal',
    isOrganizer: true,
    attendees: [],
    response: 'organizer',
    cancelled: false,
    modifiedAt: 0,
    ...changes,
  };
}

export function link(changes: Partial<Link> = {}): Link {
  return {
    routeId: 'route-1',
    originalId: 'original-1',
    state: 'live',
    copyId: 'copy-1',
    generation: 0,
    projected: 'a.b',
    stored: 'a.b',
    original: 'a.b',
    time: 'a.b',
    start: Date.parse('2026-12-01T09:00Z'),
    end: Date.parse('2026-12-01T10:00Z'),
    updatedAt: 0,
    ...changes,
  };
}

/** A keyring of fixed keys; `ids` newest first. */
export function keys(...ids: string[]): Keyring {
  const all = (ids.length > 0 ? ids : ['k1']).map(
    (id): Key => ({ id, bytes: new Uint8Array(32).fill(id.charCodeAt(1)) }),
  );
  return {
    newest: () => all[0] ?? { id: 'k1', bytes: new Uint8Array(32) },
    find: (_purpose, id) => all.find((key) => key.id === id),
    secret: () => undefined,
  };
}
