import type { CalendarEvent, EventContent } from '../calendar/event.ts';
import { meetingKey } from '../calendar/meeting.ts';
import { startOf, windowAround } from '../calendar/window.ts';
import type { Calendar, RouteOptions } from '../stores/stores.ts';
import { decide } from './decide.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { project } from './projection.ts';
import { viewTarget } from './targetView.ts';

/** What a new route would write, judged by the merge rule itself. The examples are for the user's own eyes and are not kept. */
export interface Preview {
  /** How many events the source has in the window. */
  readonly originals: number;
  /** How many copies would be written. */
  readonly copies: number;
  /** How many would be skipped, by reason code. */
  readonly skipped: Readonly<Record<string, number>>;
  /** The next five copies as they would look. */
  readonly examples: readonly EventContent[];
}

const EXAMPLES = 5;

type Needs = Pick<SyncNeeds, 'providers' | 'clock' | 'settings'>;

/** Reads both calendars, writes nothing. @throws ProviderError */
export async function previewRoute(
  needs: Needs,
  source: Calendar,
  target: Calendar,
  options: RouteOptions,
): Promise<Preview> {
  const { HETK_WINDOW_PAST_DAYS: past, HETK_WINDOW_FUTURE_DAYS: future } = needs.settings;
  const now = needs.clock.now();
  const window = windowAround(now, past, future);
  const view = await viewTarget(providerOf(needs, target), refOf(target), '', window);
  const skipped: Record<string, number> = {};
  let found = 0;
  let copies = 0;
  let next: CalendarEvent[] = [];
  for await (const page of providerOf(needs, source).list(refOf(source), window)) {
    for (const original of page) {
      const sameMeeting = view.meetings.has(meetingKey(original) ?? '');
      const unknown = { projectionSame: false, timeSame: false, originalSame: false, twoWay: false, givesBack: false };
      const seen = { ...unknown, copy: 'unseen', sameMeeting } as const;
      const { action, reason } = decide({ original, link: undefined, options, window, ...seen });
      if (reason === 'outside-window') continue;
      found += 1;
      if (action === 'create') {
        copies += 1;
        if (startOf(original.span) >= now) next.push(original);
      } else skipped[reason] = (skipped[reason] ?? 0) + 1;
    }
    next = next.sort((a, b) => startOf(a.span) - startOf(b.span)).slice(0, EXAMPLES);
  }
  const ends = { sourceEmail: source.ownerEmail, targetEmail: target.ownerEmail };
  return { originals: found, copies, skipped, examples: next.map((original) => project(original, options, ends)) };
}
