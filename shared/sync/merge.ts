import type { CalendarEvent, EventContent } from '../calendar/event.ts';
import type { ContentField } from '../calendar/fingerprint.ts';
import { plainFromRich } from '../calendar/text.ts';
import type { RouteOptions } from '../stores/stores.ts';
import { unproject } from './projection.ts';

/** Both twins of a two-way pair as they are now, and which fields of each changed since they were last equal. */
export interface Twins {
  readonly original: CalendarEvent;
  readonly originalEdits: readonly ContentField[];
  readonly copy: CalendarEvent;
  readonly copyEdits: readonly ContentField[];
  /** What the copy would say if it followed the original. */
  readonly projected: EventContent;
}

/**
 * What the original is to take over from its copy. Fields that changed on one side only are that side's; where both changed the same
 * field, the more recent modification wins it, and the original where they are as old.
 */
export function mergeTwins(twins: Twins, options: RouteOptions): Partial<EventContent> {
  const { original, originalEdits, copy, copyEdits, projected } = twins;
  const copyIsNewer = copy.modifiedAt > original.modifiedAt;
  const won = copyEdits.filter(
    (field) => (copyIsNewer || !originalEdits.includes(field)) && !isCutShort(projected, copy, field),
  );
  return unproject(original, copy, won, options);
}

/** No service cuts a text that is shorter than this. */
const SHORTEST_CUT = 200;

/** Services cut long texts; what is left of one is no edit. */
function isCutShort(projected: EventContent, copy: EventContent, field: ContentField): boolean {
  if (field !== 'title' && field !== 'description' && field !== 'location') return false;
  const [whole, part] = [plain(projected, field), plain(copy, field).replace(/…$/, '')];
  return part.length >= SHORTEST_CUT && part.length < whole.length && whole.startsWith(part);
}

function plain(content: EventContent, field: 'title' | 'description' | 'location'): string {
  const text = field === 'description' ? plainFromRich(content[field]) : content[field];
  return text.replace(/\s+/g, ' ').trim();
}
