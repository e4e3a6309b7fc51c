import type { FaultRequest } from '../../../local/core/faults.ts';
import { type IcloudFault, icloudFaults } from '../../../local/icloud/mishaps.ts';
import type { Chance } from '../harness/chance.ts';
import type { ServiceName } from '../harness/services.ts';

/** A fault that is armed at a step of the storm. */
export type FaultStep =
  | { readonly at: ServiceName | 'network'; readonly fault: FaultRequest }
  | { readonly at: 'process'; readonly fault: ProcessFault }
  | { readonly at: 'push'; readonly fault: PushFault };

export type ProcessFault =
  /** The process that comes to a gate after so many others ends there; with `gate` only gates whose label holds it count. */
  | { readonly name: 'killed'; readonly passes: number; readonly when: 'before' | 'after'; readonly gate?: string }
  | { readonly name: 'held-up'; readonly passes: number; readonly ms: number; readonly gate?: string }
  /** A waiting message is given twice. */
  | { readonly name: 'message-doubled' }
  | { readonly name: 'message-delayed'; readonly ms: number };

export type PushFault =
  | { readonly name: 'lifecycle'; readonly event: 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed' }
  | { readonly name: 'forged' }
  | { readonly name: 'delayed'; readonly ms: number; readonly times: number }
  | { readonly name: 'subscription-dropped' };

const anywhere = ['throttled', 'too-many-requests', 'unavailable', 'unauthorized', 'response-lost'];

const microsoft = [
  ...anywhere,
  'gateway-timeout',
  'server-error',
  'not-json',
  'not-json-error',
  'empty-value',
  'no-calendars',
  'batch-item-missing',
  'sync-state-not-found',
  'sync-state-invalid',
  'resync-required',
  'endless-pages',
  'empty-page',
  'repeated-rows',
  'replayed-rows',
  'unknown-removed',
  'stale-round',
  'master-missing',
  'null-stubs',
  'etag-bump',
  'bodies-rewritten',
  'truncated-page',
  'conflict-409',
  'if-match-ignored',
  'duplicate-409',
  'duplicate-unnamed',
  'reminder-ignored',
  'subscription-lost',
  'subscription-gone',
  'subscription-quota',
  'subscription-doubled',
  'validation-failed',
  'notification-lost',
  'notification-doubled',
  'notification-late',
  'notification-reordered',
  'notification-mixed',
  'notification-forged',
  'token-unavailable',
  'token-throttled',
  'token-not-json',
  'resource-not-found',
];

const google = [
  'rate-limit',
  'user-rate-limit',
  'quota',
  'too-many-requests',
  'server-error',
  'unavailable',
  'unauthorized',
  'not-json',
  'not-json-error',
  'response-lost',
  'conflict',
  'condition-unasked',
  'full-sync-required',
  'gone-unreasoned',
  'empty-page',
  'repeated-page',
  'empty-list',
  'no-calendars',
  'series-deletion-cut',
  'stale-read',
  'etag-change',
  'bodies-rewritten',
  'truncated-page',
  'endless-pages',
  'channel-lost',
  'notification-lost',
  'notification-doubled',
  'notification-late',
  'notification-forged',
  'batch-part-missing',
  'batch-unavailable',
  'token-unavailable',
];

const icloud = Object.keys(icloudFaults) as IcloudFault[];

const network = ['answer-cut', 'reset-before', 'reset-after'];

/** Faults by which a service says in good form what is not so: nothing but a second look finds them. */
const silent: ReadonlySet<string> = new Set([
  'empty-value',
  'empty-list',
  'truncated-page',
  'no-calendars',
  'if-match-ignored',
  'master-missing',
  // Told twice, it is believed until the next verification.
  'resource-not-found',
  'query-gap',
  'series-deletion-cut',
]);

export function isSilent({ fault }: FaultStep): boolean {
  return silent.has(fault.name);
}

const patient: ReadonlySet<string> = new Set([
  'subscription-quota',
  'subscription-doubled',
  'subscription-gone',
  'subscription-lost',
  'validation-failed',
  'if-match-ignored',
]);

/** Faults that lie in wait from the beginning: subscriptions are made then, and what else they need comes seldom. */
export function isPatient({ fault }: FaultStep): boolean {
  return patient.has(fault.name);
}

const MINUTE = 60_000;

export function planFaults(chance: Chance): FaultStep[] {
  const steps: FaultStep[] = [];
  const count = chance.between(0, 20);
  for (let index = 0; index < count; index += 1) steps.push(planFault(chance));
  return steps;
}

/** A fault, at each service that knows it, as often as worlds are wanted in which it matters. */
export function favouredFaults(chance: Chance, name: string): FaultStep[] {
  const known: readonly (readonly [ServiceName, readonly string[]])[] = [
    ['microsoft', microsoft],
    ['google', google],
    ['icloud', icloud],
  ];
  return known.flatMap(([at, names]) =>
    names.includes(name)
      ? Array.from({ length: 3 }, () => ({ at, fault: { name, times: 1, after: chance.pick([0, 0, 1]) } }))
      : [],
  );
}

/** A creation whose worker dies when it is made at Graph, and which Graph calls a duplicate when it is tried again with other words. */
export function interruptedCreation(chance: Chance): FaultStep[] {
  return [
    { at: 'process', fault: { name: 'killed', passes: 0, when: 'after', gate: 'POST microsoft/v1.0/me/calendars' } },
    { at: 'microsoft', fault: { name: chance.pick(['duplicate-409', 'duplicate-unnamed']), times: 1, after: 0 } },
  ];
}

function planFault(chance: Chance): FaultStep {
  const some = (name: string): FaultRequest => ({
    name,
    // A service that twice in a row shows nothing, in good form, is believed.
    times: silent.has(name) ? 1 : chance.pick([1, 1, 2, 4]),
    after: chance.pick([0, 0, 0, 1, 3]),
    ...(name === 'unavailable' && chance.happens(0.8) && { value: chance.pick([5, 120]) }),
  });
  switch (chance.weighted({ microsoft: 5, google: 5, icloud: 4, network: 1, process: 4, push: 2 })) {
    case 'microsoft':
      return { at: 'microsoft', fault: some(chance.pick(microsoft)) };
    case 'google':
      return { at: 'google', fault: some(chance.pick(google)) };
    case 'icloud':
      return planIcloudFault(chance, some(chance.pick(icloud)));
    case 'network':
      return { at: 'network', fault: some(chance.pick(network)) };
    case 'process':
      return { at: 'process', fault: planProcessFault(chance) };
    case 'push':
      return { at: 'push', fault: planPushFault(chance) };
  }
}

const expiries = ['403', '403-marked', '400', '409', '410', '412', '507', 'inside', 'full'];

function planIcloudFault(chance: Chance, fault: FaultRequest): FaultStep {
  if (fault.name === 'token-expired') return { at: 'icloud', fault: { ...fault, value: chance.pick(expiries) } };
  if (fault.name === 'gateway-page') return { at: 'icloud', fault: { ...fault, value: chance.pick([403, 404, 502]) } };
  // One look asks twice; what two looks minutes apart do not show is believed to be gone.
  if (fault.name === 'text-late') return { at: 'icloud', fault: { ...fault, times: Math.min(fault.times ?? 1, 2) } };
  return { at: 'icloud', fault };
}

function planProcessFault(chance: Chance): ProcessFault {
  switch (chance.weighted({ killed: 5, heldUp: 2, doubled: 2, delayed: 2, rotation: 2 })) {
    case 'killed':
      return {
        name: 'killed',
        passes: chance.below(60),
        when: chance.pick(['before', 'after'] as const),
      };
    case 'rotation':
      return { name: 'killed', passes: 0, when: 'before', gate: 'credentials.write' };
    case 'heldUp':
      return {
        name: 'held-up',
        passes: chance.below(40),
        ms: chance.pick([20_000, 3 * MINUTE, 5 * MINUTE]),
        // Of those that are held up longest some are in the middle of a write.
        ...(chance.happens(0.5) && { gate: chance.pick(['events', 'batch', 'links', 'calendars.commitRound']) }),
      };
    case 'doubled':
      return { name: 'message-doubled' };
    case 'delayed':
      return { name: 'message-delayed', ms: chance.pick([MINUTE, 30 * MINUTE, 120 * MINUTE]) };
  }
}

function planPushFault(chance: Chance): PushFault {
  switch (chance.weighted({ lifecycle: 3, forged: 1, delayed: 2, dropped: 2 })) {
    case 'lifecycle':
      return {
        name: 'lifecycle',
        event: chance.pick(['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const),
      };
    case 'forged':
      return { name: 'forged' };
    case 'delayed':
      return { name: 'delayed', ms: chance.pick([60, 240]) * MINUTE, times: chance.between(1, 4) };
    case 'dropped':
      return { name: 'subscription-dropped' };
  }
}
