import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Result } from './report.ts';

/** Seeds that one child takes at a time. */
const handful = 10;

/** What a child is asked for and answers. */
export interface Order {
  readonly seeds: readonly number[];
}

/**
 * Splits seeds over processes of their own: each is one thread, and the seeds do not depend on each other.
 * @param args of the children
 * @param take is given each result as it comes; false ends the work
 */
export async function farm(
  first: number,
  runs: number,
  workers: number,
  args: readonly string[],
  take: (result: Result) => boolean,
): Promise<void> {
  let next = first;
  const end = first + runs;
  let open = true;
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const child = fileURLToPath(new URL('./simulate.ts', import.meta.url));
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const process = fork(child, ['--child', ...args], { execArgv: ['--disable-warning=ExperimentalWarning'] });
      try {
        while (open && next < end) {
          const seeds = Array.from({ length: Math.min(handful, end - next) }, (_, index) => next + index);
          next += seeds.length;
          const answered = new Promise<void>((resolve, reject) => {
            let left = seeds.length;
            const onExit = (code: number | null) => reject(new Error(`A child of the simulation ended with ${code}.`));
            const onMessage = (message: unknown) => {
              left -= 1;
              if (open && !take(message as Result)) {
                open = false;
                close();
              }
              if (left > 0) return;
              process.off('message', onMessage);
              process.off('exit', onExit);
              resolve();
            };
            process.on('message', onMessage);
            process.on('exit', onExit);
            process.send({ seeds } satisfies Order);
          });
          await Promise.race([answered, closed]);
        }
      } finally {
        process.kill();
      }
    }),
  );
}
