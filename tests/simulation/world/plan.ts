import type { RouteOptions } from '../../../shared/stores/stores.ts';
import { Chance } from '../harness/chance.ts';
import { type ServiceName, serviceNames } from '../harness/services.ts';
import { type ActionName, actionWeights } from './actions.ts';
import { type FaultStep, favouredFaults, interruptedCreation, isPatient, isSilent, planFaults } from './faults.ts';

/**
 * What a run is to be, made from its seed before it begins: who is there, what is paired, what happens when. Every part can be left out without
 * changing the others, so that a failing run can be made smaller.
 */
export interface Plan {
  readonly seed: string;
  /** Epoch ms, UTC. */
  readonly startAt: number;
  /** How far each process's clock is ahead, ms. */
  readonly skews: readonly number[];
  readonly users: readonly UserPlan[];
  readonly pairs: readonly PairPlan[];
  readonly events: readonly EventPlan[];
  readonly steps: readonly Step[];
  /** How long the storm lasts, ms. */
  readonly stormMs: number;
  readonly twoWayShare: number;
  /**
   * No daily verification comes to the rescue: what notifications and polls bring must be enough. Such runs leave out what only a verification
   * can see.
   */
  readonly prompt: boolean;
}

interface UserPlan {
  readonly accounts: readonly AccountPlan[];
}

interface AccountPlan {
  readonly service: ServiceName;
  readonly email: string;
  readonly calendars: readonly { readonly zone: string; readonly access: 'owner' | 'writer' | 'reader' }[];
}

/** Names a calendar: user, account of the user, calendar of the account. */
export type Place = readonly [user: number, account: number, calendar: number];

export interface PairPlan {
  readonly source: Place;
  readonly target: Place;
  readonly direction: 'one-way' | 'two-way';
  readonly there: RouteOptions;
  readonly back: RouteOptions;
}

export interface EventPlan {
  readonly place: Place;
  readonly seed: string;
}

export type Step =
  | { readonly kind: 'act'; readonly afterMs: number; readonly what: ActionName; readonly seed: string }
  | ({ readonly kind: 'fault'; readonly afterMs: number } & FaultStep);

export interface PlanOptions {
  /** How many of the pairs are two-way, 0 to 1. */
  readonly twoWayShare: number;
  readonly faults: boolean;
  /** Names of faults that are to come more often than by chance. */
  readonly favoured: readonly string[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const zones = [
  'Europe/Vienna',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'Pacific/Honolulu',
  'Pacific/Kiritimati',
  'America/St_Johns',
  'UTC',
] as const;

/** Days on which something is special: changes of the clocks, the turn of a year, a leap day not far. */
const beginnings = ['2026-03-20', '2026-06-15', '2026-10-20', '2026-12-28', '2027-03-10', '2027-09-20'];

export function planRun(seed: string, options: PlanOptions): Plan {
  const chance = new Chance(`plan ${seed}`);
  const users = Array.from({ length: chance.pick([1, 1, 1, 1, 2, 2, 3, 4]) }, (_, user) => planUser(chance, user));
  const pairs = planPairs(chance, users, options);
  const events: EventPlan[] = [];
  for (const [place] of places(users)) {
    const busy = pairs.some((pair) => same(pair.source, place) || same(pair.target, place));
    const count = busy ? chance.between(1, 3) : chance.below(2);
    for (let index = 0; index < count; index += 1) events.push({ place, seed: `${seed} event ${place} ${index}` });
  }
  const prompt = chance.happens(0.35);
  const stormMs = chance.pick([20 * MINUTE, HOUR, 3 * HOUR, 3 * HOUR, DAY, 2 * DAY]);
  return {
    seed,
    startAt: Date.parse(`${chance.pick(beginnings)}T00:00:00Z`) + chance.below(DAY),
    skews: Array.from({ length: chance.between(2, 4) }, () => chance.between(-4_000, 4_000)),
    users,
    pairs,
    events,
    steps: planSteps(chance, seed, stormMs, options).filter((step) => !prompt || isForPromptRuns(step)),
    prompt,
    stormMs,
    twoWayShare: options.twoWayShare,
  };
}

function planUser(chance: Chance, user: number): UserPlan {
  const count = chance.pick([1, 2, 2, 2, 3]);
  const first = chance.below(serviceNames.length);
  return {
    accounts: Array.from({ length: count }, (_, account) => ({
      // With more accounts than one different services, so that most pairs lead from one to another.
      service: serviceNames[(account + first) % serviceNames.length] ?? chance.pick(serviceNames),
      email: `person${user}${'abc'[account]}@${account === 1 ? 'work' : 'home'}.example`,
      calendars: Array.from({ length: count === 1 ? chance.between(2, 3) : chance.pick([1, 1, 2]) }, (_, index) => ({
        zone: chance.pick(zones),
        access: index > 0 && chance.happens(0.1) ? ('reader' as const) : ('owner' as const),
      })),
    })),
  };
}

function* places(users: readonly UserPlan[]): Generator<[Place, ServiceName, string]> {
  for (const [user, { accounts }] of users.entries()) {
    for (const [account, { calendars, service }] of accounts.entries()) {
      for (const [calendar, { access }] of calendars.entries()) yield [[user, account, calendar], service, access];
    }
  }
}

function planPairs(chance: Chance, users: readonly UserPlan[], options: PlanOptions): PairPlan[] {
  const pairs: PairPlan[] = [];
  for (const [user] of users.entries()) {
    const own = [...places(users)].filter(([place]) => place[0] === user);
    const wanted = users.length > 2 ? 1 : chance.between(1, 3);
    for (let tries = 0, made = 0; tries < 20 && made < wanted; tries += 1) {
      const [source, , sourceAccess] = chance.pick(own);
      const [target, , access] = chance.pick(own);
      if (same(source, target) || access === 'reader') continue;
      if (pairs.some((pair) => same(pair.source, source) && same(pair.target, target))) continue;
      const twoWay = chance.happens(options.twoWayShare) && sourceAccess !== 'reader';
      if (twoWay && pairs.some((pair) => same(pair.source, target) && same(pair.target, source))) continue;
      if (pairs.some((p) => p.direction === 'two-way' && same(p.source, target) && same(p.target, source))) continue;
      made += 1;
      const [there, back] = [planOptions(chance), planOptions(chance)];
      pairs.push({ source, target, direction: twoWay ? 'two-way' : 'one-way', there, back });
    }
  }
  return pairs;
}

export function planOptions(chance: Chance): RouteOptions {
  return {
    markPrivate: chance.happens(0.3),
    showAs: chance.happens(0.75) ? 'keep' : chance.pick(['busy', 'free', 'tentative', 'oof'] as const),
    skipFree: chance.happens(0.15),
    transformIdentity: chance.happens(0.3),
  };
}

function planSteps(chance: Chance, seed: string, stormMs: number, options: PlanOptions): Step[] {
  const steps: Step[] = [];
  const count = chance.between(6, 24);
  for (let index = 0; index < count; index += 1) {
    const afterMs = chance.below(stormMs);
    const what = chance.weighted(actionWeights);
    steps.push({ kind: 'act', afterMs, what, seed: `${seed} step ${index}` });
  }
  if (options.faults && chance.happens(0.9)) {
    for (const fault of planFaults(chance)) {
      const afterMs = isPatient(fault) ? 0 : chance.below(stormMs);
      steps.push({ kind: 'fault', afterMs, ...fault });
    }
    for (const fault of options.favoured.flatMap((name) => favouredFaults(chance, name))) {
      steps.push({ kind: 'fault', afterMs: chance.below(stormMs), ...fault });
    }
    if (chance.happens(0.25)) {
      // What chance alone hardly brings together: a worker dies when Graph has made the copy, and the original changes before it is tried again.
      const afterMs = chance.below(Math.round(stormMs * 0.7));
      for (const fault of interruptedCreation(chance)) steps.push({ kind: 'fault', afterMs, ...fault });
      steps.push({ kind: 'act', afterMs, what: 'second-thoughts', seed: `${seed} second thoughts` });
    }
  }
  return steps.sort((a, b) => a.afterMs - b.afterMs);
}

/** Deeds that ask for a verification, or that only one finds. */
const notPrompt: readonly string[] = ['same-meeting', 'options', 'pause', 'resume', 'add-pair', 'revoke', 'reconnect'];

function isForPromptRuns(step: Step): boolean {
  return step.kind === 'act' ? !notPrompt.includes(step.what) : !isSilent(step);
}

export function same(one: Place, other: Place): boolean {
  return one.every((part, index) => part === other[index]);
}
