import { type CalendarEvent, type EventContent, isMeeting } from '../calendar/event.ts';
import { endOf, startOf } from '../calendar/window.ts';
import type { Link, Route } from '../stores/stores.ts';
import { sealOriginal, sealProjection, sealStored, sealTime } from './copies.ts';
import type { SyncNeeds } from './needs.ts';

/** How a link reads after what was done. Each function makes a whole new record; nothing here is written. */

type Needs = Pick<SyncNeeds, 'keyring' | 'clock'>;

/** A link without a copy, of an original as it now is; `original` undefined where only the id is known. */
export function blankLink(needs: Needs, route: Route, originalId: string, original: CalendarEvent | undefined): Link {
  return {
    routeId: route.id,
    originalId,
    ...(original?.seriesId && { seriesId: original.seriesId }),
    state: 'gone',
    copyId: '',
    generation: 0,
    projected: '',
    stored: '',
    ...ofOriginal(needs, original),
    updatedAt: needs.clock.now(),
  };
}

/** A link whose copy stands as the provider returned it. */
export function liveLink(
  needs: Needs,
  before: Link,
  written: {
    readonly original: CalendarEvent | undefined;
    readonly content: EventContent | undefined;
    readonly copy: CalendarEvent;
  },
): Link {
  const { copyEtag: _etag, problem: _problem, ...rest } = before;
  const { original, content, copy } = written;
  return {
    ...rest,
    ...(original && ofOriginal(needs, original)),
    state: 'live',
    copyId: copy.id,
    ...(copy.etag && { copyEtag: copy.etag }),
    ...(copy.modifiedAt > 0 && { copyModifiedAt: copy.modifiedAt }),
    projected: content ? sealProjection(needs.keyring, content) : '',
    stored: sealStored(needs.keyring, copy),
    updatedAt: needs.clock.now(),
  };
}

/** The same link, of an original that was read again and shows nothing new on its copy. */
export function notedLink(needs: Needs, link: Link, original: CalendarEvent): Link {
  return { ...link, ...ofOriginal(needs, original), updatedAt: needs.clock.now() };
}

/** The same link, of an original that full listings lack since then; undefined: they show it again. */
export function absentLink(link: Link, since: number | undefined): Link {
  const { absentSince: _before, ...rest } = link;
  return since === undefined ? rest : { ...rest, absentSince: since };
}

/** The copy is gone; the link stays, so that its identity is not used twice. */
export function goneLink(link: Link, now: number): Link {
  const { copyEtag: _etag, problem: _problem, copyModifiedAt: _modified, absentSince: _since, ...rest } = link;
  return { ...rest, state: 'gone', copyId: '', projected: '', stored: '', updatedAt: now };
}

function ofOriginal({ keyring }: Needs, original: CalendarEvent | undefined) {
  return {
    original: original ? sealOriginal(keyring, original) : '',
    time: original ? sealTime(keyring, original) : '',
    start: original ? startOf(original.span) : 0,
    end: original ? endOf(original.span) : 0,
    ...(original && { meeting: isMeeting(original) }),
  };
}
