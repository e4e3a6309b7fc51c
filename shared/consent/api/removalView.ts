import { newId } from '../../platform/random.ts';
import type { RemovalReport } from '../../stores/consentStores.ts';
import { NEVER } from '../../stores/never.ts';
import type { Pair } from '../../stores/stores.ts';
import type { ConsentNeeds } from '../needs.ts';

/**
 * How a removal goes, and at its end the proof. Read it at `GET /api/removals/{id}`, the address that the answer to the DELETE names: while `status` is
 * `running`, `progress` tells how many copies are gone; once it is `done`, `copiesLeft: 0` with `checkedAt` is the proof that the target calendars were
 * looked through and showed none. With `unreached` there is none: a target calendar could not be read.
 */
export interface RemovalView {
  readonly id: string;
  readonly kind: RemovalReport['kind'];
  readonly copies: RemovalReport['copies'];
  readonly status: 'running' | 'done';
  readonly progress: { readonly done: number; readonly total: number };
  /** Copies that the last look showed; absent before it, where the copies stay, and where nothing can be said. */
  readonly copiesLeft?: number;
  /** When that was. RFC 3339, UTC, as all times here. */
  readonly checkedAt?: string;
  readonly unreached?: true;
  readonly askedAt: string;
  readonly doneAt?: string;
}

export async function removalViewOf(needs: ConsentNeeds, report: RemovalReport): Promise<RemovalView> {
  const { id, kind, copies, total, checkedAt, unreached, askedAt, doneAt } = report;
  const running = doneAt === 0;
  const remaining = running && copies === 'remove' ? await liveCopies(needs, await pairsOf(needs, report)) : 0;
  const proven = copies === 'remove' && !unreached;
  // Where there was no copy there was nothing to look for, and the end of the removal is when that was found.
  const left = report.left ?? (running || total > 0 ? undefined : 0);
  const at = checkedAt || doneAt;
  return {
    id,
    kind,
    copies,
    status: running ? 'running' : 'done',
    progress: { done: Math.max(0, total - remaining), total },
    ...(proven && left !== undefined && { copiesLeft: left, checkedAt: iso(at) }),
    ...(unreached && { unreached: true }),
    askedAt: iso(askedAt),
    ...(!running && { doneAt: iso(doneAt) }),
  };
}

const iso = (at: number) => new Date(at).toISOString();

/** The report that a removal just asked for writes into; the one that runs already where it was asked for before. */
export async function openReport(
  needs: ConsentNeeds,
  wish: Pick<RemovalReport, 'kind' | 'subject' | 'copies'> & { readonly userId: string },
  pairs: readonly Pair[],
): Promise<RemovalReport> {
  const running = await needs.stores.removals.running(wish.subject);
  if (running) return running;
  const report: RemovalReport = {
    ...wish,
    id: newId(needs.random),
    total: wish.copies === 'remove' ? await liveCopies(needs, pairs) : 0,
    checkedAt: 0,
    unreached: false,
    askedAt: needs.clock.now(),
    doneAt: 0,
    endsAt: NEVER,
  };
  await needs.stores.removals.add(report);
  return report;
}

async function pairsOf({ stores }: ConsentNeeds, { kind, subject }: RemovalReport): Promise<Pair[]> {
  switch (kind) {
    case 'pair': {
      const pair = await stores.pairs.find(subject);
      return pair ? [pair] : [];
    }
    case 'account':
      return stores.pairs.ofAccount(subject);
    case 'user':
      return stores.pairs.ofUser(subject);
  }
}

async function liveCopies({ stores }: ConsentNeeds, pairs: readonly Pair[]): Promise<number> {
  const routes = pairs.flatMap((pair) => pair.routes);
  const counts = await Promise.all(routes.map(({ id }) => stores.links.countLive(id)));
  return counts.reduce((total, count) => total + count, 0);
}
