import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

/** A program of a bench in a process of its own, that answers one message after the other. */
export interface BenchProcess {
  /** @throws when it ends instead of answering */
  ask<T>(message: object, answer: z.ZodType<T>): Promise<T>;
  /** Processor time of all its threads since it began, s. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

export function startProcess(program: URL): BenchProcess {
  const child = fork(program, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');

  async function ask<T>(message: object, answer: z.ZodType<T>): Promise<T> {
    const arrived = once(child, 'message');
    child.send(message);
    const [told] = await Promise.race([
      arrived,
      ended.then(([code]) => {
        throw new Error(`${program.pathname} ended with code ${code}.`);
      }),
    ]);
    return answer.parse(told);
  }

  return {
    ask,
    cpuSeconds: () => ask({ kind: 'cpu' }, z.number()),
    async stop() {
      end(child);
      await ended;
    },
  };
}

function end(child: ChildProcess): void {
  if (child.connected) child.disconnect();
}

/** The other side: answers messages in this process, which ends with the one that started it. @param end is done before that */
export function answerMessages(
  handlers: Readonly<Record<string, (message: unknown) => Promise<unknown>>>,
  end: () => Promise<void> | undefined = () => undefined,
): void {
  process.on('message', async (message: { kind: string }) => {
    const { user, system } = process.cpuUsage();
    const answer = message.kind === 'cpu' ? (user + system) / 1e6 : await handlers[message.kind]?.(message);
    process.send?.(answer ?? null);
  });
  process.on('disconnect', () => {
    const ended = () => process.exit(0);
    Promise.resolve(end()).then(ended, ended);
  });
}
