import { escapeHtml } from '../calendar/text.ts';

/** The attendees' addresses as text at the end of a copy's description: text, because an attendee on a copy would be sent mail. */
export function attendeeFooter(addresses: readonly string[]): string {
  return addresses.length === 0 ? '' : `<p>Attendees: ${addresses.map(escapeHtml).join(', ')}</p>`;
}
