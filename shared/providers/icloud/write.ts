import { differingFields } from '../../calendar/fingerprint.ts';
import { isProviderError, ProviderError } from '../errors.ts';
import type { CalendarRef, WriteOperation, WriteResult } from '../provider.ts';
import { adoption, type Creation, pathOf, spent, uidOf } from './adopt.ts';
import { failureOf } from './answer.ts';
import { createLimiter } from './atMost.ts';
import { copyText, restoredText } from './body.ts';
import { zoneFor } from './calendarZone.ts';
import type { IcloudClient } from './client.ts';
import { MOST_AT_ONCE } from './dav.ts';
import { sameEtag } from './etags.ts';
import { assertReachable } from './home.ts';
import { eventNameOf } from './ids.ts';
import { deleteResource, putResource, type Written } from './put.ts';
import { type Accepted, readBack } from './readBack.ts';
import { readInstance } from './reading.ts';
import { CHUNK, getResource, isMissing, type Resource } from './resources.ts';
import {
  type Rewriting,
  UnchangeableError,
  withEventChanged,
  withOccurrenceCancelled,
  withOccurrenceChanged,
} from './rewrite.ts';
import { uidOfMarker } from './uid.ts';

/** Operations of one call. CalDAV has no batches: each is a request, and all are read back in one. */
export const BATCH_SIZE = CHUNK.icloud;

/** What one operation came to, before anything is read back. */
type Outcome = WriteResult | { readonly accepted: Accepted };

/** Carries out operations; see `CalendarProvider.write`. Those on one resource go one after the other, as they were given. */
export async function write(
  client: IcloudClient,
  calendar: CalendarRef,
  operations: readonly WriteOperation[],
  permit: () => Promise<void> = async () => {},
): Promise<WriteResult[]> {
  const work = createWork(client, calendar);
  const outcomes: Outcome[] = operations.map(() => ({ ok: false, error: notCarriedOut }));
  const byPath = new Map<string, number[]>();
  for (const [index, operation] of operations.entries()) {
    const path = resourceOf(operation, calendar);
    byPath.set(path, [...(byPath.get(path) ?? []), index]);
  }
  // As many at once as are sent at once: what is not begun when iCloud asks for a pause is not sent at all.
  const limited = createLimiter(MOST_AT_ONCE);
  const groups = await Promise.allSettled(
    [...byPath.values()].map((group) =>
      limited('write', async () => {
        for (const index of group) {
          await permit();
          const operation = operations[index];
          if (operation) outcomes[index] = await work.carryOut(operation);
        }
      }),
    ),
  );
  for (const group of groups) if (group.status === 'rejected') throw group.reason;
  const gone = work.calendarGone();
  if (gone) throw gone;
  const accepted = outcomes.flatMap((outcome) => ('accepted' in outcome ? [outcome.accepted] : []));
  const events = await readBack(client, calendar, accepted);
  return outcomes.map((outcome) => {
    if (!('accepted' in outcome)) return outcome;
    const event = events[accepted.indexOf(outcome.accepted)] ?? notCarriedOut;
    return event instanceof ProviderError ? { ok: false, error: event } : { ok: true, event };
  });
}

const notCarriedOut = new ProviderError('unavailable', 'The operation was not carried out.', { code: 'not-sent' });

function resourceOf(operation: WriteOperation, calendar: CalendarRef): string {
  return isCreation(operation) ? pathOf(operation, calendar) : eventNameOf(operation.id).href;
}

function isCreation(operation: WriteOperation): operation is Creation {
  return operation.kind === 'create' || operation.kind === 'restore';
}

/** Errors after which the rest of a batch is better not sent: a refused password asked for again may lock the account. */
function isHalting(error: ProviderError): boolean {
  return isProviderError(error, 'revoked', 'throttled', 'calendar-gone');
}

function createWork(client: IcloudClient, calendar: CalendarRef) {
  let halted: ProviderError | undefined;
  let reachable: Promise<void> | undefined;
  /** By path, what this call itself made of an etag: the next operation on the same resource still names the one before. */
  const own = new Map<string, { readonly before: string; readonly after: string }>();

  /** Once per call. @throws calendar-gone when the 404 of an event was that of its calendar */
  function assertCalendar(): Promise<void> {
    reachable ??= assertReachable(client, calendar);
    return reachable;
  }

  async function found(href: string): Promise<Resource> {
    const resource = await getResource(client, calendar, href);
    if (resource) return resource;
    await assertCalendar();
    throw notFound();
  }

  async function instanceOf(resource: Resource, recurrenceId?: string): Promise<ReturnType<typeof readInstance>> {
    const zone = await zoneFor(client, calendar, [resource.text]);
    return readInstance(resource, recurrenceId, { ownerEmail: calendar.ownerEmail, zone });
  }

  async function rewritingOf({ text }: Resource): Promise<Rewriting> {
    const calendarZone = await zoneFor(client, calendar, [text]);
    return { now: client.clock.now(), calendarZone, ownerEmail: calendar.ownerEmail };
  }

  async function create(operation: Creation): Promise<Outcome> {
    const path = pathOf(operation, calendar);
    const now = client.clock.now();
    const uid = uidOf(operation);
    const text =
      operation.kind === 'create'
        ? copyText({ uid, now, content: operation.content, marker: operation.marker })
        : restoredText({ uid, now, content: operation.content, identity: operation.identity });
    const answer = await putResource(client, calendar, path, text, { ifNew: true });
    if (answer.ok) return { accepted: { name: { href: path }, text, etag: answer.etag, before: undefined } };
    if (isMissing(answer)) {
      // iCloud says 404 to a body that it does not like (davx5#1859).
      await assertCalendar();
      throw failureOf(answer, 'write');
    }
    if (answer.status !== 412 && answer.status !== 409 && answer.status !== 403) throw failureOf(answer, 'write');
    const resource = await getResource(client, calendar, path);
    if (resource) return adoption(client, calendar, operation, resource);
    await assertCalendar();
    // The UID lies elsewhere among the person's calendars: somebody moved the copy.
    if (answer.conditions.includes('no-uid-conflict')) throw spent();
    if (answer.status === 412) {
      throw new ProviderError('unavailable', 'The calendar server says that a new event is there, and it is not.', {
        code: 'condition-unasked',
        status: 412,
      });
    }
    throw failureOf(answer, 'write');
  }

  /** The etag that a write is to name, as it stands after what this call wrote itself. */
  function current(href: string, etag: string | undefined): string | undefined {
    const change = own.get(href);
    return change && sameEtag(etag, change.before) ? change.after : etag;
  }

  function noted(accepted: Accepted): Outcome {
    const { etag, before, name } = accepted;
    if (etag !== undefined && before !== undefined) own.set(name.href, { before, after: etag });
    return { accepted };
  }

  async function update(operation: WriteOperation & { kind: 'update' }): Promise<Outcome> {
    const { content, marker, id } = operation;
    const { href } = eventNameOf(id);
    const stood = operation.etag === undefined ? await found(href) : undefined;
    const etag = current(href, operation.etag ?? stood?.etag);
    if (etag === undefined) throw noEtag();
    const text = copyText({ uid: uidOfMarker(marker), now: client.clock.now(), content, marker, isUpdate: true });
    const answer = await putResource(client, calendar, href, text, { etag });
    if (answer.ok) return noted({ name: { href }, text, etag: answer.etag, before: etag });
    if (answer.status !== 412 && !isMissing(answer)) throw failureOf(answer, 'write');
    // 412 is also what a repeated write meets, and 404 what a bad body gets: what stands there tells.
    const resource = await found(href);
    if (isMissing(answer)) throw failureOf(answer, 'write');
    const event = await instanceOf(resource);
    if (typeof event === 'string' || event.marker?.version !== marker.version) throw conflict();
    if (differingFields(event, content).length > 0) throw conflict();
    return { ok: true, event };
  }

  async function remove(operation: WriteOperation & { kind: 'delete' }): Promise<Outcome> {
    const { href, recurrenceId } = eventNameOf(operation.id);
    if (recurrenceId !== undefined) return removeOccurrence(operation, href, recurrenceId);
    // Whoever names no etag means whatever stands there; it is still said which, so that no edit in between is lost.
    for (let attempts = 0; attempts < 2; attempts += 1) {
      const etag = current(href, operation.etag) ?? (await etagOf(href));
      if (etag === 'gone') return { ok: true };
      const answer = await deleteResource(client, calendar, href, etag);
      if (answer.ok) return { ok: true };
      if (answer.status !== 412 && !isMissing(answer)) throw failureOf(answer, 'write');
      // 404 may be a gateway's, too.
      if (!(await getResource(client, calendar, href))) {
        await assertCalendar();
        return { ok: true };
      }
      if (operation.etag !== undefined) break;
    }
    throw conflict();
  }

  async function etagOf(href: string): Promise<string> {
    const resource = await getResource(client, calendar, href);
    if (!resource) {
      await assertCalendar();
      return 'gone';
    }
    if (resource.etag === undefined) throw noEtag();
    return resource.etag;
  }

  async function removeOccurrence(
    operation: WriteOperation & { kind: 'delete' },
    href: string,
    recurrenceId: string,
  ): Promise<Outcome> {
    const resource = await getResource(client, calendar, href);
    if (!resource) {
      await assertCalendar();
      // Whoever names an etag saw it a moment ago: a reading that lags does not make it gone.
      if (operation.etag !== undefined) throw seenAndMissing();
      return { ok: true };
    }
    const etag = asSeen(resource, operation.etag);
    const rewriting = await rewritingOf(resource);
    const text = rewritten(() => withOccurrenceCancelled(resource.text, recurrenceId, rewriting));
    if (text === undefined) return { ok: true };
    const answer =
      text === ''
        ? await deleteResource(client, calendar, href, etag)
        : await putResource(client, calendar, href, text, { etag });
    if (!answer.ok) throw rewriteFailure(answer);
    if (answer.etag !== undefined) own.set(href, { before: etag, after: answer.etag });
    return { ok: true };
  }

  async function writeBack(operation: WriteOperation & { kind: 'write-back' }): Promise<Outcome> {
    const name = eventNameOf(operation.id);
    const resource = await found(name.href);
    const etag = asSeen(resource, operation.etag);
    const event = await instanceOf(resource, name.recurrenceId);
    if (event === 'gone') throw notFound();
    // A single event that became a series is another thing than what was edited.
    if (event === 'unreadable') throw conflict();
    const { recurrenceId } = name;
    const rewriting = await rewritingOf(resource);
    const text = rewritten(() =>
      recurrenceId === undefined
        ? withEventChanged(resource.text, operation.changes, rewriting)
        : withOccurrenceChanged(resource.text, recurrenceId, operation.changes, rewriting),
    );
    if (text === undefined) throw notFound();
    const answer = await putResource(client, calendar, name.href, text, { etag });
    if (!answer.ok) throw rewriteFailure(answer);
    return noted({ name, text, etag: answer.etag, before: etag });
  }

  /** The resource's etag, if it is as the caller last saw it. @throws conflict */
  function asSeen(resource: Resource, seen: string | undefined): string {
    if (resource.etag === undefined) throw noEtag();
    const wanted = current(resource.href, seen);
    if (wanted !== undefined && !sameEtag(wanted, resource.etag)) throw conflict();
    return resource.etag;
  }

  function dispatch(operation: WriteOperation): Promise<Outcome> {
    switch (operation.kind) {
      case 'create':
      case 'restore':
        return create(operation);
      case 'update':
        return update(operation);
      case 'delete':
        return remove(operation);
      case 'write-back':
        return writeBack(operation);
    }
  }

  return {
    /** Then nothing is known about any operation. */
    calendarGone: () => (halted?.kind === 'calendar-gone' ? halted : undefined),
    async carryOut(operation: WriteOperation): Promise<Outcome> {
      if (halted) return { ok: false, error: halted };
      try {
        return await dispatch(operation);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        if (isHalting(error)) halted ??= error;
        return { ok: false, error };
      }
    },
  };
}

/** @throws refused where a resource cannot be changed without losing something of it */
function rewritten(rewrite: () => string | undefined): string | undefined {
  try {
    return rewrite();
  } catch (cause) {
    if (!(cause instanceof UnchangeableError)) throw cause;
    throw new ProviderError('refused', `The resource stays as it is. ${cause.message}`, {
      code: 'unchangeable',
      cause,
    });
  }
}

/** The resource stood a moment ago: 404 is about the new body then. */
function rewriteFailure(answer: Written): ProviderError {
  return failureOf(answer, 'write');
}

function conflict(): ProviderError {
  return new ProviderError('conflict', 'The event changed since it was read.', { code: 'etag', status: 412 });
}

function notFound(): ProviderError {
  return new ProviderError('not-found', 'The event is not there.', { code: 'http-404', status: 404 });
}

function seenAndMissing(): ProviderError {
  const message = 'The calendar server does not give an event that it gave a moment ago.';
  return new ProviderError('unavailable', message, { code: 'seen-and-missing' });
}

function noEtag(): ProviderError {
  return new ProviderError('malformed', 'The calendar server gives an event no etag, so it cannot be written safely.', {
    code: 'no-etag',
  });
}
