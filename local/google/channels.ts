import { z } from 'zod';
import type { Clock } from '../../shared/platform/clock.ts';
import type { Random } from '../../shared/platform/random.ts';
import type { SimCalendar } from '../core/core.ts';
import { googleId } from './calendarIds.ts';
import { GoogleError, invalidParameter, notFound } from './errors.ts';
import type { Json } from './eventBody.ts';
import type { AccessGrant } from './grants.ts';

interface ChannelNeeds {
  readonly clock: Clock;
  readonly random: Random;
  readonly origin: string;
  readonly deliver: typeof fetch;
  readonly schedule: (delayMs: number, task: () => Promise<void>) => void;
  /** How one notification goes wrong; asked once for each. */
  readonly oddity: () => PushOddity | undefined;
  /** Told once for each notification that was to be sent. */
  readonly note: (notification: Notification) => void;
}

export type PushOddity = 'lost' | 'doubled' | 'late' | 'forged';

interface Notification {
  readonly channelId: string;
  readonly state: 'sync' | 'exists' | 'not_exists';
  readonly attempt: number;
  /** HTTP status; 0 where nobody answered, undefined where it was lost on the way. */
  readonly status: number | undefined;
}

interface Channel {
  readonly id: string;
  readonly resourceId: string;
  readonly calendar: SimCalendar;
  readonly address: string;
  readonly token: string | undefined;
  readonly expiresAt: number;
  readonly grant: AccessGrant;
  messageNumber: number;
}

const watchBody = z.object({
  id: z.string(),
  type: z.string(),
  address: z.string(),
  token: z.string().max(256).optional(),
  expiration: z.coerce.number().int().positive().optional(),
  params: z.object({ ttl: z.coerce.number().int().positive().optional() }).optional(),
});

const stopBody = z.object({ id: z.string(), resourceId: z.string() });

const longestMs = 7 * 86_400_000;
const lateMs = 5 * 60_000;
/** First wait before a notification is sent again, ms; doubles each time. */
const retryMs = 1_000;
const attempts = 6;

/** Push channels. @see https://developers.google.com/workspace/calendar/api/guides/push */
export function createChannels(needs: ChannelNeeds) {
  const { clock, random, origin, deliver, schedule, oddity, note } = needs;
  const channels = new Map<string, Channel>();
  const live = (channel: Channel) => channels.get(channel.id) === channel && channel.expiresAt > clock.now();

  function headersOf(channel: Channel, state: Notification['state'], forged: boolean): Record<string, string> {
    return {
      'user-agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
      'content-length': '0',
      'x-goog-channel-id': channel.id,
      'x-goog-message-number': String(channel.messageNumber),
      'x-goog-resource-id': channel.resourceId,
      'x-goog-resource-state': state,
      'x-goog-resource-uri': `${origin}/calendar/v3/calendars/${encodeURIComponent(googleId(channel.calendar))}/events?alt=json`,
      'x-goog-channel-expiration': new Date(channel.expiresAt).toUTCString(),
      ...(channel.token !== undefined && { 'x-goog-channel-token': forged ? 'forged' : channel.token }),
    };
  }

  async function send(channel: Channel, headers: Record<string, string>, state: Notification['state'], attempt = 1) {
    let status = 0;
    try {
      const answer = await deliver(channel.address, { method: 'POST', headers, body: '' });
      status = answer.status;
      await answer.body?.cancel();
    } catch {
      // Nobody there: counts as a failure that is not tried again, like every status but the four below.
    }
    note({ channelId: channel.id, state, attempt, status });
    if ([500, 502, 503, 504].includes(status) && attempt < attempts) {
      schedule(retryMs * 2 ** (attempt - 1), () => send(channel, headers, state, attempt + 1));
    }
  }

  function notify(channel: Channel): void {
    // Numbers grow and are not consecutive.
    channel.messageNumber += 1 + ((random.bytes(1)[0] ?? 0) % 7);
    const odd = oddity();
    const headers = headersOf(channel, 'exists', odd === 'forged');
    if (odd === 'lost') {
      note({ channelId: channel.id, state: 'exists', attempt: 0, status: undefined });
      return;
    }
    schedule(odd === 'late' ? lateMs : 0, () => send(channel, headers, 'exists'));
    if (odd === 'doubled') schedule(0, () => send(channel, headers, 'exists'));
  }

  return {
    /**
     * Opens a channel for the events of a calendar. Its `sync` message goes out before or after the answer, as chance has it.
     * @throws GoogleError 400
     */
    async watch(calendar: SimCalendar, grant: AccessGrant, json: Json): Promise<object> {
      const parsed = watchBody.safeParse(json);
      if (!parsed.success) throw invalidParameter(String(parsed.error.issues[0]?.path.join('.') ?? 'channel'));
      const body = parsed.data;
      if (!/^[\w\-+/=]{1,64}$/.test(body.id)) throw invalidParameter('id', 'Invalid channel id.');
      if (body.type !== 'web_hook' && body.type !== 'webhook') throw invalidParameter('type', 'Unknown channel type.');
      checkAddress(body.address);
      if (channels.has(body.id)) {
        throw new GoogleError(400, 'channelIdNotUnique', `Channel id ${body.id} not unique`);
      }
      const wanted = body.expiration ?? clock.now() + (body.params?.ttl ? body.params.ttl * 1000 : longestMs);
      if (wanted <= clock.now()) throw invalidParameter('expiration', 'Channel expiration must be in the future.');
      const channel: Channel = {
        id: body.id,
        resourceId: Buffer.from(calendar.id).toString('base64url').slice(0, 40),
        calendar,
        address: body.address,
        token: body.token,
        expiresAt: Math.min(wanted, clock.now() + longestMs),
        grant,
        messageNumber: 1,
      };
      channels.set(channel.id, channel);
      const headers = headersOf(channel, 'sync', false);
      const sync = () => send(channel, headers, 'sync');
      if ((random.bytes(1)[0] ?? 0) < 128) await sync();
      else schedule(0, sync);
      return {
        kind: 'api#channel',
        id: channel.id,
        resourceId: channel.resourceId,
        resourceUri: `${origin}/calendar/v3/calendars/${encodeURIComponent(googleId(calendar))}/events?alt=json`,
        ...(channel.token !== undefined && { token: channel.token }),
        expiration: String(channel.expiresAt),
      };
    },

    /** Only the same person and application can stop a channel. @throws GoogleError 400, 404 */
    stop(grant: AccessGrant, json: Json): void {
      const parsed = stopBody.safeParse(json);
      if (!parsed.success) throw invalidParameter('id');
      const channel = channels.get(parsed.data.id);
      const mine = channel?.grant.email === grant.email && channel.grant.clientId === grant.clientId;
      if (!channel || !mine || channel.resourceId !== parsed.data.resourceId || !live(channel)) {
        throw new GoogleError(404, 'channelUnknown', `Channel '${parsed.data.id}' not found for project.`);
      }
      channels.delete(channel.id);
    },

    /** Tells every live channel of a calendar that something changed in it. */
    changed(calendarId: string): void {
      for (const channel of channels.values()) if (channel.calendar.id === calendarId && live(channel)) notify(channel);
    },

    /** What the newest live channel of a calendar would be sent for a change. */
    sample(calendarId: string): { url: string; headers: Record<string, string>; body: string } | undefined {
      const channel = [...channels.values()].findLast((each) => each.calendar.id === calendarId && live(each));
      return channel && { url: channel.address, headers: headersOf(channel, 'exists', false), body: '' };
    },

    /** Google loses a channel before its time, and says nothing. */
    drop(channelId: string): void {
      if (!channels.delete(channelId)) throw notFound();
    },

    list: (): readonly { id: string; resourceId: string; calendarId: string; expiresAt: number; live: boolean }[] =>
      [...channels.values()].map((channel) => ({
        id: channel.id,
        resourceId: channel.resourceId,
        calendarId: channel.calendar.id,
        expiresAt: channel.expiresAt,
        live: live(channel),
      })),
  };
}

export type Channels = ReturnType<typeof createChannels>;

/** https with a certificate that people trust; plain http only to this machine, since this Google is a simulated one. */
function checkAddress(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url) throw new GoogleError(400, 'push.webhookUrlNotValid', 'Invalid WebHook callback URL.');
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\./.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new GoogleError(400, 'push.webhookUrlNotHttps', `WebHook callback must be HTTPS: ${address}`);
  }
}
