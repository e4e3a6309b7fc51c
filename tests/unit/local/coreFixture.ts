import { createHash } from 'node:crypto';
import type { SimFields, SimInstance } from '../../../local/core/core.ts';
import { createWorld } from '../../../local/core/world.ts';
import type { Random } from '../../../shared/platform/random.ts';

/** Chance that can be repeated. */
export function seeded(seed: string): Random {
  let counter = 0;
  return {
    bytes(count) {
      const parts: Buffer[] = [];
      for (let size = 0; size < count; size += 32) {
        counter += 1;
        parts.push(createHash('sha256').update(`${seed}:${counter}`).digest());
      }
      return new Uint8Array(Buffer.concat(parts).subarray(0, count));
    },
  };
}

export const owner = { email: 'ada@contoso.example', name: 'Ada Adler' };

/** A world with one person, one calendar in Berlin, and a clock that the test moves. */
export function startWorld() {
  const clock = { time: Date.parse('2026-11-23T08:00:00Z'), now: () => clock.time };
  const random = seeded('core');
  const world = createWorld({ clock, random });
  world.addPerson(owner);
  const calendar = world.addCalendar({
    owner: owner.email,
    name: 'Calendar',
    color: '#0f6cbd',
    zone: 'Europe/Berlin',
    primary: true,
    access: 'owner',
  });
  return { clock, random, world, calendar };
}

/** An hour from nine, in Berlin. */
export function meeting(title: string, day: string, more: Partial<SimFields> = {}): SimFields {
  return {
    title,
    description: '',
    descriptionType: 'text',
    location: '',
    time: { allDay: false, start: `${day}T09:00:00`, end: `${day}T10:00:00`, zone: 'Europe/Berlin' },
    showAs: 'busy',
    sensitivity: 'normal',
    attendees: [],
    cancelled: false,
    extra: {},
    ...more,
  };
}

/** `2026-12-01T08:00Z Title` */
export function line({ startMs, fields }: SimInstance): string {
  return `${new Date(startMs).toISOString().slice(0, 16)}Z ${fields.title}`;
}
