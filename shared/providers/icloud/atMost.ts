/** Runs tasks of one name a few at a time, in the order they came. */
export function createLimiter(most: number): <T>(name: string, task: () => Promise<T>) => Promise<T> {
  const running = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  async function enter(name: string): Promise<void> {
    const count = running.get(name) ?? 0;
    if (count < most) {
      running.set(name, count + 1);
      return;
    }
    await new Promise<void>((resolve) => {
      waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
    });
  }

  /** The place goes straight to whoever waits longest. */
  function leave(name: string): void {
    const [next, ...others] = waiting.get(name) ?? [];
    if (others.length > 0) waiting.set(name, others);
    else waiting.delete(name);
    if (next) next();
    else if (running.get(name) === 1) running.delete(name);
    else running.set(name, (running.get(name) ?? 1) - 1);
  }

  return async (name, task) => {
    await enter(name);
    try {
      return await task();
    } finally {
      leave(name);
    }
  };
}
