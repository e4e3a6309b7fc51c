import { Hono } from 'hono';
import { z } from 'zod';
import type { Clock } from '../../shared/platform/clock.ts';
import type { Random } from '../../shared/platform/random.ts';
import { controlRoutes } from '../core/control.ts';
import type { Faults } from '../core/faults.ts';
import { createNotificationLog, createRequestLog } from '../core/requests.ts';
import { weekView } from '../core/week.ts';
import type { CalendarWorld } from '../core/world.ts';
import { runBatch } from './batch.ts';
import { errorAnswer, GraphError } from './errors.ts';
import { createGrants, type MicrosoftClient } from './grants.ts';
import { graphApi } from './graph.ts';
import { graphCalendarId } from './ids.ts';
import { kindOf } from './kinds.ts';
import { createLoad } from './load.ts';
import { lostAnswer, meetMishap } from './meetMishap.ts';
import { microsoftFaults } from './mishaps.ts';
import { createNotifications } from './notifications.ts';
import { readPreferences } from './preferences.ts';
import { signIn } from './signIn.ts';
import { createSubscriptions } from './subscriptions.ts';
import { guid } from './tenants.ts';
import { tokens } from './tokens.ts';

export interface MicrosoftOptions {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  /** Where this Microsoft is reached; without a slash at the end. */
  readonly origin?: string;
  /** Sends notifications and validation requests. */
  readonly deliver: typeof fetch;
  /** Runs a task later; the only way in which time passes here. */
  readonly schedule: (delayMs: number, task: () => Promise<void>) => void;
  readonly clients?: readonly MicrosoftClient[];
  /** An administrator has to approve calendar permissions first, as in most work tenants. */
  readonly adminConsentNeeded?: boolean;
  /** Graph gives a mailbox 10,000. */
  readonly requestsPerTenMinutes?: number;
  /** Holds every request up while it has its place among the four of its mailbox; by default nothing does. */
  readonly pause?: () => Promise<void>;
}

/** The registration that the one-machine world uses. */
export const localClient: MicrosoftClient = {
  id: '11111111-2222-3333-4444-555555555555',
  secret: 'simulated',
  redirectUris: ['localhost', '127.0.0.1'].flatMap((host) => [
    `http://${host}:*/connect/microsoft/callback`,
    `http://${host}:*/connect/microsoft/admin/callback`,
  ]),
};

/** Entra and Microsoft Graph on one origin, as strict and as awkward as the real ones. For development and tests. */
export function createMicrosoft(options: MicrosoftOptions) {
  const { world, clock, random, faults, deliver, schedule, requestsPerTenMinutes = 10_000 } = options;
  const origin = options.origin ?? 'http://localhost:7072';
  const clients = options.clients ?? [localClient];
  const grants = createGrants({ clock, random });
  const requests = createRequestLog();
  const log = createNotificationLog();
  const load = createLoad({ clock, requestsPerTenMinutes });
  const approved = new Set<string>();
  const subscriptions = createSubscriptions({ world, clock, random, faults, deliver });
  const notifications = createNotifications({ world, clock, random, faults, subscriptions, log, deliver, schedule });
  const graph = graphApi({
    world,
    clock,
    random,
    faults,
    subscriptions,
    mailed: (count) => requests.mailed(count),
  });

  const pages = new Hono();
  pages.route('/', weekView(world, { service: 'Microsoft', clock }));
  pages.route('/sim', control());
  pages.route(
    '/',
    signIn({
      people: world.people,
      clients,
      grants,
      faults,
      adminConsentNeeded: (tenant) => options.adminConsentNeeded === true && !approved.has(tenant),
      approveTenant: (tenant) => void approved.add(tenant),
    }),
  );
  const wait = (ms: number) => new Promise<void>((resolve) => schedule(ms, async () => resolve()));
  pages.route('/', tokens({ person: world.person, clients, grants, faults, clock, origin, wait }));

  function control(): Hono {
    const app = controlRoutes({
      world,
      faults,
      requests,
      notifications: log,
      remoteId: graphCalendarId,
      revoke: grants.revoke,
      samplePush: (calendar) => notifications.sample(calendar.id),
      knownFaults: microsoftFaults,
    });
    app.post('/challenge', async (c) => {
      grants.challenge(challengeSchema.parse(await c.req.json()).email);
      return c.body(null, 204);
    });
    app.post('/tokens/expire', (c) => {
      grants.expireAccess();
      return c.body(null, 204);
    });
    app.post('/lifecycle', async (c) => {
      const { calendar, event } = lifecycleSchema.parse(await c.req.json());
      return c.json({ sent: notifications.lifecycle(calendar, event) });
    });
    return app;
  }

  const failure = (error: GraphError) => errorAnswer(error, guid(`request:${clock.now()}`), clock.now());

  /** One request of Graph, alone or out of a batch. */
  async function answerGraph(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const asked = { method: request.method, path: `${pathname}${search}` };
    try {
      const grant = grants.check(/^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '');
      const person = grant && world.person(grant.email);
      if (!grant || !person) {
        throw new GraphError(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.');
      }
      const leave = load.enter(grant.email);
      try {
        const mishap = meetMishap(faults, asked);
        if (mishap) return mishap;
        await options.pause?.();
        const preferences = readPreferences(request.headers.get('prefer'));
        const answer = await graph.fetch(request, { session: { person, scopes: grant.scopes, preferences } });
        return lostAnswer(faults, asked, answer.status) ?? answer;
      } finally {
        leave();
      }
    } catch (error) {
      if (error instanceof GraphError) return failure(error);
      throw error;
    }
  }

  async function answerBatch(request: Request): Promise<{ answer: Response; size: number }> {
    const authorization = request.headers.get('authorization') ?? '';
    let size = 0;
    try {
      if (!grants.check(authorization.replace(/^Bearer /i, ''))) {
        throw new GraphError(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.');
      }
      const mishap = meetMishap(faults, { method: 'POST', path: '/v1.0/$batch' }, true);
      if (mishap) return { answer: mishap, size };
      const json: unknown = await request.json().catch(() => undefined);
      const run = (item: Request) => recorded(item, answerGraph, 'part-');
      const { answers, ...batch } = await runBatch(json, origin, authorization, run);
      size = batch.size;
      const told = faults.hit('batch-item-missing') ? answers.slice(1) : answers;
      return { answer: Response.json({ responses: told }), size };
    } catch (error) {
      if (error instanceof GraphError) return { answer: failure(error), size };
      throw error;
    }
  }

  async function recorded(request: Request, answer: (request: Request) => Promise<Response>, prefix = '') {
    const { pathname, search } = new URL(request.url);
    const response = await answer(request);
    const kind = `${prefix}${kindOf(request.method, pathname, search)}`;
    requests.record({ kind, method: request.method, path: pathname + search, status: response.status });
    return response;
  }

  return {
    origin,
    async fetch(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url);
      if (pathname === '/v1.0/$batch' && request.method === 'POST') {
        const { answer, size } = await answerBatch(request);
        requests.record({ kind: 'batch', method: 'POST', path: pathname, status: answer.status, batchSize: size });
        return answer;
      }
      if (pathname.startsWith('/v1.0/')) return recorded(request, answerGraph);
      if (/\/(oauth2\/v2\.0|v2\.0\/adminconsent)/.test(pathname)) {
        return recorded(request, async (each) => pages.fetch(each));
      }
      return pages.fetch(request);
    },
    requests,
    notifications: log,
    subscriptions,
    lifecycle: notifications.lifecycle,
    /** As when the person's sessions are revoked. */
    revoke: grants.revoke,
    /** Conditional access wants more of this person: no token until a sign-in brings the challenge along. */
    challenge: grants.challenge,
    expireAccessTokens: grants.expireAccess,
  };
}

const challengeSchema = z.strictObject({ email: z.string() });

const lifecycleSchema = z.strictObject({
  /** The simulator's own id of the calendar. */
  calendar: z.string(),
  event: z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed']),
});
