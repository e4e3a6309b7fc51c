import { z } from 'zod';
import { presentTrace } from './trace.ts';

/**
 * What a message carries besides the work itself: the trace that it belongs to. Put on by who sends and taken off by who receives, so that nobody
 * between them knows of it.
 */
export function wrapped<M extends object>(message: M): M & { trace?: string } {
  const trace = presentTrace();
  return trace ? { ...message, trace } : message;
}

const envelope = z.looseObject({ trace: z.string().max(64).optional() });

/** @returns the message as it was before, to be parsed; and where its trace comes from */
export function unwrapped(entry: unknown): { readonly message: unknown; readonly trace: string | undefined } {
  const parsed = envelope.safeParse(entry);
  if (!parsed.success) return { message: entry, trace: undefined };
  const { trace, ...message } = parsed.data;
  return { message, trace };
}
