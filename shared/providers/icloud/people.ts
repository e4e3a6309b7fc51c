import type { Person, Response } from '../../calendar/event.ts';
import { type Component, linesNamed, type Property, read } from './contentLines.ts';

/** Who takes part in an event, as its calendar's owner sees it. */
export interface People {
  readonly organizer?: Person;
  readonly isOrganizer: boolean;
  /** Without the owner. */
  readonly attendees: readonly Person[];
  readonly response: Response;
}

const responses: Readonly<Record<string, Response>> = {
  ACCEPTED: 'accepted',
  TENTATIVE: 'tentative',
  DECLINED: 'declined',
};

/** @param ownerEmail address of the calendar's owner; addresses are compared without regard to case */
export function peopleOf(event: Component, ownerEmail: string): People {
  const invited = linesNamed(event, 'ATTENDEE').map((line) => readable(() => read(line)) ?? nobody);
  const organizing = linesNamed(event, 'ORGANIZER').map((line) => readable(() => read(line)) ?? nobody)[0];
  const organizer = organizing && personFrom(organizing);
  const isOwner = (person: Person) => person.email.toLowerCase() === ownerEmail.toLowerCase();
  const isOrganizer = !organizer || isOwner(organizer) || invited.length === 0;
  const own = invited.find((attendee) => isOwner(personFrom(attendee)));
  const answer = own && (responses[own.parameters.partstat?.toUpperCase() ?? ''] ?? 'none');
  return {
    ...(organizer && { organizer }),
    isOrganizer,
    attendees: invited.map(personFrom).filter((person) => !isOwner(person)),
    response: isOrganizer && answer !== 'declined' ? 'organizer' : (answer ?? 'none'),
  };
}

/** Somebody takes part whose line cannot be read: still a meeting, which must not be touched. */
const nobody: Property = { parameters: {}, type: 'cal-address', values: ['unknown'] };

function readable<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** iCloud names its own people by paths, and their address in EMAIL. */
function personFrom({ parameters, values }: Property): Person {
  const address = String(values[0] ?? '').trim();
  const mail = /^mailto:(.*)$/i.exec(address)?.[1];
  const email = (mail ?? parameters.email ?? address).trim().replace(/^mailto:/i, '');
  const name = parameters.cn?.trim();
  return name && name !== email ? { email, name } : { email };
}
