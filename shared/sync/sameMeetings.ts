import { type CalendarEvent, isMeeting } from '../calendar/event.ts';
import { meetingKey } from '../calendar/meeting.ts';
import type { CalendarProvider, CalendarRef } from '../providers/provider.ts';
import type { Link } from '../stores/stores.ts';
import type { TargetView } from './targetView.ts';

/** Which of these originals the target holds as originals of its own. Only meetings not copied so far are asked about. */
export async function sameMeetings(
  provider: CalendarProvider,
  target: CalendarRef,
  view: TargetView | undefined,
  events: readonly CalendarEvent[],
  links: ReadonlyMap<string, Link>,
): Promise<ReadonlySet<string>> {
  const meetings = events.filter((event) => !event.marker && !event.cancelled && isMeeting(event) && meetingKey(event));
  if (view) return new Set(meetings.filter((event) => view.meetings.has(meetingKey(event) ?? '')).map(({ id }) => id));
  const asked = meetings.filter((event) => links.get(event.id)?.state !== 'live');
  if (asked.length === 0) return new Set();
  const answers = await provider.hasMeetings(target, asked);
  return new Set(asked.filter((_, index) => answers[index]).map(({ id }) => id));
}
