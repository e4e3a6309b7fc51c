import type { SimCalendar, SimEvent } from '../core/core.ts';

/** Which events of a calendar are there, by what iCloud looks them up by. */
export interface LiveEvents {
  /** Told of each event that came, changed or went. */
  note(event: SimEvent): void;
  named(calendar: SimCalendar, name: string): SimEvent | undefined;
  /** Those with this UID, the oldest first. */
  withUid(calendar: SimCalendar, uid: string): readonly SimEvent[];
}

export function createLiveEvents(nameOf: (event: SimEvent) => string): LiveEvents {
  const byName = new Map<string, Set<SimEvent>>();
  const byUid = new Map<string, Set<SimEvent>>();

  function keep(index: Map<string, Set<SimEvent>>, key: string, event: SimEvent): void {
    const held = index.get(key) ?? new Set();
    if (event.deleted) held.delete(event);
    else held.add(event);
    if (held.size > 0) index.set(key, held);
    else index.delete(key);
  }

  const keyOf = (calendarId: string, word: string) => `${calendarId}\n${word}`;

  return {
    note(event) {
      keep(byName, keyOf(event.calendarId, nameOf(event)), event);
      keep(byUid, keyOf(event.calendarId, event.iCalUId), event);
    },
    named: ({ id }, name) => byName.get(keyOf(id, name))?.values().next().value,
    withUid: ({ id }, uid) => [...(byUid.get(keyOf(id, uid)) ?? [])],
  };
}
