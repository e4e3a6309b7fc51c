import type { Plan } from './world/plan.ts';

/** Makes a failing plan smaller: leaves out whatever can be left out while it still fails in the same way. */

export interface Shrunk {
  readonly plan: Plan;
  readonly trials: number;
}

/** The kind of a failure: what stands before the first colon. */
export function kindOf(fault: string | undefined): string {
  return fault?.split(':')[0] ?? '';
}

/**
 * @param fails runs a plan and tells what was wrong with it
 * @param until when to stop trying, by the real clock in ms
 */
export async function shrink(
  plan: Plan,
  kind: string,
  fails: (plan: Plan) => Promise<readonly string[]>,
  until: number,
): Promise<Shrunk> {
  let best = plan;
  let trials = 0;
  const tryOut = async (candidate: Plan): Promise<boolean> => {
    if (performance.now() > until) return false;
    trials += 1;
    if (!(await fails(candidate)).some((fault) => kindOf(fault) === kind)) return false;
    best = candidate;
    return true;
  };
  for (let before = -1; before !== sizeOf(best) && performance.now() < until; ) {
    before = sizeOf(best);
    await leaveOut(
      () => best.steps,
      (steps) => tryOut({ ...best, steps }),
    );
    await leaveOut(
      () => best.pairs,
      (pairs) => tryOut({ ...best, pairs }),
    );
    await leaveOut(
      () => best.events,
      (events) => tryOut({ ...best, events }),
    );
    for (const [user] of best.users.entries()) {
      const used = [
        ...best.pairs.flatMap(({ source, target }) => [source, target]),
        ...best.events.map(({ place }) => place),
      ];
      if (used.some((place) => place[0] === user) || best.users[user]?.accounts.length === 0) continue;
      await tryOut({ ...best, users: best.users.map((each, index) => (index === user ? { accounts: [] } : each)) });
    }
    const [first] = best.skews;
    if (best.skews.length > 1 && first !== undefined) await tryOut({ ...best, skews: [0] });
  }
  return { plan: best, trials };
}

function sizeOf({ steps, pairs, events, users, skews }: Plan): number {
  return steps.length + pairs.length + events.length + skews.length + users.flatMap(({ accounts }) => accounts).length;
}

/** Leaves out ever smaller stretches of a list. */
async function leaveOut<T>(
  current: () => readonly T[],
  tryOut: (kept: readonly T[]) => Promise<boolean>,
): Promise<void> {
  for (let size = Math.ceil(current().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < current().length; ) {
      const list = current();
      const kept = [...list.slice(0, at), ...list.slice(at + size)];
      if (!(await tryOut(kept))) at += size;
    }
  }
}
