import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Queues } from '../platform/queues.ts';
import { verifyPushToken } from '../platform/signedToken.ts';
import type { BurstGate } from './burst.ts';
import type { Forgeries } from './forgeries.ts';

/**
 * Push: verify, enqueue, answer. No database, no provider, one enqueue for each calendar that a body names. A call whose token is not ours
 * costs one HMAC and is answered like any other, so that a stranger learns nothing.
 */

export interface PushNeeds {
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly burst: BurstGate;
  readonly forgeries: Forgeries;
}

/** What to answer: a status, and for Graph's handshake the text to echo. */
export interface PushAnswer {
  readonly status: number;
  readonly text?: string;
}

/** Longest body that is read, bytes; Graph's largest batches of basic notifications stay far below it. */
export const LARGEST_BODY = 1_048_576;

const graphItem = z.looseObject({
  clientState: z.string().max(256).nullish(),
  lifecycleEvent: z.string().max(64).nullish(),
  changeType: z.string().max(64).nullish(),
  resourceData: z.looseObject({ id: z.string().nullish(), '@odata.etag': z.string().nullish() }).nullish(),
});
const graphBody = z.looseObject({ value: z.array(graphItem).max(10_000) });

/** @param body the raw body, or undefined when it was too large to be read */
export async function graphPush(
  needs: PushNeeds,
  body: string | undefined,
  validationToken: string | null,
): Promise<PushAnswer> {
  if (validationToken !== null) return { status: 200, text: validationToken };
  const items = graphItems(body);
  if (!items) return { status: body === undefined ? 413 : 400 };
  const pulls = new Map<string, (string | undefined)[]>();
  const renewals = new Map<string, boolean>();
  let forged = 0;
  for (const item of items) {
    const token = verifyPushToken(needs.keyring, item.clientState ?? '');
    if (!token) forged += 1;
    else if (item.lifecycleEvent === 'reauthorizationRequired')
      renewals.set(token.calendarId, renewals.get(token.calendarId) ?? false);
    else if (item.lifecycleEvent === 'subscriptionRemoved') renewals.set(token.calendarId, true);
    else pulls.set(token.calendarId, [...(pulls.get(token.calendarId) ?? []), versionOf(item)]);
  }
  if (forged > 0) needs.forgeries.note('graph', forged);
  await Promise.all([
    ...[...pulls].map(([calendarId, versions]) => announce(needs, calendarId, versions)),
    ...[...renewals].map(([calendarId, recreate]) => needs.queues.bulk({ kind: 'subscribe', calendarId, recreate })),
  ]);
  return { status: 202 };
}

function graphItems(body: string | undefined): z.infer<typeof graphItem>[] | undefined {
  if (body === undefined) return undefined;
  try {
    return graphBody.safeParse(JSON.parse(body)).data?.value;
  } catch {
    return undefined;
  }
}

/** Google sends headers and no body. `sync` only says that the channel is open. */
export async function googlePush(needs: PushNeeds, token: string | null, state: string | null): Promise<PushAnswer> {
  const named = verifyPushToken(needs.keyring, token ?? '');
  if (!named) {
    needs.forgeries.note('google', 1);
    return { status: 202 };
  }
  if (state !== 'sync') await announce(needs, named.calendarId);
  return { status: 202 };
}

/** Names the state that an item is about; undefined where it does not say. A deletion is told apart from the change before it. */
function versionOf({ changeType, resourceData }: z.infer<typeof graphItem>): string | undefined {
  const etag = resourceData?.['@odata.etag'];
  return resourceData?.id && etag ? `${changeType === 'deleted'} ${resourceData.id} ${etag}` : undefined;
}

/**
 * One message for the calendar, unless a queued one stands for these notifications too.
 * @throws when it cannot be queued; the service then sends again, and nothing is taken for announced
 */
async function announce(
  needs: PushNeeds,
  calendarId: string,
  versions: readonly (string | undefined)[] = [undefined],
): Promise<void> {
  const now = needs.clock.now();
  const admission = needs.burst.admit(calendarId, now, versions);
  if (admission === 'covered') return;
  try {
    await needs.queues.changes({ kind: 'pull', calendarId, at: now + admission.delayMs }, admission.delayMs);
  } catch (error) {
    needs.burst.forget(calendarId);
    throw error;
  }
}
