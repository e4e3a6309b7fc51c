import { Hono } from 'hono';
import type { Clock } from '../../shared/platform/clock.ts';
import type { Random } from '../../shared/platform/random.ts';
import { controlRoutes } from '../core/control.ts';
import type { Faults } from '../core/faults.ts';
import { createNotificationLog } from '../core/requests.ts';
import { weekView } from '../core/week.ts';
import type { CalendarWorld } from '../core/world.ts';
import { runBatch } from './batch.ts';
import { batchPartHeader, calendarApi } from './calendarApi.ts';
import { googleId } from './calendarIds.ts';
import { createChangeLog } from './changeLog.ts';
import { createChannels, type PushOddity } from './channels.ts';
import { errorAnswer, GoogleError } from './errors.ts';
import { createGrants, type GoogleClient } from './grants.ts';
import { createLedger, kindOf } from './ledger.ts';
import { createListing } from './list.ts';
import { backendError, type GoogleFault, googleFaults } from './mishaps.ts';
import { createQuota } from './quota.ts';
import { signIn } from './signIn.ts';
import { tokens } from './tokens.ts';
import { createEvents } from './write.ts';

export interface GoogleOptions {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  /** Where this Google is reached; without a slash at the end. */
  readonly origin?: string;
  /** Sends notifications. */
  readonly deliver: typeof fetch;
  /** Runs a task later; the only way in which time passes here. */
  readonly schedule: (delayMs: number, task: () => Promise<void>) => void;
  readonly clients?: readonly GoogleClient[];
  /** Units one person may use in a minute; Google gives a project 600. */
  readonly quotaPerMinute?: number;
}

/** The registration that the one-machine world uses. */
export const localClient: GoogleClient = {
  id: 'hetk.apps.googleusercontent.com',
  secret: 'simulated',
  redirectUris: ['http://localhost:*/connect/google/callback', 'http://127.0.0.1:*/connect/google/callback'],
};

/** Google's sign-in and calendar on one origin, as strict and as awkward as the real ones. For development and tests. */
export function createGoogle(options: GoogleOptions) {
  const { world, clock, random, faults, deliver, schedule, quotaPerMinute = 600 } = options;
  const origin = options.origin ?? 'http://localhost:7073';
  const clients = options.clients ?? [localClient];
  const grants = createGrants({ clock, random });
  const ledger = createLedger();
  const notifications = createNotificationLog();
  const log = createChangeLog(world, clock);
  const strikes = (fault: GoogleFault) => faults.hit(fault) !== undefined;

  const channels = createChannels({
    clock,
    random,
    origin,
    deliver,
    schedule,
    oddity: () => pushOddities.find(([fault]) => strikes(fault))?.[1],
    note: ({ channelId, status }) => {
      const outcome = status === undefined ? 'lost' : delivered.has(status) ? 'delivered' : 'failed';
      notifications.record({ at: clock.now(), subscriptionId: channelId, outcome, ...(status ? { status } : {}) });
    },
  });
  world.onChange(({ calendarId }) => channels.changed(calendarId));

  const api = calendarApi({
    world,
    clock,
    origin,
    grants,
    quota: createQuota({ clock, unitsPerMinute: quotaPerMinute }),
    listings: createListing({ world, log, clock, random, origin }),
    events: createEvents({ world, random, origin }),
    channels,
    faults,
    count: ledger.count,
  });

  const app = new Hono();
  app.route('/', signIn({ people: world.people, clients, grants }));
  app.use('/token', async (_, next) => {
    if (strikes('token-unavailable')) return Response.json({ error: 'internal_failure' }, { status: 503 });
    await next();
    return undefined;
  });
  app.route('/', tokens({ person: world.person, clients, grants, clock }));
  app.route('/', api);
  app.route(
    '/sim',
    controlRoutes({
      world,
      faults,
      requests: ledger,
      notifications,
      remoteId: googleId,
      revoke: grants.revokePerson,
      samplePush: (calendar) => channels.sample(calendar.id),
      knownFaults: googleFaults,
    }),
  );
  app.route('/', weekView(world, { service: 'Google Calendar', clock }));

  async function batch(request: Request): Promise<{ answer: Response; size: number }> {
    let size = 0;
    const dispatch = (part: Request) => {
      size += 1;
      part.headers.set(batchPartHeader, '1');
      return answerAndRecord(part);
    };
    try {
      if (strikes('batch-unavailable')) throw backendError(503);
      return { answer: await runBatch(origin, request, random, dispatch, () => strikes('batch-part-missing')), size };
    } catch (error) {
      if (error instanceof GoogleError) return { answer: errorAnswer(error), size };
      throw error;
    }
  }

  async function answerAndRecord(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const kind = kindOf(request.method, pathname);
    const path = `${pathname}${search}`;
    if (kind === 'batch') {
      const { answer, size } = await batch(request);
      ledger.record({ kind, method: request.method, path, status: answer.status, batchSize: size });
      return answer;
    }
    const isPart = request.headers.has(batchPartHeader);
    const answer = await app.fetch(request);
    if (kind)
      ledger.record({ kind: isPart ? `part-${kind}` : kind, method: request.method, path, status: answer.status });
    return answer;
  }

  return {
    origin,
    fetch: answerAndRecord,
    requests: ledger,
    notifications,
    channels,
    /** As the person would in the account's security settings. */
    revoke: grants.revokePerson,
    expireAccessTokens: grants.expireAccess,
  };
}

const pushOddities: readonly (readonly [GoogleFault, PushOddity])[] = [
  ['notification-lost', 'lost'],
  ['notification-doubled', 'doubled'],
  ['notification-late', 'late'],
  ['notification-forged', 'forged'],
];

/** What counts as received. */
const delivered: ReadonlySet<number> = new Set([102, 200, 201, 202, 204]);
