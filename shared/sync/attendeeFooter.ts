import { escapeHtml } from '../calendar/text.ts';

/** The attendees' addresses as text at the end of a copy's description: text, because an attendee on a copy would be sent mail. */
export function attendeeFooter(addresses: readonly string[]): string {
  return addresses.length === 0 ? '' : `<p>Attendees: ${addresses.map(escapeHtml).join(', ')}</p>`;
}

/** Rich text without the list of attendees at its end; lines of other words that begin alike stay. */
export function withoutAttendeeFooter(rich: string): string {
  return rich.replace(/(?:<p>|<br>|^)Attendees: [^\s<>,]+@[^\s<>,]+(?:, [^\s<>,]+@[^\s<>,]+)*(?:<\/p>)?\s*$/, '');
}
