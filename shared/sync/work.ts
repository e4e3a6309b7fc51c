import { unwrapped } from '../platform/envelope.ts';
import { inSpan } from '../platform/trace.ts';
import type { SyncNeeds } from './needs.ts';

/** A message, as far as this is concerned. */
interface Message {
  readonly kind: string;
  readonly at?: number;
  readonly attempt?: number | undefined;
}

/**
 * Does what a message asks for: one event in the log and one span, in the trace of whoever sent it.
 * @param entry as the queue hands it over
 * @param parse throws for what is no message
 * @throws what the work throws: then the message comes back, and after five times it is poison
 */
export async function work<M extends Message>(
  needs: Pick<SyncNeeds, 'clock' | 'log'>,
  queue: 'changes' | 'bulk',
  entry: unknown,
  parse: (message: unknown) => M,
  task: (message: M) => Promise<unknown>,
): Promise<void> {
  const { message: plain, trace } = unwrapped(entry);
  const message = parse(plain);
  const { kind, at, attempt } = message;
  const began = needs.clock.now();
  const told = (error?: string) =>
    needs.log('work', {
      queue,
      kind,
      ms: needs.clock.now() - began,
      ...(at !== undefined && { waitedMs: began - at }),
      ...(attempt && { attempt }),
      ...(error && { error }),
    });
  const attributes = { 'messaging.destination.name': queue, 'hetk.kind': kind };
  await inSpan({ name: `${queue} ${kind}`, kind: 'consumer', from: trace, attributes }, () => task(message)).then(
    () => told(),
    (error: unknown) => {
      told(error instanceof Error ? error.name : typeof error);
      throw error;
    },
  );
}
