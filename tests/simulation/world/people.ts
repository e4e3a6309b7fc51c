import { connectAccount } from '../../../shared/consent/accounts.ts';
import type { Answer, ConsentRequest } from '../../../shared/consent/answer.ts';
import { createPair as createPairHandler } from '../../../shared/consent/api/createPair.ts';
import { confirmDeletions, patchPair, pausePair, resumePair } from '../../../shared/consent/api/pairs.ts';
import { deleteAccount, deleteMe, deletePair } from '../../../shared/consent/api/removal.ts';
import type { Handler } from '../../../shared/consent/needs.ts';
import { sessionCookie } from '../../../shared/consent/session.ts';
import type { RouteOptions } from '../../../shared/stores/stores.ts';
import type { HetkHost } from '../harness/host.ts';
import { type PairPlan, same } from './plan.ts';
import type { Run } from './run.ts';
import type { Side } from './side.ts';
import { signIn } from './signIn.ts';

/** What people do on Hetk's page: the real handlers, on some process that may die before it has answered; people then try again. */

interface Call {
  readonly userId: string;
  readonly handler: Handler;
  readonly method: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** @returns undefined when the connection broke */
async function call(run: Run, request: Call, host: HetkHost): Promise<Answer | undefined> {
  const cookie = await sessionCookie({ ...host.consent }, request.userId);
  const asked: ConsentRequest = {
    method: request.method,
    path: '/api',
    params: request.params ?? {},
    query: new URLSearchParams(request.query),
    header: (name) => (name === 'content-type' ? 'application/json' : undefined),
    cookie: (name) => (name === cookie.name ? cookie.value : undefined),
    body: async () => JSON.stringify(request.body ?? {}),
  };
  return new Promise((resolve) => {
    const lost = () => resolve(undefined);
    host.callers.add(lost);
    void request.handler(asked, host.consent).then((answer) => {
      host.callers.delete(lost);
      run.trace.note(`  a person got ${answer.status}`);
      resolve(answer);
    });
  });
}

/** Asks until there is an answer: whoever gets none reloads the page and presses again. */
async function insist(run: Run, request: Call): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await call(run, request, run.anyHost());
    if (answer && answer.status < 500) return answer;
    if (tries > 20) throw new Error('The page does not answer.');
    const again = run.scheduler.now + 60_000 + run.chance.below(240_000);
    await new Promise<void>((resolve) => run.scheduler.at(again, 'a person tries again', resolve));
  }
}

export function sideAt(run: Run, place: PairPlan['source']): Side {
  const side = run.sides.find((each) => same(each.place, place));
  if (!side) throw new Error(`There is no calendar ${place.join('/')}.`);
  return side;
}

export async function createPair(run: Run, plan: PairPlan, host?: HetkHost): Promise<void> {
  const [source, target] = [sideAt(run, plan.source), sideAt(run, plan.target)];
  const request: Call = {
    userId: source.userId,
    handler: createPairHandler,
    method: 'POST',
    body: {
      source: source.calendarId,
      target: target.calendarId,
      direction: plan.direction,
      sourceToTarget: plan.there,
      ...(plan.direction === 'two-way' && { targetToSource: plan.back }),
    },
  };
  run.ledger.meantRoute(source, target, plan.there.markPrivate);
  if (plan.direction === 'two-way') {
    run.ledger.meantRoute(target, source, plan.back.markPrivate);
    run.ledger.meantBothWays(source, target);
  }
  const answer = host ? await call(run, request, host) : await insist(run, request);
  if (answer?.status === 201) run.ledger.madePair(idOf(answer));
  run.ledger.pairs = await pairsNow(run);
}

function idOf(answer: Answer): string {
  const { json } = answer;
  return typeof json === 'object' && json !== null && 'id' in json ? String(json.id) : '';
}

export async function changeOptions(
  run: Run,
  pair: KnownPair,
  there: RouteOptions,
  back: RouteOptions | undefined,
): Promise<void> {
  const both = back && pair.direction === 'two-way' ? back : undefined;
  run.ledger.meantRoute(pair.source, pair.target, there.markPrivate);
  if (both) run.ledger.meantRoute(pair.target, pair.source, both.markPrivate);
  await insist(run, {
    userId: pair.source.userId,
    handler: patchPair,
    method: 'PATCH',
    params: { id: pair.id },
    body: { sourceToTarget: there, ...(both && { targetToSource: both }) },
  });
}

export async function pause(run: Run, pair: KnownPair): Promise<void> {
  await insist(run, { userId: pair.source.userId, handler: pausePair, method: 'POST', params: { id: pair.id } });
}

export async function resume(run: Run, pair: KnownPair): Promise<void> {
  await insist(run, { userId: pair.source.userId, handler: resumePair, method: 'POST', params: { id: pair.id } });
}

export async function confirm(run: Run, pair: KnownPair): Promise<void> {
  await insist(run, {
    userId: pair.source.userId,
    handler: confirmDeletions,
    method: 'POST',
    params: { id: pair.id },
  });
}

export async function removePair(run: Run, pair: KnownPair, copies: 'remove' | 'keep'): Promise<void> {
  run.ledger.removing(pair, copies);
  await insist(run, {
    userId: pair.source.userId,
    handler: deletePair,
    method: 'DELETE',
    params: { id: pair.id },
    query: { copies },
  });
}

export async function disconnect(run: Run, side: Side, copies: 'remove' | 'keep'): Promise<void> {
  for (const pair of await pairsNow(run)) {
    if (pair.source.accountId === side.accountId || pair.target.accountId === side.accountId) {
      run.ledger.removing(pair, copies);
    }
  }
  run.ledger.disconnecting(side.accountId);
  await insist(run, {
    userId: side.userId,
    handler: deleteAccount,
    method: 'DELETE',
    params: { id: side.accountId },
    query: { copies },
  });
}

export async function leave(run: Run, userId: string, copies: 'remove' | 'keep'): Promise<void> {
  for (const pair of await pairsNow(run)) if (pair.source.userId === userId) run.ledger.removing(pair, copies);
  run.ledger.leaving(userId);
  await insist(run, { userId, handler: deleteMe, method: 'DELETE', query: { copies } });
}

/** Signs in again at the service, and Hetk takes the new grant; until it worked, again. */
export async function reconnect(run: Run, side: Side): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const host = run.anyHost();
    const done = await new Promise<boolean>((resolve) => {
      const lost = () => resolve(false);
      host.callers.add(lost);
      void signIn(run.services, host.consent, side.service, side.email)
        .then((grant) =>
          connectAccount(host.consent, side.service, grant, { userId: side.userId, accountId: side.accountId }),
        )
        .then(() => resolve(true))
        .catch((error: unknown) => {
          run.trace.note(`  reconnecting failed: ${String(error)}`);
          resolve(false);
        })
        .finally(() => host.callers.delete(lost));
    });
    if (done || run.ledger.isLeaving(side)) return;
    const again = run.scheduler.now + 60_000 + run.chance.below(120_000);
    await new Promise<void>((resolve) => run.scheduler.at(again, 'a person signs in again', resolve));
  }
}

/** A pair as its user sees it on the page. */
export interface KnownPair {
  readonly id: string;
  readonly direction: 'one-way' | 'two-way';
  readonly source: Side;
  readonly target: Side;
  readonly paused: boolean;
  readonly removing: boolean;
  readonly routes: readonly KnownRoute[];
}

export interface KnownRoute {
  readonly id: string;
  readonly source: Side;
  readonly target: Side;
  readonly options: RouteOptions;
  readonly state: string;
  readonly problem: string | undefined;
}

/** All pairs that are in the database, read without Hetk's own code. */
export async function pairsNow(run: Run): Promise<KnownPair[]> {
  const { kysely } = run.database;
  const pairs = await kysely.selectFrom('pairs').selectAll().orderBy('created_at').orderBy('id').execute();
  const rows = await kysely.selectFrom('routes').selectAll().orderBy('way').execute();
  const side = (calendarId: string) => run.sides.find((each) => each.calendarId === calendarId);
  return pairs.flatMap((pair): KnownPair[] => {
    const routes = rows
      .filter((row) => row.pair_id === pair.id)
      .flatMap((row): KnownRoute[] => {
        const [source, target] = [side(row.source_calendar_id), side(row.target_calendar_id)];
        if (!source || !target) return [];
        const options: RouteOptions = {
          markPrivate: row.mark_private === 1,
          showAs: row.show_as,
          skipFree: row.skip_free === 1,
          transformIdentity: row.transform_identity === 1,
        };
        return [{ id: row.id, source, target, options, state: row.state, problem: row.problem_code ?? undefined }];
      });
    const [first] = routes;
    if (!first) return [];
    return [
      {
        id: pair.id,
        direction: pair.direction,
        source: first.source,
        target: first.target,
        paused: pair.paused === 1,
        removing: pair.removing === 1,
        routes,
      },
    ];
  });
}
