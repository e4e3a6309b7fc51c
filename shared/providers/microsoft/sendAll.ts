import { isProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import type { GraphAnswer } from './graphAnswer.ts';
import type { Graph, GraphRequest } from './graphRequest.ts';

/**
 * Answers by position: one request goes plainly, more go in one `$batch`. A batch that Graph turns down whole (too long, say) goes item by
 * item, so that one event cannot hold up nineteen others.
 */
export async function sendAll(
  graph: Graph,
  calendar: CalendarRef,
  requests: readonly GraphRequest[],
): Promise<GraphAnswer[]> {
  if (requests.length > 1) {
    try {
      return await graph.sendBatch(calendar.accountId, requests);
    } catch (error) {
      if (!isProviderError(error, 'refused')) throw error;
    }
  }
  const answers: GraphAnswer[] = [];
  for (const request of requests) answers.push(await graph.send(calendar.accountId, request));
  return answers;
}

/** An answer that did not come: nothing is known about its request. */
export const unanswered: GraphAnswer = { status: 504, body: undefined, code: 'no-answer' };
