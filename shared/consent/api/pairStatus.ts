import type { Account, Calendar, Pair, Problem, Route } from '../../stores/stores.ts';

export type PairStatus = 'starting' | 'active' | 'paused' | 'reconnect' | 'stopped';

export interface PairProblem extends Problem {
  /** Which account needs to be connected again, where that is it. */
  readonly accountId?: string;
}

export interface PairSituation {
  readonly status: PairStatus;
  readonly problem?: PairProblem;
}

/** What a pair's status depends on besides itself; calendars and accounts by id. */
export interface Surroundings {
  readonly calendars: ReadonlyMap<string, Pick<Calendar, 'accountId' | 'goneAt'>>;
  readonly accounts: ReadonlyMap<string, Pick<Account, 'email' | 'status'>>;
}

/**
 * The one word that a person reads, and what they can do. In this order: what they chose themselves, what only they can mend, what
 * waits for them, what is under way. A route that catches up by itself counts as active and says why it is late.
 */
export function pairSituation(pair: Pick<Pair, 'paused' | 'removing' | 'routes'>, around: Surroundings): PairSituation {
  if (pair.removing) return { status: 'stopped', problem: beingRemoved };
  const [reconnect] = accountsToReconnect(pair.routes, around);
  const problem = gravest(pair.routes);
  if (pair.paused) return withProblem('paused', reconnect ?? problem);
  if (calendarGone(pair.routes, around)) return { status: 'stopped', problem: gone };
  if (problem && stopping.has(problem.code)) return { status: 'stopped', problem };
  if (reconnect) return { status: 'reconnect', problem: reconnect };
  if (pair.routes.some(({ state }) => state === 'braked')) return withProblem('paused', problem);
  return withProblem(pair.routes.some(({ state }) => state === 'starting') ? 'starting' : 'active', problem);
}

/** Everything that is the matter, what must be read first before the rest; each once. */
export function pairProblems(pair: Pick<Pair, 'paused' | 'removing' | 'routes'>, around: Surroundings): PairProblem[] {
  const { problem: first } = pairSituation(pair, around);
  if (!first || pair.removing) return first ? [first] : [];
  const reconnect = accountsToReconnect(pair.routes, around);
  const ofRoutes = pair.routes
    .filter(({ state }) => state !== 'braked')
    .flatMap(({ problem }) => problem ?? [])
    .filter(({ action }) => action !== 'reconnect' || reconnect.length === 0);
  // What looks deleted may only be out of reach, so nobody is asked to confirm it yet.
  const braked = reconnect.length === 0 ? deletionsOf(pair.routes) : undefined;
  const all = [first, ...reconnect, ...(braked ? [braked] : []), ...ofRoutes];
  return all.filter((each, at) => all.findIndex(({ message }) => message === each.message) === at);
}

/** Of the problems of both directions the one that must be read: what stops, then what waits for an answer, then whatever there is. */
function gravest(routes: readonly Route[]): Problem | undefined {
  const problems = routes.flatMap(({ problem }) => problem ?? []);
  return problems.find(({ code }) => stopping.has(code)) ?? deletionsOf(routes) ?? problems[0];
}

/** What the brake holds back. One answer is for both directions, so both are said. */
function deletionsOf(routes: readonly Route[]): Problem | undefined {
  const [one, other] = routes.flatMap(({ state, problem }) => (state === 'braked' && problem ? [problem] : []));
  return one && other ? { ...one, message: `${one.message} In the other direction: ${other.message}` } : one;
}

/** Codes of route problems that waiting does not mend. */
const stopping = new Set(['source-gone', 'target-gone']);

const beingRemoved: Problem = { code: 'removing', message: 'This pair is being removed.', action: 'none' };

const gone: Problem = {
  code: 'calendar-gone',
  message:
    'One of the two calendars no longer exists or is no longer shared with you. The copies were left as they are.',
  action: 'none',
};

function withProblem(status: PairStatus, problem: PairProblem | undefined): PairSituation {
  return problem ? { status, problem } : { status };
}

function ends(routes: readonly Route[]): string[] {
  return routes.flatMap((route) => [route.sourceCalendarId, route.targetCalendarId]);
}

function calendarGone(routes: readonly Route[], { calendars }: Surroundings): boolean {
  return ends(routes).some((id) => calendars.get(id)?.goneAt !== undefined);
}

function accountsToReconnect(routes: readonly Route[], { calendars, accounts }: Surroundings): PairProblem[] {
  const ids = new Set(ends(routes).map((id) => calendars.get(id)?.accountId ?? ''));
  return [...ids].flatMap((accountId) => {
    const account = accounts.get(accountId);
    if (account?.status !== 'reconnect') return [];
    return {
      code: 'reconnect-needed',
      message: `The account ${account.email} needs to be connected again. Until then nothing is copied and nothing is deleted.`,
      action: 'reconnect',
      accountId,
    };
  });
}
